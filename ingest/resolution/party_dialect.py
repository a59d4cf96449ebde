"""A pinned model's conditions in another backend's SQL: they are kept as DuckDB's, Splink does not translate them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from splink.internals.dialects import SplinkDialect

_FUNCTIONS = ("jaro_winkler", "jaro", "damerau_levenshtein", "levenshtein", "jaccard")
"""Likenesses of texts: each backend calls them by its own name (``<name>_function_name`` of Splink's dialects)."""


def in_dialect(settings: dict[str, Any], dialect: SplinkDialect) -> dict[str, Any]:
    """Splink's settings (as :meth:`PartyModel.parsed` gives them) for a backend; the very same for DuckDB.

    Raises:
        ValueError: a condition uses a likeness that the backend does not have; it names both.
    """
    name = str(dialect.sql_dialect_str)
    if settings["sql_dialect"] == name:
        return settings

    def said(condition: str) -> str:
        return condition if condition == "ELSE" else _translated(condition, dialect)

    comparisons = [
        {
            **comparison,
            "comparison_levels": [
                {**level, "sql_condition": said(level["sql_condition"])} for level in comparison["comparison_levels"]
            ],
        }
        for comparison in settings["comparisons"]
    ]
    rules = [
        {**rule, "blocking_rule": said(rule["blocking_rule"]), "sql_dialect": name}
        for rule in settings["blocking_rules_to_generate_predictions"]
    ]
    return {
        **settings,
        "sql_dialect": name,
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": rules,
    }


def _translated(condition: str, dialect: SplinkDialect) -> str:
    import sqlglot
    from splink.internals.dialects import SplinkDialect

    duckdb = SplinkDialect.from_string("duckdb")
    theirs = {}
    for likeness in _FUNCTIONS:
        ours = str(getattr(duckdb, f"{likeness}_function_name"))
        condition, found = re.subn(rf"\b{ours}\(", f"likeness_{likeness}(", condition)
        if not found:
            continue
        try:
            theirs[likeness] = str(getattr(dialect, f"{likeness}_function_name"))
        except NotImplementedError as missing:
            raise ValueError(f"{dialect.sql_dialect_str} has no {likeness}, which {condition!r} uses.") from missing
    # A name that is nobody's own passes through as it is; the backends would each rename one that they know.
    (done,) = sqlglot.transpile(condition, read="duckdb", write=dialect.sqlglot_dialect, normalize_functions=False)
    for likeness, other in theirs.items():
        done = done.replace(f"likeness_{likeness}(", f"{other}(")
    return done
