"""Which things a scenario means: by name, or by class and conditions; always in the base, so order cannot matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from graph_engine.snapshot import Column, days_of
from ontology.errors import Ambiguous, BadQuestion, NotFound, Where
from ontology.ids import decode_key, split_record_id
from ontology.located import suggestion
from ontology.model import Datatype, PropertyDef, Role
from ontology.values import native, parse
from reasoning.flow import Bool, Int32
from reasoning.linking import link
from reasoning.network import Network
from reasoning.scenarios.types import Condition, Named, Names, Scenario, ScenarioError, Selection, Target, Test

_MANY = 200
"""From so many names on, one table of all keys is cheaper than looking each up."""


def day_of(scenario: Scenario, as_of: date) -> int | None:
    """The day whose relations a scenario looks at, in days since 1970; None: all, whatever their dates."""
    held = scenario.valid_at
    return None if held == "any" else days_of(date.fromisoformat(held) if held else as_of)


class Finder:
    """Names and selections → entities of one snapshot.

    Args:
        day: relations that hold on it are followed by conditions (days since 1970-01-01); None: all.
    """

    def __init__(self, network: Network, day: int | None) -> None:
        self.network = network
        self.snapshot = network.snapshot
        self.ontology = network.ontology
        self.day = day
        self._ids: dict[str, int] = {}
        self._keys: dict[tuple[str, str], int | None] = {}

    def prepare(self, names: int) -> None:
        """Make ready for that many look-ups."""
        if names < _MANY or self._ids:
            return
        snapshot = self.snapshot
        self._ids = {id_: i for i, id_ in enumerate(snapshot.ids[:])}
        keys = ["|".join(decode_key(split_record_id(r)[2])) if r.count("/") >= 2 else r for r in snapshot.record_ids]
        for entity in range(snapshot.size):
            classes = {a for c in snapshot.classes(entity) for a in (c, *self.ontology.classes[c].ancestors)}
            for code in snapshot.records(entity).tolist():
                for name in classes:
                    at = (name, keys[code])
                    self._keys[at] = entity if self._keys.get(at, entity) == entity else None

    def one(self, named: Named, at: Where | None = None, to_class: str | None = None) -> int:
        """The entity that a name means.

        Raises:
            ScenarioError: none, or several; with the place in the file.
        """
        if named.id is not None:
            found = self._ids.get(named.id) if self._ids else self.snapshot.find(named.id)
            if found is None:
                found = self.snapshot.find(named.id)
            if found is None:
                raise ScenarioError(
                    f"{named.text!r} ({named.id}) is no longer in the graph (version {self.snapshot.version}).",
                    where=at, do="Rebase the scenario, or take that intervention out.",
                )  # fmt: skip
            return found
        if self._ids:
            quick = self._ids.get(named.text)
            if quick is None and ":" in named.text:
                class_name, _, key = named.text.partition(":")
                quick = self._keys.get((class_name, key.strip()))
            if quick is not None:
                return quick
        try:
            return self.snapshot.index(link(self.network, named.text, to_class=to_class).id)
        except (NotFound, Ambiguous, BadQuestion) as problem:
            raise ScenarioError(problem.what, where=at, do=problem.do) from problem

    def target(self, target: Target, at: Where | None) -> Int32:
        """The entities that a target means, ascending, each once.

        Raises:
            ScenarioError: a name means nothing or several things; a selection is empty or asks for what there is not.
        """
        if isinstance(target, Names):
            self.prepare(len(target.names))
            return np.unique(np.array([self.one(n, at) for n in target.names], dtype=np.int32))
        class_name = self.class_of(target.class_name, at)
        mask = np.zeros(self.snapshot.size, dtype=np.bool_)
        mask[self.snapshot.members(class_name)] = True
        for condition in target.where:
            mask &= self._met(class_name, condition, at)
        found = np.flatnonzero(mask).astype(np.int32)
        if len(found) == 0:
            plural = self.ontology.classes[class_name].plural
            raise ScenarioError(
                f"the selection is empty: no {plural} meet{_wording(target)}.", where=at,
                do="Check the conditions; `knockon search` shows what there is.",
            )  # fmt: skip
        return found

    def class_of(self, text: str, at: Where | None) -> str:
        """A class by name, label or plural."""
        try:
            return self.network.classes([text])[0]
        except BadQuestion as problem:
            raise ScenarioError(problem.what, where=at, do=problem.do) from problem

    def property_of(self, class_names: Sequence[str], text: str, at: Where | None) -> PropertyDef:
        """A property of things of these classes, by name, label or synonym."""
        for name in class_names:
            properties = self.ontology.classes[name].properties
            if text in properties:
                return properties[text]
            folded = text.casefold().replace("_", " ")
            for found in properties.values():
                if folded in (t.casefold() for t in (found.label, found.name.replace("_", " "), *found.synonyms)):
                    return found
        names = sorted({p for c in class_names for p in self.ontology.classes[c].properties})
        label = self.ontology.classes[class_names[0]].label
        raise ScenarioError(f"a {label} has no property {text!r}.", where=at, do=suggestion(text, names))

    def role_of(self, class_names: Sequence[str], text: str, at: Where | None) -> Role:
        """A role of things of these classes."""
        known: set[str] = set()
        for name in class_names:
            roles = self.ontology.roles(name)
            if text in roles:
                return roles[text]
            known.update(roles)
        label = self.ontology.classes[class_names[0]].label
        raise ScenarioError(f"a {label} has no relations called {text!r}.", where=at, do=suggestion(text, known))

    # Conditions

    def _met(self, class_name: str, condition: Condition, at: Where | None) -> Bool:
        """A mask over all entities: which of the class meet the condition."""
        steps: list[Role] = []
        here = class_name
        parts = condition.path.split(".")
        for part in parts[:-1]:
            role = self.role_of([here], part, at)
            steps.append(role)
            here = role.target
        last = parts[-1]
        if last in self.ontology.roles(here) and last not in self.ontology.classes[here].properties:
            role = self.role_of([here], last, at)
            mask = self._related(role, condition, at)
        else:
            mask = self._holds(here, last, condition, at)
        for role in reversed(steps):
            mask = self._back(role, mask)
        return mask

    def _related(self, role: Role, condition: Condition, at: Where | None) -> Bool:
        everything = np.ones(self.snapshot.size, dtype=np.bool_)
        if condition.test is Test.MISSING:
            has = self._back(role, everything)
            return ~has if condition.values[0] == "true" else has
        if condition.test not in (Test.IS, Test.IN, Test.NOT):
            raise ScenarioError(f"{condition.path!r} leads to things, which are not {condition.test.value}.", where=at)
        ends = np.zeros(self.snapshot.size, dtype=np.bool_)
        ends[[self.one(Named(text), at, role.target) for text in condition.values]] = True
        related = self._back(role, ends)
        return ~related if condition.test is Test.NOT else related

    def _back(self, role: Role, mask: Bool) -> Bool:
        edges = self.snapshot.relation(role.relation.name)
        here, there = (edges.target, edges.source) if role.inverse else (edges.source, edges.target)
        keep = mask[there] if self.day is None else mask[there] & edges.valid_on(self.day)
        result = np.zeros(self.snapshot.size, dtype=np.bool_)
        result[here[keep]] = True
        return result

    def _holds(self, class_name: str, name: str, condition: Condition, at: Where | None) -> Bool:
        definition = self.property_of([class_name], name, at)
        column = self.snapshot.column(class_name, definition.name)
        members = self.snapshot.members(class_name)
        met = _compare(definition, column, condition, at)
        result = np.zeros(self.snapshot.size, dtype=np.bool_)
        result[members[met]] = True
        return result


def _compare(definition: PropertyDef, column: Column, condition: Condition, at: Where | None) -> Bool:
    """Rows of a column that meet a condition; null meets only MISSING and NOT."""
    if condition.test is Test.MISSING:
        return column.null if condition.values[0] == "true" else ~column.null
    try:
        wanted = [native(definition, parse(definition, text)) for text in condition.values]
    except ValueError as problem:
        raise ScenarioError(
            f"{problem}.", where=at, do="Dates are written 2026-03-31, decimals with a point."
        ) from None
    if column.dictionary is not None:
        if condition.test not in (Test.IS, Test.IN, Test.NOT):
            raise ScenarioError(f"{definition.label} is a text, which is not {condition.test.value} another.", where=at)
        folded = {str(w).casefold() for w in wanted}
        codes = [code for code, text in enumerate(column.dictionary) if text.casefold() in folded]
        hits = np.isin(column.values, codes) & (column.values >= 0)
    else:
        values = column.values
        bound = [_number(w) for w in wanted]
        match condition.test:
            case Test.IS | Test.IN | Test.NOT:
                hits = np.isin(values, np.array(bound, dtype=values.dtype))
            case Test.ABOVE:
                hits = values > bound[0]
            case Test.BELOW:
                hits = values < bound[0]
            case Test.AT_LEAST:
                hits = values >= bound[0]
            case _:
                hits = values <= bound[0]
    if column.offsets is not None:
        owners = np.repeat(np.arange(len(column)), np.diff(column.offsets))
        hits = np.bincount(owners[hits], minlength=len(column)) > 0
    met: Bool = (~hits | column.null) if condition.test is Test.NOT else (hits & ~column.null)
    return met


def _number(value: object) -> int | float | bool:
    from datetime import UTC, datetime

    if isinstance(value, datetime):
        return int(value.astimezone(UTC).timestamp() * 1_000_000)
    if isinstance(value, date):
        return days_of(value)
    assert isinstance(value, int | float)
    return value


def _wording(selection: Selection) -> str:
    if not selection.where:
        return " it"
    return " " + ", ".join(_condition(c) for c in selection.where)


def _condition(condition: Condition) -> str:
    verb = condition.test.value.replace("_", " ")
    return f"{condition.path} {verb} {' or '.join(condition.values)}"


def named_in(target: Target) -> Iterable[Named]:
    """The names that a target gives."""
    return target.names if isinstance(target, Names) else ()


def is_number(definition: PropertyDef) -> bool:
    """Whether a property can be multiplied."""
    return definition.datatype in (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT)
