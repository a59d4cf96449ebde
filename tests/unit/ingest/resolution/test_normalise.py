"""Normalisation and exact keys with their guard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.resolution import normalise
from ingest.resolution.keys import link_by_keys
from ingest.resolution.text import codes, numbers, plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller & Söhne GmbH & Co. KG", "Mueller".replace("ue", "u") + " Sohne"),
        ("ACME S.p.A.", "Acme"),
        ("Acme Sp. z o.o.", "ACME"),
        ("Ромашка ООО", "Romashka"),
    ],
)
def test_firms_without_legal_form(one: str, other: str) -> None:
    assert normalise.firm(one) == normalise.firm(other)


def test_a_firm_that_is_only_a_legal_form_keeps_it() -> None:
    assert normalise.firm("The Ltd.") == "ltd"


def test_people_phones_mails_streets() -> None:
    assert normalise.person("Dr. Müller, Hans") == normalise.person("Hans Muller")
    assert normalise.phone("030 / 123 456", "DE") == normalise.phone("+49 (0)30 123456")
    assert normalise.phone("000000") == "" == normalise.phone("n/a")
    assert normalise.email(" Jo.Do+news@Example.COM ") == "jo.do@example.com"
    assert normalise.email("jo at example") == ""
    assert normalise.street("Hauptstraße 5") == normalise.street("Haupt-Str. 5")
    assert normalise.compact("de 123-456.789") == "DE123456789"


def test_scripts_and_codes() -> None:
    assert plain("Дмитрий Шостакович") == "dmitrii shostakovich"
    assert plain("Ωνάσης") == "onasis"
    assert "pslx350h" in codes("Sony PS-LX350H turntable")
    assert not codes("a plain title of 1999")
    assert numbers("1,024 MB and 2.0") == "1024 2"


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_and_never_fails(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    for rule in (normalise.person, normalise.firm, normalise.street, normalise.phone, normalise.email):
        rule(text)


def test_ten_thousand_records_with_one_phone_link_nothing_and_are_reported() -> None:
    found = link_by_keys({"phone": ["+49 30 1234567"] * 10_000}, {"phone": "phone"})
    assert len(found.links) == 0
    assert "10000 records" in str(found.shared[0])


def test_common_mailboxes_link_nothing() -> None:
    found = link_by_keys({"email": ["info@a.de", "INFO@a.de", "eva@a.de", "eva@a.de", None]}, {"email": "email"})
    assert list(zip(found.links.left, found.links.right, strict=True)) == [(2, 3)]
    assert [shared.value for shared in found.shared] == ["info@a.de"]
