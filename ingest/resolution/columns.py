"""What a column holds, and which column of the other table holds the same."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from rapidfuzz import fuzz

from ingest.resolution.tables import Table
from ingest.resolution.text import fold, plain

_AMOUNT = re.compile(r"^[^\d\-+]{0,4}([-+]?\d[\d,.' ]*)[^\d]{0,5}$")
_DATES = (
    re.compile(r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[T ].*)?$"),
    re.compile(r"^(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})$"),
    re.compile(r"^(?P<m>\d{1,2})[/-](?P<d>\d{1,2})[/-](?P<y>\d{4})$"),
)
SYNONYMS: tuple[frozenset[str], ...] = tuple(
    frozenset(words.split())
    for words in (
        "name title titel product productname fullname label designation item song track movie bezeichnung artikel",
        "description details text summary beschreibung abstract longdescription langtext",
        "brand manufacturer maker vendor producer hersteller marke label company",
        "price listprice cost amount preis saleprice unitprice",
        "author authors creator writer writers artist artists autor autoren verfasser",
        "venue journal booktitle conference publication publisher zeitschrift tagung",
        "year date published publicationyear released releasedate releaseyear jahr",
        "phone telephone tel mobile phonenumber telefon telefonnummer rufnummer handy",
        "address addr street streetaddress strasse addressline addressline1 address1 anschrift adresse",
        "city town place ort locality stadt suburb wohnort",
        "zip zipcode postcode postalcode plz",
        "country countrycode land nation",
        "state region province county",
        "type category cuisine genre kind class kategorie group",
        "model modelno modelnumber sku mpn partnumber artikelnummer code itemno",
        "first firstname givenname given forename vorname",
        "last lastname surname familyname family nachname",
        "email mail emailaddress",
        "company companyname firm firmname business businessname organisation organization firma firmenname",
        "taxnumber taxid tin vat vatid vatnumber vatregno ustid ustidnr umsatzsteuerid steuernummer uidnummer",
        "registrationnumber companynumber registernumber handelsregister handelsregisternummer hrb",
        "birthdate dateofbirth dob born birthday geburtsdatum gebdatum geboren",
        "director directors regisseur",
        "time duration runtime length",
        "id key identifier uid uuid recid recordid",
    )
)


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    YEAR = "year"
    DATE = "date"
    CODE = "code"
    """Digits that name something: a postcode, a phone, a number plate. Nearness of value means nothing."""
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Profile:
    """A column in figures."""

    name: str
    kind: Kind
    filled: float
    """Share of rows with a value, 0–1."""
    distinct: float
    """Distinct values per filled row, 0–1."""
    length: float
    """Mean length of the filled values, characters."""


@dataclass(frozen=True, slots=True)
class ColumnPair:
    """A column of the left table and the column of the right that holds the same."""

    left: str
    right: str
    kind: Kind
    score: float
    """0–2: likeness of the names plus likeness of the contents."""
    short: bool
    """The texts are short enough to be compared letter by letter."""

    @property
    def name(self) -> str:
        """What the pair is called in reports."""
        return self.left if self.left == self.right else f"{self.left}/{self.right}"


def amount(text: str) -> float:
    """The number in a cell such as ``$1,299.00`` or ``12,50 €``; NaN where there is none."""
    found = _AMOUNT.match(text.strip())
    if not found:
        return float("nan")
    digits = found.group(1).replace(" ", "").replace("'", "")
    if "," in digits and "." in digits:
        digits = digits.replace("," if digits.rfind(".") > digits.rfind(",") else ".", "")
    if digits.count(",") == 1 and not re.search(r",\d{3}$", digits):
        digits = digits.replace(",", ".")
    digits = digits.replace(",", "")
    try:
        return float(digits)
    except ValueError:
        return float("nan")


def day(text: str) -> date | None:
    """The date in a cell (ISO 8601, 31.12.2024, 12/31/2024)."""
    for form in _DATES:
        if found := form.match(text.strip()):
            year, month, dom = (int(found[part]) for part in "ymd")
            if month > 12 >= dom:
                month, dom = dom, month
            try:
                return date(year, month, dom)
            except ValueError:
                return None
    return None


def profile(name: str, values: list[str]) -> Profile:
    """What kind of values a column holds, from at most 5,000 of them."""
    present = [value for value in values if value]
    if not present:
        return Profile(name, Kind.EMPTY, 0.0, 0.0, 0.0)
    sample = present[:: max(1, len(present) // 5000)]
    filled, distinct = len(present) / len(values), len(set(present)) / len(present)
    length = sum(map(len, sample)) / len(sample)
    return Profile(name, _kind(sample), filled, distinct, length)


def _kind(sample: list[str]) -> Kind:
    size = len(sample)
    if sum(day(value) is not None for value in sample) > 0.8 * size:
        return Kind.DATE
    figures = [found for value in sample if not np.isnan(found := amount(value))]
    whole = [found for found in figures if found == int(found)]
    if len(whole) > 0.9 * size and sum(1500 <= found <= 2100 for found in whole) > 0.95 * len(whole):
        return Kind.YEAR
    digits = [re.sub(r"\D", "", value) for value in sample]
    if (
        sum(len(found) >= 0.6 * len(value) and len(found) >= 3 for found, value in zip(digits, sample, strict=True))
        > 0.8 * size
    ):
        widths = Counter(map(len, digits)).most_common(2)
        dotted = sum(re.search(r"[.,]\d{1,2}$", value) is not None for value in sample)
        if sum(count for _, count in widths[:1]) > 0.8 * size and widths[0][0] >= 4 and dotted < 0.3 * size:
            return Kind.CODE
        if len(figures) < 0.8 * size:
            return Kind.CODE
    return Kind.NUMBER if len(figures) > 0.8 * size else Kind.TEXT


def find_id(table: Table) -> str | None:
    """The column that names each row: unique and filled, and called so or plainly a number or code."""
    candidates = []
    for place, name in enumerate(table.columns):
        values = table.column(name)
        if not all(values) or len(set(values)) < len(values) or not values:
            continue
        called = re.search(r"(^|_|\b)(id|key|uid|uuid|recid|rec_id|nr|no)$", fold(name)) is not None
        compact = not any(" " in value for value in values[:200])
        if called or (compact and place == 0):
            candidates.append((not called, place, name))
    return min(candidates)[2] if candidates else None


def map_columns(left: Table, right: Table, left_id: str | None, right_id: str | None) -> tuple[ColumnPair, ...]:
    """Pair the columns of two tables by name and content; ids and empty columns are left out."""
    ours = [profile(name, left.column(name)) for name in left.columns if name != left_id]
    theirs = [profile(name, right.column(name)) for name in right.columns if name != right_id]
    ours = [column for column in ours if column.kind is not Kind.EMPTY]
    theirs = [column for column in theirs if column.kind is not Kind.EMPTY]
    if not ours or not theirs:
        return ()
    words_left = [_vocabulary(left.column(column.name)) for column in ours]
    words_right = [_vocabulary(right.column(column.name)) for column in theirs]
    scores = np.zeros((len(ours), len(theirs)))
    for i, a in enumerate(ours):
        for j, b in enumerate(theirs):
            if _compatible(a.kind, b.kind):
                scores[i, j] = name_likeness(a.name, b.name) + _overlap(words_left[i], words_right[j])
    pairs = []
    from scipy.optimize import linear_sum_assignment

    for i, j in zip(*linear_sum_assignment(-scores), strict=True):
        a, b = ours[i], theirs[j]
        score = float(scores[i, j])
        if name_likeness(a.name, b.name) >= 0.85 or score >= 0.7:
            kind = a.kind if a.kind is b.kind else _joint(a.kind, b.kind)
            pairs.append(ColumnPair(a.name, b.name, kind, round(score, 3), max(a.length, b.length) <= 60))
    return tuple(pairs)


def name_likeness(left: str, right: str) -> float:
    """How alike two column names are, 0–1; synonyms count 0.9."""
    a, b = (re.sub(r"[^a-z0-9]", "", fold(name)) for name in (left, right))
    if a == b:
        return 1.0
    if any(a in group and b in group for group in SYNONYMS):
        return 0.9
    return 0.8 * fuzz.ratio(a, b) / 100 if a and b else 0.0


def _compatible(left: Kind, right: Kind) -> bool:
    if left is right:
        return True
    return {left, right} not in (
        {Kind.NUMBER, Kind.TEXT},
        {Kind.YEAR, Kind.TEXT},
        {Kind.YEAR, Kind.CODE},
        {Kind.DATE, Kind.NUMBER},
    )


def _joint(left: Kind, right: Kind) -> Kind:
    kinds = {left, right}
    if Kind.TEXT in kinds:
        return Kind.TEXT
    if kinds == {Kind.YEAR, Kind.DATE}:
        return Kind.YEAR
    return Kind.NUMBER if kinds == {Kind.YEAR, Kind.NUMBER} else Kind.CODE


def _vocabulary(values: list[str]) -> Counter[str]:
    sample = [value for value in values if value]
    sample = sample[:: max(1, len(sample) // 3000)]
    return Counter(word for value in sample for word in plain(value).split())


def _overlap(left: Counter[str], right: Counter[str]) -> float:
    """Cosine of the square roots of the word counts (Bhattacharyya coefficient), 0–1."""
    total = (sum(left.values()) * sum(right.values())) ** 0.5
    shared = left.keys() & right.keys()
    return float(sum((left[word] * right[word]) ** 0.5 for word in shared) / total) if total else 0.0
