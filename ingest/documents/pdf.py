"""PDF: the text of each page. Nothing is run, fetched or decrypted with a guessed password."""

from __future__ import annotations

import io

from ingest.documents.model import Document, Limits, Piece
from ontology.errors import LimitExceeded, SourceError


def read_pdf(source: bytes, name: str, limits: Limits) -> Document:
    """One piece for each page.

    Raises:
        SourceError: it is encrypted, damaged, or holds pictures of text only.
        LimitExceeded: it has more pages, or more text, than ``limits`` allow.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PdfReadError

    try:
        reader = PdfReader(io.BytesIO(source), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError(
                "This PDF is encrypted and asks for a password.", where=name, do="Save it again without a password."
            )
        count = len(reader.pages)
        if count > limits.pages:
            raise LimitExceeded(f"The PDF has {count:,} pages, {limits.pages:,} are read.", where=name, do="Split it.")
        title = (reader.metadata.title or "") if reader.metadata is not None else ""
        parts: list[str] = []
        pieces: list[Piece] = []
        blank: list[int] = []
        at = 0
        for number, page in enumerate(reader.pages, 1):
            text = page.extract_text() or ""
            if not text.strip():
                blank.append(number)
            parts += (text, "\n\f")
            pieces.append(Piece(at, at + len(text), (), "text", number))
            at += len(text) + 2
            if at > limits.characters:
                raise LimitExceeded(f"The text is longer than {limits.characters:,} characters.", where=name)
    except DependencyError as missing:
        raise SourceError(
            "This PDF is encrypted in a way that is not read.", where=name, do="Save it again without a password."
        ) from missing
    except PdfReadError as problem:
        raise SourceError(f"This PDF is damaged: {problem}.", where=name, do="Save or export it again.") from problem
    if len(blank) == count:
        raise SourceError(
            "This PDF holds no text, only pictures of it (a scan).", where=name, do="Run text recognition (OCR) on it."
        )
    notes = (f"Pages without text: {_listed(blank)}.",) if blank else ()
    return Document(" ".join(str(title).split()) or name, "".join(parts), tuple(pieces), notes=notes, pages=count)


def _listed(pages: list[int]) -> str:
    return ", ".join(map(str, pages[:10])) + (f" and {len(pages) - 10} more" if len(pages) > 10 else "")
