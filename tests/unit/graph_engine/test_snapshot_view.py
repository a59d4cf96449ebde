"""What a caller may not see changes nothing that he sees: two graphs that differ only in it give equal views."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.snapshot import EntityRow, RelationRow, Snapshot, fold
from graph_engine.snapshot.view import view
from graph_engine.snapshot.visibility import Visibility
from ontology.ids import decode_key, record_of
from ontology.load import load_ontology
from tests.unit.graph_engine.test_snapshot_patch import State, states

ONTOLOGY = load_ontology()


@st.composite
def visibilities(draw: st.DrawFn) -> Visibility:
    """Policies of every kind, over what the random companies hold."""
    # A value that decides whether a thing is seen is part of its label: it is not a secret of its own.
    values = draw(
        st.sampled_from([frozenset(), frozenset({("Product.color", "red")}), frozenset({("Customer.name", "")})])
    )
    names = ["Customer.emails", "Supplier.emails", "Product.list_price", *([] if values else ["Customer.name"])]
    sources = [frozenset(), *([] if values else [frozenset({"y"}), frozenset({"x/t"}), frozenset({"x/u", "z"})])]
    return Visibility(
        classes=draw(st.sampled_from([frozenset(), frozenset({"Product"}), frozenset({"Customer"})])),
        properties=frozenset(draw(st.sets(st.sampled_from(names), max_size=2))),
        relations=draw(st.sampled_from([frozenset(), frozenset({"component"}), frozenset({"order_customer"})])),
        relation_properties=draw(st.sampled_from([frozenset(), frozenset({"component.quantity"})])),
        sources=draw(st.sampled_from(sources)),
        values=values,
    )


def titled(state: State) -> State:
    """The company with titles as ingest makes them: the name, else the key of the first record."""

    def title(row: EntityRow) -> str:
        key = record_of(min(row.mentions)).split("/", 2)[2]
        return str(row.values.get("name") or " / ".join(decode_key(key)))

    return replace(state, entities={i: r._replace(title=title(r)) for i, r in state.entities.items()})


def founded(state: State) -> State:
    """The company in which each thing was first told of by a source: a hidden correction then moves no tie."""
    first = {min(record_of(m) for m in row.mentions) for row in state.entities.values()}
    return replace(
        state, records={i: r._replace(kind="source") if i in first else r for i, r in state.records.items()}
    )  # fmt: skip


def without(state: State, hidden: Visibility) -> State:
    """The company in which nothing hidden was ever recorded; written from the rules, row by row."""

    def seen(record: str) -> bool:
        return not any(record.startswith(source + "/") for source in hidden.sources)

    def bare(row: EntityRow) -> EntityRow | None:
        if any(c in hidden.classes for c in row.classes):
            return None
        for path, text in hidden.values:
            class_name, name = path.split(".")
            if class_name in row.classes and (row.values.get(name) or "") == text:
                return None
        mentions = [m for m in row.mentions if seen(record_of(m))]
        if not mentions:
            return None
        dark = {n for n in row.values if any(f"{c}.{n}" in hidden.properties for c in row.classes)}
        if len({record_of(m) for m in row.mentions}) > 1:
            dark |= {w.split("=")[0] for w in row.winners if not seen(w.split("=", 1)[1])}
        winners = [w for w in row.winners if w.split("=")[0] not in dark and seen(w.split("=", 1)[1])]
        if any(p.split(".")[0] in row.classes for p in hidden.properties):
            # What was entered by hand and says nothing that is seen is not seen to be there.
            told = {w.split("=", 1)[1] for w in winners}
            plain = [
                m for m in mentions if state.records[record_of(m)].kind == "source" or record_of(m) in told
            ]  # fmt: skip
            first = min(record_of(m) for m in mentions)
            mentions = plain or [m for m in mentions if record_of(m) == first]
            kept = {record_of(m) for m in mentions}
            winners = [w for w in winners if w.split("=", 1)[1] in kept]
        return row._replace(
            mentions=mentions, winners=winners, values={n: v for n, v in row.values.items() if n not in dark}
        )

    def link(row: RelationRow, left: dict[str, EntityRow]) -> RelationRow | None:
        records = [r for r in row.records if seen(r)]
        if row.name in hidden.relations or not records or row.source not in left or row.target not in left:
            return None
        values = {n: v for n, v in row.values.items() if f"{row.name}.{n}" not in hidden.relation_properties}
        return row._replace(records=records, values=values)

    entities = {i: new for i, r in state.entities.items() if (new := bare(r)) is not None}
    relations = {i: new for i, r in state.relations.items() if (new := link(r, entities)) is not None}
    used = {record_of(m) for r in entities.values() for m in r.mentions}
    used |= {r for row in relations.values() for r in row.records}
    return State(
        entities, relations, {i: r for i, r in state.records.items() if i in used},
        tuple(a for a in state.aliases if a.entity in entities),
    )  # fmt: skip


def equal(one: Snapshot, two: Snapshot) -> None:
    """Equal array for array and in all that is said of them."""
    assert one.container.meta == two.container.meta
    assert sorted(one.container.arrays) == sorted(two.container.arrays)
    for name, array in two.container.arrays.items():
        assert one.container.arrays[name].dtype == array.dtype, name
        np.testing.assert_array_equal(one.container.arrays[name], array, err_msg=name)


@settings(max_examples=400, deadline=None)
@given(state=states(), hidden=visibilities())
def test_what_is_hidden_changes_nothing_that_is_seen(state: State, hidden: Visibility) -> None:
    state = founded(state)
    full, bare = titled(state), titled(without(state, hidden))
    equal(view(full.snapshot(), ONTOLOGY, hidden), view(bare.snapshot(), ONTOLOGY, hidden))


@settings(max_examples=200, deadline=None)
@given(state=states(), hidden=visibilities())
def test_a_view_is_the_snapshot_of_what_is_left(state: State, hidden: Visibility) -> None:
    """Where no title, source or file is hidden, the view equals a snapshot built of the seen rows alone."""
    hidden = replace(hidden, sources=frozenset(), properties=hidden.properties - {"Customer.name"})
    state = titled(founded(state))
    state = replace(state, records={i: r._replace(file=None) for i, r in state.records.items()})
    found, expected = view(state.snapshot(), ONTOLOGY, hidden), titled(without(state, hidden)).snapshot()
    if hidden.everything:
        assert found.digest() == state.snapshot().digest()
        return
    left = {n: a for n, a in found.container.arrays.items() if not n.startswith("file/")}
    assert sorted(left) == sorted(n for n in expected.container.arrays if not n.startswith("file/"))
    for name, array in left.items():
        np.testing.assert_array_equal(array, expected.container.arrays[name], err_msg=name)


@settings(max_examples=100, deadline=None)
@given(state=states())
def test_no_byte_of_a_hidden_value_is_left(state: State) -> None:
    full = titled(state)
    hidden = Visibility(properties=frozenset({"Customer.name", "Customer.emails", "Supplier.name", "Supplier.emails"}))
    seen = view(full.snapshot(), ONTOLOGY, hidden)
    texts = b"".join(a.tobytes() for n, a in seen.container.arrays.items() if n.endswith("/bytes"))
    assert b"a@x" not in texts and b"c@x" not in texts
    products = {fold(r.title) for r in full.entities.values() if "Product" in r.classes}
    assert set(seen.names) == products, "hidden names are not even completed"
    for entity in range(seen.size):
        if "Product" not in seen.classes(entity):
            assert seen.title(entity).endswith(seen.entity_id(entity)[2:10])


def test_what_is_withheld_is_said_from_the_policy_alone() -> None:
    hidden = Visibility(classes=frozenset({"PayRate"}), sources=frozenset({"crm"}))
    assert hidden.withheld(ONTOLOGY) == tuple(sorted([ONTOLOGY.classes["PayRate"].plural, "what comes from crm"]))
    assert Visibility().withheld(ONTOLOGY) == () and Visibility().everything
