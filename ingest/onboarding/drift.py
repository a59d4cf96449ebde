"""An export that has changed since its mapping was written: columns renamed, new or gone; the mapping that fits."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rapidfuzz import fuzz
from ruamel.yaml import YAML

from ingest.adapters import parts, read
from ingest.adapters.rows import PROBLEM
from ingest.archive import Archive, StoredFile
from ingest.compile.expression import parse_expression
from ingest.compile.sql import identifier, literal
from ingest.mapping.model import SourceMapping, Table, cells, conditions
from ingest.onboarding.names import likeness, words
from ontology.errors import KnockonError

_ROWS = 20_000
_SURE = 0.7


@dataclass(frozen=True, slots=True)
class Rename:
    """A column that is called otherwise now."""

    old: str
    new: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Drift:
    """What has changed in one table's export."""

    source: str
    table: str
    renamed: tuple[Rename, ...] = ()
    gone: tuple[str, ...] = ()
    """Columns that the mapping reads and that are not there, nor under another name."""
    new: tuple[str, ...] = ()
    """Columns that the last export did not have."""
    dropped: tuple[str, ...] = ()
    """Columns that are gone and that nothing reads."""
    problem: str = ""
    """The export cannot be read at all."""
    key_gone: bool = False

    @property
    def stops(self) -> bool:
        """Whether the mapping no longer fits: the table is left as it was until it does."""
        return bool(self.renamed or self.gone or self.problem)


def drift_of(mapping: SourceMapping, table: Table, archive: Archive, environment: Mapping[str, str]) -> Drift | None:
    """How a table's export differs from its mapping and its last export; None where it does not."""
    name = (mapping.source, table.name)
    try:
        opened = parts(table.read, mapping.folder)
        reading = read(table.read, opened[0], environment, mapping.folder)
        now = reading.columns
    except KnockonError as problem:
        return Drift(*name, problem=f"{problem.what} {problem.do}".strip())
    before = _last(archive, *name)
    wanted = columns_read(table)
    missing = [c for c in wanted if c not in now]
    fresh = [c for c in now if c not in wanted and (before is None or c not in before.columns)]
    dropped = [c for c in before.columns if c not in now and c not in wanted] if before is not None else []
    if not missing and not (before is not None and fresh) and not dropped:
        return None
    renamed = (
        _renames(missing, [c for c in now if c not in wanted], before, archive, reading.batches, now) if missing else []
    )
    named = {r.old for r in renamed}
    gone = tuple(c for c in missing if c not in named)
    keys = {c for cell in table.key for c in (cell.column, *cell.columns) if c}
    return Drift(
        *name,
        renamed=tuple(renamed),
        gone=gone,
        new=tuple(c for c in fresh if c not in {r.new for r in renamed}) if before else (),
        dropped=tuple(dropped),
        key_gone=bool(keys & set(gone)),
    )


def columns_read(table: Table) -> tuple[str, ...]:
    """Every column that a table's mapping reads, also inside expressions."""
    found: dict[str, None] = {}
    for cell in cells(table):
        found.update(dict.fromkeys(c for c in (cell.column, *cell.columns) if c is not None))
        if cell.sql is not None:
            found.update(dict.fromkeys(parse_expression(cell.sql).columns))
    for sql, _ in conditions(table):
        found.update(dict.fromkeys(parse_expression(sql).columns))
    found.update(dict.fromkeys(rule.column for rule in table.contract))
    return tuple(found)


def _last(archive: Archive, source: str, table: str) -> StoredFile | None:
    """The newest archived export of a table."""
    found: StoredFile | None = None
    for name in archive.names():
        try:
            stored = archive.find(name)
        except KnockonError:
            continue  # a damaged file is said by `knockon doctor`
        if (stored.source, stored.table) == (source, table) and (found is None or stored.read_at > found.read_at):
            found = stored
    return found


def _renames(
    missing: Sequence[str],
    free: Sequence[str],
    before: StoredFile | None,
    archive: Archive,
    batches: Iterable[object],
    now: Sequence[str],
) -> list[Rename]:
    """For each missing column the free one that has its values or nearly its name; each once, the surest first."""
    shared = _shared_values(missing, free, before, archive, batches, now)
    scored: list[Rename] = []
    for old in missing:
        for new in free:
            like = max(likeness(words(old), words(new)), fuzz.ratio(old.lower(), new.lower()) / 100)
            same = shared.get((old, new))
            if same is None:
                score, reason = 0.95 * like, "its name is nearly the same"
            else:
                score, reason = 0.45 * like + 0.6 * same, f"{same:.0%} of its values are the old column's"
            if score >= _SURE:
                scored.append(Rename(old, new, min(1.0, score), reason))
    scored.sort(key=lambda r: (-r.score, r.old, r.new))
    found: list[Rename] = []
    for rename in scored:
        rival = any(r.old == rename.old and r.new != rename.new and r.score > rename.score - 0.05 for r in scored)
        if rename.old not in {r.old for r in found} and rename.new not in {r.new for r in found} and not rival:
            found.append(rename)
    return found


def _shared_values(
    missing: Sequence[str],
    free: Sequence[str],
    before: StoredFile | None,
    archive: Archive,
    batches: Iterable[object],
    now: Sequence[str],
) -> dict[tuple[str, str], float]:
    """How many of the new column's values the old one had, in [0, 1]; empty where there is no earlier export."""
    old = [c for c in missing if before is not None and c in before.columns]
    if before is None or not old or not free:
        return {}
    with duckdb.connect() as connection:
        held = ", ".join(f"{identifier(c)} VARCHAR" for c in now)
        connection.execute(f"CREATE TABLE fresh ({held})")
        rows = 0
        for batch in batches:
            connection.register("batch", batch)
            connection.execute(
                f"INSERT INTO fresh SELECT {', '.join(map(identifier, now))} FROM batch WHERE {PROBLEM} IS NULL"
            )
            connection.unregister("batch")
            row = connection.execute("SELECT count(*) FROM fresh").fetchone()
            rows = int(row[0]) if row else 0
            if rows >= _ROWS:
                break
        file = literal(str(archive.parquet(before.name)))
        found = {}
        for a in old:
            for b in free:
                row = connection.execute(
                    f"SELECT count(DISTINCT {identifier(b)}), count(DISTINCT {identifier(b)}) FILTER "
                    f"({identifier(b)} IN "
                    f"(SELECT {identifier(a)} FROM read_parquet({file}))) FROM fresh WHERE {identifier(b)} <> ''"
                ).fetchone()
                if row is not None and row[0]:
                    found[a, b] = row[1] / row[0]
    return found


def changed_mapping(text: str, drifts: Sequence[Drift]) -> str:
    """The mapping with renamed columns under their new names, and without what reads columns that are gone.

    Comments stay. What a gone column was part of goes: the property, relation, rule or further thing. Tables whose key
    is gone are left as they are.
    """
    yaml = YAML(typ="rt")
    yaml.width = 4096
    yaml.preserve_quotes = True
    document = yaml.load(text)
    for drift in drifts:
        table = document["tables"].get(drift.table)
        if table is None or drift.problem or drift.key_gone:
            continue
        for rename in drift.renamed:
            _rename(table, rename.old, rename.new)
        for column in drift.gone:
            _remove(table, column)
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


_COLUMN_PLACES = ("key", "columns", "column", "properties", "valid_from", "valid_to", "from", "to", "by", "same_as")


def _rename(node: object, old: str, new: str, inside: str = "") -> None:
    """Rename a column wherever a column may stand; constants, classes and roles are left alone."""
    if isinstance(node, MutableMapping):
        for name in list(node):
            value = node[name]
            if inside == "contract" and name == old:
                node[new] = node.pop(name)
                continue
            if isinstance(value, str):
                if name in ("sql", "when"):
                    node[name] = _in_expression(value, old, new)
                elif (
                    value == old
                    and name not in ("const", "class", "role", "to", "file", "mode")
                    and name != "date_format"
                ):
                    node[name] = new
            elif name != "read":
                _rename(value, old, new, str(name) if name == "contract" else "")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            if isinstance(value, str) and value == old:
                node[i] = new
            elif not isinstance(value, str):
                _rename(value, old, new)


def _in_expression(sql: str, old: str, new: str) -> str:
    import re

    fresh = '"' + new.replace('"', '""') + '"'
    quoted = '"' + old.replace('"', '""') + '"'
    return sql.replace(quoted, fresh) if quoted in sql else re.sub(rf"\b{re.escape(old)}\b(?!')", lambda _: fresh, sql)


def _remove(table: MutableMapping[str, object], column: str) -> None:
    for part in (table, *_things(table)):
        for group in ("properties", "relations", "contract"):
            held = part.get(group)
            if isinstance(held, MutableMapping):
                for name in list(held):
                    if (name == column and group == "contract") or _mentions(held[name], column):
                        del held[name]


def _things(table: MutableMapping[str, object]) -> list[MutableMapping[str, object]]:
    also = table.get("also")
    return [t for t in also.values() if isinstance(t, MutableMapping)] if isinstance(also, MutableMapping) else []


def _mentions(node: object, column: str) -> bool:
    if isinstance(node, str):
        return node == column
    if isinstance(node, MutableMapping):
        return any(
            (column in parse_expression(str(v)).columns) if k in ("sql", "when") else _mentions(v, column)
            for k, v in node.items()
            if k != "const"
        )
    return isinstance(node, list) and any(_mentions(v, column) for v in node)


def difference(old: str, new: str, path: Path) -> str:
    """The change as a unified diff."""
    lines = difflib.unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        fromfile=path.name,
        tofile=f"{path.name} (proposed)",
        n=1,
    )
    return "".join(lines)
