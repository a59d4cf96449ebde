"""What a person says becomes statements, and what holds an entity together is told with its weakest link."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_engine.store.runs import Run
from ingest.resolution.clusters import cluster
from ingest.resolution.judgements import Decider, Links, Verdict
from ingest.resolution.judging import MOST, Side, decide, judgement_record, split
from ingest.resolution.why import tree_of
from ingest.state.resolving import people_say
from ontology.errors import BadQuestion
from ontology.load import load_ontology
from ontology.model import Ontology
from ontology.types import EntityState, JudgementState


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def entity(*mentions: str, class_name: str = "Customer") -> EntityState:
    return EntityState(f"e_{mentions[0]}", (class_name,), mentions[0], mentions, {}, {}, title=mentions[0].title())


def said(left: str, right: str, verdict: str = "same", by: str = "model", weight: float = 5.0) -> JudgementState:
    return JudgementState(f"j_{left}{right}", left, right, "Customer", verdict, by, weight, 0.9, (), "", "", "")


def test_the_pair_that_was_asked_about_is_judged(ontology: Ontology) -> None:
    one, other = entity("a/t/1", "b/t/1"), entity("c/t/1", "c/t/2")
    (statement,) = decide(
        ontology, Side(one), Side(other), Verdict.SAME, [said("b/t/1", "c/t/2", "unsure")], because="seen", author="ann"
    )
    assert (statement.mention, statement.value, statement.op) == ("b/t/1", "c/t/2", "same")
    assert statement.record == judgement_record("c/t/2", "b/t/1")


def test_a_named_record_is_what_is_judged(ontology: Ontology) -> None:
    one = entity("a/t/1", "a/t/1#person", "b/t/1")
    (statement,) = decide(
        ontology, Side(one, "a/t/1"), Side(one, "b/t/1"), Verdict.DIFFERENT, [], because="no", author="ann"
    )
    assert {statement.mention, statement.value} == {"a/t/1", "b/t/1"}


@pytest.mark.parametrize(
    ("because", "verdict", "other", "match"),
    [
        (" ", Verdict.SAME, entity("c/t/1"), "--because is empty"),
        ("x", Verdict.SAME, entity("c/t/1", class_name="Product"), "cannot be one thing"),
        ("x", Verdict.DIFFERENT, entity("a/t/1"), "one entity already"),
    ],
)
def test_what_makes_no_sense_is_refused(
    ontology: Ontology, because: str, verdict: Verdict, other: EntityState, match: str
) -> None:
    with pytest.raises(BadQuestion, match=match) as caught:
        decide(ontology, Side(entity("a/t/1")), Side(other), verdict, [], because=because, author="ann")
    assert caught.value.do


@pytest.mark.parametrize("apart", [[], ["a/t/0", "a/t/1", "a/t/2"], ["z/t/9"]])
def test_a_split_needs_records_on_either_side(apart: list[str]) -> None:
    with pytest.raises(BadQuestion):
        split(entity("a/t/0", "a/t/1", "a/t/2"), apart, because="x", author="ann")


def test_a_split_of_a_crowd_says_what_to_do_instead() -> None:
    many = entity(*(f"a/t/{n:03}" for n in range(100)))
    with pytest.raises(BadQuestion, match="judgements") as caught:
        split(many, [f"a/t/{n:03}" for n in range(50)], because="x", author="ann")
    assert MOST < 50 * 50
    assert "weakest link" in str(caught.value.do)


@given(size=st.integers(2, 8), data=st.data())
def test_a_split_gives_two_parts_whatever_held_them_together(size: int, data: st.DataObject) -> None:
    mentions = [f"s/t/{n}" for n in range(size)]
    apart = data.draw(st.sets(st.sampled_from(mentions), min_size=1, max_size=size - 1))
    statements = split(entity(*mentions), sorted(apart), because="x", author="ann")
    run = Run("run-0001", 1, "judge", "live", "ann", statements=statements)
    people, _ = Links.of([j for _, j, _ in people_say([run])], mentions)
    pairs = [(a, b) for a, b in product(range(size), repeat=2) if a < b]
    chosen = data.draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=12))
    held = Links.same([a for a, _ in chosen], [b for _, b in chosen], 7.0, Decider.MODEL)
    found = cluster(mentions, Links.concat([people, held]))
    sides = {label: {m for m, lb in zip(mentions, found.labels, strict=True) if lb == label} for label in found.labels}
    assert sorted(map(sorted, sides.values())) == sorted([sorted(apart), sorted(set(mentions) - apart)])
    assert not found.contradictions


def test_the_newest_word_counts() -> None:
    def run(number: int, verdict: str) -> Run:
        statements = decide(
            load_ontology(),
            Side(entity("a/t/1")),
            Side(entity("b/t/1")),
            Verdict(verdict),
            [],
            because="x",
            author="ann",
        )
        return Run(f"run-{number}", number, "judge", "live", "ann", statements=statements)

    ((_, judgement, author),) = people_say([run(1, "same"), run(2, "different")])
    assert (judgement.verdict, author) == (Verdict.DIFFERENT, "ann")


def test_the_tree_of_an_entity_ends_with_its_weakest_link() -> None:
    whole = entity("a/t/1", "a/t/1#login", "b/t/1", "c/t/1", "d/t/1")
    ledger = [
        said("a/t/1", "b/t/1", weight=9.0), said("b/t/1", "c/t/1", by="rule", weight=40.0),
        said("a/t/1", "c/t/1", weight=3.0),
        said("c/t/1", "d/t/1", by="person", weight=0.0), said("b/t/1", "d/t/1", "different", weight=0.0),
    ]  # fmt: skip
    tree = tree_of(whole, ledger)
    assert len(tree.tree) == 4
    assert tree.weakest is not None
    assert (tree.weakest.left, tree.weakest.right) == ("a/t/1", "b/t/1")
    text = tree.as_text()
    assert "a person" in text and "exact key" in text and "declared by the mapping" in text and "weakest" in text
