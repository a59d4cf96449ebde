"""What stands to a thing as the question says, one way or the other: *made of*, *used in*, *bought from*.

A relation of wholes with their parts leads from a class to itself, so that the class asked for does not tell which end
is meant: the verb does, and whether the thing stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_engine.snapshot import fold
from ontology.model import RelationDef
from reasoning.structure.plan import Measure, Steps
from reasoning.structure.taking import Draft, Given, Place, Question
from reasoning.structure.ways import Ways, part_relations
from reasoning.structure.words import HOW_MANY, tokens

_PARTS = re.compile(
    r"\b(?:bill of materials|bom|parts? lists?|recipe|ingredients?|components?|parts?|sub-?assembl(?:y|ies)|"
    r"komponenten?|bauteilen?|bauteile|bestandteile?n?|einzelteile?n?|teile?n?|zutaten|stückliste|rezept(?:ur)?)\b",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:made (?:up )?(?:of|from|out of)|consists? of|composed of|contain(?:s|ing)?|include[sd]?|including|"
    r"needs?|requires?|uses?|(?P<german>besteht|enthält|braucht|benötigt|verwendet)|bestehen|enthalten|brauchen|"
    r"benötigen|verwenden)\b",
    re.IGNORECASE,
)
_USED = re.compile(
    r"\b(?:used(?: (?:in|for))?|built into|goes? into|needed for|verbaut|eingebaut|verwendet|gebraucht|benötigt|"
    r"steckt|stecken)\b",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"\b(?:in|into|for|für)\s+(?:the |an? |der |die |das |dem |den |einer? |einem )?$", re.IGNORECASE)
_WHAT = re.compile(
    r"^(?:of what|in what|into what|what|where|which|list|show(?: me)?|give me|woraus|worin|wofür|wozu|wo|was|"
    r"welche[rsnm]?|in welche[rsnm]?)\b|^(?:how many|wie ?viele)\b",
    re.IGNORECASE,
)
_USED_FOR = re.compile(r"^(?:where|in what|into what|worin|wofür|wozu|wo|in welche[rsnm]?)\b", re.IGNORECASE)
_MADE_OF = re.compile(r"^(?:of what|woraus)\b", re.IGNORECASE)
_WE_BOUGHT = re.compile(
    r"\b(?:(?:do|did|have) we (?P<verb>buy|bought|order|ordered|purchase|purchased|source)|"
    r"we (?:buy|bought|order|ordered|purchase|purchased)|(?:haben )?wir\b.*\b(?:gekauft|eingekauft|bestellt|bezogen)|"
    r"(?:kauf(?:en|ten)|bestell(?:en|ten)|bezieh(?:en)|bezogen) wir)\b",
    re.IGNORECASE,
)
_GOODS = re.compile(r"^(?:what|which|was|welche[rsnm]?)\b", re.IGNORECASE)


def related(ways: Ways, question: Question) -> Iterator[Draft]:
    """What readings may begin with where one thing is named and the question says how others stand to it."""
    if len(question.things) == 1:
        yield from _parts(ways, question)
        yield from _bought(ways, question)


def _parts(ways: Ways, question: Question) -> Iterator[Draft]:
    """``what is the pump made of``, ``components of the pump``: parts; ``where is the ring used``: wholes."""
    entity, start, end = question.things[0]
    used = {r.relation.name for c in ways.snapshot.classes(entity) for r in ways.roles(c)}
    relations = [ways.ontology.relations[n] for n in part_relations(ways.ontology) if n in used]
    relation = next((r for r in relations if ways.snapshot.is_a(entity, r.source)), None)
    asked = _asks_for_parts(question.text, start, end) if relation is not None else None
    if relation is None or asked is None:
        return
    parts, places = asked
    way = _way(ways, relation, back=parts)
    many, opening = HOW_MANY.match(question.text), _WHAT.match(question.text)
    at = many.span() if many else opening.span() if opening else (0, 0)
    before = [w for w in tokens(question.text) if w.end <= start][-1:]
    called = {w.word for w in tokens(fold(ways.snapshot.title(entity)))}
    title = fold(ways.snapshot.title(entity))
    places += [(w.start, w.end) for w in before if w.word in called or (len(w.word) > 3 and w.word in title)]
    places += [
        (s, e) for c, s, e in question.classes if ways.fits(c, relation.source) and (e <= start or s >= end)
    ]  # fmt: skip
    measure = Measure.COUNT if many else Measure.LIST
    yield Draft(measure, relation.source, at, places[0], Given(places=tuple(places), way=way))


def _asks_for_parts(text: str, start: int, end: int) -> tuple[bool, list[Place]] | None:
    """Whether parts of the thing at ``[start, end)`` are asked for (else: what it is a part of), and what says so."""
    outside = [m for p in (_USED, _HOLDS) for m in p.finditer(text) if m.end() <= start or m.start() >= end]
    parts = next((m for m in _PARTS.finditer(text) if m.end() <= start or m.start() >= end), None)
    own = [parts.span()] if parts else []
    if not outside:
        return (True, own) if parts else None
    verb = outside[0]
    places = [*own, verb.span()]
    after = verb.end() <= start
    if _MADE_OF.match(text):
        return True, places
    if verb.re is _USED:
        inside = _INSIDE.search(text[:start]) is not None or (after and verb[0].endswith((" in", " into", " for")))
        return inside and not _USED_FOR.match(text), places
    # In German the verb stands before its subject: "was enthält X", but "welche Produkte enthalten X".
    return (not after or verb["german"] is not None), places


def _way(ways: Ways, relation: RelationDef, *, back: bool) -> Steps:
    found = (r for r in ways.roles(relation.source) if r.relation.name == relation.name and r.inverse == back)
    return (next(found),)


def _bought(ways: Ways, question: Question) -> Iterator[Draft]:
    """``what did we buy from Acme in 2025``: what stands on the purchase orders, else what is offered."""
    entity, start, _ = question.things[0]
    verb, opening = _WE_BOUGHT.search(question.text), _GOODS.match(question.text)
    if verb is None or opening is None or not ways.snapshot.is_a(entity, "Supplier") or not ways.occurs("Product"):
        return
    goods = [(s, e) for c, s, e in question.classes if ways.fits(c, "Product") and e <= start]
    others = [c for c, s, e in question.classes if not ways.fits(c, "Product") and e <= verb.start()]
    if others:
        return  # "which invoices did we …"
    via = "PurchaseOrderLine" if ways.occurs("PurchaseOrderLine") else ""
    found = ways.ways("Product", "Supplier", via) or ways.ways("Product", "Supplier")
    if found:
        yield Draft(
            Measure.LIST, "Product", opening.span(), verb.span(),
            Given(places=(verb.span(), *goods), way=found[0]),
        )  # fmt: skip
