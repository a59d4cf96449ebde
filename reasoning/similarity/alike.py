"""Similar things, what similar things have that one lacks, and substitutes: each with its reasons.

docs/similar.md says how well each does on what happened later, beside plainer methods and graph embeddings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from scipy import sparse

from ontology.errors import BadQuestion
from ontology.sentences import one_stop
from reasoning.network import Network
from reasoning.retrieval.text import terms
from reasoning.similarity.profiles import Floats, Ints, Profiles, ties
from reasoning.types import EntityRef, RecordRef

_SEVERAL = 1.2
"""Of a class that members have on average at least so many of, more may be missing; of others one is the rule."""
_CLASSES = 3
_LARGEST = 50_000  # members of a class in which suggestions are looked for
_HOLDERS = 3
_NEAR = 40
"""Similar things whose relations count for a suggestion."""
_REASONS = 4
_FAINT = 0.02
"""Likeness below which nothing is said to be alike."""
_KEPT = 6  # classes whose profiles are kept ready


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that two things have in common, with its share of their likeness (0 to 1)."""

    entity: EntityRef
    share: float
    records: tuple[RecordRef, ...]

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {**self.entity.to_json(), "share": round(self.share, 3), "records": [r.to_json() for r in self.records]}


@dataclass(frozen=True, slots=True)
class Alike:
    """A thing like the one asked about: how alike (0 to 1), in words why, and what both hang together with."""

    entity: EntityRef
    score: float
    because: str
    reasons: tuple[Reason, ...]
    facts: tuple[str, ...] = ()
    """Differences that matter, such as prices."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            **self.entity.to_json(), "score": round(self.score, 4), "because": self.because,
            "reasons": [r.to_json() for r in self.reasons], "facts": list(self.facts),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggested:
    """A thing like those that another hangs together with, and it does not: a relation that may be missing, or come."""

    entity: EntityRef
    score: float
    """Half how like it is to what the thing has of its kind, half how much those like the thing have it; best is 1."""
    like: tuple[EntityRef, ...]
    """What the thing has that is likest to it."""
    had_by: tuple[EntityRef, ...]
    """Others of the thing's class that have it, the likest first."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            **self.entity.to_json(), "score": round(self.score, 4), "like": [e.to_json() for e in self.like],
            "had_by": [e.to_json() for e in self.had_by],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Similar:
    """Everything like one thing."""

    entity: EntityRef
    version: int
    alike: tuple[Alike, ...]
    suggested: tuple[Suggested, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {
            "entity": self.entity.to_json(), "version": self.version, "similar": [a.to_json() for a in self.alike],
            "suggested": [s.to_json() for s in self.suggested], "notes": list(self.notes),
        }  # fmt: skip


class Likenesses:
    """Likeness over one network; profiles are made by class when first asked for, and kept."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._ties: sparse.csr_matrix | None = None
        self._profiles: dict[str, Profiles] = {}
        self._lock = Lock()

    def similar(self, entity: int, *, limit: int = 10) -> Similar:
        """Things of the same class with like profiles, and what they have that this one lacks."""
        profiles, row = self._of(entity)
        like = profiles.like(row)
        order = [int(i) for i in self._best(profiles.members, like, limit) if like[i] >= _FAINT]
        alike = tuple(self._alike(profiles, row, other, float(like[other])) for other in order)
        notes = () if alike else ("Nothing hangs together with the same things.",)
        return Similar(
            self.network.entity(entity), self.network.snapshot.version, alike,
            self._suggested(profiles, row, like, limit), notes,
        )  # fmt: skip

    def substitutes(self, entity: int, *, limit: int = 10) -> Similar:
        """What could stand in for a product or a supplier.

        Raises:
            BadQuestion: it is neither.
        """
        snapshot = self.network.snapshot
        if snapshot.is_a(entity, "Supplier"):
            alike, notes = self._other_suppliers(entity, limit)
        elif snapshot.is_a(entity, "Product"):
            alike, notes = self._other_products(entity, limit)
        else:
            kind = self.network.entity(entity).kind
            raise BadQuestion(
                f"{snapshot.title(entity)} is a {kind}: substitutes are looked for a product or a supplier.",
                do="`knockon similar` lists things that are like it.",
            )
        return Similar(self.network.entity(entity), snapshot.version, alike, (), notes)

    # -- what it rests on ---

    def _of(self, entity: int) -> tuple[Profiles, int]:
        found = self._profiles_of(self.network.snapshot.classes(entity)[0])
        return found, int(np.searchsorted(found.members, entity))

    def _profiles_of(self, class_name: str) -> Profiles:
        snapshot = self.network.snapshot
        with self._lock:
            found = self._profiles.pop(class_name, None)
            if found is None:
                if self._ties is None:
                    self._ties = ties(self.network)
                found = Profiles.of(self._ties, np.asarray(snapshot.members(class_name), dtype=np.int64))
            kept = list(self._profiles)[-_KEPT + 1 :]
            self._profiles = {k: self._profiles[k] for k in kept}
            self._profiles[class_name] = found
        return found

    def _best(self, members: Ints, score: Floats, limit: int) -> Ints:
        """Positions of the highest scores, ties by name."""
        return np.lexsort((self.network.rank[members], -np.round(score, 9)))[:limit]

    def _reasons(self, profiles: Profiles, row: int, other: int) -> tuple[Reason, ...]:
        total = max(float((profiles.rows[row] @ profiles.rows[other].T).toarray()[0, 0]), 1e-12)
        snapshot = self.network.snapshot
        return tuple(
            Reason(self.network.entity(e), part / total, self.network.records(snapshot.records(e)[:1]))
            for e, part in profiles.shared(row, other, _REASONS)
        )

    def _alike(self, profiles: Profiles, row: int, other: int, score: float) -> Alike:
        reasons = self._reasons(profiles, row, other)
        entity = self.network.entity(int(profiles.members[other]))
        return Alike(entity, score, f"both hang together with {_listed([r.entity for r in reasons])}", reasons)

    def _suggested(self, profiles: Profiles, row: int, like: Floats, limit: int) -> tuple[Suggested, ...]:
        """Things like what it has, and had by those like it, in equal parts, class by class; best first."""
        own = profiles.rows[row].indices
        found: list[tuple[float, int, Suggested]] = []
        for class_name, things in self._several(profiles, own).items():
            others = self._profiles_of(class_name)
            rows = np.searchsorted(others.members, things)
            near = np.asarray((others.rows[rows] @ others.rows.T).mean(axis=0)).ravel()
            near = (_to_top(near) + _to_top(self._had(profiles, others.members, like))) / 2
            near[rows] = 0.0
            for at in (int(i) for i in self._best(others.members, near, limit) if near[i] > _FAINT):
                thing = int(others.members[at])
                had_by = self._holders(profiles, thing, like)
                if not had_by:
                    continue  # it is its own already, or nobody's
                closest = np.asarray((others.rows[rows] @ others.rows[at].T).todense()).ravel()
                likest = [int(things[i]) for i in np.argsort(-closest, kind="stable")[:2] if closest[i] > 0]
                told = tuple(self.network.entity(e) for e in likest)
                suggested = Suggested(self.network.entity(thing), float(near[at]), told, had_by)
                found.append((-float(near[at]), int(self.network.rank[thing]), suggested))
        return tuple(s for _, _, s in sorted(found, key=lambda f: f[:2])[:limit])

    def _several(self, profiles: Profiles, own: Ints) -> dict[str, Ints]:
        """Class → things of it that are hung together with, for classes of which members have several."""
        kinds: dict[str, list[int]] = {}
        for thing in own.tolist():
            kinds.setdefault(self.network.snapshot.classes(thing)[0], []).append(thing)
        found = {}
        for name in sorted(kinds, key=lambda n: (-len(kinds[n]), n))[:_CLASSES]:
            members = self.network.snapshot.members(name)
            if len(members) <= _LARGEST and profiles.rows[:, members].nnz >= _SEVERAL * len(profiles.members):
                found[name] = np.array(kinds[name], dtype=np.int64)
        return found

    def _had(self, profiles: Profiles, things: Ints, like: Floats) -> Floats:
        """How much of the likest members has each of some things, by their likeness."""
        near = [int(i) for i in self._best(profiles.members, like, _NEAR) if like[i] > 0]
        if not near:
            return np.zeros(len(things))
        has = profiles.rows[near][:, things].copy()
        has.data[:] = 1.0
        return np.asarray(has.T @ like[near]).ravel()

    def _holders(self, profiles: Profiles, thing: int, like: Floats) -> tuple[EntityRef, ...]:
        """Who has it, the likest first."""
        who = profiles.rows[:, thing].tocoo().row
        order = sorted(who.tolist(), key=lambda i: (-like[i], int(self.network.rank[profiles.members[i]])))
        return tuple(self.network.entity(int(profiles.members[i])) for i in order[:_HOLDERS])

    # -- substitutes ---

    def _other_products(self, product: int, limit: int) -> tuple[tuple[Alike, ...], tuple[str, ...]]:
        profiles, row = self._of(product)
        score = profiles.like(row)
        if not score.any():  # nothing hangs together with the same things: names are better than nothing
            score = self._named_alike(profiles.members, row)
            score[row] = 0.0
        order = [int(i) for i in self._best(profiles.members, score, limit) if score[i] >= _FAINT]
        found = []
        for other in order:
            alike = self._alike(profiles, row, other, float(score[other]))
            words = sorted(
                set(terms(self.network.snapshot.title(product)))
                & set(terms(self.network.snapshot.title(int(profiles.members[other]))))
            )
            because = f"called alike ({', '.join(words)})" if words else ""
            both = alike.because if alike.reasons else ""
            found.append(
                Alike(
                    alike.entity, alike.score, "; ".join(p for p in (because, both) if p), alike.reasons,
                    self._price(product, int(profiles.members[other])),
                )
            )  # fmt: skip
        return tuple(found), () if found else (
            "No other product is called alike or hangs together with the same things.",
        )

    def _named_alike(self, members: Ints, row: int) -> Floats:
        """Cosine of the words of names (TF-IDF), of one member with all."""
        bags = [Counter(terms(self.network.snapshot.title(int(m)))) for m in members]
        held = Counter(t for bag in bags for t in bag)
        worth = {t: np.log(len(bags) / n) for t, n in held.items()}
        own = bags[row]
        norm = [max(float(np.sqrt(sum((n * worth[t]) ** 2 for t, n in bag.items()))), 1e-12) for bag in bags]
        return np.array(
            [
                sum(n * own[t] * worth[t] ** 2 for t, n in bag.items() if t in own) / (norm[i] * norm[row])
                for i, bag in enumerate(bags)
            ]
        )

    def _price(self, one: int, other: int) -> tuple[str, ...]:
        snapshot = self.network.snapshot
        a, b = snapshot.value(one, "list_price"), snapshot.value(other, "list_price")
        if not isinstance(a, int) or not isinstance(b, int) or not a or not b:
            return ()
        if snapshot.value(one, "currency") != snapshot.value(other, "currency"):
            return ()
        change = 100 * (b - a) / a
        return (f"list price {change:+.0f} %" if round(change) else "the same list price",)

    def _other_suppliers(self, supplier: int, limit: int) -> tuple[tuple[Alike, ...], tuple[str, ...]]:
        """Who delivers the same products: how many of them, how much dearer, how much later."""
        offers = self._offers()
        own = offers.get(supplier, {})
        if not own:
            return (), ("No offer says what it delivers, so nobody can be said to deliver the same.",)
        found = []
        for other, theirs in offers.items():
            both = sorted(own.keys() & theirs.keys(), key=lambda p: int(self.network.rank[p]))
            if other == supplier or not both:
                continue
            lacks = sorted(own.keys() - theirs.keys(), key=lambda p: int(self.network.rank[p]))
            facts = [*self._compared(own, theirs, both)]
            if lacks:
                facts.append(f"does not offer {_listed([self.network.entity(p) for p in lacks])}")
            snapshot = self.network.snapshot
            reasons = tuple(
                Reason(self.network.entity(p), 1 / len(both), self.network.records(snapshot.records(theirs[p])))
                for p in both[:_REASONS]
            )
            entity = self.network.entity(other)
            because = (
                f"offers {len(both):,} of the {len(own):,} products: {_listed([self.network.entity(p) for p in both])}"
            )
            found.append((len(both) / len(own), int(self.network.rank[other]), Alike(
                entity, len(both) / len(own), because, reasons, tuple(facts)
            )))  # fmt: skip
        found.sort(key=lambda f: (-f[0], f[1]))
        alone = sorted(
            (p for p in own if not any(p in theirs for o, theirs in offers.items() if o != supplier)),
            key=lambda p: int(self.network.rank[p]),
        )
        named = _listed([self.network.entity(p) for p in alone])
        notes = (one_stop(f"Nobody else offers {len(alone):,} of them: {named}."),) if alone else ()
        return tuple(a for _, _, a in found[:limit]), notes

    def _offers(self) -> dict[int, dict[int, int]]:
        """Supplier → product → its offer."""
        snapshot = self.network.snapshot
        by, of = snapshot.relation("offer_supplier"), snapshot.relation("offer_product")
        found: dict[int, dict[int, int]] = {}
        for offer, supplier in zip(by.source.tolist(), by.target.tolist(), strict=True):
            for edge in of.out.of(offer):
                found.setdefault(supplier, {})[int(of.target[edge])] = offer
        return found

    def _compared(self, own: dict[int, int], theirs: dict[int, int], both: Sequence[int]) -> tuple[str, ...]:
        snapshot = self.network.snapshot
        ratios, days = [], []
        for product in both:
            one, other = own[product], theirs[product]
            a, b = snapshot.value(one, "price"), snapshot.value(other, "price")
            same = snapshot.value(one, "currency") == snapshot.value(other, "currency")
            if same and isinstance(a, int) and isinstance(b, int) and a > 0:
                ratios.append((b - a) / a)
            c, d = snapshot.value(one, "lead_time_days"), snapshot.value(other, "lead_time_days")
            if isinstance(c, int | float) and isinstance(d, int | float):
                days.append(float(d) - float(c))
        told = []
        if ratios:
            told.append(f"price {100 * float(np.mean(ratios)):+.0f} % on average")
        if days:
            told.append(f"lead time {float(np.mean(days)):+.0f} days on average")
        return tuple(told)


def _to_top(values: Floats) -> Floats:
    """Scaled so that the best is 1."""
    top = float(values.max(initial=0.0))
    return values / top if top > 0 else values


def _listed(entities: Sequence[EntityRef], most: int = 4) -> str:
    """Titles in a row; ``and 3 more`` where there are more."""
    names = ", ".join(e.title for e in entities[:most])
    return names + (f" and {len(entities) - most:,} more" if len(entities) > most else "")
