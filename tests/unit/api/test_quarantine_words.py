"""Why a row is set aside, as it is shown: in people's words, and once."""

from __future__ import annotations

import pytest

from api.cli.data import said_of
from ontology.load import load_ontology


@pytest.mark.parametrize(
    ("column", "reason", "shown"),
    [
        (None, "4 fields where 7 are expected.", "4 fields where 7 are expected."),
        ("Preis", 'price: "n/a" is not a number.', 'Preis: price: "n/a" is not a number.'),
        ("Preis", "Preis must be a number.", "Preis must be a number."),
        ("employee_manager", "There is no staff with key 9.", "reports to: There is no staff with key 9."),
        ("employee_manager", "reports to leads in a circle: A, B.", "reports to leads in a circle: A, B."),
    ],
)
def test_a_reason_says_what_it_is_about_once(column: str | None, reason: str, shown: str) -> None:
    assert said_of(column, reason, load_ontology()) == shown
