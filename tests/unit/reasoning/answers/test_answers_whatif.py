"""What-if questions in ``ask``: the scenario is told, run beside the data, and told with the figures of the engine."""

from __future__ import annotations

import pytest

from reasoning.answers.engine import Answerer
from reasoning.answers.types import Kind
from reasoning.scenarios.run import Run, run
from reasoning.scenarios.types import Scenario
from tests.unit.reasoning.scenarios import shop

RAN: list[Run] = []


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    network, results = shop.base()

    def run_scenario(scenario: Scenario) -> Run:
        RAN.append(run(network, scenario, results))
        return RAN[-1]

    return Answerer(network, run_scenario=run_scenario)


def test_a_price_that_rises_is_told_with_its_figures(answerer: Answerer) -> None:
    RAN.clear()
    answer = answerer.ask("What if the price of Bolt by Boltz rises by 10 %?", today=shop.TODAY)
    assert answer.kind is Kind.WHAT_IF, (answer.notes, answer.to_json())
    assert answer.plan.startswith("what if: ")
    assert len(RAN) == 1
    told = [s.text for s in answer.statements]
    # Boltz is the cheapest for bolts: 0.0400 becomes 0.0440, and the frame takes eight of them.
    assert any(t.startswith("Purchase price of Bolt: ") and "0.04" in t and "0.044" in t for t in told), told
    assert any(t.startswith("Cost of ") for t in told), told
    assert any("Nothing in the graph was changed" in note for note in answer.notes)
    assert answer.facts[0].records
    assert {n for s in answer.statements for n in s.support} <= {f.number for f in answer.facts}


def test_what_is_not_understood_runs_nothing_and_names_the_forms(answerer: Answerer) -> None:
    RAN.clear()
    answer = answerer.ask("What if we painted everything green?", today=shop.TODAY)
    assert not answer.known
    assert not RAN
    assert any("Forms that are read" in note for note in answer.notes)


def test_a_german_question_runs_too(answerer: Answerer) -> None:
    RAN.clear()
    answer = answerer.ask("Was wäre, wenn der Preis von Bolt by Boltz um 10 % steigt?", today=shop.TODAY)
    assert answer.kind is Kind.WHAT_IF, answer.notes
    assert len(RAN) == 1


def test_a_name_that_nothing_has_is_said(answerer: Answerer) -> None:
    RAN.clear()
    answer = answerer.ask("What if the price of Zorblax rises by 10 %?", today=shop.TODAY)
    assert not answer.known
    assert not RAN


def test_without_an_engine_it_is_only_told_apart() -> None:
    network, _ = shop.base()
    answer = Answerer(network).ask("What if the price of Bolt by Boltz rises by 10 %?", today=shop.TODAY)
    assert answer.kind is Kind.UNKNOWN
    assert "worked out in a scenario" in answer.notes[0]
