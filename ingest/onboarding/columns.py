"""Which property of a class a column holds, and how its text becomes that property's value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from ingest.onboarding.model import ColumnProfile, Kind, TableProfile
from ingest.onboarding.names import KEY_WORDS, likeness, words
from ontology.model import ClassDef, Datatype, PropertyDef

SURE = 0.72
POSSIBLE = 0.5
_SMALL = frozenset({"on", "at", "of", "the", "in", "is", "a", "by", "to"})
_DAY_ORDER = (
    "ordered_on",
    "issued_on",
    "paid_on",
    "received_on",
    "booked_on",
    "shipped_on",
    "returned_on",
    "reviewed_on",
    "counted_on",
    "decided_on",
    "on",
    "opened_at",
    "sent_at",
    "collected_on",
    "starts_at",
    "hired_on",
    "since",
    "starts_on",
)
"""What a bare ``date`` (or the day of creation) means, the first that a class has."""
_BARE_DATES = (
    {"date"},
    {"at"},
    {"on"},
    {"created"},
    {"created", "date"},
    {"creation", "date"},
    {"document", "date"},
    {"date", "time"},
    {"timestamp"},
    {"created", "time"},
)
_SAME = {
    "title": ("job_title", "salutation", "name", "headline", "subject"),
    "required": ("due_on",),
    "expected": ("expected_on", "due_on"),
    "deadline": ("due_on",),
    "needed": ("due_on",),
    "requested": ("due_on",),
    "label": ("name",),
    "subject": ("name", "title"),
    "content": ("text",),
    "body": ("text",),
    "remark": ("note",),
    "promised": ("due_on",),
    "from": ("sender_email",),
    "text": ("description",),
    "note": ("text", "description"),
    "description": ("text", "name"),
    "company": ("legal_name", "name"),
    "street": ("line_1",),
    "address": ("line_1",),
    "zip": ("postal_code",),
    "website": ("website",),
    "url": ("website", "address"),
    "modified": (),
    "updated": (),
    "flag": (),
    "make": ("made",),
    "line": ("line_number",),
    "current": ("employed", "active"),
    "effective": ("starts_on",),
    "base": ("base_price",),
}
"""A word → properties that it may stand for where nothing bears its own name."""
_DAYS = frozenset({Datatype.DATE, Datatype.DATETIME})
_FILLING = frozenset({"level", "value", "flag", "date", "datetime", "current"})
"""Words that add nothing: a safety stock level is a safety stock."""
_FILLING_OF = {
    Datatype.DECIMAL: frozenset(
        {"amount", "due", "payable", "per", "kg", "piece", "pcs", "eur", "usd", "gbp", "chf", "euro", "excl", "incl"}
    ),
    Datatype.BOOLEAN: frozenset({"status", "indicator", "flag", "state"}),
}
"""Words that add nothing beside a number of money, a yes or no: the total due is the total."""
_USUAL = frozenset({"unit", "line", "list", "reviewer", "requester", "sender"})
_PARTIAL = frozenset({"given", "family", "middle", "user", "file"})
"""Words that make a part of what follows: a given name is no name."""


_SHARES = frozenset({"rate", "discount_rate", "commission_rate", "scrap_rate"})
"""Properties between 0 and 1; a rate of exchange or a price per unit is none."""
_MAILS = frozenset({"emails", "email", "requester_email", "sender_email", "reviewer_email"})


@dataclass(frozen=True, slots=True)
class Value:
    """Where a property's value comes from, as the mapping writes it."""

    column: str | None = None
    sql: str | None = None
    const: str | None = None
    transforms: tuple[str, ...] = ()
    date_format: str | None = None
    split: str | None = None


@dataclass(frozen=True, slots=True)
class PropertyProposal:
    """A property of the class and the column that holds it."""

    name: str
    column: str
    value: Value
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """All columns of a table against one class."""

    class_name: str
    properties: tuple[PropertyProposal, ...] = ()
    unsure: tuple[PropertyProposal, ...] = ()
    share: float = 0.0
    """Of the columns that say anything, how many are explained."""
    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Columns that fit by name and not by their values, with the reason."""


@lru_cache(maxsize=50_000)
def _forms(name: str, label: str, more: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], float], ...]:
    found: dict[tuple[str, ...], float] = {}
    for text, weight in ((name, 1.0), (label, 1.0), *((t, 0.95) for t in more)):
        said = _core(text)
        if said:
            found.setdefault(said, weight)
        if len(said) > 1 and said[-1] == "amount" and text == name:
            found.setdefault(said[:-1], 0.85)  # a column of money need not say that it is an amount
    return tuple(found.items())


@lru_cache(maxsize=50_000)
def _core(text: str) -> tuple[str, ...]:
    said = words(text)
    short = tuple(w for w in said if w not in _SMALL)
    return short or said


def forms_of(definition: PropertyDef) -> tuple[tuple[tuple[str, ...], float], ...]:
    """Every way that a property is called, as words, with how much it counts."""
    return _forms(definition.name, definition.label, (*definition.labels.values(), *definition.synonyms))


def name_fit(column: str, definition: PropertyDef, owner: ClassDef) -> tuple[float, str]:
    """How much a column's name says that it holds the property."""
    score, reason = _named_fit(column, definition, owner)
    if score < SURE:
        said = _core(column.rsplit(".", 1)[-1])
        bare = tuple(w for w in said if w not in _own_words(owner.name, owner.label, owner.synonyms))
        if definition.datatype in _DAYS:
            bare = tuple(w for w in bare if w not in _FILLING)
        if definition.datatype is Datatype.BOOLEAN:
            bare = tuple(w for w in bare if w not in _FILLING_OF[Datatype.BOOLEAN])
        for word, meant in _SAME.items():
            if word == "title" and definition.name == "name" and "family_name" in owner.properties:
                continue  # Dr. or Sales Manager: never what a person is called
            if definition.name in meant and (said == (word,) or bare == (word,)):
                score = max(score, 0.76 - 0.02 * meant.index(definition.name))
    return score, reason


def _named_fit(column: str, definition: PropertyDef, owner: ClassDef) -> tuple[float, str]:
    return _fit(
        column,
        Datatype.DATE if definition.datatype in _DAYS else definition.datatype,
        forms_of(definition),
        _own_words(owner.name, owner.label, owner.synonyms),
    ), (f"called like {definition.label!r}")


@lru_cache(maxsize=2_000)
def _own_words(name: str, label: str, synonyms: tuple[str, ...]) -> frozenset[str]:
    return frozenset(w for text in (name, label, *synonyms) for w in words(text))


@lru_cache(maxsize=200_000)
def _fit(column: str, kind: Datatype, forms: tuple[tuple[tuple[str, ...], float], ...], mine: frozenset[str]) -> float:
    said = _core(column.rsplit(".", 1)[-1])
    whole = _core(column)
    variants = {said: 1.0, whole: 1.0}
    bare = tuple(w for w in said if w not in mine)
    if bare and bare != said:
        variants[bare] = 0.93
    for one in list(variants):
        short = tuple(w for w in one if w not in _FILLING)
        if short and short != one and (kind is Datatype.DATE or "date" not in one):
            variants.setdefault(short, variants[one] * 0.97)
        if one[-2:] == ("email", "address"):
            variants.setdefault(one[:-1], variants[one])
        if len(one) == 2 and one[1] == "name" and one[0] not in _PARTIAL:
            variants.setdefault(one[:1], variants[one] * 0.9)
        filling = _FILLING_OF.get(kind, frozenset())
        short = tuple("rate" if w == "percent" else w for w in one if w not in filling)
        if short and short != one:
            variants.setdefault(short, variants[one] * 0.97)
    best = 0.0
    for form, weight in forms:
        for variant, factor in variants.items():
            score = likeness(variant, form)
            if score < 1.0:
                if set(variant) <= KEY_WORDS or set(variant) & _PARTIAL:
                    score *= 0.5
                elif len(form) > 1 and set(form) - set(variant) <= _USUAL and variant[-1] == form[-1]:
                    score = max(score, 0.75)
                elif (
                    len(form) > 1
                    and set(variant) < set(form)
                    and len(variant) >= len(form) - 1
                    and variant[-1] == form[-1]
                ):
                    score = max(score, 0.7)
                elif len(variant) > 1 and variant[-len(form) :] == form:
                    score = max(score, 0.74)
                else:
                    score *= 0.9
            best = max(best, score * weight * factor)
    return best


def assign(table: TableProfile, definition: ClassDef, taken: frozenset[str]) -> Assignment:
    """The best property for each column, each property once, the surest first. ``taken``: columns used otherwise."""
    scored: list[tuple[float, ColumnProfile, PropertyDef, str]] = []
    refused: dict[str, str] = {}
    telling = [c for c in table.columns if _says_something(c) and c.name not in taken]
    for column in telling:
        for prop in definition.properties.values():
            score, reason = name_fit(column.name, prop, definition) if column.named else (0.0, "")
            if column.named and column.kind is Kind.TEXT and score < SURE and prop.datatype is Datatype.STRING:
                score = max(score, _as_id(column.name, prop))
            if (
                column.named
                and prop.name == _day_of(definition, timed=column.has_time)
                and _is_bare_date(column.name, definition)
            ):
                score, reason = max(score, 0.85), "the day that such a thing is known by"
            if column.named and prop.name == _amount_of(definition) and _is_bare_amount(column.name, definition):
                score, reason = max(score, 0.8), "the amount that such a thing is about"
            if column.named and prop.name == definition.title == "name" and _is_what_it_is(column, definition):
                score, reason = max(score, 0.88), f"called as a {definition.label} is"
            if column.named and prop.name == "sku" and _is_own_code(column, definition):
                score, reason = max(score, 0.85), "the code that each has of its own"
            if (
                column.named
                and prop.name == "number" == definition.title
                and _core(column.name) == ("name",)
                and column.share > 0.99
            ):
                score, reason = 0.9, "what people call it by"
            if score < POSSIBLE:
                continue
            problem = misfit(column, prop)
            if problem:
                if score >= SURE:
                    refused[column.name] = f"{prop.name}? {problem}"
                continue
            scored.append((score, column, prop, reason))
    scored.sort(key=lambda s: (-round(s[0], 3), s[1].position))
    used: set[str] = set()
    given: set[str] = set()
    sure: list[PropertyProposal] = []
    unsure: list[PropertyProposal] = []
    for score, column, prop, reason in scored:
        if column.name in used or (prop.name in given and prop.functional):
            continue
        if prop.name in given:
            continue
        proposal = PropertyProposal(prop.name, column.name, value_of(column, prop), score, reason)
        if score >= SURE:
            used.add(column.name)
            given.add(prop.name)
            sure.append(proposal)
        elif column.name not in {u.column for u in unsure}:
            unsure.append(proposal)
    unsure = [u for u in unsure if u.column not in used and u.name not in given]
    share = len(used) / len(telling) if telling else 0.0
    for name in used:
        refused.pop(name, None)
    return Assignment(definition.name, tuple(sure), tuple(unsure), share, MappingProxyType(refused))


def _as_id(name: str, prop: PropertyDef) -> float:
    """``LoginID`` with texts in it is the login: 0.85 where nothing but a key's ending is too much, else 0."""
    said = words(name)
    bare = said[:-1] if len(said) > 1 and said[-1] in ("id", "key") else ()
    return 0.85 if bare and any(form == bare for form, _ in forms_of(prop)) else 0.0


def _is_what_it_is(column: ColumnProfile, definition: ClassDef) -> bool:
    """A column of different texts that is called like the class: ``Supplier`` in a list of suppliers is its name."""
    said = words(column.name)
    called = {words(t) for t in (definition.name, definition.label, *definition.labels.values(), *definition.synonyms)}
    lettered = all(sum(c.isalpha() for c in e) > 2 * sum(c.isdigit() for c in e) for e in column.examples)
    texts = column.kind is Kind.TEXT and column.share > 0.9 and lettered
    return said in called and texts and column.mean_length >= 4


def _is_own_code(column: ColumnProfile, definition: ClassDef) -> bool:
    """``Item Code``: a code, named after the class, that every row has one of its own of."""
    said = words(column.name)
    own = _own_words(definition.name, definition.label, definition.synonyms)
    named = len(said) == 2 and said[0] in own and said[1] in ("code", "number", "ref", "key")
    return named and column.unique and column.kind in (Kind.TEXT, Kind.INTEGER)


def _is_bare_date(name: str, definition: ClassDef) -> bool:
    """Whether a name says no more than "date", perhaps with the thing's own name."""
    said = _core(name.rsplit(".", 1)[-1])
    mine = _own_words(definition.name, definition.label, definition.synonyms)
    return set(said) in _BARE_DATES or {w for w in said if w not in mine} in _BARE_DATES


def _amount_of(definition: ClassDef) -> str | None:
    """The amount that a thing is about: the one that the ontology names, else the only one that it has."""
    money = [p.name for p in definition.properties.values() if p.is_money]
    return definition.amount or (money[0] if len(money) == 1 else None)


_AMOUNTS = frozenset({"rate", "price", "cost", "budget", "payment", "salary", "wage", "fee", "tax"})


def _is_bare_amount(name: str, definition: ClassDef) -> bool:
    """Whether a name says no more than "amount", perhaps with the thing's own name."""
    said = _core(name.rsplit(".", 1)[-1])
    mine = _own_words(definition.name, definition.label, definition.synonyms)
    if said in (words(definition.name)[-1:], words(definition.label)[-1:]) and set(said) <= _AMOUNTS:
        return True  # the rate of a pay rate
    return said[-1:] in (("amount",), ("value",)) and not set(said[:-1]) - mine


def _day_of(definition: ClassDef, *, timed: bool = False) -> str | None:
    """The day that a thing is known by; where there are times, the moment, if the class has one."""
    there = [name for name in _DAY_ORDER if name in definition.properties]
    moments = [n for n in there if definition.properties[n].datatype is Datatype.DATETIME] if timed else []
    return next(iter((*moments, *there)), None)


def _says_something(column: ColumnProfile) -> bool:
    said = set(words(column.name)) if column.named else set()
    return column.kind not in (Kind.EMPTY, Kind.UUID, Kind.NESTED) and not said & {"modified", "updated", "rowguid"}


def misfit(column: ColumnProfile, prop: PropertyDef) -> str:
    """Why a column's values cannot be the property's; empty if they can."""
    match prop.datatype:
        case Datatype.DATE | Datatype.DATETIME if column.kind not in (Kind.DATE, Kind.DATETIME):
            return "its values are no dates"
        case Datatype.INTEGER if column.kind is not Kind.INTEGER:
            return "its values are no whole numbers"
        case Datatype.DECIMAL | Datatype.FLOAT if column.kind not in (Kind.INTEGER, Kind.DECIMAL):
            return "its values are no numbers"
        case Datatype.BOOLEAN if not (
            column.kind is Kind.BOOLEAN
            or (column.kind is Kind.INTEGER and column.low in (0, 1) and column.high in (0, 1))
        ):
            return "its values are not yes or no"
        case Datatype.STRING if column.kind in (Kind.DATE, Kind.DATETIME) and "date" not in prop.name:
            return "its values are dates"
        case _:
            pass
    if prop.values:
        return "its values have a fixed list in the ontology"
    if prop.identifying and column.share < 0.9 and column.filled > 10:
        return "its values repeat, and would make different things one"
    name = prop.name
    if name in _MAILS and column.kind is not Kind.EMAIL and not any("@" in e for e in column.examples):
        return "its values are no e-mail addresses"
    if name == "salutation" and column.mean_length > 6:
        return "its values are longer than a salutation"
    if name == "job_title" and column.mean_length <= 6:
        return "its values are shorter than a position"
    if name in _SHARES - {"rate"} and not set(words(column.name)) & {
        "rate",
        "pct",
        "percent",
        "percentage",
    }:
        return "nothing says that it is a share and no amount"
    if name in _SHARES and (column.top or 0) > 1 and not _is_percentage(column):
        return "a share lies between 0 and 1"
    return ""


def _is_percentage(column: ColumnProfile) -> bool:
    """``19`` in a column of tax or discount rates: none can be a share, and all can be percent."""
    told = set(words(column.name)) & {"tax", "discount", "percent", "percentage", "pct", "commission", "scrap"}
    return bool(told) and not column.negative and 1 < (column.top or 0) <= 100 and not column.transforms


def value_of(column: ColumnProfile, prop: PropertyDef) -> Value:
    """How the column's text becomes the property's value."""
    quoted = '"' + column.name.replace('"', '""') + '"'
    transforms = [t for t in column.transforms if t != "money"]
    match prop.datatype:
        case Datatype.DATE:
            if column.date_format is not None:
                return Value(column.name, date_format=column.date_format)
            if column.kind is Kind.DATETIME or "date_part" in transforms:
                return Value(sql=f"substr({quoted}, 1, 10)")
            return Value(column.name)
        case Datatype.DATETIME:
            if column.date_format is not None:
                return Value(column.name, date_format=column.date_format)
            if column.kind is Kind.DATETIME and any(" +" in e or " -" in e for e in column.examples):
                # 2025-01-03 07:35:35 +0100 → 2025-01-03T07:35:35+01:00
                return Value(
                    sql=f"regexp_replace({quoted}, '^(\\S+) (\\S+) ([+-]\\d\\d):?(\\d\\d)$', '\\1T\\2\\3:\\4')"
                )
            return Value(column.name)
        case Datatype.BOOLEAN:
            if column.kind is Kind.BOOLEAN:
                yes = "lower(" + quoted + ") IN ('true', 'yes', 'y', 't', '1', 'ja', 'j', 'oui', 'wahr')"
                return Value(sql=yes)
            return Value(column.name)
        case Datatype.STRING:
            if prop.name in _MAILS:
                return Value(column.name, transforms=("trim", "lower"))
            return Value(column.name)
        case _:
            pass
    if "money" in column.transforms:
        strip = f"regexp_replace({quoted}, '[^0-9.,-]', '', 'g')"
        return Value(sql=strip, transforms=("decimal_comma",) if column.decimal_comma else ("thousands",))
    if prop.name in _SHARES and (column.top or 0) > 1 and _is_percentage(column):
        return Value(sql=f"{quoted} || ' %'", transforms=("percent",))
    if prop.datatype is Datatype.DECIMAL and column.scale > prop.scale:
        transforms.append(f"round:{prop.scale}")
    return Value(column.name, transforms=tuple(transforms))


def key_property(definition: ClassDef) -> str | None:
    """The property that a thing's number or code goes to, if the class has one."""
    for name in ("number", "code", "document_number", "sku", "employee_number", "account_number", "serial_number"):
        if name in definition.properties:
            return name
    return None


def is_key_word(name: str) -> bool:
    """Whether a name is nothing but ``id``, ``code`` … ."""
    return set(words(name)) <= KEY_WORDS
