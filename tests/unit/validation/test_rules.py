"""Digests of rules, what is checked again when a rule changes, and marks that come and go with what was looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ontology.errors import ShapeError
from tests.unit.validation.random_graphs import ONTOLOGY, PREFIXES, graphs, read, shape_files
from validation.gate import Gate, GateReport
from validation.image import EntityImage, MemoryImage, RelationImage, Touched
from validation.marks import counted, counts_text, mark_of, read_counts, read_mark, renewed

RandomGraph = tuple[list[EntityImage], list[RelationImage]]
RULE = "k:S a sh:NodeShape ; sh:targetClass k:A ; sh:property [ sh:path k:s ; sh:minCount 1 ; sh:maxLength 3 ] ."


def gate(text: str) -> Gate:
    return Gate(read(PREFIXES + text), ONTOLOGY)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (RULE, True),
        ("k:S sh:targetClass k:A ; a sh:NodeShape ; sh:property _:x . "
         "_:x sh:maxLength 3 ; sh:path k:s ; sh:minCount 1 .", True),
        (RULE.replace("maxLength 3", "maxLength 4"), False),
        (RULE.replace("k:A", "k:B"), False),
        (RULE.replace("k:s", "k:i"), False),
        (RULE.replace("minCount 1", "minCount 1 ; sh:severity sh:Warning"), False),
        (RULE.replace("minCount 1", "minCount 1 ; sh:message 'why'@en"), False),
        (RULE.replace("minCount 1", "minCount 1 ; sh:not [ sh:hasValue 'x' ]"), False),
        (RULE.replace("minCount 1", "minCount 1 ; sh:node k:T") + " k:T a sh:NodeShape ; sh:class k:A .", False),
    ],
)  # fmt: skip
def test_a_digest_is_of_the_rule_not_of_how_it_is_written(text: str, same: bool) -> None:
    assert (gate(text).rules() == gate(RULE).rules()) is same


def test_a_digest_follows_what_the_rule_refers_to_its_query_and_the_ontology() -> None:
    outer = "k:S a sh:NodeShape ; sh:targetClass k:A ; sh:node k:T . k:T sh:property [ sh:path k:s ; %s ] ."
    assert gate(outer % "sh:minCount 1").rules() != gate(outer % "sh:minCount 2").rules()
    query = "k:S a sh:NodeShape ; sh:targetClass k:A ; sh:sparql [ sh:select 'SELECT $this { $this ?p %s }' ] ."
    assert gate(query % 1).rules() == gate(query % 1).rules()
    assert gate(query % 1).rules() != gate(query % 2).rules()
    assert Gate(read(PREFIXES + RULE), replace(ONTOLOGY, digest="other")).rules() != gate(RULE).rules()
    assert Gate(read(PREFIXES + RULE), ONTOLOGY, engine="off").rules() == frozenset()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(text=shape_files())
def test_reading_a_file_again_gives_the_same_digests(text: str) -> None:
    try:
        assert Gate(read(text), ONTOLOGY).rules() == Gate(read(text), ONTOLOGY).rules()
    except ShapeError:
        assume(False)


def test_only_the_changed_rule_is_checked_on_everything() -> None:
    text = " ".join(f"k:{n} sh:targetClass k:A ; sh:property [ sh:path k:%s ; sh:minCount 1 ] ." for n in "ST")
    before, after = gate(text % ("s", "i")), gate(text % ("s", "d"))
    image = MemoryImage(ONTOLOGY, [EntityImage(f"e{n}", ("A",), {}) for n in range(5)], [])
    report = after.check(Touched(entities=["e1"], shapes=after.rules() - before.rules()), image)
    assert sorted((v.focus, v.path) for v in report.violations) == sorted(
        [("e1", "s"), *((f"e{n}", "d") for n in range(5))]
    )


def warnings(text: str) -> str:
    """All rules of a file as warnings: what they find enters and is marked."""
    return re.sub(r"(sh:targetClass|sh:targetSubjectsOf|sh:targetObjectsOf|sh:targetNode|sh:path)",
                  r"sh:severity sh:Warning ; \1", re.sub(r"sh:severity sh:\w+ ;?", "", text))  # fmt: skip


def marks(report: GateReport, held: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """All marks after a check."""
    now = {**held, **renewed(report, held)}
    return {entity: texts for entity, texts in now.items() if texts}


def of(report: GateReport, entities: Iterable[EntityImage]) -> dict[str, tuple[str, ...]]:
    """The marks that a check of everything gives, for entities that there are."""
    found: dict[str, set[str]] = {}
    there = {e.id for e in entities}
    for finding in (*report.warnings, *report.infos):
        if finding.entity in there:
            found.setdefault(finding.entity, set()).add(mark_of(finding).text())
    return {entity: tuple(sorted(texts)) for entity, texts in found.items()}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(before=graphs(), text=shape_files(), data=st.data())
def test_marks_after_a_change_are_those_of_a_check_of_everything(
    before: RandomGraph, text: str, data: st.DataObject
) -> None:
    """What the change did not touch keeps its marks; what it mended loses them; what is gone has none."""
    try:
        checked = Gate(read(warnings(text)), ONTOLOGY)
    except ShapeError:
        assume(False)
        return
    entities, relations = before
    dropped = data.draw(st.sets(st.sampled_from([r.id for r in relations]))) if relations else set()
    emptied = data.draw(st.sets(st.sampled_from([e.id for e in entities])))
    gone = data.draw(st.sets(st.sampled_from([e.id for e in entities]), max_size=2))
    after = [EntityImage(e.id, e.classes, {}) if e.id in emptied else e for e in entities if e.id not in gone]
    lost = [r for r in relations if r.id in dropped or r.source in gone or r.target in gone]
    old = MemoryImage(ONTOLOGY, entities, relations)
    new = MemoryImage(ONTOLOGY, after, [r for r in relations if r not in lost])
    held = of(checked.check(Touched(everything=True), old), entities)
    for entity in emptied | gone:
        held.pop(entity, None)  # what is written anew, or removed, has no marks
    report = checked.check(Touched(entities=emptied | gone, relations=lost), new)
    there = {e.id for e in after}
    found = {e: t for e, t in marks(report, held).items() if e in there}
    assert found == of(checked.check(Touched(everything=True), new), after)


PART = "sh:path k:i ; sh:minCount 1 ; sh:severity sh:Warning"


@pytest.mark.parametrize(
    "text",
    [
        f"k:One sh:targetClass k:A ; sh:property [ {PART} ] . k:Two sh:targetNode <urn:knockon:entity:e0> ; "
        f"sh:severity sh:Warning ; sh:and ( [ {PART} ] ) .",
        f"k:One a sh:PropertyShape ; sh:targetClass k:A ; {PART} . k:Two sh:targetNode <urn:knockon:entity:e0> ; "
        "sh:severity sh:Warning ; sh:and ( k:One ) .",
    ],
    ids=["the same words", "the same shape"],
)
def test_what_another_shape_only_tests_does_not_take_a_mark_away(text: str) -> None:
    checked = gate(text)
    entities = [EntityImage("e0", ("A",), {})]
    image = MemoryImage(ONTOLOGY, entities, [])
    held = of(checked.check(Touched(everything=True), image), entities)
    assert len(held["e0"]) == 2
    assert marks(checked.check(Touched(), image), held) == held


def test_a_mark_and_counts_are_read_as_they_were_written() -> None:
    text = (
        "k:S sh:targetClass k:A ; sh:property [ sh:path k:s ; sh:in ( 'x' ) ; sh:severity sh:Warning ; "
        'sh:message "tab\\t and „quotes“"@de , "wrong"@en ] .'
    )
    image = MemoryImage(ONTOLOGY, [EntityImage(f"e{n}", ("A",), {"s": (f"y\t{n}",)}) for n in range(3)], [])
    report = gate(text).check(Touched(everything=True), image)
    mark = mark_of(report.warnings[0])
    assert read_mark(mark.text()) == mark
    assert mark.message("de-CH") == "tab\t and „quotes“"
    standing, stopped = read_counts(counts_text(counted(report.warnings), ()))
    assert [(c.name, c.severity, c.count) for c in standing.values()] == [("wrong", "warning", 3)]
    assert not stopped


def test_marks_of_a_query_stay_when_nothing_was_touched() -> None:
    """A run that changes nothing runs no query, so it mends nothing either."""
    checked = gate("k:S a sh:NodeShape ; sh:targetClass k:A ; sh:severity sh:Warning ; "
                   "sh:sparql [ sh:select 'SELECT $this { $this a ?c }' ] .")  # fmt: skip
    entities = [EntityImage("a", ("A",), {})]
    image = MemoryImage(ONTOLOGY, entities, [])
    held = of(checked.check(Touched(everything=True), image), entities)
    assert held
    assert marks(checked.check(Touched(), image), held) == held
