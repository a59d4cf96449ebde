"""Delimited text: every dialect, and the fast reader against the slow one. Each test writes its files."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.adapters import Part, parts, read
from ingest.adapters import delimited as module
from ingest.adapters.rows import PROBLEM, RAW
from ingest.adapters.spec import ReadSpec
from ontology.errors import KnockonError, LimitExceeded, SourceError


def rows(path: Path, **options: object) -> list[tuple[str | None, ...]]:
    """The good rows."""
    return [r for r, problem, _ in everything(path, **options) if problem is None]


def everything(path: Path, **options: object) -> list[tuple[tuple[str | None, ...], str | None, str | None]]:
    reading = read(ReadSpec(file=path.name, **options), Part(path.name, path), {}, path.parent)  # type: ignore[arg-type]
    found = []
    for batch in reading.batches:
        for row in batch.to_pylist():
            found.append((tuple(row[c] for c in reading.columns), row[PROBLEM], row[RAW]))
    return found


def write(folder: Path, content: bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


CELL = st.text(alphabet=st.sampled_from('ab,"\n\r;é😀\t '), max_size=6)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=12), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_python_writes_is_read_back_by_both_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: list[list[str]], end: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["x", "y", "z"])
    writer.writerows(table)
    path = write(tmp_path, text.getvalue().encode())
    expected = [tuple(row) for row in table]
    assert rows(path, separator=",") == expected
    with monkeypatch.context() as patch:
        patch.setattr(module, "_is_plain", lambda _table: False)
        assert rows(path, separator=",") == expected


@given(st.lists(st.text(alphabet='ab,"\n\r', max_size=14), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_fast_reader_agrees_with_the_slow_one_on_any_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    path = write(tmp_path, ("x,y\n" + "\n".join(lines)).encode())

    def outcome() -> object:
        try:
            return everything(path, separator=",")
        except KnockonError as problem:
            return str(problem)

    fast = outcome()
    with monkeypatch.context() as patch:
        patch.setattr(module, "_is_plain", lambda _table: False)
        assert fast == outcome()


def test_separators_and_row_ends_of_several_characters(tmp_path: Path) -> None:
    path = write(tmp_path, "1+|a&b+|x\ny&|\r\n2+|c+|&|\r\n".encode("utf-16"))
    assert rows(path, separator="+|", row_end="&|", columns=("i", "a", "b")) == [("1", "a&b", "x\ny"), ("2", "c", "")]
    assert rows(path, separator="+|", row_end="&|\n", columns=("i", "a", "b")) == [("1", "a&b", "x\ny"), ("2", "c", "")]


def test_a_row_end_across_a_chunk_boundary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.adapters import encoding

    path = write(tmp_path, "".join(f"{i}+|v{i}&|\r\n" for i in range(50)).encode())
    expected = [(str(i), f"v{i}") for i in range(50)]
    for size in range(1, 12):
        monkeypatch.setattr(encoding, "CHUNK", size)
        assert rows(path, separator="+|", row_end="&|", columns=("i", "v")) == expected


def test_unquoted_line_breaks_end_when_the_columns_are_complete(tmp_path: Path) -> None:
    path = write(tmp_path, b"1\tone\ntwo\n\nthree\tx\n2\tplain\ty\nbroken\n3\tz\tw\n")
    found = everything(path, separator="\t", quote="", columns=("i", "t", "e"), line_breaks=True)
    assert [f[0] for f in found if f[1] is None] == [
        ("1", "one\ntwo\n\nthree", "x"),
        ("2", "plain", "y"),
        ("broken\n3", "z", "w"),
    ]


def test_quotes_are_ordinary_characters_where_quoting_is_off(tmp_path: Path) -> None:
    path = write(tmp_path, b'1\t19" wheel\n2\t"x\n')
    assert rows(path, separator="\t", quote="", columns=("i", "n")) == [("1", '19" wheel'), ("2", '"x')]


def test_quoting_with_a_separator_of_two_characters(tmp_path: Path) -> None:
    path = write(tmp_path, b'a||b\n1||"x || y\nz ""q"""\n2||plain\n')
    assert rows(path, separator="||", quote='"') == [("1", 'x || y\nz "q"'), ("2", "plain")]


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        ("Zoë;Müller", "utf-8", "utf-8"),
        ("Zoë;Müller", "utf-8-sig", "utf-8"),
        ("Zoë;Müller", "utf-16", "utf-16-le"),
        ("Zoë;Müller", "utf-16-le", "utf-16-le"),
        ("Zoë;Müller", "utf-16-be", "utf-16-be"),
        ("Château d'Yquem;Straße “10” – 5 €;Æble;Señor Muñoz", "cp1252", "cp1252"),
        ("Привет, как дела сегодня;Санкт-Петербург улица Ленина", "cp1251", "cp1251"),
        ("Zażółć gęślą jaźń;Łódź i Kraków są piękne;Świętokrzyskie źródło", "cp1250", "cp1250"),
    ],
)
def test_encodings_are_found(tmp_path: Path, text: str, encoding: str, found: str) -> None:
    path = write(tmp_path, f"a\n{text}\n".encode(encoding))
    reading = read(ReadSpec(file="t.csv", separator="\t"), Part("t.csv", path), {}, tmp_path)
    assert reading.encoding == found
    assert [b.to_pylist()[0]["a"] for b in reading.batches] == [text]


def test_a_stray_byte_sets_its_row_aside_with_its_text(tmp_path: Path) -> None:
    good = "".join(f"{i},Zürich\n" for i in range(30)).encode()
    path = write(tmp_path, b"a,b\n" + good + b"99,Z\xfcrich\n" + good)
    found = everything(path)
    bad = [f for f in found if f[1]]
    assert len(found) == 61
    assert bad == [((None, None), "bytes that are not UTF-8: 0xFC", "99,Z\\xFCrich")]


def test_rows_with_too_many_or_too_few_fields_keep_their_place(tmp_path: Path) -> None:
    path = write(tmp_path, b"a,b\n1,2\n3\n4,5,6\n7,8\n")
    assert everything(path, separator=",") == [
        (("1", "2"), None, None),
        ((None, None), "1 fields where 2 are expected", "3"),
        ((None, None), "3 fields where 2 are expected", "4,5,6"),
        (("7", "8"), None, None),
    ]


def test_a_quote_that_is_never_closed_is_a_bad_row(tmp_path: Path) -> None:
    path = write(tmp_path, b'a,b\n1,2\n3,"4\n')
    assert everything(path)[-1][1] == 'a quote (") is never closed'


def test_a_quote_that_swallows_megabytes_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.adapters import split

    monkeypatch.setattr(split, "LONGEST_ROW", 1000)
    path = write(tmp_path, b'a,b\n1,"' + b"x\n" * 5000)
    with pytest.raises(LimitExceeded, match="never closed"):
        everything(path, separator=",")


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (b"", {}, "the file is empty"),
        (b"\n\n", {}, "holds no rows"),
        (b"a,b\n", {}, "a header and no rows"),
        (b"\xff\xfea\x00,\x00b\x00\n", {}, "cut off"),
        ("a,b\n1,2\n".encode("utf-16"), {"encoding": "utf-8"}, "begins with the mark of UTF-16"),
        (b"a,b\n1,2\n", {"encoding": "utf-99"}, "no encoding of text called"),
        (b"PK\x03\x04rest", {}, "zip archive"),
        (b"\x00\x01\x02\x00\x00\x07" * 50, {}, "binary"),
        (b"a,b,A\n1,2,3\n", {}, "both called 'A'"),
        (b"a,,b\n1,2,3\n", {}, "column 2 has no name"),
        (b"_row,b\n1,2\n", {}, "uses itself"),
        (b"1,2\n", {"columns": ("a", "b", "c"), "separator": ","}, "2 fields where 3 columns"),
    ],
)
def test_bad_files_say_what_where_and_what_to_do(
    tmp_path: Path, content: bytes, options: dict[str, object], says: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(SourceError, match=says) as caught:
        everything(path, **options)
    assert str(path) in str(caught.value.where)
    assert caught.value.do


def test_missing_file_folder_and_glob(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        parts(ReadSpec(file="none.csv"), tmp_path)
    (tmp_path / "sub").mkdir()
    with pytest.raises(SourceError, match="folder, not a file"):
        parts(ReadSpec(file="sub"), tmp_path)
    with pytest.raises(SourceError, match="no file matches"):
        parts(ReadSpec(file="*.csv"), tmp_path)
    for name in ("b.csv", "a.csv"):
        write(tmp_path, b"x\n1\n", name)
    assert [p.name for p in parts(ReadSpec(file="*.csv"), tmp_path)] == ["a.csv", "b.csv"]


def test_the_separator_is_found(tmp_path: Path) -> None:
    for separator in ",;\t|":
        path = write(tmp_path, f"a{separator}b\n1{separator}x y\n".encode())
        assert rows(path) == [("1", "x y")]
