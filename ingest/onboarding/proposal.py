"""From a survey to a proposed mapping: classes, properties, relations, modes; what is not sure becomes a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from ingest.onboarding.called import with_second_keys
from ingest.onboarding.classes import ANSWERED, SURE, ClassProposal, lookup_class, propose_class
from ingest.onboarding.columns import assign
from ingest.onboarding.completion import complete, consistent
from ingest.onboarding.contracts import column_rules
from ingest.onboarding.currencies import with_currencies
from ingest.onboarding.discover import Found
from ingest.onboarding.embedded import with_embedded
from ingest.onboarding.identifying import linked_by_value
from ingest.onboarding.known import Known, known_table
from ingest.onboarding.mailed import linked_by_email
from ingest.onboarding.model import ColumnProfile, KeyProposal, Reference, Survey, TableProfile
from ingest.onboarding.pairs import as_lines, with_heads
from ingest.onboarding.papers import paper_tables
from ingest.onboarding.proposed import Answers, Proposal
from ingest.onboarding.questions import questions_for, settled
from ingest.onboarding.references import POSSIBLE
from ingest.onboarding.roles import fitting_roles, role_likeness
from ingest.onboarding.shapes import proposed_shapes
from ingest.onboarding.sides import on_side
from ingest.onboarding.stocked import goods, with_stock
from ingest.onboarding.store import Store
from ingest.onboarding.tables import propose_table
from ontology.model import Ontology


def propose(survey: Survey, ontology: Ontology, store: Store, answers: Answers = MappingProxyType({})) -> Proposal:
    """The mapping that the survey suggests, under the answers given so far."""
    survey = settled(survey, answers)
    known_tables = {t.name: k for t in survey.tables if (k := known_table(t, ontology)) is not None}
    survey = _with_keys(survey, known_tables)
    classes = _classes(survey, ontology, answers)
    for name, of_system in known_tables.items():
        why = f"an export of {of_system.template.title}"
        classes[name] = ClassProposal(name, of_system.template.class_name, 0.95, why, 1.0)
    known = {name: c.name for name, c in classes.items() if c.name is not None}
    survey = replace(survey, references=(*survey.references, *_by_role(survey, known, ontology)))
    tables = [propose_table(t, survey, classes[t.name], known, ontology, answers) for t in survey.tables]
    tables = [replace(t, known=known_tables.get(t.table.name)) for t in tables]
    tables = [replace(t, left_out="", known=_placed(t.known, known_tables)) if t.known else t for t in tables]
    tables = linked_by_email(linked_by_value(consistent(tables), ontology, store), ontology, store)
    tables = [with_stock(t, ontology) for t in with_embedded(tables, ontology, store)]
    tables = [t if t.known else complete(t, ontology) for t in tables]
    tables = with_second_keys(consistent(tables))
    money = with_currencies(tables, ontology, answers)
    tables, currency = list(money.tables), money.project
    asked, rest = questions_for(survey, tables, ontology, answers, currency, money.questions)
    if currency is None:
        currency = next((q.default for q in (*asked, *rest) if q.id == "currency"), None)
    tables = [replace(t, rules=column_rules(t, store)) for t in tables]
    shapes, count = proposed_shapes(tables, ontology, store)
    return Proposal(
        survey,
        tuple(tables),
        asked,
        rest,
        currency,
        answers.get("timezone"),
        survey.findings,
        shapes,
        count,
        paper_tables([Found(survey.folder / p, p) for p in survey.papers], ontology),
        MappingProxyType(dict(money.sources)),
    )


def asked_about(proposal: Proposal) -> frozenset[str]:
    """Tables whose key, or whose being in the mapping at all, is asked about: no choice was taken of it."""
    return frozenset(q.id.split(":", 1)[1] for q in proposal.questions if q.id.startswith(("key:", "class:")))


def _placed(known: Known, others: Mapping[str, Known]) -> Known:
    """With ``@name`` or ``@name#thing`` as the table here that follows that template; without it where none does."""
    relations = known.body.get("relations")
    if not isinstance(relations, Mapping):
        return known
    by_name = {k.template.name: n for n, k in others.items() if k.template.system == known.template.system}
    kept = {}
    for role, relation in relations.items():
        to = str(relation["to"])
        other, mark, thing = to.removeprefix("@").partition("#")
        if to.startswith("@") and other not in by_name:
            continue
        kept[role] = {**relation, "to": f"{by_name[other]}{mark}{thing}"} if to.startswith("@") else relation
    return Known(known.template, {**known.body, "relations": kept})


def _with_keys(survey: Survey, known: Mapping[str, Known]) -> Survey:
    """With the keys that templates name."""
    keys = dict(survey.keys)
    for name, found in known.items():
        names = {c.name.lower(): c.name for c in survey.table(name).columns}
        columns = tuple(names[k.lower()] for k in found.template.key)
        keys[name] = KeyProposal(name, columns, 0.95, f"as {found.template.title} documents it")
    return replace(survey, keys=MappingProxyType(keys))


def _classes(survey: Survey, ontology: Ontology, answers: Answers) -> dict[str, ClassProposal]:
    """Classes of all tables; each helps to find the others'."""
    held: dict[tuple[str, str], float] = {}

    def fit(table: TableProfile, name: str) -> float:
        """The share of a table's columns that a class explains; reckoned for classes that are in question only."""
        if (table.name, name) not in held:
            share = assign(table, ontology.classes[name], frozenset()).share if table.header else 0.0
            held[table.name, name] = share
        return held[table.name, name]

    found: dict[str, ClassProposal] = {}
    for _ in range(2):
        known = {name: c.name for name, c in found.items() if c.name is not None}
        led = (*survey.references, *_by_role(survey, known, ontology))
        found = {t.name: propose_class(t, led, known, ontology, partial(fit, t)) for t in survey.tables}
        found = on_side(with_heads(found, survey, ontology, fit), survey, ontology)
        found = goods(found, survey, ontology, fit)
    found = with_heads(_settled(found, survey, ontology, answers), survey, ontology, fit)
    known = {name: c.name for name, c in found.items() if c.name is not None}
    for table in survey.tables:
        if found[table.name].named < _NAMED and found[table.name].reason != ANSWERED:
            again = propose_class(table, survey.references, known, ontology, partial(fit, table))
            found[table.name] = again if again.name is not None else found[table.name]
    return as_lines(goods(on_side(found, survey, ontology), survey, ontology, fit), survey, ontology)


_NAMED = 0.8
"""How much a table's name must say for its class to stand, whatever is found out of the tables around it."""


def _settled(
    found: dict[str, ClassProposal], survey: Survey, ontology: Ontology, answers: Answers
) -> dict[str, ClassProposal]:
    """With what is no class by its name: general ones, answers, and lists of codes."""
    for table in survey.tables:
        below = _kinds_of(table, survey, found, ontology)
        if found[table.name].name is None and below is not None:
            found[table.name] = replace(
                found[table.name],
                name=below,
                score=0.7,
                reason=f"its rows are what others are: each a {below}",
                named=0.8,
            )
        answer = answers.get(f"class:{table.name}")
        if answer is not None:
            given = answer if answer in ontology.classes else None
            found[table.name] = replace(found[table.name], name=given, score=1.0, reason=ANSWERED)
        elif (
            found[table.name].name is None
            and table.parent is None
            and lookup_class(table, survey.keys.get(table.name))
            and (not table.header or _is_led_to(table, survey))
        ):
            found[table.name] = replace(
                found[table.name], name="Category", score=SURE, reason="a short list of codes and names"
            )
    return found


def _is_led_to(table: TableProfile, survey: Survey) -> bool:
    """Whether others refer to a table, or may: a list that nothing refers to sorts nothing."""
    may = [r for r in survey.undecided if r.score >= POSSIBLE]
    return any(r.to == table.name for r in (*survey.references, *may))


def _kinds_of(
    table: TableProfile, survey: Survey, found: Mapping[str, ClassProposal], ontology: Ontology
) -> str | None:
    """The general class of a table whose keys two tables or more hand down (a business entity: person or company)."""
    below = []
    for r in survey.references:
        key = survey.keys.get(r.table)
        name = found[r.table].name if r.to == table.name and key is not None and key.columns == r.columns else None
        if name is not None:
            below.append(name)
    roots = {ontology.classes[n].ancestors[-1] for n in below if ontology.classes[n].ancestors}
    return next(iter(roots)) if len(below) >= 2 and len(roots) == 1 else None


def _by_role(survey: Survey, known: Mapping[str, str], ontology: Ontology) -> list[Reference]:
    """Possible references that the ontology speaks for: the column is called like a role that leads to such things."""
    found = []
    taken = {(r.table, r.columns) for r in survey.references}
    for reference in survey.undecided:
        start, end = known.get(reference.table), known.get(reference.to)
        if start is None or end is None or (reference.table, reference.columns) in taken:
            continue
        column = survey.table(reference.table).column(reference.columns[0])
        if not column.named:
            continue
        best = max((role_likeness(column.name, r) for r in fitting_roles(ontology, start, end)), default=0.0)
        rivals = [
            r
            for r in survey.undecided
            if (r.table, r.columns) == (reference.table, reference.columns) and r.to != reference.to
        ]
        if best >= 0.9 and not any(_role_fit(r, known, ontology, column) >= 0.9 for r in rivals):
            taken.add((reference.table, reference.columns))
            found.append(
                replace(reference, score=0.65, reason=f"called like a relation to a {end}; {reference.reason}")
            )
    return found


def _role_fit(reference: Reference, known: Mapping[str, str], ontology: Ontology, column: ColumnProfile) -> float:
    start, end = known.get(reference.table), known.get(reference.to)
    if start is None or end is None:
        return 0.0
    return max((role_likeness(column.name, r) for r in fitting_roles(ontology, start, end)), default=0.0)
