"""The whole computation: live runs in, desired state and its difference with the graph out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from graph_engine.graph import Graph
from graph_engine.store import current
from graph_engine.store.runs import Run
from ingest.archive import Archive
from ingest.progress import Progress
from ingest.resolution.pinned import Pin
from ingest.state.blame import blame
from ingest.state.clusters import Resolved, cluster
from ingest.state.cycles import find_cycles
from ingest.state.image import StagedImage, relation_images
from ingest.state.ledger import weigh_questions
from ingest.state.plan import compute_difference
from ingest.state.references import AMBIGUOUS_VALUE, drop_optional, settle
from ingest.state.resolving import Resolving
from ingest.state.staging import Staging
from ingest.state.statements import GONE, load_statements
from ingest.state.versions import Compile, Versions
from ontology.errors import KnockonError
from ontology.model import Ontology
from validation.gate import Gate, GateReport
from validation.image import RelationImage, Touched
from validation.violations import Violation

ROUNDS = 25
STATEMENTS = "(record LIKE 'corrections/%' OR record LIKE 'assumptions/%')"


class StatementRefused(KnockonError):
    """A correction or assumption would break a rule of the ontology."""

    code = "statement-refused"
    http_status = 422
    exit_code = 2


class DesiredState:
    """State = F(live runs), in staging.

    Args:
        staging: an empty staging database.
        live: the live runs in order, the one in hand last.
        run: the run in hand; its statements are refused, not set aside, when they break a rule.
        whole: validate everything, not only what changes (what the graph holds was never validated as it is).
        rules: rules (``Gate.rules``) that are checked on all they target: new ones, and those that were changed.
        resolving: what judges which mentions are one thing; None: models trained on what is there, and not kept.
    """

    def __init__(
        self, staging: Staging, graph: Graph, ontology: Ontology, archive: Archive, compile_: Compile,
        live: Sequence[Run], run: Run, priorities: dict[str, int], today: date, *, whole: bool = False,
        rules: Collection[str] = (), resolving: Resolving | None = None,
    ) -> None:  # fmt: skip
        self.db = staging
        self._graph = graph
        self._ontology = ontology
        self._live = live
        self._run = run
        self._today = today
        self._resolving = resolving or Resolving(ontology, Pin())
        self.resolved: Resolved | None = None
        self._whole = whole
        self._rules = rules
        self.stopped: list[Violation] = []
        self.dropped_references = 0
        staging.load_ontology(ontology, priorities)
        self.versions = Versions(staging, archive, compile_, live)

    def load_current(self) -> None:
        """Read from the graph what it holds now (ids, hashes, which mention belongs to which entity)."""
        db = self.db
        for chunk in current.chunks(self._graph, "read/record_hashes"):
            ids, hashes, runs, stale = zip(*chunk, strict=True)
            db.insert("cur_record", {"id": ids, "hash": hashes, "run": runs, "stale": stale})
        for chunk in current.chunks(self._graph, "read/entity_hashes"):
            ids, hashes = zip(*chunk, strict=True)
            db.insert("cur_entity", {"id": ids, "hash": hashes})
        for chunk in current.relation_hashes(self._graph):
            ids, hashes, types, sources, targets = zip(*chunk, strict=True)
            db.insert("cur_relation", {"id": ids, "hash": hashes, "type": types, "source": sources, "target": targets})
        for chunk in current.chunks(self._graph, "read/assignment"):
            flat = [(m, row[0], row[1], row[2]) for row in chunk for m in _list(row[3])]
            mentions, entities, founding, first = zip(*flat, strict=True)
            db.insert("cur_assignment", {"mention": mentions, "entity": entities, "founding": founding, "first": first})
        aliases = self._graph.read("read/aliases")
        db.insert("cur_alias", {"alias": [r["alias"] for r in aliases], "entity": [r["entity"] for r in aliases]})
        ledger = self._graph.read("read/judgement_hashes")
        db.insert("cur_judgement", {"id": [r["id"] for r in ledger], "hash": [r["hash"] for r in ledger]})
        held = self._graph.read("read/quarantine_ids")
        db.insert("cur_quarantine", {"id": [r["id"] for r in held], "hash": [r["hash"] for r in held]})

    def compute(self, progress: Progress) -> None:
        """Choose versions, settle references, resolve, and choose values: fills the ``fin_`` tables."""
        progress("reading rows", 0, 0)
        self.versions.load()
        progress("checking references", 0, 0)
        settle(self.db, self.versions)
        self._derive(progress)

    def validate(self, gate: Gate, progress: Progress) -> GateReport:
        """Check what the change can affect; set aside the records to blame until nothing is violated.

        ``stopped`` then holds what was violated.
        """
        first = True
        touched = self._touched()
        for _ in range(ROUNDS):
            report = gate.check(touched, StagedImage(self.db), lambda done, total: progress("validating", done, total))
            if report.conforms:
                return report
            self.stopped.extend(report.violations)
            self._set_aside(report)
            settle(self.db, self.versions)
            self._derive(progress)
            touched = self._touched()
            first = False
        raise KnockonError(
            f"After {ROUNDS} rounds of setting rows aside the data still breaks a rule: "
            f"{report.violations[0].message()}"
            if not first
            else "The data breaks a rule.",
            do="Run `knockon validate` to see it; nothing was written.",
        )

    def difference(self) -> None:
        """Compute the difference with the graph, quarantine included."""
        compute_difference(self.db, [r.id for r in self._live])

    # -- inside -----------------------------------------------------------------------------------------------------

    def _derive(self, progress: Progress) -> None:
        db = self.db
        while True:
            for table in ("mention", "val", "link", "ref"):
                db.run(f"DELETE FROM {table} WHERE {STATEMENTS}")
            for table in (
                "removal", "sleeping", "membership", "hub", "identity", "new_alias", "fin_record", "fin_class",
                "fin_value", "fin_entity", "fin_relation", "fin_quarantine", "fin_judgement", "fin_other",
            ):  # fmt: skip
                db.run(f"DELETE FROM {table}")
            load_statements(db, self._ontology, self._live, self._today)
            self.dropped_references += drop_optional(db)
            progress("resolving entities", 0, 0)
            self.resolved = cluster(db, self._run.ordinal, self._resolving, self._live, progress)
            if self.versions.reject(AMBIGUOUS_VALUE):
                settle(db, self.versions)
                continue
            progress("choosing values", 0, 0)
            db.script("entities.sql", "most_specific_classes")
            db.script("entities.sql", "survivorship")
            db.script("entities.sql", "titles_and_hashes")
            db.script("entities.sql", "relations")
            if not self._break_cycles():
                break
        weigh_questions(db)
        db.script("entities.sql", "records")
        db.script("difference.sql", "set_aside")

    def _break_cycles(self) -> bool:
        """Set aside the rows that state a link of a cycle where the ontology allows none; whether there were any."""
        found = find_cycles(self.db, self._ontology)
        if not found:
            return False
        entered = {s.record for s in self._run.statements}
        for record, _, reason in found:
            if record in entered:
                raise StatementRefused(reason, do="Nothing was changed. Enter something that makes no circle.")
        self.db.run("CREATE OR REPLACE TEMP TABLE circular(record VARCHAR, path VARCHAR, reason VARCHAR)")
        records, names, reasons = zip(*found, strict=True)
        self.db.insert("circular", {"record": records, "path": names, "reason": reasons})
        if not self.versions.reject("SELECT record, 'cycle' AS rule, path AS \"column\", reason FROM circular"):
            raise KnockonError(
                f"{found[0][2][:-1]}, and no row can be set aside for it: all of it was entered by people.",
                do="Withdraw one of these corrections (`knockon runs`, `knockon undo`).",
            )
        settle(self.db, self.versions)
        return True

    def _touched(self) -> Touched:
        """What the change touches, before and after."""
        self.difference()
        db = self.db
        if self._whole or not db.count("SELECT count(*) FROM cur_entity"):
            return Touched(everything=True)
        entities = [str(r[0]) for r in db.rows("SELECT id FROM d_entity")]
        types = {r.type: name for name, r in self._ontology.relations.items()}
        after = relation_images(
            db.arrow(
                "SELECT f.id, f.name, f.source, f.target, f.properties, f.valid_from::VARCHAR AS f, "
                "f.valid_to::VARCHAR AS t "
                "FROM fin_relation f SEMI JOIN d_relation d ON d.id = f.id"
            ).to_pylist()
        )
        before = [
            RelationImage(str(i), types[str(t)], str(s), str(o), {}, None, None)
            for i, t, s, o in db.rows(
                "SELECT c.id, c.type, c.source, c.target FROM cur_relation c JOIN d_relation d ON d.id = c.id "
                "WHERE d.op <> 'add'"
            )
            if str(t) in types
        ]
        return Touched(entities=entities, relations=[*after, *before], shapes=self._rules)

    def _set_aside(self, report: GateReport) -> None:
        blamed = blame(self.db, report.violations)
        entered = {s.record for s in self._run.statements}
        for record in sorted(entered & set(blamed)):
            raise StatementRefused(
                f"This would break a rule: {blamed[record][1]}",
                do="Nothing was changed. Enter a value that fits the rule.",
            )
        taken_out = [s for s in self._run.statements if s.op == GONE]
        if taken_out and blamed:
            # What needs the thing would be set aside without anybody having said so.
            raise StatementRefused(
                f"Without {taken_out[0].mention} a rule would be broken: {min(m for _, m in blamed.values())}",
                do="Nothing was changed. Take out, or give another, to what needs it as well.",
            )
        rows = sorted((r, path, message) for r, (path, message) in blamed.items())
        self.db.run("CREATE OR REPLACE TEMP TABLE blamed(record VARCHAR, path VARCHAR, reason VARCHAR)")
        self.db.insert(
            "blamed", {"record": [r[0] for r in rows], "path": [r[1] for r in rows], "reason": [r[2] for r in rows]}
        )
        if not self.versions.reject("SELECT record, 'shacl' AS rule, path AS \"column\", reason FROM blamed"):
            worst = report.violations[0]
            raise KnockonError(
                f"The data breaks a rule and no row can be set aside for it: {worst.message()} ({worst.focus})",
                do="Withdraw the correction or assumption that causes it (`knockon runs`), or mend the shape.",
            )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
