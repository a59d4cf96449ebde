"""Words, stems, sentences and name keys: what retrieval takes out of text, without a model."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_END = re.compile(r"[.!?]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^\W_a-zß-ÿ])|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)|\n(?=\s*\|)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:[^\W\d_]|[A-Z][a-z]?|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|No|vs|Inc|Ltd|Co|Corp|Gen|Col|Capt|Lt|Sgt|Rev|Hon|Mt|Ft|"
    r"approx|ca|cf|etc|e\.g|i\.e|U\.S|U\.K|Nr|bzw|z\.B|Abs|Art)\.$"
)
_PAREN = re.compile(r"\s*\([^()]*\)\s*$")

_EMPTY = """
a an the and or but if of at by for with about against between into through during before after above below to from up
down in out on off over under again further then once here there all any both each few more most other some such no nor
not only own same so than too very can will just should now i me my we our you your he him his she her it its they them
their what which who whom whose still already yet
please this that these those am is are was were be been being have has had having do does did
doing would could when where why how as until while also many much one ones
der die das und oder ein eine einer einem einen des dem den ist sind war im am zu von mit auf für wer wie wo wann was
"""
STOP = frozenset(_EMPTY.split())


def fold(text: str) -> str:
    """Casefold ``text`` and drop accents (NFKD), so that spellings of one name compare equal."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Cut common English endings from a folded word; numbers and short words stay whole."""
    if len(word) <= 3 or any(c.isdigit() for c in word):
        return word
    for end in ("'s", "’s"):
        word = word.removesuffix(end)
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for end, least in (("ing", 4), ("ed", 4), ("er", 5), ("or", 5), ("ion", 5), ("ment", 5), ("ly", 4), ("ship", 5)):
        if word.endswith(end) and len(word) - len(end) >= least - 1:
            word = word[: -len(end)]
            break
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeious":
        word = word[:-1]
    return word


def words(text: str) -> list[str]:
    """All words of ``text``, folded, in order."""
    return WORD.findall(fold(text))


def terms(text: str) -> list[str]:
    """Stems of the words of ``text`` that carry meaning, in order."""
    return [stem(w) for w in words(text) if w not in STOP]


def sentences(text: str) -> list[tuple[int, int]]:
    """Character ranges of the sentences of ``text``; blank ones are left out."""
    cuts = [0]
    for match in _END.finditer(text):
        head = text[max(0, match.start() - 12) : match.start() + 1]
        if text[match.start()] == "." and _ABBREVIATION.search(head):
            continue
        cuts.append(match.end())
    cuts.append(len(text))
    found: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            left = start + len(piece) - len(piece.lstrip())
            found.append((left, left + len(stripped)))
    return found


def name_key(name: str) -> str:
    """The form under which names are compared: folded words joined by one blank, a leading article dropped."""
    found = words(name)
    if len(found) > 1 and found[0] in ("the", "a", "an"):
        found = found[1:]
    return " ".join(w.removesuffix("'s").removesuffix("’s") for w in found)


def bare_name(name: str) -> str:
    """``name`` without a qualifier in brackets at its end: ``Madonna (book)`` → ``Madonna``."""
    return _PAREN.sub("", name) or name
