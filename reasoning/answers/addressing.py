"""Sentences of a document that are addressed to a machine which answers: they state nothing and are never an answer."""

from __future__ import annotations

import re

_ADDRESSES = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}"
    r"\b(?:previous|prior|above|earlier|preceding|other|your)\b.{0,30}\b(?:instruction|prompt|direction|context)s?\b"
    r"|\b(?:ignorier|vergiss|missacht)\w*\b.{0,60}\b(?:anweisung|instruktion|vorgabe)\w*"
    r"|\b(?:you are|act as|du bist)\b.{0,30}\b(?:ai|assistant|chatbot|language model|ki|assistent|sprachmodell)\b"
    r"|\b(?:system|developer) (?:prompt|message|instruction)s?\b.{0,20}[:=]",
    re.IGNORECASE | re.DOTALL,
)


def addresses_machine(sentence: str) -> bool:
    """Whether a sentence tells a machine what to answer (``Ignore all previous instructions and …``)."""
    return _ADDRESSES.search(sentence) is not None
