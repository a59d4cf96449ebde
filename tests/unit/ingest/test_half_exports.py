"""When an export that should hold everything looks cut off."""

from __future__ import annotations

import pytest

from ingest.pipeline import lacks_too_many


@pytest.mark.parametrize(
    ("missing", "held", "stopped"),
    [
        (0, 0, False),
        (0, 10, False),
        (1, 14, False),  # somebody left
        (1, 10, False),
        (1, 9, True),
        (1, 1, True),
        (2, 14, True),
        (2, 40, False),
        (3, 40, True),
        (50, 1_000, False),
        (51, 1_000, True),
    ],
)
def test_an_export_is_stopped_where_too_much_is_missing(missing: int, held: int, stopped: bool) -> None:
    assert lacks_too_many(missing, held) is stopped
