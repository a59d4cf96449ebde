"""Which engine a question goes to: counts and lists over structure, impact, what-if; the rest is looked up in texts."""

from __future__ import annotations

from datetime import date
from typing import Literal

from reasoning.answers.reader import Ask, Reader
from reasoning.answers.types import Answer
from reasoning.network import Network


class Router:
    """Answers what an engine can answer exactly."""

    def __init__(self, network: Network, reader: Reader) -> None:
        self._network = network
        self._reader = reader

    def answer(self, ask: Ask, things: tuple[int, ...], base: Answer, valid_at: date | Literal["any"]) -> Answer | None:
        """The answer of an engine; None where the question is none of theirs."""
        return None
