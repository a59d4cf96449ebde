"""The history of a thing as far as a caller sees: what is hidden makes no change, no version, no gap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from api.past import State, changes, seen_states
from graph_engine.snapshot.visibility import Visibility
from graph_engine.store.runs import Run
from ontology.load import load_ontology

ONTOLOGY = load_ontology()
ID = "e_0123456789abcdef0123"
HIDDEN = Visibility(properties=frozenset({"Customer.credit_limit", "Customer.emails"}), sources=frozenset({"pay"}))
LABELLED = Visibility(values=frozenset({("Customer.segment", "dark")}))
shown = st.fixed_dictionaries({"name": st.sampled_from(["A", "B"])}, optional={"segment": st.sampled_from(["x", "y"])})
dark = st.tuples(st.none() | st.integers(0, 3), st.lists(st.sampled_from(["a@x", "b@x"]), max_size=2), st.booleans())


def run(number: int) -> Run:
    return Run(
        id=f"run-{number}", ordinal=number, kind="ingest", status="live", agent="", because="", started="",
        finished=f"day {number}", published=number * 10,
    )  # fmt: skip


def payload(values: dict[str, object], hidden: tuple[int | None, list[str], bool]) -> dict[str, object]:
    limit, emails, paid = hidden
    extra = {k: v for k, v in (("credit_limit", limit), ("emails", emails)) if v not in (None, [])}
    mentions = ["shop/customers/1", *(["pay/slips/7"] if paid else [])]
    winners = [f"{n}=shop/customers/1" for n in values] if paid else []
    return {
        "classes": ["Customer"], "title": values["name"], "mentions": mentions, "winners": winners,
        "values": {**values, **extra},
    }  # fmt: skip


def closed(payloads: Sequence[dict[str, object]], shift: int) -> list[State]:
    """The states that the runs 1, 2, … closed; ``shift``: how much else each wrote before."""
    found: list[State] = []
    at = 1
    for same, group in groupby(payloads):
        until = at + len(list(group))
        if until <= len(payloads):
            found.append((at * 10 - shift, until * 10 - shift, same))
        at = until
    return found


def told(visible: Visibility, payloads: Sequence[dict[str, object]], shift: int) -> list[dict[str, object]]:
    runs = {n * 10: run(n) for n in range(1, len(payloads) + 1)}
    states = list(seen_states(ONTOLOGY, visible, ID, closed(payloads, shift), runs))
    is_now = list(seen_states(ONTOLOGY, visible, ID, [(1, 20, payloads[-1])], {10: run(1), 20: run(2)}))
    return changes(states, is_now[0].values if is_now else {})


@settings(max_examples=150, deadline=None)
@given(st.data(), st.lists(shown, min_size=1, max_size=6))
def test_histories_that_differ_only_in_the_hidden_are_the_same(
    data: st.DataObject, seen: list[dict[str, object]]
) -> None:
    one, other = ([payload(v, data.draw(dark)) for v in seen] for _ in range(2))
    first = told(HIDDEN, one, 3)
    assert first == told(HIDDEN, other, 7)
    assert "credit_limit" not in str(first) and "@x" not in str(first)
    assert len(first) == sum(a != b for a, b in pairwise(seen))


def test_a_state_that_was_hidden_whole_is_none() -> None:
    nothing: tuple[int | None, list[str], bool] = (None, [], False)
    states = [{"name": "A", "segment": s} for s in ("x", "dark", "y")]
    (change,) = told(LABELLED, [payload(dict(s), nothing) for s in states], 0)
    assert change["values"] == {"segment": "x"} and change["became"] == {"segment": "y"}
