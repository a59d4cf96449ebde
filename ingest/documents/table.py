"""Documents as rows: one for each document, or (``explode: passages``) one for each passage of it.

A file that cannot be read is one row with the reason, set aside like any bad row; its older version stays, and the
other files go on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePath

import pyarrow as pa

from ingest.adapters.rows import PROBLEM, RAW, Cells, Reading, batches_of, schema_of
from ingest.adapters.spec import ReadSpec
from ingest.documents.child import Reader, shared_reader
from ingest.documents.language import language_of
from ingest.documents.model import Document, Thread
from ontology.errors import KnockonError, SourceError

PASSAGES = "passages"
DOCUMENT_COLUMNS = (
    "document", "file", "kind", "title", "text", "language", "characters", "pages", "passages", "notes",
    "message_id", "in_reply_to", "thread", "sender", "recipients", "sent_at",
)  # fmt: skip
PASSAGE_COLUMNS = (
    "document", "passage", "title", "heading", "path", "text", "start", "end", "page", "kind", "language",
)  # fmt: skip
_PROBLEM_AT = "document"  # the one cell that a file keeps which cannot be read: its name


def read_documents(spec: ReadSpec, path: Path, name: str, reader: Reader | None = None) -> Reading:
    """The documents of a file, or their passages, as rows of text.

    Args:
        name: the file as the mapping names it; the first part of each document's name.

    Raises:
        SourceError: ``explode`` is neither empty nor ``passages``.
    """
    if spec.explode not in (None, PASSAGES):
        raise SourceError(
            f"`explode: {spec.explode}` is not known for documents.", where=path, do="Write `explode: passages`."
        )
    passages = spec.explode == PASSAGES
    columns = PASSAGE_COLUMNS if passages else DOCUMENT_COLUMNS
    try:
        _require_inside(path, name)
        found = (reader or shared_reader()).read(path)
    except KnockonError as problem:
        told = f"{name}: {problem.what}{f' {problem.do}' if problem.do else ''}"
        return Reading(columns, iter(() if passages else (_unread(columns, name, told),)))
    rows = _passages(found, name) if passages else _documents(found, name, path.suffix.lower().lstrip("."))
    return Reading(columns, batches_of(columns, rows), notes=tuple(n for d in found for n in d.notes))


def _require_inside(path: Path, name: str) -> None:
    """Refuse a link that leads out of the source's folder: who may write there need not see all that this machine has.

    Raises:
        SourceError: it does.
    """
    parts = PurePath(name).parts
    if ".." in parts or len(parts) > len(path.parents):
        return  # the mapping itself leads there
    folder = path.parents[len(parts) - 1].resolve()
    try:
        inside = path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # a link in a circle: said when it is opened
        return
    if not inside:
        raise SourceError(
            "This is a link that leads out of the source's folder.", where=path,
            do="Put the document itself there, or name its folder in the mapping.",
        )  # fmt: skip


def _documents(found: tuple[Document, ...], name: str, kind: str) -> Iterator[Cells]:
    for document in found:
        yield (
            _name(name, document), name, kind, document.title, document.text, language_of(document.text),
            str(len(document.text)), None if document.pages is None else str(document.pages),
            str(len(document.pieces)), "\n".join(document.notes) or None,
            *_thread(document.thread),
        )  # fmt: skip


def _passages(found: tuple[Document, ...], name: str) -> Iterator[Cells]:
    for document in found:
        whole = language_of(document.text)
        for number, piece in enumerate(document.pieces, 1):
            text = document.text[piece.start : piece.end]
            yield (
                _name(name, document), str(number), document.title, piece.path[-1] if piece.path else document.title,
                json.dumps(piece.path, ensure_ascii=False), text, str(piece.start), str(piece.end),
                None if piece.page is None else str(piece.page), piece.kind, language_of(text) or whole,
            )  # fmt: skip


def _thread(thread: Thread | None) -> Cells:
    """Message id, what it answers, where the thread begins, sender, recipients, when it was sent."""
    if thread is None:
        return (None,) * 6
    begun = (*thread.references, thread.answers or thread.message)[0]
    recipients = json.dumps(thread.recipients, ensure_ascii=False)
    return (
        thread.message or None, thread.answers, begun or None, thread.sender or None, recipients, _instant(thread.sent)
    )  # fmt: skip


def _name(file: str, document: Document) -> str:
    return f"{file}#{document.name}" if document.name else file


def _instant(sent: str | None) -> str | None:
    """When a message says it was sent, as UTC; None where it does not say it properly."""
    try:
        when = None if sent is None else parsedate_to_datetime(sent)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if when is None:
        return None
    return (when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)).isoformat()


def _unread(columns: tuple[str, ...], name: str, problem: str) -> pa.RecordBatch:
    """One row that keeps the document's name, so that its older version is known to be the one that stays."""
    cells = {_PROBLEM_AT: name, "file": name, PROBLEM: problem, RAW: name}
    arrays = [pa.array([cells.get(column)], pa.string()) for column in (*columns, PROBLEM, RAW)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema_of(columns))
