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
