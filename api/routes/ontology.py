"""``GET /ontology`` and ``/sources``: the words that questions are asked in, and the systems that are read."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.access.caller import Action, does
from api.access.seen import visibility_of
from api.routes.parts import Asked
from api.wire import Json
from api.wire_ontology import OntologyAnswer, SourcesAnswer
from graph_engine.snapshot.visibility import Visibility
from ontology.model import ClassDef, Ontology, PropertyDef, Role

router = APIRouter(tags=["things"])


@router.get("/ontology", response_model=OntologyAnswer)
@does(Action.READ)
def ontology(project: Asked) -> Response:
    """The words of the graph: what kinds of things there are, what they have, and what they are called."""
    known, visible = project.ontology, visibility_of(project)
    return Response(_told(known.digest, known, visible), media_type="application/json")


_held: dict[tuple[str, Visibility], bytes] = {}
_HELD = 20


def _told(digest: str, known: Ontology, visible: Visibility) -> bytes:
    """The answer, made once for an ontology and a view: the page asks it at each start."""
    found = _held.get((digest, visible))
    if found is None:
        shown = [known.classes[n] for n in sorted(known.classes) if not visible.hides_class([n])]
        answer = OntologyAnswer.model_validate(
            {"ontology": known.version, "digest": digest, "classes": [_class(known, c, visible) for c in shown]}
        )
        if len(_held) >= _HELD:
            _held.clear()
        found = _held[digest, visible] = answer.model_dump_json(by_alias=True).encode()
    return found


@router.get("/sources")
@does(Action.INGEST)
def sources(project: Asked) -> SourcesAnswer:
    """The configured sources with their tables, and the files that an upload may bring for each."""
    found = [
        {
            "source": m.source, "title": m.title,
            "tables": [
                {"table": n, "class": t.main.class_name if t.main else None, "file": t.read.file}
                for n, t in m.tables.items()
            ],
        }
        for m in project.mappings()
    ]  # fmt: skip
    return SourcesAnswer.model_validate({"sources": found})


def _class(known: Ontology, held: ClassDef, visible: Visibility) -> Json:
    properties = [p for n, p in held.properties.items() if not visible.hides_property([held.name], n)]
    roles = [
        r
        for _, r in sorted(known.roles(held.name).items())
        if r.relation.name not in visible.relations and not visible.hides_class([r.target])
    ]
    return {
        "name": held.name, "label": held.label, "plural": held.plural, "comment": held.comment,
        "ancestors": list(held.ancestors), "title": held.title, "amount": held.amount, "when": held.when,
        "properties": [_property(p) for p in properties], "roles": [_role(r) for r in roles],
    }  # fmt: skip


def _property(held: PropertyDef) -> Json:
    return {
        "name": held.name, "label": held.label, "comment": held.comment, "type": held.datatype.value,
        "unit": held.unit, "currency": held.currency, "scale": held.scale, "many": not held.functional,
        "personal": held.personal, "values": list(held.values),
    }  # fmt: skip


def _role(held: Role) -> Json:
    relation = held.relation
    return {
        "name": held.name, "label": held.label, "relation": relation.name, "to": held.target,
        "one": relation.inverse_functional if held.inverse else relation.functional,
        "impact": relation.impact is not None,
    }  # fmt: skip
