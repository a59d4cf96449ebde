"""From what a scenario says to what it does: names to entities, texts to values, failures to what they hold up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from ontology.errors import Where
from ontology.ids import entity_id, relation_id
from ontology.located import suggestion
from ontology.model import Datatype, PropertyDef, Role
from ontology.types import Value
from ontology.values import native, parse
from reasoning.flow import Int32
from reasoning.network import Network
from reasoning.scenarios.lateness import Lateness
from reasoning.scenarios.plan import (
    Amount,
    CellEdit,
    Cut,
    Gone,
    Link,
    New,
    Outage,
    Plan,
    Ref,
    RelationEdit,
    Retarget,
    Step,
)
from reasoning.scenarios.select import Finder, day_of, is_number, named_in
from reasoning.scenarios.types import (
    Add,
    Change,
    Connect,
    Delay,
    Disconnect,
    Distribution,
    Fail,
    Intervention,
    Named,
    Names,
    Op,
    Remove,
    Replace,
    Scenario,
    ScenarioError,
    Target,
)
from reasoning.scenarios.wire import names_in

SOURCE = "scenario"
"""First part of the record ids of what scenarios add."""


def resolve(network: Network, scenario: Scenario, *, today: date | None = None) -> Plan:
    """What a scenario does to a snapshot.

    Raises:
        ScenarioError: it names what is not there, or asks for what cannot be done; with the place in its file.
    """
    return _Resolver(network, scenario, today or date.today()).plan()


class _Resolver:
    def __init__(self, network: Network, scenario: Scenario, today: date) -> None:
        self.network = network
        self.snapshot = network.snapshot
        self.ontology = network.ontology
        self.scenario = scenario
        self.as_of = scenario.as_of or today
        self.day = day = day_of(scenario, self.as_of)
        self.find = Finder(network, day)
        self.find.prepare(sum(len(names_in(i)) for i in scenario.interventions))
        self.lateness = Lateness(network, self.find, day, self.as_of)
        self.added: dict[str, New] = {}
        self.notes: list[str] = []

    def plan(self) -> Plan:
        steps: list[Step] = []
        for number, intervention in enumerate(self.scenario.interventions):
            steps += self._steps(number, intervention)
        return Plan(self.scenario, self.snapshot, self.as_of, tuple(steps), tuple(dict.fromkeys(self.notes)))

    def _steps(self, number: int, intervention: Intervention) -> Sequence[Step]:
        match intervention:
            case Change():
                return self._change(number, intervention)
            case Delay(of, days, at):
                return self._delay(number, self.find.target(of, at), days, at)
            case Fail():
                return self._fail(number, intervention)
            case Replace():
                return self._replace(number, intervention)
            case Remove(of, at):
                return [Gone(number, self.find.target(of, at))]
            case Add():
                return self._add(number, intervention)
            case Connect():
                return self._connect(number, intervention)
            case Disconnect():
                return self._disconnect(number, intervention)
        raise AssertionError(intervention)

    # Values

    def _change(self, number: int, change: Change) -> Sequence[Step]:
        added = self._added_in(change.of)
        entities = np.zeros(0, dtype=np.int32)
        if not added or len(added) < len(tuple(named_in(change.of))):
            entities = self.find.target(self._without_added(change.of), change.at)
        groups = [(new.class_name, np.zeros(0, dtype=np.int32), (new.id,)) for new in added]
        blocks = self.snapshot.block_numbers(entities)
        steps: list[Step] = []
        for block in np.unique(blocks).tolist():
            classes = self.snapshot.blocks[block].classes
            steps += self._change_of(number, change, classes, entities[blocks == block], ())
        for class_name, none, ids in groups:
            steps += self._change_of(number, change, (class_name,), none, ids)
        return steps

    def _change_of(
        self, number: int, change: Change, classes: tuple[str, ...], entities: Int32, added: tuple[str, ...]
    ) -> Sequence[Step]:
        if "." in change.name:
            role_name, _, name = change.name.partition(".")
            role = self.find.role_of(classes, role_name, change.at)
            properties = role.relation.properties
            if name not in properties:
                raise ScenarioError(
                    f"the relation {role.label!r} has no property {name!r}.", where=change.at,
                    do=suggestion(name, properties),
                )  # fmt: skip
            definition = properties[name]
            rows = self._rows(role, entities)
            if len(rows) == 0:
                raise ScenarioError(f"none of these things has relations called {role_name!r}.", where=change.at)
            amount = self._amount(change, definition)
            if isinstance(amount, Distribution):
                raise ScenarioError(
                    f"{definition.label} belongs to relations, whose figures cannot be uncertain.", where=change.at,
                    do="Draw a property of a thing, or run one scenario for each value.",
                )  # fmt: skip
            return [RelationEdit(number, change.op, role.relation.name, definition, rows, amount)]
        definition = self.find.property_of(classes, change.name, change.at)
        amount = self._amount(change, definition)
        shared = isinstance(amount, Distribution) and amount.together
        luck = (classes[0], "", f"{definition.name} together") if shared else None
        return [CellEdit(number, change.op, definition, entities, amount, added, luck)]

    def _amount(self, change: Change, definition: PropertyDef) -> Amount:
        """The value, factor or shift in the property's own terms."""
        kind, label, at = definition.datatype, definition.label, change.at
        amount = change.amount
        if isinstance(amount, Distribution):
            if not is_number(definition) and not (kind is Datatype.DATE and change.op is Op.SHIFT):
                raise ScenarioError(f"{label} is no number, so it cannot be drawn.", where=at)
            return amount
        match change.op:
            case Op.SET:
                return None if amount is None else self._value(definition, str(amount), at)
            case Op.SCALE if not is_number(definition):
                raise ScenarioError(f"{label} is no number, so it cannot be multiplied.", where=at, do="Use `set:`.")
            case Op.SHIFT if not is_number(definition) and kind not in (Datatype.DATE, Datatype.DATETIME):
                raise ScenarioError(
                    f"{label} is neither number nor date: it cannot be shifted.", where=at, do="Use `set:`."
                )
        if not definition.functional:
            raise ScenarioError(f"{label} may have several values; only `set:` can change it.", where=at)
        assert isinstance(amount, Decimal)
        return amount

    def _value(self, definition: PropertyDef, text: str, at: Where | None) -> Value:
        try:
            parts = [text] if definition.functional else text.split("|")
            canonical = [parse(definition, part) for part in parts]
            for one in canonical:
                if definition.values and one not in definition.values:
                    raise ScenarioError(
                        f"{definition.label} cannot be {text!r}.", where=at,
                        do=f"It is one of: {', '.join(definition.values)}.",
                    )  # fmt: skip
            found = [native(definition, one) for one in canonical]
        except ValueError as problem:
            do = "Dates are written 2026-03-31, decimals with a point."
            raise ScenarioError(f"{problem}.", where=at, do=do) from None
        return found[0] if definition.functional else tuple(sorted(set(found)))

    # Lateness

    def _delay(self, number: int, entities: Int32, days: Decimal | Distribution, at: Where | None) -> Sequence[Step]:
        steps = self.lateness.held_up(number, entities, days)
        if not steps:
            names = ", ".join(self.snapshot.title(int(e)) for e in entities[:3])
            raise ScenarioError(
                f"nothing that comes from {names} has a date or a lead time that could be later.", where=at,
                do="Shift a date by name: `- shift: due_on`.",
            )  # fmt: skip
        return steps

    def _fail(self, number: int, fail: Fail) -> Sequence[Step]:
        entities = self.find.target(fail.of, fail.at)
        steps: list[Step] = [Outage(number, entities, fail.days, fail.after, fail.severity)]
        if fail.days is not None:
            steps += self.lateness.held_up(number, entities, fail.days, dates=False, after=fail.after)
        if len(steps) == 1:
            without = "has no end" if fail.days is None else "holds up no lead time and nothing on its way"
            self.notes.append(
                f"The failure in intervention {number + 1} {without}, so it changes no figures: what it hits is listed "
                "as impact. `remove` shows the figures without the thing."
            )
        return steps

    # Relations

    def _rows(self, role: Role, entities: Int32) -> Int32:
        """Relations of a role at some entities (those that hold on the day), ascending."""
        edges = self.snapshot.relation(role.relation.name)
        csr = edges.into if role.inverse else edges.out
        parts = [csr.of(e) for e in entities.tolist()]
        rows = np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int32)
        if self.day is not None and len(rows):
            rows = rows[edges.valid_on(self.day)[rows]]
        return rows.astype(np.int32)

    def _replace(self, number: int, step: Replace) -> Sequence[Step]:
        old = self.find.one(step.old, step.at)
        new = self._ref(step.new, step.at)
        if new == old:
            raise ScenarioError(f"{step.old.text!r} and {step.new.text!r} are the same thing.", where=step.at)
        among: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None
        if step.among is not None:
            among = np.zeros(self.snapshot.size, dtype=np.bool_)
            among[self.find.target(step.among, step.at)] = True
        steps: list[Step] = []
        roles: set[str] = set()
        for name in self.snapshot.relations:
            definition = self.ontology.relations.get(name)
            if definition is None:
                continue
            edges = self.snapshot.relation(name)
            for at_source in (False, True):
                # The things at the other end call it by the role seen from there.
                called = definition.inverse_role if at_source else definition.role
                rows = (edges.out if at_source else edges.into).of(old)
                if len(rows) == 0:
                    continue
                roles.add(called)
                fits = self._is_a(new, definition.source if at_source else definition.target)
                if (step.role is not None and called != step.role) or not fits:
                    continue
                if among is not None:
                    rows = rows[among[(edges.target if at_source else edges.source)[rows]]]
                if self.day is not None:
                    rows = rows[edges.valid_on(self.day)[rows]]
                if len(rows):
                    steps.append(Retarget(number, name, np.sort(rows).astype(np.int32), at_source, new))
        if not steps:
            what = f"as {step.role!r}" if step.role else "anywhere"
            raise ScenarioError(
                f"{self.snapshot.title(old)} stands {what} in no relation in which {step.new.text!r} could stand.",
                where=step.at, do=suggestion(step.role, roles) if step.role else "",
            )  # fmt: skip
        return steps

    def _disconnect(self, number: int, step: Disconnect) -> Sequence[Step]:
        entities = self.find.target(step.of, step.at)
        role = self._role_of(entities, step.role, step.at)
        rows = self._rows(role, entities)
        if step.to is not None:
            other = self.find.one(step.to, step.at)
            edges = self.snapshot.relation(role.relation.name)
            rows = rows[(edges.source if role.inverse else edges.target)[rows] == other]
        if len(rows) == 0:
            raise ScenarioError(f"there are no such relations {step.role!r}.", where=step.at)
        return [Cut(number, role.relation.name, rows)]

    def _role_of(self, entities: Int32, name: str, at: Where | None) -> Role:
        blocks = np.unique(self.snapshot.block_numbers(entities)).tolist()
        return self.find.role_of(tuple(c for b in blocks for c in self.snapshot.blocks[b].classes), name, at)

    def _connect(self, number: int, step: Connect) -> Sequence[Step]:
        refs: list[Ref] = [new.id for new in self._added_in(step.of)]
        if len(refs) < len(tuple(named_in(step.of))) or not refs:
            refs += self.find.target(self._without_added(step.of), step.at).tolist()
        return [
            self._link(number, f"{n}", ref, step.role, step.to, step.at, step)
            for n, ref in enumerate(refs)
        ]  # fmt: skip

    def _add(self, number: int, step: Add) -> Sequence[Step]:
        class_name = self.find.class_of(step.class_name, step.at)
        if step.key in self.added:
            raise ScenarioError(f"{step.key!r} is added twice.", where=step.at, do="Call the second one otherwise.")
        values: dict[str, Value] = {}
        for text, said in step.values:
            definition = self.find.property_of([class_name], text, step.at)
            values[definition.name] = self._value(definition, said, step.at)
        definition_ = self.ontology.classes[class_name]
        mention = f"{SOURCE}/added/{step.key}"
        title = values.get(definition_.title or "") or step.key
        new = New(number, entity_id(class_name, mention), class_name, str(title), mention, values)
        self.added[step.key] = new
        links = [
            self._link(number, f"{role}-{n}", new.id, role, named, step.at, None)
            for role, names in step.links
            for n, named in enumerate(names)
        ]
        return [new, *links]

    def _link(
        self, number: int, part: str, ref: Ref, role_name: str, to: Named, at: Where | None, said: Connect | None
    ) -> Link:
        classes = self._classes(ref)
        role = self.find.role_of(classes, role_name, at)
        other = self._ref(to, at, role.target)
        if not self._is_a(other, role.target):
            raise ScenarioError(f"{to.text!r} is no {self.ontology.classes[role.target].label}.", where=at)
        relation = role.relation
        values: dict[str, Value] = {}
        for name, text in said.values if said else ():
            if name not in relation.properties:
                do = suggestion(name, relation.properties)
                raise ScenarioError(f"the relation {role.label!r} has no property {name!r}.", where=at, do=do)
            values[name] = self._value(relation.properties[name], text, at)
        source, target = (other, ref) if role.inverse else (ref, other)
        record = f"{SOURCE}/added/{number + 1}-{part}"
        return Link(
            number, relation_id(relation.type, self._key(source), self._key(target), [record]), relation.name,
            source, target, record, said.valid_from if said else None, said.valid_to if said else None, values,
        )  # fmt: skip

    # Added things

    def _added_in(self, target: Target) -> list[New]:
        return [self.added[n.text] for n in named_in(target) if n.id is None and n.text in self.added]

    def _without_added(self, target: Target) -> Target:
        if not isinstance(target, Names):
            return target
        return Names(tuple(n for n in target.names if n.id is not None or n.text not in self.added))

    def _ref(self, named: Named, at: Where | None, to_class: str | None = None) -> Ref:
        if named.id is None and named.text in self.added:
            return self.added[named.text].id
        return self.find.one(named, at, to_class)

    def _classes(self, ref: Ref) -> tuple[str, ...]:
        if isinstance(ref, int):
            return self.snapshot.classes(ref)
        return (next(n.class_name for n in self.added.values() if n.id == ref),)

    def _is_a(self, ref: Ref, class_name: str) -> bool:
        return any(self.ontology.is_a(c, class_name) for c in self._classes(ref))

    def _key(self, ref: Ref) -> str:
        return self.snapshot.mention_key(ref) if isinstance(ref, int) else ref


def whole(amount: Decimal) -> int:
    """An amount as a whole number, rounded half-up."""
    return int(amount.to_integral_value(ROUND_HALF_UP))
