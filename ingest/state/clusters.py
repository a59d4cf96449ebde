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

from graph_engine.store.runs import Run
from ingest.progress import Progress, silent
from ingest.resolution.clusters import Clustering
from ingest.resolution.clusters import cluster as clusters_of
from ingest.resolution.identity import Known, assign
from ingest.resolution.judgements import VERDICTS, Decider, Judgement, Links, Verdict
from ingest.resolution.keys import RULE_WEIGHT, SHARED_BY
from ingest.resolution.policy import Method
from ingest.state.alike import key_alike
from ingest.state.ledger import DECLARED_WEIGHT, against_the_mapping, fill_ledger, questions_of
from ingest.state.references import HUB
from ingest.state.resolving import Resolving, people_say
from ingest.state.staging import Staging

_SAME = Verdict.SAME
_NOT = VERDICTS.index(Verdict.DIFFERENT)

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
    people = people_say(live)
    said, asleep = Links.of([judgement for _, judgement, _ in people], keys)
    by_mapping = Links.same(declared[:, 0], declared[:, 1], DECLARED_WEIGHT, Decider.RULE)
    units = clusters_of(keys, Links.concat([said.take(np.flatnonzero(said.verdict == _NOT)), by_mapping])).labels
    scored = resolving.judge(db, units, progress)
    db.run(f"CREATE OR REPLACE TEMP TABLE keyed AS {_KEYED}")
    key_alike(db, [c for c in ontology.classes if policy.rule(ontology, c).method is Method.ALIKE])
    by_key = db.rows(f"{_SHARED_KEYS} ORDER BY first, n, property")
    ends = np.array([(int(str(a)), int(str(b))) for a, b, _, _ in by_key], np.int64).reshape(-1, 2)
    merges = [s for s in scored if s.merges]
    model = Links.of([Judgement(s.left, s.right, _SAME, s.weight) for s in merges], keys)[0]
    found = clusters_of(
        keys,
        Links.concat(
            [
                said,
                by_mapping,
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
    questions = questions_of(scored, keys, found, {(j.left, j.right) for _, j, _ in people})
    same_as = _pairs(db, _DECLARED)
    fill_ledger(
        db, people, set(asleep), same_as, by_key, keys, classes, merges, questions,
        resolving.pin.digest if scored else "",
    )  # fmt: skip
    against = against_the_mapping(declared, found, keys, {(j.left, j.right): (j, who) for _, j, who in people})
    crowds = [
        f"{name} '{value}' is on {count} records: it links nothing." for name, value, count in db.rows(_CROWDED_KEYS)
    ]
    chances = [s.probability for s in merges]
    return Resolved(
        found, len(merges), round(float(np.mean(chances)), 4) if chances else 1.0, len(questions),
        (*(c.says(_Names(keys)) for c in found.contradictions), *against), (*resolving.advice, *crowds), len(asleep),
    )  # fmt: skip


class _Names(Sequence[str]):
    """Mentions by position, without a list of them all."""

    def __init__(self, keys: pa.Array) -> None:
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, place: int) -> str:  # type: ignore[override]
        return str(self._keys[place])


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
