"""A table's mapping against the columns of its source: names, expressions, date formats."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.compile.expression import BadExpression, check_expression, is_date_format, parse_expression
from ingest.mapping.model import Cell, Table, cells, conditions
from ingest.mapping.problems import Collector, suggestion


def check_columns(table: Table, columns: Sequence[str], found: Collector) -> None:
    """Every column that the mapping of a table names is there, and every expression fits them."""
    known = set(columns)
    for cell in cells(table):
        for name in (cell.column, *cell.columns):
            if name is not None and name not in known:
                found.unknown(cell.where, "column", name, columns, f" in table {table.name!r}")
        if cell.sql is not None:
            _bind(cell.sql, columns, cell, found, condition=False)
    for rule in table.contract:
        if rule.column not in known:
            found.unknown(rule.where, "column", rule.column, columns, f" in table {table.name!r}")
    for sql, where in conditions(table):
        _bind(sql, columns, Cell(where), found, condition=True)


def _bind(sql: str, columns: Sequence[str], cell: Cell, found: Collector, *, condition: bool) -> None:
    try:
        parse_expression(sql)
    except BadExpression:
        return  # said when the mapping was loaded
    try:
        check_expression(sql, columns, condition=condition)
    except BadExpression as problem:
        hint = (
            suggestion(problem.columns[0], columns)
            if problem.columns
            else "Columns are text: cast them, as in `Qty::INT`."
        )
        found.add(cell.where, f"the expression cannot be used: {problem}.", hint)


def check_expressions(table: Table, found: Collector) -> None:
    """Every expression is one scalar expression, every date format one that DuckDB knows."""
    for cell in cells(table):
        for form in (cell.date_format, cell.datetime_format):
            if form is not None and not is_date_format(form):
                found.add(cell.where, f"{form!r} is no date format.", "Write it as in `%d.%m.%Y %H:%M:%S`.")
    written = [(c.sql, c.where) for c in cells(table) if c.sql is not None]
    for sql, where in (*written, *conditions(table)):
        try:
            parse_expression(sql)
        except BadExpression as problem:
            found.add(
                where,
                f"the expression cannot be used: {problem}.",
                "It must be one DuckDB expression over the row's columns.",
            )
