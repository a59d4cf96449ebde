"""Markdown: pieces by heading, offsets into the source itself."""

from __future__ import annotations

from itertools import accumulate

from markdown_it import MarkdownIt

from ingest.documents.model import Document, Piece


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
    return Document(title or name, source, tuple(pieces))


def _one_break(line: str) -> str:
    """The line with exactly one line feed, so that line numbers of the parser are those of ``splitlines``."""
    body = line.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    return body + "\n"


def _plain(heading: str) -> str:
    return heading.replace("`", "").replace("**", "").strip()
