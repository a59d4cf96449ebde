"""Measures: formulas declared for classes, evaluated column-wise on a snapshot (``docs/measures.md``).

- :func:`~reasoning.measures.load.load_measures` reads and checks the shipped and the user's YAML files.
- :func:`~reasoning.measures.evaluate.evaluate` computes all cells of a snapshot, ``update`` those that an edited
  snapshot changes; both give the same bits. ``changed`` lists the cells that differ between two results.
- :func:`~reasoning.measures.trace.trace` says why a cell has its value: formula, operands, records.
- :class:`~reasoning.measures.cell.CellReader` computes one cell from any source of operands (attribution, verifying).
- :func:`~reasoning.measures.draws.evaluate_draws` gives a cell's value for each draw of uncertain inputs.
"""
