"""From a survey to a proposed mapping: classes, properties, relations, modes; what is not sure becomes a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType

from ingest.onboarding.classes import SURE, ClassProposal, lookup_class, propose_class, required
from ingest.onboarding.columns import Assignment, PropertyProposal, Value, assign, key_property
from ingest.onboarding.further import Further, addresses, by_name
from ingest.onboarding.inclusion import ValueSets, contained, may_refer
from ingest.onboarding.known import Known, known_table
from ingest.onboarding.model import ColumnProfile, Finding, KeyProposal, Kind, Reference, Survey, TableProfile
from ingest.onboarding.names import words
from ingest.onboarding.roles import (
    LinkProposal,
    RelationProposal,
    as_link,
    fitting_roles,
    is_mere_link,
    key_values,
    name_references,
    role_likeness,
)
from ingest.onboarding.store import Store
from ontology.model import Ontology

Answers = Mapping[str, str]
"""Question id → the option chosen."""


@dataclass(frozen=True, slots=True)
class TableProposal:
    """What a table's rows are taken to be."""

    table: TableProfile
    key: KeyProposal | None
    class_: ClassProposal
    link: LinkProposal | None = None
    properties: tuple[PropertyProposal, ...] = ()
    unsure: tuple[PropertyProposal, ...] = ()
    relations: tuple[RelationProposal, ...] = ()
    same_as: tuple[RelationProposal, ...] = ()
    further: tuple[Further, ...] = ()
    unnamed: tuple[Reference, ...] = ()
    """References that the ontology has no relation for."""
    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    mode: str = "full"
    mode_reason: str = ""
    known: Known | None = None
    """The template that it follows, in place of all that stands above."""
    left_out: str = ""
    """Why the table is not in the mapping; empty: it is."""

    @property
    def used(self) -> frozenset[str]:
        """Columns that the mapping reads."""
        found = {p.column for p in self.properties} | {
            v.column for r in (*self.relations, *self.same_as) for v in r.key if v.column
        }
        found |= {r.by[2].column for r in self.relations if r.by is not None and r.by[2].column}
        found |= {p.column for f in self.further for p in f.properties}
        if self.key is not None:
            found |= set(self.key.columns)
        if self.link is not None:
            found |= {
                *self.link.start_key,
                *self.link.end_key,
                *(v.column for _, v in self.link.properties if v.column),
            }
            found |= {v.column for v in (self.link.valid_from, self.link.valid_to) if v is not None and v.column}
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that can be chosen."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only a person can know."""

    id: str
    text: str
    options: tuple[Option, ...]
    default: str
    why: str
    """What hangs on it."""
    examples: tuple[str, ...] = ()
    weight: float = 0.0
    """How much hangs on it: rows, and what leads there."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping as it would be written, and what to ask first."""

    survey: Survey
    tables: tuple[TableProposal, ...]
    questions: tuple[Question, ...]
    unasked: tuple[Question, ...]
    """Doubts past the tenth, taken at their default."""
    currency: str | None
    timezone: str | None
    findings: tuple[Finding, ...] = ()

    def mapped(self) -> tuple[TableProposal, ...]:
        """Tables that are in the mapping."""
        return tuple(t for t in self.tables if not t.left_out)


def propose(survey: Survey, ontology: Ontology, store: Store, answers: Answers = MappingProxyType({})) -> Proposal:
    """The mapping that the survey suggests, under the answers given so far."""
    from ingest.onboarding.questions import questions_for, settled

    survey = settled(survey, answers)
    known_tables = {t.name: k for t in survey.tables if (k := known_table(t, ontology)) is not None}
    survey = _with_keys(survey, known_tables)
    classes = _classes(survey, ontology, answers)
    for name, of_system in known_tables.items():
        why = f"an export of {of_system.template.title}"
        classes[name] = ClassProposal(name, of_system.template.class_name, 0.95, why, 1.0)
    known = {name: c.name for name, c in classes.items() if c.name is not None}
    survey = replace(survey, references=(*survey.references, *_by_role(survey, known, ontology)))
    tables = [_table(t, survey, classes[t.name], known, ontology, answers) for t in survey.tables]
    tables = [replace(t, known=known_tables.get(t.table.name)) for t in tables]
    tables = [replace(t, left_out="", known=_placed(t.known, known_tables)) if t.known else t for t in tables]
    tables = _linked_by_value(tables, ontology, store)
    tables = [t if t.known else _complete(t, ontology) for t in tables]
    tables = _consistent(tables)
    currency = answers.get("currency") or _currency(survey)
    asked, rest = questions_for(survey, tables, ontology, answers, currency)
    if currency is None:
        currency = next((q.default for q in (*asked, *rest) if q.id == "currency"), None)
    return Proposal(survey, tuple(tables), asked, rest, currency, answers.get("timezone"), survey.findings)


def _placed(known: Known, others: Mapping[str, Known]) -> Known:
    """With ``@name`` as the table here that follows that template; without the relation where there is none."""
    relations = known.body.get("relations")
    if not isinstance(relations, Mapping):
        return known
    by_name = {k.template.name: n for n, k in others.items() if k.template.system == known.template.system}
    kept = {}
    for role, relation in relations.items():
        to = str(relation["to"])
        if to.startswith("@") and to[1:] not in by_name:
            continue
        kept[role] = {**relation, "to": by_name[to[1:]]} if to.startswith("@") else relation
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
        found = {t.name: propose_class(t, survey.references, known, ontology, partial(fit, t)) for t in survey.tables}
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
            found[table.name] = replace(found[table.name], name=given, score=1.0, reason="as you said")
        elif (
            found[table.name].name is None and table.parent is None and lookup_class(table, survey.keys.get(table.name))
        ):
            found[table.name] = replace(
                found[table.name], name="Category", score=SURE, reason="a short list of codes and names"
            )
    return found


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


def _table(
    table: TableProfile,
    survey: Survey,
    class_: ClassProposal,
    known: Mapping[str, str],
    ontology: Ontology,
    answers: Answers,
) -> TableProposal:
    key = survey.keys.get(table.name)
    references = [r for r in survey.references if r.table == table.name]
    base = TableProposal(table, key, class_)
    if key is None and class_.name is None:
        return replace(base, left_out="nothing tells its rows apart, and no class is called like it")
    if ((class_.name is None or class_.named < 0.8) and is_mere_link(table, references)) or _speaks_of_relation(
        table, ontology
    ):
        link = as_link(table, key, references, known, ontology)
        if link is not None:
            return replace(
                base, link=link, mode=_mode(table)[0], mode_reason=_mode(table)[1], class_=replace(class_, name=None)
            )
    if class_.name is None:
        return replace(base, left_out=f"{class_.reason}: name a class in the mapping if it should come in")
    definition = ontology.classes[class_.name]
    same, others = _same_things(table, key, references, known, class_.name, ontology)
    relations, unnamed = name_references(table, class_.name, others, known, ontology)
    taken = frozenset(c for r in (*relations, *same) for v in r.key for c in (v.column,) if c is not None)
    inherited = _inherited(table)
    assignment: Assignment = assign(table, definition, taken | inherited)
    assignment = _answered(assignment, table, answers)
    further, more = (
        addresses(table, class_.name, key, taken | {p.column for p in assignment.properties}, ontology)
        if key
        else ([], [])
    )
    relations += [m for m in more if m.role not in {r.role for r in relations}]
    used = (
        taken
        | inherited
        | {p.column for p in assignment.properties}
        | {p.column for f in further for p in f.properties}
    )
    things, named = by_name(table, class_.name, frozenset(used), frozenset(r.role for r in relations), ontology)
    mode, why = _mode(table)
    return replace(
        base,
        properties=assignment.properties,
        unsure=assignment.unsure,
        refused=assignment.refused,
        relations=(*relations, *named),
        same_as=tuple(same),
        further=(*further, *things),
        unnamed=tuple(unnamed),
        mode="append" if key is None else mode,
        mode_reason="its rows have no key" if key is None else why,
    )


def _speaks_of_relation(table: TableProfile, ontology: Ontology) -> bool:
    """Whether a table is called like a relation that has no class of its own (a bill of materials)."""
    said = words(table.title)
    return any(
        said == words(t) for r in ontology.relations.values() for t in r.synonyms if len(words(t)) > 1 or t.isupper()
    )


def _inherited(table: TableProfile) -> frozenset[str]:
    """Columns of a nested list that belong to the record around it."""
    if table.parent is None:
        return frozenset()
    front = (table.read.explode or "") + "."
    return frozenset(c.name for c in table.columns if not c.name.startswith(front) and c.name != "_index")


def _answered(assignment: Assignment, table: TableProfile, answers: Answers) -> Assignment:
    kept = list(assignment.properties)
    unsure = []
    for proposal in assignment.unsure:
        answer = answers.get(f"property:{table.name}:{proposal.column}")
        if answer == proposal.name:
            kept.append(replace(proposal, score=1.0, reason="as you said"))
        else:
            unsure.append(proposal)
    return replace(assignment, properties=tuple(kept), unsure=tuple(unsure))


def _same_things(
    table: TableProfile,
    key: KeyProposal | None,
    references: Sequence[Reference],
    known: Mapping[str, str],
    class_name: str,
    ontology: Ontology,
) -> tuple[list[RelationProposal], list[Reference]]:
    """References that say "the same thing": a key that is another's key, or a column that holds another system's."""
    same: list[RelationProposal] = []
    rest: list[Reference] = []
    own = ontology.classes[class_name]
    general = own.ancestors[-1] if own.ancestors else own.name
    for r in references:
        end = known.get(r.to)
        theirs = ontology.classes[end] if end is not None else None
        related = theirs is not None and (theirs.ancestors[-1] if theirs.ancestors else theirs.name) == general
        column = table.column(r.columns[0])
        is_key = key is not None and r.columns == key.columns
        other_system = end == class_name and r.to != table.name and column.share > 0.95
        if related and len(r.columns) == 1 and r.to != table.name and (is_key or other_system):
            same.append(RelationProposal("", r.to, key_values(r), r.score, r.reason, r.missing))
        else:
            rest.append(r)
    return same, rest


_EVENTS = frozenset({"Payment", "Receipt", "JournalEntry", "Message", "Review"})


def _mode(table: TableProfile) -> tuple[str, str]:
    """``append`` for what happened once and stays so; else ``full``: an export holds everything."""
    said = set(words(table.title))
    if said & {"payment", "receipt", "transaction", "log", "movement", "booking", "journal"} and "*" not in (
        table.read.file or ""
    ):
        return "append", "what happened once stays: a later export adds rows"
    if "*" in (table.read.file or ""):
        return "upsert", "several files, each with a part of the rows"
    if table.sampled:
        return "upsert", "a large file: whether an export holds everything was not checked"
    return "full", "an export holds all rows: one that is missing in the next is gone"


def _linked_by_value(tables: list[TableProposal], ontology: Ontology, store: Store) -> list[TableProposal]:
    """Relations by an identifying value (an order's number, an article's SKU), where no key leads there."""
    targets: list[tuple[str, str, TableProfile, ColumnProfile]] = []
    for t in tables:
        if t.class_.name is None or t.left_out:
            continue
        definition = ontology.classes[t.class_.name]
        for p in t.properties:
            if definition.properties[p.name].identifying and p.value.column is not None and not p.value.transforms:
                targets.append((t.class_.name, p.name, t.table, t.table.column(p.column)))
    if not targets:
        return tables
    stored = {name: f"t{i}" for name, i in store.names.items()}
    sets = ValueSets(store.connection, stored)
    found = []
    for t in tables:
        if t.class_.name is None or t.left_out or t.link is not None or not t.table.header:
            found.append(t)
            continue
        more: list[RelationProposal] = []
        roles_taken = {r.role for r in t.relations}
        for column in t.table.columns:
            if (
                column.name in t.used
                or column.kind not in (Kind.TEXT, Kind.INTEGER)
                or not may_refer(column)
                or column.distinct < 3
            ):
                continue
            if t.table.parent is not None and not column.name.startswith((t.table.read.explode or "") + "."):
                continue
            for class_name, prop, other, target in targets:
                if other.name == t.table.name or (target.kind is Kind.INTEGER) != (column.kind is Kind.INTEGER):
                    continue
                inside, count = contained(sets.of(t.table.name, column), sets.of(other.name, target))
                if not count or inside / count < 0.9:
                    continue
                roles = [
                    r
                    for r in fitting_roles(ontology, t.class_.name, class_name)
                    if r.name not in roles_taken and not r.relation.discriminators
                ]
                roles.sort(key=lambda r: (-role_likeness(column.name, r), r.inverse))
                if not roles or (column.kind is Kind.INTEGER and role_likeness(column.name, roles[0]) < 0.7):
                    continue
                role = roles[0]
                roles_taken.add(role.name)
                more.append(
                    RelationProposal(
                        role.name,
                        class_name,
                        (),
                        0.7,
                        f"{inside / count:.0%} of its {count} values are the {prop} of a {class_name} in {other.name}",
                        count - inside,
                        (class_name, prop, Value(column.name)),
                    )
                )
                break
        gone = {m.by[2].column for m in more if m.by is not None}
        found.append(
            replace(t, relations=(*t.relations, *more), unsure=tuple(u for u in t.unsure if u.column not in gone))
        )
    return found


def _complete(t: TableProposal, ontology: Ontology) -> TableProposal:
    """With a title where one is missing and the key can serve; left out where what the class needs is not there."""
    if t.class_.name is None or t.left_out:
        return t
    definition = ontology.classes[t.class_.name]
    given = {p.name for p in t.properties}
    properties = list(t.properties)
    if t.key is not None and len(t.key.columns) == 1:
        name = key_property(definition)
        column = t.table.column(t.key.columns[0])
        free = column.name not in {p.column for p in t.properties}
        if name is not None and name not in given and free and not t.same_as and name != "sku":
            properties.append(PropertyProposal(name, column.name, Value(column.name), 0.6, "its key"))
            given.add(name)
    if "name" in definition.properties and "name" not in given and definition.title == "name":
        parts = [p for p in t.properties if p.name in ("given_name", "family_name")]
        company = next((p for p in t.properties if p.name == "legal_name"), None)
        if len(parts) == 2:
            names = [_quoted(p.column) for p in sorted(parts, key=lambda p: p.name != "given_name")]
            sql = f"concat_ws(' ', {', '.join(names)})"
            if company is not None:
                sql = f"coalesce({_quoted(company.column)}, {sql})"
            properties.append(PropertyProposal("name", parts[0].column, Value(sql=sql), 0.8, "first and last name"))
        else:
            first, last = _people_names(t)
            if first and last:
                sql = f"concat_ws(' ', {_quoted(first)}, {_quoted(last)})"
                if company is not None:
                    sql = f"coalesce({_quoted(company.column)}, {sql})"
                properties.append(PropertyProposal("name", first, Value(sql=sql), 0.8, "first and last name"))
            elif company is not None:
                properties.append(PropertyProposal("name", company.column, company.value, 0.7, "the company's name"))
    needed = required(ontology).get(t.class_.name, frozenset())
    there = {
        ontology.roles(t.class_.name)[r.role].relation.name
        for r in t.relations
        if r.role in ontology.roles(t.class_.name)
    }
    lacking = sorted(n for n in needed if n not in there and n not in {p.name for p in properties})
    if lacking and not t.same_as:
        what = ", ".join(ontology.relations[n].label if n in ontology.relations else n for n in lacking)
        return replace(
            t, left_out=f"it looks like {definition.plural}, but nothing in it says which {what} each belongs to"
        )
    needed_roles = {n for n in needed if n in ontology.relations}
    roles = ontology.roles(t.class_.name)
    relations = tuple(
        replace(r, required=r.role in roles and roles[r.role].relation.name in needed_roles) for r in t.relations
    )
    return replace(t, properties=tuple(properties), relations=relations)


def _people_names(t: TableProposal) -> tuple[str | None, str | None]:
    first = next(
        (c.name for c in t.table.columns if c.named and words(c.name)[-2:] in (("given", "name"), ("first", "name"))),
        None,
    )
    last = next(
        (c.name for c in t.table.columns if c.named and words(c.name)[-2:] in (("family", "name"), ("last", "name"))),
        None,
    )
    return first, last


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _consistent(tables: list[TableProposal]) -> list[TableProposal]:
    """Without relations to tables that are left out or are no things, or over other columns than their key."""
    while True:
        things = {t.table.name: t for t in tables if not t.left_out and t.class_.name is not None and t.key is not None}
        links = {t.table.name for t in tables if t.link is not None and not {t.link.start, t.link.end} <= set(things)}
        changed = False
        again: list[TableProposal] = []
        for t in tables:
            kept = tuple(r for r in t.relations if r.to.startswith("#") or r.by is not None or _leads(r, things))
            same = tuple(r for r in t.same_as if _leads(r, things))
            lost = t.link is not None and t.table.name in links
            if len(kept) != len(t.relations) or len(same) != len(t.same_as) or (lost and not t.left_out):
                changed = True
                t = replace(
                    t,
                    relations=kept,
                    same_as=same,
                    left_out="what it links is not in the mapping" if lost else t.left_out,
                )
                if any(r.required for r in tables[len(again)].relations if r not in kept):
                    t = replace(t, left_out="what its rows belong to is not in the mapping")
            again.append(t)
        tables = again
        if not changed:
            return tables


def _leads(relation: RelationProposal, things: Mapping[str, TableProposal]) -> bool:
    target = things.get(relation.to)
    return target is not None and target.key is not None and len(target.key.columns) == len(relation.key)


def _currency(survey: Survey) -> str | None:
    """The currency that most columns name, if one does."""
    counts: dict[str, int] = {}
    for table in survey.tables:
        for column in table.columns:
            if column.currency is not None:
                counts[column.currency] = counts.get(column.currency, 0) + 1
            key = survey.keys.get(table.name)
            if column.distinct > 10 or (key is not None and column.name in key.columns):
                continue
            if column.named and (
                words(column.name)[-1:] == ("currency",) or set(words(column.name)) == {"currency", "code"}
            ):
                for example in column.examples:
                    if len(example) == 3 and example.isalpha():
                        counts[example.upper()] = counts.get(example.upper(), 0) + 1
                        break
    return max(counts, key=lambda c: (counts[c], c)) if counts else None
