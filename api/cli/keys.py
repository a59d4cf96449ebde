"""``knockon keys``, ``invite``, ``policies``: who may ask over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.frame import AsJson, Where, guarded, out

if TYPE_CHECKING:
    from pathlib import Path

    from api.access.office import Office
    from api.access.policy import Policies

Roles = Annotated[list[str] | None, typer.Option("--role", help="What it may do and see. May be repeated.")]


def create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    role: Roles = None,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="Limit it to this action. May be repeated.")
    ] = None,
    days: Annotated[float, typer.Option("--days", help="How long it is valid; 0: without end.")] = 365,
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Make a key. It is shown once and kept nowhere."""
    from api.access.keys import create_key

    with opened(where) as (office, policies):
        policies.require_roles(role or ())
        key, text = create_key(office, name, role or (), scopes=scope or (), days=days or None)
        written(office, "keys.create", {"key": key.id, "roles": key.roles})
    if as_json:
        out.print_json(json.dumps({**asdict(key), "key": text}))
        return
    out.print(f"Key {key.id} ({name}, {', '.join(key.roles)}), until {(key.expires or 'revoked')[:10]}:", markup=False)
    out.print(text, markup=False)
    out.print("It is shown this once. Send it as: Authorization: Bearer KEY", markup=False)


def list_(where: Where = None, as_json: AsJson = False) -> None:
    """All keys, without their secrets."""
    from rich.table import Table

    from api.access.keys import list_keys

    with opened(where) as (office, _):
        found = list_keys(office)
    if as_json:
        out.print_json(json.dumps([{**asdict(k), "state": k.state} for k in found]))
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("key", "for", "roles", "only", "until", "state"):
        grid.add_column(name)
    for key in found:
        until = (key.expires or "no end")[:10]
        grid.add_row(key.id, key.name, ", ".join(key.roles), ", ".join(key.scopes), until, key.state)
    out.print(grid if found else "There are no keys: `knockon keys create NAME --role viewer` makes one.")


def revoke(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The key's id, from `knockon keys list`.")],
    where: Where = None,
) -> None:
    """End a key now: the next request with it is refused."""
    from api.access.keys import revoke_key

    with opened(where) as (office, _):
        key = revoke_key(office, id_)
        written(office, "keys.revoke", {"key": key.id})
    out.print(f"Key {key.id} ({key.name}) is revoked.", markup=False)


def invite(
    email: Annotated[str | None, typer.Argument(help="Whom to invite.")] = None,
    role: Roles = None,
    name: Annotated[str, typer.Option("--name", help="What they are called.")] = "",
    address: Annotated[str, typer.Option("--address", help="Where they reach this knockon.")] = "http://127.0.0.1:8017",
    remove: Annotated[bool, typer.Option("--remove", help="Let this person in no more.")] = False,
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Invite somebody with a link that works once; without EMAIL: list everybody."""
    from api.access.people import INVITED_DAYS, disable, people
    from api.access.people import invite as invited

    with opened(where) as (office, policies):
        if email is None:
            found = people(office)
            if as_json:
                out.print_json(json.dumps([asdict(p) for p in found]))
            for person in found if not as_json else ():
                out.print(f"{person.email}  {person.name}  {', '.join(person.roles)}  {person.state}", markup=False)
            if not found and not as_json:
                out.print("Nobody is invited yet: `knockon invite anna@company.example --role viewer`.", markup=False)
            return
        if remove:
            person = disable(office, email)
            written(office, "people.remove", {"person": person.email})
            out.print(f"{person.email} is let in no more.", markup=False)
            return
        policies.require_roles(role or ())
        person, code = invited(office, email, name, role or ())
        written(office, "people.invite", {"person": person.email, "roles": person.roles})
    link = f"{address.rstrip('/')}/#/invitation/{code}"
    if as_json:
        out.print_json(json.dumps({**asdict(person), "link": link, "code": code}))
        return
    out.print(f"Send this link to {person.email}; it works once, for {INVITED_DAYS} days:", markup=False)
    out.print(link, markup=False)


@contextmanager
def opened(where: Path | None) -> Iterator[tuple[Office, Policies]]:
    """The service's records and the policies of a project; no database is needed."""
    from api.access.office import Office
    from api.access.policy import Policies
    from api.project import open_project
    from api.service import OFFICE, policy_files

    project = open_project(where)
    office = Office(project.settings.data / OFFICE)
    try:
        yield office, Policies(policy_files(project.settings.folder))
    finally:
        office.close()


def written(office: Office, action: str, what: dict[str, object]) -> None:
    """Write into the audit what was done on the command line."""
    import getpass

    from api.audit.chain import Audit

    name = getpass.getuser()
    who = {"id": f"command:{name}", "name": name, "kind": "command", "roles": ["owner"]}
    Audit(office).append({"action": action, "who": who, **what})


app = typer.Typer(no_args_is_help=True)
for command, called in ((create, "create"), (list_, "list"), (revoke, "revoke")):
    app.command(called)(guarded(command))
