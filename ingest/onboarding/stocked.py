"""Lists of goods with how much there is of each: every row is a product, and a stock of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ingest.onboarding.classes import ANSWERED, ClassProposal
from ingest.onboarding.columns import SURE, PropertyProposal, Value, assign, misfit, name_fit, value_of
from ingest.onboarding.further import Further
from ingest.onboarding.model import Kind, Survey, TableProfile
from ingest.onboarding.names import words
from ingest.onboarding.proposed import TableProposal
from ingest.onboarding.roles import RelationProposal
from ontology.model import Ontology

_GOODS, _STOCK = "Product", "Stock"


def goods(
    found: Mapping[str, ClassProposal], survey: Survey, ontology: Ontology, fit: Callable[[TableProfile, str], float]
) -> dict[str, ClassProposal]:
    """The classes, with a stock list that names each product, and that no table of products explains, as products."""
    result = dict(found)
    if not {_GOODS, _STOCK} <= set(ontology.classes):
        return result
    for table in survey.tables:
        held, key = result[table.name], survey.keys.get(table.name)
        if held.name != _STOCK or held.reason == ANSWERED or key is None or len(key.columns) != 1 or not table.header:
            continue
        leads = {found[r.to].name for r in survey.references if r.table == table.name and r.to in found}
        if _GOODS in leads or not _names_things(table) or fit(table, _GOODS) <= fit(table, _STOCK):
            continue
        reason = f"{held.reason}; but each row names a product, and says how much there is of it"
        result[table.name] = replace(held, name=_GOODS, reason=reason)
    return result


def _names_things(table: TableProfile) -> bool:
    """Whether a column of different texts is called like a product or its name."""
    return any(
        c.named
        and c.kind is Kind.TEXT
        and c.share > 0.9
        and c.mean_length >= 4
        and set(words(c.name)) & {"name", "description", "item", "product", "title"}
        and not set(words(c.name)) & {"code", "number", "id", "sku"}
        for c in table.columns
    )


def with_stock(t: TableProposal, ontology: Ontology) -> TableProposal:
    """With the stock of each product, where a column of its row says how much there is."""
    if t.class_.name != _GOODS or t.left_out or t.known is not None or t.key is None or t.link is not None:
        return t
    if not t.table.header or t.same_as or "product" not in ontology.roles(_STOCK):
        return t
    definition = ontology.classes[_STOCK]
    quantity = definition.properties["quantity"]
    best = max(
        (
            (name_fit(c.name, quantity, definition)[0], -c.position, c)
            for c in t.table.columns
            if c.named and c.name not in t.used and not misfit(c, quantity) and _says_stock(c.name)
        ),
        default=None,
    )
    if best is None or best[0] < SURE:
        return t
    column = best[2]
    others = assign(t.table, definition, frozenset(t.used | {column.name}))
    own = [p for p in others.properties if p.name in ("shelf", "bin", "counted_on", "reserved_quantity")]
    held = PropertyProposal("quantity", column.name, value_of(column, quantity), best[0], f"{column.name}: how much")
    reason = f"{column.name} says how much there is of each"
    thing = Further(
        "stock",
        _STOCK,
        tuple(Value(c) for c in t.key.columns),
        (held, *own),
        (RelationProposal("product", "#", (), best[0], reason),),
        reason,
    )
    moved = {p.column for p in thing.properties}
    return replace(t, further=(*t.further, thing), unsure=tuple(u for u in t.unsure if u.column not in moved))


def _says_stock(name: str) -> bool:
    """A bare quantity in a list of products may be that of a package."""
    said = set(words(name))
    return bool(said & {"stock", "hand", "inventory", "available"}) and not said & {"safety", "minimum", "maximum"}
