"""Names that are safe in mappings and record ids, made from what people call their files and columns."""

from __future__ import annotations

import re

from ingest.onboarding.names import plain


def slug(text: str, otherwise: str) -> str:
    """Lower case, letters a to z, digits and underscores; ``otherwise`` where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "_", plain(text).lower()).strip("_") or otherwise


class Slugs:
    """Slugs, each given once: the second of a name gets a number. ``otherwise``: see :func:`slug`."""

    def __init__(self, otherwise: str) -> None:
        self._otherwise = otherwise
        self._taken: set[str] = set()

    def take(self, text: str) -> str:
        """The next free slug of a text."""
        base = slug(text, self._otherwise)
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}_{number}", number + 1
        self._taken.add(name)
        return name
