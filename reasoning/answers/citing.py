"""Sentences as citations: document, titles above, exact characters, rows; and those that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from reasoning.answers.corpus import entity_of
from reasoning.answers.sentences import Said
from reasoning.answers.tables import cells, heading_row
from reasoning.answers.types import Citation, Contradiction
from reasoning.network import Network
from reasoning.retrieval.text import terms

_FIGURE = re.compile(
    r"(\d[\d.,]*)\s*(%|[€$£]|(?:working\s+|business\s+)?(?:minute|hour|day|week|month|quarter|year)s?|eur|usd|gbp|chf|dkk|percent|"
    r"pieces?|units?|kg|mb|gb)(?!\w)",
    re.IGNORECASE,
)
_LIST_MARK = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"(\*\*|__|(?<!\w)[*_])(\S(?:.*?\S)?)\1(?!\w)")
_ALIKE = 0.5  # share of words that two sentences must have in common to speak of one thing


class Citer:
    """Makes citations of sentences that were found."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def cite(self, said: Said, number: int) -> Citation:
        """The sentence with where it stands; offsets are into the document's text."""
        snapshot = self._network.snapshot
        passage = said.passage
        document = snapshot.find(passage.document)
        entity = snapshot.find(entity_of(passage.id))
        assert document is not None and entity is not None
        page = snapshot.value(entity, "page") if "page" in snapshot.block_of(entity).columns else None
        return Citation(
            number=number,
            text=said.text,
            passage=entity_of(passage.id),
            document=self._network.entity(document),
            headings=passage.path,
            start=passage.start + said.start,
            end=passage.start + said.end,
            dated=passage.valid_from,
            until=passage.valid_to,
            score=said.score,
            records=self._network.records(snapshot.records(entity)),
            language=passage.language,
            page=page if isinstance(page, int) else None,
        )


def plain(text: str) -> str:
    """A sentence without line breaks and the marks of Markdown: as it is read out."""
    line = _LIST_MARK.sub("", " ".join(text.split()))
    return _EMPHASIS.sub(r"\2", line)


def readable(text: str, start: int, end: int, about: Collection[str]) -> str:
    """The sentence at ``start:end`` as it is read out; a row of a table with its headings.

    Of a row with several columns those are told whose heading speaks of ``about`` (stems); all where none does.
    """
    heads = heading_row(text, start)
    if not heads:
        return plain(text[start:end].strip().strip("|"))
    row = cells(text[start:end])
    chosen = [i for i in range(1, len(row)) if set(terms(heads[i])) & set(about)] or list(range(1, len(row)))
    told = "; ".join(f"{heads[i]}: {row[i]}" for i in chosen if row[i])
    return plain(f"{row[0]}: {told}.") if told else plain(row[0])


def contradictions(citations: Sequence[Citation]) -> tuple[Contradiction, ...]:
    """Pairs of citations of different documents that say different figures of one kind in much the same words."""
    found = []
    for i, one in enumerate(citations):
        for other in citations[i + 1 :]:
            about = _contradict(one.text, other.text) if one.document.id != other.document.id else ""
            if about:
                sides = sorted((one, other), key=lambda c: (c.dated is None, -(c.dated.toordinal() if c.dated else 0)))
                found.append(Contradiction(about, tuple(c.number for c in sides)))
    return tuple(found)


def _contradict(one: str, other: str) -> str:
    words = [{t for t in terms(text) if not t[0].isdigit()} for text in (one, other)]
    if not words[0] or not words[1]:
        return ""
    if len(words[0] & words[1]) < _ALIKE * min(len(words[0]), len(words[1])):
        return ""
    figures = [_figures(text) for text in (one, other)]
    for unit in sorted(figures[0].keys() & figures[1].keys()):
        if figures[0][unit] != figures[1][unit]:
            return f"{'/'.join(sorted(figures[0][unit]))} or {'/'.join(sorted(figures[1][unit]))} {unit}".strip()
    return ""


def _figures(text: str) -> dict[str, set[str]]:
    """Figures by unit: ``30 days`` → ``{"day": {"30"}}``."""
    found: dict[str, set[str]] = {}
    for match in _FIGURE.finditer(text.replace("*", "")):
        unit = " ".join(match[2].lower().rstrip("s").split())
        if unit:
            found.setdefault(unit, set()).add(match[1].rstrip(".,"))
    return found
