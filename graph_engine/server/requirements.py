"""What knockon needs of a Neo4j server beyond a connection."""

from __future__ import annotations

from graph_engine.graph import Graph
from ontology.errors import DatabaseError


def gds_version(graph: Graph) -> str | None:
    """The version of Graph Data Science on the server, or nothing where it isn't installed."""
    if not graph.read("read/gds_present")[0]["present"]:
        return None
    return str(graph.read("read/gds_version")[0]["version"])


def require_gds(graph: Graph, for_what: str) -> str:
    """The version of Graph Data Science on the server; ``for_what`` completes "… is needed for".

    Raises:
        DatabaseError: it isn't installed.
    """
    version = gds_version(graph)
    if version is None:
        raise DatabaseError(
            f"The Neo4j at {graph.credentials.uri} has no Graph Data Science plugin, which is needed for {for_what}.",
            do="Install that plugin there, or unset NEO4J_URI to use the server that knockon manages, which has it.",
        )
    return version
