"""How long work tells its caller where it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""(stage, done, total); total 0 = not known."""


def silent(stage: str, done: int, total: int) -> None:
    """No progress."""
