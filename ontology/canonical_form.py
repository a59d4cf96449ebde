"""An ontology as canonical JSON: what its digest is taken over."""

from __future__ import annotations

from ontology.ids import content_hash
from ontology.model import ClassDef, ImpactSpec, Ontology, PropertyDef, RelationDef

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def digest(ontology: Ontology) -> str:
    """sha256 over the content: the same definitions give the same digest, however the files are laid out."""
    return content_hash(
        {
            "classes": [_class(found) for _, found in sorted(ontology.classes.items())],
            "relations": [_relation(found) for _, found in sorted(ontology.relations.items())],
        }
    )


def _class(found: ClassDef) -> Json:
    return {
        "name": found.name,
        "iri": found.iri,
        "label": found.label,
        "plural": found.plural,
        "comment": found.comment,
        "parents": list(found.parents),
        "ancestors": list(found.ancestors),
        "properties": [_property(p) for _, p in sorted(found.properties.items())],
        "title": found.title,
        "amount": found.amount,
        "when": found.when,
        "when_of": found.when_of,
        "arrives": found.arrives,
        "synonyms": list(found.synonyms),
        "labels": dict(found.labels),
    }


def _property(found: PropertyDef) -> Json:
    return {
        "name": found.name,
        "iri": found.iri,
        "datatype": found.datatype.value,
        "label": found.label,
        "comment": found.comment,
        "scale": found.scale,
        "unit": found.unit,
        "currency": found.currency,
        "functional": found.functional,
        "identifying": found.identifying,
        "personal": found.personal,
        "searchable": found.searchable,
        "discriminator": found.discriminator,
        "synonyms": list(found.synonyms),
        "labels": dict(found.labels),
        "values": list(found.values),
    }


def _relation(found: RelationDef) -> Json:
    return {
        "name": found.name,
        "iri": found.iri,
        "type": found.type,
        "source": found.source,
        "target": found.target,
        "role": found.role,
        "inverse_role": found.inverse_role,
        "label": found.label,
        "inverse_label": found.inverse_label,
        "comment": found.comment,
        "functional": found.functional,
        "inverse_functional": found.inverse_functional,
        "acyclic": found.acyclic,
        "has_valid_time": found.has_valid_time,
        "properties": [_property(p) for _, p in sorted(found.properties.items())],
        "impact": _impact(found.impact),
        "synonyms": list(found.synonyms),
    }


def _impact(found: ImpactSpec | None) -> Json:
    if found is None:
        return None
    return {
        "direction": found.direction.value,
        "weight": found.weight,
        "weight_property": found.weight_property,
        "lag": found.lag,
        "lag_property": found.lag_property,
        "lag_node_property": found.lag_node_property,
        "gate": found.gate.value,
        "k": found.k,
    }
