"""Scenarios: what-if as edits held in memory over a base that is never written (``docs/scenarios.md``).

- :func:`~reasoning.scenarios.document.read_scenario` reads a file, :func:`~reasoning.scenarios.words.scenario_in_words`
  a question; both give the same :class:`~reasoning.scenarios.types.Scenario`.
- :func:`~reasoning.scenarios.resolve.resolve` says what its names mean in a graph, and what each intervention edits.
- :func:`~reasoning.scenarios.edit.edited` is the snapshot with these edits.
- :func:`~reasoning.scenarios.run.run` compares measures and impact on both.
- ``attribution``, ``flows``, ``explain`` and ``verify`` say why; ``draws`` how sure; ``seek`` from which value on.
"""
