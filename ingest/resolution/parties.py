"""Match tables of parties (people, firms, addresses) by the party model; the text model where they hold too little."""

from __future__ import annotations

import numpy as np

from ingest.resolution.columns import ColumnPair, map_columns
from ingest.resolution.linkage import Shape, exclusive
from ingest.resolution.matching import Matches, match_tables
from ingest.resolution.party_records import Role, role_of, roles_of, standardise
from ingest.resolution.party_scoring import fit_and_predict
from ingest.resolution.tables import Table

PARTY_CLASSES = frozenset(
    ("party", "person", "people", "human", "organisation", "organization", "company", "customer", "supplier",
     "employee", "contact", "address", "site", "restaurant", "place")
)  # fmt: skip
TEXT_CLASSES = frozenset(["product", "publication", "article", "paper", "movie", "film", "book", "document", "text"])
_WHOLE_NAME = "full name"
_NAMES = {Role.NAME, Role.FAMILY}
_OWN = {Role.EMAIL, Role.PHONE, Role.BORN}
_MORE = {Role.EMAIL, Role.PHONE, Role.BORN, Role.STREET, Role.POSTCODE}


def wants_party_model(mapping: tuple[ColumnPair, ...], class_name: str | None) -> bool:
    """Whether records of this class, with these columns, go to the party model.

    Without a class: where there is a name, and two further things that people and firms have, one of them its own.
    """
    roles = roles_of(mapping).keys()
    enough = bool(roles & _NAMES) and bool(roles & _MORE)
    if class_name is not None and class_name.strip().lower() in PARTY_CLASSES:
        return enough
    if class_name is not None and class_name.strip().lower() in TEXT_CLASSES:
        return False
    return bool(roles & _NAMES) and bool(roles & _OWN) and len(roles & _MORE) >= 2


def match_records(
    left: Table, right: Table, ids: tuple[str | None, str | None], class_name: str | None = None
) -> tuple[str, Matches]:
    """Match two tables by the model of their class (or, without one, of their columns); says which model that was."""
    left, right = with_one_name(left, right)
    mapping = map_columns(left, right, *ids)
    if wants_party_model(mapping, class_name):
        return "party model (Splink)", match_parties(left, right, ids, mapping)
    return "text model", match_tables(left, right, ids)


def with_one_name(left: Table, right: Table) -> tuple[Table, Table]:
    """The tables; where one has first and last names and the other whole ones, those of the first put together."""
    if left is right:
        return left, right
    held = [{role: name for name in table.columns if (role := role_of(name)) is not None} for table in (left, right)]
    parted = [{Role.GIVEN, Role.FAMILY} <= roles.keys() for roles in held]
    if parted == [True, False] and Role.NAME in held[1]:
        return _joined(left, held[0][Role.GIVEN], held[0][Role.FAMILY]), right
    if parted == [False, True] and Role.NAME in held[0]:
        return left, _joined(right, held[1][Role.GIVEN], held[1][Role.FAMILY])
    return left, right


def _joined(table: Table, given: str, family: str) -> Table:
    values = [" ".join(filter(None, both)) for both in zip(table.column(given), table.column(family), strict=True)]
    kept = [at for at, name in enumerate(table.columns) if name not in (given, family)]
    rows = tuple((*(row[at] for at in kept), whole) for row, whole in zip(table.rows, values, strict=True))
    return Table(table.name, (*(table.columns[at] for at in kept), _WHOLE_NAME), rows, table.how)


def match_parties(
    left: Table, right: Table, ids: tuple[str | None, str | None], mapping: tuple[ColumnPair, ...]
) -> Matches:
    """Match two tables of parties; the same table twice finds duplicates within it."""
    own = left is right
    roles = roles_of(mapping)
    ours = standardise(left, {role: pair.left for role, pair in roles.items()})
    theirs = None if own else standardise(right, {role: pair.right for role, pair in roles.items()})
    found = fit_and_predict(ours, theirs)
    shape, keep = Shape.ONE_TABLE, np.ones(len(found.left), bool)
    if not own and len(found.left):
        shape, keep = exclusive(found.left, found.right, found.weight, found.probability, len(left), len(right))
    elif not own:
        shape = Shape.ONE_TO_ONE
    return Matches(
        left=found.left,
        right=found.right,
        weight=found.weight,
        probability=np.where(keep, found.probability, 0.0),
        shape=shape,
        mapping=mapping,
        ids=ids,
        comparisons=found.comparisons,
        values=found.bits,
        model=None,
        advice=found.advice,
    )
