"""``knockon eval …``: measure knockon on data with known answers. No project is needed."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True)
