"""What is past the time that ``retention`` in ``knockon.yaml`` gives its class (``docs/privacy.md``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from api.project import Project
from ontology.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Overdue:
    """Things of a class that are past the time they are kept for."""

    class_name: str
    by: str
    before: date
    ids: tuple[str, ...]


def overdue(project: Project, *, today: date | None = None) -> list[Overdue]:
    """What ``retention`` in ``knockon.yaml`` says is to go; things that are erased already are left out.

    Raises:
        ConfigurationError: it names a class or date property that is none.
    """
    from ingest.erasure import Erasures

    gone = {t for e in Erasures.read(project.archive.root).listed for t in e.things}
    found = []
    for class_name, rule in sorted(project.settings.retention.items()):
        day = (today or datetime.now(UTC).date()) - timedelta(days=rule.days)
        by = _date_property(project, class_name, rule.by)
        snapshot = project.network().snapshot
        ids = []
        for at in snapshot.members(class_name).tolist():
            value = snapshot.value(at, by)
            held = value.date() if isinstance(value, datetime) else value
            id_ = snapshot.entity_id(at)
            if isinstance(held, date) and held < day and id_ not in gone:
                ids.append(id_)
        found.append(Overdue(class_name, by, day, tuple(ids)))
    return found


def _date_property(project: Project, class_name: str, by: str | None) -> str:
    from ontology.model import Datatype

    where = project.settings.folder / "knockon.yaml"
    class_ = project.ontology.classes.get(class_name)
    if class_ is None:
        raise ConfigurationError(
            f"retention: there is no class {class_name!r}.", where=where, do="docs/ontology.md lists them."
        )
    name = by or class_.when
    held = class_.properties.get(name or "")
    if held is None or held.datatype not in (Datatype.DATE, Datatype.DATETIME):
        dates = [n for n, p in class_.properties.items() if p.datatype in (Datatype.DATE, Datatype.DATETIME)]
        raise ConfigurationError(
            f"retention: {class_name} has no date {name!r}.", where=where,
            do=f"Say which date counts (`by:`): {', '.join(sorted(dates)) or 'it has none'}.",
        )  # fmt: skip
    return held.name
