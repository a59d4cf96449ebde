"""Patterns run in linear time, and mean the same on RE2 and, where they are translated, in Java's syntax."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.patterns import compiled, java_pattern

PATTERNS = ["^[A-Z]{2}[0-9]+$", "a|b+", r"^\d+(\.\d+)?$", r"\s", "^a.c$", "[^x]y", "x{2,3}", r"^\w*$", "^$", "é",
            "^[^@ ]+@[^@ ]+[.][^@ ]+$", "^[^ab]*a[^b]*bc*$", "^[A-Z]+a[^\\d]+0$"]  # fmt: skip


def test_the_exponential_pattern_is_not_run_by_a_backtracking_engine() -> None:
    begun = time.perf_counter()
    assert compiled("^(a+)+$").search("a" * 5000 + "!") is None
    assert time.perf_counter() - begun < 1
    assert java_pattern("^(a+)+$") is None


@pytest.mark.parametrize(
    "pattern", ["(a|a)*b", "a*b*c*d", "(a*)*", "(x+x+)+y", "(a?){30}a{30}", "(a|b|ab){9}", "a?" * 20, r"(\w+)\s\1"]
)
def test_what_the_server_cannot_run_in_bounded_time_stays_at_the_gate(pattern: str) -> None:
    assert java_pattern(pattern) is None


def test_a_repetition_that_can_end_in_one_place_only_is_free_where_nothing_varies_before_it() -> None:
    assert java_pattern("^[a-z]+-[a-z]*x[a-z]+-$") is not None
    assert java_pattern("[a-z]+-a*") is None
    assert java_pattern("^a*a*b+c$") is None


@given(pattern=st.sampled_from(PATTERNS), text=st.text(alphabet="aAbcxyé0.19 \n_@", max_size=7))
def test_the_translation_means_the_same(pattern: str, text: str) -> None:
    """Python's engine stands in for Java's: the translation uses only what both have."""
    translated = java_pattern(pattern)
    assert translated is not None
    python = re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: re.escape(chr(int(found[1], 16))), translated)
    python = python.replace(r"\z", r"\Z")
    assert (re.fullmatch(python, text) is not None) == (compiled(pattern).search(text) is not None)


def test_flags() -> None:
    assert compiled("ab", "i").search("xAB")
    assert compiled("a.b", "q").search("a.b")
    assert compiled("a.b", "q").search("axb") is None
    with pytest.raises(ValueError, match="flag"):
        compiled("a", "x")
