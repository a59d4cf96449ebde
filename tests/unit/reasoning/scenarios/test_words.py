"""Questions in words: what each becomes, and that what is not understood is said."""

from __future__ import annotations

import pytest

from ontology.errors import Ambiguous, BadQuestion, NotFound
from reasoning.scenarios.edit import edited
from reasoning.scenarios.forms import FORMS
from reasoning.scenarios.resolve import resolve
from reasoning.scenarios.types import Scenario
from reasoning.scenarios.wire import intervention_json
from reasoning.scenarios.wording import sentence
from reasoning.scenarios.words import scenario_in_words
from tests.unit.reasoning.company import id_of
from tests.unit.reasoning.scenarios.shop import base, ontology

V2, O2, P4 = id_of("V2"), id_of("O2"), id_of("P4")
OFFERS = {"class": "Offer", "where": {"supplier": V2}}


def asked(text: str) -> Scenario:
    """The scenario of a question."""
    return scenario_in_words(base()[0], text)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("what if Bolt & Co is down for 3 weeks?", {"fail": V2, "days": "21"}),
        ("What happens if bolt & co fails", {"fail": V2}),
        ("suppose the supplier Bolt & Co shuts down for a month.", {"fail": V2, "days": "30"}),
        ("what if Bolt & Co delivers 10 days late?", {"delay": V2, "days": "10"}),
        ("what if Bolt & Co is late by two weeks", {"delay": V2, "days": "14"}),
        ("what if Order:7 is delayed by 5 days", {"delay": id_of("7"), "days": "5"}),
        ("what if Bolt & Co's lead time doubles?", {"scale": "lead_time_days", "of": OFFERS, "by": "2"}),
        ("what if the lead time of Bolt & Co rises by 4 days", {"shift": "lead_time_days", "of": OFFERS, "by": "4"}),
        ("what if Offer:O2's lead time is 3 weeks", {"set": "lead_time_days", "of": O2, "to": "21"}),
        ("what if the price of Offer:O2 falls by 12,5 %", {"scale": "price", "of": O2, "by": "0.875"}),
        ("what if City bike's list price becomes 1,299.50 EUR", {"set": "list_price", "of": P4, "to": "1299.50"}),
        ("all parts of Bolt & Co +8 %", {"scale": "price", "of": OFFERS, "by": "1.08"}),
        ("all prices from Bolt & Co fall by 3%", {"scale": "price", "of": OFFERS, "by": "0.97"}),
        ("what if we buy from Boltz Ltd instead of Bolt & Co?", {"replace": V2, "by": id_of("V3"), "role": "supplier"}),
        ("what if Boltz Ltd replaces Bolt & Co", {"replace": V2, "by": id_of("V3"), "role": "supplier"}),
        ("what if we lose Bolt & Co?", {"remove": V2}),
        ("what if Bolt & Co goes bankrupt", {"remove": V2}),
        ("Was ist, wenn Bolt & Co 3 Wochen ausfällt?", {"fail": V2, "days": "21"}),
        ("was passiert wenn der Lieferant Bolt & Co für einen Monat stillsteht", {"fail": V2, "days": "30"}),
        ("Was wäre, wenn Bolt & Co nicht liefert?", {"fail": V2}),
        ("Was ist, wenn Bolt & Co zehn Tage später liefert?", {"delay": V2, "days": "10"}),
        ("wenn sich die Lieferzeit von Bolt & Co verdoppelt", {"scale": "lead_time_days", "of": OFFERS, "by": "2"}),
        ("was, wenn die Lieferzeit von Bolt & Co um 4 Tage steigt",
         {"shift": "lead_time_days", "of": OFFERS, "by": "4"}),
        ("Was ist, wenn der Preis von Offer:O2 um 12,5 % sinkt?", {"scale": "price", "of": O2, "by": "0.875"}),
        ("alle Produkte von Bolt & Co +8 %", {"scale": "price", "of": OFFERS, "by": "1.08"}),
        ("was wäre wenn alle Produkte von Bolt & Co um 8 Prozent teurer werden",
         {"scale": "price", "of": OFFERS, "by": "1.08"}),
        ("Was ist, wenn wir bei Boltz Ltd statt bei Bolt & Co kaufen?",
         {"replace": V2, "by": id_of("V3"), "role": "supplier"}),
        ("Was ist, wenn wir Bolt & Co verlieren?", {"remove": V2}),
        ("wenn der Listenpreis von City bike 1299,50 Euro beträgt", {"set": "list_price", "of": P4, "to": "1299.50"}),
    ],
)  # fmt: skip
def test_a_question_becomes_a_scenario(question: str, wanted: dict[str, object]) -> None:
    found = asked(question)
    assert [intervention_json(i) for i in found.interventions] == [wanted]
    network, _ = base()
    said = sentence(found.interventions[0], network)
    assert "e_" not in said  # things are named, not numbered
    edited(resolve(network, found), ontology())


@pytest.mark.parametrize("question", ["", "hello", "what if pigs", "what if it rains on Order 7's parade"])
def test_what_is_not_understood_is_said_with_what_would_be(question: str) -> None:
    with pytest.raises((BadQuestion, NotFound)) as caught:
        asked(question)
    if isinstance(caught.value, BadQuestion):
        assert any(form in caught.value.do for form in FORMS) or "figure" in caught.value.what


def test_names_are_never_guessed() -> None:
    with pytest.raises(NotFound):
        asked("what if Nobody Ltd is down for 3 weeks")
    with pytest.raises(Ambiguous):
        asked("what if Anna Schmidt fails")
    with pytest.raises(BadQuestion, match="figure"):
        asked("what if Bolt & Co's temperature doubles")
