"""A question read against the graph: the things, classes and days it names, and the words that are left."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from reasoning.answers.entity_model import name_finder
from reasoning.answers.language import language_of
from reasoning.answers.names import Gazetteer, Named
from reasoning.answers.surroundings import Wanted, rarity
from reasoning.network import Network
from reasoning.retrieval.mentions import capitalised_spans
from reasoning.retrieval.text import STOP, WORD, fold, stem, terms
from reasoning.structure.dates import Span, spans
from reasoning.structure.words import UNITS, german_stem, tokens

LONGEST = 4_000
"""Characters of a question that are read."""
_OPENING = """
can could may might must should shall will would does do did is are was were has have had what which who whom whose when
where why how if tell show list give name count find please until since for in on at the a an and kann darf wer wie wo
wann warum welche welcher welches gibt zeig nenne there any many much compare vergleiche anzahl summe
ignore forget best worst top largest biggest smallest oldest newest latest highest lowest cheapest
explain describe summarise summarize translate write act pretend repeat print
"""
_VERBS = frozenset(("happen", "happens", "happened", "passiert", "geschieht"))
"""Verbs that have the stem of a class (a happening)."""
_OPENERS = frozenset(_OPENING.split())


@dataclass(frozen=True, slots=True)
class Ask:
    """A question taken apart against one version of the graph."""

    text: str
    names: tuple[Named, ...]
    unknown: tuple[str, ...]
    """Spans written like names that nothing in the graph is called."""
    classes: tuple[tuple[str, int, int], ...]
    """Classes with the characters that name them."""
    spans: tuple[Span, ...]
    stems: tuple[str, ...]
    """Stems of the words that are no name, class or day."""
    wanted: Wanted
    language: str | None
    """BCP 47 tag where its function words tell another language than English."""
    rest: str
    """The question without the names of things that are surely meant, and without days."""

    @property
    def linked(self) -> tuple[int, ...]:
        """Entities that are surely meant, in order of mention."""
        return tuple(dict.fromkeys(n.entities[0] for n in self.names if not n.ambiguous))


class Reader:
    """Takes questions apart; one for each network, shared between threads.

    Args:
        spacy_model: a model of the user's own that finds names.
        earlier: the one of another version: what is counted there is not counted anew.
    """

    def __init__(self, network: Network, *, spacy_model: str | None = None, earlier: Reader | None = None) -> None:
        self.network = network
        self._names_of_model = None if spacy_model is None else name_finder(spacy_model)
        self.gazetteer: Gazetteer = Gazetteer(network, None if earlier is None else earlier.gazetteer)
        self._titles, self._counted = (Counter[str](), Counter[str]()) if earlier is None else earlier._counts()

    @cached_property
    def class_words(self) -> dict[tuple[str, ...], str]:
        """Stems of what classes are called (labels, plurals, synonyms) → class; the likeliest where several are."""
        return {key: names[0] for key, names in self.called.items()}

    @cached_property
    def called(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Stems → the classes that are called so: those that occur, if any do. Own labels win over synonyms."""
        classes = self.network.ontology.classes
        own: dict[tuple[str, ...], list[str]] = {}
        further: dict[tuple[str, ...], list[str]] = {}
        for name, definition in sorted(classes.items()):
            for key in _keys((definition.plural, definition.label)):
                own.setdefault(key, []).append(name)
            for key in _keys((*definition.labels.values(), *definition.synonyms)):
                further.setdefault(key, []).append(name)
        labels = {c for block in self.network.snapshot.blocks for c in block.classes if c in classes}
        present = {c for name in labels for c in (name, *classes[name].ancestors)}
        joined: dict[tuple[str, ...], tuple[str, ...]] = {}
        for found in (further, own):
            for key, held in found.items():
                here = tuple(n for n in held if n in present)
                if here or key not in joined:
                    joined[key] = here or tuple(held)
        return joined

    @cached_property
    def word_counts(self) -> Counter[str]:
        """Stem → number of titles of the graph that hold it."""
        titles, counts = Counter(self.network.snapshot.titles), Counter(self._counted)
        for title, times in (titles - self._titles).items():
            for stem_ in set(terms(title)):
                counts[stem_] += times
        for title, times in (self._titles - titles).items():
            for stem_ in set(terms(title)):
                counts[stem_] -= times
                if not counts[stem_]:
                    del counts[stem_]
        self._titles, self._counted = titles, counts
        return counts

    def _counts(self) -> tuple[Counter[str], Counter[str]]:
        """How often each title occurs, and each stem in titles, as far as they are counted."""
        return self._titles, self._counted

    def read(self, question: str, today: date) -> Ask:
        """Take ``question`` apart; ``today`` decides which March is meant."""
        text = " ".join(question[:LONGEST].split())
        when = spans(text, today)
        classes = self._classes(text)
        names = tuple(
            n
            for n in self.names(text)
            if not any(n.start < s.stop and s.start < n.end for s in when)
            and not any((n.start, n.end) == (a, b) for _, a, b in classes)
        )
        taken = [(n.start, n.end) for n in names] + [(s.start, s.stop) for s in when]
        language = language_of(text)
        unknown = tuple(
            dict.fromkeys(
                written
                for m in capitalised_spans(text)
                if (written := _without_opener(text[m.start : m.end], m.start))
                and not any(m.start < e and s < m.end for s, e in taken)
                and not any(m.start < e and s < m.end for _, s, e in classes)
                and not (language == "de" and " " not in written)  # nouns have capitals there
                and not (language is not None and m.start == 0)
                and fold(written) not in UNITS
            )
        )
        classed = [(s, e) for _, s, e in classes]
        left = _without(text, [*taken, *classed])
        stems = tuple(dict.fromkeys(t for t in terms(left)))
        wanted = Wanted(
            rarity(self.network, dict.fromkeys(terms(_without(text, taken))), self.word_counts),
            tuple(dict.fromkeys({(s, e): c for c, s, e in reversed(classes)}.values())),  # one for each word
            when,
        )
        sure = [(n.start, n.end) for n in names if not n.ambiguous]
        rest = _without(text, [*sure, *((s.start, s.stop) for s in when)])
        return Ask(text, names, unknown, classes, when, stems, wanted, language, rest if terms(rest) else text)

    def names(self, text: str) -> tuple[Named, ...]:
        """Names of the gazetteer, and those that the user's own model finds and something is called by."""
        found = list(self.gazetteer.find(text))
        for start, end in self._names_of_model(text) if self._names_of_model is not None else ():
            if any(n.start < end and start < n.end for n in found):
                continue
            named = self.gazetteer.named(text, start, end)
            if named is not None:
                found.append(named)
        return tuple(sorted(found, key=lambda n: n.start))

    def _classes(self, text: str) -> tuple[tuple[str, int, int], ...]:
        """Classes with the characters that name them; several at one place where a word may mean several."""
        words = tokens(text)
        found: list[tuple[str, int, int]] = []
        at = 0
        while at < len(words):
            for length in range(min(4, len(words) - at), 0, -1):
                own = words[at : at + length]
                shapes = (tuple(w.stem for w in own), tuple(w.german for w in own))
                names = next((self.called[shape] for shape in shapes if shape in self.called), ())
                if names and not (length == 1 and (own[0].word in STOP or own[0].word in _VERBS)):
                    found += [(name, own[0].start, own[-1].end) for name in names]
                    at += length - 1
                    break
            at += 1
        return tuple(found)


def _keys(texts: Iterable[str]) -> set[tuple[str, ...]]:
    """What is called so, as English and as German stems."""
    split = ([fold(m.group()) for m in WORD.finditer(text)] for text in texts)
    return {tuple(f(w) for w in words) for words in split if words for f in (stem, german_stem)}


def _without_opener(written: str, start: int) -> str:
    """What is written like a name, without the word that opens the question and has its capital from that."""
    first, _, rest = written.partition(" ")
    return rest if start == 0 and fold(first) in _OPENERS else written


def _without(text: str, ranges: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in sorted(ranges):
        if start >= at:
            pieces.append(text[at:start])
        at = max(at, end)
    return re.sub(r"\s+", " ", " ".join((*pieces, text[at:]))).strip()
