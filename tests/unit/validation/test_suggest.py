"""Proposed rules: true of what they were taken from, with their evidence, and loadable as they are."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.validation.random_graphs import ONTOLOGY
from validation.gate import Gate
from validation.image import EntityImage, MemoryImage, Touched
from validation.patterns import compiled
from validation.shapes import load_shapes
from validation.suggest import (
    ClassProfile,
    PairProfile,
    PropertyProfile,
    Proposal,
    RelationProfile,
    as_turtle,
    form_of,
    forms_of,
    pattern_of,
    proposals,
)

A = ONTOLOGY.classes["A"]
SKUS = tuple(f"AB-{n:04}.x" for n in range(40))
PROFILE = ClassProfile(
    A,
    40,
    (
        PropertyProfile(A.properties["s"], 40, 40, None, None, (), 9, forms_of(SKUS)),
        PropertyProfile(A.properties["title"], 39, 2, None, None, ("blue", 'so "red"'), 8),
        PropertyProfile(A.properties["d"], 20, 20, "0", "85", (), None),
        PropertyProfile(A.properties["i"], 10, 10, "-3", "9", (), None),
    ),
    (RelationProfile(ONTOLOGY.relations["z"], 40, 1), RelationProfile(ONTOLOGY.relations["p"], 3, 7)),
    (PairProfile(A.properties["day"], A.properties["day"], 30, 30),),
)


def find(path: str, listed: tuple[Proposal, ...]) -> set[str]:
    return {p.constraint.split()[0] for p in listed if p.path.endswith(path)}


def test_each_proposal_rests_on_what_was_seen() -> None:
    found = proposals(PROFILE)
    assert find("#s", found) == {"sh:minCount", "sh:pattern"}
    assert find("#A_title", found) == {"sh:in"}, "39 of 40 is not 98 %"
    assert find("#d", found) == {"sh:minInclusive", "sh:maxInclusive"}
    assert find("#i", found) == set()
    assert find("#z", found) == {"sh:minCount", "sh:maxCount"}
    assert find("#p", found) == set()
    assert "sh:minCount" in find("#A_title", proposals(PROFILE, presence=0.97))
    assert all(p.evidence for p in found)


def test_too_few_things_give_no_rules() -> None:
    few = ClassProfile(A, 19, (PropertyProfile(A.properties["s"], 19, 1, None, None, ("x",), 1),), ())
    assert proposals(few) == ()
    assert "too few" in as_turtle(few, ())


def test_a_file_of_proposals_loads_and_finds_nothing_in_what_it_was_taken_from(tmp_path: Path) -> None:
    file = tmp_path / "own.ttl"
    kept = tuple(p for p in proposals(PROFILE) if not p.path.endswith("#z"))
    file.write_text(as_turtle(PROFILE, kept), encoding="utf-8")
    gate = Gate(load_shapes(ONTOLOGY, [file], shipped=False), ONTOLOGY)
    entities = [
        EntityImage(f"e{n}", ("A",), {"s": (sku,), "title": (("blue", 'so "red"')[n % 2],), "d": (str(n),)})
        for n, sku in enumerate(SKUS)
    ]
    report = gate.check(Touched(everything=True), MemoryImage(ONTOLOGY, entities, []))
    assert (report.violations, report.warnings) == ((), ())
    wrong = EntityImage("e", ("A",), {"s": ("AB-1",), "title": ("green",), "d": ("101",)})
    found = gate.check(Touched(everything=True), MemoryImage(ONTOLOGY, [wrong], []))
    assert {w.component for w in found.warnings} == {"Pattern", "In", "MaxInclusive"}
    assert found.violations == ()


@given(text=st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12))
def test_the_pattern_of_a_form_fits_every_text_of_that_form(text: str) -> None:
    pattern = pattern_of(form_of(text))
    assert compiled(pattern).search(text)
    assert not compiled(pattern).search(text + "~~")
