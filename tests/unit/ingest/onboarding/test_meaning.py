"""What tables mean: names written in one, things between two others, people whom orders lead to, by hand and not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from api.onboarding import compared
from ingest.onboarding.names import words
from ingest.onboarding.proposal import propose
from ingest.onboarding.proposed import Proposal, TableProposal
from ingest.onboarding.store import Store
from ingest.onboarding.survey import survey
from ontology.load import load_ontology
from ontology.model import Ontology


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def proposed(folder: Path, ontology: Ontology) -> dict[str, TableProposal]:
    return {t.table.name: t for t in proposal(folder, ontology).tables}


def proposal(folder: Path, ontology: Ontology) -> Proposal:
    with Store() as store:
        return propose(survey(folder, store), ontology, store)


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("salesorderdetail", "sale order line"),
        ("SALESORDERID", "sale order id"),
        ("shiptoaddressid", "ship to address id"),
        ("unitsinstock", "unit in stock"),
        ("taxamt", "tax amount"),
        ("shippers", "shipper"),
        ("membership", "membership"),
        ("organization", "organization"),
        ("quantity", "quantity"),
        ("department", "department"),
    ],
)
def test_names_written_in_one_are_cut_and_words_are_not(name: str, cut: str) -> None:
    assert " ".join(words(name)) == cut


def test_the_ontology_s_own_words_stay_whole(ontology: Ontology) -> None:
    for definition in ontology.classes.values():
        assert len(words(definition.label)) >= len(definition.label.replace("-", " ").split()) - 1, definition.label


def test_a_part_s_supplier_becomes_an_offer_with_what_the_row_says_of_it(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "suppliers.csv").write_text(
        "supplier_id,name\n" + "".join(f"S-{i},Firm {i}\n" for i in range(12)), encoding="utf-8"
    )
    (tmp_path / "products.csv").write_text(
        "product_id,name,list_price,supplier_id,lead_time_days\n"
        + "".join(f"P-{i},Part {i},{i}.50,S-{i % 12},{i % 9 + 1}\n" for i in range(60)),
        encoding="utf-8",
    )
    product = proposed(tmp_path, ontology)["products"]
    offer = next(f for f in product.further if f.class_name == "Offer")
    assert [v.column for v in offer.key] == ["product_id", "supplier_id"]
    assert {(r.role, r.to) for r in offer.relations} == {("product", "#"), ("supplier", "suppliers")}
    assert {p.name: p.column for p in offer.properties} == {"lead_time_days": "lead_time_days"}
    assert not product.unnamed


def test_users_whom_orders_lead_to_are_customers_and_users_alone_are_nobody(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "users.csv").write_text(
        "id,email,city\n" + "".join(f"u{i:03},a{i}@x.example,Ulm\n" for i in range(40)), encoding="utf-8"
    )
    assert proposed(tmp_path, ontology)["users"].class_.name is None
    (tmp_path / "orders.csv").write_text(
        "id,user_id,total,created_at\n"
        + "".join(f"o{i:03},u{i % 40:03},{i}.00,2024-01-{i % 28 + 1:02}\n" for i in range(90)),
        encoding="utf-8",
    )
    found = proposed(tmp_path, ontology)
    assert found["users"].class_.name == "Customer"
    assert [(r.role, r.to) for r in found["orders"].relations] == [("customer", "users")]


def test_codes_of_countries_make_a_table_one_of_countries(tmp_path: Path, ontology: Ontology) -> None:
    rows = [
        ("DE", "Germany"),
        ("FR", "France"),
        ("AT", "Austria"),
        ("CH", "Switzerland"),
        ("IT", "Italy"),
        ("PL", "Poland"),
    ]
    (tmp_path / "nation_list.csv").write_text("code,name\n" + "".join(f"{a},{b}\n" for a, b in rows), encoding="utf-8")
    assert proposed(tmp_path, ontology)["nation_list"].class_.name == "Country"


@pytest.mark.parametrize("seed", range(4))
def test_without_headings_a_column_that_spans_a_key_leads_there_and_counts_do_not(tmp_path: Path, seed: int) -> None:
    r = random.Random(seed)
    (tmp_path / "group.csv").write_text("".join(f"{i},Group {i}\n" for i in range(1, 13)), encoding="utf-8")
    lines = []
    for i in range(400):
        count = min(12, int(r.expovariate(0.5)) + 1)  # ends at 12 as well, and small numbers prevail
        lines.append(f"A{i:04},{r.randint(1, 12)},{count},{r.randint(1, 500)}\n")
    (tmp_path / "thing.csv").write_text("".join(lines), encoding="utf-8")
    with Store() as store:
        found = survey(tmp_path, store)
    assert [(f.columns, f.to) for f in found.references if f.table == "thing"] == [(("column2",), "group")]


def test_a_proposal_beside_a_mapping_by_hand(tmp_path: Path, ontology: Ontology) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "customers.csv").write_text(
        "id,name,phone\n" + "".join(f"c{i},Ann {i},0{i}\n" for i in range(30)), encoding="utf-8"
    )
    (folder / "orders.csv").write_text(
        "id,customer_id,total\n" + "".join(f"o{i},c{i % 30},{i}.5\n" for i in range(50)), encoding="utf-8"
    )
    by_hand = tmp_path / "hand.yaml"
    by_hand.write_text(
        "source: hand\nfolder: exports\ncurrency: EUR\ntables:\n"
        "  people:\n    read: {file: customers.csv}\n    key: [id]\n    class: Customer\n"
        "    properties: {name: name, note: phone}\n"
        "  orders:\n    read: {file: orders.csv}\n    key: [id]\n    class: Invoice\n    properties: {total: total}\n"
        "    relations: {customer: {to: people, key: [customer_id]}}\n",
        encoding="utf-8",
    )
    found = compared(proposal(folder, ontology), ontology, [by_hand])
    assert (found.classes.right, found.classes.proposed) == (1, 2)
    assert found.classes.wrong == ("orders.csv: Order (by hand: Invoice)",)
    assert (found.properties.right, found.properties.there) == (2, 3)
    assert found.properties.wrong == ("customers.csv.phone: phones (by hand: note)",)
    assert (found.relations.right, found.relations.there) == (1, 1)
