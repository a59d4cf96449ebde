"""Which language a text is in, by its function words: enough to filter by, and honest when it cannot tell."""

from __future__ import annotations

import re
from collections import Counter

_WORDS = {
    "en": (
        "the of and to in is that it for was on are with as at be this have from or by not but what all were "
        "we when your can said there an which do their if will up other about out many then them these so"
    ),
    "de": (
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden "
        "aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur "
        "oder aber vor zur"
    ),
    "fr": (
        "le la les de des et à un une du en est que qui dans pour pas au sur ne se plus par je avec tout ce "
        "son il nous vous mais ou si leur elle sont cette aux"
    ),
    "es": (
        "el la los de que y a en un ser se no haber por con su para como estar tener le lo todo pero más o "
        "poder este ir otro ese si me ya ver porque las una del al"
    ),
    "it": (
        "il lo la di che e a un in essere per con non una si da come io anche o se ma più questo del della le "
        "dei gli nel alla sono al"
    ),
    "nl": (
        "de het een van en in te dat is op aan met niet zijn voor er die als door bij ook maar om dan wordt "
        "worden of naar heeft uit tot over je ze"
    ),
    "pt": (
        "o a os as de que e do da em um para é com não uma no na por mais dos como mas foi ao ele das tem à "
        "seu sua ou ser quando muito há nos já"
    ),
    "da": (
        "og i at det er en til på som med de for af ikke der den har et var men han vi om sig fra ved eller kan skal"
    ),
    "pl": ("w i na z do się nie to że jest o jak a po co tak za od przez dla są ale czy by już ich tylko może"),
}
_OF: dict[str, list[str]] = {}
for _code, _listed in _WORDS.items():
    for _word in _listed.split():
        _OF.setdefault(_word, []).append(_code)
_TOKEN = re.compile(r"[^\W\d_]+")
_SEEN = 4_000  # words of a text that are looked at
_LEAST = 3


def language_of(text: str) -> str | None:
    """BCP 47 tag of the likeliest language, None where too few of its words tell."""
    votes: Counter[str] = Counter()
    for word in _TOKEN.findall(text.casefold())[:_SEEN]:
        for code in _OF.get(word, ()):
            votes[code] += 1
    if not votes:
        return None
    (best, count), *rest = votes.most_common(2)
    second = rest[0][1] if rest else 0
    return best if count >= _LEAST and count > second else None
