"""Casting in SQL: from a text to the canonical text of a datatype (:mod:`ontology.values`), or null and a reason.

``x`` stands for the SQL of the text throughout: a column or a lambda's parameter, so that writing it twice costs
nothing. Space around a number, date or truth value is not part of it. Rounding never happens.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.compile.sql import literal
from ontology.model import Datatype

_PLAIN = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_EXPONENT = _PLAIN + r"[eE][+-]?[0-9]+"
_NUMBER = rf"{_PLAIN}([eE][+-]?[0-9]+)?"
_DATE = r"(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
_ZONE = r"Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?"
_TRUE = "('true', 't', 'yes', 'y', '1')"
_FALSE = "('false', 'f', 'no', 'n', '0')"


@dataclass(frozen=True, slots=True)
class CastSpec:
    """What a text is cast to."""

    datatype: Datatype
    scale: int = 0
    values: tuple[str, ...] = ()
    """Closed list; empty: any."""
    date_format: str | None = None
    datetime_format: str | None = None
    timezone: str | None = None
    fold: str | None = None


def value(spec: CastSpec, x: str) -> str:
    """SQL of the canonical text; null where ``x`` is null or cannot be cast."""
    match spec.datatype:
        case Datatype.STRING:
            sql = f"nfc_normalize({x})"
        case Datatype.INTEGER:
            sql = _scaled(x, 0)
        case Datatype.DECIMAL:
            sql = _scaled(x, spec.scale)
        case Datatype.FLOAT:
            number = f"TRY_CAST(trim({x}) AS DOUBLE)"
            sql = (
                f"CASE WHEN regexp_full_match(trim({x}), {literal(_NUMBER)}) AND isfinite({number}) "
                f"THEN CAST({number} + 0.0::DOUBLE AS VARCHAR) END"
            )
        case Datatype.BOOLEAN:
            sql = (
                f"CASE WHEN lower(trim({x})) IN {_TRUE} THEN 'true' WHEN lower(trim({x})) IN {_FALSE} THEN 'false' END"
            )
        case Datatype.DATE:
            sql = _date(spec, x)
        case Datatype.DATETIME:
            sql = _datetime(spec, x)
    if spec.values:
        listed = ", ".join(literal(v) for v in spec.values)
        return f"CASE WHEN {sql} IN ({listed}) THEN {sql} END"
    return sql


def reason(spec: CastSpec, x: str) -> str:
    """SQL of a sentence that says why ``x``, which is not null, cannot be cast."""
    shown = f"'\"' || CASE WHEN length({x}) > 60 THEN {x}[1:60] || '…' ELSE {x} END || '\"'"
    number = f"regexp_full_match(trim({x}), {literal(_NUMBER)})"
    huge = f"lower(trim({x}, ' +-')) IN ('nan', 'inf', 'infinity')"
    match spec.datatype:
        case Datatype.STRING:
            tail = "' is not permitted'"
        case Datatype.INTEGER:
            tail = (
                f"CASE WHEN {huge} THEN ' is no finite number' "
                f"WHEN {number} AND {_fraction(x)} <> '' THEN ' is not whole' "
                f"WHEN {number} THEN ' does not fit 64 bits' ELSE ' is not a whole number' END"
            )
        case Datatype.DECIMAL:
            tail = (
                f"CASE WHEN {huge} THEN ' is no finite number' "
                f"WHEN {number} AND length({_fraction(x)}) > {spec.scale} "
                f"THEN ' has more than {spec.scale} digits after the point; '"
                f" || 'nothing is rounded unless the mapping says round:{spec.scale}' "
                f"WHEN {number} THEN ' does not fit 64 bits' ELSE ' is not a number' END"
            )
        case Datatype.FLOAT:
            tail = f"CASE WHEN {huge} OR {number} THEN ' is no finite number' ELSE ' is not a number' END"
        case Datatype.BOOLEAN:
            tail = "' is neither true nor false'"
        case Datatype.DATE:
            form = spec.date_format or spec.datetime_format
            expected = f" is not a date of the form {form}" if form else " is not a date of the form 2024-12-31"
            timed = f"regexp_matches(trim({x}), {literal(f'^{_DATE}[T ]' + '[0-9]{2}:')})"
            drops = literal(" has a time of day; the transform date_part drops it")
            tail = f"CASE WHEN {timed} THEN {drops} ELSE {literal(expected)} END"
        case Datatype.DATETIME:
            tail = _datetime_reason(spec, x)
    sentence = f"{shown} || {tail}"
    if spec.values:
        return f"{shown} || {literal(' is not one of: ' + ', '.join(spec.values))}"
    return sentence


def _plain_number(x: str) -> str:
    exact = f"TRY_CAST(trim({x}) AS DECIMAL(38, 18))"
    return (
        f"CASE WHEN regexp_full_match(trim({x}), {literal(_PLAIN)}) THEN trim({x}) "
        f"WHEN regexp_full_match(trim({x}), {literal(_EXPONENT)}) "
        f"AND CAST({exact} AS DOUBLE) = TRY_CAST(trim({x}) AS DOUBLE) THEN CAST({exact} AS VARCHAR) END"
    )


def _fraction(x: str) -> str:
    return rf"rtrim(regexp_extract({_plain_number(x)}, '\.([0-9]*)$', 1), '0')"


def _scaled(x: str, scale: int) -> str:
    """The integer at a scale: sign, digits before the point, digits after it filled up with zeros."""
    digits = (
        f"CASE WHEN n[1] = '-' THEN '-' ELSE '' END || regexp_extract(n, '^[+-]?([0-9]*)', 1) || "
        rf"rpad(rtrim(regexp_extract(n, '\.([0-9]*)$', 1), '0'), {scale}, '0')"
    )
    fits = rf"length(rtrim(regexp_extract(n, '\.([0-9]*)$', 1), '0')) <= {scale}"
    one = f"CASE WHEN {fits} THEN CAST(TRY_CAST(nullif({digits}, '') AS BIGINT) AS VARCHAR) END"
    slow = f"list_transform([{_plain_number(x)}], lambda n: {one})[1]"
    if scale:
        return slow
    quick = f"regexp_full_match({x}, '-?[0-9]{{1,18}}')"
    return f"CASE WHEN {quick} THEN CAST(TRY_CAST({x} AS BIGINT) AS VARCHAR) ELSE {slow} END"


def _date(spec: CastSpec, x: str) -> str:
    form = spec.date_format or spec.datetime_format
    if form is not None:
        moment = f"try_strptime(trim({x}), {literal(form)})"
        if "%z" in form or "%Z" in form:
            moment = f"CAST({moment} AS TIMESTAMP)"
        whole = f"date_trunc('day', {moment}) = {moment} AND year({moment}) BETWEEN 1 AND 9999"
        return f"CASE WHEN {whole} THEN strftime({moment}, '%Y-%m-%d') END"
    pattern = f"({_DATE})(?:[T ]00:00(?::00(?:\\.0+)?)?)?"
    return (
        f"CASE WHEN regexp_full_match(trim({x}), {literal(pattern)}) "
        f"THEN CAST(TRY_CAST(trim({x})[1:10] AS DATE) AS VARCHAR) END"
    )


_PARTS = f"^({_DATE})(?:[T ]({_TIME}))? ?({_ZONE})?$"


def _moment_text(spec: CastSpec, x: str) -> str:
    """ISO text of the moment, with its zone if it has one; digits past microseconds go if they are zeros."""
    if spec.datetime_format or spec.date_format:
        form = spec.datetime_format or spec.date_format or ""
        parsed = f"try_strptime(trim({x}), {literal(form)})"
        if "%z" in form or "%Z" in form:
            return f"strftime(timezone('UTC', {parsed}), '%Y-%m-%d %H:%M:%S.%f') || 'Z'"
        return f"strftime({parsed}, '%Y-%m-%d %H:%M:%S.%f')"
    return rf"regexp_replace(trim({x}), '(\.[0-9]{{6}})0+', '\1')"


def _part(moment: str, group: int) -> str:
    return f"regexp_extract({moment}, {literal(_PARTS)}, {group})"


def _local(moment: str) -> str:
    """The naive timestamp that the text states; null where it is none."""
    time = f"CASE WHEN {_part(moment, 2)} = '' THEN '00:00' ELSE {_part(moment, 2)} END"
    return f"TRY_CAST(nullif({_part(moment, 1)}, '') || ' ' || {time} AS TIMESTAMP)"


def _minutes(moment: str) -> str:
    """Offset from UTC in minutes; null where the text carries no zone."""
    zone = _part(moment, 3)
    digits = f"regexp_replace({zone}, '[^0-9]', '', 'g')"
    return (
        f"CASE WHEN {zone} IN ('Z', 'UTC') THEN 0 WHEN {zone} <> '' THEN "
        f"(CASE WHEN {zone}[1] = '-' THEN -1 ELSE 1 END) * "
        f"(CAST({digits}[1:2] AS INT) * 60 + coalesce(TRY_CAST(nullif({digits}[3:4], '') AS INT), 0)) END"
    )


def _candidates(zone: str, local: str) -> str:
    """The instants (naive UTC) that the wall clock of a zone shows as ``local``: none in the missing hour, two in the
    doubled one. Shifts are an hour, or half of one (Lord Howe Island)."""
    name = literal(zone)
    first = f"timezone('UTC', timezone({name}, {local}))"
    shifted = ", ".join(f"{first} + to_minutes({m})" for m in (-60, -30, 0, 30, 60))
    return f"list_sort(list_filter([{shifted}], lambda u: timezone({name}, timezone('UTC', u)) = {local}))"


def _datetime(spec: CastSpec, x: str) -> str:
    stated = "p.l - to_minutes(p.o)"
    if spec.timezone is None:
        chosen = f"CASE WHEN p.o IS NOT NULL THEN {stated} END"
    else:
        found = _candidates(spec.timezone, "p.l")
        pick = {"earlier": f"({found})[1]", "later": f"({found})[-1]"}.get(
            spec.fold or "", f"CASE WHEN len({found}) = 1 THEN ({found})[1] END"
        )
        chosen = f"CASE WHEN p.o IS NOT NULL THEN {stated} ELSE {pick} END"
    text = (
        "CASE WHEN microsecond(u) % 1000000 = 0 THEN strftime(u, '%Y-%m-%dT%H:%M:%S') "
        "ELSE strftime(u, '%Y-%m-%dT%H:%M:%S.%f') END || 'Z'"
    )
    parts = f"list_transform([{_moment_text(spec, x)}], lambda m: {{'l': {_local('m')}, 'o': {_minutes('m')}}})"
    instants = f"list_transform({parts}, lambda p: {chosen})"
    return f"list_transform({instants}, lambda u: CASE WHEN year(u) BETWEEN 1 AND 9999 THEN {text} END)[1]"


def _datetime_reason(spec: CastSpec, x: str) -> str:
    form = spec.datetime_format or spec.date_format
    expected = f" is not a date and time of the form {form or '2024-12-31T23:59:59'}"
    moment = _moment_text(spec, x)
    bad = f"WHEN {_local(moment)} IS NULL THEN {literal(expected)} "
    if spec.timezone is None:
        return (
            f"CASE {bad}WHEN {_minutes(moment)} IS NULL THEN ' has no time zone; the mapping can give one (timezone:)' "
            f"ELSE {literal(expected)} END"
        )
    missing = literal(f" does not exist in {spec.timezone}: clocks went forward over it")
    double = literal(
        f" is there twice in {spec.timezone}: clocks went back; the mapping can rule (fold: earlier or later)"
    )
    found = _candidates(spec.timezone, _local(moment))
    return f"CASE {bad}WHEN len({found}) = 0 THEN {missing} ELSE {double} END"
