"""The worth of a comparison as SQL: Splink's levels (log2(m/u), term frequencies), spelling distances counted once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log2
from typing import Any


def bits_of(comparison: dict[str, Any], absent: str = "0.0") -> str:
    """One comparison's part of the weight, as SQL over ``…_l`` and ``…_r``.

    Args:
        absent: what stands where a value is missing.
    """
    levels = comparison["comparison_levels"]
    exact = next((lv for lv in levels if lv.get("tf_adjustment_column")), None)
    cases, last = [], "0.0"
    edits: dict[
        str, list[tuple[int, str]]
    ] = {}  # per pair of columns: (edits at most, worth), while nothing else comes
    for lv in levels:
        if lv.get("is_null_level"):
            cases.append(f"WHEN {lv['sql_condition']} THEN {absent}")
            continue
        m, u = float(lv.get("m_probability") or 1e-9), float(lv.get("u_probability") or 1e-9)
        worth = repr(log2(m / u))
        if exact is not None and exact is lv:
            role = exact["tf_adjustment_column"]
            share = float(exact.get("tf_adjustment_weight") or 1.0)
            worth += f" + {share!r} * (log2({u!r}) - log2(greatest(tf_{role}_l, tf_{role}_r)))"
        counted = _EDITS.fullmatch(str(lv["sql_condition"]))
        if str(lv["sql_condition"]).strip().upper() == "ELSE":
            last = worth
        elif counted is not None and set(edits) <= {counted[1]}:
            edits.setdefault(counted[1], []).append((int(counted[2]), worth))
        else:
            cases += [f"WHEN {_spelt(role, most)} THEN {w}" for role, slips in edits.items() for most, w in slips]
            edits.clear()
            cases.append(f"WHEN {lv['sql_condition']} THEN {worth}")
    for role, slips in edits.items():
        last = by_edits(role, slips, last)
    return f"(CASE {' '.join(cases)} ELSE {last} END)::DOUBLE"  # as decimals they would reach Python one by one


_EDITS = re.compile(r'damerau_levenshtein\("([a-z]+)_l", "\1_r"\) <= (\d+)')


def _spelt(role: str, most: int) -> str:
    return f"damerau_levenshtein({role}_l, {role}_r) <= {most}"


def by_edits(role: str, slips: Sequence[tuple[int, str]], last: str) -> str:
    """What a number of edits is worth, the distance computed once, and only where it can be small enough.

    Nine tenths of the time went into distances of long texts that have nothing in common. An edit touches at most two
    neighbouring letters, so of 2·most + 1 pieces of a text one is untouched, and stands in the other text moved by at
    most as many places as there are edits. Looking at the first half alone passes over shared endings
    (the domain of an e-mail address).
    """
    most = max(n for n, _ in slips)
    a, b, pieces = f"{role}_l", f"{role}_r", 2 * most + 1
    half = f"(length({a}) // 2)"
    start = f"left({b}, {half} + {most})"
    near = " OR ".join(
        f"contains({start}, substr({a}, {at} * {half} // {pieces} + 1, "
        f"{at + 1} * {half} // {pieces} - {at} * {half} // {pieces}))"
        for at in range(pieces)
    )
    worths = ", ".join(
        next((worth for limit, worth in slips if n <= limit), last) for n in range(most + 1)
    )  # the levels are tried in their order
    return (
        f"CASE WHEN {a} IS NULL OR {b} IS NULL THEN {last} "
        f"WHEN abs(length({a}) - length({b})) > {most} THEN {last} WHEN NOT ({near}) THEN {last} "
        f"ELSE [{worths}, {last}][least(damerau_levenshtein({a}, {b}), {most + 1}) + 1] END"
    )
