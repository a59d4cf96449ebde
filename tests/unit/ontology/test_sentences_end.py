"""A sentence ends in one full stop, whatever the name before it ends in."""

from __future__ import annotations

import pytest

from ontology.errors import BadQuestion
from ontology.sentences import one_stop


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("3 suppliers: Training Systems, Bike Satellite Inc..", "3 suppliers: Training Systems, Bike Satellite Inc."),
        ("Owned by Vogt e.K.. It waits.", "Owned by Vogt e.K. It waits."),
        ("It is called 'Acme Inc..'", "It is called 'Acme Inc.'"),
        ("Wait... it is in ../shared and a..b.", "Wait... it is in ../shared and a..b."),
        ("Plain.", "Plain."),
        ("", ""),
    ],
)
def test_a_name_that_ends_in_a_full_stop_ends_the_sentence(written: str, read: str) -> None:
    assert one_stop(written) == read == one_stop(read)


def test_what_an_error_says_ends_once() -> None:
    error = BadQuestion("Both ends are Acme Inc..", do="Name another than Acme Inc..")
    assert str(error) == "Both ends are Acme Inc. Name another than Acme Inc."
