"""Arrays in one file: written whole to a temporary folder, renamed into place, checked before it is read.

A container is a folder with ``arrays.bin`` (every array, aligned to 64 bytes) and ``manifest.json`` (names, types,
shapes, offsets, a CRC-32 of the arrays, free metadata, and a CRC-32 of the manifest itself). The manifest is written
last, so a folder without a valid manifest is not a container.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ontology.errors import StoreDamaged
from ontology.ids import canonical_json

Array = npt.NDArray[Any]
ALIGNMENT = 64
_CHUNK = 1 << 22
_AGAIN = "Delete that folder; it is built again from the graph."


@dataclass(frozen=True, slots=True)
class Container:
    """Arrays by name with their metadata; ``folder`` is None when they live in memory only."""

    meta: Mapping[str, object]
    arrays: Mapping[str, Array]
    crc: int
    folder: Path | None = None


def in_memory(meta: Mapping[str, object], arrays: Mapping[str, Array]) -> Container:
    """A container that has no folder."""
    return Container(meta, arrays, _crc_of(arrays))


def write(folder: Path, meta: Mapping[str, object], arrays: Mapping[str, Array]) -> Path:
    """Write a container to ``folder`` (which appears complete or not at all) and return it.

    A container that is there already is replaced unless it is sound and equal.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent))
    try:
        entries: dict[str, list[object]] = {}
        crc = 0
        position = 0
        with (temporary / "arrays.bin").open("wb") as out:
            for name in sorted(arrays):
                array = np.ascontiguousarray(arrays[name])
                padding = -position % ALIGNMENT
                crc = zlib.crc32(b"\0" * padding, crc)
                out.write(b"\0" * padding)
                position += padding
                entries[name] = [array.dtype.str, list(array.shape), position]
                view = array.reshape(-1).view(np.uint8).data if array.size else memoryview(b"")
                crc = zlib.crc32(view, crc)
                out.write(view)
                position += array.nbytes
            out.flush()
            os.fsync(out.fileno())
        body = canonical_json({"arrays": entries, "bytes": position, "crc": crc, "meta": dict(meta)})
        with (temporary / "manifest.json").open("w", encoding="utf-8") as out_text:
            out_text.write(f"{zlib.crc32(body.encode()):08x}\n{body}\n")
            out_text.flush()
            os.fsync(out_text.fileno())
        _move_into_place(temporary, folder, crc)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def read_meta(folder: Path) -> Mapping[str, object]:
    """Only the metadata of a container.

    Raises:
        StoreDamaged: the manifest is missing or not what was written.
    """
    meta = _manifest(folder)["meta"]
    assert isinstance(meta, dict)
    return meta


def read(folder: Path, *, mmap: bool = True) -> Container:
    """Open a container; with ``mmap`` the arrays are read-only views of the file.

    Raises:
        StoreDamaged: something is missing, cut off or changed.
    """
    manifest = _manifest(folder)
    file = folder / "arrays.bin"
    size = int(str(manifest["bytes"]))
    try:
        actual = file.stat().st_size
        if actual != size:
            raise StoreDamaged(f"The snapshot is {actual} bytes long, not {size}.", where=file, do=_AGAIN)
        whole: Array
        if size == 0:
            whole = np.zeros(0, dtype=np.uint8)
        elif mmap:
            whole = np.memmap(file, dtype=np.uint8, mode="r")
        else:
            whole = np.fromfile(file, dtype=np.uint8)
    except OSError as problem:
        raise StoreDamaged(f"The snapshot cannot be read: {problem}.", where=file, do=_AGAIN) from problem
    crc = 0
    for start in range(0, size, _CHUNK):
        crc = zlib.crc32(whole[start : start + _CHUNK].data, crc)
    if crc != manifest["crc"]:
        raise StoreDamaged("The snapshot's checksum is wrong: the file was changed or cut off.", where=file, do=_AGAIN)
    arrays: dict[str, Array] = {}
    entries = manifest["arrays"]
    assert isinstance(entries, dict)
    plain = np.asarray(whole)
    for name, (dtype, shape, offset) in entries.items():
        kind = np.dtype(dtype)
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = plain[offset : offset + count * kind.itemsize].view(kind).reshape(shape)
    meta = manifest["meta"]
    assert isinstance(meta, dict)
    return Container(meta, arrays, crc, folder)


def _manifest(folder: Path) -> dict[str, object]:
    file = folder / "manifest.json"
    try:
        head, _, body = file.read_text(encoding="utf-8").partition("\n")
        body = body.rstrip("\n")
        if int(head, 16) != zlib.crc32(body.encode()):
            raise StoreDamaged("The snapshot's manifest was changed or cut off.", where=file, do=_AGAIN)
        manifest = json.loads(body)
    except (OSError, ValueError) as problem:
        raise StoreDamaged(f"The snapshot's manifest cannot be read: {problem}.", where=file, do=_AGAIN) from problem
    assert isinstance(manifest, dict)
    return manifest


def _move_into_place(temporary: Path, folder: Path, crc: int) -> None:
    for _ in range(3):
        if folder.exists():
            try:
                if _manifest(folder)["crc"] == crc:
                    read(folder)
                    return
            except StoreDamaged:
                pass
            shutil.rmtree(folder, ignore_errors=True)
        try:
            temporary.rename(folder)
        except OSError:
            if not folder.exists():
                raise
        else:
            return
    raise StoreDamaged("Another process keeps writing this snapshot.", where=folder, do="Try again.")


def _crc_of(arrays: Mapping[str, Array]) -> int:
    crc = 0
    position = 0
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        padding = -position % ALIGNMENT
        crc = zlib.crc32(b"\0" * padding, crc)
        if array.size:
            crc = zlib.crc32(array.reshape(-1).view(np.uint8).data, crc)
        position += padding + array.nbytes
    return crc
