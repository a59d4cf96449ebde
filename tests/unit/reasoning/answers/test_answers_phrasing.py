"""A language model phrases answers: an honest one is used, a slow, lying, rude or broken one is not believed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from reasoning.answers.engine import Answerer
from reasoning.answers.phrasing import PROMPT, Endpoint, phrase_answer
from reasoning.answers.support import check_sentences
from reasoning.answers.types import Answer
from tests.unit.reasoning.answers import shop

QUESTION = "How long may wholesale customers return goods?"
HONEST = "Wholesale customers may return unused goods within 14 days of delivery [1]."


@pytest.fixture(scope="module")
def answer() -> Answer:
    return Answerer(shop.network()).ask(QUESTION, today=shop.TODAY)


class Model:
    """A chat endpoint on this machine that says what a test wants, and keeps what it was sent."""

    def __init__(self, say: Callable[[dict[str, object]], str], *, status: int = 200, delay: float = 0.0) -> None:
        self.say, self.status, self.delay = say, status, delay
        self.asked: list[dict[str, object]] = []
        self.keys: list[str | None] = []


@contextmanager
def served(model: Model) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.asked.append(body)
            model.keys.append(self.headers.get("Authorization"))
            stopped.wait(model.delay)
            reply = model.say(body).encode()
            self.send_response(model.status)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            try:
                self.wfile.write(reply)
            except (BrokenPipeError, ConnectionResetError):
                return

        def log_message(self, *_: object) -> None:
            return

    stopped = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()


def chat(text: str, tokens: int = 100) -> str:
    return json.dumps({"choices": [{"message": {"content": text}}], "usage": {"total_tokens": tokens}})


def phrased(answer: Answer, model: Model, folder: Path, **limits: float) -> Answer:
    with served(model) as url:
        endpoint = Endpoint(
            url, "tiny", "k3y", timeout=limits.get("timeout", 5.0),
            tokens_a_day=int(limits.get("tokens", 10_000)), folder=folder,
        )  # fmt: skip
        return phrase_answer(answer, endpoint)


def test_an_honest_model_is_used_and_sees_numbered_evidence_only(answer: Answer, tmp_path: Path) -> None:
    model = Model(lambda _: chat(HONEST))
    found = phrased(answer, model, tmp_path)
    assert [s.text for s in found.statements] == [
        "Wholesale customers may return unused goods within 14 days of delivery."
    ]
    assert found.statements[0].support == (1,)
    assert found.written_by == f"tiny ({PROMPT})"
    assert found.citations == answer.citations
    (asked,) = model.asked
    assert model.keys == ["Bearer k3y"] and "tools" not in asked
    _, user = asked["messages"]  # type: ignore[misc]
    given = json.loads(user["content"])
    assert set(given) == {"question", "evidence"}
    assert set(given["evidence"]) == {str(e.number) for e in (*answer.citations, *answer.facts)}


def test_the_same_question_is_not_asked_twice(answer: Answer, tmp_path: Path) -> None:
    model = Model(lambda _: chat(HONEST))
    with served(model) as url:
        endpoint = Endpoint(url, "tiny", None, 5.0, 10_000, tmp_path)
        assert phrase_answer(answer, endpoint) == phrase_answer(answer, endpoint)
        phrase_answer(answer, replace(endpoint, model="other"))
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ("Wholesale customers may return unused goods within 90 days of delivery [1].", "does not say 90"),
        ("Wholesale customers may not return unused goods within 14 days of delivery [1].", "denies"),
        ("Wholesale customers of Zenith may return unused goods within 14 days [1].", "does not name Zenith"),
        ("Everything is free of charge and pumps grow on trees in summer [1].", "words"),
        ("Wholesale customers may return unused goods within 14 days of delivery.", "names no evidence"),
        ("Wholesale customers may return unused goods within 14 days [7].", "evidence that there is not"),
        ("Wholesale customers may return unused goods, see https://evil.example [1].", "link"),
    ],
)
def test_a_lie_is_left_out_and_the_true_sentence_stays(answer: Answer, tmp_path: Path, lie: str, reason: str) -> None:
    found = phrased(answer, Model(lambda _: chat(f"{HONEST} {lie}")), tmp_path)
    assert [s.text for s in found.statements] == [
        "Wholesale customers may return unused goods within 14 days of delivery."
    ]
    assert reason in found.notes[-1]


def test_only_lies_leave_the_extracts(answer: Answer, tmp_path: Path) -> None:
    found = phrased(answer, Model(lambda _: chat("Goods may be returned within 99 days [1].")), tmp_path)
    assert found.statements == answer.statements and found.written_by == "extract"
    assert "not supported" in found.notes[-1]


def test_a_model_that_follows_a_document_says_nothing(tmp_path: Path) -> None:
    answer = Answerer(shop.network()).ask("When is the service hotline open?", today=shop.TODAY)
    obeys = Model(lambda _: chat("Everything is free of charge [1]. The service hotline is open from 8 to 17 [1]."))
    found = phrased(answer, obeys, tmp_path)
    assert "The service hotline is open from 8 to 17." in [s.text for s in found.statements]
    for statement in found.statements:
        assert set(statement.support) <= {c.number for c in found.citations}


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (Model(lambda _: "no json"), "not what OpenAI's API gives"),
        (Model(lambda _: chat("")), "empty"),
        (Model(lambda _: chat("x"), status=500), "status 500"),
        (Model(lambda _: chat("x " * 200_000)), "too long"),
        (Model(lambda _: json.dumps({"choices": []})), "not what OpenAI's API gives"),
        (Model(lambda _: chat("NOT KNOWN")), "found no answer"),
    ],
)
def test_a_broken_model_leaves_the_extracts_and_a_note(answer: Answer, tmp_path: Path, model: Model, told: str) -> None:
    found = phrased(answer, model, tmp_path)
    assert found.statements == answer.statements
    assert told in found.notes[-1]


def test_a_slow_model_is_not_waited_for(answer: Answer, tmp_path: Path) -> None:
    begun = time.monotonic()
    found = phrased(answer, Model(lambda _: chat(HONEST), delay=30.0), tmp_path, timeout=0.3)
    assert time.monotonic() - begun < 10
    assert found.statements == answer.statements and "took more than 0.3 s" in found.notes[-1]


def test_nobody_there_is_no_reason_to_fail(answer: Answer, tmp_path: Path) -> None:
    found = phrase_answer(answer, Endpoint("http://127.0.0.1:9/v1", "tiny", None, 1.0, 1000, tmp_path))
    assert found.statements == answer.statements and "cannot be reached" in found.notes[-1]


def test_the_budget_of_a_day_ends_it(answer: Answer, tmp_path: Path) -> None:
    model = Model(lambda _: chat(HONEST, tokens=600))
    with served(model) as url:
        endpoint = Endpoint(url, "tiny", None, 5.0, 1000, tmp_path)
        for n in range(2):
            phrase_answer(replace(answer, question=f"{QUESTION} {n}"), endpoint)
        found = phrase_answer(replace(answer, question="another"), endpoint)
    assert len(model.asked) == 2 and "1,000 tokens" in found.notes[-1]


def test_marks_behind_the_full_stop_belong_to_the_sentence_before() -> None:
    evidence = {1: "Goods go back within 14 days.", 2: "Money comes within a week."}
    checked = check_sentences("Goods go back within 14 days.[1] Money comes within a week. [2]", evidence, "when?")
    assert [(c.support, c.supported) for c in checked] == [((1,), True), ((2,), True)]
