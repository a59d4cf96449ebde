"""State = F(live runs in order): any sequence of ingests and undos gives what its live runs alone give."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph_engine.graph import Credentials, Graph
from graph_engine.store.runs import live_runs
from tests.conftest import empty
from tests.integration.tiny_company import COLUMNS, START, Company, Tables

pytestmark = [pytest.mark.integration, pytest.mark.slow]

Edit = tuple[str, str, str, str | None]
"""(table, key, column, new value); None drops the row."""

EDITS: list[Edit] = [
    ("shop.customers", "1", "Limit", "bad"),
    ("shop.customers", "1", "Name", "Anna Ships"),
    ("shop.customers", "2", "Id", None),
    ("shop.customers", "3", "Tax", "DE1"),
    ("shop.customers", "2", "Tax", "DE1"),
    ("shop.customers", "3", "Id", ""),
    ("shop.orders", "O1", "Customer", "2"),
    ("shop.orders", "O2", "No", None),
    ("shop.payments", "Z1", "Amount", "99"),
    ("erp.products", "P2", "Price", "-5"),
    ("erp.products", "P1", "Category", "frames"),
    ("erp.offers", "F1", "Id", None),
    ("erp.offers", "F2", "Product", "P7"),
    ("erp.bom", "B3", "Start", "2027-01-01"),
    ("crm.accounts", "A1", "Shop", "2"),
]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("undo"), st.integers(0, 3)),
        st.tuples(st.just("ingest"), st.sets(st.integers(0, len(EDITS) - 1), max_size=4)),
    ),
    min_size=2,
    max_size=4,
)  # fmt: skip


def edited(which: set[int]) -> Tables:
    """The company's tables with some edits."""
    tables = deepcopy(dict(START))
    for table, key, column, value in (EDITS[i] for i in sorted(which)):
        first = COLUMNS[table][0]
        if value is None:
            tables[table] = [r for r in tables[table] if r[first] != key]
        for row in tables[table]:
            if row[first] == key and value is not None:
                row[column] = value
    return tables


@settings(
    max_examples=4, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(sequence=steps)
def test_any_sequence_equals_its_live_runs(
    sequence: list[tuple[str, object]], graph: Graph, credentials: Credentials
) -> None:
    with TemporaryDirectory() as folder:
        empty(graph)
        company = Company(Path(folder) / "one", credentials)
        states: dict[str, Tables] = {}
        for kind, what in [("ingest", set[int]()), *sequence]:
            live = [r.id for r in live_runs(company.project.runs())]
            if kind == "ingest" and isinstance(what, set):
                company.tables = edited(what)
                states[company.ingest(accept=True).run] = company.tables
            elif live and isinstance(what, int):
                company.project.pipeline.undo(live[what % len(live)])
        found = company.digest()
        kept = [r.id for r in live_runs(company.project.runs())]
        company.close()
        empty(graph)
        alone = Company(Path(folder) / "two", credentials)
        for run in kept:
            alone.tables = states[run]
            alone.ingest(accept=True)
        assert alone.digest() == found, (sequence, kept)
        alone.close()
