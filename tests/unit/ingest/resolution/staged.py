"""A made-up company of three systems, computed without a database: what is resolved, for runs in any order."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from graph_engine.store.runs import Run, RunInput, Statement
from ingest.archive import Archive
from ingest.compile.table import CompiledTable, compile_table
from ingest.mapping.load import load_mapping
from ingest.mapping.model import SourceMapping
from ingest.progress import silent
from ingest.resolution.judging import judgement_record
from ingest.resolution.pinned import Pin
from ingest.state.clusters import Resolved
from ingest.state.desired import DesiredState
from ingest.state.resolving import Resolving
from ingest.state.staging import Staging
from ontology.load import load_ontology
from ontology.model import Ontology

Row = dict[str, str]
MAPPING = """\
source: {source}
title: {source}
folder: .
nulls: [""]
priority: {priority}
tables:
  customers:
    read: {{file: {source}.csv}}
    mode: upsert
    key: [Id]
    class: Customer
{ties}    properties: {{name: Name, tax_number: Tax, emails: Mail, phones: Phone, segment: Segment}}
    relations:
      addresses: {{to: "#address", properties: {{kind: {{const: home}}}}}}
    also:
      address:
        class: Address
        key: [Id]
        properties: {{line_1: Street, postal_code: Zip, city: City}}
"""
COLUMNS = ("Id", "Name", "Tax", "Mail", "Phone", "Segment", "Street", "Zip", "City", "Erp")
TIES = "    same_as: {erp.customers: [Erp]}\n"
"""Where the desk names the ERP's number, its row is that customer: the mapping says so."""
PRIORITIES = {"shop": 3, "erp": 2, "desk": 1}


@cache
def ontology() -> Ontology:
    """The shipped ontology."""
    return load_ontology()


@dataclass
class Outcome:
    """What a computation came to."""

    clusters: frozenset[frozenset[str]]
    ledger: tuple[tuple[object, ...], ...]
    values: dict[tuple[str, str], tuple[str, str]]
    """(smallest mention of the entity, property) → (value, record)."""
    others: tuple[tuple[str, str, str, str], ...]
    """(entity, property, value, record) of what was not chosen."""
    resolved: Resolved
    pin: Pin
    compared: Mapping[str, int]

    def together(self, *mentions: str) -> bool:
        """Whether these are one entity."""
        return any(set(mentions) <= cluster for cluster in self.clusters)


class Company:
    """Systems as lists of rows; each call of :meth:`read` is a run that reads one of them as it is then."""

    def __init__(self, ties: bool = False) -> None:
        self._ties = ties
        self._folder = Path(tempfile.mkdtemp(prefix="knockon-test-"))
        self.archive = Archive(self._folder / "archive")
        self.runs: list[Run] = []
        self._mappings: dict[str, SourceMapping] = {}

    def read(self, source: str, rows: Sequence[Row]) -> Run:
        """A run that reads these rows of a system."""
        file = self._folder / f"{source}.csv"
        with file.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        path = self._folder / f"{source}.yaml"
        text = MAPPING.format(
            source=source, priority=PRIORITIES[source], ties=TIES if self._ties and source == "desk" else ""
        )
        path.write_text(text, encoding="utf-8")
        mapping = load_mapping(path, ontology())
        self._mappings[mapping.digest] = mapping
        stored = self.archive.store(source, "customers", mapping.tables["customers"].read, self._folder)
        given = RunInput(source, "customers", "upsert", mapping.digest, tuple(s.name for s in stored))
        return self._add("ingest", inputs=(given,))

    def judge(self, *said: tuple[str, str, str]) -> Run:
        """A run by which a person judges (left, right, verdict)."""
        statements = []
        for left, right, verdict in said:
            a, b = sorted((left, right))
            statements.append(Statement(judgement_record(a, b), a, "identity", verdict, b, "ann", "she knows"))
        return self._add("judge", statements=tuple(statements))

    def _add(self, kind: str, inputs: tuple[RunInput, ...] = (), statements: tuple[Statement, ...] = ()) -> Run:
        number = len(self.runs) + 1
        run = Run(f"run-{number:04d}", number, kind, "live", "t", inputs=inputs, statements=statements)
        self.runs.append(run)
        return run

    def compute(self, pin: Pin | None = None, runs: Sequence[Run] | None = None, cache: Path | None = None) -> Outcome:
        """State = F(runs): clusters, ledger and values."""
        live = list(self.runs if runs is None else runs)
        resolving = Resolving(ontology(), pin or Pin(), cache)

        def compiled(mapping: str, table: str, columns: tuple[str, ...]) -> CompiledTable:
            return compile_table(self._mappings[mapping], table, ontology(), columns, list(self._mappings.values()))

        tmp = self._folder / "tmp"
        tmp.mkdir(exist_ok=True)
        with Staging(tmp) as db:
            state = DesiredState(
                db, None, ontology(), self.archive, compiled, live, live[-1], PRIORITIES, date(2026, 7, 1),  # type: ignore[arg-type]
                resolving=resolving,
            )  # fmt: skip
            state.compute(silent)
            resolving.save()
            held: dict[str, set[str]] = {}
            for mention, entity in db.rows("SELECT mention, entity FROM membership"):
                held.setdefault(str(entity), set()).add(str(mention))
            ledger = db.rows(
                "SELECT id, verdict, decided_by, weight, probability, asleep, agent FROM fin_judgement ORDER BY id"
            )
            others = db.rows("SELECT entity, property, value, record FROM fin_other ORDER BY ALL")
            values = {
                (min(held[str(e)]), str(p)): (str(v), str(r))
                for e, p, v, r in db.rows("SELECT entity, property, value, record FROM fin_value")
            }
        assert state.resolved is not None
        return Outcome(
            frozenset(frozenset(c) for c in held.values()), tuple(ledger), values,
            tuple((str(e), str(p), str(v), str(r)) for e, p, v, r in others), state.resolved, resolving.pin,
            resolving.compared,
        )  # fmt: skip
