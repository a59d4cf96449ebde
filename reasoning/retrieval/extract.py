"""The shortest span of the ranked passages that may answer a question: a name, a date, a number, yes or no.

No model reads here. The question's words say which kind of thing is asked for; spans of that kind in the passages that
rank highest are weighed by their passage, their sentence, and the words of the question around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reasoning.retrieval.mentions import capitalised_spans
from reasoning.retrieval.question import Query
from reasoning.retrieval.text import fold, name_key, sentences, terms
from reasoning.retrieval.types import Ranked

_PASSAGES = 5
_AROUND = 60  # characters on either side of a span that are read for words of the question
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}\s+(?:{_MONTHS})\s+\d{{4}}|(?:{_MONTHS})\s+\d{{1,2}},?\s+\d{{4}}|(?:{_MONTHS})\s+\d{{4}}|"
    r"(?:1\d|20)\d\d)\b"
)
_MONTH = re.compile(_MONTHS, re.IGNORECASE)
_NUMBER = re.compile(
    r"\b(?:\d[\d,.]*\d|\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
    r"(?:\s+(?:million|billion|percent))?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“]([^\"”]{2,60})[\"”]")
_SAME = re.compile(r"\b(?:same|both|also|either)\b", re.IGNORECASE)
_YES_NO = re.compile(r"^(?:are|is|was|were|do|does|did|has|have|can)\b", re.IGNORECASE)


class Asked(StrEnum):
    """What kind of thing a question asks for."""

    YES_NO = "yes or no"
    DATE = "date"
    NUMBER = "number"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Short:
    """A short answer, how sure it is (0 to 1, not calibrated), and where it stands (empty for yes and no)."""

    text: str
    score: float
    passage: str = ""
    start: int = 0
    end: int = 0


def asked_for(question: str) -> Asked:
    """The kind of thing that a question asks for, by its words."""
    text = question.strip().lower()
    if re.search(r"\b(?:when|what year|which year|what date|in which year|what day)\b", text):
        return Asked.DATE
    if re.search(r"\b(?:how many|how much|how old|what number|how long|how far|population)\b", text):
        return Asked.NUMBER
    if _YES_NO.match(text) and " or " not in text:
        return Asked.YES_NO
    return Asked.NAME


def short_answer(query: Query, ranked: Sequence[Ranked]) -> Short | None:
    """The best span in the passages that rank highest; None where they hold none of the kind."""
    kind = asked_for(query.text)
    if kind is Asked.YES_NO:
        return _yes_no(query, ranked)
    asked = {name_key(n.key) for n in query.names} | set(terms(query.text))
    rest = set(query.rest_stems)
    top = ranked[0].score if ranked else 1.0
    best: Short | None = None
    by_key: dict[str, float] = {}
    support: dict[str, float] = {}
    for place, one in enumerate(ranked[:_PASSAGES]):
        whole = one.passage.text
        for first, last in sentences(whole):
            sentence = whole[first:last]
            words = set(terms(sentence))
            shared = sum(query.rest_worth.get(t, 0.0) for t in rest & words) / (sum(query.rest_worth.values()) or 1.0)
            for start, end in _spans(sentence, kind):
                text = sentence[start:end]
                key = name_key(text)
                if not key or key in asked or set(terms(text)) <= asked:
                    continue
                around = terms(sentence[max(0, start - _AROUND) : start] + " " + sentence[end : end + _AROUND])
                close = sum(query.rest_worth.get(t, 0.0) for t in rest & set(around)) / (
                    sum(query.rest_worth.values()) or 1.0
                )
                score = one.score / top * 0.5 + shared * 0.6 + close * 0.8 - 0.08 * place
                score += 0.15 * (one.sentence is not None and one.sentence[0] == first)
                score += 0.25 * (one.path != () and name_key(one.passage.title) != key)
                score += 0.1 * min(support.get(key, 0.0), 2.0)
                by_key[key] = max(score, by_key.get(key, 0.0))
                support[key] = support.get(key, 0.0) + 1.0
                if best is None or score > best.score + 1e-9:
                    best = Short(text, score, one.passage.id, first + start, first + end)
    titles = [r for r in ranked[:_PASSAGES] if name_key(r.passage.title) not in asked]
    if kind is Asked.NAME and best is None and titles:
        best = Short(titles[0].passage.title, 0.1, titles[0].passage.id)
    if best is None:
        return None
    # How far it is ahead of the next one tells more than how high it stands.
    second = max((s for k, s in by_key.items() if k != name_key(best.text)), default=0.0)
    sure = min(1.0, max(0.0, best.score - second) + best.score / 10.0)
    return Short(best.text, sure, best.passage, best.start, best.end)


def _spans(sentence: str, kind: Asked) -> Iterator[tuple[int, int]]:
    if kind is Asked.DATE:
        yield from (m.span() for m in _DATE.finditer(sentence))
    elif kind is Asked.NUMBER:
        yield from (m.span() for m in _NUMBER.finditer(sentence))
    else:
        for mention in capitalised_spans(sentence):
            dated = _DATE.search(sentence, mention.start, mention.end) or _MONTH.fullmatch(mention.key)
            if not dated and (mention.start or " " in mention.key):
                yield mention.start, mention.end
        yield from (m.span(1) for m in _QUOTED.finditer(sentence))


def _yes_no(query: Query, ranked: Sequence[Ranked]) -> Short | None:
    """``Are A and B both …``: yes where the passages about the things named share the telling words of the question."""
    names = {n.key for n in query.names}
    about = [r for r in ranked[:_PASSAGES] if name_key(r.passage.title) in names] or list(ranked[:2])
    if not about:
        return None
    rest = set(query.rest_stems)
    said = [set(terms(r.passage.text)) for r in about[:2]]
    worth = query.rest_worth
    total = sum(worth.get(t, 0.0) for t in rest) or 1.0
    common = sum(worth.get(t, 0.0) for t in rest if all(t in s for s in said)) / total
    if _SAME.search(query.text) and "same" in fold(query.text):
        names_of = [{m.key for m in capitalised_spans(r.passage.text)} - names for r in about[:2]]
        shared = len(set.intersection(*names_of)) if len(names_of) > 1 else 0
        return Short("yes" if shared else "no", 0.3)
    return Short("yes" if common >= 0.5 else "no", 0.3 + 0.2 * abs(common - 0.5))
