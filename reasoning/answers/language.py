"""The language of a question by its function words; questions are too short for what tells documents apart."""

from __future__ import annotations

from reasoning.retrieval.text import WORD, fold

_ENGLISH = """
the of and is are was were who what which how many much when where why with for in on to we have has our do does can a
an by from that not or it
"""
_OTHERS = {
    "de": """
der die das den dem ein eine einen ist sind wer wie wo wann was warum welche welcher welches hat haben fur von mit und
uber kann im am wir viele viel gibt unsere bei zum zur nicht oder
""",
    "fr": """
le la les un une des du de est sont qui que quel quelle quels quelles combien comment pourquoi ou quand avec pour dans
nous avons vous et sur pas
""",
    "es": """
el la los las un una de del es son quien que cual cuales cuantos cuantas como donde cuando con para por en tenemos y no
""",
    "it": """
il lo la gli le un una di del della chi che quale quali quanti quante come dove quando con per in abbiamo e non sono
""",
    "nl": "de het een is zijn wie wat welke hoeveel hoe waar wanneer met voor van en wij hebben er niet kan",
    "pl": "kto co jaki jaka jakie ile mamy jak gdzie kiedy z dla w na i nie jest sa czy",
}
_KNOWN = frozenset(_ENGLISH.split())
_FUNCTIONS = {tag: frozenset(words.split()) for tag, words in _OTHERS.items()}


def language_of(text: str) -> str | None:
    """BCP 47 tag where two or more function words, and more than are English, tell another language; else None."""
    said = WORD.findall(fold(text).replace("'", " ").replace("’", " "))
    counts = {tag: sum(w in held for w in said) for tag, held in _FUNCTIONS.items()}
    tag = max(counts, key=lambda t: counts[t])
    return tag if counts[tag] > max(1, sum(w in _KNOWN for w in said)) else None
