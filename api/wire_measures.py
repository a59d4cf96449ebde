"""What is answered about measures over HTTP. Numbers travel as text, so that no digit is lost."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from api.wire_answers import Answer, RecordRow, Thing


class MeasureText(Answer):
    """A measure as it is declared."""

    name: str = Field(description="Class and name.", examples=["Product.unit_cost"])
    class_name: str = Field(alias="class", description="Things of this class have it.", examples=["Product"])
    label: str = Field(examples=["Unit cost"])
    description: str
    formula: str = Field(description="In the language of docs/measures.md.")
    type: str = Field(examples=["number"])
    unit: str = Field(description="`money`, a unit, or empty.", examples=["money"])
    scale: int = Field(description="Digits after the point that it is rounded to, half-up.", examples=[4])
    over: str | None = Field(description="The time axis, if it has one.", examples=["week"])
    better: str | None = Field(description="Which way is good.", examples=["lower"])
    uses: list[str] = Field(description="Measures that the formula reads.")
    shipped: bool = Field(description="Whether it comes with knockon.")


class MeasureList(Answer):
    """Measures that the caller may see."""

    measures: list[MeasureText]
    withheld: list[str] = Field(description="What the caller may not see, in words; measures on it are not listed.")


class Cause(Answer):
    """Why a value is an error, where that began."""

    kind: str = Field(examples=["division by zero"])
    measure: str = Field(examples=["Order.margin_rate"])
    entity: str = Field(description="Id of the thing at which it began.")
    text: str


class MeasureValue(Answer):
    """One value."""

    state: str = Field(description="`known`, `unknown` or `error`.", examples=["known"])
    value: str | float | bool | None = Field(default=None, description="Exact numbers as text.", examples=["12.5"])
    currency: str | None = Field(default=None, examples=["EUR"])
    error: Cause | None = None


class ValueRow(Answer):
    """The values of one thing: one, or one for each period."""

    entity: Thing
    values: list[MeasureValue]


class CauseCount(Cause):
    """A cause with how many values it spoils."""

    cells: int


class OffAxisCount(Answer):
    """Dated terms that lie off the time axis."""

    before: int
    after: int
    undated: int


class MeasureValues(Answer):
    """Values of a measure."""

    measure: str = Field(examples=["Product.unit_cost"])
    label: str
    unit: str
    formula: str
    version: int = Field(description="Graph version that the answer rests on.")
    as_of: date = Field(description="The day that counts as today.")
    periods: list[str] | None = Field(description="Names of the periods.", examples=[["2026-W07"]])
    found: int = Field(description="Things that fit; `rows` may be fewer.")
    known: int
    unknown: int
    errors: int
    causes: list[CauseCount]
    totals: list[dict[str, str]] = Field(description="Known amounts added up by currency, for each period.")
    off_axis: OffAxisCount
    rows: list[ValueRow]


class AggregateStep(Answer):
    """An aggregate in a formula: how many relations it counted."""

    text: str
    terms: int
    unknown: int = Field(description="Of these, terms whose value is not known.")
    value: MeasureValue


class OperandStep(Answer):
    """One thing that a formula reads."""

    kind: str
    owner: str = Field(description="Id of the thing or relation that it is read from.")
    name: str
    period: int | None
    label: str = Field(examples=["Standard cost of Steel tube"])
    value: MeasureValue
    entity: Thing | None
    records: list[RecordRow]
    assumed: bool = Field(description="Whether a row behind it is an assumption.")
    trace: Explanation | None = Field(description="Of a measure: why it has its value.")


class Explanation(Answer):
    """Why a value is what it is."""

    measure: str
    entity: Thing
    period: str | None
    label: str
    formula: str
    unit: str
    value: MeasureValue
    aggregates: list[AggregateStep]
    operands: list[OperandStep]
    more: int = Field(description="Things of a whole class that count too, but are not among the operands.")


class ExplanationAnswer(Explanation):
    """An explanation with the graph version that it rests on."""

    version: int
