"""Which things of the graph a text names: titles, other names, keys and numbers, whole or in part.

What several things are called stays ambiguous: all candidates are given, with how they were found. A thing that merely
carries the name of another (an order line called like its product) gives way to it when the graph ties them together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph_engine.snapshot import fold
from ontology.model import ClassDef, Datatype
from reasoning.linking import own_names
from reasoning.network import Network
from reasoning.retrieval.text import STOP

_TOKEN = re.compile(r"[#]?[^\W_]+(?:[-–./&+'’@:_][^\W_]+)*")
_ID = re.compile(r"\be_[0-9a-f]{20}\b")
_LONGEST = 9  # words of the longest name that is looked for
_SHORT_NAME = 10  # words; longer values are texts, not names
_COMMON = 500  # things that share a word; beyond that it names nothing
_NAMED_BY = frozenset({"name", "number", "code", "sku", "account_number", "title"})
_CLOSING = re.compile(r"[^\w\s]{1,3}")  # what a name may end with: "Solarmodul Ústí a.s.", "Butter 82%"
_PARTLY = 0.7
_BEGINS = 0.9


@dataclass(frozen=True, slots=True)
class Named:
    """A name at characters ``start:end`` of a text and the entities (numbers of the snapshot) that it may mean.

    ``confidence`` is that of the link if there is one candidate, divided among them if there are more.
    """

    text: str
    start: int
    end: int
    entities: tuple[int, ...]
    confidence: float
    how: str

    @property
    def ambiguous(self) -> bool:
        """Whether more than one thing may be meant."""
        return len(self.entities) > 1


class Gazetteer:
    """All names of one snapshot, made when first asked for, shared between threads.

    Args:
        earlier: that of another version: names that are the same are not taken apart anew.
    """

    def __init__(self, network: Network, earlier: Gazetteer | None = None) -> None:
        self._network = network
        self._snapshot = network.snapshot
        self._taken_apart: tuple[frozenset[str], dict[str, int]] = (frozenset(), {})
        if earlier is not None:
            self._taken_apart = earlier._taken_apart

    @cached_property
    def _other(self) -> dict[str, list[int]]:
        """Folded keys, numbers, former and further names → entities; titles are in the snapshot's own table."""
        found: dict[str, list[int]] = defaultdict(list)
        for block in self._snapshot.blocks:
            names = {n for c in block.classes if (d := self._class(c)) is not None for n in _naming(d)}
            for name in sorted(names & block.columns):
                column = self._snapshot.block_column(block, name)
                if column is None or column.datatype is not Datatype.STRING:
                    continue
                for row, value in enumerate(column.listed()):
                    for text in value if isinstance(value, tuple) else (value,):
                        if isinstance(text, str) and 1 < len(text) <= 120 and text.count(" ") < _SHORT_NAME:
                            found[fold(text)].append(block.start + row)
        return found

    @cached_property
    def _by_word(self) -> dict[str, list[int]]:
        """Word of a title → entities; what very many things share is left out."""
        found: dict[str, list[int]] = defaultdict(list)
        for block in self._snapshot.blocks:
            if not self._have_names(block.classes):
                continue
            for entity in range(block.start, block.stop):
                for word in set(_words(self._snapshot.title(entity))):
                    found[word].append(entity)
        return {word: held for word, held in found.items() if len(held) <= _COMMON}

    def find(self, text: str, *, partly: bool = True) -> tuple[Named, ...]:
        """Names in a text, longest first from the left; ``partly`` also takes a capitalised part of a name for it."""
        found = self._ids(text)
        taken = [(n.start, n.end) for n in found]
        tokens = [
            (m.start(), m.end(), m.group())
            for m in _TOKEN.finditer(text)
            if not any(m.start() < e and s < m.end() for s, e in taken)
        ]
        at = 0
        while at < len(tokens):
            hit = self._longest(text, tokens, at)
            part = self._part(text, tokens, at) if partly else None
            if hit is None or (part is not None and part.end > hit.end):
                hit = part  # "Fäth Gartencenter" begins a company's name; Fäth alone is a family's
            if hit is None:
                at += 1
                continue
            found.append(hit)
            while at < len(tokens) and tokens[at][0] < hit.end:
                at += 1
        return tuple(sorted(found, key=lambda n: n.start))

    def names_of(self, entity: int) -> tuple[str, ...]:
        """What an entity is called: its title, and the values that name it."""
        found = [] if self._is_text(entity) else [self._snapshot.title(entity)]
        known = [d for c in self._snapshot.classes(entity) if (d := self._class(c)) is not None]
        for name in sorted({n for d in known for n in _naming(d)}):
            value = self._snapshot.value(entity, name)
            found += [v for v in (value if isinstance(value, tuple) else (value,)) if isinstance(v, str)]
        return tuple(dict.fromkeys(t for t in found if 1 < len(t) <= 120 and t.count(" ") < _SHORT_NAME))

    def _ids(self, text: str) -> list[Named]:
        """Ids written out, as knockon shows them."""
        hits = ((m, self._snapshot.find(m.group())) for m in _ID.finditer(text))
        return [Named(m.group(), m.start(), m.end(), (e,), 1.0, "id") for m, e in hits if e is not None]

    def named(self, text: str, start: int, end: int) -> Named | None:
        """What exactly these characters name, in any case, or what begins with them; None where nothing does."""
        key = fold(text[start:end])
        for hits, sure, how in ((self._exact(key), 1.0, "name"), (self._beginning(key), _BEGINS, "name begins so")):
            if hits:
                meant = self.meant(hits)
                return Named(text[start:end], start, end, meant, sure / len(meant), how)
        return None

    def meant(self, entities: Iterable[int]) -> tuple[int, ...]:
        """Candidates without those that only carry the name of another candidate which they are tied to."""
        listed = sorted(set(entities), key=lambda i: int(self._network.rank[i]))
        return own_names(self._network, listed, self._standing)

    def _standing(self, entity: int) -> int:
        """What a person would rather mean: a party or product, then anything else, then lines and addresses."""
        names = self._snapshot.classes(entity)
        ontology = self._network.ontology
        known = [n for n in names if n in ontology.classes]
        if any(
            ontology.is_a(n, c) for n in known for c in ("Customer", "Supplier", "Product") if c in ontology.classes
        ):
            return 3
        if any(ontology.is_a(n, c) for n in known for c in ("Party", "Document", "Order") if c in ontology.classes):
            return 2
        return 0 if any(n.endswith("Line") or n in ("Address", "Offer", "Stock") for n in names) else 1

    @cached_property
    def _first(self) -> dict[str, int]:
        """First word of a name → words of the longest name that begins with it: elsewhere no name needs looking for."""
        known, heads = self._taken_apart
        names = frozenset((*self._snapshot.names, *self._other))
        found = dict(heads)  # of a name that is gone something may be left: it only says where to look
        for name in names - known:
            words = [m.group() for m in _TOKEN.finditer(name)]
            if words:
                head = words[0].lstrip("#")
                found[head] = max(found.get(head, 0), len(words))
        self._taken_apart = (names, found)
        return found

    def _longest(self, text: str, tokens: Sequence[tuple[int, int, str]], at: int) -> Named | None:
        head = fold(tokens[at][2]).removesuffix("'s").removesuffix("’s").lstrip("#")
        longest = max(self._first.get(head, 0), self._first.get(fold(tokens[at][2]).lstrip("#"), 0))
        for length in range(min(_LONGEST, len(tokens) - at, longest), 0, -1):
            start, end = tokens[at][0], tokens[at + length - 1][1]
            signs = _CLOSING.match(text, end)
            closed = [text[start:last] for last in range(signs.end() if signs else end, end, -1)]
            for written in (*closed, text[start:end]):
                for shown in _spellings(written):
                    if length == 1 and not _is_name(shown.rstrip(".")):
                        continue
                    hits = self._exact(fold(shown))
                    if hits:
                        meant = self.meant(hits)
                        return Named(written, start, start + len(written), meant, 1.0 / len(meant), "name")
        return None

    def _part(self, text: str, tokens: Sequence[tuple[int, int, str]], at: int) -> Named | None:
        """A capitalised span that begins, or is part of, a few things' names."""
        word = tokens[at][2]
        if (
            not word[:1].isupper()
            or fold(word) in STOP
            or len(word) < 3
            or (at == 0 and len(tokens) > 1 and word.istitle() and self._is_plain(word))
        ):
            return None
        last = at
        while last + 1 < len(tokens) and last - at < _LONGEST and tokens[last + 1][2][:1].isupper():
            last += 1
        numbered = last  # "Otter 900": a number is part of it where some name goes on so
        while numbered + 1 < len(tokens) and numbered - at < _LONGEST and tokens[numbered + 1][2][:1].isdigit():
            numbered += 1
        while numbered > last and not self._beginning(fold(text[tokens[at][0] : tokens[numbered][1]])):
            numbered -= 1
        last = numbered
        start, end = tokens[at][0], tokens[last][1]
        key = fold(text[start:end].removesuffix("'s").removesuffix("’s"))
        begins = self._beginning(key)
        if begins:
            meant = self.meant(begins)
            return Named(text[start:end], start, end, meant, _BEGINS / len(meant), "name begins so")
        held = [self._by_word.get(w) for w in _words(key)]
        if held and all(h is not None for h in held):
            common = set.intersection(*(set(h) for h in held if h is not None))
            if 0 < len(common) <= _COMMON:
                meant = self.meant(common)
                return Named(text[start:end], start, end, meant, _PARTLY / len(meant), "part of its name")
        return None

    def _exact(self, key: str) -> list[int]:
        names, owners = self._snapshot.names, self._snapshot.name_entities
        found: list[int] = []
        at = names.lower_bound(key)
        while at < len(names) and names[at] == key and len(found) < _COMMON:
            if not self._is_text(int(owners[at])):
                found.append(int(owners[at]))
            at += 1
        found += self._other.get(key, [])
        return found[:_COMMON]

    def _beginning(self, key: str) -> list[int]:
        first = _TOKEN.search(key)
        if first is None or first.group().lstrip("#") not in self._first:
            return []
        names, owners = self._snapshot.names, self._snapshot.name_entities
        found: list[int] = []
        at = names.lower_bound(key + " ")
        while at < len(names) and str(names[at]).startswith(key + " ") and len(found) <= _COMMON:
            if self._has_name(int(owners[at])):
                found.append(int(owners[at]))
            at += 1
        return found if len(found) <= _COMMON else []

    def _is_plain(self, word: str) -> bool:
        """Whether a word that begins a question is no known name's beginning either."""
        return not self._beginning(fold(word))

    def _has_name(self, entity: int) -> bool:
        """Whether its title is a name, part of which may stand for it (and no subject of a message, no heading)."""
        return self._have_names(self._snapshot.classes(entity))

    def _have_names(self, classes: Iterable[str]) -> bool:
        known = [d for c in classes if (d := self._class(c)) is not None]
        if any(self._network.ontology.is_a(d.name, "Document") for d in known):
            return False
        return any(d.title in _NAMED_BY for d in known)

    def _is_text(self, entity: int) -> bool:
        return "Passage" in self._snapshot.classes(entity)

    def _class(self, name: str) -> ClassDef | None:
        return self._network.ontology.classes.get(name)


def _naming(definition: ClassDef) -> set[str]:
    """Properties whose values name a thing of the class: identifying ones, and searchable ones that are not texts."""
    texts = {"given_name", "family_name", "text", "summary", "description", "comment", "note", "body", "subject"}
    return {
        p.name
        for p in definition.properties.values()
        if p.datatype is Datatype.STRING and (p.identifying or p.searchable) and p.name not in texts
    } | ({"number", "code", "sku", "account_number"} & definition.properties.keys())


def _spellings(written: str) -> tuple[str, ...]:
    bare = written.removesuffix("'s").removesuffix("’s")
    plain = bare.removeprefix("#")
    return tuple(dict.fromkeys((written, bare, plain, f"#{plain}") if plain[:1].isdigit() else (written, bare)))


def _is_name(word: str) -> bool:
    """Whether one word alone may be a name: it has a capital, a digit or a sign in it, and is no function word."""
    if word.isdigit() and len(word) < 4:
        return False  # a quantity or a number of days
    return len(word) > 1 and fold(word) not in STOP and (word[0].isupper() or any(not c.isalpha() for c in word))


def _words(title: str) -> list[str]:
    return [w for w in (fold(m.group()) for m in _TOKEN.finditer(title)) if len(w) > 2 and w not in STOP]
