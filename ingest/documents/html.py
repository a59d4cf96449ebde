"""HTML: what a reader sees. Scripts, styles and hidden parts are never text; nothing is fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from ingest.documents.model import Document, Piece

_SILENT = frozenset({"script", "style", "template", "noscript", "svg", "iframe", "object", "select"})
_BLOCKS = frozenset(
    {
        "p",
        "div",
        "li",
        "tr",
        "table",
        "section",
        "article",
        "br",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "pre",
        "blockquote",
        "hr",
    }
)
_EMPTY = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"}
)
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|[;\s])(?:font-size|opacity)\s*:\s*0(?![.\d]*[1-9])"
    r"|(?:^|[;\s])color\s*:\s*transparent",
    re.IGNORECASE,
)
"""Styles of what nobody sees. White letters are not among them: on a dark ground they are read."""
_HEADINGS = {f"h{n}": n for n in range(1, 7)}


def read_html(source: str, name: str) -> Document:
    """Sections between headings; the ``title`` element, else the first heading, else ``name`` is the title."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    text = "".join(reader.parts)
    pieces = [*reader.pieces, Piece(reader.at, len(text), tuple(t for _, t in reader.path))]
    notes = ("Scripts, styles or hidden parts were left out.",) if reader.left_out else ()
    return Document(" ".join(reader.title.split()) or reader.first or name, text, tuple(pieces), notes=notes)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.pieces: list[Piece] = []
        self.path: list[tuple[int, str]] = []
        self.title, self.first = "", ""
        self.at, self.length = 0, 0
        self.left_out = False
        self._silent: list[str] = []
        self._heading: list[str] | None = None
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        hidden = any(k == "hidden" or (k == "style" and _UNSEEN.search(v or "")) for k, v in attrs)
        if self._silent or tag in _SILENT or hidden:
            if tag not in _EMPTY:
                self._silent.append(tag)
            self.left_out = True
        elif tag == "title":
            self._in_title = True
        elif tag in _HEADINGS:
            self.pieces.append(Piece(self.at, self.length, tuple(t for _, t in self.path)))
            self._heading = []
        elif tag in _BLOCKS:
            self._add("\n")
        elif tag in ("td", "th"):
            self._add("\t")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag in self._silent:
                while self._silent.pop() != tag:
                    pass
        elif tag == "title":
            self._in_title = False
        elif tag in _HEADINGS and self._heading is not None:
            heading = " ".join("".join(self._heading).split())
            self._heading = None
            self._add(f"\n{heading}\n")
            self.at = self.length
            self.first = self.first or heading
            depth = _HEADINGS[tag]
            self.path = [*((d, t) for d, t in self.path if d < depth), (depth, heading)]
        elif tag in _BLOCKS:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._in_title:
            self.title += data
        elif self._heading is not None:
            self._heading.append(data)
        else:
            self._add(data)

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)
