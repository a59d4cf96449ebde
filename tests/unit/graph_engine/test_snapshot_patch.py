"""A snapshot brought up to date by change equals the snapshot built anew: the same digest, over random changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.snapshot import AliasRow, EntityRow, FileRow, RecordRow, RelationRow, Snapshot, assemble
from graph_engine.snapshot.patch import Difference, patched
from graph_engine.snapshot.texts import Texts
from graph_engine.snapshot.weave import Weave
from ontology.ids import record_of
from ontology.load import load_ontology
from tests.unit.reasoning import company

ONTOLOGY = load_ontology()
KEYS = st.integers(0, 11)
NAMES = st.sampled_from(["", "Ada", "ada", "Bob & Co", "Ünal", "zz"])


@dataclass(frozen=True)
class State:
    """Everything that one version is made of, by id."""

    entities: dict[str, EntityRow]
    relations: dict[str, RelationRow]
    records: dict[str, RecordRow]
    aliases: tuple[AliasRow, ...]

    def snapshot(self, version: int = 1) -> Snapshot:
        return assemble(
            ONTOLOGY, self.entities.values(), self.relations.values(), self.records.values(), FILES, self.aliases,
            version=version, epoch=1,
        )  # fmt: skip


FILES = [FileRow("aa", "a.csv"), FileRow("bb", "b.csv")]


def _id(prefix: str, number: int, width: int) -> str:
    return f"{prefix}_{number * 2654435761 % 16**width:0{width}x}"


@st.composite
def states(draw: st.DrawFn) -> State:
    entities: dict[str, EntityRow] = {}
    for key in draw(st.sets(KEYS, max_size=8)):
        classes = draw(st.sampled_from([["Customer"], ["Supplier"], ["Customer", "Supplier"], ["Product"]]))
        records = sorted(draw(st.sets(st.sampled_from(["x/t/1", "x/t/2", "x/u/3", "y/t/9"]), min_size=1, max_size=2)))
        mentions = [r + draw(st.sampled_from(["", "#part"])) for r in records]
        name = draw(NAMES)
        values: dict[str, object] = {"name": name} if name else {}
        if classes != ["Product"]:
            values |= draw(st.sampled_from([{}, {"emails": ["a@x", "b@x"]}, {"emails": ["c@x"]}, {"active": True}]))
        else:
            values |= draw(st.sampled_from([{}, {"list_price": 10}, {"days_to_make": 3, "color": "red"}]))
        winners = [f"name={records[0]}"] if name else []
        id_ = _id("e", key, 20)
        entities[id_] = EntityRow(id_, classes, name or id_, mentions, winners, values)
    relations: dict[str, RelationRow] = {}
    ids = sorted(entities)
    if ids:
        for number in draw(st.sets(KEYS, max_size=8)):
            name = draw(st.sampled_from(["component", "party_address", "order_customer"]))
            ends = draw(st.tuples(st.sampled_from(ids), st.sampled_from(ids)))
            day = draw(st.sampled_from([None, date(2024, 1, 1)]))
            values = draw(st.sampled_from([{}, {"quantity": 5}, {"kind": "home"}, {"kind": "work"}]))
            fitting = {n: v for n, v in values.items() if n in ONTOLOGY.relations[name].properties}
            supports = sorted(draw(st.sets(st.sampled_from(["x/t/1", "z/r/1", "z/r/2"]), min_size=1, max_size=2)))
            id_ = _id("r", number, 24)
            relations[id_] = RelationRow(id_, name, *ends, day, None, supports, fitting)
    used = {record_of(m) for e in entities.values() for m in e.mentions}
    used |= {r for link in relations.values() for r in link.records}
    kind = st.sampled_from(["source", "source", "assumption", "correction"])
    records_ = {
        r: RecordRow(r, draw(kind), draw(st.booleans()), draw(st.sampled_from([None, "aa", "bb"])), draw(KEYS))
        for r in sorted(used)
    }
    aliases = []
    if ids:
        alias = st.builds(AliasRow, st.sampled_from(["e_old1", "e_old2"]), st.sampled_from(ids))
        aliases = draw(st.lists(alias, max_size=2, unique_by=lambda a: a.id))
    return State(entities, relations, records_, tuple(aliases))


def difference(before: State, after: State) -> Difference:
    """What a feed would say: ids whose state is gone, rows that are new or different."""
    return Difference(
        frozenset(i for i, row in before.entities.items() if after.entities.get(i) != row),
        frozenset(i for i, row in before.relations.items() if after.relations.get(i) != row),
        [row for i, row in after.entities.items() if before.entities.get(i) != row],
        [row for i, row in after.relations.items() if before.relations.get(i) != row],
        {i: row for i, row in after.records.items() if before.records.get(i) != row},
        FILES,
        after.aliases,
    )


def _same(a: Snapshot, b: Snapshot) -> None:
    one, two = a.container, b.container
    assert one.meta == two.meta
    assert sorted(one.arrays) == sorted(two.arrays)
    for name, array in two.arrays.items():
        assert one.arrays[name].dtype == array.dtype, name
        np.testing.assert_array_equal(one.arrays[name], array, err_msg=name)
    assert a.digest() == b.digest()


@given(states(), states())
@settings(max_examples=150, deadline=None)
def test_patched_equals_rebuilt(before: State, after: State) -> None:
    # Arrays of an empty table have no form that new ids could follow; then the whole is rebuilt.
    if not (before.entities and after.entities):
        return
    container = patched(before.snapshot(), ONTOLOGY, difference(before, after), version=2)
    _same(Snapshot(container), after.snapshot(2))


@given(states())
@settings(max_examples=30, deadline=None)
def test_nothing_changed_copies_nothing(state: State) -> None:
    if not state.entities:
        return
    base = state.snapshot()
    container = patched(base, ONTOLOGY, difference(state, state), version=1)
    _same(Snapshot(container), base)
    old, new = base.container.arrays, container.arrays
    for name in new:
        if name.startswith(("block/", "relation/", "entity/title", "entity/id")) and not name.endswith("/null"):
            assert new[name] is old[name], name


def test_one_renamed_product_in_the_company() -> None:
    base = company.company(ONTOLOGY)
    rows = {r.id: r for r in company.entity_rows()}
    old = rows[company.id_of("P1")]
    new = old._replace(title="Steel pipe", values={**old.values, "name": "Steel pipe"})
    rows[new.id] = new
    change = Difference(frozenset({new.id}), frozenset(), [new], [], {}, company.file_rows(), company.alias_rows())
    patched_ = Snapshot(patched(base, ONTOLOGY, change, version=6))
    rebuilt = assemble(
        ONTOLOGY, rows.values(), company.relation_rows(ONTOLOGY), company.record_rows(), company.file_rows(),
        company.alias_rows(), version=6, epoch=1,
    )  # fmt: skip
    _same(patched_, rebuilt)
    assert patched_.title(patched_.index(new.id)) == "Steel pipe"


@given(st.lists(st.integers(0, 99), max_size=8), st.data())
def test_weave_equals_lists(old: list[int], data: st.DataObject) -> None:
    removed = sorted(data.draw(st.sets(st.integers(0, max(len(old) - 1, 0)), max_size=len(old)))) if old else []
    at = sorted(data.draw(st.lists(st.integers(0, len(old)), max_size=4)))
    new = [100 + i for i in range(len(at))]
    expected: list[int] = []
    for position in range(len(old) + 1):
        expected += [n for n, a in zip(new, at, strict=True) if a == position]
        if position < len(old) and position not in removed:
            expected.append(old[position])
    weave = Weave(len(old), removed, at)
    assert weave.array(np.array(old, dtype=np.int32), new).tolist() == expected
    assert weave.new_size == len(expected)
    assert [expected[p] for p in weave.places] == new
    assert [expected[m] for m in weave.map if m >= 0] == [v for i, v in enumerate(old) if i not in removed]
    texts = weave.texts(Texts.of([str(v) for v in old]), [str(v) for v in new])
    assert list(texts) == [str(v) for v in expected]


def test_a_relation_into_what_is_gone_is_refused() -> None:
    from ontology.errors import StoreDamaged

    base = company.company(ONTOLOGY)
    change = Difference(frozenset({company.id_of("V1")}), frozenset(), [], [], {}, [], [])
    with pytest.raises(StoreDamaged, match="gone"):
        patched(base, ONTOLOGY, change, version=6)
