"""What an impact comes to in words: that something depends on it is never denied because it is too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reasoning.answers.engine import Answerer
from reasoning.answers.wording import totals_text
from reasoning.impact import impact
from reasoning.results import ClassTotal
from reasoning.types import Filters, Start
from tests.unit.reasoning.answers import shop


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return Answerer(shop.network())


def told(past: int) -> str:
    """An impact on three orders, so many of which are dated before they could be affected."""
    network = shop.network()
    start = Start(next(shop.id_of(k) for c, k, *_ in shop.THINGS if c == "Supplier"))
    found = impact(network, [start], filters=Filters(valid_at="any"), as_of=date(2030, 1, 1))
    return totals_text(replace(found, totals=(ClassTotal("Order", "orders", 3, past=past),)))


def test_what_is_behind_is_not_denied() -> None:
    assert (
        told(3) == "3 things depend on it, 3 orders; none is dated later than it could be reached, from 2030-01-01 on"
    )
    assert told(1) == "affected are 3 orders; 1 of these 3 dated before it could reach them"
    assert told(0) == "affected are 3 orders"


def test_what_is_ahead_is_affected(answerer: Answerer) -> None:
    answer = answerer.ask("Which orders are affected if Kolding Magnets fails?", today=date(2026, 1, 1))
    assert "affected are 1 orders worth 600.00 EUR" in answer.text
    assert "dated before" not in answer.text


def test_nothing_of_the_kind_asked_for(answerer: Answerer) -> None:
    answer = answerer.ask("Which tickets are affected if Quick Parts fails?", today=shop.TODAY)
    assert "nothing of the kind asked for that is recorded depends on it" in answer.text
