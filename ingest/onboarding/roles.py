"""References as relations of the ontology: which role, from which end; and rows that are relations themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.onboarding.columns import Value, misfit, name_fit, value_of
from ingest.onboarding.model import KeyProposal, Kind, Reference, TableProfile
from ingest.onboarding.names import is_key_like, likeness, stem, words
from ontology.model import ClassDef, Ontology, RelationDef, Role

_PARENTS = frozenset(
    {"parent", "assembly", "manager", "superior", "upper", "kit", "set", "bom", "replaces", "head", "reports"}
)


@dataclass(frozen=True, slots=True)
class RelationProposal:
    """A relation that a row states."""

    role: str
    to: str
    """A table of the survey, or ``#thing`` of the same row."""
    key: tuple[Value, ...]
    score: float
    reason: str
    missing: int = 0
    """Distinct keys that lead nowhere: their rows would be set aside."""
    by: tuple[str, str, Value] | None = None
    """(class, identifying property, value), in place of a key."""
    properties: tuple[tuple[str, Value], ...] = ()
    alternatives: tuple[str, ...] = ()
    required: bool = False
    at: str | None = None
    """The column that it leads to, where that is not the other table's key."""
    loose: bool = False
    """What leads nowhere is nothing wrong: strangers write, too."""


@dataclass(frozen=True, slots=True)
class LinkProposal:
    """A table whose rows are relations."""

    role: str
    start: str
    start_key: tuple[str, ...]
    end: str
    end_key: tuple[str, ...]
    properties: tuple[tuple[str, Value], ...]
    valid_from: Value | None
    valid_to: Value | None
    score: float
    reason: str
    inverse: str = ""
    """The role as seen from the other end."""


def fitting_roles(ontology: Ontology, start: str, end: str) -> list[Role]:
    """Roles of class ``start`` at whose other end a thing of class ``end`` may stand."""
    found = []
    for role in ontology.roles(start).values():
        if role.target in ontology.classes and (ontology.is_a(end, role.target) or ontology.is_a(role.target, end)):
            found.append(role)
    return found


def role_likeness(column: str, role: Role) -> float:
    """How much a column's name says that it holds this role."""
    said = stem(column) or words(column)
    parts = [said]
    last = stem(column.rsplit(".", 1)[-1]) or words(column.rsplit(".", 1)[-1])
    first = words(column.split(".", 1)[0])
    for part in (last, first):
        if part and part not in parts:
            parts.append(part)
    names = [
        words(role.name),
        words(role.target),
        words(role.relation.inverse_label if role.inverse else role.relation.label),
        *((words(s) for s in role.relation.synonyms) if not role.inverse else ()),
    ]
    best = 0.0
    for own in parts:
        for i, name in enumerate(names):
            score = likeness(own, name) * (1.0 if i != 1 else 0.9)
            if len(own) > len(name) and own[-len(name) :] == name:
                score = max(score, 0.7)
            best = max(best, score)
    return best


def name_references(
    table: TableProfile,
    class_name: str,
    references: Sequence[Reference],
    classes: Mapping[str, str],
    ontology: Ontology,
) -> tuple[list[RelationProposal], list[Reference]]:
    """A role for each reference that leads to a thing; and those for which the ontology has none."""
    choices: list[tuple[float, Reference, Role]] = []
    for reference in references:
        end = classes.get(reference.to)
        if end is None:
            continue
        for role in fitting_roles(ontology, class_name, end):
            like = max(role_likeness(c, role) for c in reference.columns) if table.header else 0.0
            score = (
                0.5 * like
                + (0.25 if not role.inverse else 0.0)
                + (0.15 if role.relation.functional and not role.inverse else 0.0)
            )
            score += 0.1 if role.target == end else 0.05 if ontology.is_a(end, role.target) else 0.0
            score += 0.05 if words(role.name) == words(end) else 0.0
            if reference.to == reference.table and not (set(words(reference.columns[0])) & _PARENTS):
                score -= 0.2
            choices.append((score, reference, role))
    choices.sort(key=lambda c: (-round(c[0], 3), c[2].name))
    used: set[str] = set()
    done: set[int] = set()
    found: list[RelationProposal] = []
    for score, reference, role in choices:
        if id(reference) in done or role.name in used or score < 0.25:
            continue
        if role.relation.discriminators or (role.relation.acyclic and reference.table == reference.to and score < 0.5):
            continue
        others = tuple(
            r.name for s, other, r in choices if other is reference and r.name != role.name and s >= score - 0.15
        )
        done.add(id(reference))
        used.add(role.name)
        found.append(
            RelationProposal(
                role.name,
                reference.to,
                key_values(reference),
                min(1.0, reference.score * (0.5 + score / 2)),
                reference.reason,
                reference.missing,
                alternatives=others[:3],
                at=at_of(reference),
            )
        )
    return found, [r for r in references if id(r) not in done]


def key_values(reference: Reference) -> tuple[Value, ...]:
    """The columns of a reference, with what they need to be equal to the key."""
    if not reference.is_key:
        return tuple(Value(c, transforms=("trim", "lower")) for c in reference.columns)
    transforms = ("trim", reference.fold) if reference.fold is not None else ()
    return tuple(Value(c, transforms=transforms) for c in reference.columns)


def at_of(reference: Reference) -> str | None:
    """The column that a reference leads to, where it is not the key."""
    return None if reference.is_key else reference.key[0]


def as_link(
    table: TableProfile,
    key: KeyProposal | None,
    references: Sequence[Reference],
    classes: Mapping[str, str],
    ontology: Ontology,
) -> LinkProposal | None:
    """The table as a relation between two others, where it says hardly more than that they belong together."""
    single = [r for r in references if len(r.columns) == 1 and r.to in classes and r.is_key]
    single.sort(key=lambda r: table.column(r.columns[0]).position)
    best: LinkProposal | None = None
    for i, left in enumerate(single):
        for right in single[i + 1 :]:
            for start, end in ((left, right), (right, left)):
                found = _link(table, key, start, end, classes, ontology)
                if found is not None and (best is None or found.score > best.score):
                    best = found
    return best


def _link(
    table: TableProfile,
    key: KeyProposal | None,
    start: Reference,
    end: Reference,
    classes: Mapping[str, str],
    ontology: Ontology,
) -> LinkProposal | None:
    best: tuple[float, Role] | None = None
    for role in fitting_roles(ontology, classes[start.to], classes[end.to]):
        if role.inverse:
            continue
        like = max(
            (likeness(words(table.title), words(t)) for t in (role.relation.name, role.name, *role.relation.synonyms)),
            default=0.0,
        )
        score = 0.45 + 0.35 * like
        if start.to == end.to:
            score += 0.25 if set(words(start.columns[0])) & _PARENTS else -0.1
            score += 0.1 if likeness(stem(end.columns[0]), words(role.relation.name)) > 0.8 else 0.0
            if like < 0.5 and not (set(words(start.columns[0])) & _PARENTS):
                score -= 0.2
        if best is None or score > best[0]:
            best = (score, role)
    if best is None or best[0] < 0.45:
        return None
    score, role = best
    used = {start.columns[0], end.columns[0]}
    properties, times = _row_properties(table, role.relation, used)
    for name in role.relation.discriminators:
        if name not in dict(properties) and name not in ("valid_from", "valid_to"):
            properties.append((name, _telling_apart(key, used, times)))
    start_at = times.get("valid_from") if role.relation.has_valid_time else None
    end_at = times.get("valid_to") if role.relation.has_valid_time else None
    return LinkProposal(
        role.name,
        start.to,
        (start.columns[0],),
        end.to,
        (end.columns[0],),
        tuple(properties),
        start_at,
        end_at,
        score,
        f"its rows say which {classes[end.to]} belongs to which {classes[start.to]}",
        role.relation.inverse_role,
    )


def _telling_apart(key: KeyProposal | None, used: set[str], times: Mapping[str, Value]) -> Value:
    """What tells apart two rows about the same pair: the rest of the key, the first day, or nothing."""
    rest = [c for c in key.columns if c not in used] if key is not None else []
    if rest:
        return Value(rest[0])
    start = times.get("valid_from")
    return Value(start.column, sql=start.sql) if start is not None else Value(const="1")


def _row_properties(
    table: TableProfile, relation: RelationDef, used: set[str]
) -> tuple[list[tuple[str, Value]], dict[str, Value]]:
    owner = ClassDef("", "", relation.label, "", "", (), (), relation.properties)
    found: dict[str, tuple[float, Value, str]] = {}
    times: dict[str, Value] = {}
    for column in table.columns:
        if column.name in used or not column.named:
            continue
        said = set(words(column.name))
        if column.kind in (Kind.DATE, Kind.DATETIME) and not said & {"modified", "updated", "created"}:
            value = (
                Value(column.name, date_format=column.date_format)
                if column.date_format
                else Value(sql=f'substr("{column.name}", 1, 10)')
                if column.kind is Kind.DATETIME or column.transforms
                else Value(column.name)
            )
            if said & {"from", "start", "begin", "since"}:
                times.setdefault("valid_from", value)
            elif said & {"to", "end", "until", "through", "expiry"}:
                times.setdefault("valid_to", value)
        for prop in relation.properties.values():
            score, _ = name_fit(column.name, prop, owner)
            if prop.name == "quantity" and {"quantity"} & said:
                score = max(score, 0.8)
            if score >= 0.72 and not misfit(column, prop) and score > found.get(prop.name, (0.0,))[0]:
                found[prop.name] = (score, value_of(column, prop), column.name)
    return [(name, value) for name, (_, value, _) in found.items()], times


def is_mere_link(table: TableProfile, references: Sequence[Reference]) -> bool:
    """Whether at least two columns lead elsewhere and little else is said."""
    leading = {c for r in references for c in r.columns}
    rest = [
        c
        for c in table.columns
        if c.name not in leading
        and c.kind not in (Kind.UUID, Kind.EMPTY, Kind.DATE, Kind.DATETIME)
        and not (c.position == 0 and is_key_like(c.name))
        and not (c.named and set(words(c.name)) & {"modified", "updated"})
    ]
    if any(c.kind in (Kind.TEXT, Kind.EMAIL) and c.distinct > 20 and c.share > 0.1 for c in rest):
        return False  # what it says of each pair would be lost
    return len(leading) >= 2 and len(rest) <= max(1, len(leading))
