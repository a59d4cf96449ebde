"""Words of questions that ask and say nothing of what is asked for, and verbs of what people and companies do."""

_EMPTY = """
we us our all there any with have has had do does did get got give show list tell name find whose currently now right
total sum number count average mean amount many much in made placed bought buy buys purchase purchased ordered order
belong related anything value worth every each per exist existing one ones long when and es gibt haben hat wir uns
alle und wie viele viel sind ist von vom zum zur beim bei aus sich wurde wurden worden wird werden welche welcher
welches welchen welchem wer wann was zeig zeige nenne mir bitte unser unsere unserer unseren unserem derzeit aktuell
momentan insgesamt davon noch gerade gekauft bestellt hatte hatten der die das den dem des ein eine einen einem einer
im am aller allen alles place places contain contains include includes enthalten enthalt either compare versus vs
vergleiche vergleich together zusammen eingekauft ausgegeben make earn generate gemacht erzielt erwirtschaftet
bekommen aufgegeben erteilt
"""
FILLER = frozenset(_EMPTY.split())

_DENYING = """
not no nor non never neither none without except excluding cannot nicht kein keine keinen keiner keines ohne ausser
weder nie niemals nichts
haven't hasn't hadn't don't doesn't didn't isn't aren't wasn't weren't can't couldn't won't
"""
DENIALS = frozenset((*_DENYING.split(), *_DENYING.replace("'", "’").split()))
"""Words that turn a condition around: one that no condition takes means that the question was not understood."""

_COMPARED = "most fewest least more less fewer meisten meiste wenigsten mehr weniger"
COMPARING = frozenset(_COMPARED.split())
"""Words that compare: one that nothing took means that the question was not understood."""

AGAINST = frozenset(("vs", "versus", "compare", "compared", "vergleich", "vergleiche"))
"""Words that set one against another: passed over only where two are compared."""

BOTH = frozenset(("both", "beide", "beiden"))
"""Words that ask for each of two."""

_LIMITING = "only just nur lediglich single sole einzige einzigen einziger einziges"
LIMITING = frozenset(_LIMITING.split())
"""Words that leave out all else: behind what is asked for, one that nothing took means that it was not understood."""

_MEAN = """
average mean median durchschnitt durchschnittlich durchschnittliche durchschnittlichen durchschnittlicher
"""
MEANS = frozenset(_MEAN.split())
"""Words that must not be passed over where no mean is told."""

OR = frozenset(("or", "oder"))
AND = frozenset(("and", "und", "but", "aber"))

DOERS = {
    "Supplier": "supplies supply supplying supplied delivers deliver offers offer makes sells liefert liefern",
    "Customer": "bought buys buy ordered orders order purchased purchases kauft kaufte bestellt gekauft",
    "Employee": "handles handle handled answers answered assigned responsible looks bearbeitet zustandig",
}
"""Class → what its things do to those that a question names."""

_DEEDS = {
    ("Order", "PurchaseOrder"): "ordered order bought buy purchased purchase bestellt bestellten gekauft kauften",
    ("Order",): "sold verkauft",
    ("Payment",): "paid bezahlt gezahlt",
    ("Receipt",): "delivered supplied geliefert",
    ("Ticket",): "complained reklamiert",
}
DEEDS = {verb: names for names, verbs in _DEEDS.items() for verb in verbs.split()}
"""What people and companies do, or is done with goods → the classes of what comes about by it."""

HAPPENED = {
    "versandt": "shipped_on", "verschickt": "shipped_on", "geliefert": "delivered_on", "zugestellt": "delivered_on",
    "bezahlt": "paid_on", "storniert": "cancelled_on", "gelost": "solved_at", "geschlossen": "solved_at",
    "eroffnet": "opened_at", "bestellt": "ordered_on", "erhalten": "received_on", "beantwortet": "answered_at",
}  # fmt: skip
"""German participle → the property whose day says that it has happened."""

_STATES = (
    "open offen", "closed geschlossen", "paid bezahlt beglichen", "unpaid unbezahlt",
    "shipped versandt verschickt versendet", "delivered geliefert ausgeliefert zugestellt", "cancelled storniert",
    "returned retourniert", "high hoch", "low niedrig", "urgent dringend", "normal normal", "private privat",
    "wholesale grosshandel", "solved gelost", "pending wartend", "new neu", "active aktiv", "yes ja", "no nein",
    "blocked gesperrt", "done erledigt",
)  # fmt: skip
SAME_STATE = {one: tuple(other for other in pair.split() if other != one) for pair in _STATES for one in pair.split()}
"""A word for a state → what the other language calls it; values are in the language of their source."""

COSTING = frozenset(("cost", "costs", "costing", "priced", "kosten", "kostet", "worth", "wert"))
"""Verbs before a comparison that mean what the thing is worth."""

TOTALS = frozenset(("total", "totals", "sum", "value", "amount", "summe", "betrag", "wert"))
"""What says that something is added up, where things are told in groups."""

AMOUNTS = frozenset(("amount", "value", "betrag", "wert", "umsatz", "turnover"))
"""What the money that a thing is worth is called in general."""
