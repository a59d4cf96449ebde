"""What a passage must hold to be an answer: a figure for a quantity, a comparison for the most of our records."""

from __future__ import annotations

import pytest

from reasoning.answers.asked_for import lacking


@pytest.mark.parametrize(
    ("question", "of_records", "passage", "found"),
    [
        ("How many days do I have to return it?", False, "Goods may be returned within 14 days.", ""),
        ("How many days do I have to return it?", False, "Goods may be returned within a week.", ""),
        ("How many days do I have to return it?", False, "Goods may be returned in their box.", "a figure"),
        ("Wie lange gilt die Garantie?", False, "Die Garantie gilt zwei Jahre.", ""),
        ("Wie lange gilt die Garantie?", False, "Die Garantie gilt für Pumpen.", "a figure"),
        (
            "Who owes us the most?",
            False,
            "The repair takes 25 minutes; it costs us 3.90 EUR.",
            "one of our records",
        ),
        ("Which customer complains most?", True, "Customers write to the desk.", "one of our records"),
        ("Which customer complains most?", True, "Gardens complain more than anybody else.", ""),
        ("Who was the oldest president?", False, "He was elected in 1841.", ""),
        ("Which refunds are paid at most once?", True, "Refunds are paid to the card.", ""),
        ("What is the warranty?", True, "Two years.", ""),
    ],
)
def test_what_is_lacking(question: str, of_records: bool, passage: str, found: str) -> None:
    assert lacking(question, of_records, [passage]) == found
