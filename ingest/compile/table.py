"""A table's mapping compiled to DuckDB SQL: from archived rows to typed staging rows (``docs/mapping.md``).

:func:`compile_table` gives one statement over ``raw`` that stages each row once, and statements over ``staged`` for
what the rows say. Everything is set-based.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.compile.contract import compile_contract
from ingest.compile.layers import DATE, TEXT, Layers, Value, cast_of
from ingest.compile.sql import literal
from ingest.compile.statements import NO_REFS, json_of, union
from ingest.mapping.columns import check_columns
from ingest.mapping.model import Cell, PropertyMap, RelationMap, SourceMapping, Table, Target, Thing
from ingest.mapping.problems import Collector
from ontology.errors import MappingError
from ontology.model import Ontology, PropertyDef, Role

LONGEST_INDEXED = 4000
"""Bytes of a key or an identifying value. Neo4j's indexes hold at most 8,167."""
_NO_STRUCT = 'NULL::STRUCT(rule VARCHAR, "column" VARCHAR, message VARCHAR)'


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """SQL of one table. ``stage`` reads ``raw`` (archive columns, ``_file``, ``_ord``); the others read ``staged``.

    Create a table ``staged`` from ``stage``; delete from it what must not count; then run the others, in any order.
    The session's ``TimeZone`` must be UTC.
    """

    source: str
    table: str
    stage: str
    rows: str
    """_ord, _file, _row, record, hash, violations LIST<STRUCT(rule, "column", message)>."""
    mentions: str
    """_ord, _file, _row, record, mention, class."""
    vals: str
    """mention, record, property, value."""
    links: str
    """mention, target."""
    refs: str
    """record, mention, relation, inverse, target, by_class, by_property, by_value, missing, properties, valid_from,
    valid_to, discriminator."""
    uniques: str
    """record, "column", value."""
    checks: str
    """record, "column", target: the contract's references (mention keys that must exist)."""
    columns: tuple[str, ...]
    """Columns of the source that ``stage`` reads."""


def compile_table(
    mapping: SourceMapping,
    table: str,
    ontology: Ontology,
    columns: Sequence[str] | None = None,
    others: Iterable[SourceMapping] = (),
) -> CompiledTable:
    """Compile one table of a checked mapping.

    ``columns``: what the archive holds (None: trust the mapping). ``others``: mappings that this one may refer to.

    Raises:
        MappingProblems: the mapping names a column that is not there, or an expression does not fit the columns.
    """
    definition = mapping.tables[table]
    if columns is not None:
        found = Collector()
        check_columns(definition, columns, found)
        found.raise_if_any()
    sources = {m.source: m for m in others} | {mapping.source: mapping}
    used = tuple(columns) if columns is not None else _mentioned(definition)
    return _TableCompiler(mapping, definition, ontology, sources, Layers(mapping, used)).compile()


def record_sql(mapping: SourceMapping, table: str, ontology: Ontology, columns: Sequence[str]) -> str | None:
    """A statement over ``raw`` that gives ``_row`` and ``record`` (the record id); None: the rows have no key."""
    definition = mapping.tables[table]
    named = {c for cell in definition.key for c in (cell.column, *cell.columns) if c is not None}
    if not definition.key or not named <= set(columns):
        return None
    layers = Layers(mapping, tuple(columns))
    record = _TableCompiler(mapping, definition, ontology, {}, layers)._record()
    return f"SELECT _row, {record} AS record FROM ({layers.base()}) AS typed"


def _mentioned(table: Table) -> tuple[str, ...]:
    from ingest.compile.expression import parse_expression
    from ingest.mapping.model import cells, conditions

    names: dict[str, None] = {}
    for cell in cells(table):
        names.update(dict.fromkeys(c for c in (cell.column, *cell.columns) if c is not None))
        if cell.sql is not None:
            names.update(dict.fromkeys(parse_expression(cell.sql).columns))
    for sql, _ in conditions(table):
        names.update(dict.fromkeys(parse_expression(sql).columns))
    names.update(dict.fromkeys(rule.column for rule in table.contract))
    return tuple(names)


@dataclass(frozen=True, slots=True)
class _TableCompiler:
    mapping: SourceMapping
    table: Table
    ontology: Ontology
    sources: dict[str, SourceMapping]
    layers: Layers

    def compile(self) -> CompiledTable:
        """All statements; the order of the steps fills the layers before they are written down."""
        record = self._record()
        things = {thing.name: self._thing(thing, record) for thing in self.table.things}
        vals: list[str] = []
        links: list[str] = []
        refs: list[str] = []
        mentions: list[str] = []
        for thing in self.table.things:
            mention = things[thing.name]
            mentions.append(
                f"SELECT _ord, _file, _row, record, {mention} AS mention, {literal(thing.class_name)} AS class "
                f"FROM staged WHERE {mention} IS NOT NULL"
            )
            vals += self._vals(thing, mention)
            links += self._links(thing, mention)
            roles = self.ontology.roles(thing.class_name)
            refs += [self._ref(r, roles[r.role], mention, things) for r in thing.relations]
        if self.table.relation is not None:
            row = self.table.relation
            start = self._target(row.start, things)
            refs.append(self._ref(row.relation, self.ontology.roles(row.class_name)[row.role], start, things))
        uniques, checks = compile_contract(self.table, self.mapping, self.layers, lambda t: self._target(t, things))
        return CompiledTable(
            source=self.mapping.source,
            table=self.table.name,
            stage=self._stage(record),
            rows="SELECT _ord, _file, _row, record, hash, violations FROM staged",
            mentions=union(mentions, "mentions"),
            vals=union(vals, "vals"),
            links=union(links, "links"),
            refs=" UNION ALL ".join(refs) if refs else NO_REFS,
            uniques=union(uniques, "uniques"),
            checks=union(checks, "checks"),
            columns=self.layers.columns,
        )

    def _stage(self, record: str) -> str:
        """Every value, mention and key of each row, and what is wrong with it."""
        layers = self.layers
        wanted = self._wanted(record)
        violations = ", ".join(layers.violations) or _NO_STRUCT
        kept = ", ".join(layers.values.values())
        unreadable = "{'rule': 'unreadable', 'column': NULL::VARCHAR, 'message': _problem}"
        return (
            f"SELECT _ord, _file, _row, {record} AS record, _hash AS hash, "
            f"CASE WHEN _problem IS NOT NULL THEN [{unreadable}] "
            f"ELSE list_filter([{violations}], lambda f: f IS NOT NULL) END AS violations"
            + (f", {kept}" if kept else "")
            + f" FROM ({layers.base()}) AS typed{wanted}"
        )

    def _wanted(self, record: str) -> str:
        """A row that the table's own ``when`` leaves out, and that has no key, is none: a total below the rows."""
        main = self.table.main
        row = self.table.relation.relation if self.table.relation is not None else None
        when, label = (main.when, main.class_name) if main is not None else (row.when, row.role) if row else (None, "")
        if when is None or not self.table.key:
            return ""
        held = self.layers.tested(when, label)
        return f" WHERE {record} IS NOT NULL OR {held} IS NULL OR coalesce({held}[1], false) OR _problem IS NOT NULL"

    def _record(self) -> str:
        """The record id, in the layer of values."""
        front = f"{self.mapping.source}/{self.table.name}/"
        if not self.table.key:
            return self.layers.derived(f"{literal(front)} || _file || ':' || _row")
        key = self._key(self.table.key, "key")
        labels = ", ".join(cell.label for cell in self.table.key)
        # A row that could not be read has no cells, except a document: its name says which older version stays.
        named = [f"{self.layers.value(c, TEXT, 'key').column} IS NOT NULL" for c in self.table.key if c.column][:1]
        there = " OR ".join(("_problem IS NULL", *named))
        sql = self.layers.derived(f"CASE WHEN {there} THEN {literal(front)} || {key} END")
        self.layers.rule(
            f"{sql} IS NULL", "key", self.table.key[0].column, literal(f"the key ({labels}) is empty or unreadable")
        )
        self.layers.rule(
            f"strlen({sql}) > {LONGEST_INDEXED}", "too-long", self.table.key[0].column,
            literal(f"the key ({labels}) is longer than {LONGEST_INDEXED} bytes: that is no key"),
        )  # fmt: skip
        return sql

    def _key(self, cells: Sequence[Cell], label: str) -> str:
        """The encoded key over texts; null where a part is null."""
        parts = []
        for cell in cells:
            parts.append(f"url_encode({self.layers.value(cell, TEXT, label).column})")
        return " || '|' || ".join(parts)

    def _thing(self, thing: Thing, record: str) -> str:
        """The alias of the thing's mention: null where the row does not describe it."""
        mention = record if thing.name is None else f"{record} || {literal('#' + thing.name)}"
        tests = []
        if thing.when is not None:
            tests.append(self.layers.condition(thing.when, thing.class_name))
        if thing.key:
            tests.append(f"({self._key(thing.key, 'key')}) IS NOT NULL")
        elif thing.name is not None:
            tests += self._described(thing)
        return self.layers.derived(f"CASE WHEN {' AND '.join(tests)} THEN {mention} END" if tests else mention)

    def _described(self, thing: Thing) -> list[str]:
        """A further thing without a key is there where one of its properties (constants apart) is."""
        texts = [p.cell for p in thing.properties if p.cell.const is None]
        found = []
        for cell in texts:
            plain = replace(cell, date_format=None, datetime_format=None)
            held = self.layers.value(plain, TEXT, cell.label)
            found.append(f"len({held.column}) > 0" if held.many else f"{held.column} IS NOT NULL")
        return [f"({' OR '.join(found)})"] if found else []

    def _vals(self, thing: Thing, mention: str) -> list[str]:
        definitions = self.ontology.classes[thing.class_name].properties
        found = []
        money: dict[str, list[str]] = {}
        given = {p.name for p in thing.properties}
        for item in thing.properties:
            definition = definitions[item.name]
            held = self.layers.value(item.cell, cast_of(definition, item.cell, self.mapping), item.name)
            name = literal(item.name)
            if definition.identifying:
                self._indexed(held, item)
            if held.many:
                found.append(
                    f"SELECT DISTINCT {mention} AS mention, record, {name} AS property, unnest({held.column}) AS value "
                    f"FROM staged WHERE {mention} IS NOT NULL"
                )
            else:
                found.append(
                    f"SELECT {mention} AS mention, record, {name} AS property, {held.column} AS value FROM staged "
                    f"WHERE {mention} IS NOT NULL AND {held.column} IS NOT NULL"
                )
            if definition.currency is not None and definition.currency not in given:
                money.setdefault(definition.currency, []).append(held.column)
        for sibling, columns in money.items():
            there = " OR ".join(f"{c} IS NOT NULL" for c in columns)
            currency = literal(self.mapping.currency or "")
            found.append(
                f"SELECT {mention} AS mention, record, {literal(sibling)} AS property, {currency} AS value "
                f"FROM staged WHERE {mention} IS NOT NULL AND ({there})"
            )
        return found

    def _indexed(self, held: Value, item: PropertyMap) -> None:
        """A value that things are found by must fit into an index."""
        each = held.column if held.many else f"[{held.column}]"
        self.layers.rule(
            f"len(list_filter({each}, lambda x: strlen(x) > {LONGEST_INDEXED})) > 0", "too-long", item.cell.column,
            literal(f"{item.name}: longer than {LONGEST_INDEXED} bytes, too long to find things by"),
        )  # fmt: skip

    def _links(self, thing: Thing, mention: str) -> list[str]:
        found = []
        for same in thing.same_as:
            target = self._target(same, {})
            found.append(
                f"SELECT {mention} AS mention, {target} AS target FROM staged "
                f"WHERE {mention} IS NOT NULL AND {target} IS NOT NULL"
            )
        if thing.key:
            hub = self.layers.derived(
                f"{literal(self._hub(self.mapping.source, self.table.name, thing))} || {self._key(thing.key, 'key')}"
            )
            found.append(f"SELECT {mention} AS mention, {hub} AS target FROM staged WHERE {mention} IS NOT NULL")
        return found

    @staticmethod
    def _hub(source: str, table: str, thing: Thing) -> str:
        """What further things with the same key are linked to: a name that no mention has."""
        return f"{source}/{table}#{thing.name}/"

    def _target(self, target: Target, things: dict[str | None, str]) -> str:
        """The alias of the mention key that a target names; null where its key is null."""
        if target.table is None:
            return things[target.thing or None]
        source = target.source or self.mapping.source
        other = self.sources.get(source)
        if other is None:
            raise MappingError(
                f"source {source!r} is not among the mappings.", where=target.where, do="Give its mapping too."
            )
        thing = other.tables[target.table].thing(target.thing) if target.thing is not None else None
        key = self._key(target.key, "key")
        if thing is not None and thing.key:
            return self.layers.derived(f"{literal(self._hub(source, target.table, thing))} || {key}")
        tail = f" || {literal('#' + thing.name)}" if thing is not None and thing.name is not None else ""
        return self.layers.derived(f"{literal(f'{source}/{target.table}/')} || {key}{tail}")

    def _ref(self, relation: RelationMap, role: Role, mention: str, things: dict[str | None, str]) -> str:
        definition = role.relation
        held = self._relation_values(relation, definition.properties)
        start = self._date(relation.valid_from)
        end = self._date(relation.valid_to)
        if relation.valid_from is not None and relation.valid_to is not None:
            message = literal(f"{relation.role}: it ends (") + f" || {end} || ') before it begins (' || {start} || ')'"
            self.layers.rule(f"{end} < {start}", "valid-time", relation.valid_to.column, message)
        target, by = "NULL::VARCHAR", ("NULL::VARCHAR", "NULL::VARCHAR", "NULL::VARCHAR")
        if relation.target.class_name is not None:
            identifying = self.ontology.classes[relation.target.class_name].properties[relation.target.property or ""]
            cell = relation.target.value
            assert cell is not None
            value = self.layers.value(cell, cast_of(identifying, cell, self.mapping), relation.role).column
            by = (literal(relation.target.class_name), literal(identifying.name), value)
            needed = value
        else:
            target = needed = self._target(relation.target, things)
        conditions = [f"{mention} IS NOT NULL", f"{needed} IS NOT NULL"]
        if relation.when is not None:
            conditions.append(self.layers.derived(self.layers.condition(relation.when, relation.role)))
        discriminators = [
            {"valid_from": start, "valid_to": end}.get(n, "NULL::VARCHAR") if n not in held else held[n]
            for n in definition.discriminators
        ]
        joined = " || chr(31) || ".join(f"coalesce({d}, '')" for d in discriminators) or "''"
        return (
            f"SELECT record, {mention} AS mention, {literal(definition.name)} AS relation, "
            f"{'true' if role.inverse else 'false'} AS inverse, {target} AS target, {by[0]} AS by_class, "
            f"{by[1]} AS by_property, {by[2]} AS by_value, {literal(relation.missing.value)} AS missing, "
            f"{json_of(held)} AS properties, CAST({start} AS DATE) AS valid_from, CAST({end} AS DATE) AS valid_to, "
            f"{joined} AS discriminator FROM staged WHERE {' AND '.join(conditions)}"
        )

    def _relation_values(self, relation: RelationMap, definitions: Mapping[str, PropertyDef]) -> dict[str, str]:
        held: dict[str, str] = {}
        for item in relation.properties:
            definition = definitions[item.name]
            held[item.name] = self.layers.value(
                item.cell, cast_of(definition, item.cell, self.mapping), item.name
            ).column
        for item in relation.properties:
            sibling = definitions[item.name].currency
            if sibling is not None and sibling not in held and self.mapping.currency is not None:
                held[sibling] = f"CASE WHEN {held[item.name]} IS NOT NULL THEN {literal(self.mapping.currency)} END"
        return held

    def _date(self, cell: Cell | None) -> str:
        if cell is None:
            return "NULL::VARCHAR"
        spec = replace(DATE, date_format=cell.date_format, datetime_format=cell.datetime_format)
        return self.layers.value(cell, spec, "valid time").column
