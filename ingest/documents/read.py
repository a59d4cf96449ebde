"""Read a file of any supported kind. One bad file is one error with its place; nothing is fetched or run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from charset_normalizer import from_bytes

from ingest.documents.html import read_html
from ingest.documents.mail import read_mail, split_mbox
from ingest.documents.markdown import read_markdown
from ingest.documents.model import Document, Limits, Piece, cut
from ingest.documents.office import read_docx, read_pptx
from ingest.documents.pdf import read_pdf
from ontology.errors import LimitExceeded, SourceError

KINDS = (".md", ".markdown", ".html", ".htm", ".txt", ".text", ".eml", ".mbox", ".pdf", ".docx", ".pptx")
_BOUND: dict[str, Callable[[bytes, str, Limits], Document]] = {
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".pptx": read_pptx,
}
_FEW = 200  # bytes; less says too little of an encoding to guess it


def read_file(path: Path, limits: Limits | None = None) -> Iterator[Document]:
    """The documents of a file: one, or one per message of an mbox.

    Raises:
        SourceError: the kind is not supported, or the file has no text.
        LimitExceeded: the file, or its text, is larger than ``limits`` allow.
    """
    allowed = limits or Limits()
    if path.suffix.lower() not in KINDS:
        raise SourceError(
            f"Files of kind {path.suffix or '(none)'} are not read.", where=path, do=f"Read: {', '.join(KINDS)}."
        )
    with path.open("rb") as stream:
        source = stream.read(allowed.bytes + 1)  # it may grow meanwhile
    if len(source) > allowed.bytes:
        raise LimitExceeded(
            f"The file is larger than {allowed.bytes:,} bytes.", where=path, do="Split it, or leave its pictures out."
        )
    if not source.strip() and path.suffix.lower() != ".mbox":  # a mail folder may well be empty
        raise SourceError("The file is empty.", where=path, do="Was it still being written? Save it again.")
    if path.suffix.lower() == ".mbox":
        for number, message in enumerate(split_mbox(source), 1):
            found = read_bytes(message, ".eml", f"{path.name} message {number}", allowed)
            id_ = found.thread.message if found.thread is not None else ""
            yield replace(found, name=id_ or sha256(message).hexdigest()[:16])
    else:
        yield read_bytes(source, path.suffix.lower(), path.name, allowed)


def read_bytes(source: bytes, suffix: str, name: str, limits: Limits) -> Document:
    """One document of the kind that ``suffix`` says. Raises as :func:`read_file`."""
    if suffix == ".eml":
        found = read_mail(source, name)
    elif suffix in _BOUND:
        found = _BOUND[suffix](source, name, limits)
    else:
        text = decode(source, name)
        if suffix in (".html", ".htm"):
            found = read_html(text, name)
        elif suffix in (".md", ".markdown"):
            found = read_markdown(text, name)
        else:
            found = Document(name, text, (Piece(0, len(text)),))
    if len(found.text) > limits.characters:
        raise LimitExceeded(f"The text is longer than {limits.characters:,} characters.", where=name)
    return replace(found, pieces=cut(found.text, found.pieces, limits.piece))


def decode(source: bytes, name: str) -> str:
    """Bytes as text: UTF-8 (a mark at the start is dropped), else the likeliest encoding; few bytes: Windows-1252.

    Raises:
        SourceError: the bytes are no text.
    """
    if b"\x00" in source[:4096] and not source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError("This is not text.", where=name)
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        if len(source) < _FEW:
            return source.decode("cp1252", errors="replace")
        best = from_bytes(source).best()
        if best is None:
            raise SourceError("The encoding of this text is not known.", where=name, do="Save it as UTF-8.") from None
        return str(best)
