"""What goes over the wire: entities as JSON objects, with decimals as text so that no digit is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from graph_engine.entity_view import EntityView
from ontology import values
from ontology.model import Datatype, Ontology, PropertyDef
from ontology.types import EntityState, Value

Json = dict[str, object]


def value_json(definition: PropertyDef | None, value: Value) -> object:
    """One value: decimals and dates as text, numbers and booleans as they are, several values as a list."""
    if isinstance(value, tuple):
        return [value_json(definition, v) for v in value]
    if definition is not None and definition.datatype is Datatype.DECIMAL and isinstance(value, int):
        return str(values.decimal(definition, value))
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _disputed(definition: PropertyDef | None, name: str, state: EntityState) -> Json:
    """What other records say, where there is a conflict."""
    told = [
        {"value": value_json(definition, values.native(definition, text)) if definition else text, "record": record}
        for property_, text, record in state.others
        if property_ == name
    ]
    return {"others": told} if told else {}


def entity_json(ontology: Ontology, view: EntityView) -> Json:
    """An entity with values, relations and the records behind each."""
    state = view.state
    definitions: Mapping[str, PropertyDef] = {
        n: p for c in state.classes if c in ontology.classes for n, p in ontology.classes[c].properties.items()
    }
    return {
        "id": state.id,
        "title": state.title,
        "classes": list(state.classes),
        "aliases": list(view.aliases),
        "version": view.version,
        "values": {
            name: {
                "value": value_json(definitions.get(name), value),
                "unit": definitions[name].unit if name in definitions else None,
                "records": list(state.winners.get(name, ())),
                **_disputed(definitions.get(name), name, state),
            }
            for name, value in state.values.items()
        },
        "relations": [
            {
                "id": line.state.id,
                "relation": line.state.name,
                "role": line.role,
                "label": line.label,
                "other": {"id": line.other, "title": line.other_title, "class": line.other_class},
                "values": {
                    n: value_json(ontology.relations[line.state.name].properties.get(n), v)
                    for n, v in line.state.values.items()
                },
                "valid_from": line.state.valid_from.isoformat() if line.state.valid_from else None,
                "valid_to": line.state.valid_to.isoformat() if line.state.valid_to else None,
                "records": list(line.state.records),
            }
            for line in view.relations
        ],
        "totals": dict(view.totals),
        "warnings": [
            {"rule": m.rule, "path": m.path, "value": m.value, "messages": dict(m.messages)}
            for m in view.marks
            if m.severity == "warning"
        ],
        "records": {
            r.id: {
                "kind": r.kind, "file": r.path, "sha256": r.file, "row": r.row, "run": r.run, "stale": r.stale,
                "recorded": r.recorded, "agent": r.agent, "because": r.because,
            }
            for r in view.records.values()
        },
    }  # fmt: skip
