"""Replay an explanation from the records alone: every figure anew, cell by cell in exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from graph_engine.snapshot import Snapshot, days_of
from ontology.errors import BadQuestion
from ontology.model import PropertyDef, Role
from reasoning.measures.catalogue import Measures
from reasoning.measures.context import Context
from reasoning.measures.reading import CellReader, Reading, Term, cell_value
from reasoning.measures.types import Cell, CellValue, Operand, OperandKind, Options, Periods
from reasoning.network import Network
from reasoning.scenarios.answer import FORMAT, KIND, value_json
from reasoning.scenarios.attribution import split
from reasoning.scenarios.document import scenario_from
from reasoning.scenarios.edit import edited
from reasoning.scenarios.reread import Reread, Rows
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.types import Scenario

Json = Mapping[str, object]


@dataclass(slots=True)
class Verdict:
    """What replaying came to."""

    figures: int = 0
    """Figures computed anew."""
    values: int = 0
    """Values looked up in the graph."""
    records: int = 0
    """Rows found to stand behind them."""
    sums: int = 0
    """Sums found to add up."""
    reread: int = 0
    """Rows read again from the archive."""
    raw: int = 0
    """Values that an archived row gives, through its mapping, as the explanation has them."""
    failures: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything is as the explanation says."""
        return not self.failures

    def expect(self, holds: bool, what: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.failures.append(what)


class RecordSource:
    """Reads properties and relations of a snapshot, and computes every other cell from these."""

    def __init__(self, snapshot: Snapshot, measures: Measures, options: Options) -> None:
        self._snapshot = snapshot
        self._context = Context(snapshot, options, measures.periods)
        self._options = options
        self._reader = CellReader(measures)
        self._known: dict[Cell, Reading] = {}
        held = options.valid_at
        self._day = None if held == "any" else days_of(held or options.as_of)

    def read(self, cell: Cell) -> Reading:
        """A cell, computed from records; those below it first, so that depth is no matter."""
        stack = [cell]
        waiting: set[Cell] = set()
        while stack:
            here = stack[-1]
            if here in self._known:
                stack.pop()
                continue
            missing: list[Cell] = []
            found = self._reader.read(here, _Partly(self, missing))
            if not missing:
                self._known[here] = found
                stack.pop()
            elif here in waiting and all(m in waiting for m in missing):
                raise BadQuestion(f"{here.measure} leads back to itself.", do="Mend the circle in the data.")
            else:
                waiting.add(here)
                stack += missing
        return self._known[cell]

    def known(self, cell: Cell) -> Reading | None:
        """A cell that was computed already."""
        return self._known.get(cell)

    def entity_property(self, entity: str, definition: PropertyDef) -> CellValue:
        """A property of an entity."""
        at = self._snapshot.find(entity)
        if at is None:
            return CellValue()
        currency = self._snapshot.value(at, definition.currency) if definition.currency is not None else None
        held = self._snapshot.value(at, definition.name)
        return cell_value(definition, held, None if currency is None else str(currency))

    def relation_property(self, relation: str, name: str, definition: PropertyDef) -> CellValue:
        """A property of a relation."""
        edges = self._snapshot.relation(name)
        row = edges.ids.find(relation)
        if row is None:
            return CellValue()
        currency = edges.column(definition.currency).python(row) if definition.currency is not None else None
        held = edges.column(definition.name).python(row)
        return cell_value(definition, held, None if currency is None else str(currency))

    def measure(self, cell: Cell) -> CellValue:
        """Another cell."""
        return self.read(cell).value

    def terms(self, entity: str, role: Role) -> Sequence[Term]:
        """The relations of an entity that hold, in relation-id order."""
        at = self._snapshot.find(entity)
        edges = self._snapshot.relation(role.relation.name)
        if at is None or not edges.size:
            return ()
        far = edges.source if role.inverse else edges.target
        found = []
        for row in (edges.into if role.inverse else edges.out).of(at).tolist():
            if self._day is None or edges.valid_from[row] <= self._day < edges.valid_to[row]:
                found.append(Term(edges.id(row), self._snapshot.entity_id(int(far[row]))))
        return found

    def members(self, entity: str, class_name: str) -> Sequence[str]:
        """All things of a class."""
        del entity
        return [self._snapshot.entity_id(int(e)) for e in self._snapshot.members(class_name)]

    def rate(self, from_: int, to: int, day: date) -> Fraction | None:
        """An exchange rate."""
        return self._context.rates.rate(from_, to, days_of(day))

    def periods(self, axis: str) -> Periods:
        """A time axis."""
        return self._context.periods(axis)

    @property
    def today(self) -> date:
        """The day that the evaluation is for."""
        return self._options.as_of

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return self._context.zone


class _Partly(RecordSource):
    """The same, but cells that are not computed yet are noted instead."""

    def __init__(self, whole: RecordSource, missing: list[Cell]) -> None:
        self._snapshot, self._context, self._options = whole._snapshot, whole._context, whole._options
        self._day = whole._day
        self._whole, self._missing = whole, missing

    def measure(self, cell: Cell) -> CellValue:
        """Another cell, if it is known."""
        found = self._whole.known(cell)
        if found is None:
            self._missing.append(cell)
            return CellValue()
        return found.value


def version_of(content: object) -> int:
    """The graph version that an explanation rests on.

    Raises:
        BadQuestion: the content is no explanation of this format.
    """
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise BadQuestion(
            "This is no explanation.", do="`knockon whatif … --explain CELL --out ANSWER.json` writes one."
        )
    if content.get("format") != FORMAT or not isinstance(content.get("version"), int):
        raise BadQuestion(
            f"The explanation has format {content.get('format')!r}; this knockon replays format {FORMAT}.",
            do="Explain it again.",
        )
    version = content["version"]
    assert isinstance(version, int)
    return version


def verify(content: object, network: Network, measures: Measures, rows: Rows | None = None) -> Verdict:
    """Replay an explanation on the graph version that it names.

    Args:
        rows: reads archived rows through their mappings; None: values are compared with the graph only.

    Raises:
        BadQuestion: it is no explanation, or of another version or other measures.
    """
    version = version_of(content)
    assert isinstance(content, dict)
    if version != network.snapshot.version:
        raise BadQuestion(f"The explanation is of graph version {version}, not {network.snapshot.version}.")
    if content.get("measures") != measures.digest:
        raise BadQuestion("The measures are not those of the explanation.", do="Explain it again.")
    try:
        return _replay(content, network, measures, rows)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError, AssertionError) as problem:
        raise BadQuestion(
            f"The explanation was changed: part of it cannot be read ({type(problem).__name__}).",
            do="Explain it again.",
        ) from problem


def _replay(content: Json, network: Network, measures: Measures, rows: Rows | None) -> Verdict:
    verdict = Verdict()
    scenario = scenario_from(content["scenario"], "the explanation's scenario")  # type: ignore[arg-type]
    verdict.expect(scenario.id == content["scenario_id"], "The scenario is not the one that its id stands for.")
    before, after = _sources(content, scenario, network, measures)
    reader = CellReader(measures)
    delta = None if content["delta"] is None else Fraction(str(content["delta"]))
    steps = {_cell(s): s for s in _dicts(content["steps"])}
    target = _cell(_dict(content["target"]))
    verdict.expect(target in steps, "The figure itself is not among the steps.")
    reread = None if rows is None else Reread(network.snapshot, network.ontology, rows)
    for cell, step in steps.items():
        _check_step(verdict, cell, step, before, after, reader, network, reread)
    if reread is not None:
        verdict.failures += reread.failures()
        verdict.reread, verdict.raw = reread.rows, reread.values
    _check_sums(verdict, content, delta, steps, target)
    return verdict


def _sources(
    content: Json, scenario: Scenario, network: Network, measures: Measures
) -> tuple[RecordSource, RecordSource]:
    as_of = date.fromisoformat(str(content["as_of"]))
    held = scenario.valid_at
    valid_at: date | Literal["any"] | None = (
        None if held is None else "any" if held == "any" else date.fromisoformat(held)
    )
    options = Options(as_of, valid_at, zone=str(content["zone"]))
    plan = resolve(network, scenario, today=as_of)
    edits = edited(plan, network.ontology).snapshot
    return RecordSource(network.snapshot, measures, options), RecordSource(edits, measures, options)


def _check_step(
    verdict: Verdict, cell: Cell, step: Json, before: RecordSource, after: RecordSource, reader: CellReader,
    network: Network, reread: Reread | None,
) -> None:  # fmt: skip
    title = str(step["title"])
    was, now = before.read(cell), after.read(cell)
    for when, stated, found in (("before", step["before"], was.value), ("after", step["after"], now.value)):
        verdict.figures += 1
        verdict.expect(stated == value_json(found), f"{title}: {when} it is {value_json(found)}, not {stated}.")
    made = split(reader, before, after, cell)
    shares = made.division.shares
    stated_arguments = {_operand(a): a for a in _dicts(step["arguments"])}
    verdict.expect(set(stated_arguments) == set(made.operands), f"{title}: its formula reads other arguments.")
    for operand, (a, b) in made.operands.items():
        said = stated_arguments.get(operand)
        if said is None:
            continue
        verdict.values += 1
        held = (said["before"], said["after"])
        verdict.expect(held == (value_json(a), value_json(b)), f"{title}: {said['label']} is another value.")
        share = None if said["share"] is None else Fraction(str(said["share"]))
        if step["method"] == made.division.method and made.division.method != "sampled":
            verdict.expect(share == shares.get(operand), f"{title}: the share of {said['label']} is another.")
        if reread is not None and a is not None:
            reread.want(operand, str(said["label"]), a, [str(r["id"]) for r in _dicts(said["records"])])
        for record in _dicts(said["records"]):
            verdict.records += 1
            verdict.expect(
                _stands_behind(network, operand, str(record["id"])), f"{record['id']}: no row of {said['label']}."
            )


def _check_sums(
    verdict: Verdict, content: Json, delta: Fraction | None, steps: Mapping[Cell, Json], target: Cell
) -> None:
    def add(numbers: Iterator[object], wanted: Fraction, what: str) -> None:
        verdict.sums += 1
        verdict.expect(sum((Fraction(str(n)) for n in numbers), Fraction(0)) == wanted, what)

    inflow: dict[Cell, Fraction] = {}
    for cell, step in steps.items():
        arguments = _dicts(step["arguments"])
        before, after = _number(step["before"]), _number(step["after"])
        if step["method"] != "none" and before is not None and after is not None:
            shares = (a["share"] for a in arguments if a["share"] is not None)
            add(shares, after - before, f"{step['title']}: the shares do not add up to the difference.")
        for argument in arguments:
            if argument["kind"] == OperandKind.MEASURE.value and argument["flow"] is not None:
                below = Cell(str(argument["name"]), str(argument["owner"]), _period(argument["period"]))
                inflow[below] = inflow.get(below, Fraction(0)) + Fraction(str(argument["flow"]))
        flowing = [a["flow"] for a in arguments if a["flow"] is not None]
        if flowing and delta is not None:
            wanted = delta if cell == target else inflow.get(cell, Fraction(0))
            add(iter(flowing), wanted, f"{step['title']}: what flows in is not what flows on.")
    if delta is None:
        return
    stated = _number(content["before"]), _number(content["after"])
    verdict.expect(None not in stated and stated[1] - stated[0] == delta, "The difference is another.")  # type: ignore[operator]
    if content["complete"]:
        add((i["flow"] for i in _dicts(content["inputs"])), delta, "The inputs do not add up to the difference.")
        routes = [r["flow"] for r in _dicts(content["routes"])]
        add(iter([*routes, content["rest"]]), delta, "The ways do not add up to the difference.")
    if content["interventions_method"] != "none":
        parts = (p["share"] for p in _dicts(content["interventions"]))
        add(parts, delta, "The interventions do not add up to the difference.")


def _stands_behind(network: Network, operand: Operand, record: str) -> bool:
    """Whether a row describes the operand's thing, or supports its relation."""
    snapshot = network.snapshot
    code = snapshot.record_code(record)
    if code is None:
        return record.startswith("scenario/")
    at = snapshot.find(operand.owner)
    if at is not None:
        winners = snapshot.winners(at).get(operand.name)
        return code in (winners or snapshot.records(at).tolist())
    located = snapshot.locate(operand.owner)
    return located is None or code in snapshot.relation(located[0]).records(located[1]).tolist()


def _cell(said: Json) -> Cell:
    return Cell(str(said["measure"]), str(said["entity"]), _period(said["period"]))


def _operand(said: Json) -> Operand:
    return Operand(OperandKind(str(said["kind"])), str(said["owner"]), str(said["name"]), _period(said["period"]))


def _period(said: object) -> int | None:
    return None if said is None else int(str(said))


def _dict(said: object) -> Json:
    assert isinstance(said, dict)
    return said


def _dicts(said: object) -> list[Json]:
    assert isinstance(said, list)
    return [_dict(s) for s in said]


def _number(said: object) -> Fraction | None:
    found = _dict(said)
    if "number" in found:
        return Fraction(str(found["number"]))
    if "float" in found:
        return Fraction(float.fromhex(str(found["float"])))
    if "flag" in found:
        return Fraction(int(bool(found["flag"])))
    if "date" in found:
        return Fraction(days_of(date.fromisoformat(str(found["date"]))))
    return None
