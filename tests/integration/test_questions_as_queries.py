"""Plans of questions as queries: what Neo4j answers to them is what the snapshot answered, group by group."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from api.project import Project
from api.query.run import run_query
from api.settings import load_settings
from api.wire_query import GraphQuery
from graph_engine.graph import Credentials, Graph
from graph_engine.snapshot.visibility import Visibility
from ontology.errors import BadQuestion
from reasoning.answers.types import Answer, Kind

pytestmark = pytest.mark.integration

_TODAY = date(2026, 3, 1)
_STATES = ("open", "cancelled", "shipped")
_NAMES = {"1": "Alm GmbH", "2": "Berg KG", "3": "Carla Clausen"}
_MAPPING = """\
source: shop
folder: ../shop
currency: EUR
nulls: [""]
tables:
  customers:
    read: {file: customers.csv}
    key: [Id]
    class: Customer
    properties: {name: Name, account_number: Id}
  orders:
    read: {file: orders.csv}
    key: [No]
    class: Order
    properties: {number: No, ordered_on: Day, status: State, total: Total}
    relations:
      customer: {to: customers, key: [Customer]}
"""


def _orders() -> list[tuple[str, str, str, str, str]]:
    found = []
    for n in range(1, 80):
        day = "" if n % 23 == 0 else (date(2024, 12, 20) + timedelta(days=n * 53 % 420)).isoformat()
        found.append((f"O{n}", day, _STATES[(n * n + n // 7) % 3], f"{(n * 7919) % 5000 / 8:.3f}", str(1 + n * n % 3)))
    return found


@pytest.fixture
def project(tmp_path: Path, graph: Graph, credentials: Credentials) -> Iterator[Project]:
    """A shop of three customers and 79 orders over 14 months."""
    place = tmp_path / "company"
    for name in ("mappings", "shop"):
        (place / name).mkdir(parents=True)
    (place / "knockon.yaml").write_text("company: Shop\nanswers: {embedding: none}\n", encoding="utf-8")
    (place / "mappings/shop.yaml").write_text(_MAPPING, encoding="utf-8")
    for file, head, rows in (
        ("customers", ("Id", "Name"), list(_NAMES.items())),
        ("orders", ("No", "Day", "State", "Total", "Customer"), _orders()),
    ):
        with (place / f"shop/{file}.csv").open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([head, *rows])
    with Project(replace(load_settings(place), neo4j=credentials), agent="tester") as held:
        held.pipeline.ingest(held.sources())
        yield held


def asked(project: Project, question: str) -> tuple[Answer, list[dict[str, object]]]:
    """The answer, and the rows of the query that it carries."""
    answer = project.ask(question, today=_TODAY, embedding=False)
    assert answer.kind is Kind.STRUCTURE, answer
    query = GraphQuery.model_validate(answer.details["query"])
    version = project.network().snapshot.version
    _, rows, more = run_query(project.graph, project.ontology, query, Visibility(), version=version, skip=0)
    assert not more
    return answer, [row["values"] for row in rows if isinstance(row["values"], dict)]


def test_groups_are_the_same_in_the_database(project: Project) -> None:
    for period in ("day", "week", "month", "quarter", "year", "weekday"):
        for told in ("orders per {}", "open orders per {} in 2025", "revenue per {} of Alm GmbH"):
            answer, rows = asked(project, told.format(period))
            assert answer.table is not None
            assert answer.table.total <= 100 or period == "day"
            found = {str(r[f"ordered_on:{period}"] or "–"): r for r in rows}
            for name, count, *amount in answer.table.rows:
                if count == "0":
                    assert name not in found
                    continue
                assert str(found[name]["number"]) == count
                if amount:
                    assert f"{Decimal(str(found[name]['total'])):,.2f} EUR" == amount[0]


def test_two_keys_and_other_classes_too(project: Project) -> None:
    answer, rows = asked(project, "how many orders by customer and status")
    assert answer.table is not None
    assert {(r["customer.name"], r["status"]): str(r["number"]) for r in rows} == {
        (row[0], row[1]): row[2] for row in answer.table.rows
    }


def test_numbers_lists_and_extremes_too(project: Project) -> None:
    for question in ("how many cancelled orders of Berg KG", "how many orders above 300 since 2025-06-01"):
        answer, rows = asked(project, question)
        assert answer.text.startswith(f"{rows[0]['number']} order")
    answer, rows = asked(project, "open or shipped orders of Alm GmbH in 2025")
    assert answer.table is not None and len(rows) == answer.table.total > 0
    answer, rows = asked(project, "largest open order")
    assert answer.text.startswith(f"{rows[0]['number']}: total ")


def test_what_queries_cannot_say_carries_none(project: Project) -> None:
    for question in ("what share of orders is open", "how many orders per customer on average"):
        answer = project.ask(question, today=_TODAY, embedding=False)
        assert answer.kind is Kind.STRUCTURE and "query" not in answer.details


def test_only_days_can_be_cut(project: Project) -> None:
    for path in ("status:month", "ordered_on:century"):
        query = GraphQuery.model_validate(
            {"class": "Order", "group": [path], "aggregates": [{"fn": "count", "name": "number"}]}
        )
        with pytest.raises(BadQuestion, match="cannot be cut"):
            run_query(project.graph, project.ontology, query, Visibility(), version=1, skip=0)
