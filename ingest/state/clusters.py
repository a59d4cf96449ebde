"""From mentions to entities: which mentions are one thing, and which id that thing keeps.

Links are rules of the mapping (``same_as``) and equal values of identifying properties. The clustering itself, with
its judgements and stable ids, is :mod:`ingest.resolution`.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ingest.resolution.clusters import Clustering
from ingest.resolution.clusters import cluster as clusters_of
from ingest.resolution.identity import Known, assign
from ingest.resolution.judgements import Decider, Links
from ingest.state.references import HUB
from ingest.state.staging import Staging

SHARED_BY_TOO_MANY = 50
"""An identifying value that more mentions carry is no evidence (``info@…``, a placeholder), and is not used."""

_SOURCES = "record NOT LIKE 'corrections/%' AND record NOT LIKE 'assumptions/%'"
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
_KEYED = (
    "SELECT DISTINCT p.declared_by AS key, lower(trim(v.value)) AS value, m.n FROM val v "
    "JOIN numbered m ON m.mention = v.mention JOIN property p ON p.class = m.class AND p.property = v.property "
    "WHERE p.identifying AND trim(v.value) <> ''"
)


def cluster(db: Staging, ordinal: int) -> Clustering:
    """Fill ``membership``, ``identity``, ``new_alias``; ``ordinal`` is the first version of entities that begin now."""
    db.run(f"CREATE OR REPLACE TEMP TABLE numbered AS {_NUMBERED}")
    db.run(f"CREATE OR REPLACE TEMP TABLE keyed AS {_KEYED}")
    mentions = db.arrow("SELECT mention, class FROM numbered ORDER BY n")
    keys = mentions.column("mention").combine_chunks()
    classes = mentions.column("class").combine_chunks()
    declared = _pairs(db, _DECLARED)
    shared = _pairs(
        db,
        "SELECT first, n FROM (SELECT n, min(n) OVER w AS first, count(*) OVER w AS many FROM keyed "
        f"WINDOW w AS (PARTITION BY key, value)) WHERE n <> first AND many <= {SHARED_BY_TOO_MANY}",
    )
    pairs = np.concatenate([declared, _pairs(db, _HUBS), shared])
    found = clusters_of(keys, Links.same(pairs[:, 0], pairs[:, 1], 0.0, Decider.RULE))
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
    return found


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
