"""Texts made comparable: case, accents, scripts, punctuation; and the codes and numbers in them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_JOINED = re.compile(r"(?<=\w)['’`](?=\w)")
_INNER = re.compile(r"(?<=[a-z0-9])[-_/.](?=[a-z0-9])")
_OTHER = re.compile(r"[^\w]+")
_CODE = re.compile(r"[a-z0-9][a-z0-9\-_/.]*")
_NUMBER = re.compile(r"(?<![a-z0-9.])\d+(?:\.\d+)?")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
_SQUEEZE = re.compile(r"[^a-z0-9]+")
_SPECIAL = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Lower case without accents; Cyrillic and Greek in Latin letters (after ISO 9 and ISO 843, simplified)."""
    if text.isascii():
        return text.lower()
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_SPECIAL)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(letter))
    return "".join(_LETTERS.get(letter, letter) for letter in bare)


def plain(text: str) -> str:
    """Folded words with single spaces between them."""
    folded = _JOINED.sub("", fold(text))
    return " ".join(_OTHER.sub(" ", _INNER.sub(" ", folded)).replace("_", " ").split())


def squeezed(text: str) -> str:
    """Folded letters and digits with nothing between them: finds ``pslx350h`` in ``PS-LX 350H``."""
    return _SQUEEZE.sub("", fold(text))


def codes(text: str) -> frozenset[str]:
    """Tokens that look like article or model codes: letters with digits, or five digits and more."""
    found = set()
    for token in _CODE.findall(fold(text)):
        for part in {token, *token.split("/")}:
            code = _SQUEEZE.sub("", part)
            if len(code) >= 4 and any(c.isdigit() for c in code):
                if code.isdigit():
                    if len(code) >= 5:
                        found.add(code)
                elif any(c.isalpha() for c in code):
                    found.add(code)
    return frozenset(found)


def numbers(text: str) -> str:
    """The numbers in a text, as words: ``1,024 MB 2.0`` → ``1024 2``."""
    return " ".join(f"{float(found):g}" for found in _NUMBER.findall(_GROUPED.sub("", fold(text))))


def _letters() -> dict[str, str]:
    cyrillic = dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўјљњћџђѓќ",
            [
                "a",
                "b",
                "v",
                "g",
                "d",
                "e",
                "e",
                "zh",
                "z",
                "i",
                "i",
                "k",
                "l",
                "m",
                "n",
                "o",
                "p",
                "r",
                "s",
                "t",
                "u",
                "f",
                "kh",
                "ts",
                "ch",
                "sh",
                "shch",
                "_",
                "y",
                "_",
                "e",
                "yu",
                "ya",
                "i",
                "yi",
                "ye",
                "g",
                "u",
                "j",
                "lj",
                "nj",
                "c",
                "dz",
                "dj",
                "gj",
                "kj",
            ],
            strict=True,
        )
    )
    greek = dict(
        zip(
            "αβγδεζηθικλμνξοπρσςτυφχψω",
            [
                "a",
                "v",
                "g",
                "d",
                "e",
                "z",
                "i",
                "th",
                "i",
                "k",
                "l",
                "m",
                "n",
                "x",
                "o",
                "p",
                "r",
                "s",
                "s",
                "t",
                "y",
                "f",
                "ch",
                "ps",
                "o",
            ],
            strict=True,
        )
    )
    return {letter: latin.replace("_", "") for letter, latin in (cyrillic | greek).items()}


_LETTERS = _letters()
