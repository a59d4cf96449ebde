"""Stable ids: merge, split, return, and what aliases do."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.resolution.identity import Assignment, Known, assign
from ontology.ids import entity_id


def eid(mention: str) -> str:
    return entity_id("C", mention)


def give(parts: Sequence[str], before: Assignment | None = None, keys: str = "", version: int = 1) -> Assignment:
    """Assign ids to clusters written as strings of one-letter mentions; ``keys``: the mentions of ``before``."""
    mentions = sorted("".join(parts))
    label = {mention: i for i, part in enumerate(sorted(parts, key=min)) for mention in part}
    return assign(
        mentions,
        [label[m] for m in mentions],
        ["C"] * len(mentions),
        dict(zip(keys, before.mention_ids.to_pylist(), strict=True)) if before else {},
        known(before) if before else [],
        version,
    )


def known(before: Assignment) -> list[Known]:
    live = [Known(i, f, v) for i, f, v in zip(before.cluster_ids, before.founding, before.first, strict=True)]
    return live + [Known(a, before.alias_founding.get(a, ""), alias_of=e) for a, e in before.aliases.items()]


def test_new_clusters_are_named_by_their_smallest_mention() -> None:
    assert give(["ba", "c"]).mention_ids.to_pylist() == [eid("a"), eid("a"), eid("c")]


def test_an_entity_keeps_its_id_when_a_smaller_mention_joins() -> None:
    before = give(["bc"])
    after = give(["abc"], before, "bc", 2)
    assert after.cluster_ids == (eid("b"),)
    assert after.founding == ("b",)


def test_on_a_merge_the_older_survives_and_the_other_becomes_an_alias() -> None:
    first = give(["b"])
    second = give(["a", "b"], first, "b", 2)
    merged = give(["ab"], second, "ab", 3)
    assert merged.cluster_ids == (eid("b"),)
    assert merged.first == (1,)
    assert merged.aliases == {eid("a"): eid("b")}


def test_a_split_after_a_merge_gives_the_old_ids_back() -> None:
    apart = give(["a", "b"])
    merged = give(["ab"], apart, "ab", 2)
    again = give(["a", "b"], merged, "ab", 3)
    assert again.cluster_ids == apart.cluster_ids
    assert again.aliases == {}


def test_an_alias_whose_founding_mention_is_not_recorded_is_found_by_its_hash() -> None:
    after = assign(["a", "b"], [0, 1], ["C", "C"], {"a": eid("a"), "b": eid("a")},
                   [Known(eid("a"), "a", 1), Known(eid("b"), "", alias_of=eid("a"))], 2)  # fmt: skip
    assert after.cluster_ids == (eid("a"), eid("b"))


def test_the_part_with_the_founding_mention_keeps_the_id() -> None:
    together = give(["abc"])
    parts = give(["a", "bc"], together, "abc", 2)
    assert parts.cluster_ids == (eid("a"), eid("b"))


def test_when_the_founding_mention_is_gone_the_smallest_that_is_left_stands_in() -> None:
    together = give(["abc"])
    left = give(["bc"], together, "abc", 2)
    assert (left.cluster_ids, left.founding) == ((eid("a"),), ("b",))
    back = give(["a", "bc"], left, "bc", 3)
    assert back.cluster_ids[1] == eid("a")  # bc keeps it …
    assert back.cluster_ids[0] not in {eid("a"), eid("b")}  # … so the one that came back needs another


def test_an_entity_without_mentions_retires_with_its_aliases() -> None:
    merged = give(["ab", "c"], give(["a", "b", "c"]), "abc", 2)
    after = give(["c"], merged, "abc", 3)
    assert after.retired == tuple(sorted([eid("a"), eid("b")]))
    assert after.aliases == {}


def test_an_alias_follows_its_founding_mention() -> None:
    merged = give(["ab", "c"], give(["a", "b", "c"], give(["ac"]), "ac", 2), "abc", 3)
    assert merged.aliases == {eid("b"): eid("a")}
    moved = give(["a", "bc"], merged, "abc", 4)
    assert moved.aliases == {eid("b"): moved.cluster_ids[1]}
    assert moved.cluster_ids == (eid("a"), eid("c"))


partitions = st.lists(st.integers(0, 3), min_size=6, max_size=6)


def parts_of(codes: list[int]) -> list[str]:
    out: dict[int, str] = {}
    for mention, code in zip("abcdef", codes, strict=True):
        out[code] = out.get(code, "") + mention
    return list(out.values())


@settings(max_examples=300, deadline=None)
@given(st.lists(partitions, min_size=1, max_size=5))
def test_ids_are_unique_and_every_id_ever_given_still_leads_somewhere(history: list[list[int]]) -> None:
    ever: set[str] = set()
    now: Assignment | None = None
    for version, codes in enumerate(history, 1):
        now = give(parts_of(codes), now, "abcdef" if now else "", version)
        ever |= set(now.cluster_ids)
        assert len(set(now.cluster_ids)) == len(now.cluster_ids)
        live = set(now.cluster_ids)
        assert not live & set(now.aliases)
        assert set(now.aliases.values()) <= live
        assert ever == live | set(now.aliases)  # no mention ever goes here, so no id may


@settings(max_examples=200, deadline=None)
@given(partitions, partitions)
def test_unchanged_clusters_change_nothing(first: list[int], second: list[int]) -> None:
    once = give(parts_of(second), give(parts_of(first)), "abcdef", 2)
    twice = give(parts_of(second), once, "abcdef", 3)
    assert (twice.cluster_ids, twice.aliases, twice.retired) == (once.cluster_ids, once.aliases, ())
