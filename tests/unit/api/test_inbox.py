"""The inbox holds what needs a person as long as it does, in an order that helps; what was said of it is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from api import doubts, four_eyes
from api.access.caller import Caller, Forbidden
from api.access.office import Office
from api.audit.chain import Audit
from api.inbox import Helper, assign, change, tasks
from api.jobs.queue import Jobs
from graph_engine.store.judgements import OpenQuestion
from ontology.errors import BadQuestion, NotFound
from ontology.types import QuarantineState
from tests.unit.api.test_access_bytes import InMemory
from tests.unit.graph_engine.test_snapshot_patch import State


class Aside(InMemory):
    """A project with rows set aside."""

    rows: tuple[QuarantineState, ...] = ()

    def quarantine(self, where: str | None = None, rule: str | None = None) -> tuple[QuarantineState, ...]:
        return self.rows

    def open_questions(self, limit: int = 1_000) -> tuple[OpenQuestion, ...]:
        return ()


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


MIA = Caller("person:mia@x.test", "Mia", "person", ("steward",))
JON = Caller("key:1", "Jon", "key", ("steward",))


def made(tmp_path: Path) -> tuple[Aside, Office, Jobs]:
    project = Aside(State({}, {}, {}, ()).snapshot())
    office = Office(tmp_path / "office.sqlite")
    return project, office, Jobs(office, project, Audit(office))


def test_questions_that_were_answered_badly_wait_until_they_are_answered_or_struck_off(tmp_path: Path) -> None:
    project, office, jobs = made(tmp_path)
    for question in ("Who is Anna?", "who is  anna?", "Where is Bert?"):
        doubts.note(office, question, known=False, confidence=0.1)
    doubts.note(office, "Known one", known=True, confidence=0.9)
    found, _ = tasks(project, office, jobs)
    assert [(t.kind, t.count) for t in found] == [("answer", 2), ("answer", 1)]
    doubts.note(office, "Where is Bert?", known=True, confidence=0.8)
    (left,) = tasks(project, office, jobs)[0]
    change(project, office, jobs, [left.id], done=True)
    assert tasks(project, office, jobs)[0] == []
    project.rows = (row(1, "lines", "range"),)
    with pytest.raises(BadQuestion, match="by itself"):
        change(project, office, jobs, ["quarantine:shop.lines:range"], done=True)
    jobs.close()


def test_nobody_decides_on_his_own_proposal(tmp_path: Path) -> None:
    project, office, jobs = made(tmp_path)
    held = four_eyes.propose(office, MIA, "erase", {"subject": "e_1"}, "she asked", 7)
    (task,) = tasks(project, office, jobs)[0]
    assert (task.id, task.kind, task.where) == (f"approval:{held.id}", "approval", f"/v1/proposals/{held.id}")
    other_key = Caller("key:9", " MIA", "key", ("steward",))
    local = Caller("local", "somebody on this machine", "local", ("local",))
    for who in (MIA, other_key, local):
        with pytest.raises(Forbidden):
            four_eyes.decide(office, who, held.id, "approved", "")
    with pytest.raises(Forbidden, match="Only who"):
        four_eyes.decide(office, JON, held.id, "withdrawn", "")
    done = four_eyes.decide(office, JON, held.id, "approved", "seen the letter")
    assert (done.state, done.decider, done.caller) == ("approved", "key:1", "person:mia@x.test")
    with pytest.raises(BadQuestion, match="approved already"):
        four_eyes.decide(office, JON, held.id, "rejected", "")
    assert tasks(project, office, jobs)[0] == []
    with pytest.raises(BadQuestion, match="reason"):
        four_eyes.propose(office, MIA, "erase", {}, " ", 7)
    jobs.close()


def test_tasks_go_to_who_can_and_has_least_to_do(tmp_path: Path) -> None:
    project, office, jobs = made(tmp_path)
    project.rows = (*(row(n, f"t{n}", "range") for n in range(4)), row(9, "crm", "type"))
    four_eyes.propose(office, MIA, "apply", {}, "x", 1)
    who = [Helper("Mia", (), 20), Helper("Jon", ("quarantine:shop.t",), 2), Helper("Ute", ("resolution",), 20)]
    today = date(2026, 3, 1)
    given = assign(project, office, jobs, who, {"quarantine": 3}, today=today)
    assert sorted(given.values()) == ["Jon", "Jon", "Mia", "Mia", "Mia"], "Jon is full; nobody else may approve"
    assert given["quarantine:shop.crm:type"] == "Mia"
    held = {t.id: t for t in tasks(project, office, jobs, today=today)[0]}
    assert {held[i].due for i in given} == {date(2026, 3, 4)}
    (approval,) = (t for t in held.values() if t.kind == "approval")
    assert approval.assigned is None, "not to who proposed it"
    assert assign(project, office, jobs, who, {}, today=today) == {}
    jobs.close()
