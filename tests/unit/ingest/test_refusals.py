"""What a hostile or unlucky person writes: each gives one clear message and never a traceback."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest import adapters
from ingest.adapters.encoding import inspect
from ingest.adapters.spec import ReadSpec
from ingest.archive import Archive
from ingest.mapping.bounds import wrong_bounds
from ingest.mapping.load import load_mapping, load_mappings
from ontology.errors import ConfigurationError, LimitExceeded, MappingError, SourceError, StoreDamaged
from ontology.load import load_ontology
from ontology.located import parse_document

MAPPING = """source: erp
tables:
  products:
    read: {file: products.csv}
    key: [no]
    class: Product
    properties: {name: name}
"""


@pytest.mark.parametrize("codec", ["base64", "rot13", "hex", "idna", "punycode", "unicode_escape", "x\0y", "utf-99"])
def test_a_codec_that_is_no_encoding_of_text_is_refused(tmp_path: Path, codec: str) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="no encoding of text"):
        inspect(tmp_path / "t.csv", codec)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-32"])
def test_plain_text_that_the_mapping_calls_utf_16_is_refused(tmp_path: Path, codec: str) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="one byte for each letter"):
        inspect(tmp_path / "t.csv", codec)


def test_utf_16_without_a_mark_is_still_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("名,値\n一,二\n".encode("utf-16-le"))
    assert inspect(tmp_path / "t.csv", "utf-16").encoding == "utf-16-le"


@pytest.mark.parametrize("name", ["p" * 5000, "a\0b.csv", "x/" * 3000 + "*.csv"])
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError):
        adapters.parts(ReadSpec(file=name), tmp_path)


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "t.csv").symlink_to("t.csv")
    with pytest.raises(SourceError):
        adapters.parts(ReadSpec(file="t.csv"), tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "a: !!int abc\n", "a: !!bool x\n", "a: !!omap [x: 1]\n", "a: !!set {x, y}\n", "a: \x07\n", "a: \0\n",
        'a: "\\ud800"\n', "a: !!binary zz\n", "a: 2001-99-99\n", "&a [*a]\n", "<<: *x\n", "\ta: 1\n",
        "a: !!python/object/apply:os.system ['touch pwned']\n", "a: !!python/name:os.system x\n",
    ],
)  # fmt: skip
def test_yaml_of_any_kind_is_read_or_refused(text: str) -> None:
    try:
        parse_document(text, "m.yaml")
    except (MappingError, LimitExceeded) as problem:
        assert "m.yaml" in str(problem)


def test_a_control_character_is_named_with_its_line() -> None:
    with pytest.raises(MappingError, match=r"m\.yaml:2: the character U\+0007"):
        parse_document("a: 1\nb: \x07\n", "m.yaml")


@pytest.mark.parametrize(
    ("kind", "low", "high", "said"),
    [
        ("integer", "5", "1", "before it begins"), ("integer", "one", None, "'one' is no integer"),
        ("decimal", "NaN", None, "no decimal"), ("date", "31.12.2020", None, "no date"),
        ("date", "2020-01-02", "2020-01-01", "before it begins"), ("integer", "1", "1", ""), ("string", "a", "b", ""),
        ("datetime", "2020-01-01T00:00:00", "2020-01-01T00:00:00+02:00", ""), ("float", None, "3", ""),
    ],
)  # fmt: skip
def test_bounds(kind: str, low: str | None, high: str | None, said: str) -> None:
    found = wrong_bounds(kind, low, high)
    assert said in found and bool(said) == bool(found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("source: erp", "source: Corrections", "cannot be called"),
        ("source: erp", "source: 'e/rp'", "letters, digits"),
        ("source: erp", 'source: erp\nfolder: "a\\0b"', "cannot be a folder"),
        ("source: erp", "source: erp\ncurrency: EURO", "three capital letters"),
    ],
)
def test_names_that_a_mapping_may_not_use(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "m.yaml").write_text(MAPPING.replace(old, new))
    with pytest.raises(MappingError, match=said):
        load_mapping(tmp_path / "m.yaml", load_ontology())


def test_two_mappings_of_one_source_in_upper_and_lower_case(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(MAPPING)
    (tmp_path / "b.yaml").write_text(MAPPING.replace("source: erp", "source: ERP"))
    with pytest.raises(MappingError, match="mapped twice"):
        load_mappings([tmp_path / "a.yaml", tmp_path / "b.yaml"], load_ontology())


@pytest.mark.parametrize("left", [0, 3, 40, -1])
def test_a_cut_off_archive_file_is_said_and_mended_by_reading_again(tmp_path: Path, left: int) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n")
    archive = Archive(tmp_path / "archive", {})
    file = archive.store("erp", "t", ReadSpec(file="t.csv"), tmp_path)[0]
    path = archive.parquet(file.name)
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(StoreDamaged, match="Ingest the same file again"):
        archive.find(file.name)
    again = archive.store("erp", "t", ReadSpec(file="t.csv"), tmp_path)[0]
    assert again.name == file.name and archive.row(again, 2) == {"a": "3", "b": "4"}
    assert archive.verify() == []


def test_damaged_notes_of_the_archive(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    archive = Archive(tmp_path / "archive", {})
    file = archive.store("erp", "t", ReadSpec(file="t.csv"), tmp_path)[0]
    archive.parquet(file.name).with_suffix(".json").write_text("{")
    with pytest.raises(StoreDamaged):
        archive.find(file.name)
    assert archive.store("erp", "t", ReadSpec(file="t.csv"), tmp_path)[0].new
    assert archive.find(file.name).rows == 1


def test_an_archive_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    (tmp_path / "archive").write_text("a file in the way")
    with pytest.raises(ConfigurationError, match="cannot be archived"):
        Archive(tmp_path / "archive", {}).store("erp", "t", ReadSpec(file="t.csv"), tmp_path)


def test_a_large_text_without_a_line_end_is_refused_soon(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    with file.open("wb") as stream:
        for _ in range(40):
            stream.write(b"x" * (1 << 20))
    begun = time.process_time()
    with pytest.raises(LimitExceeded, match="runs on"):
        Archive(tmp_path / "archive", {}).store("erp", "t", ReadSpec(file="t.csv"), tmp_path)
    assert time.process_time() - begun < 30, "each piece is searched once, not from each of its letters"
