"""The party model: trained with Splink on DuckDB by expectation–maximisation, with term frequencies.

Everything that is a choice is made from the data: which comparisons (the roles that are filled), which blocking rules
(those that make few enough pairs), which rules the training blocks on (two that share no column), the prior (from
pairs that agree on strong keys). What Splink warns of becomes advice in plain words.

A trained :class:`PartyModel` is a value: settings as Splink writes them, blocking rules and term frequencies. It can be
pinned, and any Splink backend can load it (:func:`linker_of`); only DuckDB has been run. Pairs are scored from it by
:mod:`ingest.resolution.party_scoring`, which gives Splink's own weights.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from ingest.resolution.party_comparisons import comparisons_of, settle
from ingest.resolution.party_dialect import in_dialect
from ingest.resolution.party_records import PartyRecords, Role

if TYPE_CHECKING:  # Splink takes a second to import, and only training needs it
    from splink import Linker
    from splink.internals.blocking_rule_creator import BlockingRuleCreator

PAIRS_PER_RECORD = 30
"""A blocking rule may make at most so many pairs per record …"""
FEWEST_ALLOWED = 200_000
"""… but small tables may always be compared this often."""
LARGEST_BLOCK = 600
"""Records that agree on what a rule looks at are compared only while they are at most so many."""
_SEED = 7
_SURE = ({Role.EMAIL}, {Role.CODE}, {Role.REGISTER}, {Role.PHONE, Role.FAMILY}, {Role.PHONE, Role.NAME},
         {Role.BORN, Role.FAMILY}, {Role.NAME, Role.STREET}, {Role.FAMILY, Role.GIVEN, Role.STREET})  # fmt: skip
_RULES: tuple[tuple[str, ...], ...] = (
    ("email",), ("code",), ("register",), ("phone",), ("name",), ("street",), ("born",), ("given", "family"),
    ("family", "postcode"), ("family", "city"), ("given", "born"), ("given", "street"), ("given", "postcode"),
    ("substr(name, 1, 6)", "city"), ("substr(name, 1, 5)",),
    ("substr(street, 1, 10)", "substr(name, 1, 2)"), ("substr(family, 1, 4)", "substr(given, 1, 2)"), ("family",),
    ("postcode", "substr(name, 1, 3)"), ("substr(phone, -6)",), ("postcode", "substr(street, 1, 4)"), ("name", "city"),
)  # fmt: skip
Rule = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartyModel:
    """A trained model; a pure value. ``settings`` is empty where the records gave nothing to compare by."""

    settings: str
    """Splink's settings with trained weights, JSON."""
    rules: tuple[Rule, ...]
    """Blocking rules, each a list of expressions over the roles, cheapest first."""
    frequencies: Mapping[str, pa.Table] = field(default_factory=dict)
    """Role → (value, tf): the share of records that carry a value, for values on two records and more."""
    rare: Mapping[str, float] = field(default_factory=dict)
    """Role → share of a value that is not among the frequencies: one record of those it was trained on."""
    records: int = 0
    advice: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether it can compare anything."""
        return bool(self.settings)

    def comparisons(self) -> tuple[str, ...]:
        """The roles that it compares, in its order."""
        return tuple(str(c["output_column_name"]) for c in self.parsed()["comparisons"]) if self.usable else ()

    def parsed(self) -> dict[str, Any]:
        """The settings as JSON objects (of Splink's making)."""
        found: dict[str, Any] = json.loads(self.settings)
        return found


def train(left: PartyRecords, right: PartyRecords | None = None) -> PartyModel:
    """Train on the records: of one table with itself, or (``right``) of two tables that are to be linked.

    The same records give the same model to the last digit: one thread, since several add up in any order, and what
    takes time here is not shared out among them anyway.
    """
    connection = duckdb.connect(":memory:", config={"threads": 1})
    try:
        return _train_on(connection, left, right)
    finally:
        connection.close()


def _train_on(connection: duckdb.DuckDBPyConnection, left: PartyRecords, right: PartyRecords | None) -> PartyModel:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    advice: list[str] = []
    left, right = left.first(), None if right is None else right.first()
    everything = left.arrow() if right is None else pa.concat_tables([left.arrow(), right.arrow(left.size)])
    filled = [role for role in left.columns if sum(map(bool, left.columns[role])) >= 2]
    rules, too_big = blocking_rules(connection, everything, [str(role) for role in filled], left.size, right is None)
    advice += [
        f"Agreement on {rule} alone would make {pairs:,} pairs; it is used only together with others."
        for rule, pairs in too_big
    ]
    comparisons = comparisons_of(filled)
    if not rules or not comparisons or everything.num_rows < 2:
        advice.append("No column identifies the records well enough to compare them: nothing was matched.")
        return PartyModel("", (), records=everything.num_rows, advice=tuple(advice))
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
        _train(linker, filled, rules, everything.num_rows, advice)
        trained = linker.misc.save_model_to_json()
    settle(trained)
    trained["linker_uid"] = "knockon"  # drawn by chance otherwise: the same training is the same model
    names = sorted({str(lv["tf_adjustment_column"]) for c in trained["comparisons"] for lv in c["comparison_levels"]
                    if lv.get("tf_adjustment_column")})  # fmt: skip
    frequencies, rare = _frequencies(connection, everything, names)
    return PartyModel(
        json.dumps(trained, sort_keys=True, ensure_ascii=False), tuple(rules), frequencies, rare, everything.num_rows,
        tuple(dict.fromkeys(advice)),
    )  # fmt: skip


def linker_of(model: PartyModel, api: Any, tables: Sequence[Any]) -> Linker:
    """A Splink linker with this model on a backend of one's choice (DuckDB, Spark), to score with Splink itself.

    Args:
        api: any Splink ``db_api``.
        tables: what ``api.register`` gave for the standardised records.
    """
    from splink import Linker

    linker = Linker(list(tables), in_dialect(model.parsed(), api.sql_dialect), log_level=logging.WARNING)
    for role, table in model.frequencies.items():
        renamed = table.rename_columns([role, f"tf_{role}"])
        linker.table_management.register_term_frequency_lookup(api.register(renamed), role)
    return linker


def _frequencies(
    connection: duckdb.DuckDBPyConnection, records: pa.Table, roles: Sequence[str]
) -> tuple[dict[str, pa.Table], dict[str, float]]:
    connection.register("all_records", records)
    held, rare = {}, {}
    for role in roles:
        held[role] = connection.sql(
            f"SELECT {role} AS value, count(*)::DOUBLE / sum(count(*)) OVER () AS tf FROM all_records "
            f"WHERE {role} IS NOT NULL GROUP BY {role} QUALIFY count(*) > 1 ORDER BY {role}"
        ).to_arrow_table()
        ((count,),) = connection.execute(f"SELECT count({role}) FROM all_records").fetchall()
        rare[role] = 1.0 / max(int(count), 1)
    return held, rare


def blocking_rules(
    connection: duckdb.DuckDBPyConnection, records: pa.Table, roles: Sequence[str], left: int, own: bool
) -> tuple[list[Rule], list[tuple[str, int]]]:
    """The rules that make few enough pairs, cheapest first, and those that made too many (rule, pairs)."""
    limit = max(FEWEST_ALLOWED, PAIRS_PER_RECORD * records.num_rows)
    connection.register("all_records", records)
    usable: list[tuple[int, Rule]] = []
    refused: list[tuple[int, Rule]] = []
    for rule in _RULES:
        if not roles_in(rule) <= set(roles):
            continue
        keys = ", ".join(rule)
        present = " AND ".join(f"{part} IS NOT NULL" for part in rule)
        counted = "n * (n - 1) / 2" if own else "l * r"
        ((pairs, beyond),) = connection.execute(
            f"SELECT coalesce(sum({counted}) FILTER (n <= {LARGEST_BLOCK}), 0), "
            f"coalesce(sum({counted}) FILTER (n > {LARGEST_BLOCK}), 0) FROM "
            f"(SELECT count(*) AS n, count(*) FILTER (unique_id < {left}) AS l, "
            f"count(*) FILTER (unique_id >= {left}) AS r FROM all_records WHERE {present} GROUP BY {keys})"
        ).fetchall()
        if pairs <= limit:
            usable.append((int(pairs), rule))
        if beyond or pairs > limit:
            refused.append((int(pairs + beyond), rule))
    chosen, total = [], 0
    for pairs, rule in sorted(usable):
        if pairs and total + pairs <= 3 * limit:
            chosen.append(rule)
            total += pairs
    return chosen, [(" and ".join(rule), pairs) for pairs, rule in refused if len(rule) == 1]


def roles_in(rule: Sequence[str]) -> set[str]:
    """The roles that a blocking rule looks at."""
    return {word for part in rule for word in re.findall("[a-z]+", part) if word in set(Role)}


_TEACHERS = (("email",), ("phone",), ("code",), ("register",), ("born",), ("name",), ("given", "family"), ("street",))


def _teaching(rule: Rule) -> int:
    """Rules that say little about what else agrees teach first: who shares name and town shares the postcode too."""
    return _TEACHERS.index(rule) if rule in _TEACHERS else len(_TEACHERS)


def _train(linker: Linker, filled: Sequence[Role], rules: Sequence[Rule], records: int, advice: list[str]) -> None:
    from splink import block_on

    sure: list[str | BlockingRuleCreator] = [block_on(*sorted(map(str, keys))) for keys in _SURE if keys <= set(filled)]
    if sure:
        try:
            linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
        except Exception as error:  # noqa: BLE001 - Splink raises several kinds; the default prior is usable
            advice.append(
                f"How many records have a partner could not be estimated ({error}); a cautious guess is used."
            )
    pairs = records * (records - 1) / 2
    held = linker._settings_obj
    prior = held._probability_two_random_records_match
    held._probability_two_random_records_match = min(max(prior, 0.5 / max(pairs, 1)), 0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
    trained: set[str] = set()
    sessions = 0
    for rule in sorted(rules, key=_teaching):
        used = roles_in(rule)
        if used >= set(map(str, filled)):  # nothing would be left to learn
            continue
        if used & trained and sessions >= 2:
            continue
        if sessions and not (used - trained):
            continue
        untouched = deepcopy(linker._settings_obj.core_model_settings)
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule), record_sample_proportion=1.0, max_pairs=2e6
            )
        except Exception as error:  # noqa: BLE001 - one failed session does not spoil the others
            linker._settings_obj.core_model_settings = untouched  # Splink leaves out what the session blocks on
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
