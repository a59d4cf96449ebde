"""``knockon mcp``: the graph as tools for assistants."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from api.cli.frame import Where, project


def mcp(
    where: Where = None,
    role: Annotated[
        list[str] | None, typer.Option("--role", help="What the assistant may see. May be repeated; default: viewer.")
    ] = None,
) -> None:
    """Serve the graph to an assistant over standard input and output (Model Context Protocol). Tools only read."""
    from api.access.caller import Action, Caller
    from api.mcp.server import Server
    from api.service import Service

    roles = tuple(sorted(set(role or ("viewer",))))
    caller = Caller("assistant", "an assistant", "command", roles)
    with project(where, progress=False) as found:
        service = Service(found, anonymous=False)
        service.policies.require_roles(roles)
        service.require(caller, Action.ASK)

        def note(tool: str, given: Mapping[str, object], answer: dict[str, object] | None) -> None:
            version = None if answer is None else answer.get("version")
            service.audit.append(
                {"action": "ask", "tool": tool, "asked": given, "version": version,
                 "who": {"id": caller.id, "name": caller.name, "kind": caller.kind, "roles": list(roles)},
                 "status": "refused" if answer is None else "answered", "policy": service.policies.digest}
            )  # fmt: skip

        Server(service.seen.project(roles), note).serve(sys.stdin, sys.stdout)
        service.close()


COMMANDS = (mcp,)
