"""Likeness: against sums by hand; substitutes by what is offered; suggestions from what several similar ones have."""

from __future__ import annotations

import numpy as np
import pytest

from graph_engine.snapshot import EntityRow, RecordRow, RelationRow, assemble
from ontology.errors import BadQuestion
from ontology.ids import entity_id, relation_id
from ontology.load import load_ontology
from reasoning.network import Network
from reasoning.similarity.alike import Likenesses
from reasoning.similarity.communities import described
from reasoning.similarity.profiles import Profiles, ties

_ONTOLOGY = load_ontology()
_PARTS = {"S": "Supplier", "P": "Product", "F": "Offer", "C": "Customer", "O": "Order", "L": "OrderLine"}


def id_of(key: str) -> str:
    return entity_id(_PARTS[key[0]], f"erp/t/{key}")


def network(links: list[tuple[str, str, str]], values: dict[str, dict[str, object]]) -> Network:
    """A company of things named by their keys; every value is as the graph holds it."""
    keys = sorted({k for _, a, b in links for k in (a, b)} | values.keys())
    entities = []
    for k in keys:
        own = values.get(k, {})
        entities.append(EntityRow(id_of(k), [_PARTS[k[0]]], str(own.get("name", k)), [f"erp/t/{k}"], [], own))
    relations = [
        RelationRow(
            relation_id(_ONTOLOGY.relations[n].type, f"erp/t/{a}", f"erp/t/{b}"), n, id_of(a), id_of(b), None, None,
            [f"erp/t/{a}"], {},
        )
        for n, a, b in links
    ]  # fmt: skip
    records = [RecordRow(f"erp/t/{k}", "source", False, None, None) for k in keys]
    return Network(assemble(_ONTOLOGY, entities, relations, records, version=3), _ONTOLOGY)


def bought(customer: str, number: int, *products: str) -> list[tuple[str, str, str]]:
    order = f"O{customer}{number}"
    found = [("order_customer", order, customer)]
    for at, product in enumerate(products):
        line = f"L{customer}{number}{at}"
        found += [("order_line_order", line, order), ("order_line_product", line, product)]
    return found


LINKS = [
    *bought("C1", 1, "P1", "P2"), *bought("C1", 2, "P3"),
    *bought("C2", 1, "P1", "P2", "P4"),
    *bought("C3", 1, "P1", "P2", "P4"),
    *bought("C4", 1, "P5"), *bought("C5", 1, "P5", "P6"), *bought("C6", 1, "P6"),
]  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> Likenesses:
    return Likenesses(network(LINKS, {}))


def at(likenesses: Likenesses, key: str) -> int:
    return likenesses.network.snapshot.index(id_of(key))


def test_profiles_are_the_cosine_of_what_is_met_within_three_relations(shop: Likenesses) -> None:
    """By hand: products (0.6, three relations away) times log 2 and how rare each is; P3 is C1's alone."""
    snapshot = shop.network.snapshot
    members = np.asarray(snapshot.members("Customer"), dtype=np.int64)
    profiles = Profiles.of(ties(shop.network), members)
    owned = {"C1": ["P1", "P2"], "C2": ["P1", "P2", "P4"], "C3": ["P1", "P2", "P4"], "C4": ["P5"], "C5": ["P5", "P6"],
             "C6": ["P6"]}  # fmt: skip
    spread = {p: sum(p in own for own in owned.values()) for own in owned.values() for p in own}
    told = {c: {p: 0.6 * np.log(2) * np.log(7 / spread[p]) for p in own} for c, own in owned.items()}
    row = int(np.searchsorted(members, at(shop, "C2")))
    like = profiles.like(row)
    for customer, own in told.items():
        if customer == "C2":
            continue
        dot = sum(v * told["C2"].get(k, 0.0) for k, v in own.items())
        norm = np.sqrt(sum(v * v for v in own.values()) * sum(v * v for v in told["C2"].values()))
        assert like[int(np.searchsorted(members, at(shop, customer)))] == pytest.approx(dot / norm), customer


def test_who_bought_the_same_is_alike_and_says_what(shop: Likenesses) -> None:
    found = shop.similar(at(shop, "C2"))
    assert [a.entity.title for a in found.alike] == ["C3", "C1"]
    assert {r.entity.title for r in found.alike[1].reasons} == {"P1", "P2"}
    assert sum(r.share for r in found.alike[1].reasons) == pytest.approx(1)
    assert all(r.records for a in found.alike for r in a.reasons)


def test_what_is_like_what_one_has_is_suggested_with_who_has_it(shop: Likenesses) -> None:
    suggested = shop.similar(at(shop, "C1")).suggested
    assert [(s.entity.title, [e.title for e in s.had_by]) for s in suggested] == [("P4", ["C2", "C3"])]
    assert {e.title for e in suggested[0].like} == {"P1", "P2"}


def test_what_hangs_together_with_nothing_says_so() -> None:
    alone = Likenesses(network([], {"P1": {"name": "Pump"}, "P2": {"name": "Hose"}}))
    found = alone.similar(at(alone, "P1"))
    assert found.alike == ()
    assert found.notes


def offers() -> Likenesses:
    links, values = [], {}
    for supplier, product, price, days in (
        ("S1", "P1", 100, 10), ("S1", "P2", 200, 10), ("S1", "P3", 300, 10), ("S2", "P1", 110, 4), ("S2", "P2", 260, 6),
        ("S3", "P2", 200, 30),
    ):  # fmt: skip
        offer = f"F{supplier}{product}"
        links += [("offer_supplier", offer, supplier), ("offer_product", offer, product)]
        values[offer] = {"price": price, "currency": "EUR", "lead_time_days": days}
    return Likenesses(network(links, values))


def test_another_supplier_is_told_by_what_he_offers_at_what_price_and_when() -> None:
    made = offers()
    found = made.substitutes(at(made, "S1"))
    assert [(a.entity.title, round(a.score, 3)) for a in found.alike] == [("S2", 0.667), ("S3", 0.333)]
    first = found.alike[0]
    assert first.because == "offers 2 of the 3 products: P1, P2"
    assert first.facts == ("price +20 % on average", "lead time -5 days on average", "does not offer P3")
    assert found.notes == ("Nobody else offers 1 of them: P3.",)


def test_another_product_is_told_by_its_name_its_company_and_its_price() -> None:
    values = {
        "P1": {"name": "Otter pump 550", "list_price": 100, "currency": "EUR"},
        "P2": {"name": "Otter pump 750", "list_price": 150, "currency": "EUR"},
        "P3": {"name": "Garden gnome", "list_price": 100, "currency": "USD"},
    }
    made = Likenesses(network([("offer_supplier", "F1", "S1"), ("offer_product", "F1", "P1"),
                               ("offer_supplier", "F2", "S1"), ("offer_product", "F2", "P2")], values))  # fmt: skip
    found = made.substitutes(at(made, "P1"))
    assert [a.entity.title for a in found.alike] == ["Otter pump 750"]
    assert "called alike (otter, pump)" in found.alike[0].because
    assert "S1" in found.alike[0].because
    assert found.alike[0].facts == ("list price +50 %",)


def test_products_that_share_nothing_are_told_by_their_names() -> None:
    values: dict[str, dict[str, object]] = {
        "P1": {"name": "Otter pump 550"}, "P2": {"name": "Otter pump 750"}, "P3": {"name": "Garden gnome"},
    }  # fmt: skip
    made = Likenesses(network([], values))
    found = made.substitutes(at(made, "P1"))
    assert [(a.entity.title, a.because) for a in found.alike] == [("Otter pump 750", "called alike (otter, pump)")]
    assert "called alike" in made.substitutes(at(made, "P3")).notes[0]


def test_substitutes_of_a_customer_are_refused(shop: Likenesses) -> None:
    with pytest.raises(BadQuestion, match="customer"):
        shop.substitutes(at(shop, "C1"))


def test_communities_are_told_in_words_that_occur_in_them() -> None:
    values: dict[str, dict[str, object]] = {f"P{i}": {"name": f"Otter pump {i}"} for i in range(4)}
    values.update({f"S{i}": {"name": f"Heron fountain works {i}"} for i in range(4)})
    made = network([], values)
    numbers = np.array([0 if "Otter" in made.snapshot.title(e) else 7 for e in range(made.snapshot.size)])
    groups = described(made, numbers)
    assert [g.size for g in groups] == [4, 4]
    otters = next(g for g in groups if "Otter" in g.words)
    herons = next(g for g in groups if "Heron" in g.words)
    assert set(otters.words) == {"Otter", "pump"}
    assert set(herons.words) == {"Heron", "fountain", "works"}
    assert otters.classes == (("product", 4),)
    assert all(e.title.startswith("Otter") for e in otters.centre)
    assert described(made, np.full(made.snapshot.size, -1)) == ()
