"""What goes over the wire about the ontology, and about facts that people enter."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.wire_answers import Answer, Plain
from api.wire_questions import Name, Text


class PropertyText(Answer):
    """A property, as people call it and as it is stored."""

    name: str = Field(examples=["list_price"])
    label: str = Field(examples=["list price"])
    comment: str
    type: str = Field(
        description="`string`, `integer`, `decimal`, `float`, `boolean`, `date`, `datetime`.", examples=["decimal"]
    )
    unit: str | None = Field(description="QUDT unit, where there is one.", examples=["DAY"])
    currency: str | None = Field(description="For money: the property beside it that holds the currency.")
    scale: int = Field(description="Digits after the point, of decimals.", examples=[2])
    many: bool = Field(description="Whether a thing may have several.")
    personal: bool = Field(description="Whether it says something about a person.")
    values: list[str] = Field(description="What it may be, if that is a closed list.")


class RoleText(Answer):
    """A relation as seen from things of a class."""

    name: str = Field(examples=["offers"])
    label: str = Field(description="How it reads from here.", examples=["offers"])
    relation: str = Field(examples=["supplier_offer"])
    to: str = Field(description="The class at the other end.", examples=["Offer"])
    one: bool = Field(description="Whether it leads to at most one thing.")
    impact: bool = Field(description="Whether a failure spreads along it.")


class ClassText(Answer):
    """A class with everything that its things may have."""

    name: str = Field(examples=["Product"])
    label: str = Field(examples=["product"])
    plural: str = Field(examples=["products"])
    comment: str
    ancestors: list[str] = Field(description="More general classes.")
    title: str | None = Field(description="The property that its things are called by.", examples=["name"])
    amount: str | None = Field(description="The property that holds the money at stake.", examples=["total"])
    when: str | None = Field(description="The property that says when it is due.", examples=["due_on"])
    properties: list[PropertyText]
    roles: list[RoleText]


class OntologyAnswer(Answer):
    """The words of the graph, without those that the caller may not see."""

    ontology: str = Field(description="Version of the ontology.", examples=["1.0.0"])
    digest: str = Field(description="The same ontology has the same.")
    classes: list[ClassText] = Field(description="By name.")


class TableText(Answer):
    """A table of a source, and the file that it is read from."""

    table: str = Field(examples=["order_lines"])
    class_name: str | None = Field(alias="class", description="What a row describes.", examples=["OrderLine"])
    file: str | None = Field(description="Its file's name, or a pattern of names.", examples=["order_lines.csv"])


class SourceText(Answer):
    """A system whose exports are read."""

    source: str = Field(examples=["shop"])
    title: str = Field(examples=["The web shop"])
    tables: list[TableText]


class SourcesAnswer(Answer):
    """The configured sources, and which files each expects."""

    sources: list[SourceText]


class EarlierState(Answer):
    """What was recorded of a thing until it was replaced."""

    since: int = Field(description="Graph version from which on it was so.")
    until: int = Field(description="Graph version that replaced it.")
    run: str | None = Field(description="The run that replaced it.")
    at: str | None = Field(description="When that was.", examples=["2026-03-01T10:00:00Z"])
    title: str
    values: dict[str, Plain | list[Plain]] = Field(description="What then was different from what came next.")
    became: dict[str, Plain | list[Plain]] = Field(description="What came next; null: nothing.")


class HistoryOfAnswer(Answer):
    """How a thing came to be what it is, newest change first."""

    id: str
    version: int = Field(description="Graph version that the answer rests on.", examples=[15])
    changes: list[EarlierState]


class Correction(BaseModel):
    """Accepted facts put right."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"entity": "Product:OTT-550", "changes": ["list_price=49.90"], "because": "price list of May"},
                {"entity": "Offer:A4025", "changes": ["supplier=Nordic Bearings AB"], "because": "told by phone"},
            ]
        },
    )

    entity: Text
    changes: list[Annotated[str, Field(min_length=1, max_length=4000)]] = Field(
        min_length=1, max_length=50,
        description="`property=value`, `role=THING`, `role+=THING`, `role-=THING`; `property=` empties it.",
    )  # fmt: skip
    because: str = Field(min_length=1, max_length=2000, description="Why this is right and the source is not.")
    until: date | None = Field(None, description="Last day on which it holds.")
    dry_run: bool = Field(False, description="Compute what would change; write nothing.")


class Assumption(BaseModel):
    """Values that no system holds."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"entity": "Offer:A4025", "changes": ["lead_time_days=21"], "because": "told by phone",
                 "owner": "Kim", "review": "2027-01-31"}
            ]
        },
    )  # fmt: skip

    entity: Text
    changes: list[Annotated[str, Field(min_length=1, max_length=4000)]] = Field(min_length=1, max_length=50)
    because: str = Field(min_length=1, max_length=2000, description="What it rests on.")
    owner: Name = Field(description="Who answers for it.")
    review: date = Field(description="Day on which it is to be looked at again.")
    dry_run: bool = Field(False, description="Compute what would change; write nothing.")
