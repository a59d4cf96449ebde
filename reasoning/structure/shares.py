"""What a share is a share of: *what share of the revenue of 2025 comes from wholesale customers*."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from reasoning.structure.plan import Comparison, Condition, Measure, Part, Plan, Tie

SAYS_SHARE = (
    r"(?:what |which |the )?(?:share|percentage|percent|per cent|proportion|fraction)(?: of)?|"
    r"how many percent(?: of)?|wie ?viel prozent(?: der| des| vom| unseres)?|"
    r"wie hoch ist der (?:anteil|umsatzanteil)(?: der| des| von| vom)?|"
    r"(?:umsatz)?anteil(?: der| des| von| vom| am)?"
)
SHARE = re.compile(rf"(?<!\w)(?:{SAYS_SHARE})(?!\w)", re.IGNORECASE)
"""What asks for a share."""
VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|comes?|came|coming|goes|went|falls?|fell|belongs?|brings?|brought|"
    r"ist|sind|war|waren|wurden?|hat|haben|hatten?|kommt|kommen|kam|kamen|stammt|stammen|stammte|entf[aä]llt|"
    r"entfallen|entfiel|geht|gehen|ging|macht|machen|geh[oö]rt|geh[oö]ren)\b",
    re.IGNORECASE,
)
_THAT = re.compile(r"\b(?:that|which|who|with|mit)\b", re.IGNORECASE)
Placed = tuple[Part, int, int]


def base_of(made: Plan, text: str, behind: int, placed: Sequence[Placed]) -> Plan | None:
    """What a plan is a share of: what stands before the verb; None where that is everything that the plan says.

    Args:
        behind: character from which the verb is looked for: the end of what is counted.
        placed: the parts of the plan with the characters that say them.
    """
    verb = next((m for p in (VERB, _THAT) for m in [p.search(text, behind)] if m is not None), None)
    later = _behind(placed, verb.start()) if verb is not None else []
    apart = made.lacking or made.having or made.many or made.levels
    later = later if later or apart else _telling(placed)
    if not later and not apart:
        return None
    return _without(made, later)


def _without(made: Plan, later: Sequence[Part]) -> Plan:
    return replace(
        made,
        measure=Measure.LIST,
        keys=(),
        shares=False,
        ties=tuple(t for t in made.ties if t not in later),
        conditions=tuple(c for c in made.conditions if c not in later),
        either=tuple(g for g in made.either if not any(p in later for p in g)),
        each=tuple(g for g in made.each if not any(t in later for t in g)),
        lacking=(),
        having=(),
        many=(),
        levels=(),
    )


def in_each(made: Plan, placed: Sequence[Placed]) -> Plan | None:
    """For shares in groups (*share of late orders by month*): all of each group; None where all are told.

    Then each group is told as a share of all groups: *share of revenue by country*.
    """
    own = [part for part, _, _ in placed if not _is_time(part)]
    if not own and not made.lacking and not made.having and not made.many and not made.levels:
        return None
    return _without(made, own)


def _behind(placed: Sequence[Placed], verb: int) -> list[Part]:
    """What stands behind the verb; days there bound the whole, where anything else does too."""
    later = [part for part, start, _ in placed if start >= verb]
    lasting = [part for part in later if not _is_time(part)]
    return lasting or later


def _telling(placed: Sequence[Placed]) -> list[Part]:
    """Without a verb: what must hold; else the things named (``share of revenue from Acme``); else the days."""
    parts = [part for part, _, _ in placed]
    held: list[Part] = [p for p in parts if isinstance(p, Condition) and not _is_time(p)]
    things: list[Part] = [p for p in parts if isinstance(p, Tie)]
    return held or things or parts


def _is_time(part: Part) -> bool:
    return isinstance(part, Condition) and part.comparison is Comparison.WITHIN
