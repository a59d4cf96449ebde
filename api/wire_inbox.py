"""What goes over the wire about what needs a person."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.wire_answers import Answer


class TaskLine(Answer):
    """One thing that needs a person."""

    id: str = Field(examples=["quarantine:shop.order_lines:range"])
    kind: str = Field(description="`quarantine`, `job`, `approval`, `resolution` or `answer`.")
    title: str = Field(examples=["3 rows of shop.order_lines break the rule range"])
    count: int = Field(description="How many it is about.")
    where: str = Field(description="What to ask to see it whole.", examples=["/v1/quarantine?source=shop.order_lines"])
    since: str = Field(description="Since when, as far as known.")
    assigned: str | None = Field(description="Who looks after it.")
    due: date | None
    snoozed_until: date | None
    note: str


class InboxAnswer(Answer):
    """What needs a person, most pressing first."""

    version: int = Field(description="Graph version that it rests on.", examples=[15])
    tasks: list[TaskLine]
    snoozed: int = Field(description="How many are put off to a later day.")


class TaskChange(BaseModel):
    """What is said of a task; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    assigned: Annotated[str, Field(max_length=254)] | None = Field(None, description="Who; empty: nobody.")
    due: date | None = None
    snoozed_until: date | None = Field(None, description="Not shown before that day; a day that is past: shown again.")
    note: Annotated[str, Field(max_length=2000)] | None = None
    done: bool = Field(False, description="Strike off questions that were answered badly; others leave by themselves.")


class BulkChange(TaskChange):
    """The same said of several tasks."""

    ids: list[Annotated[str, Field(min_length=1, max_length=300)]] = Field(min_length=1, max_length=200)


class AssignedAnswer(Answer):
    """Who looks after what from now on."""

    assigned: dict[str, str] = Field(description="Task → who.")
