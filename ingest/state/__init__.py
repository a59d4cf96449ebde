"""The desired state of the graph, computed as a whole: State = F(live runs in order, …) (``docs/semantics.md``).

Everything here is set-based DuckDB over the immutable archive. Ingest, replay, correction, undo and crash repair are
the same computation with another list of live runs; what is written is the difference with what the graph holds.
"""
