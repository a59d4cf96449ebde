"""Is a sentence carried by the evidence that it names? Checked without a model: figures, names, words, negation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reasoning.retrieval.embedding import Embedder
from reasoning.retrieval.mentions import capitalised_spans
from reasoning.retrieval.text import fold, sentences, terms

_MARK = re.compile(r"\s*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*")
_LINK = re.compile(r"https?://|www\.|\]\(|<[a-z/!]", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|no|never|none|cannot|without|nobody|nothing|nicht|kein\w*|nie|ohne)\b|n['’]t\b", re.IGNORECASE
)
_WORDS = 0.6  # of the sentence's words that must stand in the evidence
_ALIKE = 0.45  # cosine, where a model judges
_MOST = 12


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence that was written, the evidence it names, and whether that carries it; ``reason`` says why not."""

    text: str
    support: tuple[int, ...]
    supported: bool
    reason: str = ""


def check_sentences(
    text: str, evidence: Mapping[int, str], question: str, embedder: Embedder | None = None
) -> tuple[Checked, ...]:
    """Each sentence of ``text`` with its ``[n]`` marks, checked; at most the first twelve are looked at."""
    found: list[Checked] = []
    for sentence, marks in _marked(text)[:_MOST]:
        reason = _unsupported(sentence, marks, evidence, question, embedder)
        found.append(Checked(sentence, marks, not reason, reason))
    return tuple(found)


def _marked(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """Sentences without marks, with the numbers of the marks that stand in or right behind them."""
    # Marks behind the full stop belong to the sentence before: they are moved in front of it.
    moved = re.sub(r"([.!?])((?:\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\])+)", r"\2\1", text)
    found = []
    for start, end in sentences(moved):
        piece = moved[start:end]
        marks = tuple(dict.fromkeys(int(n) for m in _MARK.finditer(piece) for n in m[1].split(",")))
        plain = " ".join(_MARK.sub("", piece).split()).lstrip("-*• ")
        if terms(plain):
            found.append((plain, marks))
    return found


def _unsupported(
    sentence: str, marks: tuple[int, ...], evidence: Mapping[int, str], question: str, embedder: Embedder | None
) -> str:
    """Why a sentence is not carried by its evidence; empty where it is."""
    if not marks:
        return "it names no evidence"
    if any(m not in evidence for m in marks):
        return "it names evidence that there is not"
    if _LINK.search(sentence):
        return "it holds a link"
    told = " ".join(evidence[m] for m in marks)
    figures = {f.strip(".,") for f in _FIGURE.findall(told)}
    if strange := [f for f in _FIGURE.findall(sentence) if f.strip(".,") not in figures]:
        return f"the evidence does not say {strange[0]}"
    known = fold(f"{told} {question}")
    for span in capitalised_spans(sentence):
        word = fold(sentence[span.start : span.end])
        if span.start > 0 and word not in known and not all(w in known for w in word.split()):
            return f"the evidence does not name {sentence[span.start : span.end]}"
    said = [t for t in terms(sentence) if not t[0].isdigit()]
    held = set(terms(told))
    if said and sum(t in held for t in said) < _WORDS * len(said):
        asked = held | set(terms(question))
        if embedder is None or sum(t in asked for t in said) < _WORDS * len(said):
            return "its words are not those of the evidence"
        pair = embedder.encode([sentence, told])
        if float(pair[0] @ pair[1]) < _ALIKE:
            return "it does not say what the evidence says"
    if bool(_NOT.search(sentence)) != bool(_NOT.search(_closest(sentence, told))):
        return "it denies what the evidence says, or the other way round"
    return ""


def _closest(sentence: str, told: str) -> str:
    """The part of the evidence that shares most words with a sentence."""
    bag = set(terms(sentence))
    parts = [told[a:b] for a, b in sentences(told)] or [told]
    return max(parts, key=lambda p: len(bag & set(terms(p))))
