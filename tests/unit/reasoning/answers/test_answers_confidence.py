"""Confidence: the fit against a model that is known, tables against counts by hand, refusal below the chance set."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasoning.answers.confidence import (
    FILE,
    Signals,
    abstention,
    calibration_error,
    chance,
    confidence,
    fit,
    fitted,
    reliability,
)
from reasoning.answers.engine import Answerer
from tests.unit.reasoning.answers import shop

share = st.floats(0, 1)


def test_the_fit_finds_the_model_that_made_the_answers() -> None:
    rng, truth = random.Random(4), (-2.0, 3.0, 1.5, 0.0, 2.0)
    rows = [tuple(rng.random() for _ in range(4)) for _ in range(8000)]
    right = [rng.random() < chance(truth, row) for row in rows]
    found = fit(rows, right, ridge=0.1)
    assert found == pytest.approx(truth, abs=0.25)


def test_a_signal_that_speaks_against_an_answer_is_left_out() -> None:
    rng = random.Random(9)
    rows = [(rng.random(), rng.random()) for _ in range(2000)]
    right = [rng.random() < 1 / (1 + math.exp(-(4 * a - 3 * b))) for a, b in rows]
    found = fit(rows, right)
    assert found[1] > 2
    assert found[2] == 0.0


@given(share, share, share, share, share, st.integers(0, 3), st.booleans())
def test_more_of_a_signal_never_makes_an_answer_less_sure(
    a: float, b: float, c: float, d: float, more: float, which: int, with_model: bool
) -> None:
    row = [a, b, c, d]
    raised = list(row)
    raised[which] = max(row[which], more)
    one, other = confidence(Signals(*row), with_model), confidence(Signals(*raised), with_model)
    assert 0 <= one <= other <= 1


def test_the_tables_are_those_by_hand() -> None:
    sure, right = [0.2, 0.6, 0.65, 0.9, 1.0], [False, True, False, True, True]
    bins = reliability(sure, right, (0.0, 0.5, 0.8, 1.0))
    assert [(b.count, b.right) for b in bins] == [(1, 0.0), (2, 0.5), (2, 1.0)]
    assert bins[1].sure == pytest.approx(0.625)
    assert calibration_error(bins) == pytest.approx((0.2 + 2 * 0.125 + 2 * 0.05) / 5)
    curve = abstention(sure, right)
    assert curve[-1] == (1.0, 0.2, 0.6)
    assert (0.4, 0.9, 1.0) in curve


def test_the_shipped_file_says_what_it_was_fitted_on() -> None:
    held = fitted()
    assert FILE.is_file()
    assert held.version >= 1
    assert held.fitted_on
    assert len(held.with_model) == len(held.without_model) == 5
    assert 0 < held.refuse_below < 1


def test_an_answer_that_is_not_sure_enough_is_refused_and_what_was_nearest_is_shown() -> None:
    answerer = Answerer(shop.network())
    for question in ("How long is the warranty on a pump?", "How tall is the tower of the moon office?"):
        answer = answerer.ask(question, today=shop.TODAY)
        assert answer.signals is not None
        assert answer.known is (confidence(answer.signals, with_model=False) >= fitted().refuse_below)
        if not answer.known:
            assert not answer.statements
