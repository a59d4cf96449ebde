"""How the fetch of jars looks in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from graph_engine.server.jars import Jar, Progress


@contextmanager
def download_bar(jars: Sequence[Jar]) -> Iterator[Progress]:
    """A bar with bytes, rate and time left, on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
    )  # fmt: skip
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Fetching Neo4j", total=sum(jar.size for jar in jars))
        yield lambda size: bar.advance(task, size)
