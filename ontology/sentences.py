"""Sentences that people read: a name that ends in a full stop (*Bike Satellite Inc.*) brings the sentence's own."""

from __future__ import annotations

import re

_TWICE = re.compile(r"(?<=[^\W_])\.\.(?=[\s\"'”’)\]]|$)")


def one_stop(text: str) -> str:
    """The text with one full stop where a name's own and the sentence's meet; an ellipsis and ``../x`` stay."""
    return _TWICE.sub(".", text)
