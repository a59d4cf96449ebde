"""What one table's rows are proposed to be: things of a class with properties and relations, or relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.onboarding.classes import ClassProposal
from ingest.onboarding.columns import Assignment, assign
from ingest.onboarding.further import addresses, between, by_name
from ingest.onboarding.model import KeyProposal, Reference, Survey, TableProfile
from ingest.onboarding.names import words
from ingest.onboarding.proposed import Answers, TableProposal
from ingest.onboarding.roles import LinkProposal, RelationProposal, as_link, is_mere_link, key_values, name_references
from ontology.model import Ontology


def propose_table(
    table: TableProfile,
    survey: Survey,
    class_: ClassProposal,
    known: Mapping[str, str],
    ontology: Ontology,
    answers: Answers,
) -> TableProposal:
    key = survey.keys.get(table.name)
    references = [r for r in survey.references if r.table == table.name]
    base = TableProposal(table, key, class_, classes=known)
    if class_.name is not None and _leads_to_its_own(key, references, known, class_.name) and class_.score < 1.0:
        class_ = replace(class_, name=None, reason=f"each row says something of a {class_.name}, and is none")
    if key is None and class_.name is None:
        return replace(base, left_out="nothing tells its rows apart, and no class is called like it")
    if ((class_.name is None or class_.named < 0.8) and is_mere_link(table, references)) or (
        class_.named < 0.9 and _speaks_of_relation(table, ontology)
    ):
        link = as_link(table, key, references, known, ontology)
        if link is not None and not _lost(key, link):
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
    if key is not None:
        scores = {p.column: p.score for p in assignment.properties}
        connecting, unnamed = between(table, class_.name, key, unnamed, known, frozenset(used), ontology, scores)
        further += connecting
        moved = {p.column for f in connecting for p in f.properties}
        assignment = replace(assignment, properties=tuple(p for p in assignment.properties if p.column not in moved))
        used |= {p.column for f in connecting for p in f.properties}
        used |= {v.column for f in connecting for v in f.key if v.column is not None}
    things, named = by_name(table, class_.name, frozenset(used), frozenset(r.role for r in relations), ontology)
    unsure = tuple(u for u in assignment.unsure if u.column not in used)
    mode, why = _mode(table)
    return replace(
        base,
        properties=assignment.properties,
        unsure=unsure,
        refused=assignment.refused,
        relations=(*relations, *named),
        same_as=tuple(same),
        further=(*further, *things),
        unnamed=tuple(unnamed),
        mode="append" if key is None else mode,
        mode_reason="its rows have no key" if key is None else why,
    )


def _lost(key: KeyProposal | None, link: LinkProposal) -> bool:
    """Whether a part of the key would be said nowhere: two rows about the same pair would then be one."""
    said = {*link.start_key, *link.end_key, *(v.column for _, v in link.properties)}
    said |= {v.column for v in (link.valid_from, link.valid_to) if v is not None}
    held = " ".join(v.sql or "" for v in (link.valid_from, link.valid_to, *(v for _, v in link.properties)) if v)
    parts = key.columns if key is not None and len(key.columns) > 1 else ()
    return any(part not in said and f'"{part}"' not in held for part in parts)


def _leads_to_its_own(
    key: KeyProposal | None, references: Sequence[Reference], known: Mapping[str, str], class_name: str
) -> bool:
    """Whether a part of a table's key leads to another table of that class: its rows are then what lies between."""
    if key is None or len(key.columns) < 2:
        return False
    return any(
        known.get(r.to) == class_name and r.to != r.table and set(r.columns) < set(key.columns) for r in references
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
        if related and r.is_key and len(r.columns) == 1 and r.to != table.name and (is_key or other_system):
            same.append(RelationProposal("", r.to, key_values(r), r.score, r.reason, r.missing))
        else:
            rest.append(r)
    return same, rest


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
