"""Sources and their tables as words of questions: *retail orders*, *the cheapest plan* (of the table ``plans``)."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

import numpy as np

from reasoning.network import Network
from reasoning.retrieval.text import fold
from reasoning.structure.plan import Origin
from reasoning.structure.taking import Question
from reasoning.structure.ways import Ways
from reasoning.structure.words import keys_of, tokens

_PART = re.compile(r"[^\W_]+")
_MOSTLY = 0.9
"""Part of a table's things that must be of one class for the table's name to stand for it."""
_LONGEST = 3  # words of a table's name


class Origins:
    """What the sources and tables of one network are called."""

    def __init__(self, network: Network, ways: Ways) -> None:
        self._network = network
        self._ways = ways

    def found(self, question: Question) -> Question:
        """The question with the sources and tables that its words may mean; a table also stands for a class."""
        words = tokens(question.text)
        held = [(s, e) for _, s, e in question.things] + [(s.start, s.stop) for s in question.spans]
        classes, origins = list(question.classes), list(question.origins)
        for at, word in enumerate(words):
            if any(s < word.end and word.start < e for s, e in held):
                continue
            whole = next((n for n in self._names if question.text.startswith(n, word.start)), None)
            if whole is not None:
                origins.append((_source(whole), word.start, word.start + len(whole)))
                continue
            origins += [(origin, word.start, word.end) for origin in self._sources.get(word.word, ())]
            for length in range(min(_LONGEST, len(words) - at), 0, -1):
                own = words[at : at + length]
                shapes = (tuple(w.stem for w in own), tuple(w.german for w in own))
                table = next((self._tables[s] for s in shapes if s in self._tables), None)
                start, end = own[0].start, own[-1].end
                known = any(self._ways.occurs(c) for c, s, e in classes if s < end and start < e)
                if table is not None and not known:
                    classes = [c for c in classes if not (c[1] < end and start < c[2])]
                    classes.append((table[0], start, end))
                    origins.append((table[1], start, end))
                    break
        return replace(question, classes=tuple(sorted(classes, key=lambda c: c[1:])), origins=tuple(origins))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """Names of sources that are no single words, longest first."""
        names = {table.partition("/")[0] for table in self._network.snapshot.record_tables()}
        return tuple(sorted((n for n in names if not n.isalpha()), key=lambda n: (-len(n), n)))

    @cached_property
    def _sources(self) -> dict[str, list[Origin]]:
        """Words of the sources' names → the source; words that two sources have are left out."""
        found: dict[str, list[Origin]] = {}
        names = sorted({table.partition("/")[0] for table in self._network.snapshot.record_tables()})
        for name in names:
            for part in {fold(m.group()) for m in _PART.finditer(name)}:
                if len(part) > 2 and not part.isdigit():
                    found.setdefault(part, []).append(_source(name))
        return {part: held for part, held in found.items() if len(held) == 1}

    @cached_property
    def _tables(self) -> dict[tuple[str, ...], tuple[str, Origin]]:
        """Stems of the tables' names → (class of their things, table); what two tables are called is left out."""
        found: dict[tuple[str, ...], list[tuple[str, Origin]]] = {}
        for prefix in self._network.snapshot.record_tables():
            source, name = prefix.split("/")[:2]
            class_name = self._class_of(prefix)
            if class_name is not None:
                definition = self._network.ontology.classes[class_name]
                for key in keys_of((name,)) - keys_of((definition.label, definition.plural)):
                    found.setdefault(key, []).append((class_name, Origin(prefix, f"the table {name} of {source}")))
        return {key: held[0] for key, held in found.items() if len(held) == 1}

    def _class_of(self, prefix: str) -> str | None:
        """The class of (nearly) all things that a table describes."""
        snapshot = self._network.snapshot
        first, end = (snapshot.record_ids.lower_bound(text) for text in (prefix, prefix + "\U0010ffff"))
        _, entities = snapshot.described_by(np.arange(first, end, dtype=np.int32))
        if not len(entities):
            return None
        numbers, counts = np.unique(snapshot.block_numbers(entities), return_counts=True)
        at = int(counts.argmax())
        classes = snapshot.blocks[int(numbers[at])].classes
        return classes[0] if counts[at] >= _MOSTLY * len(entities) and len(classes) == 1 else None


def _source(name: str) -> Origin:
    return Origin(f"{name}/", f"the source {name}")
