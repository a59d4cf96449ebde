"""Numbers as people write them: no zeros that only the scale adds, cents where it is money."""

from __future__ import annotations

import pytest

from ontology.load import load_ontology
from ontology.values import as_written


@pytest.mark.parametrize(
    ("owner", "name", "scaled", "written"),
    [
        ("OrderLine", "quantity", 10_000, "1"),
        ("OrderLine", "quantity", 25_000, "2.5"),
        ("OrderLine", "quantity", 100_000, "10"),
        ("OrderLine", "unit_price", 120_000, "12.00"),
        ("OrderLine", "unit_price", 49_000, "4.90"),
        ("OrderLine", "unit_price", 125, "0.0125"),
        ("OrderLine", "line_number", 100, "100"),
    ],
)
def test_as_written(owner: str, name: str, scaled: int, written: str) -> None:
    assert as_written(load_ontology().classes[owner].properties[name], scaled) == written
