"""The snapshot: a columnar, read-only copy of one version of the graph, for reasoning that Bolt is too slow for."""

from graph_engine.snapshot.assemble import assemble
from graph_engine.snapshot.columns import OPEN_FROM, OPEN_TO, Column, date_of, days_of
from graph_engine.snapshot.edges import Csr, Edges
from graph_engine.snapshot.folders import build, current, prune
from graph_engine.snapshot.model import COMPANY, COMPANY_ID, Block, Snapshot
from graph_engine.snapshot.names import fold
from graph_engine.snapshot.rows import AliasRow, EntityRow, FileRow, RecordRow, RelationRow

__all__ = [
    "COMPANY",
    "COMPANY_ID",
    "OPEN_FROM",
    "OPEN_TO",
    "AliasRow",
    "Block",
    "Column",
    "Csr",
    "Edges",
    "EntityRow",
    "FileRow",
    "RecordRow",
    "RelationRow",
    "Snapshot",
    "assemble",
    "build",
    "current",
    "date_of",
    "days_of",
    "fold",
    "prune",
]
