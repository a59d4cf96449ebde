"""An explanation holds when replayed, and every tampering with it is found."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator

import pytest

from ontology.errors import BadQuestion
from reasoning.scenarios.answer import dot, exact, explanation_json, explanation_text, mermaid
from reasoning.scenarios.explain import Explanation, explain
from reasoning.scenarios.pinning import pinned
from reasoning.scenarios.run import run
from reasoning.scenarios.verify import verify
from tests.unit.reasoning.scenarios.shop import base, cell, measures, scenario

Json = dict[str, object]
TEXT = """
- {scale: price, of: {class: Offer, where: {supplier: V1}}, by: +10 %}
- {scale: components.quantity, of: 'Product:P3', by: 3}
- {disconnect: 'Product:P3', role: components, to: 'Product:P2'}
- {replace: 'Product:P4', by: 'Product:P3', role: product, of: 'OrderLine:9|1'}
"""


def explained() -> Explanation:
    """Why the gain of an order is another."""
    network, results = base()
    made = pinned(network, scenario(TEXT))
    return explain(run(network, made, results), cell("Order.test_gain", "7"))


def answer() -> Json:
    """The explanation as its file has it."""
    found = json.loads(json.dumps(explanation_json(explained())))
    assert isinstance(found, dict)
    return found


def test_what_was_explained_holds() -> None:
    network, _ = base()
    verdict = verify(answer(), network, measures())
    assert verdict.failures == []
    assert verdict.holds
    assert verdict.figures >= 8
    assert verdict.records >= 4
    assert verdict.sums >= 8


def _numbers(node: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a number stands that an explanation states."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("number", "share", "flow", "delta", "rest") and isinstance(value, str):
                yield (*path, key)
            yield from _numbers(value, (*path, key))
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from _numbers(value, (*path, i))


def test_every_number_that_is_changed_is_found() -> None:
    network, _ = base()
    whole = answer()
    places = [p for p in _numbers(whole) if p[0] != "scenario"]
    assert len(places) > 30
    for place in places:
        forged = copy.deepcopy(whole)
        node: object = forged
        for part in place[:-1]:
            node = node[part]  # type: ignore[index]
        assert isinstance(node, dict)
        node[place[-1]] = "123.456"
        assert not verify(forged, network, measures()).holds, place


def _with_records(whole: Json) -> list[Json]:
    """The rows behind the first argument that has some."""
    steps = whole["steps"]
    assert isinstance(steps, list)
    found: list[Json] = next(x["records"] for s in steps for x in s["arguments"] if x["records"])
    return found


@pytest.mark.parametrize(
    "forge",
    [
        lambda a: a["scenario"]["do"][0].update(by="1.2"),
        lambda a: a["steps"][0]["arguments"].pop(),
        lambda a: _with_records(a)[0].update(id="erp/offers/O3"),
        lambda a: a["target"].update(entity=cell("Order.test_gain", "8").entity),
        lambda a: a["interventions"].pop(0),
        lambda a: a["routes"].pop(0),
    ],
    ids=["scenario", "argument", "record", "target", "intervention", "route"],
)  # fmt: skip
def test_other_forgeries_are_found(forge: Callable[[Json], object]) -> None:
    network, _ = base()
    forged = answer()
    forge(forged)
    assert not verify(forged, network, measures()).holds


@pytest.mark.parametrize(
    "change", [{"kind": "x"}, {"format": 9}, {"version": 4}, {"measures": "no"}, {"steps": 3}, {"scenario": {}}]
)
def test_what_is_no_explanation_of_this_graph_is_refused(change: Json) -> None:
    network, _ = base()
    with pytest.raises(Exception, match=r"explanation|Explain|problems|missing") as caught:
        verify({**answer(), **change}, network, measures())
    assert isinstance(caught.value, BadQuestion) or type(caught.value).__name__ == "ScenarioError"


def test_the_text_names_formula_before_after_row_and_edit() -> None:
    found = explained()
    said = explanation_text(found)
    for part in ("gain of Order 7", "sum(lines, it.test_gain)", "By intervention", "Along paths", "intervention 1",
                 "erp/offers/O1", "→"):  # fmt: skip
        assert part in said, part
    assert mermaid(found).startswith("flowchart LR\n")
    assert dot(found).startswith("digraph explanation {")
    for drawn in (mermaid(found), dot(found)):
        assert "Price of Steel tube by Ünal" in drawn


@pytest.mark.parametrize(
    ("number", "text"), [("1/2", "0.5"), ("-1/8", "-0.125"), ("1/3", "1/3"), ("7", "7"), ("1/100", "0.01")]
)
def test_numbers_are_written_without_loss(number: str, text: str) -> None:
    from fractions import Fraction

    assert exact(Fraction(number)) == text
    assert Fraction(text) == Fraction(number)
