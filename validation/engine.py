"""The one interface behind which SHACL engines stand, and what they answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from validation.graph import TripleIndex
from validation.shape_model import Path, Shapes
from validation.terms import Iri, Term


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL 3.6.2)."""

    focus: Term
    shape: Term
    """Source shape."""
    component: Iri
    path: Path | None
    value: Term | None
    severity: Iri
    messages: Mapping[str, str]
    detail: str = ""


Focus = Mapping[Term, Collection[Term]]
"""For each targeted shape, the focus nodes to look at (those that are not among its targets are ignored)."""


class ShaclEngine(Protocol):
    """Checks a data graph against shapes."""

    name: str

    def validate(self, data: TripleIndex, shapes: Shapes, focus: Focus | None = None) -> list[Result]:
        """All results; with ``focus`` only those of the given shapes on the given nodes."""
        ...
