"""Rules on a company that is really ingested: marks, trends, changed rules, mending, all as a person does it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from api.app import create_app
from api.cli import app
from graph_engine.findings import all_marks, history, rules_in_force
from graph_engine.graph import Credentials, Graph
from tests.integration.tiny_company import Company

pytestmark = pytest.mark.integration

RULES = """\
@prefix k: <https://w3id.org/knockon/ns#> .
@prefix ko: <https://w3id.org/knockon/meta#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
k:BigOrderShape a sh:NodeShape ; sh:targetClass k:Order ;
  sh:property [ sh:path k:order_total ; sh:maxInclusive %s ; sh:severity sh:%s ;
                ko:mend "Ask the sales team." ;
                sh:message "The order is too big."@en , "Der Auftrag ist zu groß."@de , "Commande trop grosse."@fr ] .
"""


@pytest.fixture
def company(
    tmp_path: Path, graph: Graph, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Company]:
    """The company, with the rule that an order over 20 is looked at; the command line reaches the same server."""
    monkeypatch.setenv("NEO4J_URI", credentials.uri)
    monkeypatch.setenv("NEO4J_USERNAME", credentials.username)
    monkeypatch.setenv("NEO4J_PASSWORD", credentials.password)
    made = Company(tmp_path / "tiny", credentials, shapes=True)
    rule(made, "20", "Warning")
    yield made
    made.close()


def rule(company: Company, limit: str, severity: str) -> None:
    """Write the company's own rule anew."""
    (company.folder / "own.ttl").write_text(RULES % (limit, severity), encoding="utf-8")


def knockon(company: Company, *arguments: str, code: int = 0) -> Result:
    """Run a command as a person does."""
    ran = CliRunner().invoke(app, [*arguments, "-p", str(company.folder)])
    assert ran.exit_code == code, ran.output
    return ran


def ingest(company: Company) -> str:
    """Export and ingest by the command line."""
    company.export()
    return knockon(company, "ingest").output


def messages(company: Company) -> set[str]:
    """The company's own warnings that things are marked with."""
    return {f"{m.severity}: {m.message()}" for marks in all_marks(company.project.graph).values()
            for m in marks if m.shape.startswith("BigOrder")}  # fmt: skip


def test_a_warning_enters_is_marked_and_goes_when_it_is_mended(company: Company) -> None:
    assert "The order is too big." in ingest(company)
    assert messages(company) == {"warning: The order is too big."}
    shown = knockon(company, "show", "Order:O1").output
    assert "Warning: The order is too big. (order_total: 30.5)" in shown
    told = json.loads(knockon(company, "show", "Order:O1", "--json").output)
    assert [w["messages"]["de"] for w in told["warnings"]] == ["Der Auftrag ist zu groß."]
    assert "Warning" not in knockon(company, "show", "Order:O2").output

    company.row("shop.orders", "O2")["Day"] = "2026-02-02"  # another order changes: this one stays marked
    ingest(company)
    assert messages(company) == {"warning: The order is too big."}
    company.row("shop.orders", "O1")["Total"] = "19"
    ingest(company)
    assert messages(company) == set()


def test_a_report_says_what_where_how_often_from_which_row_and_how_to_mend(company: Company) -> None:
    ingest(company)
    text = knockon(company, "validate").output
    assert "The order is too big." in text
    assert "Order O1" in text and "orders.csv, row 1" in text
    assert "Ask the sales team." in text
    assert "Der Auftrag ist zu groß." in knockon(company, "validate", "--language", "de-AT").output
    assert "Commande trop grosse." in knockon(company, "validate", "--language", "fr").output
    assert "The order is too big." in knockon(company, "validate", "--language", "it").output
    found = json.loads(knockon(company, "validate", "--format", "json").output)
    mine = [f for f in found["findings"] if f["name"].startswith("BigOrder")]
    assert [(f["value"], f["severity"], f["records"][0]["row"]) for f in mine] == [("30.5", "warning", 1)]
    assert found["conforms"]


def test_counts_are_kept_run_by_run_and_shown(company: Company) -> None:
    ingest(company)
    company.row("shop.orders", "O2")["Total"] = "21"
    ingest(company)
    company.row("shop.orders", "O3")["Total"] = "22"
    ingest(company)
    kept = [
        sum(c.count for c in r.standing.values() if "BigOrder" in c.rule) for r in history(company.project.graph, 9)
    ]
    assert kept == [3, 2, 1]
    text = knockon(company, "validate").output
    assert "+1 since run-0002" in text
    assert "1, 2, 3" in text
    for order in ("O1", "O2", "O3"):
        company.row("shop.orders", order)["Total"] = "1"
    ingest(company)
    assert "No longer found: The order is too big. (3 in run-0003" in knockon(company, "validate").output


def test_a_changed_rule_rechecks_what_did_not_change(company: Company) -> None:
    """The files are the same: only the rule is another, and what it now forbids leaves the graph by the row."""
    ingest(company)
    before = rules_in_force(company.project.graph)
    assert "nothing" in knockon(company, "ingest").output.lower()

    rule(company, "10", "Warning")
    assert "nothing new" not in ingest(company).lower()
    assert len([m for marks in all_marks(company.project.graph).values() for m in marks if "BigOrder" in m.rule]) == 2
    assert rules_in_force(company.project.graph) != before

    rule(company, "10", "Violation")
    ingest(company)
    assert messages(company) == set()
    assert company.rules() == {
        "shop/orders/O1": "shacl", "shop/orders/O2": "shacl", "shop/lines/O1|1": "reference",
        "shop/lines/O1|2": "reference", "shop/lines/O2|1": "reference",
    }  # fmt: skip
    assert knockon(company, "validate").exit_code == 0


def test_the_loop_of_mending_by_value_and_by_rule(company: Company) -> None:
    ingest(company)
    rule(company, "10", "Violation")
    tried = knockon(company, "validate", "--shapes", str(company.folder / "own.ttl"), "--dry-run", code=1).output
    assert "2 × The order is too big." in tried
    assert "orders.csv, row 1" in tried
    ingest(company)
    listed = knockon(company, "quarantine", "list").output
    assert "The order is too big." in listed

    rows = company.folder / "mend.csv"
    knockon(company, "quarantine", "export", str(rows), "--rule", "shacl")
    text = rows.read_text(encoding="utf-8")
    assert "30.50" in text
    rows.write_text(text.replace("30.50", "9.50"), encoding="utf-8")
    knockon(company, "replay", str(rows))
    assert company.rules() == {"shop/orders/O2": "shacl", "shop/lines/O2|1": "reference"}

    rule(company, "15", "Violation")
    knockon(company, "replay")
    assert company.rules() == {}
    assert knockon(company, "validate").exit_code == 0


def test_findings_over_http(company: Company) -> None:
    ingest(company)
    client = TestClient(create_app(company.project), base_url="http://127.0.0.1", raise_server_exceptions=False)
    answer = client.get("/v1/validation", params={"shape": "BigOrderShape", "language": "de"})
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["findings"]
    assert (found["title"], found["class"], found["message"]) == ("O1", "Order", "Der Auftrag ist zu groß.")
    assert found["records"] == [{"record": "shop/orders/O1", "file": found["records"][0]["file"], "row": 1}]
    (run,) = client.get("/v1/validation/history").json()["runs"]
    assert [c["count"] for c in run["standing"] if "BigOrder" in c["rule"]] == [1]
    assert client.get("/v1/validation", params={"shape": "NoSuchShape"}).status_code == 404


def test_what_a_new_rule_would_find_is_shown_beforehand_and_nothing_is_changed(company: Company) -> None:
    ingest(company)
    digest = company.digest()
    new = company.folder / "new.ttl"
    new.write_text(
        "@prefix k: <https://w3id.org/knockon/ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "k:NoTyresShape a sh:NodeShape ; sh:targetClass k:Supplier ;\n"
        '  sh:property [ sh:path k:party_name ; sh:pattern "AG$" ; sh:message "Only stock companies."@en ] .\n'
        "k:BigOrderShape a sh:NodeShape ; sh:targetClass k:Order ;\n"
        "  sh:property [ sh:path k:order_total ; sh:maxInclusive 10 ; sh:severity sh:Warning ;\n"
        '    sh:message "The order is too big."@en ] .\n',
        encoding="utf-8",
    )
    tried = knockon(company, "validate", "--shapes", str(new), "--dry-run", code=1).output
    assert "Only stock companies." in tried and "Supplier Tyre Ltd" in tried
    assert "Steel AG" not in tried
    assert "Order O2" in tried and "Order O1" not in tried, "O1 broke the rule as it is, too: that is not new"
    assert "Nothing was changed" in tried
    assert company.digest() == digest
    assert messages(company) == {"warning: The order is too big."}


def test_a_run_that_died_leaves_everything_to_be_checked_again(company: Company) -> None:
    from graph_engine.findings import begin_change

    ingest(company)
    begin_change(company.project.graph)
    assert rules_in_force(company.project.graph) is None
    ingest(company)
    assert rules_in_force(company.project.graph) == company.project.gate.rules()
    assert messages(company) == {"warning: The order is too big."}
