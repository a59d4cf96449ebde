"""What only a person can know: at most ten questions, those first on which most hangs; and what an answer changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ingest.onboarding.classes import holds_people
from ingest.onboarding.model import ColumnProfile, KeyProposal, Kind, Reference, Survey, TableProfile
from ingest.onboarding.names import words
from ingest.onboarding.proposed import Answers, Option, Question, TableProposal
from ingest.onboarding.references import POSSIBLE
from ontology.model import Ontology

MOST = 10
_PEOPLE = ("Person", "Customer", "Employee")
"""What a table of people may hold."""
NONE = "none"
_LEAST_WEIGHT = 1.0


def settled(survey: Survey, answers: Answers) -> Survey:
    """The survey with the answers about keys, references and dates worked in."""
    keys = dict(survey.keys)
    references = list(survey.references)
    tables = []
    for table in survey.tables:
        columns = []
        for column in table.columns:
            form = answers.get(f"dates:{table.name}:{column.name}")
            columns.append(replace(column, date_format=form) if form is not None else column)
        tables.append(replace(table, columns=tuple(columns)))
        key = answers.get(f"key:{table.name}")
        if key is not None and all(_has(table, c) for c in key.split("|")):
            keys[table.name] = KeyProposal(table.name, tuple(key.split("|")), 1.0, "as you said")
    for reference in survey.undecided:
        answer = answers.get(f"reference:{reference.table}:{reference.columns[0]}")
        if answer == reference.to:
            references.append(replace(reference, score=1.0, reason="as you said"))
    return replace(
        survey,
        tables=tuple(tables),
        keys=MappingProxyType(keys),
        references=tuple(references),
        by_name=MappingProxyType({t.name: t for t in tables}),
    )


def _has(table: TableProfile, column: str) -> bool:
    return any(c.name == column for c in table.columns)


def questions_for(
    survey: Survey,
    tables: Sequence[TableProposal],
    ontology: Ontology,
    answers: Answers,
    currency: str | None,
    further: Sequence[Question] = (),
) -> tuple[tuple[Question, ...], tuple[Question, ...]]:
    """The ten questions on which most hangs, and the doubts left over, which take their default.

    ``further``: questions that others found.
    """
    found: list[Question] = list(further)
    reach = _reach(survey)
    total = max(1, sum(t.rows for t in survey.tables))
    if currency is None and any(_has_money(t, ontology) for t in tables) and "currency" not in answers:
        found.append(_currency(survey))
    for t in tables:
        found += _class(t, ontology, reach, total)
        found += _key(t, reach, total)
        found += _dates(t)
        found += _properties(t, ontology, total)
    found += _references(survey, tables, total)
    open_ = [q for q in found if q.id not in answers]
    open_.sort(key=lambda q: (-q.weight, q.id))
    asked = tuple(q for q in open_ if q.weight >= _LEAST_WEIGHT)[:MOST]
    rest = tuple(q for q in open_ if q not in asked)
    assert all(isinstance(q, Question) for q in asked)
    return asked, rest


def _reach(survey: Survey) -> Mapping[str, int]:
    """How many tables lead to each."""
    found: dict[str, int] = {}
    for r in survey.references:
        found[r.to] = found.get(r.to, 0) + 1
    return found


def _has_money(t: TableProposal, ontology: Ontology) -> bool:
    if t.class_.name is None or t.left_out:
        return False
    properties = ontology.classes[t.class_.name].properties
    given = {p.name for p in t.properties}
    return any(
        properties[p.name].currency is not None and properties[p.name].currency not in given for p in t.properties
    )


def _currency(survey: Survey) -> Question:
    comma = any(c.decimal_comma for t in survey.tables for c in t.columns)
    return Question(
        "currency",
        "In which currency are amounts that don't say so?",
        tuple(Option(c, c) for c in ("EUR", "USD", "GBP", "CHF")),
        "EUR" if comma else "USD",
        "Every price, cost and total is stated in it.",
        weight=90.0,
    )


def _class(t: TableProposal, ontology: Ontology, reach: Mapping[str, int], total: int) -> list[Question]:
    if t.link is not None or t.class_.score >= 1.0 or t.table.parent is not None:
        return []
    others = [(n, s) for n, s in t.class_.alternatives if n != t.class_.name]
    close = bool(others) and t.class_.name is not None and others[0][1] > t.class_.score - 0.04 and t.class_.score < 0.9
    if t.class_.name is not None and not close and t.class_.name != "Category":
        return []
    if t.class_.name == "Category":
        return []
    choices = [n for n in (t.class_.name, *(n for n, _ in others)) if n is not None]
    if t.class_.name is None and holds_people(t.table):
        choices = [n for n in dict.fromkeys((*_PEOPLE, *choices)) if n in ontology.classes]
    options = [
        Option(n, f"{ontology.classes[n].plural} – {ontology.classes[n].comment.split('.')[0]}") for n in choices[:3]
    ]
    options.append(Option(NONE, "none of these: leave it out"))
    weight = 10 + 30 * t.table.rows / total + 12 * reach.get(t.table.name, 0)
    default = t.class_.name or NONE
    return [
        Question(
            f"class:{t.table.name}",
            f"What is a row of {t.table.title!r} ({t.table.rows:,} rows)?",
            tuple(options),
            default,
            f"{reach.get(t.table.name, 0)} other tables lead to it.",
            tuple(f"{c.name}: {', '.join(c.examples)}" for c in t.table.columns[:5]),
            weight,
        )
    ]


def _key(t: TableProposal, reach: Mapping[str, int], total: int) -> list[Question]:
    if t.key is None or t.left_out or t.table.rows < 2:
        return []
    ways = [t.key.columns, *(a for a in (*t.key.alternatives, *_wider(t)) if a != t.key.columns)]
    if not t.key.ambiguous and ways[1:] != _wider(t):
        return []
    if len(ways) < 2:
        return []
    options = tuple(Option("|".join(w), " + ".join(w)) for w in ways[:3])
    weight = 8 + 25 * t.table.rows / total + 10 * reach.get(t.table.name, 0)
    return [
        Question(
            f"key:{t.table.name}",
            f"What tells two rows of {t.table.title!r} apart, also in the next export?",
            options,
            options[0].value,
            "A wrong choice makes old rows look new.",
            tuple(f"{c}: {', '.join(t.table.column(c).examples)}" for w in ways[:2] for c in w),
            weight,
        )
    ]


def _wider(t: TableProposal) -> list[tuple[str, ...]]:
    """A key that only leads elsewhere, together with what each row says: one telephone each today, two tomorrow."""
    assert t.key is not None
    leading = {v.column for r in t.relations for v in r.key}
    if t.class_.name in _SEVERAL_A_DAY and len(t.key.columns) > 1 and _is_by_day(t):
        more = [c.name for c in t.table.columns if c.name in leading and c.name not in t.key.columns and c.distinct > 1]
        return [(*t.key.columns, *more)] if more else []
    if len(t.key.columns) != 1 or t.key.columns[0] not in leading or t.class_.score >= 1.0:
        return []
    own = [
        c.name
        for c in t.table.columns
        if c.name not in t.key.columns
        and c.filled == c.rows
        and c.kind in (Kind.TEXT, Kind.EMAIL, Kind.INTEGER)
        and (c.name in leading or c.name in {p.column for p in t.properties})
    ]
    return [(*t.key.columns, *own[:3])] if own else []


_SEVERAL_A_DAY = frozenset({"TimeEntry", "Appointment"})
"""Of these the same person may have two on one day, though none has in this export."""


def _is_by_day(t: TableProposal) -> bool:
    """Whether a table's key is made of whom its rows are about, and the day."""
    assert t.key is not None
    return any(t.table.column(c).kind in (Kind.DATE, Kind.DATETIME) for c in t.key.columns)


def _dates(t: TableProposal) -> list[Question]:
    found = []
    for column in t.table.columns:
        if column.kind is not Kind.DATE or column.name not in t.used or not _either_order(column) or t.left_out:
            continue
        year = column.date_format[-2:] if column.date_format else "%Y"
        options = (Option(f"%d/%m/{year}", "day/month/year"), Option(f"%m/%d/{year}", "month/day/year"))
        found.append(
            Question(
                f"dates:{t.table.name}:{column.name}",
                f"Dates in {column.name!r} of {t.table.title!r}: which comes first, day or month?",
                options,
                options[0].value,
                "Every deadline and delay rests on it.",
                column.examples,
                40.0,
            )
        )
    return found


def _either_order(column: ColumnProfile) -> bool:
    """Whether no value decides which of the two comes first."""
    if column.date_format is None or not column.date_format.startswith(("%d/", "%m/")):
        return False
    return not column.date_sure


def _properties(t: TableProposal, ontology: Ontology, total: int) -> list[Question]:
    if t.class_.name is None or t.left_out:
        return []
    definition = ontology.classes[t.class_.name]
    found = []
    for p in t.unsure[:3]:
        important = p.name in (definition.title, definition.amount, definition.when)
        weight = (12.0 if important else 2.0) + 10 * t.table.rows / total + 5 * p.score
        found.append(
            Question(
                f"property:{t.table.name}:{p.column}",
                f"Is {p.column!r} in {t.table.title!r} the {definition.properties[p.name].label}?",
                (Option(p.name, "yes"), Option(NONE, "no: leave it out")),
                NONE,
                "It is left out until you say so.",
                t.table.column(p.column).examples,
                weight,
            )
        )
    return found


def _references(survey: Survey, tables: Sequence[TableProposal], total: int) -> list[Question]:
    known = {t.table.name: t for t in tables}
    grouped: dict[tuple[str, str], list[Reference]] = {}
    for r in survey.undecided:
        if any((s.table, s.columns) == (r.table, r.columns) for s in survey.references):
            continue
        if (
            r.score < POSSIBLE
            or not r.to
            or known[r.table].left_out
            or known[r.to].left_out
            or r.columns[0] in known[r.table].used
        ):
            continue
        grouped.setdefault((r.table, r.columns[0]), []).append(r)
    found = []
    for (table, column), candidates in grouped.items():
        profile = survey.table(table)
        if profile.column(column).named and not set(words(column)) - {"count", "quantity"}:
            continue
        options = [Option(r.to, f"to {survey.table(r.to).title}") for r in candidates[:3]]
        options.append(Option(NONE, "nowhere: it is a number or text of its own"))
        best = candidates[0]
        found.append(
            Question(
                f"reference:{table}:{column}",
                f"Where does {column!r} in {profile.title!r} lead?",
                tuple(options),
                NONE,
                f"Possible: {best.reason}.",
                profile.column(column).examples,
                5 + 25 * best.score * profile.rows / total + 10 * best.score,
            )
        )
    return found
