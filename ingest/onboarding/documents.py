"""The tables in a nested document: lists of records, dicts of records by id, and lists inside records."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ingest.adapters.encoding import inspect
from ingest.adapters.nested import MOST_DOCUMENT, at_path, flat, rows_of_record
from ingest.adapters.rows import BadRow
from ingest.adapters.spec import Format, ReadSpec
from ingest.onboarding.draft import Draft
from ingest.onboarding.model import Finding, Skipped
from ontology.errors import LimitExceeded, SourceError

_DEPTH = 4
_RECORDS = 2_000


def tables_in(path: Path, relative: str, kind: Format) -> tuple[list[Draft], list[Skipped]]:
    """A draft for each list of records in the document, and for each list inside its records.

    Raises:
        SourceError: it cannot be parsed.
        LimitExceeded: it is too large to be read in one piece.
    """
    text = inspect(path, None)
    if kind is Format.JSONL:
        return _lines(path, relative, text.encoding), []
    if path.stat().st_size > MOST_DOCUMENT:
        raise LimitExceeded(
            "the document is too large to be read in one piece.", where=path, do="Export it as JSON lines."
        )
    try:
        content = path.read_bytes()[text.skip :].decode(text.encoding)
        document = _parsed(content, kind)
    except (ValueError, YAMLError, RecursionError) as problem:
        cut = (
            " It seems to be cut off."
            if not str(problem) or "nterminated" in str(problem) or "xpecting" in str(problem)
            else ""
        )
        raise SourceError(
            f"this is not {kind.value.upper()}: {str(problem).splitlines()[0]}.{cut}", where=path, do="Export it again."
        ) from problem
    found: list[Draft] = []
    stem = Path(relative).stem
    for records in _record_sets(document, ()):
        held = at_path(document, ".".join(records) or None)
        items = list(held.values()) if isinstance(held, Mapping) else list(held) if isinstance(held, list) else []
        title = f"{stem} {' '.join(records)}" if records and records != (stem,) else stem
        if records and stem.lower() in {"db", "data", "export", "dump", records[-1].lower()}:
            title = records[-1]
        base = ReadSpec(file=relative, records=".".join(records) or None)
        found += _drafts(title, path, base, items[:_RECORDS], isinstance(held, Mapping))
    if not found:
        return [], [Skipped(relative, "a document without a list of records in it")]
    return found, []


def _parsed(content: str, kind: Format) -> object:
    match kind:
        case Format.JSON:
            return json.loads(content, parse_float=Decimal)
        case Format.TOML:
            return tomllib.loads(content, parse_float=Decimal)
        case _:
            return YAML(typ="safe", pure=True).load(content)


def _lines(path: Path, relative: str, encoding: str) -> list[Draft]:
    records: list[object] = []
    with path.open(encoding=encoding, errors="replace") as stream:
        for line in stream:
            try:
                records.append(json.loads(line, parse_float=Decimal))
            except ValueError:
                continue
            if len(records) >= _RECORDS:
                break
    return _drafts(Path(relative).stem, path, ReadSpec(file=relative), records, False)


def _record_sets(node: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(node, list):
        if node and sum(isinstance(item, Mapping) for item in node) >= 0.9 * len(node):
            yield path
        return
    if not isinstance(node, Mapping) or len(path) > _DEPTH:
        return
    if _is_by_id(node):
        yield path
        return
    for name, inner in node.items():
        if isinstance(inner, list | Mapping) and "." not in str(name):
            yield from _record_sets(inner, (*path, str(name)))


def _is_by_id(node: Mapping[str, object]) -> bool:
    """A dict whose values are records of one shape: names are ids, not fields."""
    values = list(node.values())
    if len(values) < 2 or not all(isinstance(v, Mapping) for v in values):
        return False
    shapes = Counter(name for v in values[:_RECORDS] if isinstance(v, Mapping) for name in v)
    looked = min(len(values), _RECORDS)
    common = [name for name, count in shapes.items() if count >= 0.8 * looked]
    if not common or len(common) < 0.4 * len(shapes):
        return False
    scalar = sum(not isinstance(v, Mapping) for item in values[:20] if isinstance(item, Mapping) for v in item.values())
    return scalar > 0


def _spelt_once(names: Iterable[str]) -> tuple[str, ...]:
    """Without names that differ from an earlier one in upper and lower case only: they are one column."""
    held: dict[str, str] = {}
    for name in names:
        held.setdefault(name.lower(), name)
    return tuple(held.values())


def _drafts(title: str, path: Path, base: ReadSpec, records: list[object], by_id: bool) -> list[Draft]:
    columns: dict[str, None] = {"_key": None} if by_id else {}
    lists: Counter[str] = Counter()
    for record in records:
        if isinstance(record, Mapping):
            columns.update(dict.fromkeys(flat(record)))
            lists.update(_lists(record, ""))
    inner = [name for name, count in lists.items() if count]
    plain = _spelt_once(c for c in columns if not any(c == n or c.startswith(f"{n}.") for n in inner))
    lead = Draft(title, path, base, plain, True)
    found = [lead]
    for name in inner:
        spec = ReadSpec(file=base.file, records=base.records, explode=name)
        own: dict[str, None] = {}
        for record in records:
            for row in rows_of_record(record, spec, "x" if by_id else None):
                if not isinstance(row, BadRow):
                    own.update(dict.fromkeys(row))
        others = tuple(n for n in inner if n != name)
        names = _spelt_once(c for c in own if not any(c == n or c.startswith(f"{n}.") for n in others))
        if not names:
            continue
        deeper = [c for c in names if c.startswith(f"{name}.") and _is_list(records, name, c)]
        findings = tuple(
            Finding("nested-deeper", f"{c} is a list inside a list; it stays one text.", "", f"{title} {name}", c)
            for c in deeper
        )
        found.append(
            Draft(
                f"{title} {name.replace('.', ' ')}",
                path,
                spec,
                names,
                True,
                findings,
                title,
                tuple(c for c in plain if c in own),
            )
        )
    return found


def _lists(record: Mapping[str, object], front: str) -> Iterator[str]:
    """Dotted paths of lists of records (or dicts of them by id) inside a record."""
    for name, value in record.items():
        at = f"{front}{name}"
        if isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
            yield at
        elif isinstance(value, Mapping):
            if len(value) >= 2 and _is_by_id(value) and any(any(ch.isdigit() for ch in str(k)) for k in value):
                yield at
            elif value:
                yield from _lists(value, f"{at}.")


def _is_list(records: list[object], explode: str, column: str) -> bool:
    rest = column[len(explode) + 1 :]
    for record in records[:50]:
        if isinstance(record, Mapping):
            try:
                elements = at_path(record, explode)
            except KeyError:
                continue
            items = (
                elements.values() if isinstance(elements, Mapping) else elements if isinstance(elements, list) else ()
            )
            for item in items:
                if isinstance(item, Mapping) and isinstance(item.get(rest), list) and item[rest]:
                    return True
    return False
