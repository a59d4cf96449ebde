"""A question in words as a scenario, which is shown before it runs. What is not understood is said, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import numpy as np

from ontology.errors import Ambiguous, BadQuestion, NotFound
from ontology.model import Datatype, PropertyDef
from reasoning.linking import link
from reasoning.network import Network
from reasoning.scenarios.forms import FORMS, OPENING, PATTERNS, TIMES, Form, days_said
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

_PLURALS = ("", "s", "en", "e", "n", "er")
_THOUSANDS = re.compile(r",(?=\d{3}(?:,\d{3})*(?:\.\d+)?$)")
"""Commas that part thousands; any other is a decimal comma."""
_PRICE = ("price", "standard_cost", "list_price", "unit_price")


def scenario_in_words(network: Network, text: str) -> Scenario:
    """The scenario that a question describes.

    Raises:
        NotUnderstood: the question is put in none of the forms; those that are understood are listed.
        BadQuestion: a figure in it is none.
        NotFound: a name in it names nothing.
        Ambiguous: a name in it names several things.
    """
    question = " ".join(text.split())
    said = OPENING.sub("", question).rstrip(" ?!.")
    reader = _Words(network)
    first: NotFound | Ambiguous | BadQuestion | None = None
    for pattern, form in PATTERNS:
        found = pattern.fullmatch(said)
        if found is None:
            continue
        # A pattern may hold the same thing in several places: `thing` and `thing2`.
        words = {name.rstrip("2"): part for name, part in found.groupdict().items() if part is not None}
        try:
            return Scenario(name=question, interventions=tuple(reader.read(form, words)))
        except (NotFound, Ambiguous, BadQuestion) as problem:
            first = first or problem  # another form may still fit
    if first is not None:
        raise first
    raise NotUnderstood(
        f"The question {question!r} is not understood.",
        do="Ask for example: " + " · ".join(FORMS) + " Or write it as a file (docs/scenarios.md).",
    )


class NotUnderstood(BadQuestion):
    """A question is put in none of the forms."""


Said = Mapping[str, str]
"""What stands in the places of a form."""


class _Words:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.ontology = network.ontology

    def read(self, form: Form, found: Said) -> Sequence[Intervention]:
        """What a question of a form does."""
        match form:
            case Form.REPLACE:
                return self._replace(found)
            case Form.FAIL:
                return [Fail(_names(self._link(found["thing"])), days_said(found["span"]) if "span" in found else None)]
            case Form.LATE:
                return [Delay(_names(self._link(found["thing"])), days_said(found["span"]))]
            case Form.LOSE:
                return [Remove(_names(self._link(found["thing"])))]
            case Form.ALL:
                return self._all(found)
            case Form.TIMES:
                definition, target = self._owned(found)
                return [Change(Op.SCALE, definition.name, target, TIMES[found["times"].casefold()])]
            case Form.MOVES:
                definition, target = self._owned(found)
                return [_changed(_amount(found), definition, target)]
            case Form.IS:
                return self._is(found)

    def _replace(self, found: Said) -> Sequence[Intervention]:
        old, new = self._link(found["thing"]), self._link(found["new"])
        roles = ("supplier",) if self.ontology.is_a(new.class_name, "Supplier") else (None,)
        return [Replace(_named(old), _named(new), roles[0])]

    def _all(self, found: Said) -> Sequence[Intervention]:
        """``all parts of X +8 %``: what X charges, or the named figure of what hangs on X."""
        thing = self._link(found["thing"])
        amount = _amount(found)
        many = found["many"].strip().casefold()
        for ending in ("prices", "costs", "price", "cost"):  # "all prices of X"
            if many == ending or many.endswith(" " + ending):
                definition, target = self._figure(thing, ending.removesuffix("s"))
                return [_changed(amount, definition, target)]
        class_name = self._class_called(many)
        priced = self._priced(class_name, thing)
        if priced is None:
            plural = self.ontology.classes[class_name].plural
            raise BadQuestion(
                f"What is to change of the {plural} of {thing.title}?", do="Say for example: all list prices of X +8 %."
            )
        return [_changed(amount, *p) for p in priced]

    def _is(self, found: Said) -> Sequence[Intervention]:
        definition, target = self._owned(found)
        value = found["value"].strip()
        if definition.datatype in (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT):
            number = re.match(r"^([\d.,]+)\s*([A-Za-z€$%]*)$", value)
            if number is None:
                raise BadQuestion(f"{value!r} is not a number, which {definition.label} is.")
            value = _THOUSANDS.sub("", number[1]).replace(",", ".")
            if definition.unit == "DAY" and number[2]:
                value = str(days_said(f"{value} {number[2]}"))
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

    def _class_called(self, many: str) -> str:
        """The class of a plural, English or German: as it stands, otherwise without the ending."""
        for ending in _PLURALS:
            if many.endswith(ending):
                try:
                    return self.network.classes([many.removesuffix(ending)])[0]
                except BadQuestion:
                    pass
        return self.network.classes([many])[0]

    def _owned(self, found: Said) -> tuple[PropertyDef, Target]:
        return self._figure(self._link(found["thing"]), found["name"].strip())

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


def _amount(found: Said) -> tuple[Op, Decimal]:
    falls = found.get("sign") == "-" or "fall" in found
    number = Decimal(found["amount"].replace(",", "."))
    if "percent" in found:
        return Op.SCALE, 1 - number / 100 if falls else 1 + number / 100
    return Op.SHIFT, -number if falls else number


def _changed(amount: tuple[Op, Decimal], definition: PropertyDef, target: Target) -> Change:
    return Change(amount[0], definition.name, target, amount[1])


def _meant(properties: Iterable[PropertyDef], words: str) -> PropertyDef | None:
    """The property that is called so; a name that only begins or ends so counts where it is the only one."""
    folded = words.casefold().replace("_", " ").strip()
    singular = folded.removesuffix("s")
    begins: list[PropertyDef] = []
    for definition in properties:
        called = (
            definition.label,
            definition.name.replace("_", " "),
            *definition.labels.values(),
            *definition.synonyms,
        )
        names = {text.casefold() for text in called}
        if folded in names or singular in names:
            return definition
        # "Preis" means an "Angebotspreis" where there is no other.
        compound = len(folded) > 3 and any(n.endswith(folded) and " " not in n for n in names)
        if compound or any(n.startswith(folded + " ") for n in names):
            begins.append(definition)
    return begins[0] if len(begins) == 1 else None
