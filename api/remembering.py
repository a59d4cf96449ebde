"""Texts in memory: whose vectors answer now, and how those of another model are made meanwhile.

A question never waits for a model that was just chosen: until it has the vectors of all texts, the one before goes on
to answer, and where there was none, words and names do (in a service; a command waits and says how far it is).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

from ontology.errors import KnockonError
from reasoning.retrieval.embedding import Embedder
from reasoning.retrieval.pieces import texts_of, whole_text
from reasoning.retrieval.types import Passage
from reasoning.retrieval.vectors import KeptVectors, forget_model, kept_models

_AT_ONCE = 32
"""Passages that a question waits for; with more than these the model that was in use goes on."""
_BESIDE = 256
"""Passages of which another model's vectors are made with one question that is asked on the command line."""
_TURN = 16
LOADING = "Answered without the embedding model, which is still being loaded: ask again in half a minute."
WORDS_ONLY = "Texts are still being read by the embedding model: until then they are found by their words and names."


class MemoryTexts:
    """Vectors of a project's texts, by model, kept in ``folder``.

    Args:
        opened: opens an embedding model by the name that settings have for it.
        changed: told when all texts have vectors of the model that was chosen.
    """

    def __init__(
        self, folder: Path, opened: Callable[[str], Embedder | None], *,
        changed: Callable[[], None], progress: Callable[[str, int], None] = lambda _what, _n: None,
    ) -> None:  # fmt: skip
        self._folder = folder
        self._opened = opened
        self._changed = changed
        self._progress = progress
        self._kept: dict[str, KeptVectors] = {}
        self._next: tuple[KeptVectors, list[Passage]] | None = None
        self._working: Thread | None = None
        self._whole: MemoryTexts | None = None
        self._steady = False

    def seen(self, changed: Callable[[], None]) -> MemoryTexts:
        """The same for callers who do not see everything: vectors are shared, what lacks them is looked for apart."""
        made = MemoryTexts(self._folder, self._opened, changed=changed, progress=self._progress)
        made._kept, made._whole = self._kept, self
        return made

    @property
    def steady(self) -> bool:
        """Whether this process stays: then it goes on by itself, and no question waits for vectors."""
        return self._steady if self._whole is None else self._whole.steady

    def stay(self) -> None:
        """Note that this process stays."""
        self._steady = True

    def changes_to(self, model: Embedder) -> bool:
        """Whether another model's vectors are here and none of this one's: then that one is asked first."""
        kept = {m.name for m in kept_models(self._folder)}
        return bool(kept) and model.name not in kept

    def embedder(
        self, passages: Sequence[Passage], model: Embedder, source: str
    ) -> tuple[KeptVectors | None, tuple[str, ...]]:
        """What embeds these passages now (None: nothing, words have to do), and what is to be said about it."""
        chosen = self._of(model, source)
        missing = [p for p in passages if chosen.lacks(whole_text(p))]
        if len(missing) <= (_AT_ONCE if not self.steady or chosen.loaded else 0):
            self._next = None
            return chosen, ()
        older = self._older(passages, chosen)
        if older is None and not self.steady:
            return chosen, ()
        self._next = (chosen, missing)
        return older, () if older is not None else (WORDS_ONLY,)

    @property
    def waiting(self) -> int:
        """Passages that lack the vector of a model that is being changed to; 0 when none is."""
        held = self._next
        return 0 if held is None else len(held[1])

    def go_on(self) -> None:
        """Make vectors of the model that is being changed to, beside the questions."""
        if self._next is None or (self._working is not None and self._working.is_alive()):
            return
        self._working = Thread(target=self._work, name="vectors", daemon=self.steady)
        self._working.start()

    def forget(self) -> None:
        """Hold no vectors any more; what is on disk stays."""
        self._kept.clear()
        self._next = None

    def _work(self) -> None:
        left = _BESIDE
        while (held := self._next) is not None and held[1] and (left > 0 or self.steady):
            chosen, missing = held  # a new version may bring others meanwhile
            own = [p for p in missing[:_TURN] if chosen.lacks(whole_text(p))]
            with chosen.remembering():
                chosen.encode([t for p in own for t in texts_of(p)])
            del missing[:_TURN]
            left -= len(own)
            self._progress("vectors", len(own))
        for kept in list(self._kept.values()):
            kept.save()
        if held is None or held[1]:
            return
        self._next = None if self._next is held else self._next
        self._changed()
        if self._whole is None:
            for model in kept_models(self._folder):
                if model.name != held[0].name:
                    forget_model(self._folder, model.name)
                    self._kept.pop(model.name, None)

    def _of(self, model: Embedder, source: str) -> KeptVectors:
        held = self._kept.get(model.name)
        if held is None:
            held = self._kept[model.name] = KeptVectors(model, self._folder, source=source)
            held.remembers = False  # questions are not kept
        return held

    def _older(self, passages: Sequence[Passage], chosen: KeptVectors) -> KeptVectors | None:
        """The latest other model whose vectors are here for all but a few of the passages and that still opens."""
        for kept in kept_models(self._folder):
            if kept.name == chosen.name:
                continue
            found: KeptVectors | None = None
            with suppress(KnockonError):
                model = self._opened(kept.source or "auto")
                if model is not None and model.name == kept.name:
                    found = self._of(model, kept.source)
            if found is not None and sum(found.lacks(whole_text(p)) for p in passages) <= _AT_ONCE:
                return found
        return None
