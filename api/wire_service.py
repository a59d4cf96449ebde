"""What goes over the wire about callers, jobs, uploads, the audit and reports."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire_answers import Answer
from api.wire_questions import Name

RunName = Annotated[str, Field(min_length=1, max_length=64, description="A run's id, its number, or `last`.")]
Because = Annotated[str, Field(max_length=500, description="Why; it is kept with the run.")]


class MeAnswer(Answer):
    """Who asks, and what he may do and see."""

    id: str = Field(examples=["key:1f2e3d4c"])
    name: str
    kind: str = Field(description="`key`, `person`, `token` or `local`.")
    roles: list[str]
    may: list[str] = Field(description="Actions that are permitted.", examples=[["ask", "read"]])
    withheld: list[str] = Field(description="What answers leave out, by policy.", examples=[["person: date of birth"]])
    not_editable: list[str] = Field(
        description="Properties and relations that policy keeps him from entering.", examples=[["Product.sku"]]
    )
    company: str


class RoleLine(Answer):
    """A role: what those who have it may do, and what answers leave out for them."""

    role: str = Field(examples=["viewer"])
    may: list[str] = Field(description="Actions that are permitted.", examples=[["ask", "read"]])
    withheld: list[str] = Field(description="What answers leave out, by policy; empty too where nothing is permitted.")
    second_person: list[str] = Field(description="Changes that need a second person: `apply`, `correct-money`, …")


class PolicyFile(Answer):
    """A file of policies."""

    name: str = Field(examples=["default.cedar"])
    shipped: bool = Field(description="It comes with knockon.")
    text: str = Field(description="In Cedar.")


class PoliciesAnswer(Answer):
    """Who may do and see what."""

    digest: str = Field(description="Of all policies in force; entries of the audit name it.")
    roles: list[RoleLine]
    files: list[PolicyFile]


class SignIn(BaseModel):
    """Address and password."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    email: str = Field(min_length=3, max_length=254)
    password: str = Field(min_length=1, max_length=200)


class Acceptance(BaseModel):
    """An invitation taken up."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    code: str = Field(min_length=20, max_length=100, description="From the link.")
    password: str = Field(min_length=1, max_length=200)


class NewKey(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="What it is for.", examples=["warehouse display"])
    roles: list[Name] = Field(min_length=1, max_length=10, examples=[["viewer"]])
    scopes: list[Name] = Field([], max_length=10, description="Actions it is limited to; empty: all of its roles.")
    days: float | None = Field(365, gt=0, le=36_525, allow_inf_nan=False, description="Until it ends; null: never.")


class KeyLine(Answer):
    """A key, without its secret."""

    id: str
    name: str
    roles: list[str]
    scopes: list[str]
    created: str
    expires: str | None
    revoked: str | None
    state: str = Field(description="`valid`, `expired` or `revoked`.")


class KeyMade(KeyLine):
    """A new key."""

    key: str = Field(description="The key itself: shown once, kept nowhere.")


class KeysAnswer(Answer):
    """All keys."""

    keys: list[KeyLine]


class PersonLine(Answer):
    """Somebody who may sign in."""

    email: str
    name: str
    roles: list[str]
    state: str = Field(description="`invited`, `active` or `disabled`.")


class JobAnswer(Answer):
    """Long work."""

    id: str = Field(examples=["job-0123456789ab"])
    kind: str = Field(description="`ingest`, `replay` or `undo`.")
    state: str = Field(description="`waiting`, `running`, `done`, `failed`, `cancelled` or `lost`.")
    caller: str
    asked: dict[str, object]
    result: dict[str, object] | None = Field(description="What the run did, in numbers that add up.")
    problem: dict[str, object] | None
    created: str
    finished: str | None


class JobsAnswer(Answer):
    """Jobs, newest first."""

    jobs: list[JobAnswer]
    next: str | None


class IngestQuestion(BaseModel):
    """What to read."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"only": ["shop.orders"], "because": "nightly"}]}
    )

    only: list[Name] = Field([], max_length=200, description="Sources or `source.table`; empty: everything configured.")
    uploads: list[Name] = Field(
        [], max_length=50, description="Ids of uploads, read in place of the source's own files."
    )
    accept_retractions: bool = Field(False, description="Rows may be missing that were there before.")
    dry_run: bool = Field(False, description="Compute what would change; write nothing.")
    because: Because = ""


class UndoQuestion(BaseModel):
    """What to take back."""

    model_config = ConfigDict(extra="forbid")

    run: RunName = "last"
    dry_run: bool = Field(False, description="Compute what would change; write nothing.")
    because: Because = ""


class MendedRow(BaseModel):
    """A row that was set aside, put right."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=100, description="Its id in `/quarantine`.")]
    cells: dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=10_000)]] = Field(
        min_length=1, max_length=200, description="Column → text, of those that change."
    )


class ReplayQuestion(BaseModel):
    """Try again what is set aside."""

    model_config = ConfigDict(extra="forbid")

    mended: list[MendedRow] = Field(
        [], max_length=500, description="Rows put right; they take the place of what was set aside."
    )

    dry_run: bool = Field(False, description="Compute what would change; write nothing.")
    because: Because = ""


class UploadAnswer(Answer):
    """A file that was taken in."""

    id: str = Field(examples=["up-0123456789ab"])
    source: str
    file: str
    size: int
    sha256: str
    tables: list[str] = Field(description="Tables that are read from it.", examples=[["shop.orders"]])


class AuditLine(Answer):
    """One entry of the audit."""

    seq: int
    hash: str
    at: str
    action: str


class AuditAnswer(Answer):
    """Entries of the audit, newest first."""

    entries: list[AuditLine]
    next: str | None


class VerifyAnswer(Answer):
    """What a check of the audit found."""

    sound: bool
    entries: int
    head: str = Field(description="Hash of the last entry that fits.")
    broken_at: int | None = Field(description="Number of the first entry that was changed, dropped or moved.")
    why: str


class ReportQuestion(BaseModel):
    """An answer to keep."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["impact", "path", "query", "ask", "what-if"]
    title: str = Field("", max_length=200)
    question: dict[str, object] = Field(
        description='As it is asked of `/impact`, `/paths`, `/query` or `/ask`; of a what-if `{"scenario": ID}`.'
    )


class ReportLine(Answer):
    """A kept answer."""

    id: str = Field(examples=["report-0123456789ab"])
    kind: str
    title: str
    version: int
    created: str


class ReportsAnswer(Answer):
    """Kept answers, newest first."""

    reports: list[ReportLine]


class ReportAnswer(ReportLine):
    """A kept answer, as it was then."""

    question: dict[str, object]
    answer: dict[str, object]
    changed: bool | None = Field(description="Whether the answer is another one today; null: the graph is the same.")
    differences: list[str] = Field(description="What is different today, in words.")
