"""Single cells: the reader, and what it reads from."""

from reasoning.measures.origin import Source, Term
from reasoning.measures.reading import CellReader, Reading
from reasoning.measures.sources import Mixed, SnapshotSource

__all__ = ["CellReader", "Mixed", "Reading", "SnapshotSource", "Source", "Term"]
