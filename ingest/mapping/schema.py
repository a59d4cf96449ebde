"""The shape of a mapping file (pydantic, nothing extra permitted); the JSON Schema for editors comes from it.

Short forms become long ones before validation: ``name: Name`` is ``name: {column: Name}``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from ontology.located import Plain, text_of

_TEXT = {"type": ["string", "number", "boolean"]}


def _as_text(value: Plain) -> Plain:
    return value if isinstance(value, str | list | dict) or value is None else text_of(value)


def _as_list(value: Plain) -> Plain:
    return value if isinstance(value, list) else [value]


def _as_column(value: Plain | BaseModel) -> Plain | BaseModel:
    if isinstance(value, dict | BaseModel):
        return value
    if isinstance(value, list):
        return {"columns": value}
    return {"column": text_of(value)} if value is not None else value


def _as_end(value: Plain) -> Plain:
    """``{products: [ProductID]}`` → ``{to: products, key: [ProductID]}``."""
    if isinstance(value, dict) and len(value) == 1 and "to" not in value:
        (table, key), *_ = value.items()
        return {"to": table, "key": key}
    return {"to": value} if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_as_text), WithJsonSchema(_TEXT)]
Texts = Annotated[
    list[Text], BeforeValidator(_as_list), WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]})
]


class Part(BaseModel):
    """Base of all parts of a mapping."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True)


class CellPart(Part):
    """Where a value comes from: one of `column`, `columns`, `const`, `sql`."""

    column: Text | None = Field(None, description="A column.")
    columns: Texts | None = Field(None, description="Several columns, for a property that may have several values.")
    const: Text | None = Field(None, description="The same text for every row.")
    sql: Text | None = Field(None, description="A DuckDB expression over the columns, which are all text.")
    transforms: Texts = Field(default_factory=list, description="Named cleansing steps, in their order.")
    date_format: str | None = Field(None, description="How dates are written, e.g. `%d.%m.%Y`.")
    datetime_format: str | None = Field(None, description="How dates with a time are written.")
    timezone: str | None = Field(None, description="Zone of instants that carry none, e.g. `Europe/Berlin`.")
    fold: Literal["earlier", "later"] | None = Field(
        None, description="Which of the two is meant when clocks go back and an hour comes twice."
    )
    split: str | None = Field(None, description="Separator of several values in one text; `json` for a JSON list.")


Cell = Annotated[
    CellPart,
    BeforeValidator(_as_column),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"part": "CellPart"}]}
    ),
]
Cells = Annotated[
    list[Cell],
    BeforeValidator(_as_list),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"part": "CellPart"},
                   {"type": "array", "items": {"anyOf": [{"type": "string"}, {"part": "CellPart"}]}}]}
    ),
]  # fmt: skip


class AuthPart(Part):
    """How to be let in; secrets only as `${NAME}` of an environment variable."""

    bearer: str | None = Field(None, description="A token, as `${NAME}`.")
    user: str | None = None
    password: str | None = Field(None, description="As `${NAME}`.")


class PagePart(Part):
    """How the interface hands out its pages."""

    next: str | None = Field(None, description="Dotted path in the answer to the next page's address or cursor.")
    cursor: str | None = Field(None, description="Query parameter that takes the cursor.")
    page: str | None = Field(None, description="Query parameter that takes the page's number.")
    start: int = Field(1, description="Number of the first page.")
    offset: str | None = Field(None, description="Query parameter that takes the number of rows to skip.")
    size: str | None = Field(None, description="Query parameter that takes the number of rows on a page.")
    rows: int | None = Field(None, description="Rows on a page.", gt=0)
    limit: int = Field(10_000, description="Most pages that are read.", gt=0)


class RestPart(Part):
    """A REST interface that answers with JSON."""

    url: str
    auth: AuthPart | None = None
    params: dict[str, Text] = Field(default_factory=dict)
    headers: dict[str, Text] = Field(default_factory=dict)
    pages: PagePart | None = None
    timeout: float = Field(30.0, gt=0)


class ReadPart(Part):
    """Where the rows come from: one of `file`, `url` with `query`, `rest`."""

    file: str | None = Field(None, description="A file, or several by `*`.")
    url: str | None = Field(None, description="`postgresql://…` or `sqlite:///…`; secrets as `${NAME}`.")
    query: str | None = Field(None, description="The query whose rows are read.")
    rest: RestPart | None = None
    format: Literal["delimited", "excel", "json", "jsonl", "yaml", "toml", "parquet", "documents"] | None = None
    encoding: str | None = Field(None, description="Found out where it is not given.")
    header: bool | None = Field(None, description="Whether the first row names the columns.")
    columns: list[Text] = Field(default_factory=list, description="Names of the columns, where the file has none.")
    separator: str | None = None
    row_end: str | None = None
    quote: str | None = Field(None, description="An empty text turns quoting off.")
    line_breaks: bool = Field(False, description="Unquoted fields hold line breaks.")
    sheet: Text | None = None
    skip_rows: int = Field(0, ge=0)
    records: str | None = Field(None, description="Dotted path to the records in a nested document.")
    explode: str | None = Field(None, description="Dotted path in a record to a list: one row for each element.")
    fill_down: list[Text] = Field(
        default_factory=list, description="Columns in which an empty cell means what stands above it."
    )
    allow_empty: bool = Field(False, description="No rows means an empty table, not a failed export.")


_END = {
    "anyOf": [
        {
            "type": "object",
            "maxProperties": 1,
            "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "array"}]},
        },
        {"part": "EndPart"},
    ]
}


class EndPart(Part):
    """What a relation leads to."""

    to: str
    key: Cells | None = None
    by: dict[str, Cell] | None = None


End = Annotated[EndPart, BeforeValidator(_as_end), WithJsonSchema(_END)]


class RelationPart(EndPart):
    """A relation that a row states."""

    properties: dict[str, Cell] = Field(default_factory=dict)
    valid_from: Cell | None = None
    valid_to: Cell | None = None
    missing: Literal["quarantine", "drop"] = "quarantine"
    when: str | None = Field(None, description="A DuckDB condition; the relation is stated only where it is true.")


Relation = Annotated[
    RelationPart,
    BeforeValidator(_as_end),
    WithJsonSchema({"anyOf": [*_END["anyOf"][:1], {"part": "RelationPart"}]}),
]


class ThingPart(Part):
    """A further thing that a row describes."""

    class_: str = Field(alias="class")
    key: Cells = Field(default_factory=list)
    same_as: dict[str, Cells] = Field(default_factory=dict)
    when: str | None = None
    properties: dict[str, Cell] = Field(default_factory=dict)
    relations: dict[str, Relation] = Field(default_factory=dict)


class RelationRowPart(Part):
    """A row that is a relation between two things."""

    role: str
    from_: End = Field(alias="from")
    to: End
    properties: dict[str, Cell] = Field(default_factory=dict)
    valid_from: Cell | None = None
    valid_to: Cell | None = None
    missing: Literal["quarantine", "drop"] = "quarantine"
    when: str | None = None


class RulePart(Part):
    """What the contract demands of a column."""

    type: Literal["string", "integer", "decimal", "float", "boolean", "date", "datetime"] | None = None
    scale: int | None = Field(None, ge=0, le=15, description="Most digits after the point of a decimal.")
    required: bool = False
    unique: bool = False
    pattern: str | None = Field(None, description="A regular expression (RE2) that the whole text must match.")
    range: list[Text | None] | None = Field(None, min_length=2, max_length=2)
    in_: Texts | None = Field(None, alias="in")
    reference: str | None = Field(None, description="A table that holds a row with this key.")


class TablePart(Part):
    """One table of the source."""

    read: ReadPart
    mode: Literal["full", "upsert", "append"] = "full"
    key: Cells = Field(default_factory=list)
    class_: str | None = Field(None, alias="class")
    same_as: dict[str, Cells] = Field(default_factory=dict)
    when: str | None = None
    properties: dict[str, Cell] = Field(default_factory=dict)
    relations: dict[str, Relation] = Field(default_factory=dict)
    also: dict[str, ThingPart] = Field(default_factory=dict)
    relation: RelationRowPart | None = None
    contract: dict[str, RulePart] = Field(default_factory=dict)


class MappingFile(Part):
    """The mapping of one source system."""

    source: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", description="First part of every record id.")
    title: str | None = None
    folder: str = "."
    timezone: str | None = None
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")
    nulls: list[Text] = Field(default_factory=lambda: [""])
    priority: int = 0
    tables: dict[str, TablePart] = Field(min_length=1)


def _walk(schema: object, visit: Callable[[dict[str, object]], None]) -> None:
    if isinstance(schema, dict):
        visit(schema)
        for value in schema.values():
            _walk(value, visit)
    elif isinstance(schema, list):
        for value in schema:
            _walk(value, visit)


def _tidied(part: dict[str, object]) -> None:
    if isinstance(part.get("title"), str):
        del part["title"]
    if isinstance(part.get("part"), str):
        part["$ref"] = f"#/$defs/{part.pop('part')}"


def json_schema() -> dict[str, object]:
    """The JSON Schema of a mapping file (``docs/mapping.schema.json``)."""
    schema: dict[str, object] = MappingFile.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    for part in (CellPart, EndPart, RelationPart):
        if part.__name__ not in definitions:
            one = part.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
            one.pop("$defs", None)
            definitions[part.__name__] = one
    _walk(schema, _tidied)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "knockon mapping", **schema}
