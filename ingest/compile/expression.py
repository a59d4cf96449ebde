"""The DuckDB expressions of a mapping: scalar, over the row's columns, always with the same result for the same row.

Forbidden are subqueries, windows, aggregates, functions that read files, settings, the clock or chance: the state of
the graph is a function of the archived rows, so an expression must be one too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import duckdb

from ingest.compile.sql import identifier

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "lock_configuration": "true",
}
"""Settings of a connection that runs expressions where the data permits it (no files are read through it)."""
_FORBIDDEN_CLASSES = {
    "SUBQUERY": "a subquery",
    "WINDOW": "a window function",
    "STAR": "`*`",
    "PARAMETER": "a parameter",
    "DEFAULT": "`DEFAULT`",
}
_FORBIDDEN_NAMES = frozenset(
    {
        "getenv", "current_user", "session_user", "user", "version", "pg_typeof", "current_timestamp", "current_time",
        "localtime", "localtimestamp", "current_date", "get_current_time", "get_current_timestamp", "add_parquet_key",
    }
)  # fmt: skip
_MORE_FORBIDDEN = ("read_", "pg_", "duckdb_", "pragma_", "icu_", "write_")


class BadExpression(ValueError):
    """The expression cannot be used; the message says why, ``columns`` names unknown ones."""

    def __init__(self, message: str, columns: tuple[str, ...] = ()) -> None:
        self.columns = columns
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression and the columns that it reads (as written)."""

    sql: str
    columns: tuple[str, ...]


@lru_cache(maxsize=1)
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config=CONFIG)


@lru_cache(maxsize=1)
def _permitted() -> frozenset[str]:
    """Names of scalar functions and macros whose result depends on their arguments alone."""
    rows = (
        _connection()
        .cursor()
        .execute(
            "SELECT function_name, bool_and(function_type = 'macro' OR "
            "(function_type = 'scalar' AND stability = 'CONSISTENT')) FROM duckdb_functions() "
            "GROUP BY function_name"
        )
    )
    return frozenset(
        name
        for name, fine in rows.fetchall()
        if fine and name not in _FORBIDDEN_NAMES and not name.startswith(_MORE_FORBIDDEN)
    )


@lru_cache(maxsize=4096)
def parse_expression(sql: str) -> Expression:
    """Parse one scalar expression.

    Raises:
        BadExpression: it is no expression, or does what is forbidden.
    """
    text = f"SELECT ({sql}\n) FROM raw"
    answer = json.loads(
        _connection().cursor().execute("SELECT json_serialize_sql($1::VARCHAR)", [text]).fetchall()[0][0]
    )
    if answer["error"]:
        raise BadExpression(str(answer["error_message"]).split("\n")[0])
    statements = answer["statements"]
    node = statements[0]["node"] if len(statements) == 1 else {}
    plain = (
        node.get("type") == "SELECT_NODE"
        and len(node["select_list"]) == 1
        and node["where_clause"] is None
        and node["from_table"].get("type") == "BASE_TABLE"
        and not node["modifiers"]
        and not node["group_expressions"]
        and not node["cte_map"]["map"]
        and node["having"] is None
        and node["qualify"] is None
    )
    if not plain:
        raise BadExpression("one expression is expected, not a query")
    columns: dict[str, None] = {}
    _walk(node["select_list"][0], frozenset(), columns)
    return Expression(sql, tuple(columns))


def _walk(node: object, bound: frozenset[str], columns: dict[str, None]) -> None:
    """Collect column names; refuse what is forbidden. ``bound`` holds the parameters of lambdas around the node."""
    if isinstance(node, list):
        for item in node:
            _walk(item, bound, columns)
        return
    if not isinstance(node, dict):
        return
    kind = str(node.get("class", ""))
    if kind in _FORBIDDEN_CLASSES:
        raise BadExpression(f"{_FORBIDDEN_CLASSES[kind]} cannot be used: an expression sees one row")
    if kind == "COLUMN_REF":
        names = node["column_names"]
        if names[0] not in bound:
            columns[names[-1] if len(names) > 1 and names[0] == "raw" else names[0]] = None
        return
    if kind == "FUNCTION":
        name = str(node["function_name"]).lower()
        if name not in _permitted() and not node.get("is_operator"):
            raise BadExpression(
                f"the function {name!r} cannot be used: it does not exist, works over many rows, or depends on "
                "something other than the row"
            )
    if kind == "LAMBDA":
        bound |= frozenset(_parameters(node.get("lhs")))
        _walk(node.get("expr"), bound, columns)
        return
    for value in node.values():
        _walk(value, bound, columns)


def _parameters(node: object) -> list[str]:
    found: list[str] = []
    if isinstance(node, dict):
        if node.get("class") == "COLUMN_REF":
            found += [str(name) for name in node["column_names"]]
        for value in node.values():
            found += _parameters(value)
    elif isinstance(node, list):
        for item in node:
            found += _parameters(item)
    return found


def check_expression(sql: str, columns: Sequence[str], *, condition: bool = False) -> Expression:
    """Parse, and bind to a table with these columns, all of them text.

    Raises:
        BadExpression: as :func:`parse_expression`, or a column does not exist, or types do not fit.
    """
    expression = parse_expression(sql)
    known = {name.lower() for name in columns}
    unknown = tuple(name for name in expression.columns if name.lower() not in known)
    if unknown:
        raise BadExpression(f"there is no column called {unknown[0]!r}", unknown)
    cursor = _connection().cursor()
    fields = ", ".join(f"NULL::VARCHAR AS {identifier(name)}" for name in columns)
    cast = "::BOOLEAN" if condition else ""
    try:
        cursor.execute(f"EXPLAIN SELECT TRY([({sql}\n){cast}]) FROM (SELECT {fields}) AS raw").fetchall()
    except duckdb.Error as problem:
        raise BadExpression(str(problem).split("\n")[0]) from problem
    return expression


@lru_cache(maxsize=4096)
def is_list(sql: str, columns: tuple[str, ...]) -> bool:
    """Whether a checked expression gives a list of values."""
    fields = ", ".join(f"NULL::VARCHAR AS {identifier(name)}" for name in columns)
    query = f"SELECT typeof(({sql}\n)) FROM (SELECT {fields}) AS raw"
    found = _connection().cursor().execute(query).fetchall()
    return str(found[0][0]).endswith("[]")


def is_date_format(form: str) -> bool:
    """Whether DuckDB can read dates by a format."""
    try:
        _connection().cursor().execute("SELECT try_strptime('x', $1)", [form]).fetchall()
    except duckdb.Error:
        return False
    return True
