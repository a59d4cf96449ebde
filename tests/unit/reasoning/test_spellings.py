"""What passes the bounds is all that a comparison with every name would find, and in the same order."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from reasoning.spellings import SCORE, Spellings

LETTERS = "abcdehlmnorstu 0123-.'&xyzхл日"
words = st.one_of(
    st.sampled_from(["steel", "frame", "road", "kroger", "pump", "gmbh", "ag", "san", "1970", "x1", "хлеб", "日本"]),
    st.text(LETTERS.replace(" ", ""), min_size=1, max_size=9),
)


@st.composite
def spelt(draw: st.DrawFn) -> str:
    """A name: words, some of them misspelt, some said twice."""
    found = " ".join(draw(st.lists(words, min_size=1, max_size=5)))
    if len(found) > 2 and draw(st.booleans()):
        at = draw(st.integers(0, len(found) - 1))
        found = found[:at] + draw(st.sampled_from(["", "e", "rs"])) + found[at + 1 :]
    return " ".join(found.split()) or "q"


@settings(max_examples=300, deadline=None)
@given(names=st.lists(spelt(), min_size=1, max_size=40), text=spelt(), data=st.data())
def test_nothing_is_missed_that_comparing_all_would_find(names: list[str], text: str, data: st.DataObject) -> None:
    owners = np.array(data.draw(st.permutations(range(len(names)))), dtype=np.int32)
    chosen = data.draw(st.one_of(st.none(), st.lists(st.booleans(), min_size=len(names), max_size=len(names))))
    among = None if chosen is None else np.array(chosen, dtype=np.bool_)
    called: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        if among is None or among[at]:
            called.setdefault(name, []).append(int(owners[at]))
    expected = [
        (name, score, called[name][:2])
        for name, score, _ in process.extract(text, called.keys(), scorer=fuzz.WRatio, score_cutoff=SCORE, limit=6)
    ]
    held = Spellings(names, owners)
    rows = held.candidates(text, among).tolist()
    found = [
        (name, score, held.owners(rows[at], among, 2))
        for name, score, at in process.extract(
            text, [held.texts[i] for i in rows], scorer=fuzz.WRatio, score_cutoff=SCORE, limit=6
        )
    ]
    assert found == expected


def test_most_names_are_not_compared() -> None:
    rng = np.random.default_rng(3)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    names = ["".join(rng.choice(letters, rng.integers(5, 14))) for _ in range(5_000)]
    held = Spellings(names, np.arange(len(names), dtype=np.int32))
    assert len(held.candidates("mountain pump")) < 500
    assert len(held.candidates("no")) <= 5_000
