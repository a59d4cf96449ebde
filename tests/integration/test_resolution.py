"""Resolution through the whole pipeline on a real database: the sample company against its truth, and people's word."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from api.project import Project
from api.resolution import explain, explain_entity, judge, questions, side, split, withdraw
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from graph_engine.store.current import entities
from graph_engine.store.judgements import judgements_by_people
from ingest.report import RunReport
from tests.conftest import empty

pytestmark = pytest.mark.integration
SAMPLE = Path(__file__).resolve().parents[2] / "examples/plaetscher"
ONE, OTHER = "accounting/debtors/10001", "shop/customers/7001"
Pairs = set[frozenset[str]]


@pytest.fixture(scope="module")
def company(
    tmp_path_factory: pytest.TempPathFactory, _session_graph: Graph, credentials: Credentials
) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("resolution") / "plaetscher"
    shutil.copytree(SAMPLE, folder)
    empty(_session_graph)
    with Project(replace(load_settings(folder), neo4j=credentials), agent="ann") as project:
        yield project


@pytest.fixture(scope="module")
def first(company: Project) -> RunReport:
    return company.pipeline.ingest(company.sources())


def customers(project: Project) -> Pairs:
    """Pairs of customer records that are one entity."""
    found: Pairs = set()
    for state in entities(project.graph):
        if "Customer" in state.classes:
            held = [m for m in state.mentions if "#" not in m]
            found |= {frozenset(pair) for pair in combinations(held, 2)}
    return found


def test_duplicates_of_the_sample_company(company: Project, first: RunReport) -> None:
    """Most are found, none is wrong, and few questions are left."""
    truth = {
        frozenset(pair)
        for group in json.loads((SAMPLE / "truth/same_customers.json").read_text(encoding="utf-8"))
        for pair in combinations(group, 2)
    }
    found = customers(company)
    assert found <= truth
    assert len(found) >= 0.95 * len(truth)
    open_ = questions(company, 1000)
    assert len(open_) == first.resolution["asked"]
    assert len(open_) <= 15
    effects = [q.judgement.effect for q in open_]
    assert effects == sorted(effects, reverse=True)
    assert not first.resolution["contradictions"]


def test_the_same_files_again_write_nothing(company: Project, first: RunReport) -> None:
    digest = company.digest()
    again = company.pipeline.ingest(company.sources())
    assert again.nothing_new
    replayed = company.pipeline.replay()
    assert replayed.written == 0
    assert company.digest() == digest


def test_the_ledger_is_in_the_graph(company: Project, first: RunReport) -> None:
    told = explain(company, ONE, OTHER)
    assert told.together
    (judgement,) = [j for j in told.judgements if {j.left, j.right} == {ONE, OTHER}]
    assert judgement.decided_by == "model"
    assert judgement.reasons
    assert told.compared is not None
    assert sum(bits for _, bits, _, _ in told.compared.parts) + told.compared.prior == pytest.approx(
        told.compared.weight
    )
    assert told.compared.weight == pytest.approx(judgement.weight, abs=1e-3)
    entity, tree = explain_entity(company, ONE)
    assert set(tree.mentions) == set(entity.mentions)
    assert len(tree.tree) == len(tree.mentions) - 1
    page = told.compared.as_html()
    assert "<svg" in page and "<script" not in page


def test_different_by_a_person_holds_and_can_be_taken_back(company: Project, first: RunReport) -> None:
    before, whole = company.digest(), side(company, ONE).entity
    judge(company, ONE, OTHER, "different", because="father and son")
    assert side(company, ONE).entity.id != side(company, OTHER).entity.id
    assert whole.id in {side(company, ONE).entity.id, side(company, OTHER).entity.id}
    company.pipeline.ingest(company.sources())
    told = explain(company, ONE, OTHER)
    assert not told.together
    assert "father and son" in told.sentences[0] and "ann said" in told.sentences[0]
    (mine,) = judgements_by_people(company.graph)
    assert mine.verdict == "different" and mine.run.startswith("run-") and mine.at
    withdraw(company, ONE, OTHER, because="no, they are one")
    assert side(company, ONE).entity.id == side(company, OTHER).entity.id == whole.id
    assert company.digest() == before
    assert judgements_by_people(company.graph) == ()


def test_an_answer_merges_and_the_older_id_stays(company: Project, first: RunReport) -> None:
    before = company.digest()
    question = questions(company, 1)[0]
    a, b = side(company, question.left[0]).entity, side(company, question.right[0]).entity
    judge(company, a.id, b.id, "same", because="I know them")
    kept, gone = (a, b) if (a.first, a.id) < (b.first, b.id) else (b, a)
    assert side(company, gone.id).entity.id == kept.id
    assert company.show(gone.id).state.id == kept.id
    assert set(a.mentions) | set(b.mentions) <= set(side(company, kept.id).entity.mentions)
    report = company.state(
        "correct", gone.id, ["note=checked"], because="a test", until=None, review=None, author="ann"
    )
    assert company.show(gone.id).state.values["note"] == "checked"
    assert company.network().snapshot.index(company.entity_id(gone.id)) >= 0
    assert question.judgement.id not in {q.judgement.id for q in questions(company, 1000)}
    company.pipeline.undo(report.run)
    withdraw(company, a.mentions[0], b.mentions[0], because="enough")
    assert {side(company, a.id).entity.id, side(company, b.id).entity.id} == {a.id, b.id}
    assert company.digest() == before


def test_a_split_is_predictable_and_a_merge_heals_it(company: Project, first: RunReport) -> None:
    before, whole = company.digest(), side(company, ONE).entity
    report = split(company, whole.id, [ONE], because="two firms")
    assert side(company, ONE).entity.mentions == (ONE,)
    assert len(side(company, OTHER).entity.mentions) == len(whole.mentions) - 1
    assert whole.founding in side(company, whole.id).entity.mentions
    company.pipeline.undo(report.run)
    assert side(company, ONE).entity.id == whole.id
    assert company.digest() == before


def test_undoing_a_source_takes_its_judgements_away(company: Project, first: RunReport) -> None:
    later = SAMPLE / "later"
    before = company.digest()
    settings = replace(company.settings, folders={"shop": later / "shop"})
    with Project(settings, agent="ann") as project:
        report = project.pipeline.ingest(project.sources(["shop"]), accept_retractions=True)
    assert company.digest() != before
    company.pipeline.undo(report.run)
    assert company.digest() == before


def test_training_again_is_a_run_of_its_own(company: Project, first: RunReport) -> None:
    before = company.digest()
    report = company.pipeline.train(because="a test")
    assert report.kind == "train"
    assert company.digest() == before  # the same records teach the same
