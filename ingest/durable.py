"""Files that are written once and for good: whole or not at all, also where the process or the machine dies."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write_once(file: Path, content: bytes) -> None:
    """Write a file that is not there yet, with its folder: beside, synced, then renamed. One that is there stays."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}.part")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
