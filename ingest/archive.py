"""The archive: every source file as immutable, content-addressed Parquet (``docs/adapters.md``).

A file's address is the sha256 over its bytes, the options it was read with and the adapters' version; for databases and
REST, over the rows produced. It is written beside, synced and renamed, before anything refers to it: a crash leaves at
worst an unused temporary file. The same content again writes nothing.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from ingest import adapters
from ingest.adapters.rows import PROBLEM, RAW
from ingest.adapters.spec import Format, ReadSpec
from ingest.archive_rows import Redact, grouped, is_whole, rows_digest, watched, write
from ontology.errors import ConfigurationError, KnockonError, NotFound, SourceError, StoreDamaged

Progress = Callable[[str, int], None]
"""Called with the part's name and the rows read since the last call."""
_LOST = (
    "Ingest the same file again, which archives it anew; or restore a backup (`knockon db restore`); or undo the run "
    "that read it."
)


class _ChangedMeanwhile(SourceError):
    """A file changed while it was read."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One archived part of a table."""

    name: str
    """Content address; the Parquet file is ``<name>.parquet``."""
    source: str
    table: str
    path: str
    """As given: a path, or an address without secrets."""
    sha256: str
    """Of the file's bytes; for addresses, of the rows."""
    size: int
    """Bytes of the file; for addresses, of the Parquet file."""
    rows: int
    problems: int
    """Rows that could not be read properly."""
    columns: tuple[str, ...]
    encoding: str | None
    notes: tuple[str, ...]
    read_at: str
    """UTC, ISO 8601."""
    new: bool = True
    """False: the same content was there before."""


class Archive:
    """Content-addressed Parquet below ``root``."""

    def __init__(self, root: Path, environment: Mapping[str, str] | None = None) -> None:
        self.root = root
        self._environment = os.environ if environment is None else environment

    def store(
        self, source: str, table: str, spec: ReadSpec, folder: Path, progress: Progress | None = None,
        *, redact: Redact | None = None,
    ) -> list[StoredFile]:  # fmt: skip
        """Read everything that ``spec`` names and keep it, without what was erased.

        Raises:
            SourceError: a part cannot be read; nothing of it is kept.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise _unwritable(self.root, adapters.Part(f"{source}.{table}"), problem) from problem
        heard = progress or (lambda _name, _rows: None)

        def stored(part: adapters.Part) -> StoredFile:
            return self._store_part(source, table, spec, part, folder, heard, redact)

        return [self._still(spec, part, stored) for part in adapters.parts(spec, folder)]

    def parquet(self, name: str) -> Path:
        """Where the Parquet file of an address lies."""
        return self.root / name[:2] / f"{name}.parquet"

    def find(self, name: str) -> StoredFile:
        """The metadata of an address.

        Raises:
            StoreDamaged: it is gone, or cut off (bytes changed within are found by :meth:`check`).
        """
        path = self.parquet(name)
        meta = path.with_suffix(".json")
        if not path.exists() or not meta.exists():
            raise StoreDamaged(f"{name[:12]} is missing from the archive.", where=path, do=_LOST)
        try:
            stored = _from_json(meta.read_text(encoding="utf-8"))
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            raise StoreDamaged(f"the archive's notes on {name[:12]} cannot be read.", where=meta, do=_LOST) from problem
        if not is_whole(path):
            raise StoreDamaged(f"the archived rows of {stored.path} are cut off or damaged.", where=path, do=_LOST)
        return stored

    def names(self) -> tuple[str, ...]:
        """All addresses, sorted."""
        return tuple(sorted(path.stem for path in self.root.glob("??/*.parquet")))

    def row(self, stored: StoredFile, number: int) -> dict[str, str | None]:
        """One data row (1-based) as it was read: its cells by column; for a bad row ``_raw`` and ``_problem``.

        Raises:
            NotFound: there is no such row.
        """
        file = parquet.ParquetFile(self.parquet(stored.name))
        first = 0
        for group in range(file.num_row_groups):
            count = file.metadata.row_group(group).num_rows
            if first < number <= first + count:
                found = file.read_row_group(group).slice(number - first - 1, 1).to_pylist()[0]
                if found[PROBLEM] is not None:
                    return {PROBLEM: found[PROBLEM], RAW: found[RAW]}
                return {name: found[name] for name in stored.columns}
            first += count
        raise NotFound(f"{stored.path} has no row {number}.", do=f"It has {stored.rows} rows.")

    def verify(self) -> list[str]:
        """Addresses whose content is no longer what was written (empty: all is well)."""
        damaged = []
        for name in self.names():
            path = self.parquet(name)
            meta = path.with_suffix(".json")
            recorded = json.loads(meta.read_text(encoding="utf-8")).get("parquet_sha256") if meta.exists() else None
            if recorded != sha256_of(path):
                damaged.append(name)
        return damaged

    def check(self, name: str) -> None:
        """Pass if the archived file is what was written.

        Raises:
            StoreDamaged: it is gone or changed.
        """
        path = self.parquet(name)
        meta = path.with_suffix(".json")
        if not path.exists() or not meta.exists():
            raise StoreDamaged(f"{name[:12]} is missing from the archive.", where=path, do=_LOST)
        if json.loads(meta.read_text(encoding="utf-8"))["parquet_sha256"] != sha256_of(path):
            raise StoreDamaged(f"the archived rows {name[:12]} are not what was archived.", where=path, do=_LOST)

    def _still(self, spec: ReadSpec, part: adapters.Part, stored: Callable[[adapters.Part], StoredFile]) -> StoredFile:
        """A part archived; a document that others write to meanwhile is taken as it is at one moment.

        Mail folders always grow: they must not stop the run, as a half-written export does.
        """
        try:
            return stored(part)
        except _ChangedMeanwhile:
            if part.path is None or adapters.format_of(spec, part.path) is not Format.DOCUMENTS:
                raise
            place = self.root / f".{uuid.uuid4().hex}.copy"
            try:
                place.mkdir()
                return stored(replace(part, path=Path(shutil.copyfile(part.path, place / part.path.name))))
            except OSError as problem:
                raise _unwritable(self.root, part, problem) from problem
            finally:
                shutil.rmtree(place, ignore_errors=True)

    def _store_part(
        self, source: str, table: str, spec: ReadSpec, part: adapters.Part, folder: Path, progress: Progress,
        redact: Redact | None,
    ) -> StoredFile:  # fmt: skip
        digest = ""
        if part.path is not None:
            digest = _digest_of(part.path)
            kind = adapters.format_of(spec, part.path)
            # A document's name is in its rows: the same text under another name is another document.
            name = _address(digest, spec, f"{kind.value}\n{part.name}" if kind is Format.DOCUMENTS else kind.value)
            held = self._held(name)
            if held is not None:
                return replace(held, source=source, table=table, path=part.name, new=False)
        reading = adapters.read(spec, part, self._environment, folder)
        temporary = self.root / f".{uuid.uuid4().hex}.tmp"
        try:
            groups = watched(grouped(reading.batches), lambda n: progress(part.name, n))
            written = write(groups, reading.columns, temporary, digest, redact)
            if part.path is not None and _digest_of(part.path) != digest:
                raise _ChangedMeanwhile(
                    "the file changed while it was read.",
                    where=part.path,
                    do="Wait for the export to end, then run again.",
                )
            if part.path is None:
                digest = rows_digest(temporary)
                name = _address(digest, spec, "rows")
            stored = StoredFile(
                name=name, source=source, table=table, path=part.name, sha256=digest,
                size=part.path.stat().st_size if part.path is not None else temporary.stat().st_size,
                rows=written.rows, problems=written.problems, columns=reading.columns, encoding=reading.encoding,
                notes=reading.notes,
                read_at=datetime.now(UTC).isoformat(timespec="seconds"),
            )  # fmt: skip
            return self._keep(stored, temporary, _Redaction(tuple(written.erased)))
        except OSError as problem:
            raise _unwritable(self.root, part, problem) from problem
        finally:
            with suppress(OSError):  # the error on its way out is the one to show
                temporary.unlink(missing_ok=True)

    def _held(self, name: str) -> StoredFile | None:
        """What is archived under a name; None where nothing is, or where it is damaged and is to be written anew."""
        if not self.parquet(name).exists():
            return None
        try:
            return self.find(name)
        except StoreDamaged:
            return None

    def erased_rows(self, name: str) -> tuple[int, ...]:
        """Rows (1-based) of an archived file that something was erased from."""
        return _redaction_in(self.parquet(name).with_suffix(".json")).rows

    def tables(self, name: str) -> Iterator[tuple[pa.Table, int]]:
        """The rows of an archived file as they were read, in groups, each with the number of its first row."""
        file = parquet.ParquetFile(self.parquet(name))
        first = 1
        for group in range(file.num_row_groups):
            table = file.read_row_group(group).drop_columns(["_row", "_hash"])
            yield table, first
            first += table.num_rows

    def erase(self, name: str, redact: Redact, erasure: str) -> int:
        """Take out of an archived file what ``redact`` takes out; gives how many rows that changed.

        The address stays: it says which file this was. What the Parquet file was before is kept as a claim.

        Raises:
            StoreDamaged: the file is gone or cut off.
        """
        stored = self.find(name)
        target = self.parquet(name)
        temporary = self.root / f".{uuid.uuid4().hex}.tmp"
        groups = (table for table, _ in self.tables(name))
        try:
            written = write(groups, stored.columns, temporary, stored.sha256, redact)
            if not written.erased:
                return 0
            meta = target.with_suffix(".json")
            before = _redaction_in(meta)
            was = {"erasure": erasure, "parquet_sha256": sha256_of(target), "rows": len(written.erased)}
            redaction = _Redaction(tuple(sorted({*before.rows, *written.erased})), (*before.was, was))
            self._keep(stored, temporary, redaction, anew=True)
            return len(written.erased)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _keep(self, stored: StoredFile, temporary: Path, redaction: _Redaction, *, anew: bool = False) -> StoredFile:
        target = self.parquet(stored.name)
        if not anew and self._held(stored.name) is not None:
            return replace(stored, new=False)
        target.parent.mkdir(parents=True, exist_ok=True)
        meta = temporary.with_suffix(".meta")
        try:
            content = asdict(stored) | {"parquet_sha256": sha256_of(temporary), "adapter_version": adapters.VERSION}
            del content["new"]
            if redaction.rows:
                content["erased"] = asdict(redaction)
            with meta.open("w", encoding="utf-8") as stream:
                json.dump(content, stream, indent=1, sort_keys=True, ensure_ascii=False)
                stream.flush()
                os.fsync(stream.fileno())
            # The Parquet file last: where it is, its metadata is.
            meta.replace(target.with_suffix(".json"))
            temporary.replace(target)
            _sync_folder(target.parent)
        finally:
            with suppress(OSError):
                meta.unlink(missing_ok=True)
        return stored


@dataclass(frozen=True, slots=True)
class _Redaction:
    """What was erased from an archived file."""

    rows: tuple[int, ...] = ()
    was: tuple[dict[str, object], ...] = ()
    """For each erasure since it was written: which, how many rows, and the Parquet file's sha256 before."""


def _redaction_in(meta: Path) -> _Redaction:
    held = json.loads(meta.read_text(encoding="utf-8")).get("erased")
    return _Redaction(tuple(held["rows"]), tuple(held["was"])) if held else _Redaction()


def _digest_of(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as problem:
        raise adapters.unreadable(path, problem) from problem


def _unwritable(root: Path, part: adapters.Part, problem: OSError) -> KnockonError:
    """The error for a source that stopped being readable, or an archive that cannot be written."""
    if part.path is not None and problem.filename is not None and Path(str(problem.filename)) == part.path:
        return adapters.unreadable(part.path, problem)
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        do = "Free some space on that disk, then run again: nothing was changed."
    else:
        do = "Check that the folder may be written, then run again: nothing was changed."
    return ConfigurationError(f"{part.name} cannot be archived: {adapters.reason(problem)}.", where=root, do=do)


def sha256_of(path: Path) -> str:
    """sha256 of a file's bytes, hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _address(digest: str, spec: ReadSpec, kind: str) -> str:
    return hashlib.sha256(f"{digest}\n{kind}\n{spec.signature()}\n{adapters.VERSION}".encode()).hexdigest()


def _from_json(text: str) -> StoredFile:
    content = json.loads(text)
    for extra in ("parquet_sha256", "adapter_version", "erased"):
        content.pop(extra, None)
    content["columns"], content["notes"] = tuple(content["columns"]), tuple(content["notes"])
    return StoredFile(**content, new=False)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
