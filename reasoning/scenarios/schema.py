"""The shape of a scenario file (pydantic, nothing extra permitted). The key of an intervention says its kind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ontology.located import Plain, text_of


def _as_text(value: Plain) -> Plain:
    return value if isinstance(value, str | list | dict) or value is None else text_of(value)


def _as_texts(value: Plain) -> Plain:
    return value if isinstance(value, list) else [value]


Text = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=2000)]
Texts = Annotated[list[Text], BeforeValidator(_as_texts), Field(min_length=1)]


class Part(BaseModel):
    """Base of all parts of a scenario."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True)


class TestPart(Part):
    """A condition that is not mere equality."""

    __test__ = False

    is_: Text | None = Field(None, alias="is")
    not_: Text | None = Field(None, alias="not")
    in_: Texts | None = Field(None, alias="in")
    above: Text | None = None
    below: Text | None = None
    at_least: Text | None = None
    at_most: Text | None = None
    missing: bool | None = None


class SelectionPart(Part):
    """Every member of a class that meets all conditions."""

    class_: Text = Field(alias="class")
    where: dict[str, Text | Texts | TestPart] = Field(default_factory=dict)


TargetPart = Text | Texts | SelectionPart


class DistributionPart(Part):
    """A value that is not certain: one of the families."""

    uniform: list[Decimal] | None = Field(None, min_length=2, max_length=2, description="low, high")
    triangular: list[Decimal] | None = Field(None, min_length=3, max_length=3, description="low, most likely, high")
    normal: list[Decimal] | None = Field(None, min_length=2, max_length=2, description="mean, standard deviation")
    lognormal: list[Decimal] | None = Field(None, min_length=2, max_length=2, description="median, spread (above 1)")
    choice: dict[Text, Decimal] | None = Field(None, min_length=1, description="value: weight")
    together: bool = Field(False, description="One draw for all things, in place of one for each.")


AmountPart = Text | DistributionPart
Days = Annotated[str, BeforeValidator(_as_text)] | DistributionPart


class SetPart(Part):
    """A value is set; `values` sets another one for each thing."""

    set: Text
    of: TargetPart | None = None
    to: AmountPart | None = None
    values: dict[str, Text | None] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> SetPart:
        if (self.values is None) == (self.of is None):
            raise ValueError("write either `of:` and `to:`, or `values:`")
        if self.values is not None and self.to is not None:
            raise ValueError("`to:` has no place beside `values:`")
        if self.of is not None and "to" not in self.model_fields_set:
            raise ValueError("`to:` is missing (`to: null` takes the value away)")
        return self


class ScalePart(Part):
    """A value is multiplied."""

    scale: Text
    of: TargetPart
    by: AmountPart


class ShiftPart(Part):
    """A value or a date is shifted."""

    shift: Text
    of: TargetPart
    by: AmountPart


class DelayPart(Part):
    """What comes from something is late."""

    delay: TargetPart
    days: Days


class FailPart(Part):
    """Something fails."""

    fail: TargetPart
    days: Days | None = None
    after: Text = "0"
    severity: Decimal = Field(Decimal(1), gt=0, le=1)


class ReplacePart(Part):
    """One thing takes the place of another."""

    replace: Text
    by: Text
    role: Text | None = None
    of: TargetPart | None = None


class RemovePart(Part):
    """Something goes, with all its relations."""

    remove: TargetPart


class AddPart(Part):
    """Something new."""

    add: Text = Field(description="A class.")
    as_: Text = Field(alias="as", description="What other interventions call it.")
    properties: dict[str, Text] = Field(default_factory=dict)
    relations: dict[str, Texts] = Field(default_factory=dict)


class ConnectPart(Part):
    """A new relation."""

    connect: TargetPart
    role: Text
    to: Text
    properties: dict[str, Text] = Field(default_factory=dict)
    valid_from: date | None = None
    valid_to: date | None = None


class DisconnectPart(Part):
    """Relations go."""

    disconnect: TargetPart
    role: Text
    to: Text | None = None


PARTS: dict[str, type[Part]] = {
    "set": SetPart, "scale": ScalePart, "shift": ShiftPart, "delay": DelayPart, "fail": FailPart,
    "replace": ReplacePart, "remove": RemovePart, "add": AddPart, "connect": ConnectPart, "disconnect": DisconnectPart,
}  # fmt: skip


class AskPart(Part):
    """What is reported."""

    measures: Texts | None = Field(None, description="Measures (`Class.name`); all that change, if left out.")
    to: Texts | None = Field(None, description="Impact of failures: only these classes.")
    semantics: Literal["reach", "strongest", "expected", "probability", "earliest", "delayed", "requires"] | None = None


class ScenarioFile(Part):
    """A scenario. The interventions are read by :data:`PARTS`."""

    format: int = Field(1, description="Version of this format.")
    name: Text
    because: Text | None = None
    author: Text | None = None
    as_of: date | None = None
    valid_at: date | Literal["any"] | None = None
    seed: int | None = Field(None, ge=0, lt=2**63)
    draws: int = Field(1000, ge=1, le=100_000)
    ask: AskPart | None = None
    base: int | None = Field(None, ge=0, description="Graph version it was made on.")
    names: dict[str, str] = Field(default_factory=dict, description="What ids in it are called; for readers.")
    do: list[object] = Field(min_length=1)
