"""Which columns tell a table's rows apart: unique columns first, then few together, then nearly unique ones.

Where several would do, names, positions and the references between tables decide; where nothing does, none is proposed.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import duckdb

from ingest.onboarding.model import ColumnProfile, KeyProposal, Kind, TableProfile
from ingest.onboarding.names import is_key_like, reference_likeness, stem, words

MOST_TOGETHER = 5
_MOST_TRIED = 60
_NEARLY = 0.95
_MEASURES = frozenset({Kind.DECIMAL, Kind.NESTED, Kind.EMPTY, Kind.BOOLEAN})
_TIMES = frozenset({"date", "start", "from", "begin", "valid", "since", "month", "year", "period", "day", "week", "on"})
_COUNTING = frozenset({"line", "position", "sequence", "number", "index"})
_TECHNICAL = frozenset({"modified", "updated", "created", "changed", "rowguid", "timestamp", "inserted"})


class Uniqueness:
    """Counts combinations of columns in the store; asked twice, counted once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, stored: Mapping[str, str]) -> None:
        self._connection = connection
        self._stored = stored
        self._held: dict[tuple[str, tuple[int, ...]], tuple[int, int]] = {}

    def __call__(self, table: TableProfile, columns: Sequence[ColumnProfile]) -> tuple[int, int]:
        """(distinct combinations, rows in which no part is null)."""
        places = tuple(sorted(c.position for c in columns))
        if len(places) == 1:
            return columns[0].distinct, columns[0].filled
        if (table.name, places) not in self._held:
            names = [f"c{p}" for p in places]
            whole = " AND ".join(f"{n} IS NOT NULL" for n in names)
            row = self._connection.execute(
                f"SELECT count(DISTINCT hash({', '.join(names)})), count(*) FROM {self._stored[table.name]} WHERE "
                f"{whole}"
            ).fetchone()
            assert row is not None
            self._held[table.name, places] = (int(row[0]), int(row[1]))
        return self._held[table.name, places]

    def whole(self, table: TableProfile, columns: Sequence[ColumnProfile]) -> bool:
        """Whether every row has a combination of its own."""
        distinct, rows = self(table, columns)
        return distinct == rows == table.rows


def unique_columns(table: TableProfile) -> list[ColumnProfile]:
    """Columns with a value of its own in every row (or nearly: exports hold a few rows twice), best key first."""
    exact = [c for c in table.columns if c.unique and _may_be_key(c)]
    return sorted(exact, key=lambda c: -single_score(table, c)[0])


def _may_be_key(column: ColumnProfile) -> bool:
    return column.kind not in _MEASURES and column.longest <= 200 and column.mean_length <= 60


def single_score(table: TableProfile, column: ColumnProfile) -> tuple[float, str]:
    """How much a unique column looks like the table's key, in [0, 1]; and why."""
    said = words(column.name)
    score, reasons = 0.45, ["every row has a value of its own"]
    if column.named:
        own, name = stem(column.name), words(table.title)
        if is_key_like(column.name):
            score += 0.25
            reasons.append("it is named like a key")
            if not own or own == name or (name and own == name[-1:]) or "".join(own) in "".join(name):
                score += 0.2
                reasons.append(f"of {table.title}")
        elif name and (said == name or said == name[-1:]):
            score += 0.2
        if said and said[-1] in ("name", "title", "description", "text", "note", "subject"):
            score -= 0.2
        if set(said) & _TECHNICAL or said == ("uuid",) or said == ("row", "uuid"):
            score -= 0.3
    if column.position == 0:
        score += 0.15
        reasons.append("it comes first")
    else:
        score -= min(0.1, 0.01 * column.position)
    match column.kind:
        case Kind.INTEGER:
            score += 0.05
        case Kind.DATE | Kind.DATETIME:
            score -= 0.3
        case Kind.UUID:
            score -= 0.1 if column.position else 0.0
        case Kind.EMAIL:
            score -= 0.15
        case Kind.TEXT if column.mean_length > 25 or any(" " in e for e in column.examples):
            score -= 0.15
        case _:
            pass
    return max(0.0, min(1.0, score)), ", ".join(reasons)


def propose_key(
    table: TableProfile, referring: Mapping[str, str], referred: frozenset[str], count: Uniqueness
) -> KeyProposal | None:
    """The key of a table.

    ``referring``: columns that lead to other tables' keys, with the table; ``referred``: columns that others lead to.
    """
    if table.rows == 0:
        return None
    singles = unique_columns(table)
    if table.parent is not None:
        return _of_child(table, singles, count)
    foreign = [c for c in table.columns if c.name in referring and _may_be_key(c)]
    if not table.header:
        linked = _nothing_but_links(table, foreign, referred, count)
        if linked is not None:
            return linked
    singles.sort(key=lambda c: -single_score(table, c)[0] + (0.35 if c.name in referring and c.position else 0.0))
    best = singles[0] if singles else None
    if best is not None and table.rows > 1:
        score, reason = single_score(table, best)
        prefix = _belongs_to_others(table, best, foreign, referring, referred, count)
        if prefix is not None:
            return KeyProposal(
                table.name,
                tuple(c.name for c in prefix),
                0.75,
                "its first columns lead to other tables: together they tell the rows apart",
                alternatives=((best.name,),),
            )
        if best.position and (best.kind is Kind.UUID or set(words(best.name)) & _TECHNICAL):
            linked = _together(table, foreign, count)
            if linked is not None and set(linked.columns) & {c.name for c in foreign}:
                return linked
        second = single_score(table, singles[1])[0] if len(singles) > 1 else 0.0
        if score >= 0.5 or best.kind is Kind.UUID:
            others = tuple((c.name,) for c in singles[1:4])
            close = score - second < 0.05 and score < 0.8
            return KeyProposal(table.name, (best.name,), score, reason, alternatives=others, ambiguous=close)
    nearly = _nearly(table, referring)
    if nearly is not None and set(words(table.title)) & set(stem(nearly.columns[0]) or words(table.title)):
        return nearly
    together = _together(table, foreign, count)
    own_name = best is not None and together is not None and together.score <= 0.5 and _is_named(best)
    if together is not None and not own_name and (best is None or single_score(table, best)[0] < 0.45):
        return together
    if own_name and best is not None:
        return KeyProposal(table.name, (best.name,), 0.4, "no two rows have the same", ambiguous=best.position > 0)
    if nearly is not None:
        return nearly
    if best is not None and single_score(table, best)[0] >= 0.35:
        score, reason = single_score(table, best)
        return KeyProposal(table.name, (best.name,), score, reason, ambiguous=True)
    return together


_SHORT_CODE = 6.0
"""Mean length of texts that are codes of something else."""


def _nothing_but_links(
    table: TableProfile, foreign: Sequence[ColumnProfile], referred: frozenset[str], count: Uniqueness
) -> KeyProposal | None:
    """Without headings, a table of ids and days only, some of which are known to lead elsewhere.

    It links what its ids stand for, so all of them tell its rows apart, even if fewer happen to be unique today: a
    person has one address in this export, and two in the next. So does the day from which a row holds.
    """
    if not foreign:
        return None
    lead: list[ColumnProfile] = []
    for column in table.columns:
        is_id = column.kind is Kind.INTEGER or (column.kind is Kind.TEXT and column.mean_length <= _SHORT_CODE)
        if not is_id or column.filled < column.rows:
            break
        lead.append(column)
    rest = [c for c in table.columns if c not in lead]
    if any(c.kind not in (Kind.UUID, Kind.DATE, Kind.DATETIME, Kind.EMPTY) for c in rest):
        return None
    if len(lead) < 2 or not any(c in lead for c in foreign) or any(c.name in referred for c in lead):
        return None
    if any(c.unique and c.low in (0, 1) and c.distinct >= (c.high or 0) for c in lead):
        return None  # a number that the table gives its own rows
    lead += rest[:1] if rest and _begins(table, rest[0]) else []
    if len(lead) > MOST_TOGETHER or not count.whole(table, lead):
        return None
    reason = "nothing but ids and days: it links what they stand for, and all of them tell the links apart"
    return KeyProposal(table.name, tuple(c.name for c in lead), 0.7, reason)


def _belongs_to_others(
    table: TableProfile,
    best: ColumnProfile,
    foreign: Sequence[ColumnProfile],
    referring: Mapping[str, str],
    referred: frozenset[str],
    count: Uniqueness,
) -> list[ColumnProfile] | None:
    """The leading columns, where they point to other tables and ``best`` is one of them or a number within them.

    A table of links (``OrderID, ProductID``), of lines (``OrderID, LineID``) or of things that last
    (``EmployeeID, DepartmentID, StartDate``) is told apart by all of them, even if fewer happen to be unique today.
    """
    if best.name in referred or best.kind in (Kind.DATE, Kind.DATETIME):
        return None
    leading: list[ColumnProfile] = []
    names = {c.name for c in foreign}
    for column in table.columns:
        if column.name in names or (column.name == best.name and not _is_technical(column)):
            leading.append(column)
        else:
            break
    if best not in leading or not ({c.name for c in leading} & names - {best.name}):
        return None
    if best.position == 0:
        if best.name not in referring or _is_own(table, best):
            return None
        if len(leading) < 2 or not _is_link(table, leading):
            return None
    elif best.name not in referring:  # a line's own number, behind what it belongs to
        leading = leading[: leading.index(best) + 1]
    leading = _grown(table, leading, names)
    return leading if len(leading) <= MOST_TOGETHER and count.whole(table, leading) else None


def _is_named(column: ColumnProfile) -> bool:
    """Whether a column is called a name: what it says is kept apart by people, as nothing beside it is."""
    return column.named and column.kind is Kind.TEXT and words(column.name)[-1:] in (("name",), ("title",))


def _is_technical(column: ColumnProfile) -> bool:
    return column.kind is Kind.UUID or (column.named and bool(set(words(column.name)) & _TECHNICAL))


def _is_own(table: TableProfile, column: ColumnProfile) -> bool:
    """Whether a column's name is the table's own (``OrderID`` in ``Orders``)."""
    return (
        column.named
        and reference_likeness(column.name, table.title, column.name if stem(column.name) else "id")[0] >= 0.95
        and stem(column.name) == words(table.title)
    )


def _is_link(table: TableProfile, leading: Sequence[ColumnProfile]) -> bool:
    """Whether a table says hardly more than what belongs together: most of its columns lead elsewhere."""
    rest = [
        c
        for c in table.columns
        if c not in leading
        and c.kind is not Kind.UUID
        and not (set(words(c.name)) & _TECHNICAL)
        and c.kind not in (Kind.DATE, Kind.DATETIME)
    ]
    return len(rest) <= len(leading)


def _of_child(table: TableProfile, singles: Sequence[ColumnProfile], count: Uniqueness) -> KeyProposal | None:
    own = [c for c in singles if c.name != "_index" and "." in c.name and is_key_like(c.name)]
    if own:
        return KeyProposal(table.name, (own[0].name,), 0.8, "each element has an id of its own")
    index = next((c for c in table.columns if c.name == "_index"), None)
    fronts = [
        c
        for c in table.columns
        if c.name != "_index" and c.filled == c.rows and "." not in c.name and (is_key_like(c.name) or c.name == "_key")
    ]
    if index is not None:
        for front in fronts:
            if count.whole(table, [front, index]):
                return KeyProposal(
                    table.name, (front.name, index.name), 0.8, "the record that it lies in, and its place there"
                )
        for front in fronts:
            distinct, rows = count(table, [front, index])
            if rows and distinct >= _NEARLY * rows:
                return KeyProposal(
                    table.name,
                    (front.name, index.name),
                    0.7,
                    "the record that it lies in, and its place there",
                    repeated=rows - distinct,
                )
    return None


def _together(table: TableProfile, foreign: Sequence[ColumnProfile], count: Uniqueness) -> KeyProposal | None:
    """The fewest columns that tell the rows apart; those first that lead elsewhere or are named like keys."""
    able = [
        c
        for c in table.columns
        if _may_be_key(c) and c.filled == c.rows and c.distinct > 1 and (c in foreign or not _is_technical(c))
    ]
    names = {c.name for c in foreign}

    def weight(c: ColumnProfile) -> float:
        said = set(words(c.name)) if c.named else set()
        at = 1.0 if c.name in names else 0.0
        at += 0.6 if c.named and is_key_like(c.name) else 0.0
        at += 1.2 if _is_own(table, c) else 0.0
        at += 2.0 if said and said <= _COUNTING else 0.0
        at += 0.5 if said & _TIMES or (not c.named and c.kind in (Kind.DATE, Kind.DATETIME)) else 0.0
        at -= (
            0.4
            if (c.kind in (Kind.UUID, Kind.EMAIL) and c.name not in names)
            or said & {"name", "description", "note", "text"}
            else 0.0
        )
        return at - 0.08 * c.position

    ordered = sorted(able, key=lambda c: (-weight(c), c.position))[:9]
    tried = 0
    for size in range(2, min(MOST_TOGETHER, len(ordered)) + 1):
        fitting = []
        for columns in itertools.combinations(ordered, size):
            tried += 1
            if tried > _MOST_TRIED * size:
                break
            if count.whole(table, columns):
                fitting.append(columns)
        if fitting:
            best = max(fitting, key=lambda cs: sum(weight(c) for c in cs))
            grown = sorted(_grown(table, list(best), names), key=lambda c: c.position)
            score = 0.5 + 0.12 * sum(c.name in names or (c.named and is_key_like(c.name)) for c in best)
            return KeyProposal(
                table.name,
                tuple(c.name for c in grown),
                min(0.9, score),
                "no column alone, but these together tell the rows apart",
                ambiguous=len(fitting) > 1 and score < 0.7,
            )
    return None


def _grown(table: TableProfile, columns: list[ColumnProfile], foreign: set[str]) -> list[ColumnProfile]:
    """With the leading columns that lead elsewhere as well, and the day from which a row with an end holds.

    Links are told apart by all that they link, and what lasted by when it began, even if fewer are unique today.
    """
    if any(
        c.named
        and c.name not in foreign
        and (not is_key_like(c.name) or set(words(c.name)) <= _COUNTING)
        and c.kind not in (Kind.DATE, Kind.DATETIME)
        for c in columns
    ):
        return columns  # a line's number tells the lines apart by itself
    if any(_is_own(table, c) for c in columns):
        return columns  # its own number, used again each year: what the rows lead to adds nothing
    lead: list[ColumnProfile] = []
    for column in table.columns:
        linking = column.name in foreign or (column.named and is_key_like(column.name) and not _is_technical(column))
        if column in columns or (linking and column.filled == column.rows and _may_be_key(column)):
            lead.append(column)
        elif column.position == len(lead) and _begins(table, column):
            lead.append(column)
            break
        else:
            break
    if len(lead) < 2 or not all(c in lead for c in columns):
        return columns
    return lead if len(lead) <= MOST_TOGETHER and _is_link(table, lead) else columns


def _begins(table: TableProfile, column: ColumnProfile) -> bool:
    """Whether a column is the day from which a row holds, and the next one the day until which."""
    after = next((c for c in table.columns if c.position == column.position + 1), None)
    dates = (Kind.DATE, Kind.DATETIME)
    if (
        column.kind not in dates
        or column.filled != column.rows
        or after is None
        or after.kind not in (*dates, Kind.EMPTY)
    ):
        return False
    return not after.named or bool(set(words(after.name)) & {"end", "until", "to", "through", "stop"})


def _nearly(table: TableProfile, referring: Mapping[str, str]) -> KeyProposal | None:
    """A column named like a key in which a few rows repeat or are empty: damage, not another meaning."""
    if table.rows < 15:
        return None
    for column in sorted(table.columns, key=lambda c: c.position):
        if not _may_be_key(column) or not column.named or not column.filled or column.name in referring:
            continue
        if column.distinct >= _NEARLY * column.filled and column.filled >= _NEARLY * column.rows:
            score, reason = single_score(table, column)
            if score >= 0.6:
                repeated = column.filled - column.distinct
                empty = column.rows - column.filled
                return KeyProposal(
                    table.name,
                    (column.name,),
                    score - 0.1,
                    reason.replace("every row has", "nearly every row has"),
                    repeated,
                    empty,
                )
    return None
