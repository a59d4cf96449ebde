"""What-ifs as data, for `--json` and over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reasoning.measures.types import CellChange
from reasoning.results import Affected
from reasoning.scenarios.answer import cell_json, exact, explanation_json, value_json
from reasoning.scenarios.attribution import difference
from reasoning.scenarios.draws import LEVELS, Outlook
from reasoning.scenarios.explain import Explanation
from reasoning.scenarios.rebase import Conflict, Rebase
from reasoning.scenarios.run import ImpactDelta, Run, values_edited
from reasoning.scenarios.seek import Driver, Sought
from reasoning.scenarios.types import Scenario
from reasoning.scenarios.verify import Verdict
from reasoning.scenarios.wire import scenario_json

if TYPE_CHECKING:
    from api.scenarios import SideBySide
    from graph_engine.store.scenarios import KeptScenario

Json = dict[str, object]
_SHOWN = 12


def scenario_answer(scenario: Scenario) -> Json:
    """A scenario with its id."""
    return {"id": scenario.id, **scenario_json(scenario)}


def kept_answer(kept: KeptScenario) -> Json:
    """A line of the list."""
    return {
        "id": kept.id, "name": kept.name, "author": kept.author, "because": kept.because, "base": kept.base,
        "parent": kept.parent, "interventions": kept.interventions, "created": kept.created,
    }  # fmt: skip


def run_answer(run: Run, limit: int) -> Json:
    """A run as JSON."""
    return {
        "scenario": scenario_answer(run.scenario),
        "version": run.version,
        "edits": {
            "values": run.edits.count, "redirected": run.edits.redirected, "cut": run.edits.cut,
            "linked": run.edits.linked, "added": [n.id for n in run.edits.added],
            "removed": [run.plan.base.entity_id(int(e)) for e in run.edits.removed],
            "listed": [
                {
                    "entity": v.owner.to_json(), "name": v.name, "relation": v.relation or None, "before": v.before,
                    "after": v.after,
                }
                for v in values_edited(run, limit)
            ],
        },
        "cells": run.cells,
        "measures": [
            {
                "measure": d.name, "count": d.count, "higher": d.risen, "lower": d.fallen, "lost": d.lost,
                "found": d.found,
                "largest": [change_answer(run, c) for c in d.largest[:limit]],
            }
            for d in run.measures
        ],
        "impact": None if run.impact is None else _impact_answer(run.impact, limit),
        "findings": None if run.findings is None else [
            {
                "entity": f.entity.to_json() if f.entity else None, "message": f.message, "severity": f.severity,
                "path": f.path,
            }
            for f in run.findings
        ],
        "notes": list(run.notes),
    }  # fmt: skip


def change_answer(run: Run, change: CellChange) -> Json:
    """A cell before and after, exact."""
    delta = difference(change.before, change.after)
    return {
        **cell_json(change.cell), "title": name_of(run, change), "before": value_json(change.before),
        "after": value_json(change.after), "delta": None if delta is None else exact(delta),
    }  # fmt: skip


def _impact_answer(found: ImpactDelta, limit: int) -> Json:
    def side(impact: object) -> Json:
        from reasoning.results import Impact

        assert isinstance(impact, Impact)
        body = impact.to_json()
        listed = body["affected"]
        assert isinstance(listed, list)
        return {**body, "affected": listed[:limit], "listed": min(limit, len(listed))}

    def brief(group: Sequence[Affected]) -> list[Json]:
        return [a.entity.to_json() for a in group]

    return {
        "scenario": side(found.scenario), "base": None if found.base is found.scenario else side(found.base),
        "spared": brief(found.spared), "struck": brief(found.struck), "later": found.later, "earlier": found.earlier,
        "nothing_fails": found.nothing_fails,
    }  # fmt: skip


def explanation_answer(found: Explanation) -> Json:
    """An explanation that can be replayed."""
    return explanation_json(found)


def sought_answer(found: Sought) -> Json:
    """From which amount on."""
    return {
        "intervention": found.number, "amount": None if found.amount is None else f"{found.amount:f}",
        "value": value_json(found.value), "start": value_json(found.start), "already": found.already,
        "steady": found.steady, "tried": found.tried,
    }  # fmt: skip


def drivers_answer(found: Sequence[Driver]) -> list[Json]:
    """What a figure rests on."""
    return [
        {
            "entity": d.entity.to_json(), "name": d.name, "label": d.label, "value": d.value,
            "elasticity": d.elasticity, "slope": d.slope,
        }
        for d in found
    ]  # fmt: skip


def outlook_answer(found: Outlook) -> Json:
    """Figures under uncertainty."""
    return {
        "draws": found.draws, "seed": found.seed, "levels": list(LEVELS),
        "figures": [
            {
                **cell_json(s.cell), "scenario": s.scenario or None, "mean": s.mean, "quantiles": list(s.quantiles),
                "missing": s.missing,
            }
            for s in found.spreads
        ],
        "better": [
            {
                **cell_json(d.cell), "first": d.first or None, "second": d.second or None, "better": d.better,
                "equal": d.equal, "margin": d.margin,
            }
            for d in found.duels
        ],
    }  # fmt: skip


def comparison_answer(runs: Sequence[Run], table: SideBySide, seen: Outlook | None) -> Json:
    """Scenarios side by side."""
    return {
        "version": runs[0].version,
        "scenarios": [scenario_answer(r.scenario) for r in runs],
        "found": table.found,
        "figures": [
            {
                **cell_json(r.cell), "title": r.title, "base": value_json(r.base),
                "values": [value_json(v) for v in r.values],
            }
            for r in table.rows
        ],
        "chances": None if seen is None else outlook_answer(seen),
    }  # fmt: skip


def rebase_answer(found: Rebase) -> Json:
    """What moving a scenario met."""

    def lines(group: Sequence[Conflict]) -> list[Json]:
        return [
            {
                "intervention": c.number, "entity": c.entity.to_json() if c.entity else None, "field": c.field or None,
                "was": c.was, "now": c.now, "wanted": c.wanted, "resolved": c.resolved,
            }
            for c in group
        ]  # fmt: skip

    return {
        "scenario": scenario_answer(found.scenario), "parent": found.scenario.parent,
        "conflicts": lines(found.conflicts), "moved": lines(found.moved), "dropped": list(found.dropped),
    }  # fmt: skip


def verdict_answer(found: Verdict) -> Json:
    """What replaying came to."""
    return {
        "holds": found.holds, "figures": found.figures, "values": found.values, "records": found.records,
        "sums": found.sums, "rows_read_again": found.reread, "values_in_rows": found.raw, "failures": found.failures,
    }  # fmt: skip


def name_of(run: Run, change: CellChange) -> str:
    """What the thing of a cell is called, with its period."""
    snapshot = run.network.snapshot
    at = snapshot.find(change.cell.entity)
    if at is not None:
        name = snapshot.title(at)
    else:
        name = run.plan.base.title(run.plan.base.index(change.cell.entity))
    if change.cell.period is None or run.before is None:
        return name
    axis = run.before.measures.get(change.cell.measure).axis
    return f"{name}, {run.before.periods(axis).label(change.cell.period)}" if axis else name
