"""From which value on, what drives a figure; moving a scenario to newer data; what applying it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from graph_engine.snapshot import assemble
from ontology.errors import BadQuestion
from reasoning.linking import link
from reasoning.network import Network
from reasoning.scenarios.corrections import Correction, facts
from reasoning.scenarios.pinning import pinned
from reasoning.scenarios.rebase import rebase
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.seek import drivers, parse_goal, seek
from reasoning.scenarios.types import ScenarioError
from tests.unit.reasoning.company import alias_rows, entity_rows, file_rows, id_of, record_rows, relation_rows
from tests.unit.reasoning.scenarios.shop import base, cell, ontology, ran, scenario


@pytest.mark.parametrize(
    ("text", "goal", "amount"),
    [
        # The gain of 7-1 is 500 − 4 · price − 8 · 0.04.
        ("- {set: price, of: 'Offer:O1', to: 6}", "OrderLine.test_gain >= 490", "2.4200"),
        ("- {set: price, of: 'Offer:O1', to: 6}", "OrderLine.test_gain < 400", "24.9201"),
        ("- {scale: price, of: 'Offer:O1', by: 1.1}", "OrderLine.test_gain <= 459.68", "2.0000"),
        ("- {shift: price, of: 'Offer:O1', by: 1}", "OrderLine.test_gain < 479.68", "0.0001"),
    ],
)
def test_the_amount_is_the_nearest_at_which_it_holds(text: str, goal: str, amount: str) -> None:
    network, results = base()
    _, test, value = parse_goal(goal)
    found = seek(network, scenario(text), results, cell("OrderLine.test_gain", "7|1"), test, value)
    assert found.amount == Decimal(amount)
    assert found.steady
    assert not found.already


def test_what_holds_already_and_what_never_holds() -> None:
    network, results = base()
    wanted = cell("OrderLine.test_gain", "7|1")
    text = scenario("- {set: price, of: 'Offer:O1', to: 6}")
    assert seek(network, text, results, wanted, ">", Fraction(0)).already
    delay = scenario("- {delay: 'Bolt & Co', days: 3}")
    assert seek(network, delay, results, wanted, "<", Fraction(0)).amount is None
    with pytest.raises(BadQuestion, match="no amount"):
        seek(network, scenario("- {remove: 'Bolt & Co'}"), results, wanted, "<", Fraction(0))
    with pytest.raises(BadQuestion, match="no intervention 3"):
        seek(network, text, results, wanted, "<", Fraction(0), number=2)


@pytest.mark.parametrize("text", ["", "Product.unit_cost", "x = 3", "x >= much"])
def test_a_goal_is_written_so(text: str) -> None:
    with pytest.raises(BadQuestion):
        parse_goal(text)


def test_a_goal_in_per_cent_is_a_share() -> None:
    assert parse_goal("A.b of C D >= 20 %") == ("A.b of C D", ">=", Fraction(1, 5))


def test_drivers_are_the_slopes_of_the_formula() -> None:
    run = ran("- {shift: price, of: 'Offer:O1', by: 0}")
    assert run.after is not None
    found = {(d.entity.title, d.name): d for d in drivers(run.network, run.after, cell("OrderLine.test_gain", "7|1"))}
    tube = found["Steel tube by Ünal", "price"]
    assert tube.slope == pytest.approx(-4)
    assert tube.elasticity == pytest.approx(-4 * 5 / 479.68)
    assert found["7-1", "total"].slope == pytest.approx(1)
    assert ("Bolt by Bolt & Co", "price") not in found  # the dearer of two offers moves nothing


def newer(**values: dict[str, object]) -> Network:
    """The company a version later, with some values other (``None`` for the whole: the thing is gone)."""
    rows = [
        r._replace(values={**r.values, **values[key]})
        if (key := next((k for k in values if id_of(k) == r.id), ""))
        else r
        for r in entity_rows()
        if r.id not in {id_of(k) for k, v in values.items() if v.get("gone")}
    ]
    kept = {r.id for r in rows}
    links = [r for r in relation_rows(ontology()) if r.source in kept and r.target in kept]
    return Network(assemble(ontology(), rows, links, record_rows(), file_rows(), alias_rows(), version=9), ontology())


EDITS = """
- {set: price, of: 'Offer:O1', to: 6}
- {scale: price, of: 'Offer:O2', by: 2}
- {set: lead_time_days, of: 'Offer:O3', to: 30}
"""


def test_conflicts_are_told_field_by_field() -> None:
    network, _ = base()
    made = pinned(network, scenario(EDITS))
    found = rebase(network, newer(O1={"price": 55_000}, O2={"price": 600}, O3={"price": 1}), made)
    assert [(c.number, c.field, c.was, c.now, c.wanted) for c in found.conflicts] == [
        (1, "price", "5.0000", "5.5000", "6.0000")
    ]
    assert [(c.number, c.was, c.now, c.wanted) for c in found.moved] == [(2, "0.0500", "0.0600", "0.1200")]
    assert found.dropped == ()
    assert (found.scenario.base, found.scenario.parent) == (9, made.id)
    assert found.scenario.id != made.id
    assert found.scenario.interventions == made.interventions


def test_an_intervention_about_what_is_gone_is_left_out_and_said() -> None:
    network, _ = base()
    made = pinned(network, scenario(EDITS))
    found = rebase(network, newer(O1={"gone": True}), made)
    assert found.dropped == (1,)
    assert len(found.scenario.interventions) == 2
    assert "'Offer:O1'" in found.conflicts[0].resolved
    with pytest.raises(ScenarioError, match="no longer"):
        rebase(network, newer(O1={"gone": True}, O2={"gone": True}, O3={"gone": True}), made)


def test_on_the_same_data_nothing_conflicts() -> None:
    network, _ = base()
    made = pinned(network, scenario(EDITS))
    found = rebase(network, network, made)
    assert (found.conflicts, found.moved, found.dropped) == ((), (), ())
    assert replace(found.scenario, parent=None).id == made.id


def test_applying_says_what_a_person_would_type() -> None:
    network, _ = base()
    text = (
        EDITS + "- {replace: 'Bolt & Co', by: 'Boltz Ltd', of: 'Offer:O2'}\n- {set: name, of: 'Product:P1', to: null}"
    )
    text += (
        "\n- {disconnect: 'Product:P3', role: components, to: 'Product:P2'}\n- {shift: due_on, of: 'Order:7', by: 2}"
    )
    found = facts(resolve(network, scenario(text)), ontology())
    assert not (found.arrivals or found.ties or found.departures)
    assert set(found.corrections) == {
        Correction(id_of("O1"), ("price=6.0000",)),
        Correction(id_of("O2"), ("price=0.1000", f"supplier={id_of('V3')}")),
        Correction(id_of("O3"), ("lead_time_days=30",)),
        Correction(id_of("P1"), ("name=",)),
        Correction(id_of("P3"), (f"components-={id_of('P2')}",)),
        Correction(id_of("7"), ("due_on=2026-07-03",)),
    }


def test_things_that_come_and_go_are_facts_too() -> None:
    network, _ = base()
    text = """
- {add: Offer, as: x, properties: {price: 3}, relations: {supplier: 'Bolt & Co'}}
- {set: price, of: x, to: 2.5}
- {connect: 'Product:P3', role: components, to: 'Product:P1', properties: {quantity: 2}, valid_from: 2026-05-01}
- {remove: 'Offer:O3'}
- {set: price, of: 'Offer:O3', to: 1}
"""
    found = facts(resolve(network, scenario(text)), ontology())
    (new,) = found.arrivals
    assert (new.class_name, new.values) == ("Offer", {"price": "2.5000"})
    assert found.departures == (id_of("O3"),)
    assert found.corrections == ()  # nothing is said of what goes
    offered, part = found.ties
    assert (offered.role.name, offered.source, offered.target) == ("supplier", new.id, network_id("Bolt & Co"))
    assert (part.source, part.target, part.figures, part.valid_from) == (
        id_of("P3"), id_of("P1"), {"quantity": "2.0000"}, date(2026, 5, 1),
    )  # fmt: skip


def network_id(name: str) -> str:
    return link(base()[0], name).id


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {fail: 'Bolt & Co', days: 3}", "event"),
        ("- {set: price, of: 'Offer:O1', to: {uniform: [1, 2]}}", "uncertain"),
        ("- {scale: components.quantity, of: 'Product:P3', by: 2}", "source"),
    ],
)
def test_what_is_no_fact_is_not_applied(text: str, says: str) -> None:
    network, _ = base()
    with pytest.raises(ScenarioError, match=says) as caught:
        facts(resolve(network, scenario(text)), ontology())
    assert caught.value.where is not None
