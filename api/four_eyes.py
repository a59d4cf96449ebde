"""Four eyes: changes that policy wants a second person for wait as proposals until somebody else approves them.

Policies say it with the action ``alone`` on ``Change::"apply"``, ``"correct"``, ``"correct-money"``, ``"erase"``
(``docs/access.md``). Who asks from this machine without a key cannot approve: nobody knows who that is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex

from api.access.caller import Caller, Forbidden
from api.access.office import Office, Row, now, text
from api.access.policy import Policies
from ontology.errors import BadQuestion, NotFound

KINDS = ("apply", "correct", "correct-money", "erase")
"""What a policy may want a second person for."""
WHOLE = ("assume", "judge", "mend")
"""What is proposed too, by those from whom something is withheld that may decide whether it can enter."""
NAMELESS = frozenset({"local", "command", "unknown"})
"""Kinds of callers that could be anybody."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits for a second person, or was decided."""

    id: str
    kind: str
    asked: Mapping[str, object]
    because: str
    version: int
    """Graph version that it was proposed at."""
    caller: str
    name: str
    created: str
    state: str
    """``open``, ``approved``, ``rejected`` or ``withdrawn``."""
    decider: str | None
    decider_name: str | None
    verdict_because: str | None
    decided: str | None
    job: str | None
    """The job that carries it out, once approved."""


def needs_two(policies: Policies, caller: Caller, kind: str) -> bool:
    """Whether a caller may make such a change only with a second person."""
    return not policies.alone(caller, kind).allowed


def require_alone(policies: Policies, kind: str) -> None:
    """Refuse on the command line what policy wants a second person for.

    Raises:
        Forbidden: it does.
    """
    if needs_two(policies, Caller("command", "the command line", "command", ("owner",)), kind):
        raise Forbidden(
            "A policy wants a second person for this.",
            do="Propose it over HTTP, signed in; somebody else then approves it (`GET /v1/inbox` shows it).",
        )


def propose(
    office: Office, caller: Caller, kind: str, asked: Mapping[str, object], because: str, version: int
) -> Proposal:
    """Keep a change until somebody else decides.

    Raises:
        BadQuestion: no reason is given.
    """
    if not because.strip():
        raise BadQuestion("No reason is given.", do="Say why (`because`): somebody else has to decide on it.")
    id_ = f"proposal-{token_hex(6)}"
    office.change(
        "INSERT INTO proposal VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', NULL, NULL, NULL, NULL, NULL)",
        (id_, kind, json.dumps(asked), because, version, caller.id, caller.name, now()),
    )
    return proposal(office, id_)


def proposal(office: Office, id_: str) -> Proposal:
    """One proposal.

    Raises:
        NotFound: there is none.
    """
    rows = office.rows("SELECT * FROM proposal WHERE id = ?", (id_,))
    if not rows:
        raise unknown(id_)
    return _proposal(rows[0])


def unknown(id_: str) -> NotFound:
    """There is no such proposal, or none that the caller may see."""
    return NotFound(f"There is no proposal {id_[:60]!r}.", do="GET /v1/proposals lists them.")


def proposals(office: Office, *, state: str = "", by: str = "", limit: int = 1_000) -> list[Proposal]:
    """Proposals, newest first; of one state, or of one caller, if asked."""
    found = office.rows(
        "SELECT * FROM proposal WHERE (? = '' OR state = ?) AND (? = '' OR caller = ?) ORDER BY created DESC LIMIT ?",
        (state, state, by, by, limit),
    )
    return [_proposal(r) for r in found]


def decide(office: Office, caller: Caller, id_: str, verdict: str, because: str) -> Proposal:
    """Approve, reject, or (its author) withdraw a proposal that is open.

    Raises:
        NotFound: there is none.
        Forbidden: who proposed it would approve it himself, or nobody knows who approves.
        BadQuestion: it was decided already.
    """
    held = proposal(office, id_)
    login = held.caller.removeprefix("command:") if held.caller.startswith("command:") else ""
    names = {n.strip().casefold() for n in (held.name, login) if n}
    own = caller.id == held.caller or caller.name.strip().casefold() in names
    if verdict == "withdrawn":
        if caller.id != held.caller:
            raise Forbidden("Only who proposed it may withdraw it.", do="Reject it instead.")
    elif caller.kind in NAMELESS:
        raise Forbidden("Nobody knows who approves here.", do="Sign in, or send a key of your own.")
    elif own:
        raise Forbidden("Who proposed a change may not decide on it.", do="Ask somebody else to.")
    changed = office.change(
        "UPDATE proposal SET state = ?, decider = ?, decider_name = ?, verdict_because = ?, decided = ? "
        "WHERE id = ? AND state = 'open'",
        (verdict, caller.id, caller.name, because, now(), id_),
    )
    if not changed:
        raise BadQuestion(f"{id_} is {proposal(office, id_).state} already.", do="Propose it anew.")
    return proposal(office, id_)


def carried_out_by(office: Office, id_: str, job: str) -> Proposal:
    """Note the job that carries out an approved proposal."""
    office.change("UPDATE proposal SET job = ? WHERE id = ?", (job, id_))
    return proposal(office, id_)


def _proposal(row: Row) -> Proposal:
    def held(name: str) -> str | None:
        return None if row[name] is None else text(row, name)

    return Proposal(
        text(row, "id"), text(row, "kind"), json.loads(text(row, "asked")), text(row, "because"),
        int(text(row, "version")), text(row, "caller"), text(row, "name"), text(row, "created"), text(row, "state"),
        held("decider"), held("decider_name"), held("verdict_because"), held("decided"), held("job"),
    )  # fmt: skip
