"""Markdown: pieces by heading, offsets into the source itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.documents.model import Document, Piece

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def read_markdown(source: str, name: str) -> Document:
    """Sections between headings (CommonMark); the first top heading is the title, else ``name``."""
    lines = source.splitlines(keepends=True)
    offsets = [0, *accumulate(len(line) for line in lines)]
    tokens = MarkdownIt("commonmark").parse("".join(_one_break(line) for line in lines))
    path: list[tuple[int, str]] = []
    pieces: list[Piece] = []
    title = ""
    at = 0
    for number, token in enumerate(tokens):
        if token.type != "heading_open" or token.level != 0 or token.map is None:
            continue
        start, end = offsets[min(token.map[0], len(lines))], offsets[min(token.map[1], len(lines))]
        pieces.append(Piece(at, start, tuple(text for _, text in path)))
        depth, heading = int(token.tag[1:]), _plain(tokens[number + 1].content)
        path = [*((d, t) for d, t in path if d < depth), (depth, heading)]
        title = title or heading
        at = end
    pieces.append(Piece(at, len(source), tuple(text for _, text in path)))
    unseen = list(_comments(source, tokens, offsets))
    notes = ("Comments, which no reader sees, were left out.",) if unseen else ()
    return Document(title or name, source, tuple(q for p in pieces for q in _around(p, unseen)), notes=notes)


def _comments(source: str, tokens: Sequence[Token], offsets: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where comments (``<!-- … -->``) stand; none in code, where a reader sees them."""
    for token in tokens:
        if token.map is None or not (
            token.type == "html_block"
            or (token.type == "inline" and any(c.type == "html_inline" for c in token.children or ()))
        ):
            continue
        first, last = (offsets[min(line, len(offsets) - 1)] for line in token.map)
        yield from (m.span() for m in _COMMENT.finditer(source, first, last))


def _around(piece: Piece, unseen: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    """A piece without what is not seen."""
    at = piece.start
    for start, end in unseen:
        if piece.start <= start < piece.end:
            yield replace(piece, start=at, end=start)
            at = min(end, piece.end)
    yield replace(piece, start=at)


def _one_break(line: str) -> str:
    """The line with exactly one line feed, so that line numbers of the parser are those of ``splitlines``."""
    body = line.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    return body + "\n"


def _plain(heading: str) -> str:
    return heading.replace("`", "").replace("**", "").strip()
