"""Heads and lines: a table of quantities and prices that belong to another's rows says what those are, whatever called.

An export of a till calls its sales receipts, a workshop's its orders jobs. Rows with a product, a quantity and a price
that belong to one row of another table are lines; what they belong to is an order, an invoice, a purchase.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ingest.onboarding.classes import ANSWERED, ClassProposal, class_forms, required
from ingest.onboarding.model import KeyProposal, Kind, Reference, Survey, TableProfile
from ingest.onboarding.names import is_number_of, words
from ontology.model import Ontology

_LINES = frozenset({"line", "item", "position", "detail"})
_MONEY = frozenset({"price", "total", "amount", "cost", "subtotal"})
_EXPLAINED = 0.35
"""Share of its columns that a class must explain to stand against what the lines say."""


def lines_of(ontology: Ontology) -> Mapping[str, str]:
    """Class of lines → class of what they belong to: ``OrderLine`` → ``Order``."""
    found = {}
    for name, definition in ontology.classes.items():
        said = words(definition.label)
        for relation in required(ontology).get(name, frozenset()):
            held = ontology.relations.get(relation)
            if held is None or "quantity" not in definition.properties or said[-1:] != ("line",):
                continue
            if words(ontology.classes[held.target].label) == said[:-1]:
                found[name] = held.target
    return found


def with_heads(
    found: dict[str, ClassProposal],
    survey: Survey,
    ontology: Ontology,
    fit: Callable[[TableProfile, str], float],
) -> dict[str, ClassProposal]:
    """The classes, with heads and lines where the tables show them and no name says better."""
    pairs = lines_of(ontology)
    heads = {head: line for line, head in pairs.items()}
    result = dict(found)
    for reference in survey.references:
        if not reference.is_key or len(reference.columns) != 1:
            continue
        line, head = survey.table(reference.table), survey.table(reference.to)
        if not (line.header and head.header) or not _is_line(line, reference, survey) or not _is_head(head):
            continue
        held = result[head.name]
        chosen = held.name if held.name in heads else None
        if chosen is None:
            if held.score >= 1.0 and held.reason == ANSWERED:
                continue
            if held.name is not None and _explains(head, held.name, ontology) and fit(head, held.name) >= _EXPLAINED:
                continue
            chosen = _head(head, line, heads, ontology)
            if chosen is None:
                continue
            others = [(n, 0.6) for n in (*heads, held.name) if n is not None and n != chosen]
            why = f"rows of {line.name}, with quantity and price, belong to it"
            result[head.name] = ClassProposal(head.name, chosen, 0.62, why, 0.85, tuple(others[:3]))
        if result[line.name].name not in pairs and result[line.name].reason != ANSWERED:
            why = f"its rows, with quantity and price, belong to one of {head.name} each"
            result[line.name] = replace(
                result[line.name], name=heads[chosen], score=0.75, reason=why, named=0.85, alternatives=()
            )
    return result


def as_lines(found: dict[str, ClassProposal], survey: Survey, ontology: Ontology) -> dict[str, ClassProposal]:
    """The classes, with lines for what is called like the whole (``budget.csv``) and says more than one thing of each.

    Its rows are told apart by several columns, and one of them leads to what only the lines of such a thing lead to.
    """
    labels = {words(d.label): n for n, d in ontology.classes.items()}
    result = dict(found)
    for table in survey.tables:
        held = found[table.name]
        key = survey.keys.get(table.name)
        line = labels.get((*words(ontology.classes[held.name].label), "line")) if held.name is not None else None
        if line is None or key is None or len(key.columns) < 2 or held.reason == ANSWERED:
            continue
        if _repeats(table, key, str(held.name), line, ontology):
            why = f"{held.reason}, but several rows have one number: each is one {ontology.classes[line].label}"
            result[table.name] = replace(held, name=line, score=0.8, reason=why, alternatives=((str(held.name), 0.78),))
            continue
        if required(ontology).get(line):
            continue
        ends = [
            found[r.to].name for r in survey.references if r.table == table.name and set(r.columns) < set(key.columns)
        ]
        for end in (e for e in ends if e is not None):
            if _leads(line, end, ontology) and not _leads(str(held.name), end, ontology):
                why = f"{held.reason}, and each row is about one {ontology.classes[end].label} of it"
                result[table.name] = replace(
                    held, name=line, score=0.8, reason=why, alternatives=((str(held.name), 0.78),)
                )
    return result


def _repeats(table: TableProfile, key: KeyProposal, head: str, line: str, ontology: Ontology) -> bool:
    """Whether a flat export has a row for each line: the head's own number comes again, and rows have a quantity."""
    forms = {f.words for f in class_forms(ontology)[head]}
    numbers = [c for c in key.columns if is_number_of(c, forms)]
    counted = "quantity" in ontology.classes[line].properties and _numeric(table, frozenset({"quantity"}))
    return bool(numbers) and counted and table.column(numbers[0]).distinct < 0.9 * table.rows


def _leads(start: str, end: str, ontology: Ontology) -> bool:
    roles = (r for r in ontology.roles(start).values() if not r.inverse)
    return any(r.target in ontology.classes and ontology.is_a(end, r.target) for r in roles)


def _explains(table: TableProfile, class_name: str, ontology: Ontology) -> bool:
    """Whether things of a class have money, where the table's rows do."""
    return not _numeric(table, _MONEY) or any(p.is_money for p in ontology.classes[class_name].properties.values())


def _numeric(table: TableProfile, said: frozenset[str]) -> bool:
    return any(c.kind in (Kind.INTEGER, Kind.DECIMAL) and set(words(c.name)) & said for c in table.columns)


def _is_line(table: TableProfile, reference: Reference, survey: Survey) -> bool:
    if not _numeric(table, frozenset({"quantity"})) or not _numeric(table, _MONEY):
        return False
    key = survey.keys.get(table.name)
    within = key is not None and len(key.columns) > 1 and reference.columns[0] in key.columns
    return within or bool(set(words(table.title)[-1:]) & _LINES)


def _is_head(table: TableProfile) -> bool:
    dated = any(c.kind in (Kind.DATE, Kind.DATETIME) for c in table.columns)
    return dated and not _numeric(table, frozenset({"quantity"}))


def _head(head: TableProfile, line: TableProfile, heads: Mapping[str, str], ontology: Ontology) -> str | None:
    """What is bought of a supplier, billed by an invoice's number, or else sold."""
    said = {w for t in (head, line) for c in t.columns if c.named for w in words(c.name)} | set(words(head.title))
    supplied = [n for n in heads if any(r.target == "Supplier" for r in ontology.roles(n).values() if not r.inverse)]
    if "supplier" in said and supplied:
        return supplied[0]
    named = [n for n in heads if set(words(n)) & said & {"invoice"}]
    return next(iter(named), "Order" if "Order" in heads else None)
