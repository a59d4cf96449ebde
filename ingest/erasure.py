"""What was erased, and taking it out of raw rows: those in the archive, and those of every export that is read later.

The list (``erasures.json`` in the archive) holds no names: mentions and identifiers stand in it as sha256 under a
secret of the project. Of a row that describes an erased thing, what stays is its keys, its references, and numbers,
dates, yes/no and closed lists that the ontology does not mark as personal; the thing's identifiers (an e-mail address,
a tax number) become a pseudonym, the same in every row, so that what refers to them still does. ``docs/privacy.md``.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa

from ingest.adapters.rows import PROBLEM, RAW
from ingest.compile.sql import identifier, literal
from ingest.compile.table import record_sql
from ingest.mapping.model import SourceMapping
from ingest.row_rules import RowRule, row_rule
from ontology.errors import StoreDamaged
from ontology.model import Ontology

FILE = "erasures.json"
SHORTEST = 5
"""Identifiers shorter than this are not looked for in other rows: they are anybody's."""
_DONE = r"^erased-[0-9a-f]{8,12}(@erased\.invalid)?$"
_HIT = "__erased_hit"
_SYSTEM = frozenset({"_row", "_hash", "_file", "_ord", PROBLEM, RAW})


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure: what, when, by whom, why. The hashes are keyed."""

    id: str
    at: str
    by: tuple[str, ...]
    because: str
    things: tuple[str, ...]
    """Entity ids."""
    mentions: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


def _erasure(held: Mapping[str, object]) -> Erasure:
    def texts(name: str) -> tuple[str, ...]:
        found = held[name]
        if not isinstance(found, list):
            raise TypeError(name)
        return tuple(str(v) for v in found)

    return Erasure(
        str(held["id"]), str(held["at"]), texts("by"), str(held["because"]), texts("things"), texts("mentions"),
        texts("values"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Erasures:
    """All erasures of a project, with the secret that its hashes are keyed by."""

    secret: str
    listed: tuple[Erasure, ...] = ()
    mentions: frozenset[str] = field(default_factory=frozenset)
    values: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def read(cls, root: Path) -> Erasures:
        """The list in an archive; an empty one, with a fresh secret, where there is none.

        Raises:
            StoreDamaged: it cannot be read; nothing may be taken in before it can.
        """
        file = root / FILE
        if not file.exists():
            return cls(secrets.token_hex(32))
        try:
            held = json.loads(file.read_text(encoding="utf-8"))
            listed = tuple(_erasure(e) for e in held["erasures"])
            return cls._of(str(held["secret"]), listed)
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise StoreDamaged(
                "The list of what was erased cannot be read, so erased data could come back.", where=file,
                do="Restore it from a backup.",
            ) from problem  # fmt: skip

    @classmethod
    def _of(cls, secret: str, listed: tuple[Erasure, ...]) -> Erasures:
        mentions = frozenset(m for e in listed for m in e.mentions)
        return cls(secret, listed, mentions, frozenset(v for e in listed for v in e.values))

    def keyed(self, text: str) -> str:
        """The hash under which a text stands in the list."""
        return sha256(f"{self.secret}{text}".encode()).hexdigest()

    def keyed_value(self, text: str) -> str:
        """The hash of an identifier: capitals and outer blanks make no difference."""
        return self.keyed(text.strip(" ").lower())

    def pseudonym(self, text: str) -> str:
        """What stands in the place of an identifier."""
        return f"erased-{self.keyed_value(text)[:12]}{'@erased.invalid' if '@' in text else ''}"

    def with_one(self, made: Erasure) -> Erasures:
        """The list with one more."""
        return self._of(self.secret, (*self.listed, made))

    def write(self, root: Path) -> None:
        """Keep the list: whole or not at all, and only for the eyes of who runs knockon."""
        root.mkdir(parents=True, exist_ok=True)
        file, fresh = root / FILE, root / f"{FILE}.{os.getpid()}.part"
        content = {"secret": self.secret, "erasures": [asdict(e) for e in self.listed]}
        with fresh.open("w", encoding="utf-8") as stream:
            json.dump(content, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.chmod(0o600)
        fresh.replace(file)


class Redactor:
    """Takes what was erased out of the rows of one table.

    Args:
        mapping: the mapping that the rows are, or were, read with.
    """

    def __init__(self, erasures: Erasures, mapping: SourceMapping, table: str, ontology: Ontology) -> None:
        self._erasures = erasures
        self._mapping, self._table, self._ontology = mapping, mapping.tables[table], ontology
        self._db = duckdb.connect()
        self._db.execute("SET threads = 2")
        for name, hashes in (("erased_mention", erasures.mentions), ("erased_value", erasures.values)):
            self._db.register("given", pa.table({"h": pa.array(sorted(hashes), pa.string())}))
            self._db.execute(f"CREATE TABLE {name} AS SELECT h FROM given")
            self._db.unregister("given")

    def __enter__(self) -> Redactor:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def __call__(self, rows: pa.Table, file: str, first: int = 1) -> tuple[pa.Table, list[int]]:
        """The rows as they may be kept, and the numbers of those that were changed."""
        names = _cells_of(rows)
        rule = row_rule(self._table, self._ontology, names)
        self._register(rows, file, first)
        cells_ = ", ".join(f"{self._cell(c, rule)} AS {identifier(c)}" for c in names)
        changed = " OR ".join(
            [f"{_HIT}.{identifier(_alias(t))}" for t in rule.wiped]
            + [f"{self._in_values(f'raw.{identifier(c)}')} AND NOT {_done(f'raw.{identifier(c)}')}" for c in names]
            or ["false"]
        )
        sql = (
            f"SELECT raw._row, coalesce({changed}, false) AS changed{', ' if cells_ else ''}{cells_} FROM raw "
            f"LEFT JOIN ({self._hits(rule, names)}) AS {_HIT} ON {_HIT}._row = raw._row ORDER BY raw._row"
        )
        found = self._db.sql(sql).to_arrow_table()
        self._db.unregister("raw")
        numbers = found.filter(found.column("changed")).column("_row").to_pylist()
        if not numbers:
            return rows, []
        kept = {c: found.column(c).combine_chunks().cast(rows.schema.field(c).type) for c in names}
        columns = [kept.get(c, rows.column(c)) for c in rows.column_names]
        return pa.Table.from_arrays(columns, schema=rows.schema), [int(n) for n in numbers]

    def identifiers(self, rows: pa.Table, file: str, first: int = 1) -> set[str]:
        """Cells of rows about erased things that other rows may refer to them by."""
        names = _cells_of(rows)
        rule = row_rule(self._table, self._ontology, names)
        wanted = {t: sorted(c) for t, c in rule.identifying.items() if c}
        if not wanted:
            return set()
        self._register(rows, file, first)
        parts = [
            f"SELECT {identifier(c)} AS v FROM raw JOIN ({self._hits(rule, names)}) AS {_HIT} "
            f"ON {_HIT}._row = raw._row AND {_HIT}.{identifier(_alias(t))}"
            for t, listed in wanted.items()
            for c in listed
        ]
        found = self._db.sql(f"SELECT DISTINCT trim(v) AS v FROM ({' UNION ALL '.join(parts)}) WHERE v IS NOT NULL")
        texts = {str(v) for v in found.to_arrow_table().column("v").to_pylist()}
        self._db.unregister("raw")
        return {t for t in texts if len(t) >= SHORTEST and not t.startswith("erased-")}

    def _register(self, rows: pa.Table, file: str, first: int) -> None:
        numbers = pa.array(range(first, first + rows.num_rows), pa.int64())
        table = rows.append_column("_row", numbers) if "_row" not in rows.column_names else rows
        for name, value in (("_ord", 0), ("_file", file), ("_hash", "")):
            if name not in table.column_names:
                table = table.append_column(name, pa.array([value] * rows.num_rows))
        self._db.register("raw", table)

    def _hits(self, rule: RowRule, names: Sequence[str]) -> str:
        """SQL: for each row, whether it, or which further thing of it, was erased."""
        record = record_sql(self._mapping, self._table.name, self._ontology, names)
        if record is None or not rule.wiped:
            none = "".join(f", false AS {identifier(_alias(t))}" for t in rule.wiped)
            return f"SELECT _row, NULL::VARCHAR AS record{none} FROM raw"
        tests = ", ".join(
            f"coalesce({self._keyed('record' + ('' if t is None else ' || ' + literal('#' + t)))} "
            f"IN (SELECT h FROM erased_mention), false) AS {identifier(_alias(t))}"
            for t in rule.wiped
        )
        return f"SELECT _row, record, {tests} FROM ({record})"

    def _cell(self, column: str, rule: RowRule) -> str:
        held = f"raw.{identifier(column)}"
        sealed = [f"{_HIT}.{identifier(_alias(t))}" for t, keys in rule.sealed.items() if column in keys]
        owns = [f"{_HIT}.{identifier(_alias(t))}" for t, wiped in rule.wiped.items() if column in wiped]
        pseudonym = (
            f"'erased-' || left({self._keyed(f'lower(trim({held}))')}, 12) || "
            f"CASE WHEN contains({held}, '@') THEN '@erased.invalid' ELSE '' END"
        )
        whens = [f"WHEN {held} IS NULL OR {_done(held)} THEN {held}", f"WHEN {self._in_values(held)} THEN {pseudonym}"]
        if sealed:
            whens.append(f"WHEN {' OR '.join(sealed)} THEN {pseudonym}")
        if owns:
            instead = f"'erased-' || left({self._keyed(f'{_HIT}.record')}, 8)" if column in rule.named else "NULL"
            whens.append(f"WHEN {' OR '.join(owns)} THEN {instead}")
        return f"CASE {' '.join(whens)} ELSE {held} END"

    def _in_values(self, column: str) -> str:
        return f"coalesce({self._keyed(f'lower(trim({column}))')} IN (SELECT h FROM erased_value), false)"

    def _keyed(self, sql: str) -> str:
        return f"sha256({literal(self._erasures.secret)} || {sql})"


@contextmanager
def redacting(root: Path, mapping: SourceMapping, table: str, ontology: Ontology) -> Iterator[Redactor | None]:
    """What takes erased things out of rows of a table that are to be kept; None while nothing was ever erased."""
    erasures = Erasures.read(root)
    if not erasures.listed:
        yield None
        return
    with Redactor(erasures, mapping, table, ontology) as redactor:
        yield redactor


def _done(sql: str) -> str:
    return f"coalesce(regexp_matches({sql}, {literal(_DONE)}), false)"


def _alias(thing: str | None) -> str:
    return "own" if thing is None else f"own_{thing}"


def _cells_of(rows: pa.Table) -> list[str]:
    return [c for c in rows.column_names if c not in _SYSTEM]
