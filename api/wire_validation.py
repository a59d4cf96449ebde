"""What rules find, over HTTP."""

from __future__ import annotations

from pydantic import Field

from api.wire_answers import Answer

_VERSION = "Graph version that the answer rests on."


class BlamedRow(Answer):
    """A record to blame, and where it stands."""

    record: str = Field(examples=["shop/orders/O1"])
    file: str = Field(description="Empty for what a person entered.", examples=["orders.csv"])
    row: int


class FindingOf(Answer):
    """One thing that breaks a rule."""

    focus: str = Field(description="Id of the entity or relation.")
    title: str
    class_name: str = Field(alias="class")
    rule: str = Field(description="What it is counted under: shape, path and kind of constraint.")
    path: str
    value: str | None
    severity: str = Field(description="`violation`, `warning` or `info`.")
    message: str = Field(description="In the language asked for, else in English.")
    records: list[BlamedRow]


class ValidationAnswer(Answer):
    """What the company's rules find in its graph."""

    version: int = Field(description=_VERSION, examples=[15])
    conforms: bool = Field(description="There is no violation; warnings and notes are not.")
    totals: dict[str, int] = Field(description="Findings by severity, those beyond the limit included.")
    shapes: int = Field(description="Rules that were checked.")
    findings: list[FindingOf]


class RuleLine(Answer):
    """How often a rule was found broken."""

    rule: str
    name: str
    severity: str
    count: int


class RunLineOf(Answer):
    """What rules found in the state that a run made."""

    run: str
    version: int
    at: str
    standing: list[RuleLine] = Field(description="What is in the graph and breaks a rule.")
    stopped: list[RuleLine] = Field(description="What was kept out of the graph.")


class HistoryAnswer(Answer):
    """What rules found, run by run, newest first."""

    version: int = Field(description=_VERSION, examples=[15])
    runs: list[RunLineOf]
