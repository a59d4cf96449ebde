"""Pinned resolution models: policy, weights and term frequencies, kept in the archive by digest."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingest.durable import write_once
from ingest.resolution.party_model import PartyModel
from ingest.resolution.policy import Policy
from ingest.resolution.text_model import TextModel
from ontology.errors import StoreDamaged


@dataclass(frozen=True, slots=True)
class Pin:
    """What judgements by the model are a function of, beside the records."""

    policy: Policy = field(default_factory=Policy)
    parties: Mapping[str, PartyModel] = field(default_factory=dict)
    """Class → model."""
    texts: Mapping[str, TextModel] = field(default_factory=dict)

    def text(self) -> str:
        """Canonical JSON."""
        held = {
            "policy": self.policy.as_json(),
            "parties": {name: _party_json(model) for name, model in sorted(self.parties.items())},
            "texts": {name: model.as_json() for name, model in sorted(self.texts.items())},
        }
        return json.dumps(held, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """sha256 of the canonical JSON."""
        return hashlib.sha256(self.text().encode()).hexdigest()


class Shelf:
    """The pinned models below the archive's root."""

    def __init__(self, root: Path) -> None:
        self._root = root / "resolution"
        self._held: dict[str, Pin] = {}

    def keep(self, pin: Pin) -> str:
        """Keep a pin for good; gives its digest. Doing it again does nothing."""
        digest = pin.digest
        self._held[digest] = pin
        file = self._root / f"{digest}.json.gz"
        if not file.exists():
            write_once(file, gzip.compress(pin.text().encode(), 6, mtime=0))
        return digest

    def take(self, digest: str) -> Pin:
        """A pin by its digest.

        Raises:
            StoreDamaged: it isn't there, or isn't what it was.
        """
        if digest not in self._held:
            file = self._root / f"{digest}.json.gz"
            try:
                text = gzip.decompress(file.read_bytes()).decode()
            except (OSError, EOFError, UnicodeDecodeError) as problem:
                raise StoreDamaged(
                    f"The resolution model {digest[:12]} that a run used cannot be read: {problem}.", where=file,
                    do="Restore a backup of the archive, or train a new one: `knockon resolve train`.",
                ) from problem  # fmt: skip
            if hashlib.sha256(text.encode()).hexdigest() != digest:
                raise StoreDamaged(
                    f"The resolution model {digest[:12]} is not what it was when a run used it.", where=file,
                    do="Restore a backup of the archive, or train a new one: `knockon resolve train`.",
                )  # fmt: skip
            held = json.loads(text)
            self._held[digest] = Pin(
                Policy.from_json(held["policy"]),
                {name: _party(model) for name, model in held["parties"].items()},
                {name: TextModel.from_json(model) for name, model in held["texts"].items()},
            )
        return self._held[digest]


def _party_json(model: PartyModel) -> dict[str, object]:
    return {
        "settings": model.parsed() if model.usable else None,
        "rules": [list(rule) for rule in model.rules],
        "frequencies": {
            role: dict(zip(t["value"].to_pylist(), t["tf"].to_pylist(), strict=True))
            for role, t in model.frequencies.items()
        },
        "rare": dict(model.rare),
        "records": model.records,
        "advice": list(model.advice),
    }


def _party(held: dict[str, Any]) -> PartyModel:
    return PartyModel(
        json.dumps(held["settings"], sort_keys=True, ensure_ascii=False) if held["settings"] else "",
        tuple(tuple(str(part) for part in rule) for rule in held["rules"]),
        {
            role: pa.table({"value": pa.array(list(t), pa.string()), "tf": pa.array(list(t.values()), pa.float64())})
            for role, t in held["frequencies"].items()
        },
        dict(held["rare"]),
        int(held["records"]),
        tuple(held["advice"]),
    )
