"""Short answers: of the kind that is asked for, cut out of a passage, scored by SQuAD's rules."""

from __future__ import annotations

import pytest

from reasoning.retrieval.evaluation import Question, score_answers
from reasoning.retrieval.extract import Asked, Short, asked_for, short_answer
from reasoning.retrieval.index import PassageIndex
from reasoning.retrieval.search import Retriever
from reasoning.retrieval.types import Passage

_TEXTS = {
    "Silent Harbour": "Silent Harbour is a film from 1984. It was directed by Ada Mann and cost 12 million dollars.",
    "Ada Mann": "Ada Mann (born 3 May 1950) is a director. She was born in Husum.",
    "Loud River": "Loud River is a film from 1990 about a ferry.",
}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was Ada Mann born?", Asked.DATE),
        ("In which year did it begin?", Asked.DATE),
        ("How many people live there?", Asked.NUMBER),
        ("Are Ada Mann and Bo Berg both directors?", Asked.YES_NO),
        ("Is Ada Mann older or Bo Berg?", Asked.NAME),
        ("Who directed Silent Harbour?", Asked.NAME),
    ],
)
def test_the_kind_that_is_asked_for(question: str, kind: Asked) -> None:
    assert asked_for(question) is kind


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who directed Silent Harbour?", "Ada Mann"),
        ("When was Ada Mann born?", "3 May 1950"),
        ("How much did Silent Harbour cost?", "12 million"),
    ],
)
def test_a_short_answer_is_a_slice_of_its_passage(question: str, answer: str) -> None:
    index = PassageIndex()
    index.put_all({t: [Passage(id=t, document=t, text=text, title=t)] for t, text in _TEXTS.items()})
    retriever = Retriever(index)
    query = retriever.read(question)
    found = short_answer(query, retriever.rank(query))
    assert found is not None and found.text == answer
    assert _TEXTS[found.passage][found.start : found.end] == answer


def test_exact_match_f1_and_abstention_are_squads() -> None:
    def asked(*answers: str) -> Question:
        return Question("q", "?", "all", frozenset({"p"}), answers)

    shorts = [Short("The Ada Mann", 0.9), Short("Mann", 0.5), None, Short("x", 0.1)]
    found = score_answers(shorts, [asked("ada mann!"), asked("Ada Mann", "Bo"), asked("Husum"), asked()])
    assert found is not None
    assert found.questions == 3
    assert found.exact == pytest.approx(100 / 3)
    assert found.f1 == pytest.approx((100 + 200 / 3) / 3)
    assert found.curve[0] == (10, 100.0, 100.0)
    assert score_answers([None], [asked()]) is None
