"""How names are compared: without case, accents and repeated spaces."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """The form of a name in which ``Ünal  GmbH`` and ``unal gmbh`` are one (Unicode NFKD, caseless, spaces single)."""
    if text.isascii():
        return " ".join(text.lower().split())
    spread = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in spread if not unicodedata.combining(c)).split())
