"""Resolve the mentions of one class: exact keys, matching, judgements, clusters, and what to ask a person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.resolution.clusters import Clustering, cluster
from ingest.resolution.judgements import Decider, Judgement, Links, Verdict
from ingest.resolution.keys import KeyLinks, SharedKey, link_by_keys
from ingest.resolution.matching import Matches, Threshold, expected, match_tables
from ingest.resolution.party_records import Role, role_of, standardise_columns
from ingest.resolution.party_scoring import fit_and_predict
from ingest.resolution.policy import MERGE_AT, REVIEW_AT, Method
from ingest.resolution.tables import from_columns

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_SAFE = 1.0 - 1e-9


@dataclass(frozen=True, slots=True)
class ClassConfig:
    """How the mentions of a class are matched. :func:`default_config` makes one from the names of the properties."""

    name: str
    method: Method
    roles: Mapping[str, Role] = field(default_factory=dict)
    """Property → role, for the party method."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Identifying property → kind of its values (:data:`ingest.resolution.keys.NORMALISERS`)."""
    merge_at: float = MERGE_AT
    review_at: float = REVIEW_AT
    region: str | None = None
    """ISO 3166 code of the country of phone numbers without a country code."""
    within_source: bool = True
    """Whether two records of one source may be the same; if not, likeness links only across sources."""


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """A pair that was compared: positions of its mentions, and why it weighs what it weighs."""

    left: int
    right: int
    weight: float
    probability: float
    parts: tuple[tuple[str, float], ...]
    """(comparison, bits), heaviest first."""

    def reasons(self) -> tuple[str, ...]:
        """The parts that count, in words."""
        return tuple(f"{name} {bits:+.1f}" for name, bits in self.parts if abs(bits) >= 0.5)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of the mentions of a class."""

    clustering: Clustering
    links: Links
    merged: tuple[ScoredPair, ...]
    review: tuple[ScoredPair, ...]
    """Pairs to ask a person about: those whose answer would change most come first."""
    keys: KeyLinks
    shared_keys: tuple[SharedKey, ...]
    asleep: tuple[int, ...]
    """Judgements (positions) on mentions that are gone."""
    threshold: Threshold
    """What the model expects of the pairs merged without asking."""
    advice: tuple[str, ...]


def default_config(
    class_name: str, properties: Sequence[str], identifying: Sequence[str] = (), party: bool = False
) -> ClassConfig:
    """The configuration of a class from its properties.

    Args:
        identifying: properties that the ontology declares to identify: exact keys.
        party: whether the class is a party, a person, a firm or an address.
    """
    keys = {name: _key_kind(name) for name in identifying}
    roles: dict[str, Role] = {}
    if party:
        for name in properties:
            role = role_of(name)
            if role is not None and role not in roles.values():
                roles[name] = role
    texts = [name for name in properties if re.search(r"name|title|description|model|brand", name, re.IGNORECASE)]
    method = Method.PARTY if roles.keys() - keys.keys() else Method.TEXT if texts and not party else Method.KEYS
    # Articles of one catalogue differ in a size or a colour: within one source only exact keys merge them.
    return ClassConfig(class_name, method, roles, keys, within_source=method is not Method.TEXT)


def _key_kind(name: str) -> str:
    role = role_of(name)
    return {Role.EMAIL: "email", Role.PHONE: "phone"}.get(role, "code") if role is not None else "code"


def resolve(
    mentions: Sequence[str] | pa.Array,
    values: Mapping[str, Sequence[str | None]],
    config: ClassConfig,
    judgements: Sequence[Judgement] = (),
    sources: Sequence[str] = (),
) -> Resolution:
    """Resolve the mentions of one class.

    Args:
        mentions: distinct mention keys.
        values: property → text per mention (None: absent).
        judgements: those in force by people and rules, from the ledger.
        sources: source of each mention; needed where ``config.within_source`` is false.
    """
    size = len(mentions)
    keyed = link_by_keys({name: values[name] for name in config.keys if name in values}, config.keys)
    order = np.argsort(np.array(mentions.to_pylist() if isinstance(mentions, pa.Array) else list(mentions), object))
    scored = _score({name: [column[i] for i in order] for name, column in values.items()}, config, size)
    scored = replace(scored, left=order[scored.left], right=order[scored.right])  # so order of arrival changes nothing
    if not config.within_source and len(sources) == size:
        scored = _across(scored, sources)
    pairs = [
        ScoredPair(int(a), int(b), float(w), float(p), parts)
        for a, b, w, p, parts in zip(
            scored.left, scored.right, scored.weight, scored.probability, scored.parts, strict=True
        )
    ]
    given, asleep = Links.of(judgements, mentions)
    merged = [pair for pair in pairs if pair.probability >= config.merge_at]
    model = Links.same([p.left for p in merged], [p.right for p in merged], [p.weight for p in merged], Decider.MODEL)
    links = Links.concat([given, keyed.links, model])
    clustering = cluster(mentions, links)
    review = _queue([p for p in pairs if config.review_at <= p.probability < config.merge_at], clustering, given)
    return Resolution(
        clustering,
        links,
        tuple(merged),
        review,
        keyed,
        keyed.shared,
        asleep,
        expected(scored.probability, config.merge_at),
        scored.advice,
    )


def judgements_of(resolution: Resolution, mentions: Sequence[str]) -> list[Judgement]:
    """The ledger's entries of this run: links by exact keys, and the model's merges and doubts with their reasons."""
    ledger = [
        Judgement(mentions[a], mentions[b], Verdict.SAME, w, Decider.RULE, (f"same {key}",))
        for a, b, w, key in zip(
            resolution.keys.links.left.tolist(),
            resolution.keys.links.right.tolist(),
            resolution.keys.links.weight.tolist(),
            resolution.keys.keys,
            strict=True,
        )
    ]
    for pairs, verdict in ((resolution.merged, Verdict.SAME), (resolution.review, Verdict.UNSURE)):
        ledger += [
            Judgement(mentions[p.left], mentions[p.right], verdict, p.weight, Decider.MODEL, p.reasons()) for p in pairs
        ]
    return ledger


@dataclass(frozen=True, slots=True)
class _Scored:
    left: Ints
    right: Ints
    weight: Floats
    probability: Floats
    parts: tuple[tuple[tuple[str, float], ...], ...]
    advice: tuple[str, ...]


def _score(values: Mapping[str, Sequence[str | None]], config: ClassConfig, size: int) -> _Scored:
    if size < 2 or config.method is Method.KEYS:
        return _none(())
    if config.method is Method.PARTY:
        columns = {role: values[name] for name, role in config.roles.items() if name in values}
        found = fit_and_predict(standardise_columns(columns, size, config.region), None, least=config.review_at / 2)
        return _Scored(
            found.left,
            found.right,
            found.weight,
            found.probability,
            _parts(found.comparisons, found.bits),
            found.advice,
        )
    table = from_columns(config.name, {name: list(column) for name, column in values.items()})
    if not any(any(row) for row in table.rows):
        return _none((f"No {config.name} has a value to compare: nothing was matched.",))
    return _from_matches(match_tables(table, table, (None, None)), config)


def _from_matches(matches: Matches, config: ClassConfig) -> _Scored:
    rows = np.flatnonzero(matches.probability >= config.review_at / 2)
    parts = _parts(matches.comparisons, matches.bits(rows)) if len(rows) else ()
    return _Scored(
        matches.left[rows], matches.right[rows], matches.weight[rows], matches.probability[rows], parts, matches.advice
    )


def _parts(names: Sequence[str], bits: Floats) -> tuple[tuple[tuple[str, float], ...], ...]:
    return tuple(
        tuple(sorted(zip(names, (float(b) for b in row), strict=True), key=lambda part: (-abs(part[1]), part[0])))
        for row in bits
    )


def _none(advice: tuple[str, ...]) -> _Scored:
    return _Scored(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0), (), advice)


def _across(scored: _Scored, sources: Sequence[str]) -> _Scored:
    keep = [i for i, (a, b) in enumerate(zip(scored.left, scored.right, strict=True)) if sources[a] != sources[b]]
    rows = np.array(keep, np.int64)
    parts = tuple(scored.parts[i] for i in keep)
    return _Scored(
        scored.left[rows], scored.right[rows], scored.weight[rows], scored.probability[rows], parts, scored.advice
    )


def _queue(pairs: list[ScoredPair], clustering: Clustering, given: Links) -> tuple[ScoredPair, ...]:
    """Open questions, by how much an answer would change: doubt (p·(1−p)) times the mentions that would move.

    A pair that is in one cluster already, or that a person has judged, is no question. Of several pairs between two
    clusters the heaviest stands for all.
    """
    labels = clustering.labels
    sizes = np.bincount(labels, minlength=max(clustering.count, 1))
    person = {(min(a, b), max(a, b)) for a, b, d in zip(given.left, given.right, given.decider, strict=True) if d == 2}
    best: dict[tuple[int, int], ScoredPair] = {}
    for pair in pairs:
        ends = sorted((int(labels[pair.left]), int(labels[pair.right])))
        if ends[0] == ends[1] or (min(pair.left, pair.right), max(pair.left, pair.right)) in person:
            continue
        key = (ends[0], ends[1])
        if key not in best or pair.weight > best[key].weight:
            best[key] = pair

    def effect(item: tuple[tuple[int, int], ScoredPair]) -> tuple[float, int, int]:
        (a, b), pair = item
        moved = float(min(sizes[a], sizes[b]))
        return (-min(pair.probability, _SAFE) * (1 - min(pair.probability, _SAFE)) * moved, pair.left, pair.right)

    return tuple(pair for _, pair in sorted(best.items(), key=effect))
