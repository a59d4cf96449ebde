"""``knockon privacy``: what is known of a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.frame import Where, guarded, out, project


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
        held = subject_data(found, subject)
        office = office_of(found)
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


app = typer.Typer(no_args_is_help=True)
app.command("export")(guarded(export))
