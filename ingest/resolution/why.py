"""Why two records are one thing, or are not: the judgements in force, what was compared, and what holds an entity.

Read from the ledger in the graph, the pinned model, and the standardised records that the last run kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.resolution.explanation import EntityExplanation, PairExplanation, explain_entity
from ingest.resolution.judgements import BY_MAPPING, Decider, Judgement, Links, Verdict
from ingest.resolution.judging import Side
from ingest.resolution.party_model import PartyModel
from ingest.resolution.party_scoring import compare_each, compare_two
from ingest.resolution.pinned import Pin
from ingest.resolution.several import SEPARATOR, combinations, parts
from ontology.ids import record_of
from ontology.model import Ontology
from ontology.sentences import one_stop
from ontology.types import EntityState, JudgementState

DECLARED = 1000.0
"""Weight of a link that the mapping itself declares."""
_PAIRS = 400
"""Pairs of records between two entities that are compared for an explanation."""


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to *why* or *why not*."""

    left: str
    right: str
    together: bool
    """Whether both are one entity now."""
    sentences: tuple[str, ...]
    """What decides it, in plain words, the strongest first."""
    judgements: tuple[JudgementState, ...]
    compared: PairExplanation | None
    """What the model sees in the two; None where it compares nothing of the kind."""
    tree: EntityExplanation | None
    """For one entity: the links that hold it together."""

    def as_json(self) -> dict[str, object]:
        """The answer as one JSON object."""
        return {
            "left": self.left,
            "right": self.right,
            "together": self.together,
            "because": list(self.sentences),
            "judgements": [
                {
                    "left": j.left, "right": j.right, "verdict": j.verdict, "decided_by": j.decided_by,
                    "weight": j.weight, "probability": j.probability, "reasons": list(j.reasons), "agent": j.agent,
                    "run": j.run or None, "at": j.at or None, "asleep": j.asleep,
                }
                for j in self.judgements
            ],
            "compared": self.compared.as_json() if self.compared else None,
            "tree": tree_json(self.tree) if self.tree else None,
        }  # fmt: skip


def tree_json(tree: EntityExplanation) -> dict[str, object]:
    """The links that hold an entity together, as one JSON object; the weakest is the last."""
    links = [
        {"left": k.left, "right": k.right, "weight": k.weight, "decided_by": _by(k.decided_by, k.weight)}
        for k in tree.tree
    ]
    return {"records": list(tree.mentions), "links": links, "weakest": links[-1] if links else None}


def tree_of(entity: EntityState, ledger: Sequence[JudgementState]) -> EntityExplanation:
    """What holds an entity's records together: people, exact keys, the model; and, for what none of these links, the
    mapping, which declares rows to be one thing (``same_as``, a shared key of ``also``)."""
    mentions = sorted(entity.mentions)
    said, _ = Links.of(
        [Judgement(j.left, j.right, Verdict(j.verdict), j.weight, Decider(j.decided_by), j.reasons) for j in ledger],
        mentions,
    )
    place = {m: i for i, m in enumerate(mentions)}
    label = list(range(len(mentions)))

    def find(item: int) -> int:
        while label[item] != item:
            label[item] = label[label[item]]
            item = label[item]
        return item

    declared: list[tuple[int, int]] = []

    def declare(a: int, b: int) -> None:
        if find(a) != find(b):
            label[find(a)] = find(b)
            declared.append((a, b))

    for mention in mentions:  # things of one row that are one entity are so by the mapping
        record = record_of(mention)
        if record in place:
            declare(place[record], place[mention])
    for a, b, verdict in zip(said.left.tolist(), said.right.tolist(), said.verdict.tolist(), strict=True):
        if verdict == 0 and find(a) != find(b):
            label[find(a)] = find(b)
    for i in range(1, len(mentions)):
        declare(0, i)
    ends = np.array(declared, np.int64).reshape(-1, 2)
    mapping = Links.same(ends[:, 0], ends[:, 1], DECLARED, Decider.RULE)
    return explain_entity(range(len(mentions)), mentions, Links.concat([said, mapping]))


def why(
    ontology: Ontology, left: Side, right: Side, ledger: Sequence[JudgementState], pin: Pin, cache: Path,
    contradictions: Sequence[str] = (),
) -> Why:  # fmt: skip
    """Why two things are one or two.

    Args:
        ledger: judgements among the mentions of both.
        contradictions: of the last run.
    """
    together = left.entity.id == right.entity.id
    ours, theirs = set(left.mentions), set(right.mentions)
    between = [j for j in ledger if (j.left in ours and j.right in theirs) or (j.left in theirs and j.right in ours)]
    between.sort(key=lambda j: (("person", "rule", "model").index(j.decided_by), -j.weight, j.id))
    compared = _compared(left, right, pin, cache)
    tree = tree_of(left.entity, ledger) if together else None
    told = [one_stop(_sentence(j)) for j in between]
    if together and tree is not None:
        told += _way(tree, left, right, bool(between))
    if not together:
        told += [c for c in contradictions if any(m in c for m in ours) and any(m in c for m in theirs)]
        if not any(j.verdict == "different" or j.decided_by == "model" for j in between):
            told.append(_unmerged(ontology, left, right, compared, pin))
    names = [s.record or f"{s.entity.title} ({s.entity.id})" for s in (left, right)]
    return Why(names[0], names[1], together, tuple(dict.fromkeys(told)), tuple(between), compared, tree)


def _sentence(j: JudgementState) -> str:
    ends = f"{j.left} and {j.right}"
    if j.decided_by == "person":
        who = f"{j.agent} said on {j.at[:10]}" if j.at else f"{j.agent} said"
        words = {"same": "are the same", "different": "are different", "unsure": "cannot be told apart or together"}
        asleep = " It sleeps: one of the records is gone." if j.asleep else ""
        return f"{who} that {ends} {words[j.verdict]}: {'; '.join(j.reasons)}.{asleep}"
    if j.decided_by == "rule" and j.agent == BY_MAPPING:
        return f"{ends} are one by rule: {'; '.join(j.reasons)}."
    if j.decided_by == "rule":
        return f"{ends} carry the {'; '.join(j.reasons)}."
    parts = f" ({', '.join(j.reasons)})" if j.reasons else ""
    if j.verdict == "same":
        return f"The model holds {ends} to be the same, {j.probability:.1%} likely{parts}."
    return (
        f"The model is in doubt about {ends}, {j.probability:.1%} likely the same{parts}: a person has to say "
        "(`knockon resolve decide`)."
    )


def _way(tree: EntityExplanation, left: Side, right: Side, direct: bool) -> list[str]:
    """The links between the two sides, where nothing links them directly."""
    if direct:
        return []
    neighbours: dict[str, list[tuple[str, str]]] = {}
    for link in tree.tree:
        how = _by(link.decided_by, link.weight)
        neighbours.setdefault(link.left, []).append((link.right, how))
        neighbours.setdefault(link.right, []).append((link.left, how))
    start, goal = min(left.mentions), set(right.mentions)
    came: dict[str, tuple[str, str]] = {start: ("", "")}
    queue = [start]
    for here in queue:
        if here in goal and here != start:
            steps = []
            while came[here][0]:
                steps.append(f"{came[here][0]} = {here} ({came[here][1]})")
                here = came[here][0]
            return ["They hang together through: " + "; ".join(reversed(steps)) + "."]
        for other, how in neighbours.get(here, ()):
            if other not in came:
                came[other] = (here, how)
                queue.append(other)
    return []


def _by(decider: Decider, weight: float) -> str:
    if decider is Decider.PERSON:
        return "a person"
    if decider is Decider.RULE:
        return "the mapping" if weight >= DECLARED else "an exact key"
    return "the model"


def _unmerged(ontology: Ontology, left: Side, right: Side, compared: PairExplanation | None, pin: Pin) -> str:
    if compared is None:
        kinds = sorted({*left.entity.classes, *right.entity.classes})
        same_class = set(left.entity.classes) & set(right.entity.classes)
        if not same_class:
            return f"They are of different kinds ({', '.join(kinds)}): likeness is only compared within one."
        name = min(same_class)
        method = pin.policy.rule(ontology, name).method
        return (
            f"Nothing says that they are the same: they share no exact key, no person judged, and {name} records are "
            f"not compared by likeness here (method {method})."
            if name not in pin.parties
            else "Nothing says that they are the same. What was compared is not kept: run `knockon resolve train`."
        )
    rule = pin.policy.rule(ontology, min(set(left.entity.classes) & set(right.entity.classes)))
    return (
        f"The model holds them to be the same with {compared.probability:.1%}; a person is asked from "
        f"{rule.review_at:.0%}, and from {rule.merge_at:.0%} they are merged."
    )


def _compared(left: Side, right: Side, pin: Pin, cache: Path) -> PairExplanation | None:
    """The pair of records between the two sides that the model likes best, with what each comparison adds."""
    shared = set(left.entity.classes) & set(right.entity.classes)
    best: PairExplanation | None = None
    for name in sorted(shared & set(pin.parties)):
        model = pin.parties[name]
        folders = sorted(cache.glob(f"{name}-*")) if cache.exists() else []
        for folder in folders[:1]:
            wanted = sorted({*left.mentions, *right.mentions})
            try:
                held = pq.read_table(folder / "records.parquet", filters=[("mention", "in", wanted)])
            except (OSError, pa.ArrowException):
                continue
            there = {m: i for i, m in enumerate(held["mention"].to_pylist())}
            pairs = [(a, b) for a in left.mentions for b in right.mentions if a != b and a in there and b in there]
            for a, b in pairs[:_PAIRS]:
                two = held.take([there[a], there[b]])
                found = _pair(a, b, model, two)
                if found is not None and (best is None or found.weight > best.weight):
                    best = found
    return best


def _pair(a: str, b: str, model: PartyModel, two: pa.Table) -> PairExplanation | None:
    roles = [n for n in two.column_names if n not in ("mention", "raw", "seen") and not n.startswith("full_")]
    table = two.select(roles).add_column(0, "unique_id", pa.array([0, 1], pa.int64()))
    found = compare_two(model, table)
    if not len(found.left):
        return None
    values = _looked_at(model, *({n: str(two[n][at].as_py() or "") for n in roles} for at in (0, 1)))
    bits = found.bits[0]
    order = np.argsort(-np.abs(bits), kind="stable")
    told = tuple(
        (found.comparisons[i], float(bits[i]), *values.get(found.comparisons[i], ("", ""))) for i in order.tolist()
    )
    prior = float(found.weight[0] - bits.sum())
    return PairExplanation(a, b, float(found.weight[0]), float(found.probability[0]), prior, told)


def _looked_at(model: PartyModel, left: dict[str, str], right: dict[str, str]) -> dict[str, tuple[str, str]]:
    """For each comparison the values that it is about; of several the two that match best, and how many there were."""
    several = [n for n in left if SEPARATOR in left[n] or SEPARATOR in right[n]]
    values = {n: (left[n], right[n]) for n in left}
    if not several:
        return values
    variants, size = combinations(left, right)
    found = compare_each(model, variants, size)
    for at, name in enumerate(found.comparisons):
        if name in several and len(found.left):
            best = int(np.argmax(found.bits[:, at]))
            ends = (int(found.left[best]), size + int(found.right[best]))
            many = (len(set(parts(side[name])) - {""}) for side in (left, right))
            a, b = (
                f"{variants[name][end].as_py() or ''}{f' (best of {n})' if n > 1 else ''}"
                for end, n in zip(ends, many, strict=True)
            )
            values[name] = (a, b)
    return values
