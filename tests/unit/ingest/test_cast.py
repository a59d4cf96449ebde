"""Casting in SQL against Python: Decimal, float, datetime and zoneinfo are the oracles."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.compile.cast import CastSpec, reason, value
from ontology.ids import encode_key
from ontology.model import Datatype, PropertyDef
from ontology.values import canonical, native

CONNECTION = duckdb.connect()
CONNECTION.execute("SET TimeZone='UTC'")


def cast(spec: CastSpec, *texts: str | None) -> list[tuple[str | None, str | None]]:
    """Value and reason of each text."""
    answer = CONNECTION.execute(
        f"SELECT {value(spec, 't')}, CASE WHEN {value(spec, 't')} IS NULL THEN {reason(spec, 't')} END "
        "FROM (SELECT unnest($1::VARCHAR[]) AS t)",
        [list(texts)],
    )
    return [(v, r) for v, r in answer.fetchall()]


def definition(spec: CastSpec) -> PropertyDef:
    return PropertyDef("p", "p", spec.datatype, "p", scale=spec.scale)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**13), max_value=10**13))
@settings(max_examples=150, deadline=None)
def test_decimals_are_exact_in_every_notation(number: Decimal) -> None:
    spec = CastSpec(Datatype.DECIMAL, 4)
    expected = canonical(definition(spec), number)
    plain, padded, signed = f"{number:f}", f" {number:f}000 ", f"{number:+f}"
    assert [v for v, _ in cast(spec, plain, padded, signed)] == [expected] * 3


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-1000, max_value=1000))
@settings(max_examples=100, deadline=None)
def test_too_many_digits_are_refused_never_rounded(number: Decimal) -> None:
    (found, why), *_ = cast(CastSpec(Datatype.DECIMAL, 2), str(f"{number:f}"))
    if number == number.quantize(Decimal("0.01")):
        assert found == str(int(number * 100))
    else:
        assert found is None
        assert why is not None
        assert "more than 2 digits" in why


@given(st.integers(-(2**70), 2**70))
@settings(max_examples=150, deadline=None)
def test_integers_fit_64_bits_or_are_refused(number: int) -> None:
    (found, why), *_ = cast(CastSpec(Datatype.INTEGER), str(number))
    if -(2**63) <= number < 2**63:
        assert found == str(number)
    else:
        assert found is None
        assert why is not None
        assert "64 bits" in why


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=300, deadline=None)
def test_floats_have_pythons_text(number: float) -> None:
    spec = CastSpec(Datatype.FLOAT)
    assert cast(spec, repr(number))[0][0] == canonical(definition(spec), number)


@given(st.dates())
@settings(max_examples=100, deadline=None)
def test_dates(day: date) -> None:
    spec = CastSpec(Datatype.DATE)
    texts = [day.isoformat(), f"{day.isoformat()} 00:00:00", f"{day.isoformat()}T00:00:00.000"]
    assert [v for v, _ in cast(spec, *texts)] == [day.isoformat()] * 3
    german = CastSpec(Datatype.DATE, date_format="%d.%m.%Y")
    assert cast(german, f"{day.day:02}.{day.month:02}.{day.year:04}")[0][0] == day.isoformat()


ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]


@given(st.datetimes(datetime(1975, 1, 1), datetime(2035, 1, 1)), st.sampled_from(ZONES))
@settings(max_examples=300, deadline=None)
def test_instants_against_zoneinfo(moment: datetime, zone: str) -> None:
    check_instant(moment, zone)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_instants_around_the_shifts_of_a_year(zone: str) -> None:
    at = datetime(2024, 1, 1)
    while at < datetime(2025, 1, 1):
        later = at + timedelta(hours=6)
        if at.replace(tzinfo=ZoneInfo(zone)).utcoffset() != later.replace(tzinfo=ZoneInfo(zone)).utcoffset():
            for minutes in range(0, 720, 15):
                check_instant(at - timedelta(hours=3) + timedelta(minutes=minutes), zone)
        at = later


def check_instant(moment: datetime, zone: str) -> None:
    """Python says whether the wall clock shows this time never, once or twice (PEP 495)."""
    info = ZoneInfo(zone)
    instants = set()
    for fold in (0, 1):
        instant = moment.replace(tzinfo=info, fold=fold).astimezone(UTC)
        if instant.astimezone(info).replace(tzinfo=None) == moment:
            instants.add(instant)
    texts = sorted(canonical(definition(CastSpec(Datatype.DATETIME)), i) for i in instants)
    text = moment.isoformat(" ")
    (found, why), *_ = cast(CastSpec(Datatype.DATETIME, timezone=zone), text)
    if len(texts) == 1:
        assert found == texts[0]
        return
    assert found is None
    assert why is not None
    assert ("does not exist" if not texts else "there twice") in why
    if texts:
        assert cast(CastSpec(Datatype.DATETIME, timezone=zone, fold="earlier"), text)[0][0] == texts[0]
        assert cast(CastSpec(Datatype.DATETIME, timezone=zone, fold="later"), text)[0][0] == texts[1]


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-840, 840))
@settings(max_examples=150, deadline=None)
def test_instants_that_carry_an_offset_need_no_zone(moment: datetime, minutes: int) -> None:
    spec = CastSpec(Datatype.DATETIME)
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    expected = canonical(definition(spec), datetime.fromisoformat(moment.isoformat() + offset))
    assert cast(spec, f"{moment.isoformat()}{offset}")[0][0] == expected
    assert cast(spec, f"{moment.isoformat(' ')} {offset.replace(':', '')}")[0][0] == expected


@pytest.mark.parametrize(
    ("spec", "text", "says"),
    [
        (CastSpec(Datatype.INTEGER), "12.5", "is not whole"),
        (CastSpec(Datatype.INTEGER), "twelve", "is not a whole number"),
        (CastSpec(Datatype.INTEGER), "NaN", "no finite number"),
        (CastSpec(Datatype.DECIMAL, 2), "-inf", "no finite number"),
        (CastSpec(Datatype.DECIMAL, 2), "1,50", "is not a number"),
        (CastSpec(Datatype.DECIMAL, 2), "92233720368547758.08", "64 bits"),
        (CastSpec(Datatype.FLOAT), "nan", "no finite number"),
        (CastSpec(Datatype.FLOAT), "1e999", "no finite number"),
        (CastSpec(Datatype.BOOLEAN), "maybe", "neither true nor false"),
        (CastSpec(Datatype.DATE), "2024-02-30", "not a date"),
        (CastSpec(Datatype.DATE), "2024-02-29 10:00:00", "time of day"),
        (CastSpec(Datatype.DATE), "0000-01-01", "not a date"),
        (CastSpec(Datatype.DATE, date_format="%d.%m.%Y"), "2024-01-01", "%d.%m.%Y"),
        (CastSpec(Datatype.DATETIME), "2024-01-01 10:00", "no time zone"),
        (CastSpec(Datatype.DATETIME, timezone="UTC"), "yesterday", "not a date and time"),
        (CastSpec(Datatype.DATETIME, timezone="UTC"), "2024-01-01 10:00:00.1234567", "not a date and time"),
        (CastSpec(Datatype.STRING, values=("open", "done")), "Open", "is not one of: open, done"),
    ],
)
def test_what_cannot_be_cast_says_why(spec: CastSpec, text: str, says: str) -> None:
    (found, why), *_ = cast(spec, text)
    assert found is None
    assert why is not None
    assert says in why


def test_some_forms_by_hand() -> None:
    assert cast(CastSpec(Datatype.DECIMAL, 2), "1E+3", "1.5e-1", ".5", "5.", "-0", "007.10", None) == [
        ("100000", None), ("15", None), ("50", None), ("500", None), ("0", None), ("710", None), (None, None)
    ]  # fmt: skip
    assert [v for v, _ in cast(CastSpec(Datatype.INTEGER), "+7", "-0", "7.0", " 7 ", "000")] == [
        "7",
        "0",
        "7",
        "7",
        "0",
    ]
    assert [v for v, _ in cast(CastSpec(Datatype.BOOLEAN), "T", "no", "1", " Yes ")] == [
        "true",
        "false",
        "true",
        "true",
    ]
    assert cast(CastSpec(Datatype.STRING), "e\u0301")[0][0] == "é"
    assert (
        cast(CastSpec(Datatype.DATETIME, timezone="UTC"), "2014-02-08 10:01:36.827000000")[0][0]
        == "2014-02-08T10:01:36.827000Z"
    )
    form = CastSpec(Datatype.DATETIME, datetime_format="%d/%m/%Y %H:%M", timezone="Europe/Paris")
    assert cast(form, "31/12/2024 23:30")[0][0] == "2024-12-31T22:30:00Z"


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_text_is_cast_or_refused_and_what_is_cast_is_canonical(text: str) -> None:
    text = text.replace("\0", "")
    for spec in (
        CastSpec(Datatype.INTEGER), CastSpec(Datatype.DECIMAL, 3), CastSpec(Datatype.FLOAT), CastSpec(Datatype.BOOLEAN),
        CastSpec(Datatype.DATE), CastSpec(Datatype.DATETIME, timezone="Europe/Berlin"),
    ):  # fmt: skip
        (found, why), *_ = cast(spec, text)
        assert (found is None) == (why is not None)
        if found is not None:
            assert canonical(definition(spec), native(definition(spec), found)) == found


@given(st.from_regex(re.compile(r"[0-9+\-.eE]{1,9}", re.ASCII), fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_texts_that_look_like_numbers(text: str) -> None:
    spec = CastSpec(Datatype.DECIMAL, 3)
    found = cast(spec, text)[0][0]
    try:
        expected = canonical(definition(spec), Decimal(text))
        fits = -(2**63) <= int(expected) < 2**63
    except (ValueError, ArithmeticError):
        assert found is None
    else:
        huge = abs(Decimal(text).as_tuple().exponent) > 300  # "0E40000" is nought to Decimal, and a slip to us
        assert found == (expected if fits else None) or (huge and found is None)


@given(st.lists(st.text(min_size=1, max_size=8).filter(lambda t: "\0" not in t), min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_keys_are_encoded_as_python_does(parts: list[str]) -> None:
    sql = " || '|' || ".join(f"url_encode(${i})" for i in range(1, len(parts) + 1))
    assert CONNECTION.execute(f"SELECT {sql}", parts).fetchall()[0][0] == encode_key(parts)
