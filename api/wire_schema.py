"""What entities look like on the wire: pydantic models and JSON Schema, derived from the ontology.

Names are the ontology's. Decimals and money travel as JSON strings (``"12.5000"``), so that no reader rounds them;
dates as ``2024-02-29``; instants in UTC. A value that is not known is left out, not null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, JsonValue, PlainSerializer, WithJsonSchema, create_model

from ontology import values
from ontology.errors import NotFound
from ontology.model import Datatype, Ontology, PropertyDef, Role
from ontology.types import Value

Json = dict[str, JsonValue]


class WireRelation(BaseModel):
    """One relation of an entity, as seen from it."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="Id of the relation.", examples=["r_5f0c9a7d1e2b3c4d5e6f7a8b"])
    to: str = Field(description="Id of the entity at the other end.", examples=["e_0123456789abcdef0123"])
    title: str = Field(description="What a person calls that entity.", examples=["Nordic Bearings AB"])
    class_name: str = Field(description="Its most specific class.", examples=["Supplier"])
    valid_from: date | None = Field(None, description="First day on which the relation holds; null: always did.")
    valid_to: date | None = Field(None, description="First day on which it no longer holds; null: still does.")


class WireEntity(BaseModel):
    """What every entity has, whatever its class."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="Id of the entity; stays the same over merges.", examples=["e_0123456789abcdef0123"])
    title: str = Field(description="What a person calls it.", examples=["Road frame, red, 52"])
    classes: list[str] = Field(description="Its most specific classes.", examples=[["Product"]])


def entity_model(ontology: Ontology, class_name: str) -> type[WireEntity]:
    """The model of entities of a class: ``values`` by property, ``relations`` by role.

    Raises:
        NotFound: there is no such class.
    """
    key = (ontology.digest, class_name)
    found = _models.get(key)
    if found is None:
        if class_name not in ontology.classes:
            raise NotFound(f"There is no class {class_name!r}.", do="docs/ontology.md lists the classes.")
        found = _models[key] = _entity_model(ontology, class_name)
    return found


_models: dict[tuple[str, str], type[WireEntity]] = {}


def entity_schema(ontology: Ontology, class_name: str) -> Json:
    """JSON Schema (2020-12) of entities of a class.

    Raises:
        NotFound: there is no such class.
    """
    schema = entity_model(ontology, class_name).model_json_schema(mode="serialization")
    iri = ontology.classes[class_name].iri
    return cast(Json, {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": iri, **schema})


def ontology_schema(ontology: Ontology) -> Json:
    """JSON Schema of any entity: one definition for each class, below ``$defs``."""
    definitions: Json = {}
    for name in sorted(ontology.classes):
        schema = entity_model(ontology, name).model_json_schema(mode="serialization", ref_template="#/$defs/{model}")
        definitions.update(schema.pop("$defs", {}))
        definitions[name] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Entities of the ontology, version {ontology.version}",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in sorted(ontology.classes)],
        "$defs": definitions,
    }


def wire_values(ontology: Ontology, classes: Sequence[str], stored: Mapping[str, Value]) -> Json:
    """An entity's stored values (by property name) as they travel: exact decimals as text, lists for several."""
    properties = {p.name: p for name in classes for p in ontology.classes[name].properties.values()}
    return {name: _wire(properties[name], value) for name, value in sorted(stored.items()) if name in properties}


def _wire(definition: PropertyDef, value: Value) -> JsonValue:
    if isinstance(value, tuple):
        return [_wire(definition, one) for one in value]
    if definition.datatype is Datatype.DECIMAL and isinstance(value, int):
        return f"{values.decimal(definition, value):f}"
    if isinstance(value, datetime | date):
        return values.canonical(definition, value)
    return value


def _entity_model(ontology: Ontology, class_name: str) -> type[WireEntity]:
    class_ = ontology.classes[class_name]
    fields = {p.name: _field(p) for p in class_.properties.values()}
    held = create_model(  # type: ignore[call-overload]
        f"{class_name}Values",
        __config__=ConfigDict(extra="forbid"),
        __doc__=f"What is known: {class_.label}.",
        **fields,
    )
    roles = {role.name: _role_field(ontology, role) for _, role in sorted(ontology.roles(class_name).items())}
    related = create_model(  # type: ignore[call-overload]
        f"{class_name}Relations",
        __config__=ConfigDict(extra="forbid"),
        __doc__=f"What it hangs together with: {class_.label}.",
        **roles,
    )
    model: type[WireEntity] = create_model(
        class_name,
        __base__=WireEntity,
        __doc__=class_.comment,
        values=(held, Field(description="What is known of it, by property.")),
        relations=(related, Field(default_factory=related, description="What it hangs together with, by role.")),
    )
    return model


_PYTHON: Mapping[Datatype, object] = {
    Datatype.STRING: str,
    Datatype.INTEGER: int,
    Datatype.FLOAT: float,
    Datatype.BOOLEAN: bool,
    Datatype.DATE: date,
    Datatype.DATETIME: datetime,
}


def _field(definition: PropertyDef) -> tuple[object, object]:
    one = _PYTHON.get(definition.datatype)
    if definition.datatype is Datatype.DECIMAL:
        one = _decimal(definition.scale)
    elif definition.values:
        one = Literal[definition.values]
    type_ = one if definition.functional else list[one]  # type: ignore[valid-type]
    extra: Json = {"x-iri": definition.iri}
    if definition.unit:
        extra["x-unit"] = definition.unit
    if definition.currency:
        extra["x-currency"] = definition.currency
    if definition.personal:
        extra["x-personal"] = True
    optional = type_ | None  # type: ignore[operator]
    return optional, Field(
        None, title=definition.label, description=definition.comment or None, json_schema_extra=extra
    )


def _decimal(scale: int) -> object:
    pattern = rf"^-?\d+\.\d{{{scale}}}$" if scale else r"^-?\d+$"
    return Annotated[
        Decimal,
        Field(allow_inf_nan=False),
        PlainSerializer(lambda value: f"{value:.{scale}f}", return_type=str),
        WithJsonSchema({"type": "string", "pattern": pattern}),
    ]


def _role_field(ontology: Ontology, role: Role) -> tuple[object, object]:
    relation = role.relation
    fields = {p.name: _field(p) for p in relation.properties.values()}
    item: type[WireRelation] = WireRelation
    if fields:
        name = "".join(part.capitalize() for part in relation.name.split("_")) + "Relation"
        item = create_model(name, __base__=WireRelation, **fields)  # type: ignore[call-overload]
    target = ontology.classes[role.target].label
    return list[item], Field(default_factory=list, title=role.label, description=f"Each leads to: {target}.")  # type: ignore[valid-type]
