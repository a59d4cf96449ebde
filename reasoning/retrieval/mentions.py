"""Names in text without a model: known names (a gazetteer) and capitalised spans, with their places."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from reasoning.retrieval.text import STOP, WORD, bare_name, fold, name_key

_TOKEN = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*\.?")
_GAP = re.compile(r"\s+|\s*-\s*|\s*&\s*")
_INITIAL = re.compile(r"(?:[^\W\d_]|Jr|Sr|St|Dr|Mr|Mrs|Ms|[A-Z]\.[A-Z])\.")
_JOINING_WORDS = "of de la von van der den du da di del le al bin ibn the and for in on at to y e und für"
_JOINING = frozenset(_JOINING_WORDS.split())
_LONGEST = 14  # words of the longest name that is looked for


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at characters ``start:end``; ``known`` names come from the gazetteer, others only look like names.

    ``weight`` is 1 for a name written as one, less for a single word in lower case that happens to be a name.
    """

    key: str
    start: int
    end: int
    known: bool
    weight: float


def definition_keys(title: str, aliases: Iterable[str] = ()) -> dict[str, float]:
    """Name keys under which a passage of this title is found, with how sure each is (1 the name itself).

    ``McRae, Arkansas`` is also found as ``McRae`` (0.7), ``Madonna (book)`` as ``Madonna`` (1): a name may well have
    several definitions, which then share its weight.
    """
    keys: dict[str, float] = {}
    bare = bare_name(title)
    for name, weight in ((title, 1.0), (bare, 1.0), *((alias, 1.0) for alias in aliases), (bare.split(", ")[0], 0.7)):
        key = name_key(name)
        if key and key not in STOP and len(key) > 1:
            keys[key] = max(weight, keys.get(key, 0.0))
    return keys


@dataclass(frozen=True, slots=True)
class FoldedText:
    """The words of a text, folded, with their character ranges: made once, searched often."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> FoldedText:
        """Split ``text``; possessive endings are dropped from the words."""
        words, starts, ends = [], [], []
        for match in WORD.finditer(text):
            word = fold(match.group())
            short = word.removesuffix("'s").removesuffix("’s")
            words.append(short)
            starts.append(match.start())
            ends.append(match.end() - (len(word) - len(short)))
        return cls(text, tuple(words), tuple(starts), tuple(ends))


def known_names(text: FoldedText, gazetteer: Container[str], openers: Mapping[str, int]) -> list[Mention]:
    """The longest known names in ``text``, left to right; ``openers`` maps a first word to the longest name with it."""
    found: list[Mention] = []
    at, words = 0, text.words
    while at < len(words):
        longest = min(openers.get(words[at], 0), len(words) - at)
        for length in range(longest, 0, -1):
            key = words[at] if length == 1 else " ".join(words[at : at + length])
            if key not in gazetteer or (length == 1 and (key in STOP or len(key) < 2)):
                continue
            start, end = text.starts[at], text.ends[at + length - 1]
            written = text.text[start]
            as_name = length > 1 or written.isupper() or written.isdigit() or not written.isascii()
            found.append(Mention(key, start, end, True, 1.0 if as_name else 0.3))
            at += length - 1
            break
        at += 1
    return found


def openers_of(keys: Iterable[str]) -> dict[str, int]:
    """For each first word, how many words the longest name that begins with it has."""
    longest: dict[str, int] = {}
    for key in keys:
        parts = key.split()
        if len(parts) <= _LONGEST and longest.get(parts[0], 0) < len(parts):
            longest[parts[0]] = len(parts)
    return longest


def capitalised_spans(text: str) -> list[Mention]:
    """Spans that are written like names: capitalised words, joined by ``of``, ``von``, ``&``, initials and numbers."""
    tokens = [(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(text)]
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        if not tokens[at][2][0].isupper():
            at += 1
            continue
        ahead = last = at
        while ahead + 1 < len(tokens):
            word, following = tokens[ahead][2], tokens[ahead + 1][2]
            if word.endswith(".") and not _INITIAL.fullmatch(word):
                break
            if not _GAP.fullmatch(text, tokens[ahead][1], tokens[ahead + 1][0]):
                break
            if following[0].isupper() or (following.isdigit() and ahead == last):
                ahead += 1
                last = ahead
            elif following in _JOINING and ahead + 1 - last <= 2:
                ahead += 1
            else:
                break
        start = tokens[at][0]
        end = start + len(text[start : tokens[last][1]].rstrip("."))
        key = name_key(text[start:end])
        if key not in STOP and len(key) > 2:
            found.append(Mention(key, start, end, False, 1.0))
        at = last + 1
    return found


def merged(known: Iterable[Mention], looks: Iterable[Mention]) -> tuple[Mention, ...]:
    """Known names, and what only looks like a name, one mention per key: the surest, then the first."""
    best: dict[str, Mention] = {}
    for mention in (*known, *looks):
        held = best.get(mention.key)
        if held is None or mention.weight > held.weight:
            best[mention.key] = mention
    return tuple(best.values())
