"""The gate: what a change can affect is checked, and nothing else is needed; messages, levels, sealing."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ontology.errors import ConfigurationError, ShapeError
from tests.unit.validation.random_graphs import ONTOLOGY, PREFIXES, graphs, read, shape_files
from validation.gate import Gate, GateReport, ValidationRefused, Violation, approve
from validation.image import EntityImage, MemoryImage, RelationImage, Touched
from validation.shape_model import Shapes
from validation.validated import Validated

RandomGraph = tuple[list[EntityImage], list[RelationImage]]


def shapes(text: str) -> Shapes:
    return read(PREFIXES + text)


def found(report: GateReport) -> set[tuple[str, str, str, str | None]]:
    every = (*report.violations, *report.warnings, *report.infos)
    return {(v.focus, v.path, v.component, v.value) for v in every}


def check(text: str, entities: list[EntityImage], relations: list[RelationImage], touched: Touched) -> GateReport:
    return Gate(shapes(text), ONTOLOGY).check(touched, MemoryImage(ONTOLOGY, entities, relations))


ONE_USER = "k:S a sh:NodeShape ; sh:targetClass k:C ; sh:property [ sh:path [ sh:inversePath k:z ] ; sh:maxCount 1 ] ."


def test_a_new_neighbour_breaks_an_unchanged_entity() -> None:
    """The case that a check of the change alone misses: the new source conforms, its unchanged target does not."""
    entities = [EntityImage("a1", ("A",), {}), EntityImage("a2", ("A",), {}), EntityImage("c", ("C",), {})]
    relations = [RelationImage("r1", "z", "a1", "c"), RelationImage("r2", "z", "a2", "c")]
    report = check(ONE_USER, entities, relations, Touched(entities=["a2"], relations=[relations[1]]))
    assert [(v.focus, v.component, v.relations) for v in report.violations] == [("c", "MaxCount", ("r1", "r2"))]


def test_a_removed_relation_breaks_what_it_led_to() -> None:
    text = "k:S a sh:NodeShape ; sh:targetClass k:A ; sh:property [ sh:path k:z ; sh:minCount 1 ] ."
    entities = [EntityImage("a", ("A",), {}), EntityImage("c", ("C",), {})]
    removed = RelationImage("r", "z", "a", "c")
    assert [v.focus for v in check(text, entities, [], Touched(relations=[removed])).violations] == ["a"]
    assert check(text, entities, [], Touched(entities=["c"])).checked == 0


def test_the_walk_back_over_a_sequence_uses_removed_relations() -> None:
    """Both hops went: the first entity is reached only over what was. The middle one never had a first hop."""
    text = "k:S a sh:NodeShape ; sh:targetClass k:A ; sh:property [ sh:path ( k:p k:z k:s ) ; sh:minCount 1 ] ."
    entities = [EntityImage("a", ("A",), {}), EntityImage("m", ("A",), {}), EntityImage("c", ("C",), {"s": ("x",)})]
    gone = [RelationImage("r1", "p", "a", "m"), RelationImage("r2", "z", "m", "c")]
    report = check(text, entities, [], Touched(relations=gone))
    assert {v.focus for v in report.violations} == {"a"}


def test_a_new_neighbour_of_a_hub_does_not_recheck_its_other_neighbours() -> None:
    """A new customer of a country reaches that customer: what hundreds of others read of the country is the same."""
    text = "k:S a sh:NodeShape ; sh:targetClass k:A ; sh:property [ sh:path ( k:z k:s ) ; sh:minCount 1 ] ."
    entities = [*(EntityImage(f"a{n}", ("A",), {}) for n in range(9)), EntityImage("c", ("C",), {"s": ("x",)})]
    relations = [RelationImage(f"r{n}", "z", f"a{n}", "c") for n in range(9)]
    report = check(text, entities, relations, Touched(entities=["a3"], relations=[relations[3]]))
    assert report.checked == 1
    assert check(text, entities, relations, Touched(entities=["c"])).checked == 9


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(before=graphs(), text=shape_files(), data=st.data())
def test_what_a_change_breaks_or_mends_lies_within_what_is_checked(
    before: RandomGraph, text: str, data: st.DataObject
) -> None:
    """Findings over everything, before and after a random change, differ only where the change was checked."""
    try:
        gate = Gate(read(text), ONTOLOGY)
    except ShapeError:
        assume(False)
        return
    entities, relations = before
    dropped = data.draw(st.sets(st.sampled_from([r.id for r in relations]))) if relations else set()
    emptied = data.draw(st.sets(st.sampled_from([e.id for e in entities])))
    gone = data.draw(st.sets(st.sampled_from([e.id for e in entities]), max_size=2))
    after_entities = [EntityImage(e.id, e.classes, {}) if e.id in emptied else e for e in entities if e.id not in gone]
    lost = [r for r in relations if r.id in dropped or r.source in gone or r.target in gone]
    kept = [r for r in relations if r not in lost]
    old = MemoryImage(ONTOLOGY, entities, relations)
    new = MemoryImage(ONTOLOGY, after_entities, kept)
    whole_before = found(gate.check(Touched(everything=True), old))
    whole_after = found(gate.check(Touched(everything=True), new))
    partial = found(gate.check(Touched(entities=emptied | gone, relations=lost), new))
    assert partial <= whole_after
    assert whole_after - partial <= whole_before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(content=graphs(), text=shape_files())
def test_batches_do_not_change_the_verdict(content: RandomGraph, text: str) -> None:
    """What is loaded for one focus node is all that its shapes read."""
    loaded = read(text)
    try:
        whole, single = Gate(loaded, ONTOLOGY, batch=1000), Gate(loaded, ONTOLOGY, batch=1)
    except ShapeError:
        assume(False)
        return
    image = MemoryImage(ONTOLOGY, *content)
    everything = Touched(everything=True)
    assert found(whole.check(everything, image)) == found(single.check(everything, image))


def test_levels_and_languages() -> None:
    text = """k:S a sh:NodeShape ; sh:targetClass k:A ;
      sh:property [ sh:path k:s ; sh:minCount 1 ; sh:severity sh:Warning ;
                    sh:message "Der Text fehlt"@de , "The text is missing"@en ] ;
      sh:property [ sh:path k:i ; sh:minCount 1 ; sh:severity sh:Info ] ."""
    report = check(text, [EntityImage("a", ("A",), {})], [], Touched(everything=True))
    assert report.conforms
    assert [w.message("de") for w in report.warnings] == ["Der Text fehlt"]
    assert [w.message("fr") for w in report.warnings] == ["The text is missing"]
    assert [i.message("de") for i in report.infos] == ["i fehlt."]


def test_sparql_runs_at_the_gate_in_a_process_of_its_own() -> None:
    text = """k:S a sh:NodeShape ; sh:targetClass k:A ; sh:sparql [
        sh:message "too few" ;
        sh:select "SELECT $this WHERE { $this <https://w3id.org/knockon/ns#i> ?n . FILTER(?n < 2) }" ] ."""
    entities = [EntityImage("a", ("A",), {"i": ("1",)}), EntityImage("b", ("B",), {"i": ("2",)})]
    report = check(text, entities, [], Touched(entities=["a"]))
    assert [(v.focus, v.component, v.message()) for v in report.violations] == [("a", "SPARQL", "too few")]


def test_only_the_gate_makes_validated_values() -> None:
    sealed = approve({"a": 1}, GateReport())
    assert sealed.value == {"a": 1}
    with pytest.raises(TypeError, match="gate"):
        Validated(1, object())
    with pytest.raises(TypeError):
        sealed._value = {}
    with pytest.raises(TypeError):
        pickle.dumps(sealed)


def test_violations_are_not_approved_but_warnings_are() -> None:
    one = Violation("a", "S", "s", ("s",), None, "MinCount", "violation", {"": "is missing"}, ())
    with pytest.raises(ValidationRefused, match="a: is missing"):
        approve(1, GateReport(violations=(one,)))
    assert approve(1, GateReport(warnings=(one,))).value == 1


def test_the_gate_can_be_turned_off_and_an_unknown_engine_is_refused() -> None:
    gate = Gate(shapes(ONE_USER), ONTOLOGY, engine="off")
    assert gate.check(Touched(everything=True), MemoryImage(ONTOLOGY, [], [])).engine == "off"
    with pytest.raises(ConfigurationError, match="fast"):
        Gate(shapes(ONE_USER), ONTOLOGY, engine="fast")
