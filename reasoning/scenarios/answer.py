"""An explanation as JSON that can be replayed (:mod:`reasoning.scenarios.verify`), as text, and as a diagram."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from reasoning.measures.types import Cell, CellValue, Measure, Operand, OperandKind
from reasoning.measures.wording import decimal, text
from reasoning.scenarios.explain import Argument, Explanation, Step
from reasoning.scenarios.flows import Route
from reasoning.scenarios.wire import Json, scenario_json

KIND = "knockon explanation"
FORMAT = 1
_WAYS = 3
"""Ways that a text follows step by step."""


def explanation_json(found: Explanation) -> Json:
    """Everything that an explanation says, exact: numbers are decimal texts, or fractions where they have no end."""
    run = found.run
    assert run.before is not None
    return {
        "kind": KIND,
        "format": FORMAT,
        "version": run.version,
        "measures": run.before.measures.digest,
        "scenario_id": run.scenario.id,
        "scenario": scenario_json(run.scenario),
        "as_of": run.before.options.as_of.isoformat(),
        "zone": run.before.options.zone,
        "target": cell_json(found.target.cell),
        "title": title(found.target),
        "before": value_json(found.target.before),
        "after": value_json(found.target.after),
        "delta": None if found.delta is None else exact(found.delta),
        "complete": found.flows.complete,
        "steps": [_step_json(s) for s in found.steps],
        "inputs": [{**operand_json(o), "flow": exact(f)} for o, f in found.flows.inputs.items()],
        "routes": [{"flow": exact(r.flow), "way": [operand_json(o) for o in r.operands]} for r in found.flows.routes],
        "rest": exact(found.flows.rest),
        "interventions": [{"numbers": list(p.numbers), "text": p.text, "share": exact(p.share)} for p in found.parts],
        "interventions_method": found.parts_method,
        "interventions_error": found.parts_error,
        "notes": list(found.notes),
    }


def explanation_text(found: Explanation, *, routes: int = 8) -> str:
    """An explanation for a person."""
    target, measure = found.target, found.measure
    lines = [f"{title(target)}: {text(target.before, measure)} → {text(target.after, measure)}"]
    if found.delta is not None:
        lines[0] += f" ({signed(found.delta, target.after, measure)})"
    lines.append(f"  = {target.formula}")
    if found.parts:
        lines += ["", "By intervention (which edit):"]
        for part in found.parts:
            numbers = ", ".join(str(n) for n in part.numbers[:5]) + (" …" if len(part.numbers) > 5 else "")
            lines.append(f"  {_share(found, part.share):>16}  {numbers}. {part.text}")
        if found.parts_method == "sampled":
            lines.append(f"  Sampled, not exact: give or take {found.parts_error:.2g}.")
    elif found.parts_method == "none" and found.delta is not None:
        lines += ["", "With only some of the interventions there is no figure, so it cannot be divided among them."]
    if found.flows.inputs:
        lines += ["", "By input (what it starts from):"]
        inputs = sorted(found.flows.inputs.items(), key=lambda item: (-abs(item[1]), item[0]))
        lines += [_input_text(found, o, f) for o, f in inputs[:routes] if f]
        rest = sum((f for _, f in inputs[routes:]), Fraction(0))
        if rest:
            lines.append(f"  {_share(found, rest):>16}  {len(inputs) - routes:,} other inputs together")
    if found.flows.routes:
        lines += ["", "Along paths (through what):"]
        told: set[Operand] = set(found.flows.inputs)
        for route in found.flows.routes[:_WAYS]:
            lines += _route_text(found, route, told)
        rest = found.flows.rest + sum((r.flow for r in found.flows.routes[_WAYS:]), Fraction(0))
        if rest:
            lines.append(f"  {_share(found, rest):>16}  over all other ways together")
    for step in found.steps:
        if step.cancels:
            lines.append(f"  {title(step)} stays as it is: what changes below it cancels out.")
    lines += [f"  {note}" for note in found.notes]
    return "\n".join(lines)


def mermaid(found: Explanation, *, most: int = 60) -> str:
    """An explanation as a Mermaid flow chart: inputs on the left, the figure on the right."""
    lines = ["flowchart LR"]
    names: dict[str, str] = {}
    for key, label, shape in _nodes(found, most):
        names[key] = f"n{len(names)}"
        left, right = ("[", "]") if shape == "figure" else ("([", "])")
        lines.append(f'  {names[key]}{left}"{_quoted(label)}"{right}')
    for tail, head, label in _arrows(found):
        if tail in names and head in names:
            lines.append(f'  {names[tail]} -->|"{_quoted(label)}"| {names[head]}')
    return "\n".join(lines) + "\n"


def dot(found: Explanation, *, most: int = 60) -> str:
    """An explanation in Graphviz's language."""
    lines = ["digraph explanation {", "  rankdir=LR;", "  node [shape=box];"]
    names: dict[str, str] = {}
    for key, label, shape in _nodes(found, most):
        names[key] = f"n{len(names)}"
        round_ = "" if shape == "figure" else ", shape=ellipse"
        lines.append(f'  {names[key]} [label="{_escaped(label)}"{round_}];')
    for tail, head, label in _arrows(found):
        if tail in names and head in names:
            lines.append(f'  {names[tail]} -> {names[head]} [label="{_escaped(label)}"];')
    return "\n".join([*lines, "}"]) + "\n"


# Values


def exact(number: Fraction) -> str:
    """A number without loss: a decimal where it has an end, otherwise a fraction."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return str(number)
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    whole = abs(number * 10**digits).numerator
    sign = "-" if number < 0 else ""
    plain = f"{whole:0{digits + 1}d}"
    return f"{sign}{plain[:-digits]}.{plain[-digits:]}" if digits else f"{sign}{plain}"


def value_json(value: CellValue | None) -> Json | None:
    """A value without loss; None where there is no such cell."""
    if value is None:
        return None
    if value.fault is not None:
        return {"error": value.fault.text, "kind": value.fault.kind.value}
    match value.value:
        case None:
            return {"unknown": True}
        case bool() as flag:
            return {"flag": flag}
        case Fraction() as found:
            return {"number": exact(found), **({"currency": value.currency} if value.currency else {})}
        case float() as found:
            return {"float": found.hex(), "about": found, **({"currency": value.currency} if value.currency else {})}
        case datetime() as found:
            return {"instant": found.isoformat()}
        case date() as found:
            return {"date": found.isoformat()}
        case found:
            return {"text": str(found)}


def cell_json(cell: Cell) -> Json:
    """A cell."""
    return {"measure": cell.measure, "entity": cell.entity, "period": cell.period}


def operand_json(operand: Operand) -> Json:
    """What a formula reads."""
    return {"kind": operand.kind.value, "owner": operand.owner, "name": operand.name, "period": operand.period}


def signed(number: Fraction, like: CellValue, measure: Measure) -> str:
    """A difference with its sign, in the figure's own terms."""
    sign = "+" if number > 0 else "−" if number < 0 else ""
    if isinstance(like.value, date):
        return f"{sign}{abs(number)} days"
    size = abs(number) if not isinstance(like.value, float) else float(abs(number))
    rounded = Fraction(decimal(Fraction(size), max(measure.scale, 2))) if isinstance(size, Fraction) else size
    return sign + text(CellValue(rounded, like.currency), measure)


def title(step: Step) -> str:
    """What a cell is called."""
    period = "" if step.cell.period is None else f" [{step.cell.period}]"
    return f"{step.label} of {step.entity.title}{period}"


# Parts


def _step_json(step: Step) -> Json:
    return {
        **cell_json(step.cell), "title": title(step), "formula": step.formula, "unit": step.unit,
        "before": value_json(step.before), "after": value_json(step.after), "method": step.method, "error": step.error,
        "cancels": step.cancels,
        "arguments": [
            {
                **operand_json(a.operand), "label": a.label, "entity": a.entity.to_json() if a.entity else None,
                "before": value_json(a.before), "after": value_json(a.after),
                "share": None if a.share is None else exact(a.share), "flow": None if a.flow is None else exact(a.flow),
                "records": [r.to_json() for r in a.records], "assumed": a.assumed, "edited_by": list(a.edited_by),
            }
            for a in step.arguments
        ],
    }  # fmt: skip


def _share(found: Explanation, number: Fraction) -> str:
    """A part of the difference, with digits enough to see that the parts add up: half of 21 days is 10.5."""
    finer = replace(found.measure, scale=max(found.measure.scale, 2))
    return signed(number, found.target.after, finer)


def _input_text(found: Explanation, operand: Operand, flow: Fraction) -> str:
    argument = found.argument(operand)
    assert argument is not None
    edits = ", ".join(f"intervention {n}" for n in argument.edited_by)
    rows = ", ".join(str(r) for r in argument.records[:2])
    more = f" and {len(argument.records) - 2} more" if len(argument.records) > 2 else ""
    source = "; ".join(t for t in (edits, f"from {rows}{more}" if rows else "") if t)
    moved = f"{_value(found, argument, argument.before)} → {_value(found, argument, argument.after)}"
    assumed = " (an assumption)" if argument.assumed else ""
    tail = f"; {source}" if source else ""
    return f"  {_share(found, flow):>16}  {argument.label}: {moved}{tail}{assumed}"


def _route_text(found: Explanation, route: Route, told: set[Operand]) -> Iterator[str]:
    """One way, input first; each figure on it is told the first time that it is met."""
    arguments = [a for o in route.operands if (a := found.argument(o)) is not None]
    way = " → ".join([*(a.label for a in arguments), title(found.target)])
    yield f"  {_share(found, route.flow):>16}  {way}"
    for argument in arguments:
        step = found.step(argument.operand.cell) if argument.operand.cell is not None else None
        if argument.operand in told or step is None:
            continue
        told.add(argument.operand)
        moved = f"{_value(found, argument, argument.before)} → {_value(found, argument, argument.after)}"
        yield f"{'':18}  {argument.label}: {moved} = {' '.join(step.formula.split())}"


def _value(found: Explanation, argument: Argument, value: CellValue | None) -> str:
    if argument.operand.kind is OperandKind.TERM:
        return "there" if value is not None else "not there"
    if value is None:
        return "not there"
    cell = argument.operand.cell
    results = found.run.before
    assert results is not None
    return text(value, results.measures.get(cell.measure) if cell is not None else None)


def _key(operand: Operand) -> str:
    return f"{operand.kind.value}|{operand.owner}|{operand.name}|{operand.period}"


def _nodes(found: Explanation, most: int) -> Iterator[tuple[str, str, str]]:
    seen: set[str] = set()
    count = 0
    for step in found.steps:
        cell = step.cell
        key = _key(Operand(OperandKind.MEASURE, cell.entity, cell.measure, cell.period))
        if key not in seen and count < most:
            seen.add(key)
            count += 1
            measure = found.measure if step is found.target else None
            results = found.run.before
            assert results is not None
            measure = measure or results.measures.get(cell.measure)
            yield key, f"{title(step)}\n{text(step.before, measure)} → {text(step.after, measure)}", "figure"
    for operand in found.flows.inputs:
        argument, key = found.argument(operand), _key(operand)
        if argument is not None and key not in seen and count < most:
            seen.add(key)
            count += 1
            before, after = _value(found, argument, argument.before), _value(found, argument, argument.after)
            yield key, f"{argument.label}\n{before} → {after}", "input"


def _arrows(found: Explanation) -> Iterator[tuple[str, str, str]]:
    for (cell, operand), flow in found.flows.through.items():
        if flow:
            head = _key(Operand(OperandKind.MEASURE, cell.entity, cell.measure, cell.period))
            yield _key(operand), head, _share(found, flow)


def _quoted(label: str) -> str:
    return label.replace('"', "#quot;").replace("\n", "<br/>")


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
