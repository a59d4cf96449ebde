"""Why something is not affected: the filter that keeps it out, or what the data lack."""

from __future__ import annotations

import pytest

from reasoning.network import Network
from reasoning.types import ANY, Filters, Semantics, Start
from reasoning.why_not import why_not
from tests.unit.reasoning.company import TODAY, id_of, network


@pytest.fixture(scope="module")
def firm() -> Network:
    return network()


@pytest.mark.parametrize(
    ("start", "target", "filters", "relaxed"),
    [
        ("V1", "7", Filters(depth=2), "depth"),
        ("V1", "7", Filters(via=("component",)), "via"),
        ("V1", "7", Filters(avoid=("OrderLine",)), "avoid"),
        ("P5", "P4", Filters(), "valid_at"),
        ("V1", "7", Filters(to=("Customer",)), "to"),
        ("P5", "7", Filters(depth=1), "several"),
    ],
)
def test_the_filter_is_named(firm: Network, start: str, target: str, filters: Filters, relaxed: str) -> None:
    answer = why_not(firm, [Start(id_of(start))], id_of(target), filters=filters, as_of=TODAY)
    assert (answer.affected, answer.relaxed) == (False, relaxed)
    assert answer.path is not None
    assert answer.path.entities[-1].id == id_of(target)


def test_a_cutoff_is_named(firm: Network) -> None:
    answer = why_not(
        firm, [Start(id_of("E1"))], id_of("C2"),
        semantics=Semantics.STRONGEST, filters=Filters(cutoff=0.5), as_of=TODAY,
    )  # fmt: skip
    assert answer.relaxed == "cutoff"


def test_what_is_affected_says_how(firm: Network) -> None:
    answer = why_not(firm, [Start(id_of("V1"))], id_of("7"), as_of=TODAY)
    assert answer.affected
    assert answer.path is not None
    assert len(answer.path.hops) == 6


def test_impact_that_runs_the_other_way(firm: Network) -> None:
    answer = why_not(firm, [Start(id_of("P4"))], id_of("P1"), filters=Filters(valid_at=ANY), as_of=TODAY)
    assert not answer.affected
    assert "runs the other way" in answer.reason
    assert "Steel tube has no components" in answer.reason


def test_no_connection_at_all(firm: Network) -> None:
    answer = why_not(firm, [Start(id_of("V1"))], id_of("DE"), as_of=TODAY)
    assert answer.reason == "Nothing in the data connects Germany with the start."
    assert answer.path is None


def test_the_start_itself(firm: Network) -> None:
    assert why_not(firm, [Start(id_of("V1"))], id_of("V1"), as_of=TODAY).affected
