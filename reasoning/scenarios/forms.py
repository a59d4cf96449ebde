"""How questions about what would happen are put, in English and German: patterns, and what each of them means."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum, auto

from reasoning.scenarios.document import days_in

FORMS = (
    "what if X is down for 3 weeks?",
    "what if X delivers 10 days late?",
    "what if X's lead time doubles?",
    "what if the list price of X rises by 5 %?",
    "what if X's lead time is 63?",
    "all parts of X +8 %",
    "what if we buy from Y instead of X?",
    "what if we lose X?",
    "Was ist, wenn X 3 Wochen ausfällt?",
    "Was ist, wenn der Listenpreis von X um 5 % steigt?",
)
"""What is understood, for messages and the manual."""


class Form(Enum):
    """What a pattern means."""

    REPLACE = auto()
    FAIL = auto()
    LATE = auto()
    LOSE = auto()
    ALL = auto()
    TIMES = auto()
    MOVES = auto()
    IS = auto()


OPENING = re.compile(
    r"^\s*(?:and\s+|und\s+)?(?:what\s+(?:happens\s+)?if|suppose(?:\s+that)?|if|assume(?:\s+that)?|"
    r"was\s+(?:ist|wäre|passiert|geschieht)\s*,?\s*(?:wenn|falls)|was,?\s+(?:wenn|falls)|angenommen,?|wenn|falls)\s+",
    re.IGNORECASE,
)
_NUMBER = (
    r"(?:\d+(?:[.,]\d+)?|an?|one|two|three|four|five|six|"
    r"eine[nmr]?|ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)"
)
_SPAN = rf"(?P<span>{_NUMBER}\s*(?:days?|weeks?|months?|tage?n?|wochen?|monate?n?))"
_BY_SPAN = _SPAN.replace("span", "span2")
_AMOUNT = r"(?P<amount>\d+(?:[.,]\d+)?)\s*(?P<percent>%|percent|per\s+cent|prozent)?"
_AGAIN = _AMOUNT.replace("<amount>", "<amount2>").replace("<percent>", "<percent2>")
_UP = r"(?:rises?|rose|increases?|increased|goes?\s+up|go\s+up|grows?|grew|climbs?|(?:is|are|was|were)\s+(?:raised|up))"
_DOWN = (
    r"(?:falls?|fell|drops?|dropped|decreases?|decreased|goes?\s+down|go\s+down|shrinks?|"
    r"(?:is|are)\s+(?:cut|lowered|down))"
)
TIMES = {
    "doubles": Decimal(2), "double": Decimal(2), "doubled": Decimal(2), "triples": Decimal(3), "triple": Decimal(3),
    "halves": Decimal("0.5"), "halved": Decimal("0.5"), "verdoppelt": Decimal(2), "verdreifacht": Decimal(3),
    "halbiert": Decimal("0.5"),
}  # fmt: skip
"""By how much a figure is multiplied, by the word that says so."""
_UNITS = {"tag": "days", "woche": "weeks", "monat": "months"}
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ein": 1, "eine": 1, "einen": 1,
    "einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
    "zehn": 10,
}  # fmt: skip


def days_said(span: str) -> Decimal:
    """Days in ``21``, ``3 weeks``, ``a month``, ``drei Wochen``.

    Raises:
        ValueError: it says no length of time.
    """
    number, _, unit = span.strip().casefold().partition(" ")
    for german, english in _UNITS.items():
        if unit.startswith(german):
            unit = english
    return days_in(f"{_NUMBERS.get(number, number)} {unit}".strip())


_THING = r"(?:the\s+)?(?P<thing>.+?)"
_OWNED = (
    r"(?:(?P<thing>.+?)(?:'s|’s|s'|s’)\s+(?P<name>[\w\s-]+?)|(?:the\s+)?(?P<name2>[\w\s-]+?)\s+(?:of|from|at)\s+"
    r"(?P<thing2>.+?))"
)
_DING = r"(?:(?:der|die|das|den|dem)\s+)?(?P<thing>.+?)"
_VON = (
    r"(?:sich\s+)?(?:(?:der|die|das|den)\s+)?(?P<name>[\w\s-]+?)\s+(?:von|bei|der|des|vom)\s+(?:(?:der|dem)\s+)?"
    r"(?P<thing>.+?)"
)
_HOCH = r"(?P<rise>steigt|steigen|zunimmt|zunehmen|wächst|teurer\s+wird|teurer\s+werden|erhöht\s+wird)"
_RUNTER = r"(?P<fall>sinkt|sinken|fällt|fallen|abnimmt|billiger\s+wird|billiger\s+werden|gesenkt\s+wird)"

_ENGLISH: tuple[tuple[str, Form], ...] = (
    (rf"we\s+(?:buy|order|source|purchase)\s+(?:it\s+|everything\s+)?from\s+(?P<new>.+?)\s+"
     rf"(?:instead\s+of|rather\s+than|in\s+place\s+of)\s+{_THING}", Form.REPLACE),
    (rf"(?:we\s+)?(?:replace|swap|substitute)\s+{_THING}\s+(?:by|with|for)\s+(?P<new>.+)", Form.REPLACE),
    (rf"(?P<new>.+?)\s+(?:replaces|takes\s+the\s+place\s+of)\s+{_THING}", Form.REPLACE),
    (rf"{_THING}\s+(?:is|are|goes?|were|was)\s+"
     rf"(?:down|out|offline|unavailable|broken|closed|on\s+strike)(?:\s+for\s+{_SPAN})?", Form.FAIL),
    (rf"{_THING}\s+(?:fails?|breaks\s+down|stops?(?:\s+delivering)?|cannot\s+deliver|can't\s+deliver|"
     rf"shuts?\s+down)(?:\s+for\s+{_SPAN})?", Form.FAIL),
    (rf"{_THING}\s+(?:delivers?|is|are|arrives?|comes?)\s+(?:late\s+by\s+{_BY_SPAN}|{_SPAN}\s+(?:late|later))",
     Form.LATE),
    (rf"{_THING}\s+(?:is|are|gets?)\s+delayed\s+by\s+{_SPAN}", Form.LATE),
    (rf"we\s+(?:lose|drop|remove|delist|give\s+up|stop\s+(?:working\s+with|selling|making))\s+{_THING}", Form.LOSE),
    (rf"{_THING}\s+(?:disappears|goes\s+bankrupt|goes\s+out\s+of\s+business|is\s+gone|leaves)", Form.LOSE),
    (rf"all\s+(?P<many>[\w\s-]+?)\s+(?:of|from|by)\s+{_THING}\s*(?:(?P<sign>[+-])|(?:{_UP}|cost)\s*(?:by\s+)?|"
     rf"(?P<fall>{_DOWN})\s*(?:by\s+)?)\s*{_AMOUNT}(?:\s+more)?", Form.ALL),
    (rf"{_OWNED}\s+(?P<times>{'|'.join(TIMES)})", Form.TIMES),
    (rf"{_OWNED}\s+(?:(?P<rise>{_UP})|(?P<fall>{_DOWN}))\s+by\s+{_AMOUNT}\s*(?:[a-z]+)?", Form.MOVES),
    (rf"{_OWNED}\s*(?P<sign>[+-])\s*{_AMOUNT}", Form.MOVES),
    (rf"{_OWNED}\s+(?:is|were|was|becomes?|changes?\s+to|goes?\s+to|{_UP}\s+to|{_DOWN}\s+to)\s+(?P<value>.+)", Form.IS),
)  # fmt: skip
_GERMAN: tuple[tuple[str, Form], ...] = (
    (rf"wir\s+(?:alles\s+)?(?:bei|von)\s+(?P<new>.+?)\s+(?:statt|anstatt|anstelle)\s+(?:bei\s+|von\s+)?{_DING}"
     rf"\s+(?:kaufen|bestellen|beziehen|einkaufen)", Form.REPLACE),
    (rf"wir\s+{_DING}\s+durch\s+(?P<new>.+?)\s+ersetzen", Form.REPLACE),
    (rf"{_DING}\s+(?:für\s+)?{_SPAN}\s+(?:lang\s+)?(?:ausfällt|ausfallen|stillsteht|streikt|nicht\s+liefert|nicht\s+liefern\s+kann)",
     Form.FAIL),
    (rf"{_DING}\s+fällt\s+(?:für\s+)?{_SPAN}\s+aus", Form.FAIL),
    (rf"{_DING}\s+(?:ausfällt|ausfallen|stillsteht|streikt|nicht\s+liefert|nicht\s+liefern\s+kann)", Form.FAIL),
    (rf"{_DING}\s+(?:(?:um\s+)?{_SPAN}\s+(?:später|verspätet|zu\s+spät)\s+(?:liefert|liefern|kommt|kommen)|"
     rf"liefert\s+(?:um\s+)?{_BY_SPAN}\s+(?:später|verspätet|zu\s+spät))", Form.LATE),
    (rf"wir\s+{_DING}\s+(?:verlieren|auslisten|aufgeben)", Form.LOSE),
    (rf"{_DING}\s+(?:wegfällt|insolvent\s+(?:ist|wird)|pleite\s*geht|aufhört)", Form.LOSE),
    (rf"alle\s+(?P<many>[\w\s-]+?)\s+(?:von|bei)\s+{_DING}\s*(?:(?P<sign>[+-])\s*{_AMOUNT}|"
     rf"um\s+{_AGAIN}\s+(?:{_HOCH}|{_RUNTER}))", Form.ALL),
    (rf"(?:sich\s+)?{_VON}\s+(?:sich\s+)?(?P<times>{'|'.join(TIMES)})", Form.TIMES),
    (rf"{_VON}\s+um\s+{_AMOUNT}\s*(?:tage?n?\s+|euro\s+)?(?:{_HOCH}|{_RUNTER})", Form.MOVES),
    (rf"{_VON}\s+(?:auf\s+)?(?P<value>[\d.,]+\s*\w*)\s+(?:steigt|sinkt|fällt|beträgt|ist|wäre)", Form.IS),
)  # fmt: skip
PATTERNS: tuple[tuple[re.Pattern[str], Form], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), form) for pattern, form in (*_ENGLISH, *_GERMAN)
)
"""The forms that are understood, most specific first."""
