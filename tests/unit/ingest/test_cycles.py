"""Cycles against networkx's elementary cycles, day by day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.state.cycles import Link, find_cycles, in_cycles
from ingest.state.staging import Staging
from ontology.load import load_ontology

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)
DAY = date(2026, 1, 1)


def link(source: str, target: str, since: date = FIRST, until: date = LAST, record: str = "") -> Link:
    return Link(source, target, since, until, (record or f"{source}>{target}",))


@st.composite
def links(draw: st.DrawFn) -> list[Link]:
    names = st.sampled_from("abcdef")
    day = st.integers(0, 4).map(lambda n: DAY + timedelta(days=n))
    pairs = draw(st.lists(st.tuples(names, names, st.none() | day, st.none() | day), max_size=14))
    return [link(s, t, a or FIRST, b or LAST, str(i)) for i, (s, t, a, b) in enumerate(pairs)]


@settings(deadline=None)
@given(links())
def test_a_link_is_found_exactly_when_a_cycle_of_one_day_runs_through_it(given_links: list[Link]) -> None:
    expected: set[Link] = set()
    for day in [FIRST, *(DAY + timedelta(days=n) for n in range(-1, 7))]:
        held = [x for x in given_links if x.since <= day < x.until]
        graph = nx.DiGraph([(x.source, x.target) for x in held])
        expected |= {x for x in held if nx.has_path(graph, x.target, x.source)}
    found = in_cycles(given_links)
    assert {f.link for f in found} == expected
    pairs = {(x.source, x.target) for x in given_links}
    for each in found:
        assert each.members[0] == each.members[-1] == each.link.source and each.members[1] == each.link.target
        assert len(set(each.members)) == len(each.members) - 1
        assert set(zip(each.members, each.members[1:], strict=False)) <= pairs


def test_a_thing_that_contains_itself_is_a_cycle() -> None:
    assert [f.members for f in in_cycles([link("a", "a"), link("a", "b")])] == [("a", "a")]


def test_links_that_never_hold_together_are_no_cycle() -> None:
    assert in_cycles([link("a", "b", until=DAY), link("b", "a", since=DAY)]) == []
    assert len(in_cycles([link("a", "b", until=DAY), link("b", "a", since=DAY - timedelta(days=1))])) == 2


def test_a_large_knot_ends_soon() -> None:
    ring = [link(f"n{i}", f"n{(i + 1) % 3000}") for i in range(3000)]
    assert len(in_cycles(ring)) == 3000


def test_a_name_that_ends_in_a_full_stop_ends_the_sentence(tmp_path: Path) -> None:
    with Staging(tmp_path) as db:
        for i, title in enumerate(("Vogt e.K.", "Lager AG")):
            db.run("INSERT INTO fin_entity(id, title) VALUES (?, ?)", [f"e{i}", title])
            db.run(
                "INSERT INTO fin_relation(id, name, source, target, records) VALUES (?, 'location_parent', ?, ?, [?])",
                [f"r{i}", f"e{i}", f"e{1 - i}", f"erp/locations/{i}"],
            )
        found = {record: reason for record, _, reason in find_cycles(db, load_ontology())}
    assert found["erp/locations/0"] == "is part of leads in a circle: Vogt e.K. → Lager AG → Vogt e.K."
    assert found["erp/locations/1"] == "is part of leads in a circle: Lager AG → Vogt e.K. → Lager AG."
