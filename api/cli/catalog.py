"""``knockon catalog``: which sources and tables there are, how fresh and how clean they are, what rests on them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from api.cli.frame import AsJson, Folders, Where, out, project

if TYPE_CHECKING:
    from api.onboarding import CatalogLine


def catalog(where: Where = None, folder: Folders = None, as_json: AsJson = False) -> None:
    """Sources and tables: what they are, when they were last read, how many rows are set aside, what rests on them."""
    from api.onboarding import catalog_of

    with project(where, folder, progress=not as_json) as found:
        lines = catalog_of(found)
    if as_json:
        print(json.dumps([line.to_json() for line in lines], ensure_ascii=False))
        return
    _show(lines)


def _show(lines: list[CatalogLine]) -> None:
    from rich.markup import escape
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("table", "holds", "owner", "last read", "rows", "set aside", "trend", "what rests on it"):
        grid.add_column(name, justify="right" if name in ("rows", "set aside") else "left", overflow="fold")
    now = datetime.now(UTC)
    for line in lines:
        age = _age(line.read_at, now)
        style = "yellow" if line.read_at is None or line.set_aside else ""
        cells = (
            f"{line.source}.{line.table}",
            line.holds,
            line.owner,
            age,
            f"{line.rows:,}",
            f"{line.set_aside:,}",
            line.trend,
            ", ".join(line.rests),
        )
        grid.add_row(*map(escape, cells), style=style)
    out.print(grid)
    never = sum(line.read_at is None for line in lines)
    if never:
        out.print(f"{never} tables were never read: `knockon ingest`.")


def _age(read_at: str | None, now: datetime) -> str:
    if read_at is None:
        return "never"
    then = datetime.fromisoformat(read_at)
    then = then.replace(tzinfo=UTC) if then.tzinfo is None else then
    days = (now - then).days
    hours = int((now - then).total_seconds() // 3600)
    return f"{days} days ago" if days > 1 else f"{hours} h ago" if hours else "just now"


COMMANDS = (catalog,)
