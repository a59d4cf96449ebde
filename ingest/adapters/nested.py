"""JSON, JSON lines, YAML and TOML: nested documents as rows.

``records`` leads to a list of records, or to a dict of them by id (column ``_key``). Nested objects flatten with dots;
names that differ in upper and lower case only are one column;
a list stays one JSON text, unless ``explode`` makes each of its elements a row that repeats the columns around it: the
element's columns are prefixed with the list's name, its 1-based position is ``_index``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ingest.adapters.encoding import inspect
from ingest.adapters.rows import NO_ROWS, BadRow, Cells, Reading, batches_of, cell_text, check_columns
from ingest.adapters.spec import Format, ReadSpec
from ontology.errors import LimitExceeded, SourceError, Where

KEY = "_key"
INDEX = "_index"
MOST_DOCUMENT = 512 << 20
"""Bytes of a document that is not read line by line."""
MOST_YAML_NODES = 5_000_000
MOST_DEPTH = 60

Row = dict[str, str | None]


def read_nested(spec: ReadSpec, path: Path, kind: Format) -> Reading:
    """Open a nested document. Columns are those that occur in any record, in order of first sight.

    Raises:
        SourceError: it cannot be parsed, ``records`` or ``explode`` lead nowhere, or there is no record.
        LimitExceeded: it is larger than :data:`MOST_DOCUMENT` or deeper than :data:`MOST_DEPTH`.
    """
    text = inspect(path, spec.encoding)
    if kind is Format.JSONL:
        return _reading(spec, lambda: _json_lines(path, text.encoding, text.skip, spec), path, text.encoding)
    if path.stat().st_size > MOST_DOCUMENT:
        raise LimitExceeded(
            f"the document has more than {MOST_DOCUMENT:,} bytes and cannot be read in one piece.",
            where=path,
            do="Export it as JSON lines (one record a line), which is read bit by bit.",
        )
    try:
        content = path.read_bytes()[text.skip :].decode(text.encoding)
    except UnicodeDecodeError as problem:
        raise SourceError(
            f"the file holds bytes that are not {text.encoding.upper()} (at byte {problem.start}).",
            where=path,
            do="Name the right `encoding:` in the mapping.",
        ) from problem
    document = _parse(content, kind, path)
    return _reading(spec, lambda: rows_of_document(document, spec, str(path)), path, text.encoding)


def _reading(spec: ReadSpec, rows: object, path: Path, encoding: str | None) -> Reading:
    assert callable(rows)
    columns: dict[str, None] = {}
    count = 0
    for row in rows():
        count += 1
        if not isinstance(row, BadRow):
            columns.update(dict.fromkeys(row))
            if len({name.lower() for name in row}) < len(row):
                check_columns(tuple(row), Where(file=str(path)))
    return finished(spec, columns, count, rows(), Where(file=str(path)), encoding)


def finished(
    spec: ReadSpec,
    columns: Mapping[str, None],
    count: int,
    rows: Iterator[Row | BadRow],
    where: Where,
    encoding: str | None,
) -> Reading:
    """A reading of rows whose columns and number are known."""
    if count == 0 and not spec.allow_empty:
        raise SourceError(
            "there is no record in it.",
            where=where,
            do=f"Check `records:`. {NO_ROWS}",
        )
    # Columns that the mapping names are there even where no record has them today.
    spelt: dict[str, list[str]] = {}
    for name in dict.fromkeys((*spec.columns, *columns)):
        spelt.setdefault(name.lower(), []).append(name)
    names = check_columns(tuple(spellings[0] for spellings in spelt.values()), where)
    return Reading(names, batches_of(names, _cells(rows, tuple(map(tuple, spelt.values())))), encoding)


def _cells(rows: Iterator[Row | BadRow], columns: tuple[tuple[str, ...], ...]) -> Iterator[Cells | BadRow]:
    """The cells of each column; of names that differ in upper and lower case only, a record may fill one."""
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        cells: list[str | None] = []
        twice = ""
        for spellings in columns:
            held = [row[name] for name in spellings if row.get(name) is not None]
            twice = twice or (" and ".join(map(repr, spellings)) if len(set(held)) > 1 else "")
            cells.append(held[0] if held else None)
        yield BadRow(f"{twice} are one column, and say different things", json_text(row)) if twice else cells


def parse_json(text: str) -> object:
    """JSON with exact numbers; raises ValueError."""
    return json.loads(text, parse_float=Decimal)


def _parse(text: str, kind: Format, path: Path) -> object:
    try:
        match kind:
            case Format.JSON:
                return parse_json(text)
            case Format.TOML:
                return tomllib.loads(text, parse_float=Decimal)
            case _:
                document: object = YAML(typ="safe", pure=True).load(text)
                _bound(document, path)
                return document
    except json.JSONDecodeError as problem:
        where = Where(file=str(path), line=problem.lineno, column=problem.colno)
        hint = "If each line is a record, say `format: jsonl`." if problem.msg == "Extra data" else "Export it again."
        raise SourceError(f"this is not JSON: {problem.msg}.", where=where, do=hint) from problem
    except (tomllib.TOMLDecodeError, YAMLError, ValueError) as problem:
        reason = str(problem).split("\n")[0]
        raise SourceError(
            f"this is not {kind.value.upper()}: {reason}.", where=path, do="Export it again."
        ) from problem
    except RecursionError as problem:
        raise LimitExceeded(
            "the document is nested too deeply.", where=path, do="Check that it is the right file."
        ) from problem


def _bound(document: object, path: Path) -> None:
    """Refuse a document whose aliases unfold to more than :data:`MOST_YAML_NODES` parts."""
    stack, count = [document], 0
    while stack:
        node = stack.pop()
        count += 1
        if count > MOST_YAML_NODES:
            raise LimitExceeded(
                f"the document has more than {MOST_YAML_NODES:,} parts, aliases (`*name`) unfolded.",
                where=path,
                do="Export it as JSON lines, or without aliases.",
            )
        if isinstance(node, Mapping):
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _json_lines(path: Path, encoding: str, skip: int, spec: ReadSpec) -> Iterator[Row | BadRow]:
    with path.open("rb") as head:
        head.seek(skip)
        with open(head.fileno(), encoding=encoding, errors="knockon-mark", closefd=False, newline="\n") as stream:
            for line in stream:
                if line.strip():
                    yield from _json_line(line.strip(), spec)


def _json_line(line: str, spec: ReadSpec) -> Iterator[Row | BadRow]:
    from ingest.adapters.encoding import bad_bytes, printable

    if bad_bytes(line):
        yield BadRow(f"undecodable bytes: {bad_bytes(line)}", printable(line))
        return
    try:
        record = parse_json(line)
    except (ValueError, RecursionError) as problem:
        yield BadRow(f"this line is not JSON: {str(problem).split(':')[0]}", line)
        return
    yield from rows_of_record(record, spec, None)


def at_path(document: object, path: str | None) -> object:
    """What a dotted path leads to.

    Raises:
        KeyError: with the first name that is not there.
    """
    for name in path.split(".") if path else ():
        if isinstance(document, Mapping) and name in document:
            document = document[name]
        elif isinstance(document, list) and name.isdigit() and int(name) < len(document):
            document = document[int(name)]
        else:
            raise KeyError(name)
    return document


def rows_of_document(document: object, spec: ReadSpec, where: str) -> Iterator[Row | BadRow]:
    """The rows of a parsed document.

    Raises:
        SourceError: ``records`` leads nowhere, or to something that holds no records.
    """
    try:
        found = at_path(document, spec.records)
    except KeyError as problem:
        known = ", ".join(map(str, document)) if isinstance(document, Mapping) else type(document).__name__
        raise SourceError(
            f"`records: {spec.records}` leads nowhere: there is no {problem.args[0]!r}.",
            where=where,
            do=f"At the top there is: {known}.",
        ) from problem
    if isinstance(found, list):
        for record in found:
            yield from rows_of_record(record, spec, None)
    elif isinstance(found, Mapping):
        if found and all(isinstance(v, Mapping) for v in found.values()):
            for key, record in found.items():
                yield from rows_of_record(record, spec, str(key))
        else:
            yield from rows_of_record(found, spec, None)
    else:
        raise SourceError(
            f"`records: {spec.records}` leads to a single value, not to records.",
            where=where,
            do="Name the list or dict.",
        )


def rows_of_record(record: object, spec: ReadSpec, key: str | None) -> Iterator[Row | BadRow]:
    """The row of a record, or one for each element of the list that ``explode`` names."""
    if not isinstance(record, Mapping):
        yield BadRow("this record is no object with names and values", json_text(record))
        return
    front: Row = {} if key is None else {KEY: key}
    if spec.explode is None:
        yield front | flat(record)
        return
    parts = spec.explode.split(".")
    try:
        elements = at_path(record, spec.explode)
    except KeyError:
        return
    around = front | flat(_leave_out(record, parts))
    pairs: list[tuple[str | None, object]]
    if isinstance(elements, Mapping):
        pairs = [(str(name), element) for name, element in elements.items()]
    elif isinstance(elements, list):
        pairs = [(None, element) for element in elements]
    else:
        pairs = [(None, elements)] if elements is not None else []
    for index, (name, element) in enumerate(pairs, 1):
        row = around | {INDEX: str(index)}
        if name is not None:
            row[f"{spec.explode}.{KEY}"] = name
        if isinstance(element, Mapping):
            row |= flat(element, f"{spec.explode}.")
        else:
            row[spec.explode] = text_of_value(element)
        yield row


def _leave_out(record: Mapping[str, object], parts: list[str]) -> dict[str, object]:
    result = dict(record)
    first, *rest = parts
    inner = result.get(first)
    if rest and isinstance(inner, Mapping):
        result[first] = _leave_out(inner, rest)
    else:
        result.pop(first, None)
    return result


def flat(record: Mapping[str, object], front: str = "", depth: int = 0) -> Row:
    """Nested objects flattened with dots; an empty one and a list are JSON text.

    Raises:
        LimitExceeded: it is nested more than :data:`MOST_DEPTH` deep.
    """
    if depth > MOST_DEPTH:
        raise LimitExceeded(
            f"a record is nested more than {MOST_DEPTH} deep.", do="Name the part you need with `records:`."
        )
    row: Row = {}
    for name, value in record.items():
        if isinstance(value, Mapping) and value:
            row |= flat(value, f"{front}{name}.", depth + 1)
        else:
            row[f"{front}{name}"] = text_of_value(value)
    return row


def text_of_value(value: object) -> str | None:
    """Canonical text of a leaf; lists and objects as JSON."""
    return json_text(value) if isinstance(value, list | tuple | Mapping) else cell_text(value)


def json_text(value: object) -> str:
    """JSON of a nested value; numbers with a point are texts, so that they stay exact."""
    return json.dumps(_exact(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _exact(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _exact(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(inner) for inner in value]
    if value is None or isinstance(value, bool | str | int):
        return value
    return cell_text(value)
