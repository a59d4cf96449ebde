"""The party model: Splink on DuckDB, trained by expectation–maximisation, with term frequencies.

Everything that is a choice is made from the data: which comparisons (the roles that are filled), which blocking rules
(those that make few enough pairs), which rules the training blocks on (two that share no column), the prior (from
pairs that agree on strong keys). What Splink warns of becomes advice in plain words.

The same settings run on Splink's Spark backend: :func:`fit` takes any Splink ``db_api``; only DuckDB has been run.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import splink.comparison_level_library as level
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.blocking_rule_creator import BlockingRuleCreator
from splink.internals.comparison_creator import ComparisonCreator

from ingest.resolution.party_records import PartyRecords, Role

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
PAIRS_PER_RECORD = 30
"""A blocking rule may make at most so many pairs per record …"""
FEWEST_ALLOWED = 200_000
"""… but small tables may always be compared this often."""
ALONE = 0.9
"""Highest probability of a pair that one kind of evidence alone speaks for: a person is asked, nothing is merged."""
_EVIDENCE = ({Role.GIVEN, Role.FAMILY, Role.NAME}, {Role.EMAIL}, {Role.PHONE}, {Role.BORN}, {Role.STREET},
             {Role.POSTCODE}, {Role.CODE})  # fmt: skip
_SEED = 7
_SURE = ({Role.EMAIL}, {Role.CODE}, {Role.PHONE, Role.FAMILY}, {Role.PHONE, Role.NAME}, {Role.BORN, Role.FAMILY},
         {Role.NAME, Role.STREET}, {Role.FAMILY, Role.GIVEN, Role.STREET})  # fmt: skip
_RULES: tuple[tuple[str, ...], ...] = (
    ("email",), ("code",), ("phone",), ("name",), ("street",), ("born",), ("given", "family"), ("family", "postcode"),
    ("family", "city"), ("given", "born"), ("given", "street"), ("given", "postcode"),
    ("substr(name, 1, 6)", "city"), ("substr(name, 1, 5)",),
    ("substr(street, 1, 10)", "substr(name, 1, 2)"), ("substr(family, 1, 4)", "substr(given, 1, 2)"), ("family",),
    ("postcode", "substr(name, 1, 3)"), ("substr(phone, -6)",), ("postcode", "substr(street, 1, 4)"), ("name", "city"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartyPairs:
    """Scored pairs; ``bits`` holds per pair what each comparison adds to the weight."""

    left: Ints
    right: Ints
    weight: Floats
    probability: Floats
    comparisons: tuple[str, ...]
    bits: Floats
    advice: tuple[str, ...]


def fit_and_predict(left: PartyRecords, right: PartyRecords | None, least: float = 0.001) -> PartyPairs:
    """Train on the records and score the pairs that a blocking rule brings together.

    Args:
        right: None to find duplicates within ``left``.
        least: pairs below this probability are left out.
    """
    connection = duckdb.connect(":memory:", config={"threads": 2})
    try:
        return _run(connection, left, right, least)
    finally:
        connection.close()


def _run(
    connection: duckdb.DuckDBPyConnection, left: PartyRecords, right: PartyRecords | None, least: float
) -> PartyPairs:
    advice: list[str] = []
    everything = left.arrow() if right is None else pa.concat_tables([left.arrow(), right.arrow(left.size)])
    filled = [role for role in left.columns if sum(map(bool, left.columns[role])) >= 2]
    rules, too_big = blocking_rules(connection, everything, [str(role) for role in filled], left.size, right is None)
    advice += [
        f"Agreement on {rule} alone would make {pairs:,} pairs; it is used only together with others."
        for rule, pairs in too_big
    ]
    comparisons = _comparisons(filled)
    if not rules or not comparisons or everything.num_rows < 2:
        advice.append("No column identifies the records well enough to compare them: nothing was matched.")
        return _nothing(tuple(advice))
    settings = SettingsCreator(
        link_type="dedupe_only" if right is None else "link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        retain_intermediate_calculation_columns=True,
        max_iterations=20,
    )
    with _heard(advice):
        api = DuckDBAPI(connection=connection)
        tables = [api.register(left.arrow(), dataset_display_name="records_left")]
        if right is not None:
            tables.append(api.register(right.arrow(left.size), dataset_display_name="records_right"))
        linker = Linker(tables, settings, log_level=logging.WARNING)
        _train(linker, filled, rules, advice)
        found = linker.inference.predict(threshold_match_probability=least)
        frame = found.as_duckdbpyrelation().to_arrow_table()
    return _pairs(frame, left.size if right is not None else 0, tuple(dict.fromkeys(advice)))


def blocking_rules(
    connection: duckdb.DuckDBPyConnection, records: pa.Table, roles: Sequence[str], left: int, own: bool
) -> tuple[list[tuple[str, ...]], list[tuple[str, int]]]:
    """The rules that make few enough pairs, cheapest first, and those that made too many (rule, pairs)."""
    limit = max(FEWEST_ALLOWED, PAIRS_PER_RECORD * records.num_rows)
    connection.register("all_records", records)
    usable: list[tuple[int, tuple[str, ...]]] = []
    refused: list[tuple[int, tuple[str, ...]]] = []
    for rule in _RULES:
        if not roles_in(rule) <= set(roles):
            continue
        keys = ", ".join(rule)
        present = " AND ".join(f"{part} IS NOT NULL" for part in rule)
        counted = "n * (n - 1) / 2" if own else "l * r"
        ((pairs,),) = connection.execute(
            f"SELECT coalesce(sum({counted}), 0) FROM "
            f"(SELECT count(*) AS n, count(*) FILTER (unique_id < {left}) AS l, "
            f"count(*) FILTER (unique_id >= {left}) AS r FROM all_records WHERE {present} GROUP BY {keys})"
        ).fetchall()
        (usable if pairs <= limit else refused).append((int(pairs), rule))
    chosen, total = [], 0
    for pairs, rule in sorted(usable):
        if pairs and total + pairs <= 3 * limit:
            chosen.append(rule)
            total += pairs
    return chosen, [(" and ".join(rule), pairs) for pairs, rule in refused if len(rule) == 1]


def roles_in(rule: Sequence[str]) -> set[str]:
    """The roles that a blocking rule looks at."""
    return {word for part in rule for word in re.findall("[a-z]+", part) if word in set(Role)}


def _comparisons(filled: Sequence[Role]) -> list[ComparisonCreator | dict[str, Any]]:
    made: list[ComparisonCreator | dict[str, Any]] = []
    for role in filled:
        name = str(role)
        match role:
            case Role.GIVEN | Role.FAMILY:
                made.append(_worth(compare.JaroWinklerAtThresholds(name, [0.92, 0.8]), 2, rarity=True))
            case Role.NAME:
                made.append(_worth(compare.JaroWinklerAtThresholds(name, [0.95, 0.88, 0.75]), 3, rarity=True))
            case Role.BORN | Role.PHONE | Role.POSTCODE | Role.CODE:
                made.append(_worth(compare.DamerauLevenshteinAtThresholds(name, [1, 2]), 2))
            case Role.EMAIL:
                made.append(_worth(compare.JaroWinklerAtThresholds(name, [0.95, 0.85]), 2))
            case Role.STREET:
                made.append(_worth(_street(), 2))
            case Role.CITY:
                made.append(_worth(compare.JaroWinklerAtThresholds(name, [0.9]), 1, rarity=True))
    return made


def _street() -> ComparisonCreator:
    """Streets are alike only with equal numbers."""
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


def _train(linker: Linker, filled: Sequence[Role], rules: Sequence[tuple[str, ...]], advice: list[str]) -> None:
    sure: list[str | BlockingRuleCreator] = [block_on(*sorted(map(str, keys))) for keys in _SURE if keys <= set(filled)]
    if sure:
        try:
            linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
        except Exception as error:  # noqa: BLE001 - Splink raises several kinds; the default prior is usable
            advice.append(
                f"How many records have a partner could not be estimated ({error}); a cautious guess is used."
            )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
    trained: set[str] = set()
    sessions = 0
    for rule in rules:
        used = roles_in(rule)
        if used >= set(map(str, filled)):  # nothing would be left to learn
            continue
        if used & trained and sessions >= 2:
            continue
        if sessions and not (used - trained):
            continue
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule), record_sample_proportion=1.0, max_pairs=2e6
            )
        except Exception as error:  # noqa: BLE001 - one failed session does not spoil the others
            advice.append(f"Training on pairs that agree on {' and '.join(rule)} did not work: {error}")
            continue
        trained |= used
        sessions += 1
        if sessions == 3:
            break
    if not sessions:
        advice.append("The model could not be trained on these records; default likenesses are used.")


@contextmanager
def _heard(advice: list[str]) -> Iterator[None]:
    """Collect what Splink warns of, in place of printing it."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = " ".join(record.getMessage().split())
            if "not trained" in text or "no m values" in text.lower() or "not been trained" in text:
                advice.append(
                    "Some likenesses hardly occur in these records, so their worth is a default, not learned."
                )
            elif "converge" in text.lower():
                advice.append("Training stopped before it settled; more or better filled columns would help.")

    ear = Ear(logging.WARNING)
    logger = logging.getLogger("splink")
    before, spreads = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [ear], False
    try:
        yield
    finally:
        logger.handlers, logger.propagate = before, spreads


def _nothing(advice: tuple[str, ...]) -> PartyPairs:
    none, zero = np.empty(0, np.int64), np.empty(0)
    return PartyPairs(none, none, zero, zero, (), np.empty((0, 0)), advice)


def _pairs(frame: pa.Table, offset: int, advice: tuple[str, ...]) -> PartyPairs:
    def numbers(name: str) -> Floats:
        return np.nan_to_num(np.asarray(frame[name].to_numpy(), np.float64))

    left, right = (np.asarray(frame[f"unique_id_{side}"].to_numpy(), np.int64) for side in "lr")
    a, b = np.minimum(left, right), np.maximum(left, right) - offset
    parts = sorted(name for name in frame.column_names if name.startswith("mw_") and not name.startswith("mw_tf_adj"))
    names = [name.removeprefix("mw_") for name in parts]
    bits = []
    for name in names:
        rarity = f"mw_tf_adj_{name}"
        bits.append(numbers(f"mw_{name}") + (numbers(rarity) if rarity in frame.column_names else 0.0))
    matrix = np.stack(bits, axis=1) if bits else np.empty((len(a), 0))
    probability = numbers("match_probability")
    proven = _corroborated(names, matrix)
    if not {"given", "family", "name"} & set(names):  # a bare address: only what is written alike is one place
        for role in {"street", "postcode"} & set(names):
            proven &= np.asarray(pc.equal(frame[f"{role}_l"], frame[f"{role}_r"]).fill_null(False).to_numpy(), bool)
    probability = np.where(proven, probability, np.minimum(probability, ALONE))
    return PartyPairs(a, b, numbers("match_weight"), probability, tuple(names), matrix, advice)


def _corroborated(names: Sequence[str], bits: Floats) -> Bools:
    """Whether two independent kinds of evidence speak for a pair: the same name alone is no proof."""
    spoken = np.zeros(len(bits), np.int64)
    for kind in _EVIDENCE:
        columns = [at for at, name in enumerate(names) if Role(name) in kind]
        if columns:
            spoken += (bits[:, columns] >= 1.0).any(axis=1)
    return spoken >= 2
