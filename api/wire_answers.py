"""What is answered over HTTP. Decimals travel as text; every answer names the graph version that it rests on.

Readers must leave aside what they do not know: later versions may add to an answer, never take away.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_VERSION = "Graph version that the answer rests on."


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


Days = Annotated[float | None, BeforeValidator(_finite)]


class Answer(BaseModel):
    """The base of all answers."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class Thing(Answer):
    """An entity as a person recognises it."""

    id: str = Field(description="Its id; stays the same over merges.", examples=["e_0123456789abcdef0123"])
    class_name: str = Field(alias="class", description="Its most specific class.", examples=["Supplier"])
    title: str = Field(description="What a person calls it.", examples=["Magnetfabrik Kolding A/S"])


class RecordRow(Answer):
    """A row of a source that an answer rests on."""

    id: str = Field(description="Source, table and key.", examples=["erp/offers/A4025"])
    source: str = Field(examples=["erp"])
    table: str = Field(examples=["offers"])
    key: str = Field(examples=["A4025"])
    kind: str = Field(description="`source`, `correction` or `assumption`.", examples=["source"])
    stale: bool = Field(description="A newer version of the row is set aside.")
    file: str | None = Field(description="The file it was read from.", examples=["angebote.csv"])
    row: int | None = Field(description="The row in the file, from 1, without the header.", examples=[25])


class Hop(Answer):
    """One step of a path."""

    relation: str = Field(description="Id of the relation.", examples=["r_5f0c9a7d1e2b3c4d5e6f7a8b"])
    name: str = Field(description="Its name in the ontology.", examples=["supplier_offer"])
    label: str = Field(description="How it reads in this direction.", examples=["offers"])
    source: Thing
    target: Thing
    weight: float = Field(description="How much of a failure is passed on, 0 to 1.", examples=[1.0])
    lag_days: float = Field(description="Days until it is passed on.", examples=[42.0])
    valid_from: date | None = Field(description="First day on which it holds; null: always did.")
    valid_to: date | None = Field(description="First day on which it no longer holds; null: still does.")
    records: list[RecordRow] = Field(description="The rows that say so.")


class Path(Answer):
    """A way from a start to what is affected; nothing occurs twice on it."""

    sentence: str = Field(examples=["Magnetfabrik Kolding A/S – offers → 30-1401 from L-1007"])
    score: float = Field(description="Product of the weights.", examples=[1.0])
    lag_days: Days = Field(description="Sum of the lags.", examples=[42.0])
    hops: list[Hop]


class AffectedThing(Answer):
    """One thing that is affected."""

    entity: Thing
    score: float = Field(description="How strongly, in the sense that was asked.", examples=[1.0])
    earliest_days: Days = Field(description="Days until it can first be felt.", examples=[42.0])
    earliest_on: date | None = Field(description="The day of that.", examples=["2026-05-12"])
    hops: int = Field(description="Steps of the path that the score belongs to.", examples=[6])
    amount: str | None = Field(description="The money at stake, exact.", examples=["1250.00"])
    currency: str | None = Field(examples=["EUR"])
    when: date | None = Field(description="When it is due.", examples=["2026-06-01"])
    paths: list[Path] = Field(description="Its best paths, best first.")
    records: list[RecordRow] = Field(description="The rows that describe it.")
    interval: list[float] | None = Field(None, description="Confidence interval of a sampled score.")
    until_days: Days = Field(None, description="Days until it is over; null: no end known.")
    note: str | None = Field(None, description="What to know about it.")


class Total(Answer):
    """All that is affected of one class, listed or not."""

    class_name: str = Field(alias="class", examples=["Customer"])
    label: str = Field(examples=["customers"])
    count: int = Field(examples=[240])
    amounts: dict[str, str] = Field(description="Exact sums by currency.", examples=[{"EUR": "197380.52"}])
    without_amount: int = Field(description="How many have none although the class has one.", examples=[0])
    past: int = Field(description="How many are due (or done) before they could be affected.", examples=[221])
    past_amounts: dict[str, str] = Field(description="Their part of the amounts.", examples=[{"EUR": "181020.11"}])
    first_on: date | None = Field(description="When the first of them can be affected.")


class ImpactFilters(Answer):
    """The filters that the answer was computed with."""

    depth: int | None
    via: list[str]
    avoid: list[str]
    to: list[str]
    towards: str
    valid_at: str | None
    cutoff: float | None


class ImpactAnswer(Answer):
    """What is affected."""

    starts: list[Thing]
    semantics: str = Field(examples=["reach"])
    filters: ImpactFilters
    version: int = Field(description=_VERSION, examples=[15])
    known_at: int | None = Field(description="The earlier graph version that was asked for, if one was.")
    as_of: date = Field(description="The day that days are counted from.")
    valid_at: str = Field(description="The day whose relations count, or `any`.", examples=["2026-03-31"])
    found: int = Field(description="How many are affected.", examples=[1559])
    listed: int = Field(description="How many of them are listed.", examples=[25])
    complete: bool = Field(description="Whether nothing was left out by depth, cutoff or an effort limit.")
    cutoff: float | None
    frontier_dropped: int = Field(description="Steps that were not followed for depth, cutoff or limit.")
    assumed_inputs: int = Field(description="How many of the rows behind it are assumptions, not data.")
    notes: list[str] = Field(description="What a reader should know about it.")
    totals: list[Total]
    affected: list[AffectedThing] = Field(description="Best first.")
    self_supporting: list[list[Thing]] = Field(
        [], description="`requires`: sets that stand only because each needs another of the set."
    )


class ConnectionAnswer(Answer):
    """How two things hang together."""

    start: Thing
    end: Thing
    version: int = Field(description=_VERSION, examples=[15])
    complete: bool = Field(description="Whether the paths are proven to be the best.")
    assumed_inputs: int
    paths: list[Path]


class Found(Thing):
    """A thing that a text may name."""

    why: str = Field(description="Why it may be meant.", examples=["name begins so"])
    score: float = Field(description="1: exactly that name.", examples=[0.9])


class SearchAnswer(Answer):
    """Things that a text may name."""

    query: str
    version: int = Field(description=_VERSION, examples=[15])
    results: list[Found] = Field(description="Best first.")


Plain = str | int | float | bool | None


class OtherValue(Answer):
    """What another record says of a property that has one value only."""

    value: Plain = Field(description="Decimals and dates as text.")
    record: str = Field(description="Id of the row that says so.")


class ValueOf(Answer):
    """A value and where it came from."""

    value: Plain | list[Plain] = Field(description="Decimals and dates as text.", examples=["1250.00"])
    unit: str | None = Field(description="QUDT unit, where the ontology knows one.", examples=["DAY"])
    records: list[str] = Field(description="Ids of the rows whose value it is.", examples=[["erp/items/10-0550"]])
    others: list[OtherValue] = Field(
        default_factory=list, description="What other rows say, where one value had to be chosen."
    )


class RelationOf(Answer):
    """A relation as seen from the entity."""

    id: str
    relation: str = Field(description="Its name in the ontology.", examples=["supplier_offer"])
    role: str = Field(description="What it is called from here.", examples=["offers"])
    label: str = Field(description="How it reads from here.", examples=["offers"])
    other: Thing
    values: dict[str, Plain] = Field(description="Its own values.", examples=[{"quantity": "2"}])
    valid_from: date | None
    valid_to: date | None
    records: list[str] = Field(description="Ids of the rows that say so.")


class PlaceOf(Answer):
    """Where a row stands."""

    kind: str = Field(examples=["source"])
    file: str = Field(description="As it was given.", examples=["stammdaten.xlsx"])
    sha256: str = Field(description="Of the file's content.")
    row: int = Field(examples=[7])
    run: str = Field(description="The run that read it.", examples=["run-0001-54d4fe"])
    stale: bool = Field(description="A newer version of the row is set aside.")
    recorded: str = Field(description="When.", examples=["2026-03-01T10:00:00Z"])
    agent: str = Field(description="By whom.")
    because: str = Field(description="Why, where a person said so.")


class WarningOf(Answer):
    """A rule that a thing breaks, and that does not keep it out."""

    rule: str = Field(description="The rule: shape, path and kind of constraint.")
    path: str = Field(description="Where it looks; empty for the thing itself.", examples=["due_on"])
    value: str | None = Field(description="The value that breaks it, if it is one.")
    messages: dict[str, str] = Field(description="What is wrong, by language.", examples=[{"en": "Has no due date."}])


class EntityAnswer(Answer):
    """A thing with its values and relations, and the row that each came from."""

    id: str = Field(examples=["e_0123456789abcdef0123"])
    title: str = Field(examples=["Magnetfabrik Kolding A/S"])
    classes: list[str] = Field(description="Its most specific classes.", examples=[["Supplier"]])
    aliases: list[str] = Field(description="Ids that it had before a merge.")
    version: int = Field(description=_VERSION, examples=[15])
    values: dict[str, ValueOf]
    relations: list[RelationOf]
    totals: dict[str, int] = Field(description="Relations by role, those beyond the limit included.")
    warnings: list[WarningOf] = Field(default_factory=list, description="Rules that it breaks and that stop nothing.")
    records: dict[str, PlaceOf] = Field(description="The rows behind it, by id.")


class RunLine(Answer):
    """One change of the graph."""

    id: str = Field(examples=["run-0001-54d4fe"])
    ordinal: int
    kind: str = Field(description="`ingest`, `replay`, `correct`, `assume`, `undo` or `repair`.", examples=["ingest"])
    status: str = Field(description="`writing`, `live` or `failed`.", examples=["live"])
    in_force: bool = Field(description="Whether it holds: it was published, and no undo that holds takes it back.")
    undone_by: str | None = Field(None, description="The undo that takes it back.")
    agent: str
    because: str
    target: str | None = Field(description="The run that an undo is about.")
    started: str
    finished: str | None
    published: int | None = Field(description="The graph version that it made.")


class RunsAnswer(Answer):
    """What changed the graph, newest first."""

    version: int = Field(description=_VERSION, examples=[15])
    total: int
    runs: list[RunLine]
    next: str | None = Field(None, description="Cursor of the next page; null: this is the last.")


class AsideRow(Answer):
    """A row that was set aside."""

    id: str
    run: str
    source: str = Field(examples=["shop"])
    table: str = Field(examples=["order_lines"])
    file: str = Field(description="As it was given.", examples=["order_lines.csv"])
    sha256: str = Field(description="Of the file's content.")
    row: int
    record: str | None = Field(description="Its record id, where its key can be read.")
    rule: str = Field(description="What it broke.", examples=["range"])
    column: str | None
    reason: str = Field(examples=["-3 is below 1."])
    raw: dict[str, str | None] = Field(description="The row as it arrived, by column.")


class QuarantineAnswer(Answer):
    """Rows that were set aside."""

    version: int = Field(description=_VERSION, examples=[15])
    total: int = Field(description="Lines in all: a row that breaks two rules has two.")
    set_aside: int = Field(description="Rows in all, each counted once.")
    rows: list[AsideRow]
    next: str | None = Field(None, description="Cursor of the next page; null: this is the last.")


class HealthAnswer(Answer):
    """The process is up."""

    status: Literal["up"] = "up"


class ReadyAnswer(Answer):
    """Questions can be answered."""

    status: Literal["ready"] = "ready"
    version: int = Field(description="The published graph version.", examples=[15])
