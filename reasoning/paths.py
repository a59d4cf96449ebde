"""``paths``: how two entities hang together, over any relation in either direction."""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np

from ontology.errors import BadQuestion
from reasoning.evidence import assumed_inputs, path_of
from reasoning.network import Network
from reasoning.results import Connection
from reasoning.spreading import EARLIEST, reach_from
from reasoning.types import Filters


def paths(
    network: Network, start: str, end: str, k: int = 3, *, filters: Filters | None = None, as_of: date | None = None
) -> Connection:
    """The k best simple paths between two entities (ids).

    Shorter is better; of equally short ones, that through more specific things (:func:`reasoning.flow.tie_flow`).

    Raises:
        NotFound: one of them is not in the graph.
        BadQuestion: both are the same entity, or k is out of range.
    """
    filters = filters or Filters()
    if not 1 <= k <= 100:
        raise BadQuestion(f"{k} paths cannot be given.", do="Ask for 1 to 100.")
    a, b = network.snapshot.index(start), network.snapshot.index(end)
    if a == b:
        raise BadQuestion(f"Both ends are {network.snapshot.title(a)!r}.", do="Name two different things.")
    valid_at: date | Literal["any"] = filters.valid_at or as_of or date.today()
    flow = network.ties(filters, valid_at)
    reached = reach_from(flow, [a], [0.0], EARLIEST, depth=filters.depth, cutoff=None)
    routes, complete = reached.routes(b, k, network.rank)
    found = tuple(path_of(network, flow, route.edges, lags=False) for route in routes)
    on_the_way = {network.snapshot.index(e.id) for p in found for e in p.entities}
    used = {h.name for p in found for h in p.hops}
    return Connection(
        network.entity(a),
        network.entity(b),
        network.snapshot.version,
        found,
        complete,
        assumed_inputs(network, np.array(sorted(on_the_way), dtype=np.int32), used),
    )
