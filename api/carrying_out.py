"""Changes that policy may want a second person for: proposed, or carried out at once as a job."""

from __future__ import annotations

import getpass
from collections.abc import Mapping

from api import four_eyes
from api.access.caller import Action, Caller
from api.four_eyes import Proposal
from api.jobs.queue import Job, Outcome, Work
from api.project import Project
from api.service import Service
from api.wire_service import ReplayQuestion
from graph_engine.store.current import graph_state
from ontology.errors import BadQuestion
from ontology.model import Ontology


def propose_or_start(
    service: Service, caller: Caller, kind: str, asked: Mapping[str, object], because: str
) -> Proposal | Job:
    """Start a change as a job, or keep it for a second person where policy wants one."""
    if four_eyes.needs_two(service.policies, caller, kind):
        return proposed(service, caller, kind, asked, because)
    return service.jobs.start(caller, kind, asked, work_of(service, kind, asked, caller.name, (caller.id,)))


def proposed(service: Service, caller: Caller, kind: str, asked: Mapping[str, object], because: str) -> Proposal:
    """Keep a change for a second person."""
    state = graph_state(service.project.graph)
    made = four_eyes.propose(service.office, caller, kind, asked, because, state.published if state else 0)
    service.audit.append(
        {"action": "propose", "who": {"id": caller.id, "name": caller.name}, "proposal": made.id, "kind": kind,
         "asked": dict(asked), "because": because, "version": made.version}
    )  # fmt: skip
    return made


def proposed_here(project: Project, kind: str, asked: Mapping[str, object], because: str, name: str) -> Proposal | None:
    """On the command line: keep a change for a second person, as over HTTP; None where policy wants nobody else."""
    service = Service(project, anonymous=False)
    try:
        # Whoever is logged in here is kept too: under another name it is still he who proposes.
        login = getpass.getuser()
        caller = Caller(f"command:{login}", name or login, "command", ("owner",))
        if not four_eyes.needs_two(service.policies, caller, kind):
            return None
        return proposed(service, caller, kind, asked, because)
    finally:
        service.close()


def decided(service: Service, caller: Caller, id_: str, verdict: str, because: str) -> Proposal:
    """Decide on a proposal; an approved one becomes a job that names both.

    Raises:
        Forbidden: who proposed it would decide, or the decider has no right to such a change.
    """
    held = four_eyes.proposal(service.office, id_)
    if held.kind == "erase":
        service.require(caller, Action.ADMINISTER)
    found = four_eyes.decide(service.office, caller, id_, verdict, because)
    service.audit.append(
        {"action": verdict, "who": {"id": caller.id, "name": caller.name}, "proposal": id_, "kind": found.kind,
         "proposed_by": {"id": found.caller, "name": found.name}, "because": because, "version": found.version}
    )  # fmt: skip
    if verdict != "approved":
        return found
    both = f"{found.name}, approved by {caller.name}"
    work = work_of(service, found.kind, found.asked, both, (found.caller, caller.id))
    job = service.jobs.start(caller, found.kind, {**found.asked, "proposal": id_}, work)
    return four_eyes.carried_out_by(service.office, id_, job.id)


def kind_of_correction(ontology: Ontology, changes: list[str]) -> str:
    """``correct-money`` where an amount of money is changed, else ``correct``."""
    named = {c.replace("+=", "=").replace("-=", "=").partition("=")[0].strip() for c in changes}
    money = {n for c in ontology.classes.values() for n, p in c.properties.items() if p.is_money}
    return "correct-money" if named & money else "correct"


def work_of(service: Service, kind: str, asked: Mapping[str, object], author: str, by: tuple[str, ...]) -> Work:
    """What carries out a change."""

    def text(name: str) -> str:
        return str(asked.get(name) or "")

    def work(own: Project) -> Outcome:
        own.agent = author  # the run is theirs: who proposed it and who approved it
        match kind:
            case "apply":
                from api.scenarios import Scenarios

                desk = Scenarios(own)
                done: Outcome = desk.apply(
                    desk.kept(text("scenario")), because=text("because"), author=author,
                    assume=asked.get("assume") is True, review=text("review") or None,
                )  # fmt: skip
            case "correct" | "correct-money":
                changes = asked.get("changes")
                done = own.state(
                    "correct", text("entity"), [str(c) for c in changes] if isinstance(changes, list) else [],
                    because=text("because"), until=text("until") or None, review=None, author=author,
                )  # fmt: skip
            case "assume":
                changes = asked.get("changes")
                done = own.state(
                    "assume", text("entity"), [str(c) for c in changes] if isinstance(changes, list) else [],
                    because=text("because"), until=None, review=text("review") or None, author=text("owner"),
                )  # fmt: skip
            case "judge":
                from api.resolution import judge

                done = judge(
                    own, text("left"), text("right"), text("verdict"), because=text("because"), author=author
                )  # fmt: skip
            case "mend":
                from api.jobs.work import replay

                return replay(ReplayQuestion.model_validate(asked))(own)
            case "erase":
                from api.erasing import erase

                return erase(
                    own, [text("subject")], because=text("because"), by=by, office=service.office, audit=service.audit
                )
            case _:
                kinds = (*four_eyes.KINDS, *four_eyes.WHOLE)
                raise BadQuestion(f"There is no change {kind!r}.", do=f"There are: {', '.join(kinds)}.")
        own.refresh()
        return done

    return work
