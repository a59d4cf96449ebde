"""A question in words as a scenario, which is shown before it runs. What is not understood is said, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

import numpy as np

from ontology.errors import Ambiguous, BadQuestion, NotFound
from ontology.model import Datatype, PropertyDef
from reasoning.linking import link
from reasoning.network import Network
from reasoning.scenarios.document import days_in
from reasoning.scenarios.types import (
    Change,
    Condition,
    Delay,
    Fail,
    Intervention,
    Named,
    Names,
    Op,
    Remove,
    Replace,
    Scenario,
    Selection,
    Target,
    Test,
)
from reasoning.types import EntityRef

FORMS = (
    "what if X is down for 3 weeks?",
    "what if X delivers 10 days late?",
    "what if X's lead time doubles?",
    "what if the list price of X rises by 5 %?",
    "what if X's lead time is 63?",
    "all parts of X +8 %",
    "what if we buy from Y instead of X?",
    "what if we lose X?",
)
"""What is understood, for messages and the manual."""

_OPENING = re.compile(r"^\s*(?:and\s+)?(?:what\s+(?:happens\s+)?if|suppose(?:\s+that)?|if|assume(?:\s+that)?)\s+", re.I)
_SPAN = r"(?P<span>(?:\d+(?:\.\d+)?|an?|one|two|three|four|five|six)\s*(?:days?|weeks?|months?))"
_AMOUNT = r"(?P<amount>\d+(?:[.,]\d+)?)\s*(?P<percent>%|percent|per\s+cent)?"
_UP = r"(?:rises?|rose|increases?|increased|goes?\s+up|go\s+up|grows?|grew|climbs?|(?:is|are|was|were)\s+(?:raised|up))"
_DOWN = (
    r"(?:falls?|fell|drops?|dropped|decreases?|decreased|goes?\s+down|go\s+down|shrinks?|"
    r"(?:is|are)\s+(?:cut|lowered|down))"
)
_WORDS = {"a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_TIMES = {
    "doubles": "2",
    "double": "2",
    "doubled": "2",
    "triples": "3",
    "triple": "3",
    "halves": "0.5",
    "halved": "0.5",
}
_PRICE = ("price", "standard_cost", "list_price", "unit_price")


def scenario_in_words(network: Network, text: str) -> Scenario:
    """The scenario that a question describes.

    Raises:
        BadQuestion: the question is not understood; the forms that are, are listed.
        NotFound: a name in it names nothing.
        Ambiguous: a name in it names several things.
    """
    question = " ".join(text.split())
    said = _OPENING.sub("", question).rstrip(" ?!.")
    reader = _Words(network)
    first: NotFound | Ambiguous | BadQuestion | None = None
    for pattern, make in reader.forms():
        found = pattern.fullmatch(said)
        if found is None:
            continue
        try:
            return Scenario(name=question, interventions=tuple(make(found)))
        except (NotFound, Ambiguous, BadQuestion) as problem:
            first = first or problem  # another form may still fit
    if first is not None:
        raise first
    raise BadQuestion(
        f"The question {question!r} is not understood.",
        do="Ask for example: " + " · ".join(FORMS) + " Or write it as a file (docs/scenarios.md).",
    )


class _Words:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.ontology = network.ontology

    def forms(self) -> Sequence[tuple[re.Pattern[str], Callable[[re.Match[str]], Sequence[Intervention]]]]:
        """The forms that are understood, most specific first."""
        thing = r"(?:the\s+)?(?P<thing>.+?)"
        owned = (
            r"(?:(?P<thing>.+?)(?:'s|’s|s'|s’)\s+(?P<name>[\w\s-]+?)|(?:the\s+)?(?P<name2>[\w\s-]+?)\s+(?:of|from|at)\s+"
            r"(?P<thing2>.+?))"
        )
        by_span = _SPAN.replace("span", "span2")
        table: list[tuple[str, Callable[[re.Match[str]], Sequence[Intervention]]]] = [
            (rf"we\s+(?:buy|order|source|purchase)\s+(?:it\s+|everything\s+)?from\s+(?P<new>.+?)\s+"
             rf"(?:instead\s+of|rather\s+than|in\s+place\s+of)\s+{thing}", self._replace),
            (rf"(?:we\s+)?(?:replace|swap|substitute)\s+{thing}\s+(?:by|with|for)\s+(?P<new>.+)", self._replace),
            (rf"(?P<new>.+?)\s+(?:replaces|takes\s+the\s+place\s+of)\s+{thing}", self._replace),
            (rf"{thing}\s+(?:is|are|goes?|were|was)\s+"
             rf"(?:down|out|offline|unavailable|broken|closed|on\s+strike)(?:\s+for\s+{_SPAN})?", self._fail),
            (rf"{thing}\s+(?:fails?|breaks\s+down|stops?(?:\s+delivering)?|cannot\s+deliver|can't\s+deliver|"
             rf"shuts?\s+down)(?:\s+for\s+{_SPAN})?", self._fail),
            (rf"{thing}\s+(?:delivers?|is|are|arrives?|comes?)\s+(?:late\s+by\s+{by_span}|{_SPAN}\s+(?:late|later))",
             self._late),
            (rf"{thing}\s+(?:is|are|gets?)\s+delayed\s+by\s+{_SPAN}", self._late),
            (rf"we\s+(?:lose|drop|remove|delist|give\s+up|stop\s+(?:working\s+with|selling|making))\s+{thing}",
             self._lose),
            (rf"{thing}\s+(?:disappears|goes\s+bankrupt|goes\s+out\s+of\s+business|is\s+gone|leaves)", self._lose),
            (rf"all\s+(?P<many>[\w\s-]+?)\s+(?:of|from|by)\s+{thing}\s*(?:(?P<sign>[+-])|(?:{_UP}|cost)\s*(?:by\s+)?|"
             rf"(?P<fall>{_DOWN})\s*(?:by\s+)?)\s*{_AMOUNT}(?:\s+more)?", self._all),
            (rf"{owned}\s+(?P<times>{'|'.join(_TIMES)})", self._times),
            (rf"{owned}\s+(?:(?P<rise>{_UP})|(?P<fall>{_DOWN}))\s+by\s+{_AMOUNT}\s*(?:[a-z]+)?", self._moves),
            (rf"{owned}\s*(?P<sign>[+-])\s*{_AMOUNT}", self._moves),
            (rf"{owned}\s+(?:is|were|was|becomes?|changes?\s+to|goes?\s+to|{_UP}\s+to|{_DOWN}\s+to)\s+(?P<value>.+)",
             self._is),
        ]  # fmt: skip
        return [(re.compile(pattern, re.IGNORECASE), make) for pattern, make in table]

    # One method for each form

    def _replace(self, found: re.Match[str]) -> Sequence[Intervention]:
        old, new = self._link(found["thing"]), self._link(found["new"])
        roles = ("supplier",) if self.ontology.is_a(new.class_name, "Supplier") else (None,)
        return [Replace(_named(old), _named(new), roles[0])]

    def _fail(self, found: re.Match[str]) -> Sequence[Intervention]:
        return [Fail(_names(self._link(found["thing"])), _span(found["span"]) if found["span"] else None)]

    def _late(self, found: re.Match[str]) -> Sequence[Intervention]:
        groups = found.groupdict()
        return [Delay(_names(self._link(found["thing"])), _span(groups.get("span") or groups["span2"]))]

    def _lose(self, found: re.Match[str]) -> Sequence[Intervention]:
        return [Remove(_names(self._link(found["thing"])))]

    def _all(self, found: re.Match[str]) -> Sequence[Intervention]:
        """``all parts of X +8 %``: what X charges, or the named figure of what hangs on X."""
        thing = self._link(found["thing"])
        falls = found["sign"] == "-" or found["fall"] is not None
        amount = _amount(found, falls)
        many = found["many"].strip().casefold()
        for ending in ("prices", "costs", "price", "cost"):  # "all prices of X"
            if many == ending or many.endswith(" " + ending):
                definition, target = self._figure(thing, ending.removesuffix("s"))
                return [_changed(amount, definition, target)]
        try:
            class_name = self.network.classes([many.removesuffix("s")])[0]
        except BadQuestion:
            class_name = self.network.classes([many])[0]
        priced = self._priced(class_name, thing)
        if priced is None:
            plural = self.ontology.classes[class_name].plural
            raise BadQuestion(
                f"What is to change of the {plural} of {thing.title}?", do="Say for example: all list prices of X +8 %."
            )
        return [_changed(amount, *p) for p in priced]

    def _times(self, found: re.Match[str]) -> Sequence[Intervention]:
        definition, target = self._owned(found)
        return [Change(Op.SCALE, definition.name, target, Decimal(_TIMES[found["times"].casefold()]))]

    def _moves(self, found: re.Match[str]) -> Sequence[Intervention]:
        definition, target = self._owned(found)
        groups = found.groupdict()
        return [_changed(_amount(found, bool(groups.get("fall")) or groups.get("sign") == "-"), definition, target)]

    def _is(self, found: re.Match[str]) -> Sequence[Intervention]:
        definition, target = self._owned(found)
        value = found["value"].strip()
        if definition.datatype in (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT):
            number = re.match(r"^([\d.,]+)\s*([A-Za-z€$%]*)$", value)
            if number is None:
                raise BadQuestion(f"{value!r} is not a number, which {definition.label} is.")
            value = number[1].replace(",", "")
            if definition.unit == "DAY" and number[2]:
                value = str(days_in(f"{number[1]} {number[2]}"))
        return [Change(Op.SET, definition.name, target, value)]

    # What words mean

    def _link(self, text: str) -> EntityRef:
        text = text.strip().strip("\"'“”„‘’")
        try:
            return link(self.network, text)
        except NotFound:
            kind, _, rest = text.partition(" ")  # "supplier Acme"
            if rest:
                try:
                    return link(self.network, rest, to_class=self.network.classes([kind])[0])
                except BadQuestion:
                    pass
            raise

    def _owned(self, found: re.Match[str]) -> tuple[PropertyDef, Target]:
        thing = found["thing"] or found["thing2"]
        return self._figure(self._link(thing), (found["name"] or found["name2"]).strip())

    def _figure(self, thing: EntityRef, words: str) -> tuple[PropertyDef, Target]:
        """The property that words mean: of the thing itself, or of what hangs on it directly."""
        own = _meant(self.ontology.classes[thing.class_name].properties.values(), words)
        if own is not None:
            return own, _names(thing)
        found: list[tuple[PropertyDef, Target]] = []
        index = self.network.snapshot.index(thing.id)
        for role in self.ontology.roles(thing.class_name).values():
            edges = self.network.snapshot.relation(role.relation.name)
            if len((edges.into if role.inverse else edges.out).of(index)) == 0:
                continue
            definition = _meant(self.ontology.classes[role.target].properties.values(), words)
            if definition is not None:
                back = role.relation.role if role.inverse else role.relation.inverse_role
                where = Condition(back, Test.IS, (thing.id,))
                found.append((definition, Selection(role.target, (where,))))
        if not found:
            label = self.ontology.classes[thing.class_name].label
            raise BadQuestion(
                f"Neither the {label} {thing.title} nor what hangs on it has a figure called {words!r}.",
                do="`knockon show` lists what is known of it.",
            )
        lags = {r.impact.lag_node_property for r in self.ontology.relations.values() if r.impact is not None}
        found.sort(key=lambda f: (f[0].name not in lags, f[0].name not in _PRICE))
        if len(found) > 1 and (found[1][0].name in lags) == (found[0][0].name in lags):
            first = [f for f in found if f[0].name == found[0][0].name]
            if len(first) > 1 or found[1][0].name in _PRICE:
                kinds = ", ".join(self.ontology.classes[_class(t)].plural for _, t in found)
                offers = [f for f in found if _class(f[1]) == "Offer"]
                if len(offers) == 1:
                    return offers[0]
                raise BadQuestion(f"{words!r} may be a figure of the {kinds}.", do="Write it as a file.")
        return found[0]

    def _hanging_on(self, class_name: str, thing: EntityRef) -> Selection | None:
        """Members of a class that lead to a thing in one or two steps, by the way that reaches most."""
        best: tuple[int, Selection] | None = None
        for path, count in self._ways(class_name, thing):
            if best is None or count > best[0]:
                best = count, Selection(class_name, (Condition(path, Test.IS, (thing.id,)),))
        return best[1] if best else None

    def _ways(self, class_name: str, thing: EntityRef) -> list[tuple[str, int]]:
        snapshot, index = self.network.snapshot, self.network.snapshot.index(thing.id)
        found: list[tuple[str, int]] = []
        for first in self.ontology.roles(class_name).values():
            if first.relation.impact is None:
                continue
            if self.ontology.is_a(thing.class_name, first.target):
                edges = snapshot.relation(first.relation.name)
                rows = (edges.out if first.inverse else edges.into).of(index)
                if len(rows):
                    found.append((first.name, len(rows) * 1000))
                continue
            for second in self.ontology.roles(first.target).values():
                if second.relation.impact is None or not self.ontology.is_a(thing.class_name, second.target):
                    continue
                near = snapshot.relation(second.relation.name)
                rows = (near.out if second.inverse else near.into).of(index)
                middle = np.unique((near.target if second.inverse else near.source)[rows])
                edges = snapshot.relation(first.relation.name)
                count = int(np.isin(edges.source if first.inverse else edges.target, middle).sum())
                if count:
                    found.append((f"{first.name}.{second.name}", count))
        return found

    def _priced(self, class_name: str, thing: EntityRef) -> list[tuple[PropertyDef, Target]] | None:
        """What things cost from whom: the price of a supplier's offers, otherwise the class's own price."""
        if self.ontology.is_a(thing.class_name, "Supplier") and class_name in ("Product", "Offer"):
            where = (Condition("supplier", Test.IS, (thing.id,)),)
            return [(self.ontology.classes["Offer"].properties["price"], Selection("Offer", where))]
        properties = self.ontology.classes[class_name].properties
        hanging = self._hanging_on(class_name, thing)
        for name in _PRICE:
            if hanging is not None and name in properties:
                return [(properties[name], hanging)]
        return None


def _class(target: Target) -> str:
    return target.class_name if isinstance(target, Selection) else ""


def _named(entity: EntityRef) -> Named:
    return Named(entity.title, entity.id)


def _names(entity: EntityRef) -> Names:
    return Names((_named(entity),))


def _span(text: str) -> Decimal:
    first, _, rest = text.strip().partition(" ")
    return days_in(f"{_WORDS.get(first.casefold(), first)} {rest}".strip())


def _amount(found: re.Match[str], falls: bool) -> tuple[Op, Decimal]:
    number = Decimal(found["amount"].replace(",", "."))
    if found["percent"]:
        return Op.SCALE, 1 - number / 100 if falls else 1 + number / 100
    return Op.SHIFT, -number if falls else number


def _changed(amount: tuple[Op, Decimal], definition: PropertyDef, target: Target) -> Change:
    return Change(amount[0], definition.name, target, amount[1])


def _meant(properties: Iterable[PropertyDef], words: str) -> PropertyDef | None:
    """The property that is called so; a name that only begins so counts where it is the only one."""
    folded = words.casefold().replace("_", " ").strip()
    singular = folded.removesuffix("s")
    begins: list[PropertyDef] = []
    for definition in properties:
        names = {t.casefold() for t in (definition.label, definition.name.replace("_", " "), *definition.synonyms)}
        if folded in names or singular in names:
            return definition
        if any(n.startswith(folded + " ") for n in names):
            begins.append(definition)
    return begins[0] if len(begins) == 1 else None
