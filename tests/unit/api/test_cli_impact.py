"""What a person reads: the table in plain words, the caveats, the rows behind each step."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from api.cli.impact import print_candidates, print_connection, print_critical, print_impact, print_why_not
from reasoning.critical import critical
from reasoning.impact import impact
from reasoning.linking import candidates
from reasoning.network import Network
from reasoning.paths import paths
from reasoning.types import Filters, Semantics, Start
from reasoning.why_not import why_not
from tests.unit.reasoning.company import TODAY, id_of, network


@pytest.fixture(scope="module")
def firm() -> Network:
    return network()


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200)


def _text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_table_says_who_when_how_much_and_through_what(firm: Network, console: Console) -> None:
    print_impact(impact(firm, [Start(id_of("V1"))], as_of=TODAY), console=console)
    text = _text(console)
    assert "If Ünal Metall GmbH (supplier) fails: 10 things are touched (as things stand on 2026-06-15)" in text
    row = next(line for line in text.splitlines() if line.startswith("Order 7"))
    assert row.split("  ")[0] == "Order 7"
    assert "order" in row and "2026-06-28" in row and "510.00 EUR" in row and "2026-07-01" in row
    assert "Steel tube by Ünal → Steel tube → Frame → City bike → 7-1" in row
    assert "– is for → Steel tube (10 days later)  erp/offers/O1 (offers.csv row 4)" in text
    assert "Complete: nothing was cut off." in text
    assert "Graph version 5; no input is assumed." in text


def test_what_was_cut_off_and_assumed_is_said(firm: Network, console: Console) -> None:
    print_impact(impact(firm, [Start(id_of("V2"))], filters=Filters(depth=2), limit=1, as_of=TODAY), console=console)
    text = _text(console)
    assert "… and 1 more" in text
    assert "Not complete: 1 further steps were not followed (depth 2)." in text
    assert "1 input is an assumption, not data" in text


def test_how_long_and_how_likely(firm: Network, console: Console) -> None:
    late = impact(firm, [Start(id_of("V1"), days=21)], semantics=Semantics.DELAYED, as_of=TODAY)
    print_impact(late, console=console)
    likely = impact(firm, [Start(id_of("E1"), severity=0.5)], semantics=Semantics.PROBABILITY, as_of=TODAY)
    print_impact(likely, console=console)
    text = _text(console)
    assert "21 days" in text
    assert "How likely" in text and "10%" in text


def test_nothing_affected_points_to_why_not(firm: Network, console: Console) -> None:
    print_impact(impact(firm, [Start(id_of("DE"))], as_of=TODAY), console=console)
    assert "Nothing is affected. `knockon impact … --why-not NAME`" in _text(console)


def test_connection_why_not_candidates_and_weak_points(firm: Network, console: Console) -> None:
    print_connection(paths(firm, id_of("V1"), id_of("P1"), 1, as_of=TODAY), console=console)
    print_why_not(why_not(firm, [Start(id_of("P5"))], id_of("P4"), as_of=TODAY), console=console)
    print_candidates(candidates(firm, "Anna Schmidt"), console=console)
    print_critical(critical(firm, among=("Supplier",), as_of=TODAY), console=console)
    text = _text(console)
    assert "1. Ünal Metall GmbH (supplier) to Steel tube (product), 2 steps" in text
    assert "City bike (product): not affected." in text
    assert "does not hold on 2026-06-15" in text
    assert id_of("E1") in text
    assert "If these two fail together" in text and "Bolt & Co (supplier) and Boltz Ltd (supplier)" in text


def test_names_cannot_change_how_things_are_printed(firm: Network, console: Console) -> None:
    """A name with rich's own markup is printed as it is."""
    from dataclasses import replace

    answer = impact(firm, [Start(id_of("V1"))], as_of=TODAY)
    odd = replace(answer.affected[0].entity, title="[red]x[/red] [link=file:///etc]")
    first = replace(answer.affected[0], entity=odd, paths=())
    print_impact(replace(answer, starts=(odd,), affected=(first,)), console=console)
    assert _text(console).count("[red]x[/red] [link=file:///etc]") == 2


def test_json_is_json(firm: Network, console: Console) -> None:
    print_impact(impact(firm, [Start(id_of("V1"))], as_of=TODAY), console=console, as_json=True)
    answer = json.loads(_text(console))
    assert (answer["found"], answer["semantics"], answer["complete"]) == (10, "reach", True)
    assert answer["affected"][0]["paths"][0]["hops"][0]["records"][0]["file"] == "offers.csv"
