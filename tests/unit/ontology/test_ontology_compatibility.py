"""Changes of the ontology: what would orphan data is refused with a list, everything else goes through."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.canonical_form import digest
from ontology.compatibility import orphans, require_compatible
from ontology.errors import OntologyChangeRefused
from ontology.load import load_ontology, load_texts
from ontology.model import Ontology

OLD = load_ontology()


def _changed(before: str, after: str) -> Ontology:
    """The shipped ontology with one text replaced; fails when the text isn't there."""
    texts = [(name, text.replace(before, after)) for name, text in OLD.turtle]
    assert texts != list(OLD.turtle)
    return load_texts(texts)


def _plenty(_kind: str, _name: str) -> int:
    return 7


def _nothing(_kind: str, _name: str) -> int:
    return 0


def test_scale_changed() -> None:
    text = next(t for n, t in OLD.turtle if n.endswith("supply.ttl"))
    start = text.index("k:component_quantity a")
    block = text[start : text.index(".\n\n", start)]
    new = _changed(block, block.replace("ko:scale 4", "ko:scale 2"))
    (found,) = orphans(OLD.turtle, new, _plenty)
    assert (found.kind, found.name, found.count) == ("relation_property", "component.quantity", 7)
    assert "4 digits" in found.why and "with 2" in found.why


def test_datatype_changed_is_listed_once_at_the_class_that_has_it() -> None:
    text = next(t for n, t in OLD.turtle if n.endswith("core.ttl"))
    start = text.index("k:party_note a")
    block = text[start : text.index(".\n\n", start)]
    new = _changed(block, block.replace("xsd:string", "xsd:integer"))
    assert [(o.kind, o.name) for o in orphans(OLD, new, _plenty)] == [("property", "Party.note")]


def test_relation_narrowed() -> None:
    text = next(t for n, t in OLD.turtle if n.endswith("core.ttl"))
    start = text.index("k:party_contact a")
    block = text[start : text.index(".\n\n", start)]
    new = _changed(block, block.replace("rdfs:domain k:Party", "rdfs:domain k:Organisation"))
    (found,) = orphans(OLD, new, _plenty)
    assert (found.kind, found.name) == ("relation", "party_contact")
    assert "Organisation" in found.why


def test_relation_widened_new_class_and_new_labels_are_harmless() -> None:
    text = next(t for n, t in OLD.turtle if n.endswith("supply.ttl"))
    start = text.index("k:receipt_location a")
    block = text[start : text.index(".\n\n", start)]
    widened = _changed(block, block.replace("rdfs:range k:Location", "rdfs:range k:Place"))
    assert orphans(OLD, widened, _plenty) == ()
    assert orphans(OLD, _changed('"vendor"@en', '"vendor"@en , "merchant"@en'), _plenty) == ()


def test_a_change_without_data_is_allowed_and_the_same_ontology_asks_nothing() -> None:
    gone = _without(OLD, "Review")
    require_compatible(OLD, gone, _nothing)
    assert orphans(OLD, OLD, lambda *_: pytest.fail("asked")) == ()


def test_the_refusal_lists_everything_with_its_count() -> None:
    gone = _without(OLD, "Review")
    with pytest.raises(OntologyChangeRefused) as caught:
        require_compatible(OLD, gone, lambda kind, name: {"Review": 1200, "review_product": 1}.get(name, 0))
    message = str(caught.value)
    assert "Review: the class is gone (1,200 entities)" in message
    assert "review_product: the relation is gone (1 relation)" in message
    assert "review_customer" not in message


def _without(ontology: Ontology, class_name: str) -> Ontology:
    classes = {n: c for n, c in ontology.classes.items() if n != class_name}
    relations = {n: r for n, r in ontology.relations.items() if class_name not in (r.source, r.target)}
    new = replace(ontology, classes=MappingProxyType(classes), relations=MappingProxyType(relations))
    return replace(new, digest=digest(new))


_LEAVES = sorted(n for n in OLD.classes if OLD.subclasses(n) == (n,))


@settings(max_examples=25, deadline=None)
@given(
    relations=st.sets(st.sampled_from(sorted(OLD.relations)), max_size=4),
    classes=st.sets(st.sampled_from(_LEAVES), max_size=2),
    filled=st.sets(st.sampled_from(sorted([*OLD.relations, *OLD.classes])), max_size=60),
)
def test_exactly_what_is_gone_and_has_data_is_listed(relations: set[str], classes: set[str], filled: set[str]) -> None:
    new = OLD
    for name in classes:
        new = _without(new, name)
    kept = {n: r for n, r in new.relations.items() if n not in relations}
    new = replace(new, relations=MappingProxyType(kept))
    new = replace(new, digest=digest(new))
    gone = (set(OLD.relations) - set(kept)) | classes
    found = orphans(OLD, new, lambda _, name: int(name in filled))
    assert {o.name for o in found} == gone & filled
