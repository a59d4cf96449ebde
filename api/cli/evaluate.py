"""``knockon eval …``: measure knockon on data with known answers. No project is needed."""

from __future__ import annotations

import typer

import api.cli.eval_onboarding as eval_onboarding
import api.cli.eval_resolution as eval_resolution
import api.cli.eval_retrieval as eval_retrieval
import api.cli.eval_shacl as eval_shacl
from api.cli.frame import guarded

app = typer.Typer(no_args_is_help=True)
app.command("shacl")(guarded(eval_shacl.shacl))
app.command("onboarding")(guarded(eval_onboarding.onboarding))
app.command("resolution")(guarded(eval_resolution.resolution))
app.command("retrieval")(guarded(eval_retrieval.retrieval))
