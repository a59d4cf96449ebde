"""The inbox holds what needs a person as long as it does, in an order that helps; what was said of it is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from api.access.office import Office
from api.audit.chain import Audit
from api.inbox import change, tasks
from api.jobs.queue import Jobs
from ontology.errors import NotFound
from ontology.types import QuarantineState
from tests.unit.api.test_access_bytes import InMemory
from tests.unit.graph_engine.test_snapshot_patch import State


class Aside(InMemory):
    """A project with rows set aside."""

    rows: tuple[QuarantineState, ...] = ()

    def quarantine(self, where: str | None = None, rule: str | None = None) -> tuple[QuarantineState, ...]:
        return self.rows


def row(number: int, table: str, rule: str) -> QuarantineState:
    return QuarantineState(
        id=f"q{number}", run="run-1", source="shop", table=table, file="f", path="f.csv", row=number, record=None,
        rule=rule, column=None, reason="It is.", raw="{}", hash="",
    )  # fmt: skip


def test_rows_are_gathered_assigned_put_off_and_gone_when_mended(tmp_path: Path) -> None:
    project = Aside(State({}, {}, {}, ()).snapshot())
    office = Office(tmp_path / "office.sqlite")
    jobs = Jobs(office, project, Audit(office))
    project.rows = (row(1, "lines", "range"), row(2, "lines", "range"), row(3, "orders", "type"))
    today = date(2026, 3, 1)
    found, snoozed = tasks(project, office, jobs, today=today)
    assert [(t.id, t.count) for t in found] == [("quarantine:shop.lines:range", 2), ("quarantine:shop.orders:type", 1)]
    assert found[0].title == "2 rows of shop.lines break the rule range" and snoozed == 0
    second, first = found[1].id, found[0].id

    def say(*ids: str, assigned: str | None = None, due: date | None = None, until: date | None = None) -> None:
        change(project, office, jobs, ids, assigned=assigned, due=due, snoozed_until=until, note=None)

    say(second, assigned="Anna", due=date(2026, 3, 2))
    assert [t.id for t in tasks(project, office, jobs, today=today)[0]] == [second, first], "what is due comes first"
    say(first, until=date(2026, 3, 5))
    found, snoozed = tasks(project, office, jobs, today=today)
    assert ([t.assigned for t in found], snoozed) == (["Anna"], 1)
    assert len(tasks(project, office, jobs, today=date(2026, 3, 5))[0]) == 2
    with pytest.raises(NotFound):
        say("quarantine:shop.nothing:range")
    project.rows = project.rows[:2]
    assert [t.id for t in tasks(project, office, jobs, today=date(2026, 3, 6))[0]] == [first]
    jobs.close()
