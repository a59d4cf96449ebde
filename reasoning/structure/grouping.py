"""By what a question counts or adds up: *per month*, *by status and country*, *which customer has the most …*."""

from __future__ import annotations

import re

from reasoning.structure.filler import TOTALS
from reasoning.structure.keys import Keys
from reasoning.structure.periods import adverb_in
from reasoning.structure.plan import Key, Measure
from reasoning.structure.words import NUMBER_WORDS, comparisons, number_word

_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(NUMBER_WORDS)})"
MOST = re.compile(
    r"(?:\b(?:has|have|had|with|placed|raised|got|saw|received|were there|did we (?:have|get)|"
    r"hat|haben|hatten?|mit|gab es|wurden|waren)\s+)?"
    r"\b(?:the\s+|die\s+|den\s+)?(?P<most>(?<!at )most|fewest|meisten|wenigsten)\s+"
    r"(?!recent\b|expensive\b|important\b|urgent\b|common\b|likely\b|often\b|of\b|valuable\b)",
    re.IGNORECASE,
)
"""``which customer has the most …``"""
_NO_SALES = r"orders?|territor\w+|reps?|representatives?|pe\w+|reasons?|tax\w*|regions?|teams?|invoices?"
WORTH = re.compile(
    rf"\b(?:revenues?|turnover|sales(?!\s+(?:{_NO_SALES})\b)|umsatz(?:es|anteils?)?|umsätze)\b", re.IGNORECASE
)
"""What is taken in with orders."""
_HIGH = r"highest|most|largest|biggest|best|meisten?|höchsten?|größten?"
_LOW = r"lowest|smallest|least|fewest|niedrigsten?|kleinsten?|geringsten?|wenigsten?"
_EXTREME = re.compile(rf"\b(?:(?P<high>{_HIGH})|(?P<low>{_LOW}))\b", re.IGNORECASE)
_TOP_OF = re.compile(
    rf"^(?:(?:show|list|name|give|tell|me|us|which|what|who|are|is|were|the|our|die|der|das|unsere?|welche[snr]?|"
    rf"zeige?|nenne?|mir|wer|sind|waren)\s+)*"
    rf"(?:(?P<first>top|best|biggest|largest|größten?|besten?|umsatzstärksten?)\s+)?(?:(?P<number>{_NUMBER})\s+)?"
    rf"(?:(?P<second>best|biggest|largest|top|größten?|besten?|umsatzstärksten?)\s+)?$",
    re.IGNORECASE,
)
_AFTER_BY = re.compile(r"^\s*(?:ranked\s+|sorted\s+)?(?:by|nach)\s+(?:the\s+|their\s+|der\s+|dem\s+)?$", re.IGNORECASE)
_EARNING = re.compile(
    r"\b(?:brings?|brought|bringing|bringt|bringen|brachten?|generate[sd]?|makes?|made|earn(?:s|ed)?|spen[dt]s?|gives?|"
    r"gave|yield(?:s|ed)?|machen?|macht|machten?|erzielt?e?n?|in|ein)\b",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:(?P<each>for each|for every|in each|in every|each|every|jede[nmrs]?)|"
    r"(?:(?:grouped|broken down|split|divided|sorted|aufgeteilt|gruppiert)\s+)?(?P<by>by|per|je|pro|nach))\s+"
    r"(?:the\s+|its\s+|their\s+|der\s+|dem\s+)?(?=\w)",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\s*(?:,\s*(?:and\s+|und\s+)?(?:by\s+|per\s+|je\s+|pro\s+)?|(?:and|und)\s+(?:by\s+|per\s+|je\s+|pro\s+|nach\s+)?|/\s*)"
)
_CHOOSING = re.compile(r"^(?:which|who|whose|whom|welche[rsnm]?|wer|wem)\b", re.IGNORECASE)
_MEAN = re.compile(
    r"\b(?:on average|in the mean|average|mean|im durchschnitt|durchschnittlich(?:e[nrs]?)?|durchschnitt)\b",
    re.IGNORECASE,
)
_DONE = re.compile(r"\w+(?:ed|ht)|bought|sold|sent|made|paid")
_ONE = frozenset(("a", "an", "one", "each", "every", "ein", "eine", "einem", "einer", "jeder", "jede", "jedem"))
_KEYS = 3  # by which one question may count


class Grouping(Keys):
    """Takes words for what is counted or added up by."""

    def _grouped(self) -> bool:
        if self.given.keys:
            return True
        if self.given.ranked_at is not None:
            return self._ranked_before(self.given.ranked_at)
        if self.measure is Measure.COUNT and MOST.search(self.question.text):
            return self._grouped_most()
        if not self._ranked() and not self.keys and not self._said_keys():
            return False
        if self.keys and self.measure in (Measure.COUNT, Measure.SUM, Measure.MEAN) and not self.compared:
            self._average()
        return True

    def _average(self) -> None:
        """``how many orders per customer on average``: the mean of what the groups come to."""
        mean = self._mean()
        if mean is None:
            return
        self.averaged = True
        self.take(*mean.span())

    def _mean(self) -> re.Match[str] | None:
        """Where a mean of groups is asked for."""
        return None if self.measure is Measure.MEAN else _MEAN.search(self.question.text)

    def _one_of(self) -> tuple[list[Key], int, int]:
        """``how many orders does a customer place on average``: by customer."""
        for name, start, end in self.question.classes:
            before = next((w for w in reversed(self.words) if w.end <= start), None)
            if name != self.target and before is not None and before.word in _ONE:
                found = self._key_at(start)
                if found is not None:
                    return [found[0]], before.start, end
        return [], 0, 0

    def _said_keys(self) -> bool:
        """Keys after *by* or *per*; False where there are some that cannot be meant."""
        text = self.question.text
        found, start, end = self._keys_after_by()
        if not found and self.measure in (Measure.COUNT, Measure.SUM) and self._mean() is not None:
            found, start, end = self._one_of()
        if not found:
            adverb = adverb_in(text)
            if adverb is None or self.measure not in (Measure.LIST, Measure.COUNT, Measure.SUM, Measure.MEAN):
                return True
            found, start, end = [Key(period=adverb[0])], adverb[1], adverb[2]
        if self.measure is Measure.VALUE:
            self.left = (text[start:end],)
            return False
        self.keys = found
        self.take(start, end)
        if self.measure is Measure.LIST:
            worth = not comparisons(text) and any(w.word in TOTALS for w in self.free())  # "invoice total by quarter"
            self.measure = Measure.SUM if worth else Measure.COUNT
        elif self.measure is Measure.SHARE:
            self.shares, self.measure = True, Measure.SUM if WORTH.search(text) else Measure.COUNT
        return True

    def _keys_after_by(self) -> tuple[list[Key], int, int]:
        text = self.question.text
        for match in _BY.finditer(text):
            if any(s.start < match.end() and match.start() < s.stop for s in self.question.spans):
                continue  # "by 2026-03-01", "nach dem 1. Mai"
            found = self._key_at(match.end()) or self._key_behind(match.end())
            if found is None:
                continue
            plain = found[0].period is None
            if plain and (match["each"] or _CHOOSING.match(text)) and self.measure is Measure.LIST:
                continue
            done = next((w for w in reversed(self.words) if w.end < match.start() + 1), None)
            if plain and match[0].lower().startswith("by") and done is not None and _DONE.fullmatch(done.word):
                continue  # "orders placed by customers"
            keys, end = [found[0]], found[1]
            while len(keys) < _KEYS and (more := _NEXT.match(text, end)) is not None:
                further = self._key_at(more.end())
                if further is None:
                    break
                keys.append(further[0])
                end = further[1]
            if done is not None and keys[0].period is not None and keys[0].prop is None:
                keys[0] = self._said_by(done.start, keys[0])
            return keys, match.start(), end
        return [], 0, 0

    # -- the most -----------------------------------------------------------------------------------------------------

    def _ranked(self) -> bool:
        """``top 5 customers by revenue``, ``which month has the highest number of orders``: the largest are told."""
        text = self.question.text
        worth = WORTH.search(text) if self.measure in (Measure.SUM, Measure.SHARE) else None
        said = worth.span() if worth is not None else self.measured if self.measure is Measure.COUNT else None
        if said is None:
            return False
        for word in self.words:
            if word.end > said[0]:
                break
            found = self._key_at(word.start)
            if found is None or found[1] > said[0]:
                continue
            key, end = found
            between, before = text[end : said[0]], text[: word.start]
            most, top = _EXTREME.search(between), _TOP_OF.match(before)
            ranked = top is not None and _AFTER_BY.match(between) is not None
            if most is None and not ranked:
                continue
            self.keys = [key]
            number = self._number_before(word.start)
            called_top = top is not None and bool(top["first"] or top["second"])
            one = most is not None or (called_top and not text[:end].endswith(("s", "n")))
            self.limit = number if number is not None else 1 if one else None
            self.take(word.start, end)
            self.take(*said)
            if most is not None:
                self.smallest = most["low"] is not None
                self.take(end + most.start(), end + most.end())
                for verb in _EARNING.finditer(between):
                    self.take(end + verb.start(), end + verb.end())
            else:
                self.take(0, word.start)
            return True
        return False

    def _number_before(self, start: int) -> int | None:
        """``the 5``, ``the three largest``: how many are asked for, right before a character."""
        before = re.search(rf"\b({_NUMBER})\s+(?:(?:{_HIGH}|top)\s+)?$", self.question.text[:start], re.IGNORECASE)
        number = number_word(before[1]) if before is not None else None
        if before is not None and number is not None:
            self.take(*before.span(1))
        return number

    def _ranked_before(self, end: int) -> bool:
        """Counted by what stands before a character; the first so many are told."""
        for word in self.words:
            if word.end > end:
                break
            found = self._key_at(word.start)
            if found is None or found[1] > end + 1:
                continue
            self.keys = [found[0]]
            self.limit = self._number_before(word.start) or 1
            self.take(word.start, found[1])
            return True
        return False

    def _grouped_most(self) -> bool:
        """Counted by what stands first; only the largest (or smallest) is told."""
        most = MOST.search(self.question.text)
        assert most is not None
        self.smallest = most["most"].lower() in ("fewest", "wenigsten")
        if self._ranked_before(most.start()):
            return True
        ways = self.ways.ways(self.target, "Customer")  # "who has the most …"
        if ways:
            self.keys, self.limit = [Key(ways[0])], 1
        return bool(ways)
