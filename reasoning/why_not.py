"""``why_not``: why an entity is not affected: the first filter that keeps it out, or what is missing in the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ontology.model import Direction
from reasoning.evidence import path_of
from reasoning.network import Network
from reasoning.paths import paths
from reasoning.results import WhyNot
from reasoning.spreading import REACH, STRONGEST, Reached, reach_from
from reasoning.types import ANY, Filters, Path, Semantics, Start


def why_not(
    network: Network,
    starts: Sequence[Start],
    target: str,
    *,
    semantics: Semantics = Semantics.REACH,
    filters: Filters | None = None,
    as_of: date | None = None,
) -> WhyNot:
    """Say why ``target`` (an id) is not affected by ``starts``, or how it is.

    Filters are lifted one after the other (depth, cutoff, date, relations, classes): the first that lets the impact
    through is the reason. Where none does, the data lack a connection: the reason says which, as far as it can be told.

    Raises:
        NotFound: an entity is not in the graph.
        BadQuestion: the filters name what is not in the ontology.
    """
    filters = filters or Filters()
    today = as_of or date.today()
    end = network.snapshot.index(target)
    indices = [network.snapshot.index(s.entity) for s in starts]
    ref = network.entity(end)
    if end in indices:
        return WhyNot(ref, True, f"{ref.title} is itself what fails.")
    found = _route(network, starts, indices, end, semantics, filters, today)
    if found is not None:
        kept_out = filters.to and not any(network.snapshot.is_a(end, c) for c in network.classes(filters.to))
        if kept_out:
            reason = f"{ref.title} is affected, but only {', '.join(filters.to)} are reported."
            return WhyNot(ref, False, reason, "to", found)
        return WhyNot(ref, True, f"{ref.title} is affected: {found.sentence}.", None, found)
    for name, lifted, text in _lifted(filters, today):
        found = _route(network, starts, indices, end, semantics, lifted, today)
        if found is not None:
            return WhyNot(ref, False, f"{text} Without that: {found.sentence}.", name, found)
    free = Filters(towards=filters.towards, valid_at=ANY)
    found = _route(network, starts, indices, end, semantics, free, today)
    if found is not None:
        reason = f"Several filters together keep {ref.title} out. Without any: {found.sentence}."
        return WhyNot(ref, False, reason, "several", found)
    return _missing(network, starts, indices, end)


def _lifted(filters: Filters, today: date) -> list[tuple[str, Filters, str]]:
    tried: list[tuple[str, Filters, str]] = []
    if filters.depth is not None:
        text = f"It lies further away than {filters.depth} hops."
        tried.append(("depth", replace(filters, depth=None), text))
    if filters.cutoff:
        tried.append(("cutoff", replace(filters, cutoff=None), f"The cutoff of {filters.cutoff:g} keeps it out."))
    if filters.valid_at != ANY:
        text = f"A relation on the way does not hold on {(filters.valid_at or today).isoformat()}."
        tried.append(("valid_at", replace(filters, valid_at=ANY), text))
    if filters.via:
        tried.append(("via", replace(filters, via=()), f"Only {', '.join(filters.via)} was followed."))
    if filters.avoid:
        tried.append(("avoid", replace(filters, avoid=()), f"{', '.join(filters.avoid)} was not followed."))
    return tried


def _route(
    network: Network,
    starts: Sequence[Start],
    indices: Sequence[int],
    end: int,
    semantics: Semantics,
    filters: Filters,
    today: date,
) -> Path | None:
    flow = network.flow(filters, filters.valid_at or today)
    reached: Reached
    if semantics is Semantics.STRONGEST:
        severity = [s.severity for s in starts]
        reached = reach_from(flow, indices, severity, STRONGEST, depth=filters.depth, cutoff=filters.cutoff)
    else:
        reached = reach_from(flow, indices, [0.0] * len(indices), REACH, depth=filters.depth, cutoff=None)
    routes, _ = reached.routes(end, 1, network.rank)
    return path_of(network, flow, routes[0].edges) if routes else None


def _missing(network: Network, starts: Sequence[Start], indices: Sequence[int], end: int) -> WhyNot:
    ref = network.entity(end)
    lacking = _feeders_without(network, end)
    hint = f" {ref.title} has no {' and no '.join(lacking)}." if lacking else ""
    for start, index in zip(starts, indices, strict=True):
        connection = paths(network, start.entity, ref.id, 1, filters=Filters(valid_at=ANY))
        if not connection.paths:
            continue
        path = connection.paths[0]
        silent = [h.label for h in path.hops if network.ontology.relations[h.name].impact is None]
        if silent:
            reason = (
                f"{network.snapshot.title(index)} and {ref.title} are connected, but {silent[0]!r} on the way passes "
                f"no impact on: {path.sentence}.{hint}"
            )
        else:
            reason = (
                f"{network.snapshot.title(index)} and {ref.title} are connected, but impact runs the other way on it: "
                f"{path.sentence}.{hint}"
            )
        return WhyNot(ref, False, reason, None, path)
    return WhyNot(ref, False, f"Nothing in the data connects {ref.title} with the start.{hint}")


def _feeders_without(network: Network, end: int) -> list[str]:
    """Relations over which impact could arrive at this class, and that this entity has none of."""
    found: list[str] = []
    for name, definition in sorted(network.ontology.relations.items()):
        if definition.impact is None:
            continue
        arrives_at_source = definition.impact.direction is Direction.AGAINST
        owner = definition.source if arrives_at_source else definition.target
        if not network.snapshot.is_a(end, owner):
            continue
        edges = network.snapshot.relation(name)
        if edges.size and len((edges.out if arrives_at_source else edges.into).of(end)) == 0:
            found.append((definition.role if arrives_at_source else definition.inverse_role).replace("_", " "))
    return found[:5]
