"""What single archived rows say, read again through their mapping: for checking an answer against its sources."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb

from graph_engine.store.runs import Run, RunInput, Statement
from ingest.archive import Archive, StoredFile
from ingest.compile.table import CompiledTable, compile_table
from ingest.pins import Pins
from ontology.errors import KnockonError, StoreDamaged
from ontology.ids import split_record_id
from ontology.model import Ontology


@dataclass(frozen=True, slots=True)
class SaidRelation:
    """A relation that a row states."""

    relation: str
    inverse: bool
    """The thing that the row describes is the target."""
    mention: str
    other: str | None
    """Mention at the other end; None where it is named by a value."""
    values: Mapping[str, str]
    """Property → canonical text."""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class SaidRow:
    """What one record says, from its archived row (or from the run that a person entered it in)."""

    record: str
    place: str
    """File and row, or the run."""
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Property → canonical texts, of everything that the row describes."""
    relations: tuple[SaidRelation, ...] = ()
    problem: str = ""
    """Why it cannot be read: the row is not there any more, the archive was changed."""


class Rereading:
    """Reads records again from the archive.

    Args:
        live: the runs that the state is made of, in order.
    """

    def __init__(self, archive: Archive, ontology: Ontology, live: Sequence[Run]) -> None:
        self._archive, self._ontology = archive, ontology
        self._pins = Pins(archive.root)
        self._newest = {given.source: given.mapping for run in live for given in run.inputs}
        self._inputs: dict[tuple[str, str], list[RunInput]] = {}
        self._statements: dict[str, tuple[Run, Statement]] = {}
        for run in live:
            for given in run.inputs:
                self._inputs.setdefault((given.source, given.table), []).append(given)
            for said in run.statements:
                self._statements[said.record] = run, said
        self._checked: dict[str, str] = {}

    def read(self, places: Mapping[str, tuple[str | None, int | None]]) -> dict[str, SaidRow]:
        """What some records say.

        Args:
            places: record → sha256 of its file and row; nothing for what a person entered.
        """
        found: dict[str, SaidRow] = {}
        wanted: dict[tuple[str, str, str], dict[int, str]] = {}
        for record, (sha256, row) in sorted(places.items()):
            if record in self._statements:
                found[record] = self._entered(record)
            elif sha256 is None or row is None:
                found[record] = SaidRow(record, "", problem="it has no row in any file")
            else:
                source, table, _ = split_record_id(record)
                wanted.setdefault((source, table, sha256), {})[row] = record
        for (source, table, sha256), rows in wanted.items():
            found.update(self._rows(source, table, sha256, rows))
        return found

    def _entered(self, record: str) -> SaidRow:
        run, said = self._statements[record]
        values = {} if said.value is None else {said.name: frozenset([said.value])}
        relation = SaidRelation(said.name, False, said.mention, said.value, json.loads(said.figures or "{}"))
        return SaidRow(record, f"run {run.id}", values, (relation,))

    def _rows(self, source: str, table: str, sha256: str, rows: Mapping[int, str]) -> dict[str, SaidRow]:
        try:
            address, stored, mapping = self._file(source, table, sha256)
            problem = self._damage(address)
            compiled = self._compiled(mapping, table, stored)
            said = self._evaluated(compiled, address, stored, rows)
        except KnockonError as problem_:
            return {r: SaidRow(r, f"row {n}", problem=problem_.what) for n, r in rows.items()}
        for row, record in rows.items():
            if record not in said:
                gone = problem or "the row says another key, or none"
                said[record] = SaidRow(record, f"{stored.path} row {row}", problem=gone)
            elif problem:
                held = said[record]
                said[record] = SaidRow(record, held.place, held.values, held.relations, problem)
        return said

    def _file(self, source: str, table: str, sha256: str) -> tuple[str, StoredFile, str]:
        """The newest input of a table that holds a file: its address, notes and mapping."""
        for given in reversed(self._inputs.get((source, table), [])):
            for address in given.files:
                stored = self._archive.find(address)
                if stored.sha256 == sha256:
                    return address, stored, given.mapping
        raise StoreDamaged(f"no run in force read that file into {source}.{table}")

    def _damage(self, address: str) -> str:
        """Why an archived file is not what was archived; empty: it is."""
        if address not in self._checked:
            try:
                self._archive.check(address)
                self._checked[address] = ""
            except StoreDamaged as problem:
                self._checked[address] = problem.what
        return self._checked[address]

    def _compiled(self, mapping: str, table: str, stored: StoredFile) -> CompiledTable:
        others = [self._pins.mapping(digest, self._ontology) for digest in self._newest.values()]
        pinned = self._pins.mapping(mapping, self._ontology)
        return compile_table(pinned, table, self._ontology, stored.columns, others)

    def _evaluated(
        self, compiled: CompiledTable, address: str, stored: StoredFile, rows: Mapping[int, str]
    ) -> dict[str, SaidRow]:  # fmt: skip
        path = str(self._archive.parquet(address)).replace("'", "''")
        numbers = ", ".join(str(int(n)) for n in rows)
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            con.execute(
                f"CREATE TEMP VIEW raw AS SELECT *, '{stored.sha256}' AS _file, 1::BIGINT AS _ord "
                f"FROM read_parquet('{path}') WHERE _row IN ({numbers})"
            )
            con.execute(f"CREATE TEMP TABLE staged AS {compiled.stage}")
            keys = con.execute(f"SELECT record, _row FROM ({compiled.rows}) WHERE record IS NOT NULL").fetchall()
            held = con.execute(
                f"SELECT record, property, value FROM ({compiled.vals}) WHERE value IS NOT NULL"
            ).fetchall()
            refs = con.execute(
                "SELECT record, relation, inverse, mention, target, properties, valid_from, valid_to "
                f"FROM ({compiled.refs}) WHERE target IS NOT NULL OR by_value IS NOT NULL"
            ).fetchall()
        values: dict[str, dict[str, set[str]]] = {}
        for record, name, value in held:
            values.setdefault(record, {}).setdefault(name, set()).add(value)
        relations: dict[str, list[SaidRelation]] = {}
        for record, relation, inverse, mention, target, properties, begin, end in refs:
            made = SaidRelation(relation, bool(inverse), mention, target, json.loads(properties or "{}"), begin, end)
            relations.setdefault(record, []).append(made)
        return {
            record: SaidRow(
                record, f"{stored.path} row {row}", {n: frozenset(v) for n, v in values.get(record, {}).items()},
                tuple(relations.get(record, ())),
            )
            for record, row in keys
            if rows.get(row) == record
        }  # fmt: skip
