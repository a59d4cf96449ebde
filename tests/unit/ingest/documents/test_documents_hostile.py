"""What lies in real folders: files that grow, empty and junk ones, one endless line: told, bounded, the rest read."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ingest import adapters
from ingest.adapters.rows import PROBLEM, Reading
from ingest.adapters.spec import Format, ReadSpec
from ingest.archive import Archive, StoredFile
from ingest.documents.child import Reader
from ingest.documents.mail import read_mail
from ingest.documents.model import Limits
from ingest.documents.table import read_documents
from ontology.errors import SourceError
from tests.unit.ingest.documents import makers

_MAIL = b"From a@b.de Mon Jan  5 10:00:00 2026\nSubject: One\nMessage-ID: <1@x>\n\nThe pump hums.\n\n"
_MORE = b"From a@b.de Mon Jan  5 11:00:00 2026\nSubject: Two\nMessage-ID: <2@x>\n\nThe seal leaks.\n\n"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(path: Path, reader: Reader, explode: str | None = None) -> list[dict[str, str | None]]:
    found = read_documents(ReadSpec(file=path.name, explode=explode), path, path.name, reader)
    return [row for batch in found.batches for row in batch.to_pylist()]


def archived(archive: Archive, stored: StoredFile) -> list[dict[str, str | None]]:
    return [row for table, _ in archive.tables(stored.name) for row in table.to_pylist()]


@pytest.fixture
def growing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is read in its own place gets a message more while it is read."""
    read = adapters.read

    def grown(spec: ReadSpec, part: adapters.Part, environment: Mapping[str, str], folder: Path) -> Reading:
        found = read(spec, part, environment, folder)
        if part.path is not None and part.path.parent == folder:
            with part.path.open("ab") as stream:
                stream.write(_MORE)
        return found

    monkeypatch.setattr(adapters, "read", grown)


@pytest.mark.usefixtures("growing")
def test_a_mail_folder_that_grows_while_it_is_read_is_taken_as_it_is_at_one_moment(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    put(folder, "all.mbox", _MAIL)
    put(folder, "hours.md", "# Hours\n\nWe open at nine.\n")
    archive = Archive(tmp_path / "archive")
    mail, page = archive.store("desk", "mail", ReadSpec(file="*.*", format=Format.DOCUMENTS), folder)
    told = archived(archive, mail)
    assert [r["title"] for r in told] == ["One", "Two"]  # the copy was made after the second came
    assert {r["document"] for r in told} == {"all.mbox#<1@x>", "all.mbox#<2@x>"}
    assert mail.path == "all.mbox" and page.path == "hours.md"
    assert [r["title"] for r in archived(archive, page)] == ["Hours"]
    assert not [p for p in (tmp_path / "archive").iterdir() if p.name.startswith(".")]


@pytest.mark.usefixtures("growing")
def test_a_table_that_grows_while_it_is_read_stops_the_run(tmp_path: Path) -> None:
    put(tmp_path, "rows.csv", "Id,Name\n1,Acme\n")
    with pytest.raises(SourceError, match="changed while it was read"):
        Archive(tmp_path / "archive").store("shop", "rows", ReadSpec(file="rows.csv"), tmp_path)


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.eml", "a.pdf", "a.docx", "a.pptx"])
@pytest.mark.parametrize("content", [b"", b" \n\n\t "])
def test_an_empty_file_is_set_aside_so_that_its_older_version_stays(
    tmp_path: Path, reader: Reader, name: str, content: bytes
) -> None:
    file = put(tmp_path, name, content)
    (row,) = rows(file, reader)
    assert row["document"] == name and "The file is empty" in str(row["_problem"])
    assert rows(file, reader, "passages") == []


def test_an_empty_mail_folder_holds_no_mail(tmp_path: Path, reader: Reader) -> None:
    assert rows(put(tmp_path, "a.mbox", b""), reader) == []


@pytest.mark.parametrize("word", ["word ", "x", "wörd, ", "a\u0301"])
def test_one_endless_line_is_cut_into_bounded_passages_without_loss(tmp_path: Path, reader: Reader, word: str) -> None:
    text = (word * (1_000_000 // len(word))) + "The last word is zebra."
    begun = time.monotonic()
    found = rows(put(tmp_path, "line.txt", text), reader, "passages")
    assert time.monotonic() - begun < 30
    assert max(len(str(p["text"])) for p in found) <= Limits().piece
    assert "zebra" in str(found[-1]["text"])
    for p in found:
        assert text[int(str(p["start"])) : int(str(p["end"]))] == p["text"]
    between = text
    for p in reversed(found):
        between = between[: int(str(p["start"]))] + between[int(str(p["end"])) :]
    assert not between.strip()


def test_a_folder_of_two_thousand_junk_files_gives_a_reason_for_each_and_the_good_one(
    tmp_path: Path, reader: Reader
) -> None:
    kinds = (".md", ".txt", ".html", ".eml", ".mbox", ".pdf", ".docx", ".pptx")
    for number in range(2_000):
        put(tmp_path, f"junk{number:04d}{kinds[number % len(kinds)]}", os.urandom(300))
    put(tmp_path, "zz.md", "# Hours\n\nWe open at nine.\n")
    begun = time.monotonic()
    told = {}
    for file in sorted(tmp_path.iterdir()):
        for row in rows(file, reader):
            told[file.name] = row["_problem"]
            assert row["_problem"] or row["text"] is not None
    assert time.monotonic() - begun < 120
    assert told["zz.md"] is None
    unread = [name for name, problem in told.items() if name.endswith((".pdf", ".docx", ".pptx")) and not problem]
    assert unread == []


def test_mail_with_broken_mime_in_a_folder_costs_no_other_mail(tmp_path: Path, reader: Reader) -> None:
    broken = (
        b"From a@b Mon Jan  1 00:00:00 2026\nSubject: =?utf-8?B?broken\nMessage-ID: <0@x>\n"
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=nonsense-9\n"
        b"Content-Transfer-Encoding: base64\n\n!!!!notbase64\n--y\n\n"
    )
    found = rows(put(tmp_path, "all.mbox", broken + _MAIL), reader)
    assert [r["message_id"] for r in found] == ["<0@x>", "<1@x>"]
    assert "not well formed" in str(found[0]["notes"]) and "cannot be decoded" in str(found[0]["notes"])
    assert found[1]["text"] == "The pump hums.\n\n" and found[1]["notes"] is None


@pytest.mark.parametrize("kind", [".docx", ".pptx"])
def test_what_unfolds_without_end_is_stopped_early(tmp_path: Path, reader: Reader, kind: str) -> None:
    member = {".docx": "word/document.xml", ".pptx": "ppt/slides/slide1.xml"}[kind]
    bomb = makers.zipped({"[Content_Types].xml": b"<a/>", "ppt/presentation.xml": b"<a/>", member: b"0" * 80_000_000})
    begun = time.monotonic()
    (row,) = rows(put(tmp_path, f"bomb{kind}", bomb), reader)
    assert "unfolds to more than" in str(row["_problem"]) and member in str(row["_problem"])
    assert time.monotonic() - begun < 20


def test_the_same_text_under_two_names_is_two_documents_and_one_that_is_renamed_has_its_new_name(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in ("a.md", "b.md"):
        put(folder, name, "# Hours\n\nWe open at nine.\n")
    for name in ("empty.md", "empty.pdf"):
        put(folder, name, b"")
    archive, spec = Archive(tmp_path / "archive"), ReadSpec(file="*.*", format=Format.DOCUMENTS)
    found = [
        (row["document"], row["_problem"])
        for s in archive.store("d", "t", spec, folder)
        for row in archived(archive, s)
    ]
    empty = "The file is empty. Was it still being written? Save it again."
    assert found == [
        ("a.md", None), ("b.md", None), ("empty.md", f"empty.md: {empty}"), ("empty.pdf", f"empty.pdf: {empty}"),
    ]  # fmt: skip
    (folder / "a.md").rename(folder / "c.md")
    stored = archive.store("d", "t", spec, folder)
    assert [row["document"] for s in stored for row in archived(archive, s)] == [
        "b.md",
        "c.md",
        "empty.md",
        "empty.pdf",
    ]
    assert [s.new for s in stored] == [False, True, False, False]


def test_links_are_read_inside_the_folder_only_and_broken_ones_are_said(tmp_path: Path, reader: Reader) -> None:
    (tmp_path / "outside.md").write_text("The code is 4711.\n", encoding="utf-8")
    folder = tmp_path / "texts" / "deep"
    folder.mkdir(parents=True)
    (tmp_path / "texts/own.md").write_text("Ours.\n", encoding="utf-8")
    targets = {
        "out": tmp_path / "outside.md", "in": tmp_path / "texts/own.md", "self": folder / "self.md",
        "none": tmp_path / "nothing.md",
    }  # fmt: skip
    for name, target in targets.items():
        (folder / f"{name}.md").symlink_to(target)
    (tmp_path / "linked").symlink_to(tmp_path / "texts")  # the folder itself may be a link

    def told(name: str) -> str:
        spec = ReadSpec(file="**/*.md", format="documents")
        found = read_documents(spec, tmp_path / "linked/deep" / f"{name}.md", f"deep/{name}.md", reader)
        row = next(r for b in found.batches for r in b.to_pylist())
        return str(row[PROBLEM] or row["text"])

    assert "leads out of the source's folder" in told("out") and "4711" not in told("out")
    assert told("in").strip() == "Ours."
    assert "cannot be read" in told("self")
    assert told("none").startswith("deep/none.md: ")


def test_mail_whose_first_part_cannot_be_decoded_is_read_from_the_next() -> None:
    head = b"From: a@b\nSubject: Hinge\nContent-Type: multipart/mixed; boundary=x\n\n"
    bad = b"--x\nContent-Type: text/plain; charset=nope\nContent-Transfer-Encoding: base64\n\n/////w==\n"
    found = read_mail(head + bad + b"--x\nContent-Type: text/plain\n\nThe hinge squeaks.\n", "n")
    assert found.text.strip() == "The hinge squeaks."
    assert any("cannot be decoded" in n for n in found.notes)
    odd = read_mail("Subject: x\nContent-Type: text/plain; charset=klingon\n\nDie Tür quietscht.\n".encode(), "n")
    assert odd.text.strip() == "Die Tür quietscht."
