"""An export that has changed since its mapping was written: columns renamed, new or gone; the mapping that fits."""

from __future__ import annotations

import difflib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz import fuzz
from ruamel.yaml import YAML

from ingest.adapters import parts, read
from ingest.archive import Archive, StoredFile
from ingest.compile.expression import parse_expression
from ingest.mapping.model import SourceMapping, Table, cells, conditions
from ingest.onboarding.edits import in_currency, reformed, renamed_in, without
from ingest.onboarding.money import said_in
from ingest.onboarding.names import likeness, words
from ingest.onboarding.rewritten import Fresh, Reform
from ontology.errors import KnockonError

_SURE = 0.7
_ALL, _FEW = 0.9, 0.5
"""Share of values with which a column is known whatever it is called, if no other column comes near."""


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
    reforms: tuple[Reform, ...] = ()
    """Columns whose values are written otherwise now."""
    order: tuple[str, ...] = ()
    """A file without headings whose columns stand in another order now: in this one."""
    problem: str = ""
    """The export cannot be read at all."""
    key_gone: bool = False

    @property
    def stops(self) -> bool:
        """Whether the mapping no longer fits: the table is left as it was until it does."""
        return bool(self.renamed or self.gone or self.reforms or self.order or self.problem)


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
    reforms: list[Reform] = []
    order: tuple[str, ...] | None = None
    renamed: list[Rename] = []
    if before is not None and now:
        rows = Fresh(now, reading.batches, str(archive.parquet(before.name)))
        try:
            there = [c for c in wanted if c in now and c in before.columns]
            order = rows.order(before.columns) if table.read.header is False else None
            reforms = rows.reforms(there) if order is None else []
            free = [c for c in now if c not in wanted]
            renamed = _renames(missing, free, before, rows, _key_in(table, now, before.columns)) if missing else []
        finally:
            rows.close()
    elif missing:
        renamed = _renames(missing, [c for c in now if c not in wanted], None, None, ())
    if not missing and not (before is not None and fresh) and not dropped and not reforms and order is None:
        return None
    named = {r.old for r in renamed}
    gone = tuple(c for c in missing if c not in named)
    keys = set(_key_columns(table))
    return Drift(
        *name,
        renamed=tuple(renamed),
        gone=gone,
        new=tuple(c for c in fresh if c not in {r.new for r in renamed}) if before else (),
        dropped=tuple(dropped),
        reforms=tuple(reforms),
        order=order or (),
        key_gone=bool(keys & set(gone)),
    )


def _key_columns(table: Table) -> tuple[str, ...]:
    return tuple(c for cell in table.key for c in (cell.column, *cell.columns) if c)


def _key_in(table: Table, now: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
    """The columns of the key, if they are in both exports; else none."""
    found = _key_columns(table)
    return found if found and all(c in now and c in before for c in found) else ()


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
    rows: Fresh | None,
    key: Sequence[str],
) -> list[Rename]:
    """For each missing column the free one that has its values or nearly its name; each once, the surest first.

    Rows that are in both exports (by ``key``) say most: a column that says the same in them is the same.
    """
    scored: list[Rename] = []
    for old in missing:
        aligned = {f: rows.aligned(key, old, f) for f in free} if rows is not None and _held(before, old, key) else {}
        equal = [f for f, share in aligned.items() if share is not None and share >= _ALL]
        for new in free:
            if equal == [new]:
                like = max(likeness(words(old), words(new)), fuzz.ratio(old.lower(), new.lower()) / 100)
                reason = f"in {aligned[new]:.0%} of the rows that are in both exports it says the same"
                scored.append(Rename(old, new, 0.85 + 0.15 * like, reason))
                continue
            if equal and new not in equal:
                continue
            like = max(likeness(words(old), words(new)), fuzz.ratio(old.lower(), new.lower()) / 100)
            held = before is not None and rows is not None and old in before.columns
            same = rows.shared(old, new) if held and rows is not None else None
            if (
                same is not None
                and rows is not None
                and before is not None
                and same >= _ALL
                and rows.distinct(new) >= 10
            ):
                others = [rows.shared(old, f) for f in free if f != new]
                others += [rows.shared(m, new) for m in missing if m != old and m in before.columns]
                if all((o or 0.0) < _FEW for o in others):
                    scored.append(Rename(old, new, 0.8 + 0.2 * like, f"{same:.0%} of its values are the old column's"))
                    continue
            if same is None:
                score, reason = 0.95 * like, "its name is nearly the same"
            else:
                score, reason = 0.45 * like + 0.6 * same, f"{same:.0%} of its values are the old column's"
            if score >= _SURE:
                scored.append(Rename(old, new, min(1.0, score), reason))
    scored.sort(key=lambda r: (-r.score, r.old, r.new))
    found: list[Rename] = []
    for rename in map(_with_currency, scored):
        rival = any(r.old == rename.old and r.new != rename.new and r.score > rename.score - 0.05 for r in scored)
        if rename.old not in {r.old for r in found} and rename.new not in {r.new for r in found} and not rival:
            found.append(rename)
    return found


def _with_currency(rename: Rename) -> Rename:
    """With a word of warning where the new name says another currency than the old one did."""
    before, now = said_in(rename.old), said_in(rename.new)
    if before is None or now is None or before == now:
        return rename
    return replace(rename, reason=f"{rename.reason}; it was in {before} and says {now} now")


def _held(before: StoredFile | None, old: str, key: Sequence[str]) -> bool:
    return before is not None and bool(key) and old in before.columns


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
        if drift.order:
            table["read"]["columns"] = list(drift.order)
        for reform in drift.reforms:
            reformed(table, reform)
        for rename in drift.renamed:
            renamed_in(table, rename.old, rename.new)
            in_currency(table, said_in(rename.old), said_in(rename.new))
        for column in drift.gone:
            without(table, column)
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


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
