"""All cells of a snapshot (``evaluate``), after an edit (``update``), and which of them differ (``changed``)."""

from __future__ import annotations

from collections.abc import Sequence

from graph_engine.snapshot import Snapshot
from reasoning.measures.catalogue import Measures
from reasoning.measures.compute import whole
from reasoning.measures.difference import changed
from reasoning.measures.results import Results
from reasoning.measures.types import Options
from reasoning.measures.update import update

__all__ = ["Results", "changed", "evaluate", "update"]


def evaluate(
    snapshot: Snapshot, measures: Measures, options: Options, *, names: Sequence[str] | None = None
) -> Results:
    """All cells of the measures named (None: of all) and of those that they use.

    Raises:
        NotFound: a measure is not there.
        BadQuestion: the options are out of range.
    """
    results = Results(snapshot, measures, options, measures.names if names is None else measures.needed(names))
    for name in results.names:
        whole(results, measures.definitions[name])
    return results
