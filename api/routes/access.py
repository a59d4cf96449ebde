"""``/me``, ``/session``, ``/invitations``, ``/keys``, ``/people``: who asks, and letting others ask."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.access import keys, people
from api.access.caller import Action, Caller, does
from api.access.gatekeeper import COOKIE
from api.access.seen import visibility_of
from api.four_eyes import KINDS, needs_two
from api.routes.parts import Asked, Serving, Who, allows, problems
from api.wire_service import (
    Acceptance,
    KeyLine,
    KeyMade,
    KeysAnswer,
    MeAnswer,
    NewKey,
    PersonLine,
    PoliciesAnswer,
    PolicyFile,
    RoleLine,
    SignIn,
)

router = APIRouter(tags=["access"])
entrance = APIRouter(tags=["access"])
"""Where somebody becomes known: without a key, so not behind :func:`api.routes.parts.admitted`."""


@router.get("/me")
def me(service: Serving, caller: Who, project: Asked) -> MeAnswer:
    """Who asks, what he may do, and what answers leave out for him."""
    return MeAnswer(
        id=caller.id, name=caller.name, kind=caller.kind, roles=list(caller.roles),
        may=sorted(a for a in Action if allows(service, caller, a)),
        withheld=list(visibility_of(project).withheld(project.ontology)),
        not_editable=sorted(service.policies.not_editable(caller.roles, project.ontology)),
        company=project.settings.company,
    )  # fmt: skip


@router.get("/policies")
@does(Action.AUDIT)
def policies(service: Serving) -> PoliciesAnswer:
    """Who may do and see what: each role, and the policies that say so."""
    held = service.policies
    lines = []
    for role in held.roles:
        somebody = Caller("-", "somebody", "key", (role,))
        may = sorted(a.value for a in Action if allows(service, somebody, a))
        hidden = service.seen.visibility((role,)).withheld(service.project.ontology) if may else ()
        second = [k for k in KINDS if needs_two(held, somebody, k)] if Action.DECIDE in may else []
        lines.append(RoleLine(role=role, may=may, withheld=list(hidden), second_person=second))
    files = [PolicyFile(name=n, shipped=at == 0, text=t) for at, (n, t) in enumerate(held.files)]
    return PoliciesAnswer(digest=held.digest, roles=lines, files=files)


@entrance.post("/session", status_code=201, responses=problems(401, 413, 422, 429))
def sign_in(question: SignIn, service: Serving, request: Request, response: Response) -> PersonLine:
    """Sign in with address and password; the session is a cookie that no script can read."""
    person, secret = service.door.sign_in(question.email, question.password)
    request.state.named = Caller(f"person:{person.email}", person.name, "person", person.roles)
    response.set_cookie(
        COOKIE, secret, max_age=people.SESSION_HOURS * 3600, httponly=True, samesite="strict", path="/",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return _person(person)


@entrance.delete("/session", status_code=204, response_class=Response, responses=problems(401))
def sign_out(service: Serving, request: Request) -> Response:
    """Sign out."""
    secret = request.cookies.get(COOKIE)
    if secret:
        people.sign_out(service.office, secret)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/")
    return response


@entrance.post("/invitations", status_code=201, responses=problems(401, 413, 422))
def accept(question: Acceptance, service: Serving) -> PersonLine:
    """Take up an invitation: sets the password. The link works once."""
    return _person(people.accept(service.office, question.code, question.password))


@router.get("/keys")
@does(Action.ADMINISTER)
def list_keys(service: Serving) -> KeysAnswer:
    """All keys, without their secrets."""
    return KeysAnswer(keys=[_key(k) for k in keys.list_keys(service.office)])


@router.post("/keys", status_code=201)
@does(Action.ADMINISTER)
def create_key(question: NewKey, service: Serving) -> KeyMade:
    """A new key. The answer is the only place that shows it."""
    service.policies.require_roles(question.roles)
    key, secret = keys.create_key(
        service.office, question.name, question.roles, scopes=question.scopes, days=question.days
    )
    return KeyMade(**_key(key).model_dump(), key=secret)


@router.delete("/keys/{id}", responses=problems(404))
@does(Action.ADMINISTER)
def revoke_key(
    service: Serving, id_: Annotated[str, Path(alias="id", max_length=20, description="The key's id.")]
) -> KeyLine:
    """End a key now."""
    return _key(keys.revoke_key(service.office, id_))


@router.get("/people")
@does(Action.ADMINISTER)
def list_people(service: Serving) -> list[PersonLine]:
    """Everybody who was invited."""
    return [_person(p) for p in people.people(service.office)]


def _key(key: keys.Key) -> KeyLine:
    return KeyLine(**{**asdict(key), "roles": list(key.roles), "scopes": list(key.scopes), "state": key.state})


def _person(person: people.Person) -> PersonLine:
    return PersonLine(email=person.email, name=person.name, roles=list(person.roles), state=person.state)
