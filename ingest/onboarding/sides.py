"""Bought or sold: the same words name both (delivery, invoice, offer); what a table leads to decides, or a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.onboarding.classes import ANSWERED, ClassProposal
from ingest.onboarding.model import Reference, Survey, TableProfile
from ingest.onboarding.names import words
from ontology.model import Ontology

_BOUGHT = {"Shipment": "Receipt", "Invoice": "Bill", "Quote": "Offer", "Order": "PurchaseOrder"}
"""A class of what is sold → the one of what is bought."""
_SOLD = {bought: sold for sold, bought in _BOUGHT.items()}
_BUYING = frozenset({"Supplier", "PurchaseOrder", "PurchaseOrderLine"})
_SELLING = frozenset({"Customer", "Order", "OrderLine"})
_EITHER = frozenset({"Shipment"})
"""Classes whose usual names say nothing of the side: a delivery comes in or goes out."""
_OPEN = 0.85
"""Score of a class of which is asked: below that of one that stands."""


def on_side(found: Mapping[str, ClassProposal], survey: Survey, ontology: Ontology) -> dict[str, ClassProposal]:
    """The classes, on the side that references and headings speak for; asked about where none does, or both do."""
    result = dict(found)
    for table in survey.tables:
        held = result[table.name]
        other = _BOUGHT.get(held.name or "") or _SOLD.get(held.name or "")
        if held.name is None or other is None or other not in ontology.classes or held.reason == ANSWERED:
            continue
        bought, sold = _evidence(table, survey.references, found, ontology)
        mine, theirs = (bought, sold) if held.name in _SOLD else (sold, bought)
        if theirs and not mine:
            result[table.name] = replace(held, name=other, reason=f"{held.reason}; but {theirs}")
        elif table.header and ((mine and theirs) or (not mine and not theirs and held.name in _EITHER)):
            rest = tuple(a for a in held.alternatives if a[0] not in (other, held.name))
            score = min(held.score, _OPEN)
            result[table.name] = replace(held, score=score, alternatives=((other, round(score, 2)), *rest))
    return result


def _evidence(
    table: TableProfile, references: Sequence[Reference], found: Mapping[str, ClassProposal], ontology: Ontology
) -> tuple[str, str]:
    """Why it is bought, why it is sold; empty where nothing says so."""
    bought = sold = ""
    for r in references:
        end = found[r.to].name if r.table == table.name and r.to in found and r.to != table.name else None
        if end in _BUYING:
            bought = bought or f"its rows lead to {ontology.classes[end].plural}"
        elif end in _SELLING:
            sold = sold or f"its rows lead to {ontology.classes[end].plural}"
    for column in table.columns:
        if not column.named or not column.filled:
            continue
        said = words(column.name)
        if said[:1] == ("supplier",) or said[:2] == ("purchase", "order") or said == ("po",):
            bought = bought or f"{column.name!r} names who delivers"
        elif said[:1] == ("customer",) or "client" in said[:1]:
            sold = sold or f"{column.name!r} names who buys"
    return bought, sold
