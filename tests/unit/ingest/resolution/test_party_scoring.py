"""The party model: the same weights as Splink's own, incremental = whole, and what bad data does to it."""

from __future__ import annotations

import time

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import one_table, person, person_again, same  # type: ignore[import-not-found]
from rapidfuzz.distance import JaroWinkler
from splink import DuckDBAPI
from splink.internals.dialects import PostgresDialect, SparkDialect, SplinkDialect, SQLiteDialect
from splink.internals.sqlite.database_api import SQLiteAPI

from ingest.resolution.party_dialect import in_dialect
from ingest.resolution.party_model import LARGEST_BLOCK, PartyModel, linker_of, train
from ingest.resolution.party_records import PartyRecords, Role, standardise, standardise_columns
from ingest.resolution.party_scoring import PartyPairs, compare_two, fit_and_predict, score
from ingest.resolution.party_sql import by_edits

COLUMNS = {
    Role.GIVEN: "given_name", Role.FAMILY: "surname", Role.BORN: "birth_date", Role.STREET: "street",
    Role.CITY: "city", Role.POSTCODE: "postcode", Role.PHONE: "phone", Role.EMAIL: "email",
}  # fmt: skip
PEOPLE = one_table("party", person, same, person_again, 500, 0.5, seed=4)


@pytest.fixture(scope="module")
def people() -> PartyRecords:
    return standardise(PEOPLE.left, COLUMNS)


@pytest.fixture(scope="module")
def model(people: PartyRecords) -> PartyModel:
    return train(people)


def as_dict(found: PartyPairs) -> dict[tuple[int, int], float]:
    return {(int(a), int(b)): round(float(w), 6) for a, b, w in zip(found.left, found.right, found.weight, strict=True)}


def test_the_weights_are_those_of_splink(model: PartyModel, people: PartyRecords) -> None:
    ours = as_dict(score(model, people, least=0.01))
    con = duckdb.connect(":memory:")
    api = DuckDBAPI(connection=con)
    linker = linker_of(model, api, [api.register(people.arrow(), dataset_display_name="people")])
    frame = linker.inference.predict(threshold_match_probability=0.01).as_duckdbpyrelation().to_arrow_table()
    theirs = {
        (min(a, b), max(a, b)): round(w, 6)
        for a, b, w in zip(*(frame[c].to_pylist() for c in ("unique_id_l", "unique_id_r", "match_weight")), strict=True)
    }
    assert len(ours) > 200
    assert ours == pytest.approx(theirs, abs=1e-4)


def test_another_backend_gives_the_same_weights(model: PartyModel, people: PartyRecords) -> None:
    """SQLite stands for it: other names of functions, and nothing to install."""
    api = SQLiteAPI()
    api.con.create_function("jaro_winkler", 2, JaroWinkler.similarity)  # Splink registers the distance by that name
    linker = linker_of(model, api, [api.register(people.arrow().to_pandas(), dataset_display_name="people")])
    rows = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe().to_dict("records")
    theirs = {
        (min(r["unique_id_l"], r["unique_id_r"]), max(r["unique_id_l"], r["unique_id_r"])): r["match_weight"]
        for r in rows
    }
    ours = as_dict(score(model, people, least=0.01))
    assert len(ours) > 200
    # Its likeness of texts is another implementation, so a pair at a threshold may fall on its other side; few do.
    equal = [pair for pair in ours if pair in theirs and ours[pair] == pytest.approx(theirs[pair], abs=1e-4)]
    assert len(equal) >= 0.97 * len(set(ours) | set(theirs))


@pytest.mark.parametrize(
    "dialect", [SparkDialect(), PostgresDialect(), SQLiteDialect()], ids=["spark", "postgres", "sqlite"]
)
def test_conditions_in_the_words_of_a_backend(model: PartyModel, dialect: SplinkDialect) -> None:
    parsed = model.parsed()
    if dialect.sql_dialect_str == "postgres":
        with pytest.raises(ValueError, match="postgres has no jaro_winkler"):
            in_dialect(parsed, dialect)
        return
    done = in_dialect(parsed, dialect)
    said = [level["sql_condition"] for c in done["comparisons"] for level in c["comparison_levels"]]
    said += [rule["blocking_rule"] for rule in done["blocking_rules_to_generate_predictions"]]
    assert done["sql_dialect"] == dialect.sql_dialect_str
    assert not any("jaro_winkler_similarity" in text for text in said)
    for text in said:
        if text != "ELSE":
            sqlglot.parse_one(text, read=dialect.sqlglot_dialect)
    assert any("`given_l` = `given_r`" in text for text in said) == (dialect.sql_dialect_str == "spark")


def test_training_twice_gives_the_same_model(model: PartyModel, people: PartyRecords) -> None:
    one, other = model, train(people)
    assert one.settings == other.settings
    assert one.rules == other.rules


def test_new_records_alone_find_what_all_together_find(model: PartyModel, people: PartyRecords) -> None:
    whole = as_dict(score(model, people))
    fresh = np.arange(people.size - 40, people.size)
    new = as_dict(score(model, people, fresh=fresh))
    assert new == {pair: w for pair, w in whole.items() if pair[1] >= fresh[0]}
    assert new


def test_a_model_scores_records_it_was_not_trained_on(model: PartyModel, people: PartyRecords) -> None:
    one = {role: [values[0], values[0]] for role, values in people.columns.items()}
    found = score(model, standardise_columns(one, 2))
    assert found.probability.tolist() == pytest.approx([1.0], abs=1e-6)


def repeated(size: int, **columns: str) -> PartyRecords:
    """Made-up people who all share the given values."""
    case = one_table("crowd", person, same, person_again, size, 0.0, seed=9)
    held: dict[Role, list[str | None]] = {role: list(case.left.column(name)) for role, name in COLUMNS.items()}
    for name, value in columns.items():
        held[Role(name)] = [value] * size
    return standardise_columns(held, size, "DE")


@pytest.mark.parametrize(
    "shared",
    [{"phone": "+49 30 123456"}, {"email": "info@firm.example"}, {"family": "Smith"}],
    ids=["one phone", "one mailbox", "everyone is called Smith"],
)
def test_a_value_that_thousands_share_costs_little_and_merges_nobody(shared: dict[str, str]) -> None:
    records = repeated(LARGEST_BLOCK * 5, **shared)
    start = time.process_time()
    found = fit_and_predict(records, None, least=0.1)
    assert time.process_time() - start < 120
    assert (found.probability >= 0.95).sum() == 0
    assert any("tells nobody apart" in a or "would make" in a for a in found.advice), found.advice


def test_a_crowd_that_comes_later_is_left_out_too(model: PartyModel) -> None:
    crowd = repeated(10_000, phone="+49 30 123456")
    start = time.process_time()
    found = score(model, crowd, least=0.1)
    assert time.process_time() - start < 120
    assert found.crowded
    assert any("phone is shared by more than" in a for a in found.advice), found.advice


@pytest.mark.parametrize("size", [0, 1, 2])
def test_hardly_any_records(size: int) -> None:
    records = standardise_columns({Role.NAME: ["Anna Boats"] * size, Role.STREET: ["Kai 1"] * size}, size)
    assert len(score(train(records), records).left) <= 1


def test_no_identifying_value_at_all_is_said() -> None:
    records = standardise_columns({Role.NAME: [None] * 30}, 30)
    found = score(train(records), records)
    assert not len(found.left)
    assert "nothing was matched" in found.advice[-1]


def test_training_on_next_to_nothing_merges_nothing() -> None:
    records = standardise_columns({Role.NAME: [f"firm {i % 7}" for i in range(40)], Role.CITY: ["Ulm"] * 40}, 40)
    model = train(records)
    assert (score(model, records).probability < 0.95).all()  # a name and a town prove nothing


@pytest.mark.parametrize(
    ("one", "other"),
    [("Иван Петров", "Ivan Petrov"), ("Γιώργος Παππάς", "Giorgos Pappas"), ("Jürgen Müßig", "Juergen Muessig")],
)
def test_names_in_other_scripts_are_the_same_names(one: str, other: str) -> None:
    case = one_table("scripts", person, same, person_again, 300, 0.5, seed=2)
    held: dict[Role, list[str | None]] = {role: list(case.left.column(name)) for role, name in COLUMNS.items()}
    size = len(case.left)
    held[Role.NAME] = [f"{a} {b}" for a, b in zip(held.pop(Role.GIVEN), held.pop(Role.FAMILY), strict=True)]
    for role, text in ((Role.NAME, one), (Role.STREET, "Kai 7"), (Role.PHONE, "+49 30 998877")):
        held[role][0] = text
    for role, text in ((Role.NAME, other), (Role.STREET, "Kai 7"), (Role.PHONE, "+49 30 998877")):
        held[role][1] = text
    for role in (Role.EMAIL, Role.BORN, Role.CITY, Role.POSTCODE):
        held[role][0] = held[role][1] = None
    records = standardise_columns(held, size)
    found = score(train(records), records)
    pair = {(int(a), int(b)): float(p) for a, b, p in zip(found.left, found.right, found.probability, strict=True)}
    assert pair[0, 1] >= 0.95


@settings(max_examples=400, deadline=None)
@given(
    st.text("ab@.é", max_size=16),
    st.lists(st.tuples(st.sampled_from("isdt"), st.integers(0, 16), st.sampled_from("abé")), max_size=4),
)
def test_edits_are_counted_as_the_database_counts_them(text: str, edits: list[tuple[str, int, str]]) -> None:
    other = list(text)
    for kind, at, letter in edits:
        if kind == "i" or not other:
            other.insert(at % (len(other) + 1), letter)
        elif kind == "s":
            other[at % len(other)] = letter
        elif kind == "d":
            del other[at % len(other)]
        elif len(other) > 1:
            place = at % (len(other) - 1)
            other[place], other[place + 1] = other[place + 1], other[place]
    words = pa.table({"w_l": [text], "w_r": ["".join(other)]})  # noqa: F841 - the query reads it
    counted = "damerau_levenshtein(w_l, w_r)"
    slow = f"CASE WHEN {counted} <= 1 THEN 'one' WHEN {counted} <= 2 THEN 'two' ELSE 'more' END"
    fast = by_edits("w", [(1, "'one'"), (2, "'two'")], "'more'")
    ((expected, found),) = duckdb.execute(f"SELECT {slow}, {fast} FROM words").fetchall()
    assert found == expected


SEVERAL = {
    Role.EMAIL: ["a@one.test", "z@three.test\x1fa@one.test", "b@two.test", "b@tow.test; c@four.test"],
    Role.PHONE: ["+49 30 1234567", "+49 30 7654321\x1f+49 30 1234567", "+49 40 1111111", "+49 40 2222222"],
}


def with_several() -> PartyRecords:
    """The made-up people, and four more of whom some have several addresses, phones and e-mails."""
    held: dict[Role, list[str | None]] = {role: list(PEOPLE.left.column(name)) for role, name in COLUMNS.items()}
    for role in held:
        held[role] += SEVERAL.get(role, ["Anna", "Anna", "Bo", "Bo"] if role is Role.GIVEN else [None] * 4)
    return standardise_columns(held, len(PEOPLE.left) + 4)


def test_of_several_values_the_best_match_counts(model: PartyModel, people: PartyRecords) -> None:
    records = with_several()
    size = people.size
    whole = score(model, records)
    pair = {(int(a), int(b)): at for at, (a, b) in enumerate(zip(whole.left, whole.right, strict=True))}
    at = {name: i for i, name in enumerate(whole.comparisons)}
    found = pair[size, size + 1]  # the second of two e-mails, the second of two phones
    for role, name in ((Role.EMAIL, "a@one.test"), (Role.PHONE, "+49301234567")):
        two = {r: [name if r is role else "x", name if r is role else "y"] for r in people.columns}
        worth = compare_two(model, PartyRecords({r: tuple(v) for r, v in two.items()}, 2).arrow())
        expected = float(worth.bits[0, at[str(role)]])
        assert whole.bits[found, at[str(role)]] == pytest.approx(expected - 1.0)  # log2 of two to choose from
    assert "\x1f" in records.columns[Role.EMAIL][size + 3]  # a list in one cell
    slip = compare_two(model, score_of(records, size + 2, size + 3))
    assert slip.bits[0, at["email"]] > 0 > slip.bits[0, at["phone"]]  # b@two and b@tow; two phones
    alone = score(model, people)
    assert as_dict(alone) == {p: w for p, w in as_dict(whole).items() if p[1] < size}
    new = as_dict(score(model, records, fresh=np.arange(size, size + 4)))
    assert new == {p: w for p, w in as_dict(whole).items() if p[1] >= size}


def test_common_mailboxes_are_not_slips_of_the_pen_and_numbers_that_differ_settle_it() -> None:
    case = one_table("numbers", person, same, person_again, 300, 0.5, seed=3)
    held: dict[Role, list[str | None]] = {role: list(case.left.column(name)) for role, name in COLUMNS.items()}
    size = len(case.left)
    held[Role.CODE] = [f"DE{100_000_000 + 7919 * at}" for at in range(size)]
    for a, b in case.truth:
        held[Role.CODE][b] = held[Role.CODE][a]
    for role in held:
        if role is not Role.CODE:
            held[role] += [held[role][0]] * 2
    held[Role.EMAIL] = [*held[Role.EMAIL][:size], "info@abc.test", "info@abd.test"]
    held[Role.CODE] += ["DE123456789", "DE987654321"]
    records = standardise_columns(held, size + 2)
    model = train(records)
    found = compare_two(model, score_of(records, size, size + 1))
    at = {name: i for i, name in enumerate(found.comparisons)}
    assert found.bits[0, at["email"]] <= 0
    assert found.bits[0, at["code"]] == pytest.approx(-20.0)
    assert found.probability[0] <= 0.5
    slip = {**records.columns, Role.CODE: (*records.columns[Role.CODE][:-1], "DE123456798")}
    near = compare_two(model, score_of(PartyRecords(slip, size + 2), size, size + 1))
    assert 0.2 <= near.probability[0] <= 0.9  # a slip of the pen: a person is asked
    other = {**records.columns, Role.CODE: (*records.columns[Role.CODE][:-1], "2981581508155")}
    assert compare_two(model, score_of(PartyRecords(other, size + 2), size, size + 1)).bits[0, at["code"]] == 0.0


def score_of(records: PartyRecords, *places: int) -> pa.Table:
    """Some of the records, as they are scored."""
    return records.arrow().take(list(places)).set_column(0, "unique_id", pa.array(range(len(places)), pa.int64()))


def test_families_share_a_house_and_a_phone_and_stay_apart() -> None:
    case = one_table("homes", person, same, person_again, 250, 0.5, seed=8)
    held: dict[Role, list[str | None]] = {role: list(case.left.column(name)) for role, name in COLUMNS.items()}
    size = len(case.left)
    others = one_table("others", person, same, person_again, 60, 0.0, seed=5).left
    for role, name in COLUMNS.items():
        own = role in (Role.GIVEN, Role.BORN)
        held[role] += (others.column(name) if own else held[role])[:60]
    records = standardise_columns(held, size + 60)
    found = fit_and_predict(records, None, least=0.1)
    merged = {(int(a), int(b)) for a, b, p in zip(found.left, found.right, found.probability, strict=True) if p >= 0.95}
    assert not [pair for pair in merged if pair[1] >= size]
    assert len(merged & case.truth) >= 0.85 * len(case.truth)


def test_given_and_family_name_that_changed_places_are_the_same_name(model: PartyModel, people: PartyRecords) -> None:
    table = people.arrow()
    rows = [r for r in table.to_pylist() if r["given"] and r["family"] and r["born"] and r["email"] and r["phone"]]
    whole = {**rows[0], "unique_id": 0}
    turned = {**whole, "unique_id": 1, "given": whole["family"], "family": whole["given"]}
    other = {**whole, "unique_id": 1, "given": "Qzwxy"}

    def chance(of: dict[str, object]) -> float:
        return float(compare_two(model, pa.Table.from_pylist([whole, of], schema=table.schema)).probability[0])

    assert chance(turned) >= 0.95
    assert chance(other) <= 0.9  # a brother in the same house is asked about
