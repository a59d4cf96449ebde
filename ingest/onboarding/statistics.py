"""What the columns of a loaded table look like: one pass of counting, then rules over the counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from ingest.compile.sql import literal
from ingest.onboarding.countries import COUNTRIES
from ingest.onboarding.model import ColumnProfile, Finding, Kind
from ingest.onboarding.money import CODES, SHOWN, marks_in, said_in
from ingest.onboarding.names import words
from ingest.onboarding.store import Loaded

_CHUNK = 40
_EXAMPLES = 3
_CODE = "|".join(("€", "\\$", "£", *CODES))
_PATTERNS = {
    "integer": r"[+-]?\d{1,18}",
    "zeros": r"0\d+",
    "point": r"[+-]?(\d+\.\d*|\d*\.\d+)([eE][+-]?\d+)?",
    "comma": r"[+-]?\d+,\d+",
    "comma_thousands": r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?",
    "point_thousands": r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?",
    "space_thousands": r"[+-]?\d{1,3}([ \x{00a0}'’]\d{3})+([.,]\d+)?",
    "science": r"\d(\.\d+)?[eE]\+?\d{2,}",
    "iso": r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|UTC|[+-]\d{2}:?\d{2}))?)?",
    "iso_time": r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}.*",
    "midnight": r"\d{4}-\d{2}-\d{2}[ T]00:00(:00(\.0+)?)?",
    "european": r"\d{1,2}\.\d{1,2}\.(\d{4}|\d{2})",
    "slashes": r"\d{1,2}/\d{1,2}/(\d{4}|\d{2})",
    "boolean": r"(?i)(true|false|yes|no|y|n|t|f|ja|nein|j|oui|non|wahr|falsch)",
    "uuid": r"\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?",
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "error": r"#(REF|N/A|DIV/0|VALUE|NAME|NUM|NULL|BEZUG|WERT|ZAHL)[!?]?|#NV|Err:\d+",
    "percent": r"[+-]?\d+([.,]\d+)? ?%",
    "money": rf"-?({_CODE}) ?-?\d[\d.,' ]*|-?\d[\d.,' ]* ?({_CODE})",
    "nested": r"[\[{].*[\]}]",
}


@dataclass(frozen=True, slots=True)
class _Counts:
    filled: int
    distinct: int
    low: int | None
    high: int | None
    top: float | None
    longest: int
    mean_length: float
    scale: int
    negative: int
    first_over: int
    second_over: int
    mojibake: int
    shapes: dict[str, int]

    def share(self, name: str) -> float:
        return self.shapes[name] / self.filled if self.filled else 0.0


def column_profiles(
    connection: duckdb.DuckDBPyConnection, loaded: Loaded
) -> tuple[tuple[ColumnProfile, ...], list[Finding]]:
    """The profile of each column, and what a person should know of their values."""
    profiles: list[ColumnProfile] = []
    findings: list[Finding] = []
    columns = loaded.draft.columns
    for start in range(0, len(columns), _CHUNK):
        chunk = range(start, min(start + _CHUNK, len(columns)))
        counted = _counted(connection, loaded.table, chunk)
        for position, counts in zip(chunk, counted, strict=True):
            examples = _examples(connection, loaded.table, position)
            profile = _profile(columns[position], position, loaded, counts, examples)
            if profile.kind is Kind.TEXT and profile.longest <= 3 and profile.mean_length >= 1.9:
                profile = replace(profile, listed=_listed(connection, loaded.table, position))
            if "money" in profile.transforms:
                marks = _marks(connection, loaded.table, position)
                profile = replace(profile, currencies=marks, currency=marks[0] if len(marks) == 1 else None)
            profiles.append(profile)
            findings += _findings(connection, loaded, profile, counts)
    return tuple(profiles), findings


def _counted(connection: duckdb.DuckDBPyConnection, table: str, positions: Sequence[int]) -> list[_Counts]:
    """Counts over all rows, of the patterns that a few hundred rows show and of those that only damage shows."""
    seen = _seen(connection, table, positions)
    parts: list[str] = []
    wanted: list[list[str]] = []
    for i in positions:
        c = f"c{i}"
        patterns = sorted(seen[i] | _damage(seen[i]))
        wanted.append(patterns)
        numeric = seen[i] & _NUMBERS
        days = seen[i] & {"european", "slashes"}
        part = f"regexp_extract({c}, '^(\\d{{1,2}})[/.](\\d{{1,2}})[/.]\\d', %d)"
        parts += [
            f"count({c})",
            f"count(DISTINCT {c})",
            f"min(TRY_CAST({c} AS BIGINT))" if "integer" in seen[i] else "NULL",
            f"max(TRY_CAST({c} AS BIGINT))" if "integer" in seen[i] else "NULL",
            f"max(TRY_CAST({c} AS DOUBLE))" if seen[i] & {"integer", "point"} else "NULL",
            f"max(length({c}))",
            f"avg(length({c}))",
            f"max(length(regexp_extract({c}, '^[+-]?[\\d.,]*[.,](\\d+)$', 1)))" if numeric - {"integer"} else "0",
            f"count(*) FILTER (starts_with({c}, '-'))" if numeric else "0",
            f"count(*) FILTER (TRY_CAST({part % 1} AS INT) > 12)" if days else "0",
            f"count(*) FILTER (TRY_CAST({part % 2} AS INT) > 12)" if days else "0",
            f"count(*) FILTER (contains({c}, 'Ã') AND regexp_matches({c}, 'Ã[\\x{{0080}}-\\x{{00bf}}]') OR "
            f"contains({c}, 'â€'))",
        ]
        parts += [f"count(*) FILTER (regexp_full_match({c}, {literal(_PATTERNS[p])}))" for p in patterns]
    row = connection.execute(f"SELECT {', '.join(parts)} FROM {table}").fetchone()
    assert row is not None
    found = []
    at = 0
    for patterns in wanted:
        v = row[at : at + 12]
        counts = dict.fromkeys(_PATTERNS, 0) | dict(zip(patterns, row[at + 12 : at + 12 + len(patterns)], strict=True))
        at += 12 + len(patterns)
        found.append(
            _Counts(v[0], v[1], v[2], v[3], v[4], v[5] or 0, v[6] or 0.0, v[7] or 0, v[8], v[9], v[10], v[11], counts)
        )
    return found


_NUMBERS = frozenset(
    {
        "integer",
        "point",
        "comma",
        "comma_thousands",
        "point_thousands",
        "space_thousands",
        "money",
        "percent",
        "science",
    }
)
_LOOKED_AT = 800


def _damage(seen: frozenset[str]) -> frozenset[str]:
    """Patterns that a few rows of many may have, given what most have."""
    if seen & {"iso", "uuid", "email"} and not seen & _NUMBERS:
        return frozenset({"error"})
    if seen & _NUMBERS:
        return frozenset(
            {"error", "zeros", "science", "integer", "point", "comma", "comma_thousands", "point_thousands"}
        )
    return frozenset({"error", "science"})


def _seen(connection: duckdb.DuckDBPyConnection, table: str, positions: Sequence[int]) -> dict[int, frozenset[str]]:
    """The patterns that rows from all over the table show."""
    names = ", ".join(f"c{i}" for i in positions)
    step = connection.execute(f"SELECT greatest(1, count(*) // {_LOOKED_AT}) FROM {table}").fetchone()
    assert step is not None
    parts = [f"bool_or(regexp_full_match(c{i}, {literal(p)}))" for i in positions for p in _PATTERNS.values()]
    row = connection.execute(
        f"SELECT {', '.join(parts)} FROM (SELECT {names} FROM {table} WHERE rowid % {step[0]} = 0)"
    ).fetchone()
    assert row is not None
    width = len(_PATTERNS)
    return {
        i: frozenset(p for p, hit in zip(_PATTERNS, row[k * width : (k + 1) * width], strict=True) if hit)
        for k, i in enumerate(positions)
    }


def _examples(connection: duckdb.DuckDBPyConnection, table: str, position: int) -> tuple[str, ...]:
    rows = connection.execute(
        f"SELECT DISTINCT c{position} FROM (SELECT c{position} FROM {table} WHERE c{position} IS NOT NULL LIMIT "
        "100) LIMIT 12"
    ).fetchall()
    return tuple(str(r[0])[:40] for r in rows[:_EXAMPLES])


def _listed(connection: duckdb.DuckDBPyConnection, table: str, position: int) -> str | None:
    """``country``, ``currency``: nearly all of the distinct values, two at least, are codes of such."""
    c = f"upper(trim(c{position}))"
    row = connection.execute(
        f"SELECT count(DISTINCT {c}), count(DISTINCT {c}) FILTER ({c} IN (SELECT unnest(?))), "
        f"count(DISTINCT {c}) FILTER ({c} IN (SELECT unnest(?))) FROM {table}",
        [list(COUNTRIES), list(CODES)],
    ).fetchone()
    if row is None or row[0] < 2:
        return None
    return "country" if row[1] >= 0.95 * row[0] else "currency" if row[2] >= 0.95 * row[0] else None


def _marks(connection: duckdb.DuckDBPyConnection, table: str, position: int) -> tuple[str, ...]:
    """The currencies beside the numbers of a column, the most frequent first."""
    c = f"c{position}"
    rows = connection.execute(
        f"SELECT regexp_extract(upper({c}), {literal(SHOWN)}) AS mark FROM {table} WHERE {c} IS NOT NULL GROUP BY 1 "
        "ORDER BY count(*) DESC, 1 LIMIT 20"
    ).fetchall()
    return tuple(dict.fromkeys(m for r in rows for m in marks_in((str(r[0]),))))


def _profile(name: str, position: int, loaded: Loaded, n: _Counts, examples: tuple[str, ...]) -> ColumnProfile:
    kind = Kind.TEXT
    comma = False
    thousands: str | None = None
    date_format: str | None = None
    has_time = False
    transforms: list[str] = []
    currency = said_in(name)
    numeric_words = not (
        set(words(name)) & {"number", "code", "id", "phone", "zip", "sku", "postal", "version", "account"}
    )
    integers = n.shapes["integer"]
    decimals = n.shapes["integer"] + n.shapes["point"]
    if n.filled == 0:
        kind = Kind.EMPTY
    elif n.share("uuid") >= 0.98:
        kind = Kind.UUID
    elif n.share("email") >= 0.9:
        kind = Kind.EMAIL
    elif integers >= 0.97 * n.filled and n.shapes["zeros"] <= 0.0 * n.filled:
        kind = Kind.INTEGER
    elif n.shapes["iso"] >= 0.95 * n.filled:
        has_time = n.shapes["iso_time"] > n.shapes["midnight"]
        kind = Kind.DATETIME if has_time else Kind.DATE
        if not has_time and n.shapes["iso_time"]:
            transforms.append("date_part")
    elif n.shapes["european"] >= 0.95 * n.filled:
        kind, date_format = Kind.DATE, f"%d.%m.{_year(examples)}"
    elif n.shapes["slashes"] >= 0.95 * n.filled:
        order = "%m/%d/" if n.second_over > n.first_over else "%d/%m/"
        kind, date_format = Kind.DATE, order + _year(examples)
    elif _is_decimal_comma(n, numeric_words, loaded.draft.read.separator == ";"):
        kind, comma = Kind.DECIMAL, True
        thousands = "." if n.shapes["point_thousands"] else None
        transforms.append("decimal_comma")
    elif n.shapes["comma_thousands"] and n.shapes["comma_thousands"] + decimals >= 0.95 * n.filled:
        kind, thousands = Kind.DECIMAL, ","
        transforms.append("thousands")
    elif decimals >= 0.95 * n.filled and n.shapes["point"]:
        kind = Kind.DECIMAL
    elif n.shapes["money"] and n.shapes["money"] + decimals + n.shapes["comma"] >= 0.95 * n.filled:
        kind = Kind.DECIMAL
        currency = next(iter(marks_in(examples)), currency)
        comma = any(re.search(r",\d{1,2}\D*$", e) for e in examples)
        transforms.append("money")
    elif n.shapes["percent"] >= 0.9 * n.filled:
        kind = Kind.DECIMAL
        transforms += ["decimal_comma", "percent"] if any("," in e for e in examples) else ["percent"]
    elif n.share("boolean") >= 0.98 and n.distinct <= 3:
        kind = Kind.BOOLEAN
    elif n.share("nested") >= 0.9:
        kind = Kind.NESTED
    return ColumnProfile(
        name,
        position,
        kind,
        loaded.rows,
        n.filled,
        n.distinct,
        n.low if kind is Kind.INTEGER else None,
        n.high if kind is Kind.INTEGER else None,
        n.top if kind in (Kind.INTEGER, Kind.DECIMAL) and not transforms else None,
        None,
        n.longest,
        float(n.mean_length),
        comma,
        thousands,
        date_format,
        _order_is_sure(n) or n.shapes["slashes"] < 0.95 * n.filled,
        has_time,
        tuple(transforms),
        currency,
        n.shapes["zeros"] > 0,
        n.scale if kind is Kind.DECIMAL else 0,
        n.negative > 0,
        examples,
        loaded.draft.header,
    )


_DECIDED = 0.95
"""Share of the dates with a number above 12 that must put it in one place: the others are mistyped."""


def _order_is_sure(n: _Counts) -> bool:
    """Whether numbers above 12 say which comes first, day or month."""
    return max(n.first_over, n.second_over) >= _DECIDED * (n.first_over + n.second_over) > 0


def _is_decimal_comma(n: _Counts, numeric: bool, semicolons: bool) -> bool:
    """``1.234,50``. Where every number could be ``1,234`` for 1234 as well, the separator of the file decides."""
    integers, comma, points = n.shapes["integer"], n.shapes["comma"], n.shapes["point_thousands"]
    if integers + comma + points < 0.95 * n.filled or not (comma or (points and numeric and semicolons)):
        return False
    either = n.shapes["comma_thousands"] == comma and not points
    return semicolons or not either


def _year(examples: tuple[str, ...]) -> str:
    return "%y" if examples and all(re.fullmatch(r".*\D\d\d", e) for e in examples) else "%Y"


def _findings(
    connection: duckdb.DuckDBPyConnection, loaded: Loaded, column: ColumnProfile, n: _Counts
) -> list[Finding]:
    table, name, found = loaded.draft.title, column.name, []

    def say(code: str, what: str, pattern: str = "") -> None:
        rows, shown = _rows_like(connection, loaded.table, column.position, pattern) if pattern else ((), "")
        found.append(Finding(code, what, shown or ", ".join(column.examples), table, name, rows))

    if column.decimal_comma and "decimal_comma" in column.transforms:
        say("decimal-comma", "Numbers are written with a decimal comma.")
    if column.thousands:
        say(
            "thousands",
            f"Numbers have a mark ({column.thousands}) between thousands.",
            _PATTERNS["point_thousands" if column.thousands == "." else "comma_thousands"],
        )
    if n.shapes["zeros"] and n.shapes["integer"] >= 0.9 * n.filled:
        say(
            "leading-zeros",
            f"{n.shapes['zeros']} values begin with 0; they are kept as text, so that no zero is lost.",
            _PATTERNS["zeros"],
        )
    if n.shapes["science"] and column.kind is not Kind.DECIMAL:
        say(
            "damaged-keys",
            f"{n.shapes['science']} values look like 1.2E+05: a spreadsheet has rounded what was a number; the "
            "digits are lost.",
            _PATTERNS["science"],
        )
    elif n.shapes["science"] and (set(words(name)) & {"id", "number", "code", "key", "gtin", "sku", "phone"}):
        say(
            "damaged-keys",
            f"{n.shapes['science']} keys look like 1.2E+05: a spreadsheet has rounded them; the digits are lost.",
            _PATTERNS["science"],
        )
    if column.date_format and column.date_format.startswith(("%d/", "%m/")):
        if n.first_over and n.second_over and not _order_is_sure(n):
            say("date-order", "Some dates are day/month, others month/day: they cannot all be right.")
        elif not _order_is_sure(n):
            say("date-order", "Every date can be read as day/month or month/day; nothing in the data decides.")
    if n.shapes["error"]:
        say(
            "error-cells",
            f"{n.shapes['error']} cells hold a spreadsheet's error in place of a value.",
            _PATTERNS["error"],
        )
    if n.mojibake:
        say(
            "mojibake",
            f"{n.mojibake} texts went through the wrong encoding once (Ã¼ for ü).",
            ".*(Ã[\\x{0080}-\\x{00bf}]|â€).*",
        )
    return found


def _rows_like(
    connection: duckdb.DuckDBPyConnection, table: str, position: int, pattern: str
) -> tuple[tuple[int, ...], str]:
    rows = connection.execute(
        f"SELECT _row, c{position} FROM {table} WHERE regexp_full_match(c{position}, {literal(pattern)}) LIMIT 5"
    ).fetchall()
    return tuple(int(r[0]) for r in rows), ", ".join(str(r[1])[:40] for r in rows[:3])
