"""How the live inputs of a table are cut into segments."""

from __future__ import annotations

from graph_engine.store.runs import Run, RunInput
from ingest.state.segments import table_inputs


def run(ordinal: int, *inputs: tuple[str, str, str]) -> Run:
    """A run that read these (mode, mapping, file) of one table."""
    given = tuple(RunInput("shop", "orders", mode, mapping, (file,)) for mode, mapping, file in inputs)
    return Run(f"run-{ordinal}", ordinal, "ingest", "live", "tester", inputs=given)


def cut(*runs: Run) -> list[list[tuple[str, tuple[tuple[int, str], ...]]]]:
    """Segments, newest first, as (mapping, files)."""
    (table,) = table_inputs(runs)
    return [[(g.mapping, g.files) for g in segment] for segment in table.segments]


def test_each_full_export_begins_a_segment_and_upserts_belong_to_it() -> None:
    runs = [run(1, ("full", "m", "a")), run(2, ("upsert", "m", "b")), run(3, ("full", "m", "c"))]
    assert cut(*runs) == [[("m", ((3, "c"),))], [("m", ((1, "a"), (2, "b")))]]


def test_upserts_before_any_full_export_are_a_segment_of_their_own() -> None:
    assert cut(run(1, ("upsert", "m", "a")), run(2, ("upsert", "m", "b"))) == [[("m", ((1, "a"), (2, "b")))]]
    assert cut(run(1, ("upsert", "m", "a")), run(2, ("full", "m", "b"))) == [[("m", ((2, "b"),))], [("m", ((1, "a"),))]]


def test_a_file_read_again_counts_at_its_newest_reading_under_its_newest_mapping() -> None:
    runs = [run(1, ("upsert", "old", "a")), run(2, ("upsert", "old", "b")), run(3, ("upsert", "new", "a"))]
    assert cut(*runs) == [[("new", ((3, "a"),)), ("old", ((2, "b"),))]]


def test_parts_of_one_full_export_are_one_segment() -> None:
    assert cut(run(1, ("full", "m", "a"), ("full", "m", "b"))) == [[("m", ((1, "a"), (1, "b")))]]
