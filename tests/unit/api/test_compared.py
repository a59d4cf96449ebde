"""Whose pairs a caller may see is said by policy: no class of which anything that is compared is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.access.matched import Compared, seen_judgements
from graph_engine.snapshot.visibility import Visibility
from ingest.mapping.load import load_mappings
from ingest.resolution.policy import ROLES, Policy
from ontology.load import load_ontology
from ontology.types import JudgementState

ONTOLOGY = load_ontology()
MAPPING = """\
source: {source}
folder: .
tables:
  people:
    read: {{file: people.csv}}
    key: [Id]
    class: {class_name}
    properties: {{name: Name, emails: Mail}}
"""


def compared(visible: Visibility, folder: Path) -> Compared:
    files = []
    for source, class_name in (("crm", "Customer"), ("erp", "Supplier"), ("shop", "Product")):
        files.append(folder / f"{source}.yaml")
        text = MAPPING.format(source=source, class_name=class_name)
        files[-1].write_text(text.replace(", emails: Mail", "") if class_name == "Product" else text, encoding="utf-8")
    return Compared(ONTOLOGY, visible, load_mappings(tuple(files), ONTOLOGY, {}), Policy())


def test_who_sees_all_is_shown_all(tmp_path: Path) -> None:
    found = compared(Visibility(), tmp_path)
    assert found.seen == set(ONTOLOGY.classes) and found.left_out == ()


@pytest.mark.parametrize("name", sorted(n for n in ROLES if n in ONTOLOGY.classes["Customer"].properties))
def test_a_hidden_property_that_is_compared_hides_the_pairs_of_its_class(name: str, tmp_path: Path) -> None:
    found = compared(Visibility(properties=frozenset({f"Customer.{name}"})), tmp_path)
    assert "Customer" not in found.seen and {"Supplier", "Product"} <= found.seen
    assert found.left_out == ("customers",)


@pytest.mark.parametrize(
    "visible",
    [
        Visibility(sources=frozenset({"crm"})),
        Visibility(sources=frozenset({"crm/people"})),
        Visibility(classes=frozenset({"Customer"})),
        Visibility(values=frozenset({("Customer.segment", "bikes")})),
    ],
)
def test_hidden_rows_hide_the_pairs_of_their_class(visible: Visibility, tmp_path: Path) -> None:
    found = compared(visible, tmp_path)
    assert "Customer" not in found.seen and {"Supplier", "Product"} <= found.seen


def test_firms_borrow_from_their_addresses(tmp_path: Path) -> None:
    found = compared(Visibility(properties=frozenset({"Address.city"})), tmp_path)
    assert not {"Customer", "Supplier", "Address"} & found.seen and "Product" in found.seen


def test_what_is_not_compared_hides_no_pairs(tmp_path: Path) -> None:
    hidden = Visibility(properties=frozenset({"Customer.credit_limit", "Offer.price"}), classes=frozenset({"Employee"}))
    assert {"Customer", "Supplier", "Product"} <= compared(hidden, tmp_path).seen


def test_what_people_wrote_is_not_shown() -> None:
    said = JudgementState(
        id="j", left="a/b/1", right="a/b/2", class_name="Product", verdict="same", decided_by="person", weight=0.0,
        probability=1.0, reasons=("as her salary says",), agent="Mia", run="run-7", at="2026-01-01", asleep=False,
        effect=0.0, moves=0, hash="",
    )  # fmt: skip
    (told,) = seen_judgements([said])
    assert "salary" not in str(told) and "Mia" not in str(told) and told.run == "" and told.verdict == "same"
