"""What kind of thing a question asks for, and whether a passage can carry it.

A quantity needs a figure, the most of all our records a sentence that compares and names one. However well its words
fit, a passage without it is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_QUANTITY = re.compile(
    r"^(?:how (?:many|much|long|often|old|far)|(?:what|which) (?:share|percentage|percent|proportion)|"
    r"wie ?viele?|wie (?:lange|oft|weit|alt))\b",
    re.IGNORECASE,
)
_NUMBERS = """
one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty hundred thousand million
half third quarter double twice once single both no none never nothing free unlimited immediately
zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig hundert tausend halb halbe doppelt einmal zweimal
kein keine keinen keiner nie nichts kostenlos unbegrenzt sofort
"""
_FIGURE = re.compile(
    rf"\d|\b(?:{'|'.join(_NUMBERS.split())}|(?:a|an|per|each|every|ein|eine|pro) \w+)\b", re.IGNORECASE
)
_SUPERLATIVES = """
most least best worst fewest largest biggest greatest highest lowest smallest cheapest dearest longest shortest oldest
newest latest earliest heaviest lightest fastest slowest strongest weakest
meisten meiste wenigsten größte größten größter höchste höchsten niedrigste niedrigsten kleinste kleinsten billigste
billigsten günstigste günstigsten teuerste teuersten älteste ältesten neueste neuesten längste längsten kürzeste
kürzesten beste besten bester schnellste schnellsten
"""
_ASKED = re.compile(rf"\b(?:{'|'.join(_SUPERLATIVES.split())})\b", re.IGNORECASE)
_NO_RANK = re.compile(r"\bat (?:the )?(?:most|least|best|worst|latest|earliest)\b|\bmost of\b", re.IGNORECASE)
_COMPARES = re.compile(
    rf"\b(?:{'|'.join(_SUPERLATIVES.split())}|only|more|less|fewer|than|first|last|top|main|maximum|minimum|"
    r"nur|mehr|weniger|als|erste\w*|letzte\w*)\b",
    re.IGNORECASE,
)


_OURS = re.compile(r"\b(?:us|we|our|ours|uns|wir|unse?re?[nrms]?)\b", re.IGNORECASE)


def lacking(question: str, of_records: bool, passages: Iterable[str], named: bool = True) -> str:
    """What a question asks for that none of the sentences (with the titles above them) carries; empty: nothing.

    Args:
        of_records: the question names a class of things that there are records of: which of them is the largest is
            said by none about one of them. Of anything else a sentence may answer without comparing.
        named: the passages name such a thing.
    """
    told = list(passages)
    if _QUANTITY.match(question) and not any(_FIGURE.search(text) for text in told):
        return "a figure"
    ranks = _ASKED.search(_NO_RANK.sub(" ", question)) and (of_records or _OURS.search(question))
    if ranks and not (named and any(_COMPARES.search(text) for text in told)):
        return "one of our records"
    return ""
