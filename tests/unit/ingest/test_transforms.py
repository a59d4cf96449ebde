"""Transforms compiled to SQL, each against Python or a table of cases."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.transforms import KINDS, parse_transform

CONNECTION = duckdb.connect()


def apply(name: str, *texts: str | None) -> list[str | None]:
    sql = parse_transform(name).sql("t")
    return [
        row[0]
        for row in CONNECTION.execute(
            f"SELECT {sql} FROM (SELECT unnest($1::VARCHAR[]) AS t)", [list(texts)]
        ).fetchall()
    ]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("trim", " \t a b\n\u00a0", "a b"),
        ("collapse_spaces", "a \t\n b  c", "a b c"),
        ("upper", "strasse é", "STRASSE É"),
        ("lower", "ÀB", "àb"),
        ("title", "hELLO big wORLD", "Hello Big World"),
        ("digits_only", "+49 (0)30-12 x", "4903012"),
        ("decimal_comma", "1.234.567,50", "1234567.50"),
        ("decimal_comma", "1 234,5", "1234.5"),
        ("thousands", "1,234,567.5", "1234567.5"),
        ("thousands:'", "1'234.5", "1234.5"),
        ("percent", "12.5 %", "0.125"),
        ("percent", "100%", "1"),
        ("percent", "0.3", "0.3"),
        ("percent", "many %", "many %"),
        ("round:2", "2.345", "2.35"),
        ("round:2", "-2.345", "-2.35"),
        ("round:0", "2.5", "3"),
        ("round:2", "none", "none"),
        ("date_part", "2014-02-08 10:01:36.827", "2014-02-08"),
        ("date_part", "soon", "soon"),
        ("nfc", "e\u0301", "é"),
        ("fix_mojibake", "SÃ¡nchez", "Sánchez"),
        ("fix_mojibake", "â‚¬ 5 â€“ 7", "€ 5 – 7"),
        ("fix_mojibake", "Sánchez", "Sánchez"),
        ("fix_mojibake", "Ñandú Ãœber", "Ñandú Ãœber"),
        ("fix_mojibake", "漢字Ã¡", "漢字Ã¡"),
        ("strip_html", "<p>Fish &amp; <b>chips</b></p>", "Fish & chips"),
        ("strip_html", "&amp;lt;", "&lt;"),
        ("null_if:n/a", "n/a", None),
        ("null_if:a:b", "a:b", None),
        ("prefix:DE-", "7", "DE-7"),
        ("suffix: kg", "7", "7 kg"),
        ("left_pad:5:0", "42", "00042"),
        ("left_pad:2:0", "1234", "1234"),
    ],
)
def test_case(name: str, before: str, after: str | None) -> None:
    assert apply(name, before, None) == [after, None]


ARGUMENTS = {"round": ":2", "null_if": ":x", "prefix": ":x", "suffix": ":x", "left_pad": ":4:0"}


@given(st.lists(st.text(max_size=20).map(lambda t: t.replace("\0", "")), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_no_transform_fails_on_any_text_and_null_stays_null(texts: list[str]) -> None:
    for name in KINDS:
        found = apply(name + ARGUMENTS.get(name, ""), *texts, None)
        assert len(found) == len(texts) + 1
        assert found[-1] is None


@given(st.text(alphabet=st.characters(min_codepoint=0xA1, max_codepoint=0x24F), min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_mojibake_made_by_python_is_undone(text: str) -> None:
    spoilt = text.encode().decode("cp1252", errors="replace")
    if "\ufffd" not in spoilt:
        assert apply("fix_mojibake", spoilt) == [text]
    assert apply("fix_mojibake", text.encode().decode("latin-1")) == [text]


@pytest.mark.parametrize(
    "text", ["left_pad:5", "left_pad:x:0", "left_pad:5:00", "trim:1", "round", "round:-1", "prefix"]
)
def test_wrong_arguments_are_said(text: str) -> None:
    with pytest.raises(ValueError, match=text.split(":")[0]):
        parse_transform(text)


def test_chains_stay_short() -> None:
    sql = "t"
    for _ in range(8):
        sql = parse_transform("fix_mojibake").sql(sql)
    assert len(sql) < 40_000


def test_every_transform_is_documented() -> None:
    text = (Path(__file__).parents[3] / "docs" / "mapping.md").read_text(encoding="utf-8")
    for kind in KINDS.values():
        assert f"| `{':'.join((kind.name, *kind.arguments))}` | {kind.comment} |" in text
