"""The paths of an answer as one graph: nodes and edges, or as Mermaid and Graphviz text."""

from __future__ import annotations

from collections.abc import Sequence

from reasoning.types import EntityRef, Hop, Path


def nodes_and_edges(paths: Sequence[Path]) -> tuple[tuple[EntityRef, ...], tuple[Hop, ...]]:
    """What the paths meet, each thing and each relation once, in order of first sight."""
    nodes: dict[str, EntityRef] = {}
    edges: dict[tuple[str, str, str], Hop] = {}
    for path in paths:
        for hop in path.hops:
            nodes.setdefault(hop.source.id, hop.source)
            nodes.setdefault(hop.target.id, hop.target)
            edges.setdefault((hop.relation, hop.source.id, hop.target.id), hop)
    return tuple(nodes.values()), tuple(edges.values())


def graph_json(paths: Sequence[Path]) -> dict[str, object]:
    """The graph for programs that draw."""
    nodes, edges = nodes_and_edges(paths)
    return {
        "nodes": [n.to_json() for n in nodes],
        "edges": [
            {"source": e.source.id, "target": e.target.id, "label": e.label, "relation": e.relation} for e in edges
        ],
    }  # fmt: skip


def mermaid(paths: Sequence[Path]) -> str:
    """The graph as Mermaid's ``flowchart``."""
    nodes, edges = nodes_and_edges(paths)
    number = {n.id: i for i, n in enumerate(nodes)}
    lines = [f'  n{i}["{_plain(n.title)}<br/>{_plain(n.kind or n.class_name)}"]' for i, n in enumerate(nodes)]
    lines += [f'  n{number[e.source.id]} -- "{_plain(e.label)}" --> n{number[e.target.id]}' for e in edges]
    return "\n".join(["flowchart LR", *lines])


def dot(paths: Sequence[Path]) -> str:
    """The graph for Graphviz."""
    nodes, edges = nodes_and_edges(paths)
    number = {n.id: i for i, n in enumerate(nodes)}
    lines = [f'  n{i} [label="{_quoted(n.title)}\\n{_quoted(n.kind or n.class_name)}"];' for i, n in enumerate(nodes)]
    lines += [f'  n{number[e.source.id]} -> n{number[e.target.id]} [label="{_quoted(e.label)}"];' for e in edges]
    return "\n".join(["digraph answer {", "  rankdir=LR;", *lines, "}"])


def _plain(text: str) -> str:
    """Text that cannot end a label or carry markup."""
    for sign, written in (("&", "&amp;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;"), ("#", "&num;")):
        text = text.replace(sign, written)
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
