"""From the parts of a mapping file to the frozen mapping; what needs no ontology is checked here."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import re2

from ingest.adapters.spec import Format, ReadSpec, RestSpec
from ingest.mapping import schema
from ingest.mapping.bounds import wrong_bounds
from ingest.mapping.model import (
    Cell,
    ColumnRule,
    Missing,
    Mode,
    PropertyMap,
    RelationMap,
    RelationRow,
    SourceMapping,
    Table,
    Target,
    Thing,
)
from ingest.mapping.problems import Collector
from ingest.transforms import KINDS, Transform, parse_transform
from ontology.errors import Where
from ontology.located import Document, PathKey

_TAKEN = frozenset({"corrections", "assumptions"})
"""Names of sources that records of corrections and assumptions carry."""
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds a mapping; problems go to ``found``."""

    document: Document
    found: Collector

    def mapping(
        self, file: schema.MappingFile, path: Path, digest: str, text: str, folder: Path | None
    ) -> SourceMapping:
        """The whole mapping."""
        self._zone(file.timezone, ("timezone",))
        if file.source.casefold() in _TAKEN:
            self.found.add(
                self.document.where(("source",)),
                f"a source cannot be called {file.source!r}: knockon keeps what people enter under that name.",
                "Give the system another name.",
            )
        tables = {name: self._table(name, part, file.source) for name, part in file.tables.items()}
        for name in tables:
            if "/" in name or "#" in name or "." in name:
                self.found.add(
                    self.document.where(("tables", name)),
                    f"a table cannot be called {name!r}.",
                    "Leave out / # and dots.",
                )
        return SourceMapping(
            source=file.source, title=file.title or file.source, path=path,
            folder=folder if folder is not None else self._placed(path.parent, self._folder(file.folder)),
            timezone=file.timezone, currency=file.currency, nulls=tuple(file.nulls), priority=file.priority,
            tables=MappingProxyType(tables), digest=digest, text=text,
        )  # fmt: skip

    def _placed(self, base: Path, folder: str) -> Path:
        """The folder without ``..``, as messages name it."""
        try:
            return (base / folder).resolve()
        except (OSError, ValueError, RuntimeError):
            where = self.document.where(("folder",))
            self.found.add(where, f"{folder[:80]!r} cannot be a folder.", "Correct the name.")
            return base

    def _folder(self, text: str) -> str:
        """The folder with ``${NAME}`` and ``${NAME:-otherwise}`` replaced from the environment."""

        def value(match: re.Match[str]) -> str:
            name, otherwise = match.group(1), match.group(2)
            found = os.environ.get(name, otherwise)
            if found is None:
                do = f"Set it, write `${{{name}:-folder}}`, or give `--folder SOURCE=PATH`."
                self.found.add(self.document.where(("folder",)), f"the environment variable {name} is not set.", do)
            return found or ""

        return _VARIABLE.sub(value, text)

    def _zone(self, name: str | None, at: PathKey) -> None:
        if name is None:
            return
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            self.found.add(
                self.document.where(at),
                f"there is no time zone called {name!r}.",
                "Write it as `Europe/Berlin` or `UTC`.",
            )

    def _table(self, name: str, part: schema.TablePart, source: str) -> Table:
        at: PathKey = ("tables", name)
        where = self.document.where(at)
        things = []
        if part.class_ is not None:
            if part.relation is not None:
                self.found.add(
                    where,
                    f"table {name!r} has both `class:` and `relation:`.",
                    "A row is a thing or a relation between things.",
                )
            things.append(self._thing(None, part, source, at))
        elif part.relation is None and not part.also:
            self.found.add(
                where,
                f"table {name!r} says neither what class its rows are nor which relation.",
                "Add `class:` or `relation:`.",
            )
        elif part.properties or part.relations or part.same_as:
            self.found.add(where, f"table {name!r} has properties or relations but no `class:`.", "Add `class:`.")
        things += [self._thing(n, p, source, (*at, "also", n)) for n, p in part.also.items()]
        if part.mode == "full" and not part.key:
            self.found.add(
                where, f"table {name!r} has mode full but no key.", "Add `key: [columns]`, or `mode: append`."
            )
        relation = None
        if part.relation is not None:
            relation = self._relation_row(part.relation, source, (*at, "relation"))
        return Table(
            name=name, where=where, read=self._read(part.read, (*at, "read")), mode=Mode(part.mode),
            key=self._cells(part.key, (*at, "key")), things=tuple(things),
            relation=relation,
            contract=tuple(self._rule(c, r, source, (*at, "contract", c)) for c, r in part.contract.items()),
        )  # fmt: skip

    def _thing(self, name: str | None, part: schema.TablePart | schema.ThingPart, source: str, at: PathKey) -> Thing:
        assert part.class_ is not None
        if name is not None and not name.replace("_", "").replace("-", "").isalnum():
            self.found.add(self.document.where(at), f"a thing cannot be called {name!r}.", "Use letters, digits and _.")
        return Thing(
            name=name,
            where=self.document.where((*at, "class")),
            class_name=part.class_,
            key=self._cells(part.key, (*at, "key")) if name is not None else (),
            properties=self._properties(part.properties, (*at, "properties")),
            relations=tuple(
                self._relation(role, relation, source, (*at, "relations", role))
                for role, relation in part.relations.items()
            ),
            same_as=tuple(
                self._target(schema.EndPart(to=to, key=key), source, (*at, "same_as", to))
                for to, key in part.same_as.items()
            ),
            when=part.when,
        )

    def _relation_row(self, part: schema.RelationRowPart, source: str, at: PathKey) -> RelationRow:
        body = schema.RelationPart(
            to=part.to.to, key=part.to.key, by=part.to.by, properties=part.properties, valid_from=part.valid_from,
            valid_to=part.valid_to, missing=part.missing, when=part.when,
        )  # fmt: skip
        start = self._target(part.from_, source, (*at, "from"))
        if start.table is None:
            self.found.add(
                self.document.where((*at, "from")),
                "a relation must start from a table's row.",
                "Write `from: {table: [columns]}`.",
            )
        return RelationRow(
            part.role, self.document.where((*at, "role")), start, "", self._relation(part.role, body, source, at)
        )

    def _relation(self, role: str, part: schema.RelationPart, source: str, at: PathKey) -> RelationMap:
        return RelationMap(
            role=role,
            where=self.document.where(at),
            target=self._target(part, source, at),
            properties=self._properties(part.properties, (*at, "properties")),
            valid_from=self._optional(part.valid_from, (*at, "valid_from")),
            valid_to=self._optional(part.valid_to, (*at, "valid_to")),
            missing=Missing(part.missing),
            when=part.when,
        )

    def _target(self, part: schema.EndPart, source: str, at: PathKey) -> Target:
        where = self.document.where((*at, "to"))
        if part.by is not None:
            if part.key is not None or len(part.by) != 1:
                self.found.add(where, "`by:` takes one identifying property, and no `key:` beside it.")
            (name, cell), *_ = part.by.items()
            return Target(where, class_name=part.to, property=name, value=self._cell(cell, (*at, "by", name)))
        if part.to.startswith("#"):
            if part.key:
                self.found.add(where, f"{part.to!r} is a thing of the same row and takes no `key:`.")
            return Target(where, thing=part.to[1:])
        if not part.key:
            self.found.add(
                where,
                f"nothing says which row of {part.to!r} is meant.",
                "Add `key: [columns]`, or `by: {property: column}`.",
            )
        name, _, thing = part.to.partition("#")
        first, dot, rest = name.partition(".")
        return Target(
            where, source=first if dot else source, table=rest if dot else name,
            key=self._cells(part.key or [], (*at, "key")), thing=thing or None,
        )  # fmt: skip

    def _properties(self, parts: Mapping[str, schema.CellPart], at: PathKey) -> tuple[PropertyMap, ...]:
        return tuple(PropertyMap(name, self._cell(part, (*at, name))) for name, part in parts.items())

    def _cells(self, parts: Iterable[schema.CellPart], at: PathKey) -> tuple[Cell, ...]:
        return tuple(self._cell(part, (*at, index)) for index, part in enumerate(parts))

    def _optional(self, part: schema.CellPart | None, at: PathKey) -> Cell | None:
        return None if part is None else self._cell(part, at)

    def _cell(self, part: schema.CellPart, at: PathKey) -> Cell:
        where = self.document.where(at)
        if sum(x is not None for x in (part.column, part.columns, part.const, part.sql)) != 1:
            self.found.add(where, "a value comes from exactly one of `column`, `columns`, `const`, `sql`.")
        if part.date_format and part.datetime_format:
            self.found.add(where, "`date_format` and `datetime_format` exclude each other.")
        self._zone(part.timezone, (*at, "timezone"))
        return Cell(
            where=where, column=part.column, columns=tuple(part.columns or ()), const=part.const, sql=part.sql,
            transforms=tuple(self._transforms(part.transforms, (*at, "transforms"))), date_format=part.date_format,
            datetime_format=part.datetime_format, timezone=part.timezone, fold=part.fold, split=part.split,
        )  # fmt: skip

    def _transforms(self, names: Iterable[str], at: PathKey) -> Iterable[Transform]:
        for index, text in enumerate(names):
            where = self.document.where((*at, index))
            try:
                yield parse_transform(text)
            except KeyError:
                self.found.unknown(where, "transform", text.split(":")[0].strip(), KINDS)
            except ValueError as problem:
                self.found.add(where, f"{problem}.")

    def _rule(self, column: str, part: schema.RulePart, source: str, at: PathKey) -> ColumnRule:
        where = self.document.where(at)
        if part.pattern is not None:
            try:
                re2.compile(part.pattern)
            except re2.error as problem:
                reason = problem.args[0] if problem.args else problem
                reason = reason.decode() if isinstance(reason, bytes) else reason
                self.found.add(
                    self.document.where((*at, "pattern")),
                    f"the pattern cannot be read: {reason}.",
                    "It is RE2: no look-around, no back references.",
                )
        if part.range is not None and part.type in (None, "boolean"):
            self.found.add(
                where,
                "a range needs a type.",
                "Add `type: integer`, `decimal`, `float`, `date`, `datetime` or `string`.",
            )
        reference = None
        if part.reference is not None:
            cell = schema.CellPart(column=column)  # type: ignore[call-arg]
            reference = self._target(schema.EndPart(to=part.reference, key=[cell]), source, (*at, "reference"))
        low, high = part.range if part.range is not None else (None, None)
        wrong = wrong_bounds(part.type, low, high)
        if wrong:
            self.found.add(self.document.where((*at, "range")), f"{wrong}.", "Write `range: [lowest, highest]`.")
        return ColumnRule(
            column=column, where=where, type=part.type, scale=part.scale, required=part.required, unique=part.unique,
            pattern=part.pattern, low=low, high=high, among=tuple(part.in_ or ()), reference=reference,
        )  # fmt: skip

    def _read(self, part: schema.ReadPart, at: PathKey) -> ReadSpec:
        where: Where = self.document.where(at)
        if sum(x is not None for x in (part.file, part.url, part.rest)) != 1:
            self.found.add(where, "a table is read from exactly one of `file`, `url`, `rest`.")
        if part.url is not None and not part.query:
            self.found.add(where, "`url:` needs a `query:`.", "For a whole table: `query: SELECT * FROM its_name`.")
        if part.quote is not None and len(part.quote) > 1:
            self.found.add(where, "`quote:` is one character, or an empty text for none.")
        return ReadSpec(
            file=part.file, url=part.url, query=part.query, rest=self._rest(part.rest, (*at, "rest")),
            format=Format(part.format) if part.format else None, encoding=part.encoding, header=part.header,
            columns=tuple(part.columns), separator=part.separator, row_end=part.row_end, quote=part.quote,
            line_breaks=part.line_breaks, sheet=part.sheet, skip_rows=part.skip_rows, records=part.records,
            explode=part.explode, fill_down=tuple(part.fill_down), allow_empty=part.allow_empty,
        )  # fmt: skip

    def _rest(self, part: schema.RestPart | None, at: PathKey) -> RestSpec | None:
        if part is None:
            return None
        auth, pages = part.auth or schema.AuthPart(), part.pages or schema.PagePart()  # type: ignore[call-arg]
        for name, secret in (("bearer", auth.bearer), ("password", auth.password)):
            if secret is not None and not (secret.startswith("${") and secret.endswith("}")):
                self.found.add(
                    self.document.where((*at, "auth", name)),
                    f"`{name}:` holds a secret.",
                    "Put it in an environment variable and write `${NAME}`.",
                )
        return RestSpec(
            url=part.url, bearer=auth.bearer, user=auth.user, password=auth.password, params=tuple(part.params.items()),
            headers=tuple(part.headers.items()), next=pages.next, cursor_param=pages.cursor, page_param=pages.page,
            page_start=pages.start, offset_param=pages.offset, size_param=pages.size, size=pages.rows,
            max_pages=pages.limit, timeout=part.timeout,
        )  # fmt: skip
