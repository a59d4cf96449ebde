"""Mail: a message's own words told apart from what it quotes, and its place in the thread."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage

from ingest.documents.html import read_html
from ingest.documents.model import Document, Piece, Thread

_QUOTE = re.compile(r"^\s*>")
_INTRODUCTION = re.compile(
    r"^\s*(?:On .{0,200} wrote:|Am .{0,200} schrieb.{0,80}:"
    r"|-{2,}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht).*)\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(rb"^From \S+.*\d{4}\s*$")


def read_mail(source: bytes, name: str) -> Document:
    """One RFC 5322 message; broken MIME is read as far as it goes and noted. Attachments are named, not opened."""
    parsed = email.message_from_bytes(source, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    notes = [f"Mail is not well formed: {type(defect).__name__}." for defect in parsed.defects]
    text, seen = "", False
    for part in _bodies(parsed):
        kind = part.get_content_subtype()
        try:
            content = _content(part)
        except (LookupError, ValueError, KeyError, AttributeError) as problem:
            notes.append(f"A {kind} part cannot be decoded: {type(problem).__name__}.")
            continue
        if content.strip():
            text, seen = (read_html(content, name).text if kind == "html" else content), True
            break
    if not seen:
        notes.append("The message has no text.")
    notes += [
        f"Attachment left out: {part.get_filename() or part.get_content_type()}." for part in _attachments(parsed)
    ]
    subject = _header(parsed, "Subject") or name
    pieces = tuple(Piece(p.start, p.end, (subject,), p.kind) for p in _own_and_quoted(text))
    return Document(subject, text, pieces, _thread(parsed), tuple(notes))


def _bodies(parsed: EmailMessage) -> Iterator[EmailMessage]:
    """Parts that may be the message's text, the likeliest first: where one cannot be read, the next may be."""
    found: list[EmailMessage] = []
    for kind in ("plain", "html"):
        with suppress(LookupError, ValueError, AttributeError, TypeError):
            body = parsed.get_body(preferencelist=(kind,))
            if isinstance(body, EmailMessage):
                found.append(body)
    for kind in ("plain", "html"):
        found += [
            p for p in parsed.walk()
            if isinstance(p, EmailMessage) and p.get_content_type() == f"text/{kind}"
            and not p.is_attachment() and all(p is not f for f in found)
        ]  # fmt: skip
    yield from found


def _content(part: EmailMessage) -> str:
    """The text of a part; in an encoding that nobody knows, as if it had said none."""
    try:
        content = part.get_content()
    except LookupError:
        raw = part.get_payload(decode=True)
        content = raw.decode("utf-8", errors="strict") if isinstance(raw, bytes) else ""
    return content if isinstance(content, str) else ""


def split_mbox(source: bytes) -> Iterator[bytes]:
    """The messages of an mbox file (mboxrd: ``>From`` at a line's start loses one ``>``)."""
    message: list[bytes] | None = None
    blank = True
    for line in source.splitlines(keepends=True):
        if blank and _FROM.match(line.rstrip(b"\r\n")):
            if message is not None:
                yield b"".join(message)
            message = []
        elif message is not None:
            message.append(line[1:] if re.match(rb">+From ", line) else line)
        blank = not line.strip()
    if message is not None:
        yield b"".join(message)


def _own_and_quoted(text: str) -> Iterator[Piece]:
    start, at, quoted = 0, 0, False
    for line in text.splitlines(keepends=True):
        is_quote = bool(_QUOTE.match(line) or _INTRODUCTION.match(line)) or (quoted and not line.strip())
        if is_quote != quoted:
            yield Piece(start, at, (), "quoted" if quoted else "text")
            start, quoted = at, is_quote
        at += len(line)
    yield Piece(start, len(text), (), "quoted" if quoted else "text")


def _attachments(parsed: EmailMessage) -> Iterator[EmailMessage]:
    try:
        yield from (part for part in parsed.iter_attachments() if isinstance(part, EmailMessage))
    except (AttributeError, TypeError, ValueError):
        return


def _header(parsed: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(parsed.get(name, "")).split())
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""


def _thread(parsed: EmailMessage) -> Thread:
    answers = _header(parsed, "In-Reply-To").split()
    return Thread(
        message=_header(parsed, "Message-ID"),
        answers=answers[0] if answers else None,
        references=tuple(_header(parsed, "References").split()),
        sender=_header(parsed, "From"),
        recipients=tuple(r for field in ("To", "Cc") if (r := _header(parsed, field))),
        sent=_header(parsed, "Date") or None,
    )
