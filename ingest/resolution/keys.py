"""Declared exact keys (tax number, e-mail, article number …) as rules, with a guard against shared values.

A key names one thing only while few records carry it. A value that too many carry (one switchboard number on 10,000
records, an ``info@`` address) is no evidence: it makes no links and is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.resolution import normalise
from ingest.resolution.judgements import Decider, Links

SHARED_BY = 20
"""A value on more records than this is not evidence."""
RULE_WEIGHT = 40.0
"""Weight of a link by an exact key, bits; more than any learned weight."""
NORMALISERS: Mapping[str, Callable[[str], str]] = {
    "email": normalise.email,
    "phone": normalise.phone,
    "person": normalise.person,
    "firm": normalise.firm,
    "street": normalise.street,
    "code": normalise.compact,
}
"""How a key's values are made comparable, by the kind that the ontology declares."""


@dataclass(frozen=True, slots=True)
class SharedKey:
    """A value that was set aside as evidence."""

    key: str
    value: str
    records: int
    reason: str

    def __str__(self) -> str:
        return f"{self.key} '{self.value}' is on {self.records} records: {self.reason}, so it links nothing."


@dataclass(frozen=True, slots=True)
class KeyLinks:
    """Links by exact keys; ``keys`` names, for each link, the key that made it."""

    links: Links
    keys: tuple[str, ...]
    shared: tuple[SharedKey, ...]


def link_by_keys(
    values: Mapping[str, Sequence[str | None]], kinds: Mapping[str, str] | None = None, shared_by: int = SHARED_BY
) -> KeyLinks:
    """Link mentions that carry one value of a declared key. Links run along a chain: a value on n mentions makes n − 1.

    Args:
        values: key name → value per mention (None or empty: absent).
        kinds: key name → kind of its values (:data:`NORMALISERS`); ``code`` where not given.
        shared_by: a value on more mentions than this makes no links.
    """
    left: list[int] = []
    right: list[int] = []
    made: list[str] = []
    shared: list[SharedKey] = []
    for key in sorted(values):
        clean = NORMALISERS[(kinds or {}).get(key, "code")]
        held: defaultdict[str, list[int]] = defaultdict(list)
        for place, value in enumerate(values[key]):
            if value and (text := clean(value)):
                held[text].append(place)
        for text, places in sorted(held.items()):
            if len(places) < 2:
                continue
            if len(places) > shared_by:
                shared.append(SharedKey(key, text, len(places), f"more than {shared_by} share it"))
            elif "@" in text and normalise.is_shared_mailbox(text):
                shared.append(SharedKey(key, text, len(places), "a mailbox that belongs to a firm, not to a person"))
            else:
                left += places[:-1]
                right += places[1:]
                made += [key] * (len(places) - 1)
    links = Links.same(np.array(left), np.array(right), RULE_WEIGHT, Decider.RULE)
    return KeyLinks(links, tuple(made), tuple(shared))
