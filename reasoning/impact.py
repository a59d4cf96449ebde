"""``impact``: what is affected if some entities fail, in one of several exact senses, each answer with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np

from ontology.errors import BadQuestion
from reasoning import direct, gates
from reasoning.evidence import assumed_inputs, path_of
from reasoning.expected import expected
from reasoning.network import Network
from reasoning.outcome import Outcome, top
from reasoning.probability import probability
from reasoning.results import Affected, Impact
from reasoning.stakes import amount_of, class_totals, day_after, unknown_lags, urgency, when_of
from reasoning.types import Filters, Path, Semantics, Start, Towards

_CUT = (Semantics.STRONGEST, Semantics.EARLIEST, Semantics.DELAYED)
"""Semantics that a cutoff means something for."""


def impact(
    network: Network,
    starts: Sequence[Start],
    *,
    semantics: Semantics = Semantics.REACH,
    filters: Filters | None = None,
    limit: int | None = 100,
    paths: int = 3,
    as_of: date | None = None,
    seed: int = 0,
) -> Impact:
    """Answer an impact question.

    Args:
        starts: what fails; each entity once.
        limit: how many affected entities to list (None: all); totals always count all of them.
        paths: how many simple paths to give for each listed entity.
        as_of: the day that everything is counted from; None: today.
        seed: of the draws, for ``probability``.

    Raises:
        BadQuestion: an option is out of range, or names what is not in the ontology.
        NotFound: a start is not in the graph.
    """
    filters = filters or Filters()
    today = as_of or date.today()
    valid_at: date | Literal["any"] = filters.valid_at or today
    _check(starts, semantics, filters, limit, paths)
    indices = [network.snapshot.index(s.entity) for s in starts]
    if len(set(indices)) < len(indices):
        raise BadQuestion("The same entity is given twice as a start.", do="Give each start once.")
    to = network.classes(filters.to)
    flow = network.flow(filters, valid_at)
    outcome = _compute(network, semantics, filters, starts, indices, valid_at, seed)
    shown = _reported(network, outcome, to)
    order = top(_keys(network, outcome, shown, today), limit)
    listed, searched = [], True
    for at in shown[order].tolist():
        affected, complete = _affected(network, outcome, at, paths, today, starts, indices)
        listed.append(affected)
        searched &= complete
    everything = np.concatenate([outcome.entities, np.array(indices, dtype=np.int32)])
    notes = (*flow.notes, *outcome.notes, *unknown_lags(network, everything, flow.names))
    if semantics is not Semantics.DELAYED and any(start.days is not None for start in starts):
        notes = (*notes, f"How long a failure lasts says nothing in the sense {semantics.value!r}; ask for 'delayed'.")
    if not searched:
        notes = (
            *notes,
            "For some entities the search for paths was given up: better paths than those shown may exist.",
        )
    return Impact(
        starts=tuple(network.entity(i) for i in indices),
        semantics=semantics,
        filters=filters,
        version=network.snapshot.version,
        known_at=network.snapshot.known_at,
        as_of=today,
        valid_at=valid_at,
        affected=tuple(listed),
        found=len(shown),
        totals=class_totals(network, outcome.entities[shown], outcome.earliest[shown], today),
        complete=outcome.complete and outcome.dropped == 0,
        cutoff=filters.cutoff,
        frontier_dropped=outcome.dropped,
        assumed_inputs=assumed_inputs(network, everything, flow.names),
        notes=notes,
        self_supporting=tuple(tuple(network.entity(i) for i in group) for group in outcome.groups),
    )


def _check(starts: Sequence[Start], semantics: Semantics, filters: Filters, limit: int | None, paths: int) -> None:
    if not starts:
        raise BadQuestion("An impact question needs a start.", do="Name what fails: an id, Class:key or a name.")
    for start in starts:
        if not 0 < start.severity <= 1:
            raise BadQuestion(f"A severity of {start.severity} is not between 0 and 1.")
        if start.after < 0 or (start.days is not None and start.days <= 0):
            raise BadQuestion("A failure begins in 0 or more days and lasts more than 0.")
    if filters.depth is not None and filters.depth < 1:
        raise BadQuestion(f"A depth of {filters.depth} follows nothing.", do="Give 1 or more.")
    if filters.cutoff is not None and not filters.cutoff >= 0:
        raise BadQuestion(f"A cutoff of {filters.cutoff} is not possible.", do="Give 0 or more.")
    if filters.cutoff is not None and semantics not in _CUT:
        raise BadQuestion(
            f"{semantics.value!r} has no cutoff.", do="Leave it out, or ask for strongest, earliest or delayed."
        )
    if limit is not None and limit < 0:
        raise BadQuestion("The number of entities to list cannot be negative.")
    if not 0 <= paths <= 100:
        raise BadQuestion(f"{paths} paths cannot be given for each entity.", do="Ask for 0 to 100.")


def _compute(
    network: Network,
    semantics: Semantics,
    filters: Filters,
    starts: Sequence[Start],
    indices: Sequence[int],
    valid_at: date | Literal["any"],
    seed: int,
) -> Outcome:
    if semantics in (Semantics.REQUIRES, Semantics.DELAYED) and filters.towards is Towards.UPSTREAM:
        raise BadQuestion(
            f"{semantics.value!r} counts what a dependant needs, so it is asked downstream only.",
            do="For what could stop something, ask `--critical`.",
        )
    flow = network.flow(filters, valid_at)
    after = [s.after for s in starts]
    severity = [s.severity for s in starts]
    match semantics:
        case Semantics.REACH:
            return direct.reach(flow, indices, after, filters.depth)
        case Semantics.STRONGEST:
            return direct.strongest(flow, indices, severity, after, filters.depth, filters.cutoff)
        case Semantics.EARLIEST:
            return direct.earliest(flow, indices, after, filters.depth, filters.cutoff)
        case Semantics.REQUIRES:
            return gates.requires(flow, indices, filters.depth)
        case Semantics.DELAYED:
            return gates.delayed(flow, indices, starts, filters.depth, filters.cutoff)
        case Semantics.EXPECTED:
            return expected(network, flow, indices, severity, after, filters.depth)
        case Semantics.PROBABILITY:
            return probability(network, flow, indices, severity, after, filters.depth, seed=seed)


def _reported(network: Network, outcome: Outcome, to: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if not to:
        return np.arange(len(outcome.entities), dtype=np.int64)
    wanted = np.zeros(network.snapshot.size, dtype=np.bool_)
    for name in to:
        wanted[network.snapshot.members(name)] = True
    return np.flatnonzero(wanted[outcome.entities])


def _keys(
    network: Network, outcome: Outcome, shown: np.ndarray[tuple[int], np.dtype[np.int64]], today: date
) -> list[np.ndarray[tuple[int], np.dtype[np.float64]]]:
    score = outcome.score[shown]
    return [
        -score if outcome.descending else score,
        outcome.hops[shown].astype(np.float64),
        urgency(network, outcome.entities[shown], outcome.earliest[shown], today),
        network.rank[outcome.entities[shown]].astype(np.float64),
    ]


def _affected(
    network: Network,
    outcome: Outcome,
    at: int,
    k: int,
    today: date,
    starts: Sequence[Start],
    indices: Sequence[int],
) -> tuple[Affected, bool]:
    entity = int(outcome.entities[at])
    severity = {i: s.severity for i, s in zip(indices, starts, strict=True)}
    routes, complete = outcome.reached.routes(entity, k, network.rank) if k else ((), True)
    found: list[Path] = []
    for route in routes:
        begin = int(outcome.flow.tail[route.edges[0]])
        found.append(path_of(network, outcome.flow, route.edges, severity[begin]))
    days = float(outcome.earliest[at])
    amount, currency = amount_of(network, entity)
    return (
        Affected(
            entity=network.entity(entity),
            score=float(outcome.score[at]),
            earliest_days=None if np.isnan(days) else days,
            earliest_on=day_after(today, days),
            hops=int(outcome.hops[at]),
            paths=tuple(found),
            records=network.records(network.snapshot.records(entity)),
            amount=amount,
            currency=currency,
            when=when_of(network, entity),
            interval=None
            if outcome.low is None or outcome.high is None
            else (float(outcome.low[at]), float(outcome.high[at])),
            until_days=None if outcome.until is None else float(outcome.until[at]),
        ),
        complete,
    )
