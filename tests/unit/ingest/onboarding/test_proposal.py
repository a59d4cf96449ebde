"""What is proposed for a folder: a mapping that passes the checks, the same each time, changed by answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.checking import check_project
from api.cli import app
from ingest.mapping.load import load_mappings
from ingest.onboarding.proposal import propose
from ingest.onboarding.proposed import Proposal
from ingest.onboarding.store import Store
from ingest.onboarding.survey import survey
from ontology.load import load_ontology
from ontology.model import Ontology
from tests.unit.ingest.onboarding import schemas

SHOP = {
    "shop/customers.csv": "customer_id,email,first_name,last_name,street,zip,city,country\n"
    + "".join(f"{7000 + i},c{i}@x.example,Ann,Lee {i},Way {i},0{1000 + i},Ulm,DE\n" for i in range(30)),
    "shop/orders.csv": "order_id,customer_id,created_at,total,currency\n"
    + "".join(f"{500 + i},{7000 + i % 30},2024-01-{i % 28 + 1:02}T10:00:00,{i}.50,EUR\n" for i in range(60)),
    "shop/order_items.csv": "order_id,line_no,sku,quantity,unit_price\n"
    + "".join(f"{500 + i // 2},{i % 2 + 1},P-{i % 12},{i % 5 + 1},9.90\n" for i in range(120)),
    "erp/Artikel.csv": "Artikelnummer;Bezeichnung;Einstandspreis;Lieferantennr\n"
    + "".join(f"P-{i};Teil {i};{i},50;L-{i % 5}\n" for i in range(12)),
    "erp/Lieferanten.csv": "Lieferantennr;Name;Ort\n" + "".join(f"L-{i};Firma {i};Ort {i}\n" for i in range(5)),
}


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture
def company(tmp_path: Path) -> Path:
    for name, text in SHOP.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def proposed(folder: Path, ontology: Ontology, answers: dict[str, str] | None = None) -> Proposal:
    with Store() as store:
        return propose(survey(folder, store), ontology, store, answers or {})


def test_classes_keys_and_relations_of_a_small_company(company: Path, ontology: Ontology) -> None:
    found = {t.table.name: t for t in proposed(company, ontology).tables}
    assert {n: t.class_.name for n, t in found.items()} == {
        "artikel": "Product",
        "lieferanten": "Supplier",
        "customers": "Customer",
        "orders": "Order",
        "order_items": "OrderLine",
    }
    lines = {r.role: r for r in found["order_items"].relations}
    assert lines["order"].to == "orders" and lines["order"].required
    assert lines["product"].to == "artikel"
    assert found["order_items"].key is not None and found["order_items"].key.columns == ("order_id", "line_no")
    artikel = {p.name: p for p in found["artikel"].properties}
    assert artikel["sku"].column == "Artikelnummer"
    assert artikel["standard_cost"].value.transforms == ("decimal_comma",)


def test_what_is_written_passes_the_check_and_is_the_same_each_time(company: Path, tmp_path: Path) -> None:
    texts = []
    for place in ("a", "b"):
        project = tmp_path / f"project-{place}"
        result = CliRunner().invoke(app, ["init", str(company), "--yes", "--into", str(project)])
        assert result.exit_code == 0, result.output
        assert check_project(project, {}) == []
        texts.append([p.read_text(encoding="utf-8") for p in sorted(project.rglob("*.yaml"))])
    assert texts[0] == texts[1]
    again = CliRunner().invoke(app, ["init", str(company), "--yes", "--into", str(tmp_path / "project-a")])
    assert again.exit_code == 2 and "already" in again.output


@pytest.mark.parametrize(("name", "header"), [("trader", True), ("generic", True), ("generic", False)])
def test_any_database_gives_a_mapping_that_loads(name: str, header: bool, tmp_path: Path, ontology: Ontology) -> None:
    folder = tmp_path / "exports"
    schemas.write(schemas.ALL[name](), folder, header=header).unlink()
    result = CliRunner().invoke(app, ["init", str(folder), "--yes", "--json"])
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout.splitlines()[-1])
    assert len(content["questions"]) <= 10
    files = sorted((folder / "mappings").glob("*.yaml"))
    load_mappings(files, ontology)
    assert [f for f in check_project(folder, {}) if f.severity == "error"] == []
    for question in content["questions"]:
        assert question["default"] in {o["value"] for o in question["options"]}


def test_an_answer_changes_the_mapping(company: Path, ontology: Ontology) -> None:
    left_out = proposed(company, ontology, {"class:lieferanten": "none"})
    assert next(t for t in left_out.tables if t.table.name == "lieferanten").left_out
    other = proposed(company, ontology, {"key:orders": "customer_id|created_at"})
    assert other.survey.keys["orders"].columns == ("customer_id", "created_at")


SHOPIFY = """\
Name,Email,Financial Status,Fulfillment Status,Created at,Currency,Total,Lineitem quantity,Lineitem name,\
Lineitem price,Lineitem sku
#1,a@x.example,paid,fulfilled,2024-01-02 10:00:00 +0100,EUR,30.00,1,Pump,10.00,P-1
#1,a@x.example,,,2024-01-02 10:00:00 +0100,EUR,,2,Hose,10.00,H-1
#2,b@x.example,paid,,2024-01-04 10:00:00 +0100,EUR,10.00,1,Hose,10.00,H-1
"""


def test_a_known_system_is_recognised_by_its_headings(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "orders_export_1.csv").write_text(SHOPIFY, encoding="utf-8")
    found = proposed(tmp_path, ontology).tables[0]
    assert found.known is not None and found.known.template.system == "shopify"
    assert CliRunner().invoke(app, ["init", str(tmp_path), "--yes"]).exit_code == 0
    assert check_project(tmp_path, {}) == []
    text = next((tmp_path / "mappings").glob("*.yaml")).read_text(encoding="utf-8")
    assert "not tried on a live export" in text and "class: OrderLine" in text


def test_every_template_fits_the_ontology(ontology: Ontology) -> None:
    from ingest.templates import templates

    assert {t.system for t in templates()} == {
        "shopify", "woocommerce", "zendesk", "xero", "quickbooks", "odoo", "hubspot",
    }  # fmt: skip
    for template in templates():
        _fits(template.body, ontology)


def _fits(body: object, ontology: Ontology) -> None:
    assert isinstance(body, dict)
    definition = ontology.classes[str(body["class"])]
    assert set(body.get("properties", {})) <= set(definition.properties), body["class"]
    assert set(body.get("relations", {})) <= set(ontology.roles(definition.name)), body["class"]
    for thing in body.get("also", {}).values():
        _fits(thing, ontology)


def test_a_first_look_names_the_rows(tmp_path: Path, ontology: Ontology) -> None:
    from ingest.onboarding.first_look import first_look

    for name, text in SHOP.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    orders = tmp_path / "shop/orders.csv"
    orders.write_text(
        orders.read_text(encoding="utf-8") + "900,9999,2024-02-01T10:00:00,99999.50,EUR\n", encoding="utf-8"
    )
    with Store() as store:
        result = propose(survey(tmp_path, store), ontology, store)
        seen = {f.code: f for f in first_look(result, ontology, store)}
    assert seen["broken-references"].rows == (61,) and "99,999.50" in seen["broken-references"].what
    assert seen["outliers"].rows == (61,)
