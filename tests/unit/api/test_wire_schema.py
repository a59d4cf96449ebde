"""Entities on the wire: what the ontology says is what a client may rely on."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from api.wire_schema import entity_model, entity_schema, ontology_schema, wire_values
from ontology.errors import NotFound
from ontology.load import load_ontology

ONTOLOGY = load_ontology()


def _product(**values: object) -> dict[str, object]:
    return {"id": "e_1", "title": "Pump", "classes": ["Product"], "values": values}


def test_an_entity_survives_the_round_trip_with_exact_decimals() -> None:
    model = entity_model(ONTOLOGY, "Product")
    relation = {"id": "r_1", "to": "e_2", "title": "Seal", "class_name": "Product", "quantity": "0.1000"}
    sent = _product(sku="P-1", list_price="12.5000") | {"relations": {"components": [relation]}}
    entity = model.model_validate(sent)
    again = json.loads(entity.model_dump_json(exclude_none=True, exclude_defaults=True))
    assert again == sent


@pytest.mark.parametrize(
    "values", [{"skuu": "x"}, {"days_to_make": "soon"}, {"sell_start": "2024-13-01"}, {"list_price": "NaN"}]
)
def test_what_the_ontology_does_not_know_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        entity_model(ONTOLOGY, "Product").model_validate(_product(**values))


def test_the_schema_names_every_property_and_role() -> None:
    for name in ("Product", "Customer", "Ticket"):
        schema = entity_schema(ONTOLOGY, name)
        definitions = schema["$defs"]
        assert isinstance(definitions, dict)
        held, related = definitions[f"{name}Values"], definitions[f"{name}Relations"]
        assert isinstance(held, dict) and isinstance(related, dict)
        assert held["properties"].keys() == ONTOLOGY.classes[name].properties.keys()  # type: ignore[union-attr]
        assert related["properties"].keys() == ONTOLOGY.roles(name).keys()  # type: ignore[union-attr]
        assert schema["$id"] == ONTOLOGY.classes[name].iri


def test_references_in_the_whole_schema_lead_somewhere() -> None:
    schema = ontology_schema(ONTOLOGY)
    text = json.dumps(schema)
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    assert set(ONTOLOGY.classes) <= set(definitions)
    wanted = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert wanted <= set(definitions)


@settings(deadline=None)
@given(st.integers(-(2**63), 2**63 - 1))
def test_stored_money_travels_exactly(stored: int) -> None:
    text = wire_values(ONTOLOGY, ["Product"], {"list_price": stored})["list_price"]
    assert isinstance(text, str)
    assert Decimal(text) * 10_000 == stored
    model = entity_model(ONTOLOGY, "Product").model_validate(_product(list_price=text))
    assert json.loads(model.model_dump_json())["values"]["list_price"] == text


def test_several_values_and_unknown_classes() -> None:
    assert wire_values(ONTOLOGY, ["Customer"], {"emails": ("a@b.c", "d@e.f")}) == {"emails": ["a@b.c", "d@e.f"]}
    with pytest.raises(NotFound):
        entity_model(ONTOLOGY, "Gizmo")
