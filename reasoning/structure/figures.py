"""Figures that people ask for without their name: what a thing *costs*, how much of it is *in stock*."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reasoning.structure.plan import Measure
from reasoning.structure.taking import Draft, Given, Question
from reasoning.structure.ways import Ways
from reasoning.structure.words import comparisons

_COSTS = re.compile(
    r"^(?:how much|what|wie ?viel|was)\s.*\b(?:costs?|kostet?|kosten)\s*\??$|"
    r"^(?:how much|what|wie ?viel|was)\s+(?:costs?|kostet|kosten)\b|"
    r"^(?:how expensive|wie teuer)\s+(?:is|are|ist|sind)\b|"
    r"^how much\s+(?:is|are)\b",
    re.IGNORECASE,
)
_COST = re.compile(
    r"\b(?:costs?|kostet|kosten|how much|how expensive|wie teuer|wie ?viel|does|do|did|would)\b", re.IGNORECASE
)
_STOCKED = re.compile(
    r"\b(?:(?:do we |haben wir )?(?:have |still have |noch )?"
    r"(?:in stock|on hand|on stock|in inventory|auf lager|vorrätig)|"
    r"(?:current |our )?(?:stock level|inventory level|stock|inventory|on-hand quantity)(?= (?:of|for)\b)|"
    r"(?:unser |aktueller? )?(?:lagerbestand|bestand)(?= (?:von|an|der|des|für)\b)|"
    r"(?:do we |haben wir )(?:still |noch )?have left|(?:are|is) left)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:how many|how much|what (?:is|are)|what's|wie ?viele?|wie (?:hoch|gro(?:ß|ss)) ist|was ist)\b|\b(?:do we have|"
    r"have we got|haben wir)\b",
    re.IGNORECASE,
)
_PLACES = ("Stock", "Product", "Offer", "Unit")


def figures(ways: Ways, question: Question) -> Iterator[Draft]:
    """What readings may begin with where one thing is named and such a figure of it is asked for."""
    if len(question.things) != 1 or comparisons(question.text):
        return
    yield from _in_stock(ways, question)
    yield from _cost(ways, question)


def _in_stock(ways: Ways, question: Question) -> Iterator[Draft]:
    """``how many pumps do we have in stock``: the quantities at all places are added up."""
    said = _STOCKED.search(question.text)
    entity = question.things[0][0]
    if said is None or not ways.snapshot.is_a(entity, "Product") or not ways.occurs("Stock"):
        return
    asked = [c for c, s, e in question.classes if e <= said.start() or s >= said.end()]
    if "quantity" not in ways.filled("Stock") or any(not any(ways.fits(c, p) for p in _PLACES) for c in asked):
        return  # "which locations have … in stock"
    to = ways.ways("Stock", "Product")
    if not to:
        return
    places = (said.span(), *(m.span() for m in _OPENING.finditer(question.text)))
    quantity = ways.ontology.classes["Stock"].properties["quantity"]
    yield Draft(Measure.SUM, "Stock", said.span(), said.span(), Given(quantity, places=places, way=to[0]))


def _cost(ways: Ways, question: Question) -> Iterator[Draft]:
    """``how much does the pump cost``: the price that is recorded of it."""
    entity, start, end = question.things[0]
    if not _COSTS.match(question.text):
        return
    places = tuple(m.span() for m in _COST.finditer(question.text))
    for name in ways.snapshot.classes(entity):
        own = ways.amount(name)
        money = [p for p in ways.properties(name) if p.is_money and p.functional]
        listed = (p for p in (own, *money) if p is not None and ways.snapshot.value(entity, p.name) is not None)
        prop = next(listed, own)
        offered = ways.ways("Offer", name) if ways.occurs("Offer") and "price" in ways.filled("Offer") else ()
        if offered and (prop is None or ways.snapshot.value(entity, prop.name) is None):
            price = ways.ontology.classes["Offer"].properties["price"]
            told = "as the lowest price that it is offered to us for"
            given = Given(price, places=places, taken_as=told, way=offered[0])
            yield Draft(Measure.LOWEST, "Offer", places[0], (start, end), given)
            return
        if prop is not None:
            told = f"as its {prop.label}, what it is sold for" if prop.name == "list_price" else ""
            yield Draft(Measure.VALUE, name, places[0], (start, end), Given(prop, places=places, taken_as=told))
            return
