"""The contract of a table's columns: what each cell must be, checked on the text as it came (nulls applied)."""

from __future__ import annotations

from collections.abc import Callable

from ingest.compile.cast import reason, value
from ingest.compile.layers import Layers, rule_cast
from ingest.compile.sql import literal
from ingest.mapping.model import ColumnRule, SourceMapping, Table, Target

_SHOWN = "'\"' || CASE WHEN length({x}) > 60 THEN {x}[1:60] || '…' ELSE {x} END || '\"'"


def compile_contract(
    table: Table, mapping: SourceMapping, layers: Layers, target: Callable[[Target], str]
) -> tuple[list[str], list[str]]:
    """Add the contract's violations to the layers; the statements for ``uniques`` and ``checks``."""
    uniques, checks = [], []
    key = [cell.column for cell in table.key]
    for rule in table.contract:
        text = layers.raw(rule.column)
        _cell_rules(rule, text, mapping, layers)
        if rule.unique and key != [rule.column]:
            held = layers.derived(f"nfc_normalize({text})")
            uniques.append(
                f'SELECT record, {literal(rule.column)} AS "column", {held} AS value FROM staged '
                f"WHERE record IS NOT NULL AND {held} IS NOT NULL"
            )
        if rule.reference is not None:
            held = target(rule.reference)
            checks.append(
                f'SELECT record, {literal(rule.column)} AS "column", {held} AS target FROM staged '
                f"WHERE record IS NOT NULL AND {held} IS NOT NULL"
            )
    return uniques, checks


def _cell_rules(rule: ColumnRule, text: str, mapping: SourceMapping, layers: Layers) -> None:
    shown = _SHOWN.replace("{x}", text)
    if rule.required:
        layers.rule(f"{text} IS NULL", "required", rule.column, literal("a value is required"))
    if rule.type is not None:
        spec = rule_cast(rule.type, rule.scale, mapping)
        layers.rule(f"{text} IS NOT NULL AND {value(spec, text)} IS NULL", "type", rule.column, reason(spec, text))
    if rule.pattern is not None:
        message = f"{shown} || {literal(' does not match the pattern ' + rule.pattern)}"
        layers.rule(f"NOT regexp_full_match({text}, {literal(rule.pattern)})", "pattern", rule.column, message)
    if rule.among:
        listed = ", ".join(literal(v) for v in rule.among)
        message = f"{shown} || {literal(' is not one of: ' + ', '.join(rule.among))}"
        layers.rule(f"{text} NOT IN ({listed})", "in", rule.column, message)
    if rule.low is not None or rule.high is not None:
        _range(rule, text, shown, mapping, layers)


def _range(rule: ColumnRule, text: str, shown: str, mapping: SourceMapping, layers: Layers) -> None:
    spec = rule_cast(rule.type or "string", rule.scale, mapping)
    if rule.type in ("integer", "decimal", "float"):
        kind = "DOUBLE" if rule.type == "float" else "DECIMAL(38, 15)"
        compared = f"TRY_CAST(trim({text}) AS {kind})"
        bound = {side: f"CAST({literal(side)} AS {kind})" for side in (rule.low, rule.high) if side is not None}
    else:
        compared = value(spec, text)
        bound = {side: value(spec, literal(side)) for side in (rule.low, rule.high) if side is not None}
    tests = []
    if rule.low is not None:
        tests.append(f"{compared} < {bound[rule.low]}")
    if rule.high is not None:
        tests.append(f"{compared} > {bound[rule.high]}")
    limits = f"{rule.low if rule.low is not None else '…'} to {rule.high if rule.high is not None else '…'}"
    layers.rule(" OR ".join(tests), "range", rule.column, f"{shown} || {literal(f' is outside {limits}')}")
