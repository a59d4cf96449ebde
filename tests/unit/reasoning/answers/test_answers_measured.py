"""Measures in questions: of one thing, in order, of the company; what is withheld or cannot be worked out."""

from __future__ import annotations

from datetime import date

import pytest

from ontology.errors import SourceError
from ontology.load import load_ontology
from reasoning.answers.engine import Answerer
from reasoning.answers.measured import Figures
from reasoning.answers.types import Answer, Kind
from reasoning.measures.load import load_measures
from tests.unit.reasoning.structure.test_structure_related import workshop

TODAY = date(2026, 4, 20)
FIGURES = Figures(load_measures(load_ontology(), ()))
ANSWERER = Answerer(workshop(), figures=lambda: FIGURES)


def ask(question: str, answerer: Answerer = ANSWERER) -> Answer:
    return answerer.ask(question, today=TODAY)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is the free stock of the Mixer?", "Free stock of Mixer: 4."),
        ("list margin of the Bowl", "Margin at list price of Bowl: -2.00 EUR."),
        ("What is the list margin of the Mixer?", "Margin at list price of Mixer: 86.976 EUR."),  # 99 - (0.024 + 12)
    ],
)
def test_a_measure_of_one_thing_is_told_with_its_formula_and_the_rows_that_it_reads(question: str, told: str) -> None:
    answer = ask(question)
    assert answer.kind is Kind.STRUCTURE
    assert answer.text == told
    assert answer.plan is not None and answer.plan.startswith("measure Product.")
    assert answer.facts and all(fact.records for fact in answer.facts)


def test_things_are_told_in_the_order_of_a_measure() -> None:
    table = ask("Which products have the lowest list margin?").table
    assert table is not None
    assert [row[0] for row in table.rows] == ["Bowl", "Mixer"]  # screws and motors have no list price
    assert [row[0] for row in (ask("top 1 products by list margin").table or table).rows] != ["Bowl"]


def test_what_cannot_be_worked_out_is_not_known_and_says_why() -> None:
    answer = ask("days of cover of the Mixer")
    assert not answer.known
    assert any("cannot be worked out" in note for note in answer.notes)


def test_a_measure_that_is_withheld_is_not_there() -> None:
    held = Figures(FIGURES.measures, frozenset({"Product.free_stock"}))
    assert not ask("What is the free stock of the Mixer?", Answerer(workshop(), figures=lambda: held)).known


def test_a_property_of_that_name_wins_and_further_words_are_not_passed_over() -> None:
    assert ask("standard cost of the Mixer").text == "Mixer: standard cost 40.00 EUR."
    assert not ask("What is the purple free stock of the Mixer?").known


def test_measures_that_cannot_be_read_leave_questions_to_the_rest() -> None:
    def broken() -> Figures:
        raise SourceError("A measure file is wrong.")

    assert not ask("What is the free stock of the Mixer?", Answerer(workshop(), figures=broken)).known
