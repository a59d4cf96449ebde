"""What is at stake: amounts and dates of affected entities, where the ontology says which property holds them."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

import numpy as np

from graph_engine.snapshot import Block, Column
from ontology.model import ClassDef, Datatype, PropertyDef
from reasoning.flow import Float, Int32
from reasoning.network import Network
from reasoning.types import ClassTotal


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
        one = ClassTotal(
            name,
            definition.plural if definition is not None else name,
            count,
            MappingProxyType(amounts),
            without,
            day_after(today, float(known.min())) if len(known) else None,
        )
        totals[name] = _joined(totals[name], one) if name in totals else one
    return tuple(sorted(totals.values(), key=lambda t: (-t.count, t.class_name)))


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
    return ClassTotal(
        a.class_name, a.label, a.count + b.count, MappingProxyType(amounts), a.without_amount + b.without_amount, first
    )
