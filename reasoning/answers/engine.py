"""Questions answered over one version of the graph: read, routed, found, put together. No language model is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import Literal

from ontology.errors import BadQuestion
from reasoning.answers.addressing import addresses_machine
from reasoning.answers.asked_for import lacking
from reasoning.answers.citing import Citer, contradictions, readable
from reasoning.answers.confidence import Signals, confidence, fitted
from reasoning.answers.corpus import entity_of, passages_of
from reasoning.answers.deadlines import reckon
from reasoning.answers.meaning import Open, settle
from reasoning.answers.measured import Figures
from reasoning.answers.reader import LONGEST, Ask, Reader
from reasoning.answers.routing import Router
from reasoning.answers.sentences import Case, Finder, Said, closeness, telling
from reasoning.answers.structural import NOT_COUNTED
from reasoning.answers.surroundings import Surroundings, Way, look_around
from reasoning.answers.types import Answer, Citation, Fact, Kind, Statement
from reasoning.answers.whatif import UNREAD, Runner
from reasoning.answers.wording import definitions_of, fact_text
from reasoning.network import Network
from reasoning.retrieval.embedding import Embedder
from reasoning.retrieval.index import PassageIndex, Searchable, WithoutModel
from reasoning.retrieval.text import terms
from reasoning.retrieval.types import Filter, Passage
from reasoning.types import Path

_FEW = 12  # distinct values of a property that sorts things into kinds
_MORE = 0.8  # of the best sentence's score, for a further sentence
_SENTENCES = 3
EMBEDDED = 500  # texts of records that are embedded; thousands of messages would take minutes and say little more
_ALIKE = 5  # things that fit the question equally well and are all told

Held = date | Literal["any"]


class Answerer:
    """Answers over one network. Making one reads all texts; share it between threads and questions.

    Args:
        embedder: turns texts into vectors; None works on words and the graph.
        spacy_model: a model of the user's own that finds names in questions.
        progress: hears how many passages were embedded since last time.
        reader: takes questions apart; made here unless given.
        stored: indexes of documents and of records' texts that are kept elsewhere; None: both are made in memory.
        run_scenario: runs what-if questions; None: they are only told from others.
        figures: gives the measures that questions may ask for; None: there are none.
        notes: said with every answer.
        earlier: what answers at another version: texts that are the same there are not read anew. It goes on to answer.
        passages: all texts of the network, where they were read already.
    """

    def __init__(
        self, network: Network, embedder: Embedder | None = None, *, spacy_model: str | None = None,
        progress: Callable[[int], None] | None = None, reader: Reader | None = None,
        stored: tuple[Searchable, Searchable] | None = None, run_scenario: Runner | None = None,
        figures: Callable[[], Figures] | None = None,
        notes: tuple[str, ...] = (), earlier: Answerer | None = None, passages: Sequence[Passage] | None = None,
    ) -> None:  # fmt: skip
        self.network = network
        self._notes = notes
        self.reader: Reader = reader or Reader(
            network, spacy_model=spacy_model, earlier=None if earlier is None else earlier.reader
        )
        self.index, self.said = stored or self._in_memory(embedder, progress, earlier, passages)
        self._router = Router(network, self.reader, run_scenario, figures)
        self._finders = (Finder(self.index), Finder(self.said))
        self._citer = Citer(network)
        self._mentions: dict[str, tuple[int, ...]] = {}
        self._lock = Lock()

    def without_model(self, note: str) -> Answerer:
        """The same, asked by words and names only; ``note`` is said with every answer. It takes nothing to make."""
        made = copy(self)
        made._notes = (*self._notes, note)
        made.index, made.said = WithoutModel(self.index), WithoutModel(self.said)
        made._finders = (Finder(made.index), Finder(made.said))
        return made

    def _in_memory(
        self,
        embedder: Embedder | None,
        progress: Callable[[int], None] | None,
        earlier: Answerer | None,
        passages: Sequence[Passage] | None,
    ) -> tuple[Searchable, Searchable]:
        # What was written to be looked up and what somebody once said are indexed apart: a hundred messages about
        # returns must not drown the one policy.
        texts: tuple[dict[str, list[Passage]], dict[str, list[Passage]]] = ({}, {})
        for passage in passages_of(self.network) if passages is None else passages:
            texts[passage.standing < 1].setdefault(passage.document, []).append(passage)
        few = sum(len(held) for held in texts[1].values()) <= EMBEDDED
        before = (None, None) if earlier is None else (earlier.index, earlier.said)
        models = embedder, embedder if few else None
        one, other = (
            _brought_up(index, held, model, progress)
            for index, held, model in zip(before, texts, models, strict=True)
        )  # fmt: skip
        return one, other

    def ask(
        self, question: str, *, today: date | None = None, valid_at: Held = "any", filter_: Filter | None = None
    ) -> Answer:
        """The answer to a question, or that it is not known.

        Args:
            today: the day that dates are compared with; None: the clock's.
            valid_at: relations that held on that day.
            filter_: which texts may be seen; applied before anything is ranked.

        Raises:
            BadQuestion: the question is empty.
        """
        today = today or date.today()
        if not question.strip():
            raise BadQuestion("The question is empty.", do='Ask in your own words, such as "Who supplies the pump?".')
        notes = self._notes
        if len(question) > LONGEST:
            notes = (
                *notes,
                f"Only the first {LONGEST:,} characters of the question were read.",
            )
        ask = self.reader.read(question, today)
        snapshot = self.network.snapshot
        base = Answer(ask.text, Kind.UNKNOWN, snapshot.version, today, known_at=snapshot.known_at)
        if not terms(ask.text) and not ask.names:
            note = "The question holds no word that something could be found by."
            return replace(base, notes=(*notes, note))
        things = settle(self.network, ask, valid_at)
        if isinstance(things, Open):
            return replace(base, kind=Kind.AMBIGUOUS, readings=things.readings, notes=(*notes, things.note))
        base = replace(base, linked=tuple(self.network.entity(i) for i in things))
        routed = self._router.answer(ask, things, base, valid_at)
        better = None if routed is None else _BETTER.get(routed.plan)
        if routed is not None and better is None:
            return replace(routed, notes=(*notes, *routed.notes))
        found = self._from_texts(ask, things, base, today, valid_at, filter_)
        if routed is not None and better is not None and not better(found):
            found = replace(routed, plan="", nearest=found.nearest or found.citations)
        return replace(found, notes=(*notes, *found.notes))

    def mentioned(self, passage: Passage) -> tuple[int, ...]:
        """Entities that a passage surely names (each passage is read once)."""
        with self._lock:
            held = self._mentions.get(passage.id)
        if held is None:
            named = self.reader.gazetteer.find(passage.text, partly=False)
            own = self.network.snapshot.find(entity_of(passage.id))
            held = tuple(dict.fromkeys(n.entities[0] for n in named if not n.ambiguous and n.entities[0] != own))
            with self._lock:
                self._mentions[passage.id] = held
        return held

    # -- from texts and what lies around the things named ---

    def _from_texts(
        self, ask: Ask, things: tuple[int, ...], base: Answer, today: date, valid_at: Held, filter_: Filter | None
    ) -> Answer:
        around = look_around(self.network, things, ask.wanted, valid_at=valid_at)
        ways = _equal(around.ways)
        case = self._case(ask, things, around, ways)
        found = self._found(ask, case, today, valid_at, filter_)
        missing = self._missing(ask, filter_)
        kept = kept_of([s for s in found if not addresses_machine(s.text)])
        addressed = dict.fromkeys(s.passage.title for s in kept_of(found) if addresses_machine(s.text))
        warned = tuple(
            f"{title!r} holds a sentence that tells a machine what to answer: it is not taken for an answer."
            for title in addressed
        )
        citations = tuple(self._citer.cite(s, n) for n, s in enumerate(kept, 1))
        facts = self._facts(things, around, ways, len(kept))
        paths = tuple(p for w in ways if (p := around.path(self.network, w)) is not None)
        signals = _signals(ask, things, ways, kept)
        sure = confidence(signals, self.index.embedder is not None)
        base = replace(base, facts=facts, paths=paths, confidence=sure, signals=signals)
        unsaid = self._unsaid(ask, kept) if kept else ""
        if missing or sure < fitted().refuse_below or not kept or unsaid:
            carried = f"The question asks for {unsaid}, which no passage that was found gives."
            notes = (
                *warned,
                *((carried,) if unsaid and not missing and sure >= fitted().refuse_below else ()),
                *self._other_language(ask, filter_),
                *(f"Nothing in the graph or the documents is called {m!r}." for m in missing),
            )
            return replace(base, nearest=citations, notes=notes, confidence=0.0 if missing or unsaid else sure)
        statements = (
            *self._reckoned(ask, kept, citations, facts, today),
            *(
                Statement(readable(s.passage.text, s.start, s.end, case.own | set(ask.stems)), (n,))
                for n, s in enumerate(kept, 1)
            ),
        )
        return replace(
            base,
            kind=Kind.TEXT,
            statements=statements,
            citations=citations,
            paths=(*paths, *self._bridge(kept[0], things, ways, around)),
            contradictions=contradictions(citations),
            notes=(*warned, *self._several(ways)),
        )

    def _unsaid(self, ask: Ask, kept: Sequence[Said]) -> str:
        """What a question asks for that no sentence carries."""
        snapshot = self.network.snapshot
        classes = {c for c, _, _ in ask.classes if len(snapshot.members(c)) > 1}
        met = [e for s in kept for e in self.mentioned(s.passage)] if classes else []
        named = not classes or any(snapshot.is_a(e, c) for e in met for c in classes)
        return lacking(ask.text, bool(classes), (" ".join((*s.passage.path, s.text)) for s in kept), named)

    def _found(self, ask: Ask, case: Case, today: date, valid_at: Held, filter_: Filter | None) -> tuple[Said, ...]:
        """Sentences that were in force, of documents and of records, best first."""
        found = [
            said
            for finder in self._finders
            for said in finder.find(ask.rest, case, filter_=filter_)
            if _in_force(said.passage, today, valid_at)
        ]
        return tuple(sorted(found, key=lambda s: (-s.score, s.passage.id, s.start)))

    def _case(self, ask: Ask, things: tuple[int, ...], around: Surroundings, ways: Sequence[Way]) -> Case:
        """What the things are (their kinds, states), what others are, and how near each passage is to them."""
        snapshot = self.network.snapshot
        met = [*things]
        stems = ask.wanted.stems
        explained = {stems[i][0] for w in ways[:1] for i in w.covered if i < len(stems)}
        if around.flow is not None:
            met += [int(around.flow.head[e]) for way in ways for e in way.edges]
        own: set[str] = set()
        others: set[str] = set()
        words: list[str] = []
        for entity in dict.fromkeys(met):
            block = snapshot.block_of(entity)
            for name in sorted(block.columns):
                column = snapshot.block_column(block, name)
                if column is None or column.dictionary is None or not 2 <= len(column.dictionary) <= _FEW:
                    continue
                value = column.python(entity - block.start)
                held = {value} if isinstance(value, str) else set(value) if isinstance(value, tuple) else set()
                if held:
                    own |= telling(str(v) for v in held)
                    others |= telling(v for v in column.dictionary if v not in held)
                    words += [str(v) for v in held]
            if entity not in things:
                words.append(snapshot.title(entity))
        return Case(
            frozenset(own), frozenset(others - own), tuple(dict.fromkeys(words)), frozenset(explained),
            lambda passage: self._near(passage, around, frozenset(met)),
        )  # fmt: skip

    def _near(self, passage: Passage, around: Surroundings, met: frozenset[int]) -> float:
        """How close a passage is, in the graph or by what it mentions, to the things of the case, 0 to 1."""
        if not around.near:
            return 0.0
        costs = [around.near[i] for i in self.mentioned(passage) if i in around.near and i in met]
        at = self.network.snapshot.find(passage.document)
        if at is not None and at in around.near and (at not in around.behind or passage.standing == 1):
            costs.append(around.near[at])
        return closeness(min(costs)) if costs else 0.0

    def _other_language(self, ask: Ask, filter_: Filter | None) -> tuple[str, ...]:
        """A note where the texts are in other languages than the question."""
        held = self.index.languages(filter_)
        if ask.language is None or not held or ask.language in held:
            return ()
        return (f"The question is in another language than the documents ({', '.join(sorted(held))}).",)

    def _missing(self, ask: Ask, filter_: Filter | None) -> tuple[str, ...]:
        """Names of the question with a word that neither the graph nor any text holds."""

        def held(stem: str) -> bool:
            return stem in self.reader.word_counts or any(i.knows(stem, filter_) for i in (self.index, self.said))

        return tuple(n for n in ask.unknown if not all(held(t) for t in terms(n)))

    def _facts(self, things: tuple[int, ...], around: Surroundings, ways: Sequence[Way], told: int) -> tuple[Fact, ...]:
        """Facts about the things named and those on the best ways, numbered after the citations."""
        listed = [*things]
        if around.flow is not None:
            listed += [int(around.flow.head[e]) for way in ways for e in way.edges]
        dated = frozenset(p for way in ways for p in way.properties)
        facts = []
        for number, entity in enumerate(dict.fromkeys(listed), told + 1):
            records = self.network.records(self.network.snapshot.records(entity))
            facts.append(
                Fact(number, self.network.entity(entity), fact_text(self.network, entity, first=dated), records)
            )
        return tuple(facts)

    def _reckoned(
        self, ask: Ask, kept: Sequence[Said], citations: Sequence[Citation], facts: Sequence[Fact], today: date
    ) -> tuple[Statement, ...]:
        """Terms counted from dates of the case, by the surest sentence that gives one and speaks of what is asked."""
        snapshot = self.network.snapshot
        asked = {stem for stem, _ in ask.wanted.stems}
        for said, citation in zip(kept, citations, strict=True):
            if not asked & set(terms(said.text)):
                continue
            found = []
            for fact in facts:
                entity = snapshot.index(fact.entity.id)
                kind = fact.entity.kind
                reckoned = reckon(
                    said.text, said.passage.text, snapshot.values(entity), definitions_of(self.network, entity),
                    f"{kind[:1].upper()}{kind[1:]} {fact.entity.title}", today,
                )  # fmt: skip
                if reckoned is not None:
                    found.append(Statement(reckoned.text, (citation.number, fact.number), derived=True))
            if found:
                return tuple(found[:_ALIKE])
        return ()

    def _bridge(
        self, said: Said, things: tuple[int, ...], ways: Sequence[Way], around: Surroundings
    ) -> tuple[Path, ...]:
        """How the first cited document hangs together with the things named, where the graph ties them."""
        from reasoning.paths import paths

        snapshot = self.network.snapshot
        document = snapshot.find(said.passage.document)
        met = [*things, *(w.node for w in ways)]
        if not met or document is None or document in met or document not in around.near:
            return ()
        return paths(self.network, snapshot.entity_id(met[-1]), said.passage.document, 1).paths

    def _several(self, ways: Sequence[Way]) -> tuple[str, ...]:
        if len(ways) < 2:
            return ()
        titles = ", ".join(self.network.entity(w.node).title for w in ways)
        return (f"{len(ways)} things fit the question equally well: {titles}.",)


def _brought_up(
    earlier: Searchable | None, texts: dict[str, list[Passage]], embedder: Embedder | None,
    progress: Callable[[int], None] | None,
) -> PassageIndex:  # fmt: skip
    """An index of these texts, made from an earlier one; its vectors are made anew where another model made them."""
    if not isinstance(earlier, PassageIndex) or earlier.worn or (embedder is None and earlier.embedder is not None):
        made, changed = PassageIndex(embedder), texts
    else:
        made = earlier.fork()
        changed = {d: held for d, held in texts.items() if made.passages_of(d) != tuple(held)}
        for document in made.documents:
            if document not in texts or document in changed:
                made.delete(document)
        if embedder is not None:
            made.reembed(embedder)
    made.put_all(dict(changed), progress=progress)
    return made


def embedded(passages: Sequence[Passage]) -> list[Passage]:
    """Those of all texts that get vectors: documents, and what records say if that is not too much."""
    said = [p for p in passages if p.standing < 1]
    return [p for p in passages if p.standing >= 1] + (said if len(said) <= EMBEDDED else [])


def _says_number(answer: Answer) -> bool:
    """Whether an answer from texts says a number at once: what "how many" may be answered with."""
    return answer.known and any(c.isdigit() for c in answer.statements[0].text)


_BETTER: Mapping[str, Callable[[Answer], bool]] = {NOT_COUNTED: _says_number, UNREAD: lambda found: found.known}
"""What a question was taken for but is not → which answers from texts are better than saying so."""


def _equal(ways: Sequence[Way]) -> tuple[Way, ...]:
    """The best way, and those that cover the same at much the same cost."""
    if not ways:
        return ()
    best = ways[0]
    return tuple(w for w in ways if w.covered == best.covered and abs(w.cost - best.cost) < 0.5)[:_ALIKE]


def _in_force(passage: Passage, today: date, valid_at: Held) -> bool:
    """Whether a document held; what begins later or has ended is no answer for that day."""
    day = valid_at if isinstance(valid_at, date) else today
    return (passage.valid_from is None or passage.valid_from <= day) and (
        passage.valid_to is None or day < passage.valid_to
    )


def kept_of(found: Sequence[Said]) -> tuple[Said, ...]:
    """The best sentence and those nearly as good."""
    if not found:
        return ()
    best = found[0]
    more = (s for s in found[1:] if s.score >= _MORE * best.score and s.likeness >= 0.7 * best.likeness)
    return (best, *more)[:_SENTENCES]


def _signals(ask: Ask, things: tuple[int, ...], ways: Sequence[Way], kept: Sequence[Said]) -> Signals:
    if not kept:
        return Signals(0.0, 0.0, 0.0, 0.0)
    weights, stems = ask.wanted.weights, ask.wanted.stems
    said = {t for s in kept for t in terms(f"{s.passage.title} {' '.join(s.passage.path)} {s.text}")}
    by_way = ways[0].covered if ways else frozenset()
    total = sum(weights) or 1.0
    covered = sum(w for i, w in enumerate(weights) if i in by_way or (i < len(stems) and stems[i][0] in said))
    linked = 1.0 if not ask.names else len(things) / len(ask.names)
    return Signals(kept[0].likeness, covered / total, kept[0].words, linked)
