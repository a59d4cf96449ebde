"""From mentions to entities: which mentions are one thing, and which id that thing keeps.

Links are what the mapping declares (``same_as``, shared keys of ``also``), equal values of identifying properties, what
the pinned model holds to be the same, and what people say. The clustering itself, with its judgements and stable ids,
is :mod:`ingest.resolution`; the ledger of judgements goes to ``fin_judgement``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph_engine.store.runs import Run
from ingest.progress import Progress, silent
from ingest.resolution.clusters import Clustering
from ingest.resolution.clusters import cluster as clusters_of
from ingest.resolution.identity import Known, assign
from ingest.resolution.judgements import Decider, Judgement, Links, Verdict
from ingest.resolution.keys import RULE_WEIGHT, SHARED_BY
from ingest.resolution.policy import Method
from ingest.state.references import HUB
from ingest.state.resolving import Resolving, Scored, people_say
from ingest.state.staging import Staging
from ontology.ids import content_hash

_SAME = Verdict.SAME
DECLARED_WEIGHT = 1000.0
"""Weight of what the mapping declares: above every exact key, below a person's word."""

_SOURCES = (
    "(record NOT LIKE 'corrections/%' AND record NOT LIKE 'assumptions/%' "
    "OR record LIKE 'corrections/new/%' OR record LIKE 'assumptions/new/%')"
)
"""Mentions that things are made of: those of sources, and of things that a person entered."""
_NUMBERED = (
    f"SELECT mention, class, (row_number() OVER (ORDER BY mention) - 1)::BIGINT AS n FROM "
    f"(SELECT DISTINCT ON (mention) mention, class FROM mention WHERE {_SOURCES} ORDER BY mention, class)"
)
_DECLARED = (
    "SELECT a.n, b.n FROM link l JOIN numbered a ON a.mention = l.mention JOIN numbered b ON b.mention = l.target"
)
_HUBS = (
    "SELECT first, n FROM (SELECT a.n, min(a.n) OVER (PARTITION BY l.target) AS first FROM link l "
    f"JOIN numbered a ON a.mention = l.mention WHERE {HUB.format('l.target')}) WHERE n <> first"
)
_NUMBERS = ("tax_number", "registration_number", "gtin", "iban", "vat_number", "national_id")
"""Keys that are written with and without spaces, points and dashes: ``DE 123.456`` is ``DE123456``."""
_KEYED = (
    "WITH first AS (SELECT u.unit, min(m.n) AS n FROM unit u JOIN numbered m USING (mention) GROUP BY u.unit) "
    "SELECT DISTINCT p.declared_by AS key, v.property, CASE WHEN v.property IN ("
    + ", ".join(f"'{name}'" for name in _NUMBERS)
    + ") THEN regexp_replace(upper(v.value), '[^\\p{L}\\p{N}]', '', 'g') ELSE lower(trim(v.value)) END AS value, f.n "
    "FROM val v JOIN unit u ON u.mention = v.mention JOIN first f ON f.unit = u.unit "
    "JOIN property p ON p.class = u.class AND p.property = v.property "
    "WHERE p.identifying AND trim(v.value) <> '' AND u.class NOT IN (SELECT class FROM unkeyed)"
)
"""One row per value and thing that the mapping declares: a country that a thousand rows of one table name is one."""
_SHARED_KEYS = (
    "SELECT first, n, property, value FROM (SELECT n, property, value, min(n) OVER w AS first, count(*) OVER w AS many "
    f"FROM keyed WHERE value <> '' WINDOW w AS (PARTITION BY key, value)) WHERE n <> first AND many <= {SHARED_BY}"
)
_CROWDED_KEYS = (
    "SELECT any_value(property), value, count(*) FROM keyed WHERE value <> '' GROUP BY key, value "
    f"HAVING count(*) > {SHARED_BY} ORDER BY 3 DESC, 2 LIMIT 20"
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of the mentions, in figures and sentences."""

    clustering: Clustering
    merged: int
    """Pairs that the model merged without asking."""
    expected: float
    """Precision that the model expects of them."""
    asked: int
    """Questions to a person."""
    contradictions: tuple[str, ...]
    advice: tuple[str, ...]
    asleep: int
    """Judgements by people on records that are gone."""

    def as_json(self) -> dict[str, object]:
        """What the run's report keeps."""
        return {
            "merged": self.merged, "expected": self.expected, "asked": self.asked, "asleep": self.asleep,
            "contradictions": list(self.contradictions), "advice": list(self.advice),
        }  # fmt: skip


def cluster(
    db: Staging, ordinal: int, resolving: Resolving, live: Sequence[Run], progress: Progress = silent
) -> Resolved:
    """Fill ``membership``, ``identity``, ``new_alias``, ``fin_judgement`` and ``survival`` (rules for values).

    Args:
        ordinal: the first version of entities that begin now.
        live: the runs in force; people judge in some of them.
    """
    db.run(f"CREATE OR REPLACE TEMP TABLE numbered AS {_NUMBERED}")
    ontology, policy = resolving.ontology, resolving.pin.policy
    off = [c for c in ontology.classes if policy.rule(ontology, c).method is Method.OFF]
    db.run("DELETE FROM survival")
    rules = [(c, n, str(r)) for c in ontology.classes for n, r in policy.survival(ontology, c).items()]
    if rules:
        kinds, names, chosen = zip(*rules, strict=True)
        db.insert("survival", {"class": kinds, "property": names, "rule": chosen})
    db.run("CREATE OR REPLACE TEMP TABLE unkeyed(class VARCHAR)")
    db.insert("unkeyed", {"class": off})
    mentions = db.arrow("SELECT mention, class FROM numbered ORDER BY n")
    keys = mentions.column("mention").combine_chunks()
    classes = mentions.column("class").combine_chunks()
    declared = np.concatenate([_pairs(db, _DECLARED), _pairs(db, _HUBS)])
    units = clusters_of(keys, Links.same(declared[:, 0], declared[:, 1], 0.0, Decider.RULE)).labels
    scored = resolving.judge(db, units, progress)
    db.run(f"CREATE OR REPLACE TEMP TABLE keyed AS {_KEYED}")
    by_key = db.rows(f"{_SHARED_KEYS} ORDER BY first, n, property")
    ends = np.array([(int(str(a)), int(str(b))) for a, b, _, _ in by_key], np.int64).reshape(-1, 2)
    people = people_say(live)
    said, asleep = Links.of([judgement for _, judgement, _ in people], keys)
    merges = [s for s in scored if s.merges]
    model = Links.of([Judgement(s.left, s.right, _SAME, s.weight) for s in merges], keys)[0]
    found = clusters_of(
        keys,
        Links.concat(
            [
                said,
                Links.same(declared[:, 0], declared[:, 1], DECLARED_WEIGHT, Decider.RULE),
                Links.same(ends[:, 0], ends[:, 1], RULE_WEIGHT, Decider.RULE),
                model,
            ]
        ),
    )
    _identify(db, keys, classes, found, ordinal)
    # Corrections and assumptions describe the thing that they are about, but never found one.
    db.run(
        "INSERT INTO membership SELECT DISTINCT l.mention, b.entity FROM link l "
        "JOIN membership b ON b.mention = l.target "
        "WHERE l.record LIKE 'corrections/%' OR l.record LIKE 'assumptions/%'"
    )
    db.run(
        "INSERT INTO hub SELECT l.target, min(b.entity) FROM link l JOIN membership b ON b.mention = l.mention "
        f"WHERE {HUB.format('l.target')} GROUP BY l.target"
    )
    questions = _questions(scored, keys, found, {(j.left, j.right) for _, j, _ in people})
    _ledger(db, people, set(asleep), by_key, keys, classes, merges, questions, resolving.pin.digest if scored else "")
    crowds = [
        f"{name} '{value}' is on {count} records: it links nothing." for name, value, count in db.rows(_CROWDED_KEYS)
    ]
    chances = [s.probability for s in merges]
    return Resolved(
        found, len(merges), round(float(np.mean(chances)), 4) if chances else 1.0, len(questions),
        tuple(c.says(_Names(keys)) for c in found.contradictions), (*resolving.advice, *crowds), len(asleep),
    )  # fmt: skip


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


class _Names(Sequence[str]):
    """Mentions by position, without a list of them all."""

    def __init__(self, keys: pa.Array) -> None:
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, place: int) -> str:  # type: ignore[override]
        return str(self._keys[place])


def _questions(
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


def _ledger(
    db: Staging, people: Sequence[tuple[Run, Judgement, str]], asleep: set[int],
    by_key: Sequence[tuple[object, ...]], keys: pa.Array, classes: pa.Array, merges: Sequence[Scored],
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
    for first, n, name, value in by_key:
        a, b = int(str(first)), int(str(n))
        ends = sorted((str(keys[a]), str(keys[b])))
        rows.append(
            (ends[0], ends[1], str(classes[a]), "same", "rule", RULE_WEIGHT, 1.0, [f"same {name} {value}"], str(name),
             "", False)
        )  # fmt: skip
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


def _identify(db: Staging, keys: pa.Array, classes: pa.Array, found: Clustering, ordinal: int) -> None:
    held = db.rows("SELECT mention, entity FROM cur_assignment")
    known = [
        Known(str(e), str(f), int(str(n)))
        for e, f, n in db.rows("SELECT DISTINCT entity, founding, first FROM cur_assignment")
    ]
    known += [Known(str(a), "", alias_of=str(e)) for a, e in db.rows("SELECT alias, entity FROM cur_alias")]
    given = assign(keys, found.labels, classes, {str(m): str(e) for m, e in held}, known, ordinal)
    db.insert("membership", {"mention": keys.to_pylist(), "entity": given.mention_ids.to_pylist()})
    db.insert(
        "identity", {"entity": list(given.cluster_ids), "founding": list(given.founding), "first": list(given.first)}
    )
    db.insert("new_alias", {"alias": list(given.aliases), "entity": list(given.aliases.values())})


def _pairs(db: Staging, sql: str) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    rows = db.con.execute(sql).fetchnumpy()
    left, right = (np.asarray(column, np.int64) for column in rows.values())
    return np.stack([left, right], axis=1)
