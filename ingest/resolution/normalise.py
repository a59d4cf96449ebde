"""Values made comparable: names, firms, phones, e-mails, postal addresses; an empty text for what is unusable."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from ingest.resolution.text import plain


def _words(text: str) -> list[str]:
    return text.split()


_LEGAL = frozenset(
    _words("""
    ag gmbh mbh ug kg kgaa ohg gbr eg ev ek inc incorporated corp corporation co company llc llp lp plc ltd
    limited pty  sa sarl sas sasu snc srl spa sapa bv nv vof oy oyj ab as asa aps ks kft zrt doo dd ooo oao zao
    pao ao ip spzoo sro  lda ltda eirl sl slu scop se sicav cie compagnie holding kk gk bhd sdn pte pvt private
    jsc pjsc tov
""")
)
_LEGAL_PHRASES = (
    ("sp z o o", ""),
    ("d o o", ""),
    ("s r o", ""),
    ("s p a", ""),
    ("s r l", ""),
    ("s a r l", ""),
    ("s a s", ""),
    ("s a", ""),
    ("b v", ""),
    ("n v", ""),
    ("e v", ""),
    ("e k", ""),
    ("a s", ""),
    ("co kg", ""),
    ("gesellschaft mit beschraenkter haftung", ""),
    ("gesellschaft mit beschrankter haftung", ""),
    ("aktiengesellschaft", ""),
    ("societe anonyme", ""),
)
_TITLES = frozenset(
    _words("""
    mr mrs ms miss dr prof herr frau mme mlle sr sra sig dipl ing phd md jr sir hr fr
""")
)
_STREET = {
    "street": "st", "str": "st", "strasse": "st", "straße": "st", "avenue": "ave", "av": "ave", "road": "rd",
    "boulevard": "blvd", "lane": "ln", "drive": "dr", "court": "ct", "place": "pl", "square": "sq", "highway": "hwy",
    "parkway": "pkwy", "suite": "ste", "apartment": "apt", "floor": "fl", "north": "n", "south": "s", "east": "e",
    "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw", "saint": "st",
}  # fmt: skip
_GLUED = re.compile(r"(strasse|str)\b")
SHARED_MAILBOXES = frozenset(
    _words("""
    info office contact kontakt sales verkauf support service admin mail hello team post postmaster webmaster
    noreply  billing accounts accounting rechnung buchhaltung einkauf purchasing orders hr jobs press marketing
    helpdesk
""")
)
"""Mailboxes that belong to a firm, not to a person."""


@lru_cache(maxsize=200_000)
def person(name: str) -> str:
    """A person's name: words in order, without titles; ``Dr. Müller, Hans`` → ``hans muller``."""
    if name.count(",") == 1:
        last, first = name.split(",")
        name = f"{first} {last}"
    return " ".join(word for word in plain(name).split() if word not in _TITLES)


@lru_cache(maxsize=200_000)
def firm(name: str) -> str:
    """A firm's name without its legal form; where nothing else is left, with it."""
    text = f" {plain(name.replace('&', ' and ').replace('.', ' '))} "
    for phrase, instead in _LEGAL_PHRASES:
        text = text.replace(f" {phrase} ", f" {instead} ")
    words = [word for word in text.split() if word not in {"and", "und", "et", "the"}]
    kept = [word for word in words if word not in _LEGAL]
    return " ".join(kept or words)


@lru_cache(maxsize=200_000)
def phone(text: str, region: str | None = None) -> str:
    """A phone number in E.164; where the country is not known, its last nine digits; empty for what is no number.

    Args:
        region: ISO 3166 code of the country that numbers without a country code are taken to be in.
    """
    try:
        parsed = phonenumbers.parse(text, region)
        if phonenumbers.is_possible_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        pass
    digits = re.sub(r"\D", "", text)
    return digits[-9:] if len(digits) >= 6 and len(set(digits)) > 1 else ""


@lru_cache(maxsize=200_000)
def email(text: str) -> str:
    """An e-mail address in lower case, without ``+tag``, its domain in ASCII; empty for what is none. No look-ups."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return ""
    local = found.local_part.split("+", 1)[0].lower()
    return f"{local}@{(found.ascii_domain or found.domain).lower()}"


def is_shared_mailbox(address: str) -> bool:
    """Whether an address is a firm's common one (``info@``), which says little about who is meant."""
    return re.split(r"[._-]", address.split("@", 1)[0])[0] in SHARED_MAILBOXES


@lru_cache(maxsize=200_000)
def street(text: str) -> str:
    """A street address with the usual words shortened; ``Hauptstraße 5`` and ``Haupt-Str. 5`` → ``haupt st 5``."""
    words = _GLUED.sub(r" \1", plain(text)).split()
    return " ".join(_STREET.get(word, word) for word in words)


def compact(text: str) -> str:
    """Letters and digits only, upper case: for tax numbers, article numbers, GTINs, IBANs."""
    return re.sub(r"[^A-Z0-9]", "", plain(text).upper())


def official_number(text: str) -> str:
    """A tax or register number, letters and digits only; empty for what is none (no digit but 0: ``n/a``, ``000``)."""
    found = compact(text)
    return found if re.search(r"[1-9]", found) else ""
