"""The command line. Commands live in modules of their own and import what is heavy only when they run."""

from __future__ import annotations

import typer

import api.cli.answers as answers
import api.cli.ask as ask
import api.cli.audit as audit
import api.cli.catalog as catalog
import api.cli.data as data
import api.cli.db as db
import api.cli.evaluate as evaluate
import api.cli.facts as facts
import api.cli.init as init
import api.cli.keys as keys
import api.cli.mcp as mcp
import api.cli.measures as measures
import api.cli.privacy as privacy
import api.cli.project as project
import api.cli.refresh as refresh
import api.cli.report as report
import api.cli.resolve as resolve
import api.cli.runs as runs
import api.cli.similar as similar
import api.cli.texts as texts
import api.cli.validate as validate
import api.cli.whatif as whatif
from api.cli.frame import guarded

app = typer.Typer(
    name="knockon",
    help="One validated graph of a company's records; what is affected, what if, and why, with the rows behind it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (
    *project.COMMANDS,
    *init.COMMANDS,
    *refresh.COMMANDS,
    *catalog.COMMANDS,
    *data.COMMANDS,
    *facts.COMMANDS,
    *runs.COMMANDS,
    *answers.COMMANDS,
    *ask.COMMANDS,
    *texts.COMMANDS,
    *similar.COMMANDS,
    *whatif.COMMANDS,
    *report.COMMANDS,
    *mcp.COMMANDS,
    keys.invite,
):
    app.command(command.__name__)(guarded(command))
app.command("validate")(guarded(validate.check))
app.command("doctor")(guarded(db.doctor))
app.add_typer(data.quarantine, name="quarantine", help="Rows that were set aside: list, show, export.")
app.add_typer(measures.app, name="measures", help="Figures declared as formulas: list, show, values and why.")
app.add_typer(validate.shapes, name="shapes", help="Rules for the data: proposals from what is there.")
app.add_typer(whatif.app, name="scenarios", help="Kept what-if scenarios: list, show, compare, rebase, apply.")
app.add_typer(keys.app, name="keys", help="Keys for the HTTP API: create, list, revoke.")
app.add_typer(privacy.app, name="privacy", help="What is known of a person.")
app.add_typer(audit.app, name="audit", help="Who asked, answered, decided and changed what: verify, list, export.")
app.add_typer(resolve.app, name="resolve", help="Who is who: questions, decisions, why and why not.")
app.add_typer(db.app, name="db", help="The managed Neo4j: start, stop, look after.")
app.add_typer(evaluate.app, name="eval", help="Measure knockon on data of your own that has known answers.")
