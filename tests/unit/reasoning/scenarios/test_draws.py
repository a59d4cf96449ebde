"""Uncertainty: draws against their distributions, the same luck for the same thing, and figures against numpy alone."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from ontology.errors import BadQuestion
from reasoning.measures.types import Input
from reasoning.scenarios.draws import drawn, inputs_of, outlook
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.sampling import median, quantiles, uniforms
from reasoning.scenarios.types import Distribution, Shape
from tests.unit.reasoning.company import id_of
from tests.unit.reasoning.scenarios.shop import base, cell, ran, scenario

NORMAL = "- {set: price, of: 'Offer:O1', to: {normal: [5, 0.5]}}"
N = 4000


def of(shape: Shape, *numbers: float) -> Distribution:
    """A distribution."""
    return Distribution(shape, tuple(Decimal(str(n)) for n in numbers))


@pytest.mark.parametrize(
    ("distribution", "wanted"),
    [
        (of(Shape.UNIFORM, 2, 6), stats.uniform(2, 4)),
        (of(Shape.TRIANGULAR, 1, 2, 5), stats.triang(c=0.25, loc=1, scale=4)),
        (of(Shape.NORMAL, 5, 0.5), stats.norm(5, 0.5)),
        (of(Shape.LOGNORMAL, 3, 2), stats.lognorm(s=2 * np.log(2) / stats.norm.ppf(0.975), scale=3)),
    ],
    ids=["uniform", "triangular", "normal", "lognormal"],
)
def test_quantiles_are_those_of_the_distribution(distribution: Distribution, wanted: object) -> None:
    p = np.linspace(0.001, 0.999, 57)
    assert np.allclose(quantiles(distribution, p), wanted.ppf(p))  # type: ignore[attr-defined]
    assert float(median(distribution)) == pytest.approx(float(wanted.ppf(0.5)))  # type: ignore[attr-defined]


def test_choices_come_as_often_as_they_weigh() -> None:
    found = quantiles(of(Shape.CHOICE, 7, 1, 3, 3), uniforms(1, "A", "b", "c", 20_000))
    assert sorted(set(found.tolist())) == [3.0, 7.0]
    assert (found == 3).mean() == pytest.approx(0.75, abs=0.02)
    flat = of(Shape.TRIANGULAR, 2, 2, 2)
    assert quantiles(flat, np.array([0.1, 0.9])).tolist() == [2.0, 2.0]


def test_luck_belongs_to_the_thing_and_not_to_its_place_or_the_number_of_draws() -> None:
    one = uniforms(7, "Offer", "erp/offers/O1", "price", 100)
    assert (uniforms(7, "Offer", "erp/offers/O1", "price", 10) == one[:10]).all()
    assert (one > 0).all()
    assert (one < 1).all()
    for other in (
        uniforms(8, "Offer", "erp/offers/O1", "price", 100),
        uniforms(7, "Offer", "erp/offers/O2", "price", 100),
        uniforms(7, "Offer", "erp/offers/O1", "lead_time_days", 100),
    ):
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.4


def test_luck_is_the_same_in_every_scenario_and_order() -> None:
    network, _ = base()
    first = inputs_of(resolve(network, scenario(NORMAL)), 50)
    more = (
        "- {scale: price, of: 'Offer:O2', by: {uniform: [1, 2]}}\n"
        + NORMAL
        + "\n- {shift: price, of: 'Offer:O1', by: 1}"
    )
    second = inputs_of(resolve(network, scenario(more)), 50)
    key = Input(id_of("O1"), "price")
    assert np.allclose(second[key], first[key] + 1)
    assert len(second) == 2


def test_a_delay_hits_everything_that_waits_for_it_equally_long() -> None:
    network, _ = base()
    text = "- {delay: {class: Supplier, where: {name: Boltz Ltd}}, days: {uniform: [1, 9]}}"
    found = inputs_of(resolve(network, scenario(text)), 20)
    assert {i.name for i in found} == {"lead_time_days"}
    shared = "- {scale: price, of: {class: Offer}, by: {uniform: [1, 2], together: true}}"
    alike = inputs_of(resolve(network, scenario(shared)), 20)
    ratios = [alike[Input(id_of(k), "price")] / p for k, p in (("O1", 5), ("O2", 0.05), ("O3", 0.04))]
    assert np.allclose(ratios[0], ratios[1])
    assert np.allclose(ratios[0], ratios[2])


def test_figures_over_draws_are_what_numpy_gives() -> None:
    run = ran(NORMAL)
    wanted = cell("Order.test_gain", "7")
    found = drawn(run, [wanted], N)[0]
    price = np.floor(
        quantiles(of(Shape.NORMAL, 5, 0.5), uniforms(7, "Offer", "erp/offers/O1", "price", N)) * 10_000 + 0.5
    )
    bolt = 0.04
    city = 4 * price / 10_000 + 8 * bolt
    assert np.allclose(found, 500 - city + 10 - bolt, atol=1e-4)
    seen = outlook([run], [wanted], draws=N)
    (as_is, spread) = seen.spreads
    assert as_is.mean == pytest.approx(500 - 20 - 0.32 + 10 - 0.04)
    assert as_is.missing == 0
    assert spread.quantiles[2] == pytest.approx(float(np.quantile(found, 0.5, method="inverted_cdf")))
    (duel,) = seen.duels
    assert duel.better == pytest.approx(float((found > as_is.mean).mean()))
    assert 0 < duel.margin < 0.03


def test_scenarios_are_compared_draw_by_draw() -> None:
    dearer = ran("- {set: price, of: 'Offer:O1', to: {normal: [5.01, 0.5]}}")
    seen = outlook([ran(NORMAL), dearer], [cell("Order.test_gain", "7")], draws=500)
    better = {(d.first, d.second): d.better for d in seen.duels}
    assert better[dearer.scenario.id, ran(NORMAL).scenario.id] == 0.0  # with independent draws it would be about a half


def test_draws_without_a_value_are_counted() -> None:
    text = "- {set: price, of: 'Offer:O1', to: {normal: [5, 0.5]}}\n- {set: price, of: 'Offer:O1', to: null}"
    run = ran(text)
    assert np.isnan(drawn(run, [cell("Product.test_buy", "P1")], 10)).all()
    assert outlook([run], [cell("Product.test_buy", "P1")], draws=10).spreads[1].missing == 10


def test_too_many_draws_and_different_seeds_are_refused() -> None:
    with pytest.raises(BadQuestion, match="draws"):
        outlook([ran(NORMAL)], [cell("Product.test_buy", "P1")], draws=10**6)
    from dataclasses import replace

    one = ran(NORMAL)
    other = replace(one, scenario=replace(one.scenario, seed=8))
    with pytest.raises(BadQuestion, match="seeds"):
        outlook([one, other], [cell("Product.test_buy", "P1")])
