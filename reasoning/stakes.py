"""What is at stake: amounts and dates of affected entities, where the ontology says which property holds them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from types import MappingProxyType

import numpy as np

from graph_engine.snapshot import Block, Column
from ontology.model import ClassDef, Datatype, Direction, PropertyDef, RelationDef
from reasoning.flow import Float, Int32
from reasoning.network import Gaps, Network
from reasoning.results import ClassTotal

_EPOCH = date(1970, 1, 1).toordinal()
_MICROSECONDS = 86_400_000_000
_UNDATED = 1e8
"""Later than any date, in days."""


def amount_of(network: Network, entity: int) -> tuple[Decimal | None, str | None]:
    """The money at stake and its currency."""
    definition, prop = _amount(network, network.snapshot.block_of(entity))
    if definition is None or prop is None:
        return None, None
    value = network.snapshot.value(entity, prop.name)
    if value is None or isinstance(value, tuple | str | date):
        return None, None
    currency = network.snapshot.value(entity, prop.currency) if prop.currency else None
    amount = Decimal(int(value)).scaleb(-prop.scale) if prop.datatype is Datatype.DECIMAL else Decimal(str(value))
    return amount, currency if isinstance(currency, str) else None


def when_of(network: Network, entity: int) -> date | None:
    """When it matters, by the ontology."""
    for name in network.snapshot.classes(entity):
        definition = network.ontology.classes.get(name)
        if definition is not None and definition.when is not None:
            value = network.snapshot.value(entity, definition.when)
            if isinstance(value, datetime):
                return value.date()
            if isinstance(value, date):
                return value
    return None


def day_after(today: date, days: float) -> date | None:
    """The date some days later (fractions of a day round down); None past the end of the calendar."""
    if math.isnan(days) or days > (date.max - today).days:
        return None
    return today + timedelta(days=math.floor(days))


def class_totals(network: Network, entities: Int32, earliest: Float, today: date) -> tuple[ClassTotal, ...]:
    """Count, money by currency and first date of each class among entities, most numerous first."""
    totals: dict[str, ClassTotal] = {}
    numbers = network.snapshot.block_numbers(entities)
    for block in network.snapshot.blocks:
        chosen = numbers == block.number
        count = int(chosen.sum())
        if count == 0:
            continue
        name = block.classes[0]
        definition = network.ontology.classes.get(name)
        days = earliest[chosen]
        known = days[~np.isnan(days)]
        amounts, without = _sums(network, block, entities[chosen] - block.start)
        when = network.dates(block.number, partial(_dates, network, block))
        dated = when[entities[chosen] - block.start]
        past = entities[chosen][dated < _felt(days, today)]
        one = ClassTotal(
            name,
            definition.plural if definition is not None else name,
            count,
            MappingProxyType(amounts),
            without,
            day_after(today, float(known.min())) if len(known) else None,
            len(past),
            MappingProxyType(_sums(network, block, past - block.start)[0]),
        )
        totals[name] = _joined(totals[name], one) if name in totals else one
    return tuple(sorted(totals.values(), key=lambda t: (-t.count, t.class_name)))


def urgency(network: Network, entities: Int32, earliest: Float, today: date) -> Float:
    """How things rank in time: still ahead, soonest first; then what has no date; then done before, latest first."""
    found: Float = np.full(len(entities), _UNDATED)
    numbers = network.snapshot.block_numbers(entities)
    for number in np.unique(numbers).tolist():
        block, chosen = network.snapshot.blocks[number], numbers == number
        dated = network.dates(number, partial(_dates, network, block))[entities[chosen] - block.start]
        past = dated < _felt(earliest[chosen], today)
        found[chosen] = np.where(past, 2 * _UNDATED - dated, np.minimum(dated, _UNDATED))
    return found


def _felt(days: Float, today: date) -> Float:
    """Days since 1970 of when it is first felt; today where that is not known."""
    return today.toordinal() - _EPOCH + np.floor(np.where(np.isnan(days), 0.0, days))


def unknown_lags(network: Network, entities: Int32, names: Iterable[str]) -> tuple[str, ...]:
    """What was read as no delay because nobody says how long it takes: a sentence for each class and property.

    Args:
        entities: what the answer rests on.
        names: the relations that were followed.
    """
    found: dict[tuple[str, str], str] = {}
    for name in names:
        relation = network.ontology.relations.get(name)
        if relation is None or relation.impact is None or relation.impact.lag_node_property is None:
            continue
        owner = relation.target if relation.impact.direction is Direction.AGAINST else relation.source
        prop = network.ontology.classes[owner].properties[relation.impact.lag_node_property]
        missing, ends = network.gaps(name, partial(_without, network, relation, owner, prop.name))
        hit = np.intersect1d(missing, entities)
        # Where hardly any has it (days to make, of parts that are bought) its absence is no gap.
        if len(hit) and 2 * len(missing) < ends:
            label = network.ontology.classes[owner].plural if len(hit) > 1 else network.ontology.classes[owner].label
            found[owner, prop.name] = (
                f"{len(hit):,} {label} without {prop.label} (first: {network.snapshot.title(int(hit[0]))}): "
                f"read as {relation.impact.lag:g} days, so dates may be too early. `knockon assume` fills the gap."
            )
    return tuple(found[key] for key in sorted(found))


def _without(network: Network, relation: RelationDef, owner: str, name: str) -> Gaps:
    """The entities at the failing end of a relation that lack a property, and how many stand there."""
    edges = network.snapshot.relation(relation.name)
    against = relation.impact is not None and relation.impact.direction is Direction.AGAINST
    ends = np.unique(edges.target if against else edges.source)
    lacking = network.snapshot.members(owner)[network.snapshot.column(owner, name).null]
    return np.intersect1d(lacking, ends), len(ends)


def _dates(network: Network, block: Block) -> Float:
    """Days since 1970 of when each entity of a block matters, its whole's where it has none; infinite where unknown."""
    found = _own_dates(network, block)
    for name in block.classes:
        definition = network.ontology.classes.get(name)
        if definition is None or definition.when_of is None or not np.isinf(found).any():
            continue
        relation = network.ontology.roles(name)[definition.when_of].relation
        edges = network.snapshot.relation(relation.name)
        inside = (edges.source >= block.start) & (edges.source < block.stop)
        parts, wholes = edges.source[inside] - block.start, edges.target[inside]
        numbers = network.snapshot.block_numbers(wholes)
        dated = np.full(len(wholes), np.inf)
        for other in network.snapshot.blocks:
            mine = numbers == other.number
            if mine.any():
                dated[mine] = _own_dates(network, other)[wholes[mine] - other.start]
        lacking = np.isinf(found[parts])
        found[parts[lacking]] = dated[lacking]
        break
    return found


def _own_dates(network: Network, block: Block) -> Float:
    found: Float = np.full(block.stop - block.start, np.inf)
    for name in block.classes:
        definition = network.ontology.classes.get(name)
        if definition is None or definition.when is None:
            continue
        column = network.snapshot.block_column(block, definition.when)
        if column is not None and column.offsets is None:
            days = column.values if column.datatype is Datatype.DATE else column.values // _MICROSECONDS
            found[~column.null] = days[~column.null]
        break
    return found


def _sums(network: Network, block: Block, rows: Int32) -> tuple[dict[str, Decimal], int]:
    _, prop = _amount(network, block)
    if prop is None:
        return {}, 0
    column = network.snapshot.block_column(block, prop.name)
    if column is None:
        return {}, len(rows)
    given = rows[~column.null[rows]]
    currency = network.snapshot.block_column(block, prop.currency) if prop.currency else None
    sums: dict[str, Decimal] = {}
    if currency is None:
        groups = [("", given)] if len(given) else []
    else:
        codes = np.where(currency.null[given], -1, currency.values[given])
        groups = [(_text(currency, code), given[codes == code]) for code in np.unique(codes).tolist()]
    for text, members in groups:
        sums[text] = sums.get(text, Decimal(0)) + _exact_sum(column, members, prop)
    return sums, len(rows) - len(given)


def _exact_sum(column: Column, rows: Int32, prop: PropertyDef) -> Decimal:
    values = column.values[rows]
    if prop.datatype is Datatype.FLOAT:
        return Decimal(str(math.fsum(values.tolist())))
    # Past 2**62 in the worst case the sum is taken in Python's integers, which cannot overflow.
    safe = len(values) == 0 or int(np.abs(values).max()) * len(values) < 2**62
    total = int(values.sum()) if safe else sum(values.tolist())
    return Decimal(total).scaleb(-prop.scale)


def _amount(network: Network, block: Block) -> tuple[ClassDef | None, PropertyDef | None]:
    for name in block.classes:
        definition = network.ontology.classes.get(name)
        if definition is not None and definition.amount is not None:
            return definition, definition.properties[definition.amount]
    return None, None


def _text(column: Column, code: int) -> str:
    text: str = column.dictionary[code] if code >= 0 and column.dictionary is not None else ""
    return text


def _joined(a: ClassTotal, b: ClassTotal) -> ClassTotal:
    amounts = dict(a.amounts)
    for currency, amount in b.amounts.items():
        amounts[currency] = amounts.get(currency, Decimal(0)) + amount
    first = min((d for d in (a.first_on, b.first_on) if d is not None), default=None)
    past = dict(a.past_amounts)
    for currency, amount in b.past_amounts.items():
        past[currency] = past.get(currency, Decimal(0)) + amount
    return ClassTotal(
        a.class_name, a.label, a.count + b.count, MappingProxyType(amounts), a.without_amount + b.without_amount, first,
        a.past + b.past, MappingProxyType(past),
    )  # fmt: skip
