"""Documents as rows of a source: exact places, one bad file beside good ones, hostile files stopped."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from ingest import adapters
from ingest.adapters.spec import Format, ReadSpec
from ingest.documents.child import Reader
from ingest.documents.language import language_of
from ingest.documents.model import Limits
from ingest.documents.table import read_documents
from ontology.errors import LimitExceeded, SourceError
from tests.unit.ingest.documents import makers


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    held = Reader(Limits(seconds=20))
    yield held
    held.close()


def rows(path: Path, reader: Reader, explode: str | None = None) -> list[dict[str, str | None]]:
    reading = read_documents(ReadSpec(file=path.name, explode=explode), path, path.name, reader)
    return [row for batch in reading.batches for row in pa.Table.from_batches([batch]).to_pylist()]


def put(folder: Path, name: str, content: bytes | str) -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_one_row_for_the_document_and_one_for_each_passage(tmp_path: Path, reader: Reader) -> None:
    source = (
        "# Returns\n\nWithin 30 days of delivery.\n\n"
        "## Pumps\n\nThe pump must be unused, and it is the customer who pays.\n"
    )
    file = put(tmp_path, "returns.md", source)
    (document,) = rows(file, reader)
    assert (document["document"], document["title"], document["text"]) == ("returns.md", "Returns", source)
    assert (document["language"], document["passages"]) == ("en", "2")
    passages = rows(file, reader, "passages")
    assert [p["heading"] for p in passages] == ["Returns", "Pumps"]
    assert [p["path"] for p in passages] == ['["Returns"]', '["Returns", "Pumps"]']
    for p in passages:
        assert source[int(p["start"] or "") : int(p["end"] or "")] == p["text"]


def test_pdf_has_pages(tmp_path: Path, reader: Reader) -> None:
    file = put(tmp_path, "manual.pdf", makers.pdf(["Unplug the pump first.", "", "Then call us."]))
    (document,) = rows(file, reader)
    assert document["pages"] == "3" and document["notes"] == "Pages without text: 2."
    passages = rows(file, reader, "passages")
    assert [(p["page"], p["text"]) for p in passages] == [("1", "Unplug the pump first."), ("3", "Then call us.")]


def test_docx_has_headings_and_tables(tmp_path: Path, reader: Reader) -> None:
    content = makers.docx(
        [("Title", "Terms"), ("", "All prices are net."), ("Heading2", "Delivery"), ("", "In 3 days.")], [["a", "b"]]
    )
    passages = rows(put(tmp_path, "terms.docx", content), reader, "passages")
    assert [(p["path"], p["text"]) for p in passages] == [
        ('["Terms"]', "All prices are net."),
        ('["Terms", "Delivery"]', "In 3 days.\n\na\tb"),
    ]


def test_hidden_letters_of_a_docx_are_not_read(tmp_path: Path, reader: Reader) -> None:
    content = makers.docx([("", "All prices are net."), ("", "Nobody sees this.")], [])
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = {n: packed.read(n) for n in packed.namelist()}
    body = members["word/document.xml"]
    at = body.rindex(b"<w:t", 0, body.index(b"Nobody"))
    members["word/document.xml"] = body[:at] + b"<w:rPr><w:vanish/></w:rPr>" + body[at:]
    file = put(tmp_path, "terms.docx", makers.zipped(members))
    assert [p["text"] for p in rows(file, reader, "passages")] == ["All prices are net."]


def test_pptx_has_slides(tmp_path: Path, reader: Reader) -> None:
    passages = rows(
        put(tmp_path, "deck.pptx", makers.pptx([("Plan", "Sell more."), ("Risk", "Rain.")])), reader, "passages"
    )
    assert [(p["page"], p["heading"], p["text"]) for p in passages] == [
        ("1", "Plan", "Plan\nSell more."),
        ("2", "Risk", "Risk\nRain."),
    ]


def test_mbox_messages_are_documents_of_their_own_and_quotes_are_told_apart(tmp_path: Path, reader: Reader) -> None:
    content = (
        "From a@x.example Mon Jan  5 10:00:00 2026\nMessage-ID: <1@x>\nSubject: Pump\nFrom: a@x.example\n"
        "Date: Mon, 5 Jan 2026 10:00:00 +0100\n\nIt hums.\n\n"
        "From b@x.example Mon Jan  5 11:00:00 2026\nMessage-ID: <2@x>\nIn-Reply-To: <1@x>\nReferences: <1@x>\n"
        "Subject: Re: Pump\nFrom: b@x.example\nDate: Mon, 5 Jan 2026 11:00:00 +0100\n\nUnplug it.\n\n> It hums.\n"
    )
    file = put(tmp_path, "box.mbox", content)
    found = rows(file, reader)
    assert [d["document"] for d in found] == ["box.mbox#<1@x>", "box.mbox#<2@x>"]
    assert [d["thread"] for d in found] == ["<1@x>", "<1@x>"]
    assert found[1]["sent_at"] == "2026-01-05T10:00:00+00:00"
    kinds = [(p["kind"], p["text"]) for p in rows(file, reader, "passages")]
    assert kinds == [("text", "It hums."), ("text", "Unplug it."), ("quoted", "> It hums.")]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("scan.pdf", makers.pdf(["", ""]), "holds no text, only pictures"),
        ("locked.pdf", makers.encrypted_pdf(), "asks for a password"),
        ("cut.pdf", makers.pdf(["x"])[:60], "damaged"),
        ("bomb.docx", makers.zipped({"word/document.xml": b"<w>" + b" " * 60_000_000}), "unfolds to more than"),
        (
            "entities.docx",
            makers.zipped({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            "entities",
        ),
        ("no.docx", b"PK nothing", "not an office file"),
        ("binary.md", b"\x00\x01\x02" * 50, "not text"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_row_with_the_reason(
    tmp_path: Path, reader: Reader, name: str, content: bytes, told: str
) -> None:
    file = put(tmp_path, name, content)
    (row,) = rows(file, reader)
    assert row["document"] == name and told in str(row["_problem"])
    assert rows(file, reader, "passages") == []
    good = put(tmp_path, "good.md", "# Fine\n\nStill read.")
    assert rows(good, reader)[0]["_problem"] is None


def test_broken_mail_and_scripts_in_html_are_read_as_far_as_they_go(tmp_path: Path, reader: Reader) -> None:
    mail = put(
        tmp_path,
        "m.eml",
        "Content-Type: multipart/mixed; boundary=x\nSubject: S\n\n--x\n"
        "Content-Type: text/plain; charset=nonsense\n\nhello there\n",
    )
    (row,) = rows(mail, reader)
    assert row["_problem"] is None and row["title"] == "S"
    page = put(tmp_path, "p.html", "<h1>Price</h1><script>steal()</script><p>It costs 5 EUR.</p>")
    assert "steal" not in str(rows(page, reader)[0]["text"])


def test_limits_on_pages_and_time_are_told_and_the_next_file_is_read(tmp_path: Path) -> None:
    strict = Reader(Limits(pages=2, seconds=20))
    try:
        with pytest.raises(LimitExceeded, match="3 pages"):
            strict.read(put(tmp_path, "long.pdf", makers.pdf(["a", "b", "c"])))
    finally:
        strict.close()
    hurried = Reader(Limits(seconds=0.0))
    try:
        begun = time.monotonic()
        with pytest.raises(LimitExceeded, match="was stopped"):
            hurried.read(put(tmp_path, "slow.md", "# a\n"))
        assert time.monotonic() - begun < 20
        hurried.limits = Limits()
        assert hurried.read(put(tmp_path, "next.md", "# b\n\nc"))[0].title == "b"
    finally:
        hurried.close()


def test_a_parser_that_wants_too_much_memory_is_stopped(tmp_path: Path) -> None:
    small = Reader(Limits(megabytes=400, ratio=10_000, unfolded=2_000_000_000))
    try:
        bomb = makers.zipped({"word/document.xml": b"<w>" + b"<a/>" * 30_000_000})
        with pytest.raises((LimitExceeded, SourceError)):
            small.read(put(tmp_path, "greedy.docx", bomb))
        assert small.read(put(tmp_path, "next.md", "# b\n\nc"))[0].title == "b"
    finally:
        small.close()


def test_three_hundred_pages_of_tables_are_cut_into_bounded_passages(tmp_path: Path, reader: Reader) -> None:
    table = "| part | price |\n|---|---|\n" + "".join(f"| part {n} | {n} EUR |\n" for n in range(15_000))
    found = rows(put(tmp_path, "tables.md", f"# Prices\n\n{table}"), reader, "passages")
    assert len(found) > 100
    assert all(len(p["text"] or "") <= Limits().piece for p in found)
    assert sum((p["text"] or "").count("| part ") for p in found) == 15_001


def test_the_adapter_takes_documents_by_their_ending(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "# A\n\nx")
    spec = ReadSpec(file="*.md")
    (part,) = adapters.parts(spec, tmp_path)
    assert part.path is not None and adapters.format_of(spec, part.path) is Format.DOCUMENTS
    assert adapters.read(spec, part, {}, tmp_path).columns[0] == "document"
    with pytest.raises(SourceError, match="explode: lines"):
        adapters.read(ReadSpec(file="*.md", explode="lines"), part, {}, tmp_path)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The pump is in the garden and it does not work.", "en"),
        ("Die Pumpe steht im Garten und ist nicht dicht.", "de"),
        ("La pompe est dans le jardin et elle ne marche pas.", "fr"),
        ("OTT-550 30-1401", None),
        ("", None),
    ],
)
def test_languages_are_told_by_their_function_words(text: str, language: str | None) -> None:
    assert language_of(text) == language
