"""DOCX and PPTX (ECMA-376): what a reader sees, read as zipped XML with bounds on how far it unfolds."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as xml

from ingest.documents.model import Document, Limits, Piece
from ontology.errors import LimitExceeded, SourceError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_HEADING = re.compile(r"(?:heading|überschrift|berschrift|titre|titolo|kop)\s*([1-9])$", re.IGNORECASE)
_SLIDE = re.compile(r"^ppt/slides/slide(\d+)\.xml$")
_CHUNK = 1 << 20


def read_docx(source: bytes, name: str, limits: Limits) -> Document:
    """Paragraphs and tables in order, under their headings (styles *Heading 1* to *9*, *Title*).

    Raises:
        SourceError: it is no DOCX, or damaged.
        LimitExceeded: it unfolds further than ``limits`` allow.
    """
    parts = _Parts(source, name, limits)
    body = parts.tree("word/document.xml").find(f"{_W}body")
    names = _styles(parts)
    text: list[str] = []
    pieces: list[Piece] = []
    path: list[tuple[int, str]] = []
    title, at, begun = "", 0, 0
    for block in [] if body is None else body:
        words = _block(block)
        depth = _depth(block, names) if words.strip() else None
        if depth is not None:
            heading = " ".join(words.split())
            pieces.append(Piece(begun, at, tuple(t for _, t in path)))
            path = [*((d, t) for d, t in path if d < depth), (depth, heading)]
            title = title or heading
        text += (words, "\n\n" if words else "")
        at += len(words) + (2 if words else 0)
        if depth is not None:
            begun = at
        if at > limits.characters:
            raise LimitExceeded(f"The text is longer than {limits.characters:,} characters.", where=name)
    pieces.append(Piece(begun, at, tuple(t for _, t in path)))
    return Document(title or name, "".join(text), tuple(pieces))


def read_pptx(source: bytes, name: str, limits: Limits) -> Document:
    """One piece for each slide, in their order, under its title; notes of the speaker are not read.

    Raises as :func:`read_docx`.
    """
    parts = _Parts(source, name, limits)
    numbers = sorted(int(m[1]) for n in parts.names if (m := _SLIDE.match(n)))
    if len(numbers) > limits.pages:
        raise LimitExceeded(
            f"There are {len(numbers):,} slides, {limits.pages:,} are read.", where=name, do="Split it."
        )
    text: list[str] = []
    pieces: list[Piece] = []
    title, at = "", 0
    for place, number in enumerate(numbers, 1):
        heading, lines = "", []
        for shape in parts.tree(f"ppt/slides/slide{number}.xml").iter(f"{_P}sp"):
            kind = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
            said = [w for p in shape.iter(f"{_A}p") if (w := "".join(t.text or "" for t in p.iter(f"{_A}t")).strip())]
            if kind is not None and kind.get("type") in ("title", "ctrTitle") and not heading:
                heading = " ".join(said)
            lines += said
        for row in parts.tree(f"ppt/slides/slide{number}.xml").iter(f"{_A}tr"):
            cells = ["".join(t.text or "" for t in cell.iter(f"{_A}t")) for cell in row.iter(f"{_A}tc")]
            lines.append("\t".join(cells))
        words = "\n".join(lines)
        title = title or heading
        pieces.append(Piece(at, at + len(words), (heading,) if heading else (), "text", place))
        text += (words, "\n\n")
        at += len(words) + 2
        if at > limits.characters:
            raise LimitExceeded(f"The text is longer than {limits.characters:,} characters.", where=name)
    return Document(title or name, "".join(text), tuple(pieces), pages=len(numbers))


class _Parts:
    """The members of an office file, unfolded within bounds, parsed without entities."""

    def __init__(self, source: bytes, name: str, limits: Limits) -> None:
        self._name, self._limits, self._left = name, limits, limits.unfolded
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source))
        except (zipfile.BadZipFile, OSError, ValueError) as problem:
            raise SourceError(
                "This is not an office file, or a damaged one.", where=name, do="Save it again."
            ) from problem
        if any(info.flag_bits & 1 for info in self._zip.infolist()):
            raise SourceError("This file is encrypted.", where=name, do="Save it again without a password.")
        self.names = frozenset(self._zip.namelist())

    def tree(self, member: str) -> xml.Element:
        """The root element of a member."""
        try:
            info = self._zip.getinfo(member)
        except KeyError as problem:
            raise SourceError(f"{member} is missing in it.", where=self._name, do="Save it again.") from problem
        content = self._unfold(info)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise SourceError("It declares entities, which office files never do.", where=self._name)
        try:
            return xml.fromstring(content)
        except xml.ParseError as problem:
            raise SourceError(
                f"{member} is not well formed: {problem}.", where=self._name, do="Save it again."
            ) from None

    def _unfold(self, info: zipfile.ZipInfo) -> bytes:
        most = min(self._left, max(info.compress_size, 1) * self._limits.ratio + _CHUNK)
        found = bytearray()
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    found += chunk
                    if len(found) > most:
                        raise LimitExceeded(
                            f"{info.filename} unfolds to more than {most:,} bytes: that is no ordinary file.",
                            where=self._name,
                            do="Check where it comes from.",
                        )
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as problem:
            raise SourceError(
                f"{info.filename} cannot be unpacked.", where=self._name, do="Save it again."
            ) from problem
        self._left -= len(found)
        return bytes(found)


def _styles(parts: _Parts) -> dict[str, str]:
    """Style id → name, where the file says so."""
    if "word/styles.xml" not in parts.names:
        return {}
    found: dict[str, str] = {}
    for style in parts.tree("word/styles.xml").iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        if name is not None:
            found[style.get(f"{_W}styleId", "")] = name.get(f"{_W}val", "")
    return found


def _depth(block: xml.Element, names: dict[str, str]) -> int | None:
    """How deep a heading is, None for other paragraphs."""
    style = block.find(f"{_W}pPr/{_W}pStyle")
    if block.tag != f"{_W}p" or style is None:
        return None
    id_ = style.get(f"{_W}val", "")
    name = names.get(id_, id_)
    if name.casefold() in ("title", "titel"):
        return 1
    match = _HEADING.search(name) or _HEADING.search(id_)
    return int(match[1]) if match else None


def _block(block: xml.Element) -> str:
    if block.tag == f"{_W}tbl":
        rows = (
            "\t".join(" ".join(_words(cell).split()) for cell in row.iter(f"{_W}tc")) for row in block.iter(f"{_W}tr")
        )
        return "\n".join(rows)
    return _words(block) if block.tag in (f"{_W}p", f"{_W}sdt") else ""


def _words(node: xml.Element) -> str:
    return "".join(_runs(node))


def _runs(node: xml.Element) -> Iterator[str]:
    hidden: set[xml.Element] = set()  # runs that are set not to be seen
    for run in node.iter(f"{_W}r"):
        vanish = run.find(f"{_W}rPr/{_W}vanish")
        if vanish is not None and vanish.get(f"{_W}val", "1") not in ("0", "false", "off"):
            hidden |= set(run.iter())
    for part in node.iter():
        if part in hidden:
            continue
        if part.tag == f"{_W}t":
            yield part.text or ""
        elif part.tag in (f"{_W}tab",):
            yield "\t"
        elif part.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
