"""The state after the change, as the validation gate sees it: over staging, so neighbours come without the database."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence

from ingest.state.staging import Staging
from validation.image import EntityImage, RelationImage


class StagedImage:
    """A :class:`validation.image.Image` over the staging tables of the desired state."""

    def __init__(self, db: Staging) -> None:
        self._db = db

    def entities(self, ids: Sequence[str]) -> Iterator[EntityImage]:
        """Entities by id; unknown ids are absent."""
        self._wanted(ids)
        sql = (
            "SELECT e.id, e.classes, v.said FROM fin_entity e SEMI JOIN image_wanted w ON w.id = e.id LEFT JOIN "
            "(SELECT entity, list({'p': property, 'v': value} ORDER BY property, value) AS said FROM fin_value "
            " SEMI JOIN image_wanted w ON w.id = fin_value.entity GROUP BY entity) v ON v.entity = e.id"
        )
        for row in self._db.arrow(sql).to_pylist():
            held: dict[str, list[str]] = {}
            for said in row["said"] or ():
                held.setdefault(said["p"], []).append(said["v"])
            yield EntityImage(row["id"], tuple(row["classes"]), {n: tuple(t) for n, t in held.items()})

    def outgoing(self, ids: Sequence[str], names: Collection[str] | None) -> Iterator[RelationImage]:
        """Relations whose source is in ``ids``."""
        return self._relations("source", ids, names)

    def incoming(self, ids: Sequence[str], names: Collection[str] | None) -> Iterator[RelationImage]:
        """Relations whose target is in ``ids``."""
        return self._relations("target", ids, names)

    def entities_of_class(self, name: str) -> Iterator[str]:
        """Ids of all entities of a class or a subclass of it."""
        rows = self._db.rows(
            "SELECT DISTINCT c.entity FROM fin_class c JOIN ancestor a ON a.class = c.class WHERE a.ancestor = ? "
            "ORDER BY 1",
            [name],
        )
        return (str(r[0]) for r in rows)

    def _relations(self, end: str, ids: Sequence[str], names: Collection[str] | None) -> Iterator[RelationImage]:
        if names is not None and not names:
            return
        self._wanted(ids)
        where = ""
        if names is not None:
            where = " WHERE r.name IN (" + ", ".join("'" + n.replace("'", "''") + "'" for n in sorted(names)) + ")"
        sql = (
            "SELECT r.id, r.name, r.source, r.target, r.properties, r.valid_from::VARCHAR AS f, "
            "r.valid_to::VARCHAR AS t "
            f"FROM fin_relation r SEMI JOIN image_wanted w ON w.id = r.{end}{where}"
        )
        yield from relation_images(self._db.arrow(sql).to_pylist())

    def _wanted(self, ids: Sequence[str]) -> None:
        self._db.run("CREATE OR REPLACE TEMP TABLE image_wanted(id VARCHAR)")
        self._db.insert("image_wanted", {"id": list(ids)})


def relation_images(rows: Iterable[dict[str, object]]) -> Iterator[RelationImage]:
    """Relation images of staging rows (id, name, source, target, properties, f, t)."""
    for row in rows:
        held = json.loads(str(row["properties"] or "{}"))
        yield RelationImage(
            str(row["id"]), str(row["name"]), str(row["source"]), str(row["target"]),
            {n: str(v) for n, v in held.items() if v is not None},
            None if row["f"] is None else str(row["f"]), None if row["t"] is None else str(row["t"]),
        )  # fmt: skip
