"""What a first look at the rows shows, before anything is in the graph: each with the rows that it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.compile.sql import literal
from ingest.onboarding.columns import Value
from ingest.onboarding.inclusion import may_refer
from ingest.onboarding.model import ColumnProfile, Finding, Kind
from ingest.onboarding.names import words
from ingest.onboarding.proposed import Proposal, TableProposal
from ingest.onboarding.store import Store
from ontology.model import Ontology

MOST = 20
_ROWS = 5
_ORDERED = (
    ("subtotal", "total"),
    ("paid", "total"),
    ("opened_at", "solved_at"),
    ("ordered_on", "due_on"),
    ("issued_on", "due_on"),
    ("starts_on", "ends_on"),
    ("sell_start", "sell_end"),
)


def first_look(proposal: Proposal, ontology: Ontology, store: Store) -> list[Finding]:
    """Broken references, orphan lines with their amount, duplicates, contradictions, single sources, outliers."""
    found: list[Finding] = []
    by_name = {t.table.name: t for t in proposal.tables}
    for t in proposal.mapped():
        found += _broken(t, by_name, ontology, store)
        found += _bad_dates(t, store)
        if t.class_.name is not None:
            found += _duplicates(t, store)
            found += _contradictions(t, store)
            found += _outliers(t, ontology, store)
            found += _single_source(t, store)
    return found[:MOST]


def number(column: ColumnProfile) -> str:
    """SQL for a column's number; null where it is none."""
    c = f"c{column.position}"
    if column.decimal_comma:
        return f"TRY_CAST(replace(replace({c}, '.', ''), ',', '.') AS DOUBLE)"
    return f"TRY_CAST(replace({c}, ',', '') AS DOUBLE)" if column.thousands == "," else f"TRY_CAST({c} AS DOUBLE)"


def day(column: ColumnProfile) -> str:
    """SQL for a column's day; null where it is none."""
    c = f"c{column.position}"
    if column.date_format is not None:
        return f"TRY_CAST(TRY_STRPTIME({c}, {literal(column.date_format)}) AS DATE)"
    return f"TRY_CAST(substr({c}, 1, 10) AS DATE)"


def _table(t: TableProposal, store: Store) -> str:
    return f"t{store.names[t.table.name]}"


def _column(t: TableProposal, prop: str) -> ColumnProfile | None:
    found = next((p for p in t.properties if p.name == prop), None)
    return t.table.column(found.column) if found is not None else None


def _amount(t: TableProposal, ontology: Ontology) -> ColumnProfile | None:
    """The column that says how much money a row is about."""
    if t.class_.name is None:
        return None
    named = ontology.classes[t.class_.name].amount
    column = _column(t, named) if named is not None else None
    if column is None:
        column = next(
            (c for c in t.table.columns if c.kind in (Kind.DECIMAL,) and set(words(c.name)) & {"total", "amount"}), None
        )
    return column


def _broken(t: TableProposal, by_name: dict[str, TableProposal], ontology: Ontology, store: Store) -> Iterator[Finding]:
    for r in t.relations:
        target = by_name.get(r.to)
        if (
            not r.missing
            or r.loose
            or target is None
            or target.key is None
            or len(r.key) != 1
            or r.key[0].column is None
        ):
            continue
        own, theirs = (
            f"c{t.table.column(r.key[0].column).position}",
            f"c{target.table.column(r.at or target.key.columns[0]).position}",
        )
        money = _amount(t, ontology)
        total = f"sum({number(money)})" if money is not None else "NULL"
        row = store.connection.execute(
            f"SELECT count(*), {total}, list(_row)[:{_ROWS}], list(DISTINCT {own})[:3] FROM {_table(t, store)} a "
            f"WHERE {own} IS NOT NULL "
            f"AND NOT EXISTS (SELECT 1 FROM {_table(target, store)} b WHERE lower(b.{theirs}) = lower(a.{own}))"
        ).fetchone()
        if row is None or not row[0]:
            continue
        worth = f", together {row[1]:,.2f}" if row[1] is not None else ""
        kind = "orphans" if r.required or "line" in words(t.table.title) else "broken-references"
        yield Finding(
            kind,
            f"{counted(row[0], 'row')} of {t.table.name} {'names' if row[0] == 1 else 'name'} {_a(r.role)} that is not "
            f"in {target.table.name}{worth}.",
            ", ".join(map(str, row[3])),
            t.table.name,
            r.key[0].column,
            tuple(int(x) for x in row[2]),
        )


def _bad_dates(t: TableProposal, store: Store) -> Iterator[Finding]:
    """Days that no calendar has, in columns of dates that the mapping reads."""
    for column in t.table.columns:
        if column.kind not in (Kind.DATE, Kind.DATETIME) or column.name not in t.used:
            continue
        c = f"c{column.position}"
        row = store.connection.execute(
            f"SELECT count(*), list(_row ORDER BY _row)[:{_ROWS}], list(DISTINCT {c})[:3] FROM {_table(t, store)} "
            f"WHERE {c} IS NOT NULL AND {day(column)} IS NULL"
        ).fetchone()
        if row and row[0]:
            yield Finding(
                "bad-dates",
                f"{counted(row[0], 'value')} of {column.name} in {t.table.name} {'is' if row[0] == 1 else 'are'} no "
                "date; such rows will be set aside.",
                ", ".join(map(str, row[2])),
                t.table.name,
                column.name,
                tuple(int(x) for x in row[1]),
            )


def _a(role: str) -> str:
    said = role.replace("_", " ")
    return f"an {said}" if said[:1] in "aeiou" else f"a {said}"


def counted(number: int, what: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _duplicates(t: TableProposal, store: Store) -> Iterator[Finding]:
    """Rows with another key and the same name and place, or the same address."""
    name = _column(t, "name") or _column(t, "legal_name") or _column(t, "emails")
    computed = (
        any(p.column == name.name and p.value.sql is not None for p in t.properties) if name is not None else False
    )
    if (
        name is None
        or computed
        or t.key is None
        or name.name in t.key.columns
        or name.kind not in (Kind.TEXT, Kind.EMAIL)
        or t.table.rows < 5
    ):
        return
    if t.class_.name not in ("Customer", "Supplier", "Organisation", "Person", "Product", "Employee"):
        return
    plain = f"regexp_replace(lower(strip_accents(c{name.position})), '[^a-z0-9]', '', 'g')"
    row = store.connection.execute(
        f"WITH g AS (SELECT {plain} AS n, list(_row ORDER BY _row) AS rows, min(c{name.position}) AS shown FROM "
        f"{_table(t, store)} "
        f"WHERE c{name.position} IS NOT NULL GROUP BY 1 HAVING count(*) > 1 AND length({plain}) > 3) "
        f"SELECT count(*), list(shown ORDER BY rows[1])[:3], flatten(list(rows[:2] ORDER BY rows[1])[:3]) FROM g"
    ).fetchone()
    if row and row[0] and row[0] < 0.3 * t.table.rows:
        yield Finding(
            "likely-duplicates",
            f"{counted(row[0], 'name')} {'stands' if row[0] == 1 else 'stand'} more than once in {t.table.name}: "
            f"probably the same {t.class_.name.lower()} under two keys.",
            ", ".join(map(str, row[1])),
            t.table.name,
            name.name,
            tuple(int(x) for x in row[2][:_ROWS]),
        )


def _contradictions(t: TableProposal, store: Store) -> Iterator[Finding]:
    for low, high in _ORDERED:
        a, b = _column(t, low), _column(t, high)
        if a is None or b is None:
            continue
        dates = (Kind.DATE, Kind.DATETIME)
        if (a.kind in dates) != (b.kind in dates):
            continue
        left, right = (day(a), day(b)) if a.kind in dates else (number(a), number(b))
        slack = "" if a.kind in dates else " + 0.005"
        row = store.connection.execute(
            f"SELECT count(*), list(_row)[:{_ROWS}] FROM {_table(t, store)} WHERE {left} > {right}{slack}"
            + ("" if a.kind in dates else f" AND {right} >= 0")
        ).fetchone()
        if row and row[0] and row[0] < 0.2 * t.table.rows:
            verb = "is after" if a.kind in dates else "is more than"
            yield Finding(
                "contradictions",
                f"In {counted(row[0], 'row')} of {t.table.name}, {a.name} {verb} {b.name}.",
                "",
                t.table.name,
                a.name,
                tuple(int(x) for x in row[1]),
            )


def _outliers(t: TableProposal, ontology: Ontology, store: Store) -> Iterator[Finding]:
    """Values far beyond the quartiles (four ranges between them, of the logarithm), and negative ones where few are."""
    if t.class_.name is None:
        return
    definition = ontology.classes[t.class_.name]
    for p in t.properties:
        column = t.table.column(p.column)
        prop = definition.properties[p.name]
        if (
            column.kind not in (Kind.DECIMAL, Kind.INTEGER)
            or not (prop.is_money or "quantity" in p.name)
            or column.filled < 20
        ):
            continue
        n = number(column)
        row = store.connection.execute(
            f"WITH q AS (SELECT quantile_cont(ln({n}), 0.25) FILTER ({n} > 0) AS a, quantile_cont(ln({n}), 0.75) "
            f"FILTER ({n} > 0) AS b, "
            f"count(*) FILTER ({n} < 0) AS negative FROM {_table(t, store)}) "
            f"SELECT count(*), list(_row)[:{_ROWS}], max({n}), any_value(negative) FROM {_table(t, store)}, q "
            f"WHERE ({n} > 0 AND ln({n}) > b + 4 * greatest(b - a, 0.5)) OR ({n} < 0 AND negative <= 0.02 * "
            f"{t.table.rows})"
        ).fetchone()
        if row and row[0] and row[0] <= max(3, 0.01 * t.table.rows):
            yield Finding(
                "outliers",
                f"{counted(row[0], 'value')} of {p.column} in {t.table.name} {'is' if row[0] == 1 else 'are'} far "
                "from all others or below zero.",
                f"largest: {row[2]:,.2f}",
                t.table.name,
                p.column,
                tuple(int(x) for x in row[1]),
            )


def _single_source(t: TableProposal, store: Store) -> Iterator[Finding]:
    """Parts that only one supplier offers."""
    if t.class_.name != "Offer":
        return
    roles = {r.role: r for r in t.relations if len(r.key) == 1}
    if not {"supplier", "product"} <= set(roles):
        return
    product, supplier = (_place(t, roles[n].key[0]) for n in ("product", "supplier"))
    row = store.connection.execute(
        f"WITH g AS (SELECT {product} AS p, count(DISTINCT {supplier}) AS n, min(_row) AS r FROM "
        f"{_table(t, store)} WHERE {product} IS NOT NULL GROUP BY 1) "
        "SELECT count(*) FILTER (n = 1), count(*), list(p ORDER BY r) FILTER (n = 1), list(r ORDER BY r) FILTER "
        "(n = 1) FROM g"
    ).fetchone()
    if row and row[0]:
        yield Finding(
            "single-source",
            f"{row[0]} of {row[1]} parts {'has' if row[0] == 1 else 'have'} one supplier only.",
            ", ".join(map(str, row[2][:3])),
            t.table.name,
            roles["product"].key[0].column,
            tuple(int(x) for x in row[3][:_ROWS]),
        )


def _place(t: TableProposal, value: Value) -> str:
    assert value.column is not None
    column = t.table.column(value.column)
    assert may_refer(column) or column.filled
    return f"c{column.position}"
