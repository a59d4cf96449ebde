"""The ledger of judgements that a run computes: people's, those of rules (the mapping, exact keys), the model's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph_engine.store.runs import Run
from ingest.resolution.clusters import Clustering
from ingest.resolution.judgements import BY_MAPPING, Judgement, Verdict
from ingest.resolution.keys import RULE_WEIGHT
from ingest.state.resolving import Scored
from ingest.state.staging import Staging
from ontology.ids import content_hash

DECLARED_WEIGHT = 1000.0
"""Weight of what the mapping declares: above every exact key, below a person's word."""
_TOLD = 20
"""Contradictions between people and the mapping that are told one by one."""


def questions_of(
    scored: Sequence[Scored], keys: pa.Array, found: Clustering, judged: set[tuple[str, str]]
) -> list[Scored]:
    """What is open: pairs in doubt between two entities, the heaviest for each two, that no person has judged.

    A pair that the model would merge but that something else keeps apart is no question either: it was answered.
    """
    doubtful = [s for s in scored if not s.merges and (s.left, s.right) not in judged]
    names = sorted({m for s in doubtful for m in (s.left, s.right)})
    places = pc.index_in(pa.array(names, pa.string()), value_set=keys).to_pylist()
    at = {mention: int(found.labels[place]) for mention, place in zip(names, places, strict=True)}
    best: dict[tuple[int, int], Scored] = {}
    for pair in sorted(doubtful, key=lambda s: (-s.weight, s.left, s.right)):
        ends = sorted((at[pair.left], at[pair.right]))
        if ends[0] != ends[1]:
            best.setdefault((ends[0], ends[1]), pair)
    return list(best.values())


def against_the_mapping(
    declared: np.ndarray[tuple[int, int], np.dtype[np.int64]], found: Clustering, keys: pa.Array,
    people: Mapping[tuple[str, str], tuple[Judgement, str]],
) -> list[str]:  # fmt: skip
    """What the mapping declares to be one thing and people keep apart, in sentences: some, and how many more."""
    apart = np.flatnonzero(found.labels[declared[:, 0]] != found.labels[declared[:, 1]])
    told = []
    for a, b in declared[apart[:_TOLD]]:
        left, right = sorted((str(keys[int(a)]), str(keys[int(b)])))
        judgement, author = people.get((left, right), (None, ""))
        because = "what people say of other records keeps them apart"
        if judgement is not None and judgement.verdict is Verdict.DIFFERENT:
            because = f"{author} says that they are different ({'; '.join(judgement.reasons)})"
        told.append(
            f"The mapping says that {left} and {right} are one, but {because}. They are kept apart: mend the mapping, "
            "or take the judgement back (`knockon resolve undo`)."
        )
    if len(apart) > _TOLD:
        told.append(f"… and {len(apart) - _TOLD:,} more pairs that the mapping ties together and people keep apart.")
    return told


def fill_ledger(
    db: Staging, people: Sequence[tuple[Run, Judgement, str]], asleep: set[int],
    same_as: np.ndarray[tuple[int, int], np.dtype[np.int64]], by_key: Sequence[tuple[object, ...]], keys: pa.Array,
    classes: pa.Array, merges: Sequence[Scored],
    questions: Sequence[Scored], model: str,
) -> None:  # fmt: skip
    """Fill ``fin_judgement``."""
    rows: list[tuple[object, ...]] = []
    kinds = pc.index_in(pa.array([j.left for _, j, _ in people], pa.string()), value_set=keys).to_pylist()
    for place, (run, said, author) in enumerate(people):
        kind = "" if kinds[place] is None else str(classes[kinds[place]])
        rows.append(
            (said.left, said.right, kind, str(said.verdict), "person", 0.0, 1.0, list(said.reasons), author, run.id,
             place in asleep)
        )  # fmt: skip
    rules = [
        (one, other, DECLARED_WEIGHT, "the mapping says so (same_as)", BY_MAPPING)
        for one, other in sorted({(min(pair), max(pair)) for pair in same_as.tolist() if pair[0] != pair[1]})
    ]
    rules += [
        (int(str(one)), int(str(other)), RULE_WEIGHT, f"same {name} {value}", str(name))
        for one, other, name, value in by_key
    ]
    for one, other, weight, reason, agent in rules:
        left, right = sorted((str(keys[one]), str(keys[other])))
        rows.append((left, right, str(classes[one]), "same", "rule", weight, 1.0, [reason], agent, "", False))
    for pairs, verdict in ((merges, "same"), (questions, "unsure")):
        rows += [
            (s.left, s.right, s.class_name, verdict, "model", s.weight, s.probability, list(s.reasons), model[:16], "",
             False)
            for s in pairs
        ]  # fmt: skip
    if not rows:
        return
    columns = list(zip(*rows, strict=True))
    ids = [f"j_{content_hash([r[0], r[1], r[4], r[8] if r[4] == 'rule' else ''])[:20]}" for r in rows]
    names = ("left", "right", "class_name", "verdict", "decided_by", "weight", "probability", "reasons", "agent", "run",
             "asleep")  # fmt: skip
    zero = [0] * len(rows)
    held = dict(zip(names, columns, strict=True))
    db.insert(
        "fin_judgement", {"id": ids, **held, "effect": [0.0] * len(rows), "moves": zero, "hash": [""] * len(rows)}
    )


def weigh_questions(db: Staging) -> None:
    """Say of each question how many records and relations an answer would move, when relations are known."""
    db.run(
        "WITH size AS (SELECT entity, sum(n) AS n FROM (SELECT entity, count(*) AS n FROM membership GROUP BY entity "
        "UNION ALL SELECT source, count(*) FROM fin_relation GROUP BY source "
        "UNION ALL SELECT target, count(*) FROM fin_relation GROUP BY target) GROUP BY entity), "
        "moved AS (SELECT j.id, least(a.n, b.n) AS n FROM fin_judgement j "
        "JOIN membership x ON x.mention = j.left JOIN membership y ON y.mention = j.right "
        "JOIN size a ON a.entity = x.entity JOIN size b ON b.entity = y.entity WHERE j.verdict = 'unsure' "
        "AND j.decided_by = 'model') "
        "UPDATE fin_judgement SET moves = m.n, effect = round(m.n * probability * (1 - probability), 4) "
        "FROM moved m WHERE m.id = fin_judgement.id"
    )
    db.run(
        "UPDATE fin_judgement SET hash = sha256(concat_ws(chr(31), verdict, decided_by, weight, probability, "
        "array_to_string(reasons, chr(30)), agent, run, asleep, effect, moves))"
    )
