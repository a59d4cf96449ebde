"""The audit shows every change, loss and move of its entries, by the number of the first."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.access.office import Office
from api.audit.chain import HEAD, START, Audit, seal


def chain(folder: Path, count: int) -> Audit:
    audit = Audit(Office(folder / "office.sqlite"))
    for number in range(count):
        audit.append({"action": "ask", "who": {"id": f"key:{number % 3}"}, "asked": {"text": f"«{number}»"}})
    return audit


def change(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "office.sqlite") as db:
        for statement in statements:
            db.execute(statement)


@pytest.mark.parametrize(
    ("statements", "first"),
    [
        ((), None),
        (("UPDATE decision SET body = replace(body, 'ask', 'undo') WHERE seq = 4",), 4),
        (("DELETE FROM decision WHERE seq = 3",), 3),
        (("DELETE FROM decision WHERE seq = 1",), 1),
        (("DELETE FROM decision WHERE seq >= 7",), 7),
        (("DELETE FROM decision",), 1),
        (("UPDATE decision SET seq = -seq WHERE seq IN (5, 6)", "UPDATE decision SET seq = 11 + seq WHERE seq < 0"), 5),
        (("UPDATE decision SET hash = (SELECT hash FROM decision WHERE seq = 2) WHERE seq = 8",), 8),
        (("INSERT INTO decision VALUES (11, '{}', 'x')",), 11),
    ],
)
def test_the_first_entry_that_was_touched_is_named(
    tmp_path: Path, statements: tuple[str, ...], first: int | None
) -> None:
    audit = chain(tmp_path, 10)
    change(tmp_path, *statements)
    found = audit.verify()
    assert found.broken_at == first, found.why
    assert found.entries == (10 if first is None else first - 1)


def test_a_chain_forged_from_an_entry_on_differs_from_the_kept_head(tmp_path: Path) -> None:
    audit = chain(tmp_path, 4)
    before = START
    with sqlite3.connect(tmp_path / "office.sqlite") as db:
        for seq, body in db.execute("SELECT seq, body FROM decision ORDER BY seq").fetchall():
            body = body.replace("ask", "undo") if seq >= 3 else body
            before = seal(before, body)
            db.execute("UPDATE decision SET body = ?, hash = ? WHERE seq = ?", (body, before, seq))
    assert audit.verify().broken_at is not None
    assert json.loads((tmp_path / HEAD).read_text())["seq"] == 4


def test_threads_and_processes_append_to_one_chain(tmp_path: Path) -> None:
    audits = [Audit(Office(tmp_path / "office.sqlite")) for _ in range(4)]
    threads = [threading.Thread(target=lambda a=a: [a.append({"action": "ask"}) for _ in range(25)]) for a in audits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = audits[0].verify()
    assert (found.entries, found.broken_at) == (100, None)


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_comes_back_as_it_was(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    audit = Audit(Office(tmp_path_factory.mktemp("a") / "office.sqlite"))
    safe = text.encode("utf-8", "replace").decode()
    audit.append({"action": "ask", "asked": safe})
    assert [e.body["asked"] for e in audit.entries()] == [safe] and audit.verify().broken_at is None
    assert [e.seq for e in audit.newest(5, action="ask")] == [1] and audit.newest(5, action="undo") == []


@pytest.mark.parametrize("asked", [float("nan"), float("inf"), "\ud800", {"\udfff": 1}])
def test_what_is_no_json_is_said_not_kept(tmp_path: Path, asked: object) -> None:
    audit = Audit(Office(tmp_path / "office.sqlite"))
    audit.append({"action": "ask", "asked": asked})
    assert next(audit.entries()).body["asked"] == "cannot be written as JSON" and audit.verify().broken_at is None


def test_what_an_entry_quotes_can_be_destroyed_and_the_chain_still_holds(tmp_path: Path) -> None:
    audit = Audit(Office(tmp_path / "office.sqlite"))
    for name in ("Anna Beck", "Bert Bikes", "Anna Beck"):
        audit.append({"action": "ask", "who": {"id": "key:1"}, "asked": {"starts": [name]}, "path": f"/v1/x/{name}"})
    head = audit.verify().head
    assert [e.body["asked"] for e in audit.entries()][1] == {"starts": ["Bert Bikes"]}
    assert audit.forget(lambda text: "Anna Beck" in text) == (2, 0)
    Office(tmp_path / "office.sqlite").wipe()
    kept = list(audit.entries())
    assert [("asked" in e.body, e.body.get("erased", False)) for e in kept] == [
        (False, True), (True, False), (False, True)
    ]  # fmt: skip
    assert [e.body["action"] for e in kept] == ["ask"] * 3, "who did what, and when, stays"
    found = audit.verify()
    assert (found.broken_at, found.head) == (None, head)
    held = b"".join(f.read_bytes() for f in tmp_path.iterdir() if f.is_file())
    assert b"Anna Beck" not in held
    change(tmp_path, "UPDATE decision SET body = replace(body, 'sealed', 'opened') WHERE seq = 1")
    assert audit.verify().broken_at == 1, "the ciphertext is part of the chain"


def test_a_check_beside_new_entries_raises_no_alarm(tmp_path: Path) -> None:
    audit = chain(tmp_path, 20)
    busy = threading.Thread(target=lambda: [audit.append({"action": "ask"}) for _ in range(150)])
    busy.start()
    found = [Audit(Office(tmp_path / "office.sqlite")).verify()]
    while busy.is_alive():
        found.append(audit.verify())
    busy.join()
    assert [f.why for f in found if f.broken_at is not None] == [] and audit.verify().entries == 170


def test_an_entry_that_a_crash_left_without_its_head_is_no_alarm(tmp_path: Path) -> None:
    audit = chain(tmp_path, 5)
    head = (tmp_path / HEAD).read_text(encoding="utf-8")
    audit.append({"action": "undo"})
    (tmp_path / HEAD).write_text(head, encoding="utf-8")
    assert audit.verify().broken_at is None
    audit.append({"action": "ask"})
    assert json.loads((tmp_path / HEAD).read_text(encoding="utf-8"))["seq"] == 7


def test_entries_are_found_by_caller_day_and_what_they_hold(tmp_path: Path) -> None:
    audit = Audit(Office(tmp_path / "office.sqlite"))
    for name, asked in (("Anna", "Kröger"), ("Bert", "Otter 550"), ("Anna", "Otter 1300")):
        audit.append({"action": "ask", "who": {"id": f"key:{name}", "name": name}, "asked": {"question": asked}})
    day = str(audit.newest(1)[0].body["at"])[:10]

    def numbers(**wanted: str) -> list[int]:
        return [e.seq for e in audit.newest(10, **wanted)]  # type: ignore[arg-type]

    assert numbers(words="otter") == [3, 2], "what is sealed is searched too, in any case"
    assert numbers(who="anna") == numbers(who="key:Anna") == [3, 1]
    assert numbers(who="Anna", words="KRÖGER") == [1] and numbers(words="nothing of that") == []
    assert numbers(since=day) == [3, 2, 1] and numbers(until=day) == [] and numbers(since="9999-01-01") == []
    assert [e.seq for e in audit.newest(1, words="otter", before=3)] == [2]
