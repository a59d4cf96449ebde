"""Erasing from what the graph keeps besides the current state: history, quarantine, runs, scenarios, reasons.

The current state follows from the redacted rows by an ordinary run; what is here only takes out, never adds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from graph_engine.graph import Graph
from graph_engine.store.runs import Run, Statement, read_runs
from graph_engine.store.scenarios import kept_scenarios
from ontology.ids import canonical_json, record_of
from ontology.model import Datatype, Ontology

ERASED = "erased"
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What is to be forgotten.

    Args:
        things: ids of the erased entities, aliases included.
        mentions: mentions of them, now and ever.
        quotes: texts that name or identify them wherever they are quoted.
        renamed: mention → what it is called where its key was personal.
    """

    things: frozenset[str]
    mentions: frozenset[str]
    quotes: frozenset[str]
    renamed: Mapping[str, str]

    def clean(self, text: str) -> str:
        """A text without what names or identifies them."""
        for old, new in self.renamed.items():
            text = text.replace(old, new)
        return _pattern(self.quotes).sub(ERASED, text) if self.quotes else text

    def clean_all(self, value: object, *, keys: bool = False) -> object:
        """A JSON value with every text in it cleaned; ``keys``: the names of members too."""
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, list):
            return [self.clean_all(v, keys=keys) for v in value]
        if isinstance(value, dict):
            return {self.clean(k) if keys else k: self.clean_all(v, keys=keys) for k, v in value.items()}
        return value

    def about(self, mentions: Iterable[str]) -> bool:
        """Whether a state is of an erased thing, or of one that only rows about an erased thing describe."""
        return all(m in self.mentions or record_of(m) in self.mentions for m in mentions)


_PATTERNS: dict[frozenset[str], re.Pattern[str]] = {}


def _pattern(quotes: frozenset[str]) -> re.Pattern[str]:
    if quotes not in _PATTERNS:
        _PATTERNS.clear()
        listed = "|".join(re.escape(q) for q in sorted(quotes, key=lambda q: (-len(q), q)))
        _PATTERNS[quotes] = re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)
    return _PATTERNS[quotes]


def forget_history(graph: Graph, ontology: Ontology, what: Forgotten, run: str) -> int:
    """Rewrite earlier states of the erased things, and of all that the erasing run changed; gives how many."""
    ids = set(what.things) | {str(r["id"]) for r in graph.read("read/closed_of_run", run=run)}
    changed = 0
    for part in _parts(sorted(ids)):
        rows = []
        for row in graph.read("read/closed_by_ids", ids=part):
            payload = json.loads(str(row["payload"]))
            kept = canonical_json(_payload(ontology, what, str(row["kind"]), payload))
            new_id = what.renamed.get(str(row["id"]), str(row["id"]))
            if kept != row["payload"] or new_id != row["id"]:
                rows.append(
                    {"id": row["id"], "seq_from": row["seq_from"], "seq_to": row["seq_to"], "payload": kept,
                     "new_id": new_id}
                )  # fmt: skip
        if rows:
            graph.write("write/closed_rewrite", rows=rows)
            changed += len(rows)
    return changed


def _payload(ontology: Ontology, what: Forgotten, kind: str, payload: dict[str, object]) -> dict[str, object]:
    if kind == "entity":
        classes = [str(c) for c in _list(payload["classes"])]
        mentions = [str(m) for m in _list(payload["mentions"])]
        if what.about(mentions):
            values = payload["values"]
            held = values if isinstance(values, dict) else {}
            payload = {
                **payload, "title": ERASED,
                "values": {n: v for n, v in held.items() if not _goes(ontology, classes, n)},
            }  # fmt: skip
    cleaned = what.clean_all(payload)
    return cleaned if isinstance(cleaned, dict) else payload


def _goes(ontology: Ontology, classes: Sequence[str], name: str) -> bool:
    """Whether a property's value goes with the thing: what is personal, what it is called, and free text."""
    for c in classes:
        held = ontology.classes[c].properties.get(name) if c in ontology.classes else None
        if held is not None:
            text = held.datatype is Datatype.STRING and not held.values
            return held.personal or held.name == ontology.classes[c].title or text
    return True


def forget_set_aside(graph: Graph, cells: Mapping[str, Mapping[str, object]]) -> int:
    """Put redacted cells (by entry id) in the place of those of rows that are set aside; gives how many."""
    rows = [{"id": i, "raw": json.dumps(raw, ensure_ascii=False)} for i, raw in sorted(cells.items())]
    return int(str(graph.write("write/quarantine_rewrite", rows=rows)[0]["changed"])) if rows else 0


def forget_statements(graph: Graph, ontology: Ontology, what: Forgotten) -> int:
    """Take what people entered about the erased things out of the runs that hold it; gives how many runs changed."""
    rows = []
    for run in read_runs(graph):
        kept = tuple(s for s in (_statement(ontology, what, s) for s in run.statements) if s is not None)
        because = what.clean(run.because)
        if kept != run.statements or because != run.because:
            rows.append({"id": run.id, "inputs": _inputs(replace(run, statements=kept)), "because": because})
    if rows:
        graph.write("write/run_rewrite", rows=rows)
    return len(rows)


def _statement(ontology: Ontology, what: Forgotten, said: Statement) -> Statement | None:
    """A statement as it may be kept; None: nothing of it."""
    properties = [c.properties[said.name] for c in ontology.classes.values() if said.name in c.properties]
    text = any(p.datatype is Datatype.STRING and not p.values for p in properties)
    if said.mention in what.mentions and properties and (text or any(p.personal for p in properties)):
        return None
    cleaned = {n: what.clean(v) if isinstance(v, str) else v for n, v in asdict(said).items()}
    return Statement(**cleaned)


def _inputs(run: Run) -> str:
    return run.inputs_json()


def forget_scenarios(graph: Graph, what: Forgotten) -> int:
    """Take quotes out of kept scenarios; gives how many changed."""
    rows = []
    for kept in kept_scenarios(graph):
        body = json.loads(kept.body)
        cleaned = what.clean_all(body)
        fresh = {
            "id": kept.id,
            "body": kept.body if cleaned == body else canonical_json(cleaned),
            "name": what.clean(kept.name),
            "because": what.clean(kept.because),
        }
        if (fresh["body"], fresh["name"], fresh["because"]) != (kept.body, kept.name, kept.because):
            rows.append(fresh)
    if rows:
        graph.write("write/scenario_rewrite", rows=rows)
    return len(rows)


def forget_reasons(graph: Graph, what: Forgotten) -> int:
    """Empty the reasons of judgements about the erased things: they quote values; gives how many."""
    found = graph.read("read/judgements_of", records=sorted({record_of(m) for m in what.mentions}))
    ids = []
    for row in found:
        held = row["properties"]
        if isinstance(held, dict) and any(what.clean(str(r)) != r for r in held["reasons"]):
            ids.append(str(held["id"]))
    return int(str(graph.write("write/judgements_rewrite", ids=ids)[0]["changed"])) if ids else 0


def raise_epoch(graph: Graph) -> int:
    """Say that history was rewritten: what was derived from it is built anew."""
    return int(str(graph.write("write/epoch_raise")[0]["epoch"]))


def _parts(ids: Sequence[str]) -> Iterable[list[str]]:
    return (list(ids[at : at + _BATCH]) for at in range(0, len(ids), _BATCH))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
