"""What a question says in an idiom, not in the ontology's words: who *owes us*, pieces *sold*, *best* customers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from graph_engine.snapshot import fold
from ontology.model import PropertyDef
from reasoning.retrieval.text import STOP
from reasoning.structure.best import bests
from reasoning.structure.figures import figures
from reasoning.structure.filler import FILLER
from reasoning.structure.grouping import WORTH
from reasoning.structure.plan import SETTLED, Comparison, Condition, Key, Measure, is_functional
from reasoning.structure.related import related
from reasoning.structure.taking import Draft, Given, Place, Question, beside
from reasoning.structure.ways import Ways
from reasoning.structure.words import HOW_MANY, NUMBER_WORDS, comparisons, number_word, tokens

_NUMBER = rf"\d{{1,3}}|{'|'.join(NUMBER_WORDS)}"
_OURS = re.compile(
    r"\b(?:(?:(?:do|did) )?we (?:still |currently )?owe|owed by us|schulden wir|wir schulden)\b",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"\b(?:owes?(?: us)?|owing(?: us)?|owed(?: to us| by)?|schulde[nt] uns|uns schulde[nt]|schulde[nt])\b",
    re.IGNORECASE,
)
_SUM_OF_DEBT = re.compile(r"\b(?:how much|in total|altogether|money|wie ?viel|insgesamt|geld)\b", re.IGNORECASE)
_MOST = re.compile(r"\b(?:the |am |das )?(?:most|meisten|meiste)\b", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:the |am |das )?(?:least|fewest|wenigsten|wenigste)\b", re.IGNORECASE)
_CHOOSING = re.compile(r"^(?:to whom|who|whom|which|wer|wem|welche[rsnm]?)\b", re.IGNORECASE)

_UNITS = r"units?|pieces?|stück(?:e|zahl)?|einheiten|exemplare"
_SOLD = r"(?:sells?|sold|selling|sales|verkauf(?:t|te|ten|en)?|abgesetzt)"
_PIECES = re.compile(rf"\b(?:{_UNITS})\b", re.IGNORECASE)
_SELLING = re.compile(rf"\b{_SOLD}\b", re.IGNORECASE)
_BUYING = re.compile(
    r"\b(?:(?:did|do|have) we (?:bought|buy|purchased?|order(?:ed)?)|we (?:bought|purchased|ordered)|"
    r"haben wir\b.*\b(?:gekauft|eingekauft|bestellt)|(?:kauf(?:t|en)|bestellen) wir)\b",
    re.IGNORECASE,
)
_SPENDING = re.compile(
    r"\bhow much (?:money )?(?:did|do|have) we (?:buy|bought|purchased?|order(?:ed)?|spen[dt])(?: on)?\b|"
    r"\bwie ?viel (?:geld )?haben wir\b(?=.*\b(?:gekauft|eingekauft|bestellt|ausgegeben)\b)|"
    r"\b(?:spend|spending|purchase volume|einkaufsvolumen)\b",
    re.IGNORECASE,
)
_BUYS = re.compile(
    r"\b(?:spen[dt]s?|buys?|bought|orders?|ordered|purchase[sd]?)(?: (?:with|from) us)? (?:the )?most"
    r"(?: (?:with|from) us| money)?"
    r"(?=\s*(?:[?.]|$|in\b|since\b|this\b|last\b|during\b))|"
    r"\bam meisten (?:bei uns )?(?:gekauft|bestellt|ausgegeben|eingekauft)\b",
    re.IGNORECASE,
)
"""``spent the most with us``; *bought the most pumps* is another thing."""
_BEST_SELLING = re.compile(
    r"\b(?:best|top|most|(?P<low>worst|least))[- ]?(?:selling|sold)\b|\bbestsellers?\b|\bmeistverkaufte[nrs]?\b|"
    rf"\b{_SOLD}\s+(?:the\s+|am\s+)?(?:best|most|besten|meisten)\b|\bam (?:besten|meisten|häufigsten)\s+{_SOLD}\b",
    re.IGNORECASE,
)


def idioms(ways: Ways, question: Question) -> Iterator[Draft]:
    """What readings may begin with where the question has an idiom."""
    yield from _debts(ways, question)
    yield from _pieces(ways, question)
    yield from _spent(ways, question)
    yield from _spenders(ways, question)
    yield from related(ways, question)
    yield from figures(ways, question)
    for best in bests(ways, question) if not WORTH.search(question.text) else ():  # "top 5 customers by revenue"
        before = [w for w in tokens(question.text) if w.end <= best.place[0]]
        if all(w.word in STOP or w.word in FILLER for w in before) and not HOW_MANY.match(question.text):
            yield best.draft


# -- who owes what ----------------------------------------------------------------------------------------------------


def _debts(ways: Ways, question: Question) -> Iterator[Draft]:
    """``who owes us the most``, ``how much do we owe Acme``: what is still to be paid, by whom it is."""
    text = question.text
    ours = _OURS.search(text)
    match = ours or _THEIRS.search(text)
    class_name, party = ("Bill", "Supplier") if ours else ("Invoice", "Customer")
    if match is None or not ways.occurs(class_name):
        return
    prop, conditions = _unsettled(ways, class_name)
    to = next((w for w in ways.ways(class_name, party) if is_functional(w)), None)
    if prop is None or to is None:
        return
    most = _MOST.search(text)
    grouped = _CHOOSING.match(text) is not None and not any(ways.snapshot.is_a(e, party) for e, _, _ in question.things)
    if grouped and comparisons(text):
        return  # "who owes us more than 5,000": a bound on sums is no plan
    own = [(s, e) for c, s, e in question.classes if c == party]
    places = [match.span(), *(m.span() for m in _SUM_OF_DEBT.finditer(text)), *own]
    places += [most.span()] if most is not None and grouped else []
    several = any(text[s:e].casefold() == ways.ontology.classes[party].plural.casefold() for s, e in own)
    yield Draft(
        Measure.SUM, class_name, match.span(), match.span(),
        Given(
            prop, conditions, (Key(to),) if grouped else (), 1 if grouped and most and not several else None,
            places=tuple(places),
        ),
    )  # fmt: skip


def _unsettled(ways: Ways, class_name: str) -> tuple[PropertyDef | None, tuple[Condition, ...]]:
    """What is still to be paid of things of a class: the property that says so, or the amount of what is not paid."""
    properties, filled = ways.ontology.classes[class_name].properties, ways.filled(class_name)
    if "open_amount" in filled:
        rest = properties["open_amount"]
        return rest, (Condition((), rest, Comparison.ABOVE, Decimal(0)),)
    held: list[Condition] = []
    if "paid_on" in filled:
        held.append(Condition((), properties["paid_on"], Comparison.MISSING, None))
    if "status" in filled:
        states = sorted(set(ways.texts(class_name, properties["status"]).values()))
        held += [
            Condition((), properties["status"], Comparison.IS_NOT, state) for state in states if fold(state) in SETTLED
        ]
    return (ways.worth(class_name), tuple(held)) if held else (None, ())


def _spent(ways: Ways, question: Question) -> Iterator[Draft]:
    """``how much did we buy from Acme in 2025``, ``spend by supplier``: what purchase orders (else bills) come to."""
    match = _SPENDING.search(question.text)
    if match is None:
        return
    for name in ("PurchaseOrder", "PurchaseOrderLine", "Bill"):
        prop = ways.worth(name) if ways.occurs(name) else None
        if prop is not None:
            yield Draft(Measure.SUM, name, match.span(), match.span(), Given(prop))


def _spenders(ways: Ways, question: Question) -> Iterator[Draft]:
    """``which customer spent the most``, ``wer hat am meisten bestellt``: ranked by what their orders are worth."""
    text = question.text
    match, most = _BUYS.search(text), _MOST.search(text)
    who = _CHOOSING.match(text)
    party = next(((s, e) for c, s, e in question.classes if c == "Customer"), who.span() if who is not None else None)
    prop = ways.worth("Order") if ways.occurs("Order") else None
    to = next((w for w in ways.ways("Order", "Customer") if is_functional(w)), None)
    if match is None or most is None or who is None or party is None or prop is None or to is None:
        return
    given = Given(
        prop, (), (Key(to),), 1, places=(match.span(), most.span(), party),
        taken_as=f"by the sum of {prop.label} of {ways.ontology.classes['Order'].plural}",
    )  # fmt: skip
    yield Draft(Measure.SUM, "Order", match.span(), match.span(), given)


# -- pieces -----------------------------------------------------------------------------------------------------------


def _pieces(ways: Ways, question: Question) -> Iterator[Draft]:
    """``units sold per month``, ``how many pumps did we sell``, ``best-selling products``: quantities are added up."""
    text = question.text
    units, many, best = _PIECES.search(text), HOW_MANY.search(text), _BEST_SELLING.search(text)
    sold, bought = _SELLING.search(text), _BUYING.search(text)
    class_name = "OrderLine" if sold or best else "PurchaseOrderLine" if bought else ""
    if not class_name or not ways.occurs(class_name) or "quantity" not in ways.filled(class_name):
        return
    if WORTH.search(text) and units is None and many is None and best is None:
        return  # "sales by month" are money
    if units is None and best is None:
        between = (m.end() for m in (many,) if m is not None)
        start = next(between, None)
        verb = sold or bought
        if start is None or verb is None:
            return
        named = [c for c, s, e in question.classes if start <= s and e <= verb.start() and not _is_verb(text, s, e)]
        goods = all(ways.ontology.is_a(c, "Product") or ways.ontology.is_a("Product", c) for c in named)
        said = bool(named) or any(start <= s and e <= verb.start() for _, s, e in (*question.things, *question.phrases))
        free = [w for w in tokens(text) if start <= w.start and w.end <= verb.start() and w.word not in STOP | FILLER]
        if not goods or not (said or free):
            return
    to = next((w for w in ways.ways(class_name, "Product") if is_functional(w)), None)
    places = [m.span() for m in (units, many, best, sold, bought) if m is not None]
    most, least = _MOST.search(text), _LEAST.search(text)
    places += [m.span() for m in (most, least) if m is not None]
    own = [(c, s, e) for c, s, e in question.classes if c == "Product" and not beside(ways, (c, s, e), question)]
    keys: tuple[Key, ...] = ()
    limit = None
    if (best or most or least) and own and to is not None:
        keys = (Key(to),)
        number, number_at = _number_near(text, own[0][1])
        places += [number_at] if number_at is not None else []
        one = text[own[0][1] : own[0][2]].casefold() == ways.ontology.classes["Product"].label.casefold()
        limit = number if number is not None else 1 if one or most or least else None
    ranked_at = None
    if (most or least) and not keys:  # "in which month did we sell the most pieces"
        ranked_at = min(m.start() for m in (sold, bought, most, least, units) if m is not None)
    places += [(s, e) for _, s, e in own]
    quantity = ways.ontology.classes[class_name].properties["quantity"]
    verb_at = sold or bought or best
    low = least is not None or bool(best and best["low"])
    assert verb_at is not None
    said_so = "by pieces sold (not by what they brought in)" if best is not None and units is None else ""
    yield Draft(
        Measure.SUM, class_name, (units or many or verb_at).span(), verb_at.span(),
        Given(quantity, (), keys, limit, low, ranked_at, tuple(places), said_so),
    )  # fmt: skip


def _is_verb(text: str, start: int, end: int) -> bool:
    """Whether what looks like a class is the verb that says what was done: *sell* has the stem of *seller*."""
    return _SELLING.fullmatch(text, start, end) is not None or text[start:end].casefold() in ("order", "ordered")


def _number_near(text: str, start: int) -> tuple[int | None, Place | None]:
    """``top 5 …``, ``which three …``: a number right before characters or before the word there."""
    before = re.search(rf"\b({_NUMBER})\s+(?:[\w-]+\s+){{0,2}}$", text[:start], re.IGNORECASE)
    return (None, None) if before is None else (number_word(before[1]), before.span(1))
