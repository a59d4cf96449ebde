"""What runs pin beside the raw rows: the text of mappings and of the ontology, by content address."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from ingest.durable import write_once
from ingest.mapping.load import load_mapping
from ingest.mapping.model import SourceMapping
from ontology.errors import StoreDamaged
from ontology.load import load_texts
from ontology.model import Ontology


class Pins:
    """Pinned texts below the archive's root."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._mappings: dict[tuple[str, str], SourceMapping] = {}
        self._given: dict[str, SourceMapping] = {}

    def pin_mapping(self, mapping: SourceMapping) -> str:
        """Keep a mapping's text; gives its digest. Messages about it go on to name the file that it came from."""
        self._given[mapping.digest] = mapping
        write_once(self._root / "mappings" / f"{mapping.digest}.yaml", mapping.text.encode())
        return mapping.digest

    def mapping(self, digest: str, ontology: Ontology) -> SourceMapping:
        """A pinned mapping, checked against the ontology of today.

        Raises:
            StoreDamaged: it isn't there.
            MappingError: it no longer fits the ontology.
        """
        if digest in self._given:
            return self._given[digest]
        key = (digest, ontology.digest)
        if key not in self._mappings:
            file = self._root / "mappings" / f"{digest}.yaml"
            if not file.is_file():
                raise StoreDamaged(
                    f"The mapping {digest[:12]} that a run used is gone from the archive.", where=file,
                    do="Restore a backup, or undo that run and ingest again.",
                )  # fmt: skip
            self._mappings[key] = load_mapping(file, ontology)
        return self._mappings[key]

    def pin_ontology(self, ontology: Ontology) -> None:
        """Keep the Turtle that an ontology was read from."""
        file = self._root / "ontology" / f"{ontology.digest}.json"
        if not file.exists():
            write_once(file, json.dumps(list(ontology.turtle), ensure_ascii=False, indent=0).encode())

    def ontology(self, digest: str) -> Ontology | None:
        """A pinned ontology; None where it was never pinned."""
        file = self._root / "ontology" / f"{digest}.json"
        return _ontology(file) if file.is_file() else None


@lru_cache(maxsize=4)
def _ontology(file: Path) -> Ontology:
    return load_texts((str(n), str(t)) for n, t in json.loads(file.read_text(encoding="utf-8")))
