"""Which runs the state is made of: undo, undo of undo, and what ``last`` means; against a model by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_engine.store.runs import Run, find_run, in_force, live_runs
from ontology.errors import NotFound


def run(ordinal: int, kind: str = "ingest", target: int | None = None, status: str = "live") -> Run:
    """A run called by its number."""
    return Run(
        f"run-{ordinal:04d}-x", ordinal, kind, status, "tester", target=f"run-{target:04d}-x" if target else None
    )


def ordinals(runs: tuple[Run, ...]) -> list[int]:
    """The numbers of runs."""
    return [r.ordinal for r in runs]


def test_undo_and_undo_of_undo() -> None:
    runs = [run(1), run(2), run(3, "undo", 1)]
    assert ordinals(live_runs(runs)) == [2]
    runs.append(run(4, "undo", 3))
    assert ordinals(live_runs(runs)) == [1, 2]
    assert ordinals(in_force(runs)) == [1, 2, 4]
    runs.append(run(5, "undo", 4))
    assert ordinals(live_runs(runs)) == [2]
    assert ordinals(in_force(runs)) == [2, 3, 5]  # the first undo is in force again, so it can be undone again


def test_what_failed_or_is_being_written_is_not_live() -> None:
    runs = [run(1), run(2, status="failed"), run(3, status="writing"), run(4, "undo", 1, status="failed")]
    assert ordinals(live_runs(runs)) == [1]


def test_last_is_what_a_person_started() -> None:
    runs = [run(1), run(2), run(3, "repair")]
    assert find_run(runs, "last").ordinal == 2
    assert find_run(runs, "3").kind == "repair"
    assert find_run(runs, "run-0001").ordinal == 1
    with pytest.raises(NotFound, match="Several"):
        find_run(runs, "run-")


@given(st.lists(st.integers(0, 5), max_size=12))
def test_each_undo_flips_what_it_names(choices: list[int]) -> None:
    runs = [run(1), run(2), run(3)]
    state = {1: True, 2: True, 3: True}
    for choice in choices:
        standing = ordinals(in_force(runs))
        target = standing[choice % len(standing)]
        runs.append(run(len(runs) + 1, "undo", target))
        # the model: replay all undos from the last to the first
        off: set[int] = set()
        for r in reversed(runs):
            if r.kind == "undo" and r.ordinal not in off and r.target is not None:
                off.add(int(r.target[4:8]))
        state = {n: n not in off for n in (1, 2, 3)}
    assert ordinals(live_runs(runs)) == [n for n, on in state.items() if on]
