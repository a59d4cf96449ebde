"""Adapters: from a file, a database or an address to batches of rows of text. They know nothing of Neo4j.

:func:`parts` finds what a ``read:`` names (a glob may name several files); :func:`read` opens one part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.adapters.rows import Reading
from ingest.adapters.spec import SUFFIXES, Format, ReadSpec
from ontology.errors import SourceError

VERSION = 1
"""Raised when an adapter reads the same bytes differently: archived files of older versions stay valid."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to read: a file, or an address."""

    name: str
    """The path as given, or the address without secrets."""
    path: Path | None = None


def parts(spec: ReadSpec, folder: Path) -> tuple[Part, ...]:
    """What the spec names, in the order of names.

    Raises:
        SourceError: nothing is there, or a folder is where a file is expected.
    """
    if spec.file is None:
        from ingest.adapters.secret import shown

        return (Part(shown(spec.url or (spec.rest.url if spec.rest else ""))),)
    try:
        return _files(spec.file, folder)
    except (OSError, ValueError) as problem:
        raise SourceError(
            f"the file cannot be found: {reason(problem)}.",
            where=str(folder / spec.file[:200]),
            do="Check the name, the folder (`--folder SOURCE=PATH`) and who may read them.",
        ) from problem


def _files(file: str, folder: Path) -> tuple[Part, ...]:
    given = Path(file)
    path = given if given.is_absolute() else folder / given
    if any(sign in file for sign in "*?["):
        base = path.parent
        while any(sign in str(base) for sign in "*?["):
            base = base.parent
        found = sorted(p for p in base.glob(str(path.relative_to(base))) if p.is_file())
        if not found:
            raise SourceError(
                f"no file matches {file!r}.",
                where=base,
                do="Check the name and the folder (`--folder SOURCE=PATH`).",
            )
        return tuple(Part(_as_given(p, folder), p) for p in found)
    if path.is_dir():
        raise SourceError(
            "this is a folder, not a file.",
            where=path,
            do=f"Name a file in it, or all of a kind: `file: {given.as_posix()}/*.csv`.",
        )
    if not path.exists():
        raise SourceError(
            "there is no such file.", where=path, do="Check the name and the folder (`--folder SOURCE=PATH`)."
        )
    return (Part(given.as_posix(), path),)


def _as_given(path: Path, folder: Path) -> str:
    try:
        return path.relative_to(folder).as_posix()
    except ValueError:
        return path.as_posix()


def format_of(spec: ReadSpec, path: Path) -> Format:
    """The format that the spec names or the file's ending implies; text where the ending says nothing."""
    return spec.format or SUFFIXES.get(path.suffix.lower(), Format.DELIMITED)


def read(spec: ReadSpec, part: Part, environment: Mapping[str, str], folder: Path) -> Reading:
    """Open one part. Secrets are looked up in ``environment`` and nowhere else.

    Raises:
        SourceError: it cannot be read; what, where and what to do.
    """
    if part.path is None:
        if spec.rest is not None:
            from ingest.adapters.rest import read_rest

            return read_rest(spec, environment)
        from ingest.adapters.database import read_database

        return read_database(spec, environment, folder)
    path = part.path
    if format_of(spec, path) is Format.DOCUMENTS:
        from ingest.documents.table import read_documents

        return read_documents(spec, path, part.name)
    reading = _read_file(spec, path)
    if not spec.fill_down:
        return reading
    from ingest.adapters.fill import filled_down

    return filled_down(reading, spec.fill_down, str(path))


def _read_file(spec: ReadSpec, path: Path) -> Reading:
    try:
        if path.stat().st_size == 0:
            raise SourceError(
                "the file is empty.", where=path, do="Export it again; an empty file is not an empty company."
            )
        match format_of(spec, path):
            case Format.DELIMITED:
                from ingest.adapters.delimited import read_delimited

                return read_delimited(spec, path)
            case Format.EXCEL:
                from ingest.adapters.excel import read_excel

                return read_excel(spec, path)
            case Format.PARQUET:
                from ingest.adapters.parquet import read_parquet

                return read_parquet(spec, path)
            case Format.JSON | Format.JSONL | Format.YAML | Format.TOML as kind:
                from ingest.adapters.nested import read_nested

                return read_nested(spec, path, kind)
            case Format.DOCUMENTS:
                raise AssertionError("documents are read above")
    except OSError as problem:
        raise unreadable(path, problem) from problem


def reason(problem: Exception) -> str:
    """Why the machine refused, in its own words, without number and path."""
    told = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    return told.rstrip(".").lower()


def unreadable(path: Path, problem: OSError) -> SourceError:
    """The error for a file that the machine does not let us read (rights, a failing disk, a lost network drive)."""
    if isinstance(problem, PermissionError):
        return SourceError(
            "the file may not be read.", where=path, do="Give the user that runs knockon the right to read it."
        )
    if isinstance(problem, FileNotFoundError):
        return SourceError("the file went away while it was read.", where=path, do="Run again when the export is done.")
    return SourceError(
        f"the file cannot be read: {reason(problem)}.",
        where=path,
        do="Check the disk or network drive, then run again.",
    )
