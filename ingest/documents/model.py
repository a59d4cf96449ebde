"""What a document is after reading: its text, and pieces of it with the titles they stand under."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "quoted", "code"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused: larger files and texts, archives that unfold too far; pieces are cut at ``piece`` characters.

    ``ratio`` is unfolded bytes to packed bytes of an office file, ``seconds`` and ``megabytes`` what reading one file
    may take before it is stopped.
    """

    bytes: int = 20_000_000
    characters: int = 5_000_000
    piece: int = 1_500
    pages: int = 2_000
    unfolded: int = 200_000_000
    ratio: int = 200
    seconds: float = 60.0
    megabytes: int = 1_500


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters ``start:end`` of the document's text, under the titles ``path`` (outermost first).

    ``page`` is the page or slide, counted from 1, where the kind of file has any.
    """

    start: int
    end: int
    path: tuple[str, ...] = ()
    kind: Kind = "text"
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a message stands among others, by message id; ``sent`` as the message says it."""

    message: str
    answers: str | None
    references: tuple[str, ...]
    sender: str
    recipients: tuple[str, ...]
    sent: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """A read document. Offsets of ``pieces`` are into ``text``.

    For Markdown and plain text, ``text`` is the source itself; for other kinds, it is what a reader sees. ``notes``
    say what was left out and why. ``name`` tells the messages of one file apart; it is empty where a file is one
    document.
    """

    title: str
    text: str
    pieces: tuple[Piece, ...]
    thread: Thread | None = None
    notes: tuple[str, ...] = ()
    pages: int | None = None
    name: str = ""


def cut(text: str, pieces: Sequence[Piece], longest: int) -> tuple[Piece, ...]:
    """``pieces`` without blanks at their ends, none longer than ``longest``: cut between paragraphs, lines or words."""
    found: list[Piece] = []
    for piece in pieces:
        start = piece.start
        while start < piece.end:
            end = piece.end
            if end - start > longest:
                window = text[start : start + longest]
                breaks = (
                    window.rfind(mark) + len(mark) for mark in ("\n\n", "\n", ". ", " ") if window.rfind(mark) > 0
                )
                end = start + next((at for at in breaks if at > longest // 3), longest)
            inner = text[start:end]
            left = start + len(inner) - len(inner.lstrip())
            right = start + len(inner.rstrip())
            if left < right:
                found.append(Piece(left, right, piece.path, piece.kind, piece.page))
            start = end
    return tuple(found)
