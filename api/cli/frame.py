"""What all commands share: options, output, progress, and how an error is shown."""

from __future__ import annotations

import errno
import functools
import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import structlog
import typer
from rich.console import Console, HighlighterType, JustifyMethod, OverflowMethod
from rich.errors import MarkupError
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.style import Style
from rich.text import Text

from api.parts import Say
from api.project import Project, open_project
from ingest.progress import Progress
from ontology.errors import Ambiguous, ConfigurationError, KnockonError

P = ParamSpec("P")
T = TypeVar("T")

_UNSEEN = {
    code: f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
    for code in (
        *range(9),
        *range(11, 32),
        *range(127, 160),
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    )
}
"""Characters that command a terminal or turn the direction of writing, and how they are shown instead."""


class _Terminal(Console):
    """A console on which text from a company's files can command nothing."""

    def render_str(
        self, text: str, *, style: str | Style = "", justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None, emoji: bool | None = None, markup: bool | None = None,
        highlight: bool | None = None, highlighter: HighlighterType | None = None,
    ) -> Text:  # fmt: skip
        """The text with what commands a terminal made visible; where it only looks like markup, as it is."""
        seen = text.translate(_UNSEEN)

        def render(marked: bool | None) -> Text:
            return super(_Terminal, self).render_str(
                seen, style=style, justify=justify, overflow=overflow, emoji=emoji, markup=marked, highlight=highlight,
                highlighter=highlighter,
            )  # fmt: skip

        try:
            return render(markup)
        except MarkupError:
            return render(False)


# A pipe or a file has no width of its own: tables there are as wide as they need.
out = _Terminal(highlight=False, emoji=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200)
err = _Terminal(stderr=True, highlight=False, emoji=False, soft_wrap=True)

Where = Annotated[Path | None, typer.Option("--project", "-p", help="Project folder (default: the nearest upwards).")]
Folders = Annotated[
    list[str] | None, typer.Option("--folder", help="SOURCE=PATH: where the files of a source lie. May be repeated.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object with the exact terms, for programs.")]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", help="As it was recorded then: a version, run, date or instant.")
]
ValidAt = Annotated[
    str | None, typer.Option("--valid-at", help="What held on this day (default: today), or `any` for all of time.")
]
Because = Annotated[str, typer.Option("--because", help="Why; it is kept with the run.")]


def guarded(command: Callable[P, T]) -> Callable[P, T]:
    """The command with knockon's errors shown as one clear message and their exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        configure_logging()
        try:
            return command(*args, **kwargs)
        except KnockonError as problem:
            show_error(problem)
            raise typer.Exit(problem.exit_code) from None
        except KeyboardInterrupt:
            err.print("\n[yellow]Stopped.[/] Nothing is half-done: run the command again to carry on.")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            raise typer.Exit(0) from None
        except (typer.Exit, typer.Abort):
            raise
        except OSError as problem:
            told = refused_by_machine(problem)
            if told is None:
                _defect()
            else:
                show_error(told)
            raise typer.Exit(70 if told is None else told.exit_code) from None
        except Exception:  # noqa: BLE001 - the last line of defence: a person sees a sentence, the log the rest
            _defect()
            raise typer.Exit(70) from None

    return run


def _defect() -> None:
    err.print("[red]knockon ran into something that it does not know.[/] This is a defect; please report it with:")
    err.print(traceback.format_exc(), markup=False)


_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSED = {
    errno.ENOENT: "Check the name and the folder.",
    errno.ENOTDIR: "Check the name and the folder.",
    errno.EEXIST: "Something else is in the way there: move it aside.",
    errno.EISDIR: "Name a file, not a folder.",
    errno.ENAMETOOLONG: "Take a shorter name.",
    errno.EACCES: "Check who may read and write there.",
    errno.EPERM: "Check who may read and write there.",
    errno.EROFS: "Take a place that can be written.",
    errno.EIO: "Check the disk or network drive.",
    errno.ELOOP: "The links there point at each other: correct them.",
    errno.EMFILE: "Too many files are open: raise `ulimit -n`.",
}


def refused_by_machine(problem: OSError) -> KnockonError | None:
    """What the machine refused about a file (rights, a full disk, a name), as an error to show; None for a defect."""
    reason = (problem.strerror or str(problem)).rstrip(".")
    where = str(problem.filename) if problem.filename is not None else None
    if problem.errno in _FULL:
        do = "Free some space on that disk, then run the command again: what is finished is kept, nothing is half-done."
        return ConfigurationError(f"{reason}.", where=where, do=do)
    if where is None or problem.errno not in _REFUSED:
        return None
    return ConfigurationError(f"{reason}.", where=where, do=_REFUSED[problem.errno])


def show_error(problem: KnockonError) -> None:
    """What happened, where, what to do."""
    place = f"{problem.where}: " if problem.where is not None and str(problem.where) else ""
    err.print("[red]Error:[/] ", end="")
    err.print(f"{place}{problem.what}", markup=False)
    if isinstance(problem, Ambiguous):
        for candidate in problem.candidates:
            err.print(f"  {candidate}", markup=False)
    if problem.do:
        err.print(f"→ {problem.do}", markup=False, style="cyan")


def configure_logging() -> None:
    """Structured logs to stderr from warnings up; ``KNOCKON_LOG=info`` shows more."""
    import os

    level = getattr(logging, os.environ.get("KNOCKON_LOG", "error").upper(), logging.ERROR)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            # Texts are quoted, so that none begins a line of its own; traces lack variables: these hold data and keys.
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), repr_native_str=True, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # asked for each time: it may be replaced
    )
    logging.basicConfig(level=level, stream=sys.stderr)
    for noisy in ("neo4j", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


@contextmanager
def working(*, progress: bool = True) -> Iterator[tuple[Say, Progress]]:
    """A progress bar on stderr: what tells it a sentence, and what tells it a stage with how much of it is done."""
    bar = Bar(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), console=err, transient=True,
        disable=not (progress and err.is_terminal),
    )  # fmt: skip
    with bar:
        task = bar.add_task("starting", total=None, rate="")

        def show(stage: str, done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            if bar.tasks[0].description != stage:
                bar.reset(task, description=stage, total=total or None, completed=done, rate="")
            bar.update(task, completed=done, total=total or None, rate=f"{speed:,.0f}/s" if speed and total else "")

        def say(text: str) -> None:
            bar.update(task, description=text)

        yield say, show


@contextmanager
def project(where: Path | None = None, folders: list[str] | None = None, *, progress: bool = True) -> Iterator[Project]:
    """The project, with a progress bar on stderr while it works."""
    with (
        working(progress=progress) as (say, show),
        open_project(where, folders=folders or (), say=say, progress=show) as found,
    ):
        yield found


def proposed(
    found: Project, kind: str, asked: Mapping[str, object], because: str, author: str | None, *, as_json: bool
) -> bool:
    """Keep a change for a second person where policy wants one, and say so; False where it may be made at once."""
    from dataclasses import asdict

    from api.carrying_out import proposed_here

    made = proposed_here(found, kind, asked, because, author or "")
    if made is None:
        return False
    if as_json:
        out.print_json(json.dumps({"proposal": asdict(made)}, default=str))
    else:
        out.print(
            f"Proposed as {made.id}: a policy wants a second person for this, and nothing is changed yet. It waits in "
            "the inbox (`knockon serve`) until somebody else approves it, signed in.",
            markup=False,
        )
    return True
