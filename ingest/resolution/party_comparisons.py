"""What the party model compares: for each role the levels of likeness, from the most to the least alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ingest.resolution.party_records import Role

if TYPE_CHECKING:  # Splink takes a second to import, and only training needs it
    from splink.internals.comparison_creator import ComparisonCreator

LEAST_DIFFERENCE = {Role.STREET: 0.1, Role.POSTCODE: 0.1, Role.CITY: 0.1, Role.EMAIL: 0.03, Role.PHONE: 0.03}
"""At least so many true pairs are taken to differ in a value: people move house, and have other numbers …"""
SELDOM = 0.01
"""… or so many, in any other …"""
LEAST_LIKENESS = 0.002
"""… and so many to be alike in each of the ways that are told apart; at most as many as are by chance."""
UNSEEN = 1e-6
"""Chance that two records drawn at random are alike in a way in which none of a million pairs was; what is less alike
is at least as likely by chance as what is more."""
DIFFERS = -20.0
"""Worth of official numbers that differ, bits: one true pair in a million carries two."""


def comparisons_of(filled: Sequence[Role]) -> list[ComparisonCreator | dict[str, Any]]:
    """How values are compared, for each role that is filled, in Splink's terms."""
    import splink.comparison_library as compare

    made: list[ComparisonCreator | dict[str, Any]] = []
    for role in filled:
        name = str(role)
        match role:
            case Role.GIVEN | Role.FAMILY:
                made.append(_worth(compare.JaroWinklerAtThresholds(name, [0.92, 0.8]), 2, rarity=True))
            case Role.NAME:
                made.append(_worth(compare.JaroWinklerAtThresholds(name, [0.95, 0.88, 0.75]), 3, rarity=True))
            case Role.BORN | Role.PHONE | Role.POSTCODE:
                made.append(_worth(compare.DamerauLevenshteinAtThresholds(name, [1, 2]), 2))
            # An e-mail address is often made of the name: only a slip of the pen away from equal it says anything more.
            case Role.EMAIL:
                made.append(_worth(_email(), 2))
            case Role.CODE | Role.REGISTER:
                made.append(_worth(_official(name), 2))
            case Role.STREET:
                made.append(_worth(_street(), 2))
            case Role.CITY:
                made.append(_worth(compare.JaroWinklerAtThresholds(name, [0.9]), 1, rarity=True))
    return made


def _email() -> ComparisonCreator:
    """Addresses are alike only where they belong to a person: common mailboxes of two firms differ in few letters."""
    import splink.comparison_level_library as level
    import splink.comparison_library as compare

    near = [
        level.CustomLevel(f'damerau_levenshtein("own_l", "own_r") <= {edits}', label_for_charts=f"{edits} letters off")
        for edits in (1, 2)
    ]
    return compare.CustomComparison(
        output_column_name="email",
        comparison_levels=[level.NullLevel("email"), level.ExactMatchLevel("email"), *near, level.ElseLevel()],
    )


def _official(role: str) -> ComparisonCreator:
    """Numbers with and without letters in front are of two kinds (VAT id, tax office's number): not comparable."""
    import splink.comparison_level_library as level
    import splink.comparison_library as compare

    left, right = f"{role}_l", f"{role}_r"
    absent = (
        f"{left} IS NULL OR {right} IS NULL OR "
        f"(({left} < 'A') <> ({right} < 'A') AND damerau_levenshtein({left}, {right}) > 2)"
    )
    return compare.CustomComparison(
        output_column_name=role,
        comparison_levels=[
            level.CustomLevel(absent, label_for_charts="absent, or of two kinds").configure(is_null_level=True),
            level.ExactMatchLevel(role),
            level.DamerauLevenshteinLevel(role, 1),
            level.DamerauLevenshteinLevel(role, 2),
            level.ElseLevel(),
        ],
    )


def settle(trained: dict[str, Any]) -> None:
    """Keep what was learned within reason.

    Nothing is impossible, nor proof: that no pair seen in training differed in its postcode does not mean that nobody
    moves house.
    Official numbers that differ are a reason against, however few of them there were to learn from.
    """
    for comparison in trained["comparisons"]:
        differ = LEAST_DIFFERENCE.get(comparison["output_column_name"], SELDOM)
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        chance = UNSEEN
        for level in levels[:-1]:
            if level.get("u_probability") is None:  # no two records drawn at random were alike in this way
                level["u_probability"] = chance
            chance = max(chance, float(level["u_probability"]))
            # A likeness that was not met in training is no reason for a match either.
            level["m_probability"] = max(float(level.get("m_probability") or 0.0), min(LEAST_LIKENESS, chance))
        levels[-1]["m_probability"] = max(float(levels[-1].get("m_probability") or 0.0), differ)
        whole = sum(level["m_probability"] for level in levels)
        for level in levels:
            level["m_probability"] /= whole
        if comparison["output_column_name"] in (str(Role.CODE), str(Role.REGISTER)):
            last = comparison["comparison_levels"][-1]
            last["m_probability"] = min(
                float(last.get("m_probability") or 1.0), float(last.get("u_probability") or 1.0) * 2.0**DIFFERS
            )


def _street() -> ComparisonCreator:
    """Streets are alike only with equal numbers."""
    import splink.comparison_level_library as level
    import splink.comparison_library as compare

    return compare.CustomComparison(
        output_column_name="street",
        comparison_levels=[
            level.NullLevel("street"),
            level.ExactMatchLevel("street"),
            level.CustomLevel(
                "house_l = house_r AND damerau_levenshtein(street_l, street_r) <= 2",
                label_for_charts="same numbers, nearly the same spelling",
            ),
            level.CustomLevel(
                "house_l = house_r AND jaro_winkler_similarity(street_l, street_r) >= 0.88",
                label_for_charts="same numbers, similar spelling",
            ),
            level.ElseLevel(),
        ],
    )


def _worth(comparison: ComparisonCreator, between: int, rarity: bool = False) -> ComparisonCreator:
    """A comparison with a default worth for likenesses that the records are too few to learn.

    Most true pairs agree, few differ. ``between`` levels lie between; ``rarity``: a rare value counts for more.
    """
    m = [0.8, *[0.15 / between] * between, 0.05]
    if rarity:
        return comparison.configure(m_probabilities=m, term_frequency_adjustments=True)
    return comparison.configure(m_probabilities=m)
