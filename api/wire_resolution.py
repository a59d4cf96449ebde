"""What ``/resolution`` takes and gives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire_answers import Answer

Named = Annotated[
    str,
    Field(min_length=1, max_length=500, description="A record (`source/table/key`), an id, `Class:key`, or a name."),
]


class Decision(BaseModel):
    """What a person says about two things."""

    model_config = ConfigDict(extra="forbid")

    left: Named
    right: Named
    verdict: Literal["same", "different", "unsure"] = Field(description="What they are.")
    because: str = Field(min_length=1, max_length=2000, description="Why; it is kept with the judgement.")
    dry_run: bool = Field(False, description="Compute what would change; write nothing.")


class QuestionSide(Answer):
    """One side of an open question."""

    record: str = Field(description="The record that was compared.")
    entity: str = Field(description="The thing that it is part of now.")
    title: str = Field(description="What that is called.")


class QuestionAnswer(Answer):
    """Two records that may be one thing."""

    class_: str = Field(alias="class", description="Their class.")
    left: QuestionSide
    right: QuestionSide
    probability: float = Field(description="How likely they are the same, by the model.")
    weight: float = Field(description="Match weight in bits.")
    reasons: list[str] = Field(description="What speaks for and against, with its bits.")
    moves: int = Field(description="Records and relations that come together if the answer is same.")
    effect: float = Field(description="What the order goes by: doubt times what moves.")


class QuestionsAnswer(Answer):
    """Open questions, those whose answer changes most first."""

    version: int = Field(description="The graph version.")
    questions: list[QuestionAnswer]
    contradictions: list[str] = Field(
        description="Judgements that cannot all hold, in words; none for callers from whom something is withheld."
    )
    left_out: list[str] = Field(
        [], description="Kinds of things whose pairs the caller is not shown, as some of what is compared is withheld."
    )


class LedgerEntry(Answer):
    """One judgement."""

    left: str
    right: str
    verdict: str
    decided_by: str
    weight: float
    probability: float
    reasons: list[str]
    agent: str
    run: str | None
    at: str | None
    asleep: bool


class PartAnswer(Answer):
    """What one comparison adds."""

    comparison: str
    bits: float
    left: str
    right: str


class ComparedAnswer(Answer):
    """What the model sees in two records; prior and parts add up to the weight."""

    left: str
    right: str
    weight: float
    probability: float
    prior: float
    parts: list[PartAnswer]


class HoldingAnswer(Answer):
    """A link that holds an entity together."""

    left: str
    right: str
    weight: float
    decided_by: str


class TreeAnswer(Answer):
    """Records of an entity and the strongest links that suffice to hold them together."""

    records: list[str]
    links: list[HoldingAnswer]
    weakest: HoldingAnswer | None


class WhyAnswer(Answer):
    """Why two things are one, or are not."""

    version: int
    left: str
    right: str
    together: bool
    because: list[str] = Field(description="What decides it, in plain words, the strongest first.")
    judgements: list[LedgerEntry]
    compared: ComparedAnswer | None
    tree: TreeAnswer | None
