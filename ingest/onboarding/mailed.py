"""Who wrote, bought or answers, where a table says so by an e-mail address only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.onboarding.called import by_second_key
from ingest.onboarding.classes import is_party
from ingest.onboarding.columns import PropertyProposal, Value
from ingest.onboarding.further import Further
from ingest.onboarding.inclusion import ValueSets, contained
from ingest.onboarding.model import ColumnProfile, Kind
from ingest.onboarding.names import words
from ingest.onboarding.proposed import TableProposal
from ingest.onboarding.roles import RelationProposal, fitting_roles, role_likeness
from ingest.onboarding.store import Store
from ontology.model import Ontology, Role

_SHARE = 0.3
"""Of the rows with an address, how many must be of someone known: strangers write, too."""
_MAIL = frozenset({"email", "mail", "address"})
_ASKING = frozenset(
    {"requester", "reporter", "from", "sender", "contact", "client", "customer", "user", "submitter", "author", "buyer"}
)
_ANSWERING = frozenset({"assignee", "agent", "owner", "employee", "responsible", "handler"})


def linked_by_email(tables: list[TableProposal], ontology: Ontology, store: Store) -> list[TableProposal]:
    """Relations to customers, employees … by their e-mail address; to a person of its own where nobody has one."""
    sets = ValueSets(store.connection, {name: f"t{i}" for name, i in store.names.items()})
    targets = [(u, c) for u in tables if (c := _address_of(u, ontology, store)) is not None]
    again = []
    for t in tables:
        if t.class_.name is None or t.left_out or t.link is not None or t.known is not None or not t.table.header:
            again.append(t)
            continue
        if not is_party(ontology.classes[t.class_.name]):
            for column in t.table.columns:
                if column.kind is Kind.EMAIL and _own(t, column):
                    t = _linked(t, column, targets, ontology, sets)
        again.append(t)
    return again


def _own(t: TableProposal, column: ColumnProfile) -> bool:
    """Not repeated from the record that a list lies in, and not the row's key."""
    if t.key is not None and column.name in t.key.columns:
        return False
    return t.table.parent is None or column.name.startswith(f"{t.table.read.explode}.")


def _address_of(u: TableProposal, ontology: Ontology, store: Store) -> ColumnProfile | None:
    """The column with the e-mail addresses of a table of people or companies, if no two rows share one."""
    if u.class_.name is None or u.left_out or u.same_as or u.key is None:
        return None
    if not is_party(ontology.classes[u.class_.name]):
        return None
    if u.known is not None:
        told = u.known.column_of("emails")
        held = [] if told is None else [told]
    else:
        held = [p.column for p in u.properties if p.name == "emails"]
    for name in held:
        column = u.table.column(name)
        if column.kind is Kind.EMAIL and column.filled >= 2:
            return column if _shared_by_none(u, column, store) else None
    return None


def _shared_by_none(u: TableProposal, column: ColumnProfile, store: Store) -> bool:
    """Whether no address stands with two keys; the same row twice in an export is no second customer."""
    assert u.key is not None
    key = ", ".join(f"c{u.table.column(c).position}" for c in u.key.columns)
    row = store.connection.execute(
        f"SELECT max(n) FROM (SELECT count(DISTINCT hash({key})) AS n FROM t{store.names[u.table.name]} "
        f"WHERE c{column.position} IS NOT NULL GROUP BY lower(c{column.position}))"
    ).fetchone()
    return row is not None and row[0] == 1


def _linked(
    t: TableProposal,
    column: ColumnProfile,
    targets: Sequence[tuple[TableProposal, ColumnProfile]],
    ontology: Ontology,
    sets: ValueSets,
) -> TableProposal:
    taken = {r.role for r in t.relations}
    best: tuple[float, RelationProposal] | None = None
    for u, address in targets:
        own, theirs = sets.of(t.table.name, column), sets.of(u.table.name, address)
        inside, count = contained(own, theirs)
        if not inside or count < 2:
            continue
        rows = sets.rows_within(t.table.name, column, theirs)
        role = _role(t, column, u, taken, ontology)
        if role is None or rows < _SHARE or (best is not None and best[0] >= rows):
            continue
        reason = f"{rows:.0%} of the rows have an e-mail address of {u.table.name}; the others get no relation"
        relation = RelationProposal(
            role.name,
            u.table.name,
            (by_second_key(column.name),),
            0.8,
            reason,
            count - inside,
            at=address.name,
            loose=True,
        )
        best = (rows, relation)
    if best is not None:
        return replace(t, relations=(*t.relations, best[1]))
    return _person(t, column, taken, ontology)


def _said(column: ColumnProfile) -> tuple[str, ...]:
    return tuple(w for w in words(column.name) if w not in _MAIL)


def _role(
    t: TableProposal, column: ColumnProfile, u: TableProposal, taken: set[str], ontology: Ontology
) -> Role | None:
    """The role that the column's name speaks of; a bare "from" or "requester" is the customer's."""
    assert t.class_.name is not None and u.class_.name is not None
    said = _said(column)
    fitting = [
        r
        for r in fitting_roles(ontology, t.class_.name, u.class_.name)
        if not r.inverse and r.relation.functional and not r.relation.discriminators and r.name not in taken
    ]
    scored = sorted(((role_likeness(" ".join(said) or column.name, r), r.name, r) for r in fitting), reverse=True)
    if scored and scored[0][0] >= 0.7:
        return scored[0][2]
    works = ontology.is_a(u.class_.name, "Employee")
    wanted = _ANSWERING if works else _ASKING
    exact = [r for r in fitting if r.target == u.class_.name] or fitting
    return exact[0] if exact and (set(said) & wanted or (not said and not works)) else None


def _person(t: TableProposal, column: ColumnProfile, taken: set[str], ontology: Ontology) -> TableProposal:
    """With a person that is known by the address alone, where the class has a role for one."""
    assert t.class_.name is not None
    said = set(_said(column))
    roles = [
        r
        for r in ontology.roles(t.class_.name).values()
        if r.target == "Person" and not r.inverse and r.relation.functional and r.name not in taken
    ]
    fitting = [r for r in roles if role_likeness(" ".join(_said(column)) or column.name, r) >= 0.7 or said & _ASKING]
    if not fitting or column.distinct < 2 or column.distinct == t.table.rows or fitting[0].name == "author":
        return t
    role = fitting[0]
    address = PropertyProposal("emails", column.name, by_second_key(column.name), 0.8, "an e-mail address")
    named = [
        c
        for c in t.table.columns
        if c.kind is Kind.TEXT and words(c.name)[-1:] == ("name",) and set(words(c.name)[:-1]) == said and said
    ]
    name = named[0].name if named else column.name
    title = PropertyProposal("name", name, Value(name), 0.8, "what the person is called")
    why = f"whoever has the address in {column.name!r}; no other table has it"
    person = Further(role.name, "Person", (by_second_key(column.name),), (title, address), (), why)
    relation = RelationProposal(role.name, f"#{role.name}", (), 0.8, why)
    return replace(t, further=(*t.further, person), relations=(*t.relations, relation))
