"""Files of a source sent over HTTP: straight to disk, refused early, under names that the mapping knows."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api.access.caller import Caller
from api.access.office import Office, now, text
from api.service import Service
from ontology.errors import BadQuestion, KnockonError, LimitExceeded, NotFound

LIMIT = 512 << 20
"""Largest upload, in bytes."""
FOLDER = "uploads"
SILENCE = 30.0
"""Seconds without a byte after which an upload is given up."""
_SPARE = 1 << 30
"""Bytes that have to stay free on the disk."""


class Slow(KnockonError):
    """The body did not arrive in time."""

    code = "slow"
    http_status = 408


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was taken in."""

    id: str
    source: str
    file: str
    size: int
    sha256: str
    tables: tuple[str, ...]
    folder: Path


async def take_in(service: Service, caller: Caller, source: str, file: str, request: Request) -> Upload:
    """Write the body to disk as it comes.

    Raises:
        NotFound: no mapping is for the source.
        BadQuestion: no table of the source is read from a file of that name.
        LimitExceeded: it is larger than :data:`LIMIT`, or the disk is nearly full; nothing of it is kept.
    """
    tables, inside = await run_in_threadpool(_tables, service, source, file)
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > LIMIT:
        raise _too_large()
    id_ = f"up-{secrets.token_hex(6)}"
    place = service.project.settings.data / FOLDER / id_
    target = place / inside
    target.parent.mkdir(parents=True)
    size, sha = 0, hashlib.sha256()
    try:
        with target.open("xb") as out:
            async for chunk in _arriving(request):
                size += len(chunk)
                if size > LIMIT:
                    raise _too_large()
                if size % (64 << 20) < len(chunk) and shutil.disk_usage(place).free < _SPARE:
                    raise LimitExceeded("The disk is nearly full.", do="Free some space on the server.")
                sha.update(chunk)
                out.write(chunk)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    service.office.change(
        "INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, ?)",
        (id_, caller.id, source, json.dumps([file, *tables, str(place)]), size, sha.hexdigest(), now()),
    )
    return Upload(id_, source, file, size, sha.hexdigest(), tables, place)


async def _arriving(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes.

    Raises:
        Slow: nothing came for :data:`SILENCE` seconds.
    """
    chunks = request.stream()
    while True:
        try:
            async with asyncio.timeout(SILENCE):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError as problem:
            raise Slow(f"Nothing arrived for {SILENCE:g} seconds.", do="Send it again, without pauses.") from problem
        yield chunk


def uploaded(office: Office, id_: str) -> Upload:
    """An upload by its id.

    Raises:
        NotFound: there is none.
    """
    rows = office.rows("SELECT * FROM upload WHERE id = ?", (id_,))
    if not rows:
        raise NotFound(f"There is no upload {id_[:60]!r}.", do="PUT /v1/uploads/SOURCE/FILE takes a file in.")
    file, *tables, place = json.loads(text(rows[0], "file"))
    return Upload(
        id_,
        text(rows[0], "source"),
        file,
        int(str(rows[0]["size"])),
        text(rows[0], "sha256"),
        tuple(tables),
        Path(place),
    )


def _tables(service: Service, source: str, file: str) -> tuple[tuple[str, ...], PurePosixPath]:
    """Tables of a source that are read from a file of this name, and where below the source's folder they look for it.

    The name comes from a stranger: it has to be one name.
    """
    mapping = service.project.sources([source])[0].mapping
    if PurePosixPath(file).name != file or file in (".", "..") or "\\" in file or not file.isprintable():
        raise BadQuestion("That is not the name of a file.", do="Send the name alone, without folders.")
    expected = {t: table.read.file for t, table in mapping.tables.items() if table.read.file}
    fitting = {t: p for t, p in sorted(expected.items()) if PurePosixPath(file).match(PurePosixPath(p).name)}
    if not fitting:
        names = ", ".join(sorted({PurePosixPath(p).name for p in expected.values()}))
        raise BadQuestion(f"No table of {source} is read from a file {file[:60]!r}.", do=f"These are: {names}.")
    above = PurePosixPath(next(iter(fitting.values()))).parent
    inside = above / file if not above.is_absolute() and ".." not in above.parts else PurePosixPath(file)
    return tuple(f"{source}.{t}" for t in fitting), inside


def _too_large() -> LimitExceeded:
    return LimitExceeded(
        f"The file is larger than {LIMIT >> 20} MiB.", do="Send it in parts, or ingest it on the server."
    )
