"""What may be asked over HTTP: names as on the command line; every text and number is bounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from reasoning.types import Filters, Semantics, Start, Towards, sense_of

Text = Annotated[str, Field(min_length=1, max_length=300, description="An id, `Class:key`, or a name.")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
KNOWN_AT = "As it was recorded then: a graph version, a run, a date or an instant."
KnownAt = Annotated[str, Field(min_length=1, max_length=64)]
ValidAt = date | Literal["any"]
MOST_PATHS = 10_000
"""Paths that one answer may hold: listed entities times paths for each."""


class StartQuestion(BaseModel):
    """What fails, and how badly."""

    model_config = ConfigDict(extra="forbid")

    entity: Text = Field(examples=["Supplier:1492"])
    severity: float = Field(default=1.0, gt=0, le=1, allow_inf_nan=False, description="How badly it is hit; 1: fully.")
    days: float | None = Field(
        default=None, gt=0, le=36_525, allow_inf_nan=False, description="How long it lasts; null: until further notice."
    )
    after: float = Field(default=0.0, ge=0, le=36_525, allow_inf_nan=False, description="Days until it begins.")


class ImpactQuestion(BaseModel):
    """What is affected if some things fail?"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"starts": ["Magnetfabrik Kolding A/S"], "to": ["Customer"], "limit": 5, "paths": 1},
                {"starts": [{"entity": "Supplier:L-1007", "severity": 0.5}], "semantics": "strongest", "depth": 6},
            ]
        },
    )

    starts: list[Text | StartQuestion] = Field(min_length=1, max_length=50, description="What fails: names, or more.")
    semantics: Semantics | None = Field(
        None,
        description="In which sense affected (docs/impact.md); null: `delayed` where a start says how many days it "
        "lasts, otherwise `reach`.",
    )
    depth: int | None = Field(None, ge=1, le=1000, description="At most so many steps; null: no bound.")
    via: list[Name] = Field([], max_length=100, description="Only along these relations or roles.")
    avoid: list[Name] = Field([], max_length=100, description="Nothing of these classes is followed.")
    to: list[Name] = Field([], max_length=100, description="Report only these classes; others are followed through.")
    towards: Towards = Field(Towards.DOWNSTREAM, description="`upstream`: what could affect the starts.")
    cutoff: float | None = Field(
        None, ge=0, le=1e6, allow_inf_nan=False, description="`strongest`: least score; `earliest`: most days."
    )
    valid_at: ValidAt | None = Field(
        None, description="What held on that day, or `any` for all of time; null: today.", examples=["2026-03-31"]
    )
    known_at: KnownAt | None = Field(None, description=KNOWN_AT, examples=["2026-03-31"])
    limit: int = Field(25, ge=0, le=10_000, description="How many to list; totals count all.")
    paths: int = Field(3, ge=0, le=20, description="Paths for each of those listed.")

    @model_validator(mode="after")
    def _affordable(self) -> Self:
        if self.limit * self.paths > MOST_PATHS:
            raise ValueError(f"limit × paths is above {MOST_PATHS:,}: list fewer, or ask for fewer paths")
        return self

    def filters(self) -> Filters:
        """The filters that the question describes."""
        return Filters(
            depth=self.depth, via=tuple(self.via), avoid=tuple(self.avoid), to=tuple(self.to),
            towards=self.towards, valid_at=self.valid_at, cutoff=self.cutoff,
        )  # fmt: skip

    def sense(self, starts: Sequence[Start]) -> Semantics:
        """In which sense it asks."""
        return sense_of(self.semantics, starts, self.filters())

    def begun(self) -> list[StartQuestion]:
        """The starts, those given by name alone included."""
        return [StartQuestion(entity=s) if isinstance(s, str) else s for s in self.starts]


def start_of(question: StartQuestion, entity: str) -> Start:
    """The start of a question, once its name is resolved to an entity id."""
    return Start(entity, severity=question.severity, days=question.days, after=question.after)


class Question(BaseModel):
    """A question in plain words."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"question": "Can Fäth Gartencenter KG still return the pump it bought in March?"}]
        },
    )

    question: str = Field(
        min_length=1, max_length=100_000, description="In one's own words; 4,000 characters are read."
    )
    as_of: date | None = Field(None, description="The day that dates are compared with; null: today.")
    valid_at: ValidAt = Field("any", description="Relations that held on that day, or `any` for all of time.")
    known_at: KnownAt | None = Field(None, description=KNOWN_AT)
    classes: list[Name] = Field([], max_length=20, description="Only texts of these classes, such as `Policy`.")
    languages: list[Name] = Field([], max_length=20, description="Only texts in these languages (BCP 47).")
    embedding: bool = Field(True, description="Use the embedding model, if one is installed.")
    phrase: bool = Field(True, description="Let the language model, if one is set up, phrase the answer.")
