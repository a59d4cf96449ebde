"""Contracts and shapes that are proposed: kept by every row, said with their evidence, and few rather than many."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mapping.load import load_mapping
from ingest.onboarding.contracts import ENOUGH, pattern_of
from ingest.onboarding.proposal import propose
from ingest.onboarding.proposed import Proposal
from ingest.onboarding.store import Store
from ingest.onboarding.survey import survey
from ingest.onboarding.writing import PROPOSED_SHAPES, files_of
from ingest.trial import try_rows
from ontology.load import load_ontology
from ontology.model import Ontology
from tests.unit.ingest.onboarding import schemas
from validation.shapes import load_shapes
from validation.suggest import form_of


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def proposed(folder: Path, ontology: Ontology) -> Proposal:
    with Store() as store:
        return propose(survey(folder, store), ontology, store)


def orders(rows: int, seed: int = 1) -> str:
    r = random.Random(seed)
    kinds = ["open", "shipped", "cancelled"]
    lines = ["order_no,customer_no,order_date,due_date,status,total,note"]
    for i in range(rows):
        day = r.randint(1, 20)
        lines.append(
            f"SO-{10_000 + i},{r.randint(1, 40)},2024-03-{day:02},2024-03-{day + r.randint(0, 8):02},"
            f"{r.choice(kinds)},{r.randint(100, 99_999) / 100},{'urgent' if r.random() < 0.5 else ''}"
        )
    return "\n".join(lines) + "\n"


def rules(proposal: Proposal) -> dict[str, dict[str, str]]:
    return {r.column: dict(r.parts) for t in proposal.tables for r in t.rules}


def test_rules_of_orders_and_what_is_no_rule(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "orders.csv").write_text(orders(400), encoding="utf-8")
    found = rules(proposed(tmp_path, ontology))
    assert found["total"] == {"required": "true", "type": "decimal", "range": "[0, null]"}
    assert found["status"]["in"] == "['cancelled', 'open', 'shipped']"
    assert found["order_date"] == {"required": "true"}
    assert "order_no" not in found or "required" not in found["order_no"]  # a key is required and unique anyway
    assert "required" not in found.get("note", {})


@pytest.mark.parametrize("rows", [3, 20, ENOUGH - 1])
def test_few_rows_prove_no_rule(tmp_path: Path, ontology: Ontology, rows: int) -> None:
    (tmp_path / "orders.csv").write_text(orders(rows), encoding="utf-8")
    result = proposed(tmp_path, ontology)
    assert rules(result) == {} and result.shape_rules == 0


@pytest.mark.parametrize("name", schemas.ALL)
def test_in_force_they_set_no_row_aside_and_the_shapes_load(tmp_path: Path, ontology: Ontology, name: str) -> None:
    folder = tmp_path / "exports"
    schemas.write(schemas.ALL[name](), folder, header=True).unlink()
    result = proposed(folder, ontology)
    assert any(t.rules for t in result.tables)
    for file in files_of(result, tmp_path / "project", "ours"):
        file.path.parent.mkdir(parents=True, exist_ok=True)
        text = re.sub(r"^(    )# (contract:)$", r"\1\2", file.text, flags=re.MULTILINE)
        text = re.sub(r"^    #   ", "      ", text, flags=re.MULTILINE)
        file.path.write_text(text, encoding="utf-8")
        if file.path.parent.name != "mappings":
            continue
        mapping = load_mapping(file.path, ontology)
        assert any(t.contract for t in mapping.tables.values())
        for table in mapping.tables.values():
            broken = [b for b in try_rows(mapping, table.name, ontology, {}, rows=100_000).broken if table.contract]
            assert [b for b in broken if b.rule in ("required", "range", "in", "pattern")] == []
    shapes = tmp_path / "project" / PROPOSED_SHAPES
    if result.shape_rules:
        assert "sh:Warning" in shapes.read_text(encoding="utf-8") and "sh:Violation ;" not in shapes.read_text("utf-8")
        load_shapes(ontology, [shapes])


@pytest.mark.parametrize(
    ("texts", "pattern"),
    [
        (["PO-1234", "PO-9999"], r"[A-Z]{2}\-[0-9]{4,}"),
        (["A1", "B22"], r"[A-Z][0-9]+"),
        (["AB1", "C2"], None),  # letters of any number: no way of writing
        (["x", "y"], None),
        (["1-2", "a-b"], None),
    ],
)
def test_a_pattern_only_where_all_are_built_alike(texts: list[str], pattern: str | None) -> None:
    assert pattern_of([form_of(t) for t in texts]) == pattern


@given(
    st.lists(st.from_regex(r"[A-Z]{2}-[0-9]{3,6}", fullmatch=True), min_size=1, max_size=30),
    st.integers(min_value=0, max_value=10**9),
)
def test_a_pattern_fits_what_it_was_made_of_and_larger_numbers(texts: list[str], more: int) -> None:
    pattern = pattern_of([form_of(t) for t in texts])
    assert pattern is not None
    assert all(re.fullmatch(pattern, t) for t in texts)
    assert re.fullmatch(pattern, f"{texts[0][:3]}{10**6 + more}")
