"""The oracle itself, checked against a breadth-first search in plain Python and against known counts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import duckdb
import pytest

from tests.integration import adventureworks_oracle as oracle

ROOT = oracle.folder()
pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason=f"no data in {ROOT}")
AFTER = date(2012, 1, 1)
"""All ended rows have been replaced by then: the same products as on any day."""
BETWEEN = date(2010, 9, 1)
"""Half of the bill of materials had not begun yet."""


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return oracle.load(ROOT)


def by_search(day: date | None) -> dict[str, set[str]]:
    """Vendor → products, without SQL."""
    _, offers = oracle.raw_table(ROOT, "Purchasing.ProductVendor")
    _, bom = oracle.raw_table(ROOT, "Production.BillOfMaterials")
    assemblies: dict[str | None, set[str]] = defaultdict(set)
    for _key, assembly, component, start, end, *_ in bom:
        if assembly is None:
            continue
        if day is None or (str(start)[:10] <= day.isoformat() and (end is None or day.isoformat() < end[:10])):
            assemblies[component].add(assembly)
    result: dict[str, set[str]] = defaultdict(set)
    for product, vendor, *_ in offers:
        waiting = [str(product)]
        while waiting:
            reached = waiting.pop()
            if reached not in result[str(vendor)]:
                result[str(vendor)].add(reached)
                waiting += assemblies[reached]
    return result


@pytest.mark.parametrize("day", [None, AFTER, BETWEEN])
def test_products_equal_a_search_without_sql(con: duckdb.DuckDBPyConnection, day: date | None) -> None:
    expected = by_search(day)
    for vendor, what in oracle.affected(con, day).items():
        assert what.products == expected.get(vendor, set())


def test_the_raw_files_hold_what_is_known_of_them(con: duckdb.DuckDBPyConnection) -> None:
    def count(sql: str) -> int:
        ((number,),) = con.execute(sql).fetchall()
        return int(number)

    assert count("SELECT count(*) FROM vendor") == 104
    assert count("SELECT count(*) FROM bom WHERE EndDate IS NOT NULL") == 199
    assert (
        count("SELECT count(*) FROM (SELECT 1 FROM bom GROUP BY ProductAssemblyID, ComponentID HAVING count(*) > 1)")
        == 195
    )
    assert count("SELECT count(*) FROM line ANTI JOIN header USING (salesorderid)") == 41
    assert count("SELECT count(*) FROM header") == 1566


def test_a_date_leaves_fewer_ways_and_some_vendors_reach_nothing(con: duckdb.DuckDBPyConnection) -> None:
    always, after, between = oracle.affected(con), oracle.affected(con, AFTER), oracle.affected(con, BETWEEN)
    assert len(always) == 104
    assert after == always
    assert all(between[v].products <= always[v].products for v in always)
    assert sum(between[v].products < always[v].products for v in always) == 63
    assert sum(not a.products for a in always.values()) == 104 - len(by_search(None)) == 18
    assert max(len(a.customers) for a in always.values()) > 1000
    assert all(len(a.customers) <= len(a.orders) <= len(a.order_lines) for a in always.values())
