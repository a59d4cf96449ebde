"""What people entered, in staging: new things, relations with figures, things taken out, and all that together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from graph_engine.store.runs import Run, Statement
from ingest.entry import gone_thing, new_relation, new_thing
from ingest.state.staging import Staging
from ingest.state.statements import load_statements
from ontology.errors import BadQuestion
from ontology.load import load_ontology
from ontology.model import Ontology

TODAY = date(2026, 6, 15)
WHO = {"author": "Eva", "because": "contract"}


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture
def db(tmp_path: Path, ontology: Ontology) -> Iterator[Staging]:
    with Staging(tmp_path) as staging:
        staging.load_ontology(ontology, {})
        staging.insert("mention", {"record": ["erp/p/1"], "mention": ["erp/p/1"], "class": ["Product"]})
        staging.insert(
            "val",
            {
                "mention": ["erp/p/1"], "record": ["erp/p/1"], "property": ["name"], "value": ["Tube"],
                "standing": [1], "ord": [1],
            },
        )  # fmt: skip
        yield staging


def run(*statements: Statement, kind: str = "correct") -> Run:
    return Run("run-1", 1, kind, "live", "Eva", statements=statements)


def loaded(db: Staging, ontology: Ontology, *runs: Run) -> dict[str, list[tuple[object, ...]]]:
    """What is staged of statements, as the state's computation does it: what was there of them goes first."""
    for table in ("mention", "val", "link", "ref"):
        db.run(f"DELETE FROM {table} WHERE record LIKE 'corrections/%' OR record LIKE 'assumptions/%'")
    for table in ("removal", "sleeping", "fin_record"):
        db.run(f"DELETE FROM {table}")
    load_statements(db, ontology, runs, TODAY)
    queries = {
        "mention": "SELECT mention, class FROM mention ORDER BY 1",
        "val": "SELECT mention, property, value, standing FROM val ORDER BY 1, 2",
        "link": "SELECT mention, target FROM link ORDER BY 1",
        "ref": "SELECT mention, relation, target, properties, valid_from FROM ref ORDER BY 1",
        "sleeping": "SELECT record, reason FROM sleeping ORDER BY 1",
        "record": "SELECT id, kind FROM fin_record ORDER BY 1",
    }
    return {name: [tuple(r) for r in db.rows(q)] for name, q in queries.items()}


def test_a_new_thing_is_a_mention_with_values_of_its_own(db: Staging, ontology: Ontology) -> None:
    made = new_thing("correct", ontology, "Product", "rivet", {"name": "Rivet", "list_price": "0.25"}, **WHO)
    part = ontology.roles("Product")["components"]
    relation = new_relation(
        "correct", part, "erp/p/1", made[0].mention, {"quantity": "12"}, valid_from=date(2026, 1, 1), **WHO
    )
    found = loaded(db, ontology, run(*made, relation))
    own = made[0].mention
    assert own.startswith("corrections/new/")
    assert (own, "Product") in found["mention"]
    values = {(name, value) for mention, name, value, _ in found["val"] if (mention, own) in found["link"]}
    assert values == {("name", "Rivet"), ("list_price", "2500")}
    (ref,) = found["ref"]
    assert ref[1:] == ("component", own, '{"quantity": "120000"}', date(2026, 1, 1))
    assert found["sleeping"] == []
    assert {kind for _, kind in found["record"]} == {"correction"}
    assert loaded(db, ontology, run(*made, relation)) == found  # asked again: the same
    assert loaded(db, ontology)["mention"] == [("erp/p/1", "Product")]  # withdrawn


def test_assumed_things_stand_below_every_source(db: Staging, ontology: Ontology) -> None:
    made = new_thing("assume", ontology, "PaymentTerm", "x", {"code": "customers", "days_due": "30"}, **WHO)
    found = loaded(db, ontology, run(*made, kind="assume"))
    assert {kind for _, kind in found["record"]} == {"assumption"}
    assert {s for _, p, _, s in found["val"] if p == "days_due"} == {0}


def test_what_is_taken_out_goes_with_all_that_is_said_of_it_and_comes_back(db: Staging, ontology: Ontology) -> None:
    gone = gone_thing(["erp/p/1"], **WHO)
    renamed = Statement("corrections/name/x", "erp/p/1", "name", "set", "Pipe", "Eva", "typo")
    found = loaded(db, ontology, run(renamed, *gone))
    assert (found["mention"], found["val"]) == ([], [])
    assert found["sleeping"] == [("corrections/name/x", "erp/p/1 is not in the graph")]
    assert loaded(db, ontology, run(renamed, *gone)) == found


def test_taking_out_what_is_not_there_sleeps(db: Staging, ontology: Ontology) -> None:
    found = loaded(db, ontology, run(*gone_thing(["erp/p/9"], **WHO)))
    assert [reason for _, reason in found["sleeping"]] == ["erp/p/9 is not in the graph"]
    assert ("erp/p/1", "Product") in found["mention"]


def test_a_value_that_does_not_fit_is_refused(ontology: Ontology) -> None:
    with pytest.raises(BadQuestion):
        new_thing("correct", ontology, "Product", "x", {"list_price": "cheap"}, **WHO)
    with pytest.raises(BadQuestion):
        new_relation("correct", ontology.roles("Product")["components"], "a", "b", {"quantity": "many"}, **WHO)
