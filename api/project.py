"""A project: what can be asked of one company's graph, and what changes it. Its parts are wired in ``parts``."""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from api.parts import Parts, Say, quiet
from api.settings import Settings, find_project, load_settings
from graph_engine.store.runs import Run, read_runs
from ingest.progress import Progress, silent
from ontology.errors import BadQuestion, ConfigurationError

if TYPE_CHECKING:
    from api.groups import Groups
    from api.remembering import MemoryTexts
    from api.texts import ProjectTexts
    from graph_engine.entity_view import EntityView
    from graph_engine.store.judgements import OpenQuestion
    from ingest.report import RunReport
    from ontology.types import EntityState, QuarantineState
    from reasoning.answers.engine import Answerer
    from reasoning.answers.measured import Figures
    from reasoning.answers.mentioning import Hit
    from reasoning.answers.types import Answer
    from reasoning.answers.whatif import Runner
    from reasoning.network import Network
    from reasoning.results import Connection, Critical, Impact, WhyNot
    from reasoning.retrieval.embedding import Embedder
    from reasoning.retrieval.types import Filter
    from reasoning.similarity.alike import Likenesses, Similar
    from reasoning.types import EntityRef, Filters, Semantics, Start
    from validation.gate import Gate

# What is heavy is imported where it is used.


class Project(Parts):
    """One company's knockon: what can be asked of it, and what changes it."""

    sees_all = True
    """Whether questions are answered from the whole graph (and not from what some callers may see)."""

    def __init__(self, settings: Settings, *, agent: str = "", say: Say = quiet, progress: Progress = silent) -> None:
        super().__init__(settings, agent=agent, say=say, progress=progress)
        self._answerers: dict[tuple[int, bool], tuple[Network, Answerer]] = {}
        self._alike: Likenesses | None = None
        self._answering = RLock()  # its own: while texts are embedded, everything else is answered

    def forget(self) -> None:
        """Keep nothing ready in memory."""
        with self._reading:
            super().forget()
            self._answerers.clear()
            self._alike = None
            self.memory.forget()

    # -- facts ------------------------------------------------------------------------------------------------------

    def entity_id(self, text: str, known_at: str | None = None) -> str:
        """The id of the thing that ``text`` names (as recorded at ``known_at``): an id, ``Class:key`` or a name.

        Raises:
            NotFound: nothing is called so.
            Ambiguous: several things are; the candidates are listed.
        """
        from reasoning.linking import link

        return link(self.network(self.version_at(known_at)), text).id

    def search(self, text: str, *, class_name: str | None = None, limit: int = 20) -> list[dict[str, object]]:
        """Things that ``text`` may name, best first."""
        return self.search_at(text, class_name=class_name, limit=limit)[1]

    def search_at(
        self, text: str, *, class_name: str | None = None, limit: int = 20
    ) -> tuple[int, list[dict[str, object]]]:
        """The graph version searched, and the things that ``text`` may name, best first.

        Raises:
            BadQuestion: there is no such class.
        """
        from reasoning.linking import candidates

        if class_name is not None and class_name not in self.ontology.classes:
            raise BadQuestion(f"There is no class {class_name!r}.", do="docs/ontology.md lists them.")
        network = self.network()
        found = candidates(network, text, limit=limit if class_name is None else limit * 20)
        hits = [
            {"id": c.entity.id, "class": c.entity.class_name, "title": c.entity.title, "why": c.why, "score": c.score}
            for c in found
            if class_name is None or self.ontology.is_a(c.entity.class_name, class_name)
        ]
        return network.snapshot.version, hits[:limit]

    def show(
        self, text: str, *, known_at: str | None = None, valid_at: str | None = None, limit: int | None = None
    ) -> EntityView:
        """One thing with its values, relations and where each came from; ``valid_at`` None: relations of all time."""
        from graph_engine.entity_view import LIMIT, view

        version = self.version_at(known_at)
        day = parse_valid_at(valid_at)
        return view(
            self.graph, self.ontology, self._named(text, known_at), version=version,
            valid_at=day if isinstance(day, date) else None, limit=LIMIT if limit is None else limit,
        )  # fmt: skip

    def _named(self, text: str, known_at: str | None) -> str:
        if known_at is not None and re.fullmatch(r"e_[0-9a-f]{20}", text):
            return text  # it may be gone by now
        return self.entity_id(text, known_at)

    def lineage(self, text: str, form: str) -> str:
        """Where a thing comes from, as text, JSON or PROV-O Turtle."""
        from api.wire import entity_json
        from graph_engine.entity_view import earlier_states
        from graph_engine.lineage import lineage_text, prov_turtle

        shown = self.show(text, limit=1_000_000)
        if form == "prov":
            return prov_turtle(shown)
        earlier = earlier_states(self.graph, shown.state.id)
        if form == "json":
            return json.dumps({**entity_json(self.ontology, shown), "earlier": earlier}, indent=2)
        return lineage_text(self.ontology, shown, earlier)

    # -- answers ----------------------------------------------------------------------------------------------------

    def impact(
        self, starts: Sequence[Start], *, semantics: Semantics | None = None, filters: Filters | None = None,
        known_at: str | None = None, limit: int | None = 100, paths: int = 3,
    ) -> Impact:  # fmt: skip
        """What is affected if ``starts`` fail."""
        from reasoning.impact import impact
        from reasoning.types import Semantics

        network = self.network(self.version_at(known_at))
        return impact(
            network, starts, semantics=semantics or Semantics.REACH, filters=filters, limit=limit, paths=paths
        )

    def paths(
        self, start: str, end: str, k: int = 3, *, filters: Filters | None = None, known_at: str | None = None
    ) -> Connection:
        """How two things hang together."""
        from reasoning.linking import link
        from reasoning.paths import paths

        network = self.network(self.version_at(known_at))
        return paths(network, link(network, start).id, link(network, end).id, k, filters=filters)

    def critical(
        self, target: str | None = None, *, among: Sequence[str] = (), filters: Filters | None = None,
        known_at: str | None = None, limit: int = 10,
    ) -> Critical:  # fmt: skip
        """Which single failure, and which pair of failures, stops most (or stops ``target``)."""
        from reasoning.critical import critical
        from reasoning.linking import link

        network = self.network(self.version_at(known_at))
        end = None if target is None else link(network, target).id
        return critical(network, among=tuple(among), target=end, filters=filters, limit=limit)

    def why_not(
        self, starts: Sequence[Start], target: str, *, semantics: Semantics | None = None,
        filters: Filters | None = None, known_at: str | None = None,
    ) -> WhyNot:  # fmt: skip
        """Why a thing is, or is not, affected."""
        from reasoning.linking import link
        from reasoning.types import Filters, Semantics
        from reasoning.why_not import why_not

        network = self.network(self.version_at(known_at))
        return why_not(
            network,
            starts,
            link(network, target).id,
            semantics=semantics or Semantics.REACH,
            filters=filters or Filters(),
        )

    def similar(self, thing: str, *, known_at: str | None = None, limit: int = 10) -> Similar:
        """Things like one, with reasons, and what they have that it lacks."""
        likenesses = self._likenesses(self.version_at(known_at))
        return likenesses.similar(self._linked(likenesses.network, thing), limit=limit)

    def substitutes(self, thing: str, *, known_at: str | None = None, limit: int = 10) -> Similar:
        """What could stand in for a product or a supplier."""
        likenesses = self._likenesses(self.version_at(known_at))
        return likenesses.substitutes(self._linked(likenesses.network, thing), limit=limit)

    def communities(self, *, limit: int = 20, again: bool = False) -> Groups:
        """Groups of things that hang together."""
        from api.groups import communities

        return communities(self.graph, self.network(), self.settings.data / "groups", limit=limit, again=again)

    def mentions(self, thing: str, *, limit: int = 20) -> tuple[EntityRef, tuple[Hit, ...]]:
        """Where texts name a thing, surest first: from Neo4j's index where it is used, else read now."""
        from reasoning.answers.corpus import passages_of
        from reasoning.answers.mentioning import Mentions
        from reasoning.answers.reader import Reader

        network = self.network()
        at = self._linked(network, thing)
        if self.sees_all and self.texts.is_wanted(network, self.settings.text_index):
            return self.texts.mentions(network, network.snapshot.entity_id(at), limit)
        with self._answering:
            held = self._answerers.get((id(network), True)) or self._answerers.get((id(network), False))
        if held is not None and held[0] is network:
            reader = held[1].reader
        else:
            reader = Reader(network, spacy_model=self.settings.spacy_model)
        return network.entity(at), Mentions(reader).places(at, passages_of(network), limit)

    def _linked(self, network: Network, thing: str) -> int:
        from reasoning.linking import link

        return network.snapshot.index(link(network, thing).id)

    def _likenesses(self, known_at: int | None) -> Likenesses:
        from reasoning.similarity.alike import Likenesses

        network = self.network(known_at)
        with self._reading:
            if self._alike is None or self._alike.network is not network:
                self._alike = Likenesses(network)
            return self._alike

    def answerer(self, known_at: int | None = None, *, embedding: bool = True) -> Answerer:
        """What answers questions at the published version; made once for it. Texts known already are not embedded anew.

        Raises:
            ConfigurationError: the embedding model that the settings name cannot be loaded.
        """
        from api.remembering import LOADING
        from reasoning.answers.engine import Answerer
        from reasoning.answers.reader import Reader
        from reasoning.retrieval.models import is_loaded, prepare

        network = self.network(known_at)
        with self._answering:
            held = self._answerers.get((id(network), embedding))
            if held is not None and held[0] is network:
                return held[1]
            model = self.embedder() if embedding else None
            if model is not None and not self.memory.changes_to(model):
                prepare(model)  # beside what is read meanwhile
            if self.sees_all and known_at is None and self.texts.is_wanted(network, self.settings.text_index):
                reader = Reader(network, spacy_model=self.settings.spacy_model)
                loading = self.memory.steady and not is_loaded(model)
                known = None if loading else model
                stored, notes = self.texts.searched(network, reader, known, source=self.settings.embedding)
                notes = (*notes, LOADING) if loading else notes
                found = Answerer(
                    network, reader=reader, stored=stored, run_scenario=self._scenarios(), figures=self._figures,
                    notes=notes,
                )  # fmt: skip
                if notes:
                    return found  # not kept: the index is behind
            else:
                earlier = next((a for (_, e), (_, a) in reversed(self._answerers.items()) if e is embedding), None)
                found = self._in_memory(network, model, earlier)
            current = {id(n) for n in self._ready_networks()}
            for key in [k for k in self._answerers if k[0] not in current]:
                del self._answerers[key]
            self._answerers[id(network), embedding] = (network, found)
            return found

    def _in_memory(self, network: Network, model: Embedder | None, earlier: Answerer | None) -> Answerer:
        """What answers from an index in memory; what an earlier one read, and it holds too, is not read again."""
        from reasoning.answers.corpus import passages_of
        from reasoning.answers.engine import Answerer, embedded

        passages, kept = tuple(passages_of(network)), None
        notes: tuple[str, ...] = ()
        if model is not None:
            kept, notes = self.memory.embedder(embedded(passages), model, self.settings.embedding)
        if kept is not None and not kept.loaded:
            self._progress("loading the embedding model", 0, 0)
        with nullcontext() if kept is None else kept.remembering():
            found = Answerer(
                network, kept, spacy_model=self.settings.spacy_model, run_scenario=self._scenarios(),
                figures=self._figures, notes=notes,
                progress=lambda n: self._progress("embedding texts", n, 0), earlier=earlier, passages=passages,
            )  # fmt: skip
        if kept is not None:
            kept.save()
        return found

    @cached_property
    def memory(self) -> MemoryTexts:
        """The vectors of texts that are searched in memory."""
        from api.remembering import MemoryTexts

        return MemoryTexts(
            self.settings.vectors, self._embedder_named, changed=self._vectors_made,
            progress=lambda what, n: self._progress(what, n, 0),
        )  # fmt: skip

    def _vectors_made(self) -> None:
        """Answer with the vectors that are all there now; until that is made ready, as before."""
        if not self.memory.steady:  # a command is about to end
            with self._answering:
                for key in [k for k in self._answerers if k[1]]:
                    del self._answerers[key]
            return
        model = self.embedder()
        for key, (network, before) in list(self._answerers.items()):
            if key[1]:
                found = self._in_memory(network, model, before)
                with self._answering:
                    if self._answerers.get(key) == (network, before):
                        self._answerers[key] = (network, found)

    def warm(self) -> None:
        """Make ready what the first questions would wait for: names as they are searched, and, for questions in words,
        the model and texts that are new to it.

        The process is taken to stay: vectors are made beside the questions, which are answered from words until then.
        Where nothing was ingested, nothing is; where no text is there or no model is wanted, no model is loaded.
        """
        from api.parts import NotReady
        from reasoning.answers.corpus import passages_of
        from reasoning.linking import candidates
        from reasoning.retrieval.models import prepare

        try:
            network = self.network()
        except NotReady:
            return
        candidates(network, "anything", 1)
        if self.settings.embedding == "none" or next(iter(passages_of(network)), None) is None:
            return
        self.memory.stay()
        if self.texts.is_wanted(network, self.settings.text_index):
            prepare(self.embedder())  # its index is written to with a question or by `knockon index`, not by itself
            self.texts.rehearse()
        else:
            self.answerer()
            self.memory.go_on()

    def _ready_networks(self) -> Iterable[Network]:
        return self._networks.values()

    @cached_property
    def texts(self) -> ProjectTexts:
        """The texts of the graph in Neo4j's own indexes."""
        from api.texts import ProjectTexts

        return ProjectTexts(
            self.graph, self._embedder_named, progress=lambda what, n: self._progress(what, n, 0),
            changed=self._answerers.clear,
        )  # fmt: skip

    @property
    def texts_waiting(self) -> bool:
        """Whether vectors of a newly chosen model are still being made."""
        return self.memory.waiting > 0 or ("texts" in self.__dict__ and self.texts.waiting > 0)

    def _scenarios(self) -> Runner:
        """What runs the scenario of a question."""
        from api.scenarios import Scenarios

        desk = Scenarios(self)
        return lambda scenario: desk.run(scenario, check=False)

    @cached_property
    def _measured(self) -> Figures:
        from api.measures import ProjectMeasures
        from reasoning.answers.measured import Figures

        held = ProjectMeasures(self)
        return Figures(held.measures, held.withheld, self.settings.timezone or "UTC")

    def _figures(self) -> Figures:
        """The measures that questions may ask for: those that the caller may see; read once."""
        return self._measured

    def rules_inside(self) -> Gate | None:
        """What checks the rules of the data inside a scenario; None: nothing may."""
        return self.gate

    def embedder(self) -> Embedder | None:
        """The embedding model of the settings, if there is one.

        Raises:
            ConfigurationError: it cannot be loaded.
        """
        return self._embedder_named(self.settings.embedding)

    def _embedder_named(self, name: str) -> Embedder | None:
        from reasoning.retrieval.models import available_embedder, opened

        match name:
            case "auto":
                return available_embedder()
            case "none":
                return None
            case folder:
                return opened(self.settings.folder / folder)

    def ask(
        self, question: str, *, today: date | None = None, valid_at: date | str | None = None,
        known_at: str | None = None, filter_: Filter | None = None, embedding: bool = True, phrase: bool = True,
        budget: float | None = None,
    ) -> Answer:  # fmt: skip
        """The answer to a question in plain words, from documents and the graph together.

        Args:
            valid_at: relations that held on that day; None or ``any``: of all time.
            phrase: let the language model of the settings, if there is one, phrase it.
        """
        from api.remembering import LOADING
        from reasoning.answers.phrasing import Endpoint, phrase_answer
        from reasoning.retrieval.models import is_loaded
        from reasoning.types import ANY

        answerer = self.answerer(self.version_at(known_at), embedding=embedding)
        if not is_loaded(answerer.index.embedder):
            if self.memory.steady:
                answerer = answerer.without_model(LOADING)
            else:
                self._progress("loading the embedding model", 0, 0)
        answer = answerer.ask(
            question, today=today, valid_at=valid_at if isinstance(valid_at, date) else ANY, filter_=filter_
        )
        if embedding and self.texts_waiting:
            self.memory.go_on()
            if "texts" in self.__dict__:
                self.texts.go_on(self.network(), answerer.reader)
        phrasing = self.settings.phrasing
        if not phrase or phrasing is None:
            return answer

        endpoint = Endpoint(
            phrasing.url, phrasing.model, phrasing.key, timeout=budget or phrasing.timeout,
            tokens_a_day=phrasing.tokens_a_day, folder=self.settings.data / "phrased",
        )  # fmt: skip
        return phrase_answer(answer, endpoint, answerer.index.embedder)

    # -- changing ---------------------------------------------------------------------------------------------------

    def state(
        self, kind: str, text: str, changes: Sequence[str], *, because: str, until: str | None, review: str | None,
        author: str | None, dry_run: bool = False,
    ) -> RunReport:  # fmt: skip
        """Enter corrections (``correct``) or assumptions (``assume``) about one thing."""
        from graph_engine.entity_view import view
        from ingest.entry import parse_changes
        from reasoning.linking import link

        entity = view(self.graph, self.ontology, self.entity_id(text), limit=1).state

        def resolve(named: str, expected: str) -> EntityState:
            other = link(self.network(), named, to_class=expected)
            return view(self.graph, self.ontology, other.id, limit=1).state

        said = parse_changes(
            kind, self.ontology, entity, changes, resolve, author=author or self.agent or getpass.getuser(),
            because=because, until=until, review=review,
        )  # fmt: skip
        return self.pipeline.state(kind, said, because=because, dry_run=dry_run)

    def replay(self, file: Path | None, *, because: str = "", dry_run: bool = False) -> RunReport:
        """Try again what is set aside: all of it, or the rows mended in ``file``."""
        from ingest.mend import read_back
        from ingest.pins import Pins

        inputs = []
        if file is not None:
            pins = Pins(self.archive.root)
            inputs = read_back(file, self.mappings(), self.archive, pins, self.quarantine(), self.ontology)
        return self.pipeline.replay(
            inputs, because=because or (f"mended in {file.name}" if file else ""), dry_run=dry_run
        )

    def quarantine(self, where: str | None = None, rule: str | None = None) -> tuple[QuarantineState, ...]:
        """Rows that are set aside: all, or those of a source, a ``source.table``, a rule."""
        from graph_engine.quarantine import entries

        return entries(self.graph, where, rule)

    def open_questions(self, limit: int = 1_000, class_name: str = "") -> tuple[OpenQuestion, ...]:
        """Pairs of records of which only a person can say whether they are one thing."""
        from graph_engine.store.judgements import open_questions

        return open_questions(self.graph, limit, class_name)

    def quarantined_row(self, id_: str) -> QuarantineState:
        """One row that is set aside."""
        from graph_engine.quarantine import entry

        return entry(self.graph, id_)

    def export_quarantine(self, file: Path, where: str | None = None, rule: str | None = None) -> int:
        """Write rows that are set aside as CSV to mend; gives their number."""
        from ingest.mend import export

        stored = (self.archive.find(name) for name in self.archive.names())
        columns = {(s.source, s.table, s.sha256): s.columns for s in stored}
        return export(self.quarantine(where, rule), file, lambda e: columns.get((e.source, e.table, e.file), ()))

    # -- the rest ---------------------------------------------------------------------------------------------------

    def runs(self) -> tuple[Run, ...]:
        """All runs, oldest first."""
        return read_runs(self.graph)

    def digest(self) -> str:
        """One hash over the graph's content."""
        from graph_engine.store.current import digest

        return digest(self.graph, self.ontology)

    def version_at(self, text: str | None) -> int | None:
        """The graph version that ``--known-at`` means: a number, a run, a date or an instant.

        Raises:
            BadQuestion: it is none of these, or before the first run.
        """
        if text is None:
            return None
        published = [r for r in self.runs() if r.status == "live" and r.published is not None]
        versions = {r.id: r.published for r in published if r.published is not None}
        if re.fullmatch(r"\d+", text):
            fit = [v for v in versions.values() if v <= int(text)]
        elif text.startswith("run-"):
            fit = [versions[text]] if text in versions else []
        else:
            try:
                when = datetime.fromisoformat(text if "T" in text else f"{text}T23:59:59")
            except ValueError as problem:
                raise BadQuestion(
                    f"{text!r} is neither a version, a run, a date nor an instant.", do="Try 2026-03-31."
                ) from problem
            stamp = when.isoformat()[:19]
            fit = [versions[r.id] for r in published if r.finished is not None and r.finished[:19] <= stamp]
        if not fit:
            raise BadQuestion(f"Nothing was recorded at {text!r}.", do="`knockon runs` lists what was recorded when.")
        return max(fit)


def open_project(
    folder: Path | None = None, *, folders: Sequence[str] = (), agent: str = "", say: Say = quiet,
    progress: Progress = silent,
) -> Project:  # fmt: skip
    """The project in ``folder`` (or the nearest one upwards from here).

    Args:
        folders: ``source=PATH`` pairs that say where the files of a source lie.
    """
    found = find_project(folder)
    return Project(load_settings(found, placed_folders(folders)), agent=agent, say=say, progress=progress)


def placed_folders(pairs: Sequence[str]) -> dict[str, Path]:
    """Source → folder, from ``source=PATH`` texts.

    Raises:
        ConfigurationError: one is not of that form.
    """
    placed: dict[str, Path] = {}
    for pair in pairs:
        name, equals, path = pair.partition("=")
        if not equals or not name or not path:
            raise ConfigurationError(
                f"--folder {pair!r} is not SOURCE=PATH.", do="Write for example --folder erp=exports/erp."
            )
        placed[name] = Path(path).expanduser().resolve()
    return placed


def parse_valid_at(text: str | None) -> date | str | None:
    """``any``, a date, or None for today.

    Raises:
        BadQuestion: it is neither.
    """
    if text is None or text == "any":
        return text
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise BadQuestion(
            f"--valid-at {text!r} is neither a date nor `any`.", do="Write it as 2026-03-31."
        ) from problem
