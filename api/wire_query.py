"""The query language: JSON over classes, roles and properties of the ontology."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.wire_answers import Answer, Plain
from api.wire_questions import Name

ROWS = 1_000
"""Most rows of one page."""
FARTHEST = 100_000
"""Rows that can be paged to."""
_PATH = "Roles and a property (or `id`), joined by points: `total`, `customer.name`, `lines.product.name`."
Path = Annotated[str, Field(min_length=1, max_length=300, description=_PATH, examples=["customer.name"])]
Literal_ = str | int | float | bool


class Operator(StrEnum):
    """How a value is compared. Of several values (over a role that leads to many) one has to fit."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    CONTAINS = "contains"
    STARTS = "starts"
    MISSING = "missing"


class Condition(BaseModel):
    """One condition: on a value, or a combination of others."""

    model_config = ConfigDict(extra="forbid")

    path: Path | None = None
    op: Operator = Operator.EQ
    value: Literal_ | list[Literal_] | None = Field(
        None, description="Decimals and dates as text. `in` takes a list, `missing` takes nothing.", examples=["100.00"]
    )
    all: list[Condition] | None = Field(None, max_length=20, description="All of these.")
    any: list[Condition] | None = Field(None, max_length=20, description="At least one of these.")
    not_: Condition | None = Field(None, alias="not", description="Not this.")

    @model_validator(mode="after")
    def _one_kind(self) -> Condition:
        kinds = [k for k, v in (("path", self.path), ("all", self.all), ("any", self.any), ("not", self.not_)) if v]
        if len(kinds) != 1:
            raise ValueError("a condition has exactly one of path, all, any, not")
        return self


class Function(StrEnum):
    """What is counted over a group."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"


class Aggregate(BaseModel):
    """One number for each group."""

    model_config = ConfigDict(extra="forbid")

    fn: Function
    path: Path | None = Field(None, description="A property of the class; `count` needs none.")
    name: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z_]\w*$")] = Field(examples=["revenue"])


class Order(BaseModel):
    """What rows are ordered by."""

    model_config = ConfigDict(extra="forbid")

    by: Path = Field(description="A path that is selected or grouped by, or the name of an aggregate.")
    descending: bool = False


class GraphQuery(BaseModel):
    """Things of one class that meet conditions, as rows; or groups of them with what is counted."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"class": "Order", "where": [{"path": "total", "op": "gt", "value": "500.00"}],
                 "select": ["number", "total", "customer.name"], "order": [{"by": "total", "descending": True}]},
                {"class": "Order", "group": ["customer.name", "currency"],
                 "aggregates": [{"fn": "sum", "path": "total", "name": "revenue"}, {"fn": "count", "name": "orders"}]},
            ]
        },
    )  # fmt: skip

    class_name: Name = Field(alias="class", examples=["Order"])
    where: list[Condition] = Field([], max_length=50, description="All of these have to hold.")
    select: list[Path] = Field([], max_length=30, description="Columns; empty: the title property.")
    group: list[Path] = Field(
        [], max_length=10,
        description="Group by these; only over roles that lead to one thing. Days may be cut to a part of the "
        "calendar: `ordered_on:month` (day, week, month, quarter, year, weekday).",
    )  # fmt: skip
    aggregates: list[Aggregate] = Field([], max_length=10)
    order: list[Order] = Field([], max_length=5, description="Ties by id, or by group.")
    limit: int = Field(100, ge=1, le=ROWS)
    cursor: str | None = Field(None, max_length=400, description="`next` of the page before.")

    @model_validator(mode="after")
    def _rows_or_groups(self) -> GraphQuery:
        if (self.group or self.aggregates) and self.select:
            raise ValueError("a query has either select, or group and aggregates")
        if self.group and not self.aggregates:
            raise ValueError('groups need an aggregate, such as {"fn": "count", "name": "n"}')
        return self


class QueryRow(Answer):
    """One row."""

    id: str | None = Field(description="The thing's id; null for a group.")
    values: dict[str, Plain | list[Plain]] = Field(description="By path or name of the aggregate.")


class QueryAnswer(Answer):
    """Rows of a query."""

    version: int = Field(description="Graph version that the answer rests on.", examples=[15])
    columns: list[str]
    rows: list[QueryRow]
    next: str | None = Field(description="Cursor of the next page; null: this is the last.")
    withheld: list[str] = Field(description="What the caller may not see, by policy.")
