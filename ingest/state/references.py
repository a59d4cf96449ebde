"""References, checked to a fixpoint: a row that points to nothing is set aside, then what pointed to it."""

from __future__ import annotations

from ingest.state.staging import Staging
from ingest.state.versions import Versions

_READABLE = "replace(url_decode(split_part(split_part({0}, '/', 3), '#', 1)), '|', ' / ')"
_TABLE = "split_part({0}, '/', 1) || '.' || split_part(split_part({0}, '/', 2), '#', 1)"

HUB = "regexp_matches({0}, '^[^/]+/[^/#]+#[^/]+/')"
"""Whether a key is a hub: ``source/table#name/key``."""
EXISTING = "(SELECT mention FROM mention UNION SELECT target FROM link WHERE " + HUB.format("target") + ")"


def _points_nowhere(end: str) -> str:
    return (
        "SELECT r.record, 'reference' AS rule, r.relation AS \"column\", "
        f"'There is no ' || {_TABLE.format(end)} || ' with key ' || {_READABLE.format(end)} || '.' AS reason "
        f"FROM ref r ANTI JOIN {EXISTING} m ON m.mention = {end} WHERE {end} IS NOT NULL AND r.standing = 1 "
        "AND r.missing <> 'drop'"
    )


DANGLING = f"{_points_nowhere('r.target')} UNION ALL {_points_nowhere('r.mention')}"
DANGLING_LINK = (
    "SELECT l.record, 'reference' AS rule, 'same_as' AS \"column\", "
    f"'There is no ' || {_TABLE.format('l.target')} || ' with key ' || {_READABLE.format('l.target')} || '.' AS reason "
    f"FROM link l ANTI JOIN {EXISTING} m ON m.mention = l.target"
)
DANGLING_CHECK = (
    "SELECT c.record, 'reference' AS rule, c.\"column\", "
    f"'There is no ' || {_TABLE.format('c.target')} || ' with key ' || {_READABLE.format('c.target')} || '.' AS reason "
    f"FROM must_exist c ANTI JOIN {EXISTING} m ON m.mention = c.target"
)
CARRIED = (
    "SELECT lower(v.value) AS value, v.property, a.ancestor AS class, v.mention FROM val v "
    "JOIN mention m ON m.mention = v.mention JOIN ancestor a ON a.class = m.class "
    "WHERE v.property IN (SELECT DISTINCT by_property FROM ref WHERE by_property IS NOT NULL)"
)
UNFOUND_VALUE = (
    "SELECT r.record, 'reference' AS rule, r.relation AS \"column\", "
    "'There is no ' || r.by_class || ' with ' || r.by_property || ' = ' || r.by_value || '.' AS reason "
    "FROM ref r ANTI JOIN carried c ON c.class = r.by_class AND c.property = r.by_property "
    "AND c.value = lower(r.by_value) "
    "WHERE r.by_value IS NOT NULL AND r.standing = 1"
)
UNFOUND_VALUE_QUARANTINED = f"{UNFOUND_VALUE} AND r.missing <> 'drop'"
AMBIGUOUS_VALUE = (
    "SELECT r.record, 'ambiguous-reference' AS rule, r.relation AS \"column\", "
    "r.by_class || ' with ' || r.by_property || ' = ' || r.by_value || ' names ' || t.n || ' different things.' "
    "AS reason "
    "FROM ref r JOIN (SELECT c.class, c.property, c.value, count(DISTINCT b.entity) AS n FROM carried c "
    "JOIN membership b ON b.mention = c.mention GROUP BY ALL HAVING count(DISTINCT b.entity) > 1) t "
    "ON t.class = r.by_class AND t.property = r.by_property AND t.value = lower(r.by_value) "
    "WHERE r.by_value IS NOT NULL"
)
REPEATED_UNIQUE = (
    "SELECT record, 'unique' AS rule, \"column\", "
    "'The value ' || value || ' must be unique, but stands in ' || first || ' too.' AS reason "
    'FROM (SELECT u.record, u."column", u.value, first_value(u.record) OVER w AS first, row_number() OVER w AS place '
    "FROM unique_value u JOIN chosen c USING (record) "
    'WINDOW w AS (PARTITION BY c.tbl, u."column", u.value ORDER BY c.ord, c.file, c.row)) WHERE place > 1'
)


def settle(db: Staging, versions: Versions) -> None:
    """Set aside rows whose references lead nowhere, until none is left. Each pass only removes, so it ends."""
    while True:
        refused = versions.reject(REPEATED_UNIQUE)
        refused += versions.reject(DANGLING)
        refused += versions.reject(DANGLING_LINK)
        refused += versions.reject(DANGLING_CHECK)
        db.run(f"CREATE OR REPLACE TEMP TABLE carried AS {CARRIED}")
        refused += versions.reject(UNFOUND_VALUE_QUARANTINED)
        if not refused:
            break


def drop_optional(db: Staging) -> int:
    """Leave out references that lead nowhere where the mapping says ``missing: drop``; gives their number."""
    db.run(f"CREATE OR REPLACE TEMP TABLE carried AS {CARRIED}")
    before = db.count("SELECT count(*) FROM ref")
    db.run(f"CREATE OR REPLACE TEMP TABLE existing AS SELECT mention FROM {EXISTING}")
    db.run("DELETE FROM ref WHERE target IS NOT NULL AND target NOT IN (SELECT mention FROM existing)")
    db.run("DELETE FROM ref WHERE mention NOT IN (SELECT mention FROM existing)")
    db.run(
        "DELETE FROM ref r WHERE by_value IS NOT NULL AND NOT EXISTS (SELECT 1 FROM carried c "
        "WHERE c.class = r.by_class AND c.property = r.by_property AND c.value = lower(r.by_value))"
    )
    return before - db.count("SELECT count(*) FROM ref")
