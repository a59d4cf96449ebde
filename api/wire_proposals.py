"""What goes over the wire about changes that wait for a second person, and about erasing."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire_answers import Answer
from api.wire_questions import Text


class ProposalAnswer(Answer):
    """A change that waits for a second person, or was decided."""

    id: str = Field(examples=["proposal-0123456789ab"])
    kind: str = Field(description="`apply`, `correct`, `correct-money`, `assume`, `judge`, `mend` or `erase`.")
    asked: dict[str, object] = Field(description="The change, as it was asked for.")
    because: str
    version: int = Field(description="Graph version that it was proposed at.", examples=[15])
    caller: str = Field(description="Who proposed it.", examples=["person:anna@company.example"])
    name: str
    created: str
    state: str = Field(description="`open`, `approved`, `rejected` or `withdrawn`.")
    decider: str | None = Field(description="Who decided; never who proposed it.")
    decider_name: str | None
    verdict_because: str | None
    decided: str | None
    job: str | None = Field(description="The job that carries it out.")


class ProposalsAnswer(Answer):
    """Proposals, newest first."""

    proposals: list[ProposalAnswer]


class VerdictQuestion(BaseModel):
    """What somebody else says of a proposal."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"verdict": "approved"}]})

    verdict: Literal["approved", "rejected", "withdrawn"] = Field(description="Only its author withdraws it.")
    because: Annotated[str, Field(max_length=2000)] = ""


class EraseQuestion(BaseModel):
    """Whom or what to erase."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"subject": "Customer:1042", "because": "asked by letter"}]}
    )

    subject: Text
    because: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]


class ErasePlan(Answer):
    """What an erasure would take something out of."""

    things: list[str]
    rows: dict[str, int] = Field(description="`source.table` → archived rows.")
    left: list[str] = Field(description="What it would not erase.")
