"""The staged row: layer by layer from raw cells to typed values, each expression written and computed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.compile.cast import CastSpec, reason, value
from ingest.compile.expression import is_list
from ingest.compile.sql import identifier, literal
from ingest.mapping.model import Cell, SourceMapping
from ontology.model import Datatype, PropertyDef

TEXT = CastSpec(Datatype.STRING)
DATE = CastSpec(Datatype.DATE)


@dataclass(frozen=True, slots=True)
class Value:
    """A compiled value: the name of the staged column that holds it; a list of texts where ``many``."""

    column: str
    many: bool = False


@dataclass(slots=True)
class Layers:
    """Collects the expressions of one table; equal ones are computed once."""

    mapping: SourceMapping
    columns: tuple[str, ...]
    sources: dict[str, str] = field(default_factory=dict)
    """Expression over the nulled columns → alias."""
    texts: dict[str, str] = field(default_factory=dict)
    """Expression over the sources → alias."""
    values: dict[str, str] = field(default_factory=dict)
    """Expression over the texts → alias."""
    violations: list[str] = field(default_factory=list)
    """SQL, over the values, of a violation or null."""

    def value(self, cell: Cell, spec: CastSpec, label: str) -> Value:
        """Compile a cell: its text, transforms, cast, and what is wrong with it. ``label``: for messages."""
        if cell.columns or cell.split is not None or (cell.sql is not None and is_list(cell.sql, self.columns)):
            return Value(self._list(cell, spec, label), many=True)
        source = self._source(cell)
        text = self._alias(self.texts, "t", self._cleaned(source, cell))
        result = self._alias(self.values, "v", value(spec, text))
        self._violation(
            f"{text} IS NOT NULL AND {result} IS NULL", "type", cell, f"{literal(label + ': ')} || {reason(spec, text)}"
        )
        return Value(result)

    def condition(self, sql: str, label: str) -> str:
        """SQL of a condition: true or false; an error in it is a violation."""
        return f"coalesce({self.tested(sql, label)}[1], false)"

    def tested(self, sql: str, label: str) -> str:
        """The alias of a condition's result in a list: null where it fails, which is a violation."""
        alias = self._alias(self.sources, "s", f"TRY([CAST(({sql}\n) AS BOOLEAN)])")
        self._rule(
            f"{alias} IS NULL", "expression", None, literal(f"{label}: the condition {sql.strip()} fails on this row")
        )
        return alias

    def raw(self, column: str) -> str:
        """The alias of a nulled column."""
        return self._alias(self.sources, "s", identifier(column))

    def derived(self, sql: str) -> str:
        """The alias of an expression over texts and sources, in the layer of values."""
        return self._alias(self.values, "v", sql)

    def rule(self, condition: str, rule: str, column: str | None, message: str) -> None:
        """Add a violation: where ``condition`` (SQL over the values) holds; ``message`` is SQL."""
        self._rule(condition, rule, column, message)

    def _source(self, cell: Cell) -> str:
        """The alias of the cell's text before transforms."""
        if cell.const is not None:
            return literal(cell.const)
        if cell.column is not None:
            return self.raw(cell.column)
        alias = self._alias(self.sources, "s", f"TRY([CAST(({cell.sql}\n) AS VARCHAR)])")
        self._rule(f"{alias} IS NULL", "expression", None, literal(f"the expression {cell.label} fails on this row"))
        return f"{alias}[1]"

    def _cleaned(self, text: str, cell: Cell) -> str:
        for transform in cell.transforms:
            text = transform.sql(text)
        return self._nulled(text) if cell.transforms or cell.sql is not None else text

    def _nulled(self, text: str) -> str:
        if not self.mapping.nulls:
            return text
        listed = ", ".join(literal(n) for n in self.mapping.nulls)
        return f"list_transform([{text}], lambda z: CASE WHEN z IN ({listed}) THEN NULL ELSE z END)[1]"

    def _list(self, cell: Cell, spec: CastSpec, label: str) -> str:
        if cell.columns:
            texts = f"[{', '.join(self.raw(c) for c in cell.columns)}]"
        elif cell.split is None:
            alias = self._alias(self.sources, "s", f"TRY([CAST(({cell.sql}\n) AS VARCHAR[])])")
            self._rule(
                f"{alias} IS NULL", "expression", None, literal(f"the expression {cell.label} fails on this row")
            )
            texts = f"{alias}[1]"
        elif cell.split == "json":
            source = self._source(cell)
            texts = (
                self._alias(self.texts, "t", f"TRY([from_json(TRY(CAST({source} AS JSON)), '[\"VARCHAR\"]')])") + "[1]"
            )
            self._violation(
                f"{source} IS NOT NULL AND {texts} IS NULL", "type", cell, literal(f"{label}: no JSON list")
            )
        else:
            texts = f"string_split({self._source(cell)}, {literal(cell.split)})"
        cleaned = f"list_transform({texts}, lambda y: {self._cleaned('y', cell)})"
        if not cell.transforms and cell.sql is None:
            cleaned = f"list_transform({texts}, lambda y: {self._nulled('y')})"
        kept = f"list_filter({cleaned}, lambda y: y IS NOT NULL)"
        if cell.split == "json":
            held = self._alias(self.values, "v", kept)
            result = self._alias(self.values, "v", f"list_transform({kept}, lambda x: {value(spec, 'x')})")
        else:
            held = self._alias(self.texts, "t", kept)
            result = self._alias(self.values, "v", f"list_transform({held}, lambda x: {value(spec, 'x')})")
        bad = f"list_filter({held}, lambda x: {value(spec, 'x')} IS NULL)"
        message = f"{literal(label + ': ')} || list_transform({bad}, lambda x: {reason(spec, 'x')})[1]"
        self._violation(f"len(list_filter({result}, lambda x: x IS NULL)) > 0", "type", cell, message)
        return result

    def _violation(self, condition: str, rule: str, cell: Cell, message: str) -> None:
        self._rule(condition, rule, cell.column or (cell.columns[0] if cell.columns else None), message)

    def _rule(self, condition: str, rule: str, column: str | None, message: str) -> None:
        name = literal(column) if column is not None else "NULL::VARCHAR"
        sql = f"CASE WHEN {condition} THEN {{'rule': {literal(rule)}, 'column': {name}, 'message': {message}}} END"
        if sql not in self.violations:
            self.violations.append(sql)

    @staticmethod
    def _alias(layer: dict[str, str], letter: str, sql: str) -> str:
        return layer.setdefault(sql, f"__{letter}{len(layer)}")

    def base(self) -> str:
        """The first layers: raw cells, nulled; expressions over them; texts; values."""
        listed = ", ".join(literal(n) for n in self.mapping.nulls)
        fields = [
            f"CASE WHEN {identifier(c)} IN ({listed}) THEN NULL ELSE {identifier(c)} END AS {identifier(c)}"
            if listed
            else identifier(c)
            for c in self.columns
        ]
        system = ["_ord", "_file", "_row", "_hash", "_problem"]
        steps = [
            f"SELECT {', '.join((*system, *fields))} FROM raw",
            _step(system, [], self.sources),
            _step(system, list(self.sources.values()), self.texts),
            _step(system, [*self.sources.values(), *self.texts.values()], self.values),
        ]
        sql = steps[0]
        for step in steps[1:]:
            sql = f"{step} FROM ({sql}) AS raw"
        return sql


def _step(system: Sequence[str], kept: Sequence[str], layer: dict[str, str]) -> str:
    return "SELECT " + ", ".join((*system, *kept, *(f"{sql} AS {alias}" for sql, alias in layer.items())))


def cast_of(definition: PropertyDef, cell: Cell, mapping: SourceMapping) -> CastSpec:
    """How a property's text is cast, with the cell's formats and the mapping's zone."""
    return CastSpec(
        definition.datatype,
        definition.scale,
        definition.values,
        cell.date_format,
        cell.datetime_format,
        cell.timezone or mapping.timezone,
        cell.fold,
    )


def rule_cast(type_: str, scale: int | None, mapping: SourceMapping) -> CastSpec:
    """How the contract's types are checked; decimals without a scale may have 15 digits after the point."""
    return CastSpec(Datatype(type_), 15 if scale is None else scale, timezone=mapping.timezone or "UTC")
