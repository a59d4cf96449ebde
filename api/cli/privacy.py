"""``knockon privacy``: what is known of a person, erasing it, and what is past its time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from api.cli.frame import AsJson, Where, guarded, out, project

Because = Annotated[str, typer.Option("--because", help="Why; it is kept with what was done.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


def export(
    subject: Annotated[str, typer.Argument(help="The person or thing: an id, Class:key, or a name.")],
    to: Annotated[Path | None, typer.Option("--to", help="Where to write it; default: standard output.")] = None,
    where: Where = None,
) -> None:
    """Everything that is known of one person as JSON: values, relations, earlier states, the rows of every source."""
    from api.cli.keys import written
    from api.privacy import subject_data
    from api.service import office_of

    with project(where) as found:
        office = office_of(found)
        held = subject_data(found, subject, office)
        subject_of = held["subject"]
        assert isinstance(subject_of, dict)
        written(office, "privacy.export", {"about": subject_of["id"], "version": subject_of["version"]})
        office.close()
    text = json.dumps(held, indent=2, ensure_ascii=False, default=str)
    if to is None:
        out.print_json(text)
        return
    to.write_text(text + "\n", encoding="utf-8")
    rows = held["source_rows"]
    assert isinstance(rows, list)
    out.print(f"{subject_of['title']}: {len(rows)} rows of the sources → {to}", markup=False)


def erase(
    subject: Annotated[
        list[str] | None, typer.Argument(help="Persons or things: an id, Class:key, or a name each.")
    ] = None,
    because: Because = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    again: Annotated[
        bool, typer.Option("--again", help="Apply all earlier erasures once more, as after a restore.")
    ] = False,
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Erase persons for good: raw rows, graph, history, and whatever was kept. The audit says that it was done."""
    import getpass

    from api.audit.chain import Audit
    from api.erasing import again as apply_again
    from api.erasing import erase as erase_things
    from api.service import office_of
    from ontology.errors import BadQuestion

    if again == bool(subject):
        raise BadQuestion("Name whom to erase, or give --again.", do='`knockon privacy erase "Anna Beck" --because …`')
    with project(where) as found:
        office = office_of(found)
        audit = Audit(office)
        try:
            if again:
                rows = apply_again(found, office, audit)
                _told({"rows": dict(rows)}, as_json, f"Applied again: {_counted(rows)}.")
                return
            _require_alone(found, "erase")
            by = (f"command:{getpass.getuser()}",)
            planned = erase_things(
                found, subject or (), because=because, by=by, office=office, audit=audit, dry_run=True
            )
            if not dry_run and not yes:
                out.print(f"This takes something out of {_counted(planned.rows)}, and can't be undone.", markup=False)
                typer.confirm("Erase for good?", abort=True)
            done = planned
            if not dry_run:
                done = erase_things(found, subject or (), because=because, by=by, office=office, audit=audit)
        finally:
            office.close()
    said = f"{'Would take' if dry_run else 'Took'} something out of {_counted(done.rows)}"
    if not dry_run:
        said += (
            f"; earlier states {done.history}, set aside {done.set_aside}, runs {done.statements}, scenarios "
            f"{done.scenarios}, reports {done.reports}, jobs {done.jobs}, uploads {done.uploads}, audit entries "
            f"{done.audit}. Erasure {done.id}, {done.run}"
        )
    _told(done.to_json(), as_json, said + ".")
    if not as_json:
        if done.newly_set_aside:
            out.print(f"{done.newly_set_aside} rows break a rule because of it: knockon quarantine list", markup=False)
        for line in done.left:
            out.print(f"Not erased: {line}.", markup=False)


def retain(dry_run: DryRun = False, yes: Yes = False, where: Where = None, as_json: AsJson = False) -> None:
    """Erase what is past the time that `retention` in knockon.yaml gives its class."""
    import getpass

    from api.audit.chain import Audit
    from api.erasing import erase as erase_things
    from api.retention import overdue
    from api.service import office_of

    with project(where) as found:
        due = overdue(found)
        told: list[dict[str, object]] = [
            {"class": d.class_name, "by": d.by, "before": d.before.isoformat(), "things": len(d.ids)} for d in due
        ]
        ids = sorted({i for d in due for i in d.ids})
        if not as_json:
            for line in told:
                out.print(f"{line['class']}: {line['things']} with {line['by']} before {line['before']}", markup=False)
            if not due:
                out.print("knockon.yaml says nothing of `retention`: nothing is past its time.")
        if ids and not dry_run:
            _require_alone(found, "erase")
            if not yes:
                typer.confirm(f"Erase {len(ids)} things for good?", abort=True)
            office = office_of(found)
            by = (f"command:{getpass.getuser()}",)
            try:
                done = erase_things(found, ids, because="retention", by=by, office=office, audit=Audit(office))
            finally:
                office.close()
            if not as_json:
                out.print(f"Took something out of {_counted(done.rows)}. Erasure {done.id}, {done.run}.", markup=False)
    if as_json:
        out.print_json(json.dumps({"overdue": told, "erased": 0 if dry_run else len(ids)}))


def _require_alone(found: object, kind: str) -> None:
    """Refuse on the command line what policy wants a second person for.

    Raises:
        Forbidden: four eyes are asked for.
    """
    from api.access.policy import Policies
    from api.four_eyes import require_alone
    from api.project import Project
    from api.service import policy_files

    assert isinstance(found, Project)
    require_alone(Policies(policy_files(found.settings.folder)), kind)


def _counted(rows: Mapping[str, int]) -> str:
    if not rows:
        return "no archived row"
    total = sum(rows.values())
    return f"{total} archived row{'s' if total > 1 else ''} ({', '.join(f'{t} {n}' for t, n in sorted(rows.items()))})"


def _told(held: Mapping[str, object], as_json: bool, said: str) -> None:
    if as_json:
        out.print_json(json.dumps(held))
    else:
        out.print(said, markup=False)


app = typer.Typer(no_args_is_help=True)
app.command("export")(guarded(export))
app.command("erase")(guarded(erase))
app.command("retain")(guarded(retain))
