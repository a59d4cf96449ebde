"""Names of columns and tables: cut into words, brought to one language and number, compared.

The word list is general business vocabulary (English, German, some French); it knows nothing of a certain system.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from rapidfuzz import fuzz

_SPLIT = re.compile(
    r"[^0-9A-Za-zÀ-ÿ]+|(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])"
)

WORDS = {
    # how a key is called
    "nr": "number",
    "no": "number",
    "num": "number",
    "nummer": "number",
    "numero": "number",
    "kennung": "id",
    "ident": "id",
    "identifier": "id",
    "pk": "id",
    "fk": "id",
    "key": "key",
    "schluessel": "key",
    "uid": "id",
    "guid": "uuid",
    "kuerzel": "code",
    "cd": "code",
    "kennzeichen": "code",
    # things
    "artikel": "product",
    "article": "article",
    "teil": "product",
    "item": "item",
    "produkt": "product",
    "produit": "product",
    "ware": "product",
    "material": "material",
    "komponente": "component",
    "baugruppe": "assembly",
    "stueckliste": "bom",
    "warengruppe": "category",
    "kategorie": "category",
    "gruppe": "group",
    "lieferant": "supplier",
    "kreditor": "supplier",
    "creditor": "supplier",
    "fournisseur": "supplier",
    "vendor": "supplier",
    "kunde": "customer",
    "kund": "customer",
    "debitor": "customer",
    "debtor": "customer",
    "client": "customer",
    "abnehmer": "customer",
    "auftrag": "order",
    "bestellung": "purchase order",
    "bestell": "purchase order",
    "bestellnr": "purchase order number",
    "bestellposition": "purchase order line",
    "angebot": "offer",
    "angebotsnr": "offer number",
    "quotation": "quote",
    "rechnung": "invoice",
    "rechnungs": "invoice",
    "eingangsrechnung": "bill",
    "ausgangsrechnung": "invoice",
    "facture": "invoice",
    "zahlung": "payment",
    "paiement": "payment",
    "beleg": "document",
    "position": "line",
    "positionen": "line",
    "pos": "line",
    "zeile": "line",
    "detail": "line",
    "konto": "ledger account",
    "konten": "ledger account",
    "compte": "account",
    "mitarbeiter": "employee",
    "agent": "employee",
    "idnr": "id",
    "ustidnr": "tax id",
    "bankkonto": "bank account",
    "angestellter": "employee",
    "personal": "employee",
    "staff": "employee",
    "sachbearbeiter": "buyer",
    "abteilung": "department",
    "lager": "warehouse",
    "lagerort": "location",
    "lagerplatz": "location",
    "bestand": "stock",
    "inventory": "stock",
    "wareneingang": "receipt",
    "we": "receipt",
    "lieferung": "shipment",
    "maschine": "machine",
    "vertrag": "contract",
    "kostenstelle": "cost centre",
    "anschrift": "address",
    "adresse": "address",
    "debitoren": "customer",
    "kreditoren": "supplier",
    "artikelnummer": "product number",
    "stammdaten": "master",
    "kontakt": "contact",
    "einheit": "unit",
    "anfrage": "ticket",
    "vorgang": "ticket",
    "issue": "ticket",
    "case": "ticket",
    # what is said of them
    "bezeichnung": "name",
    "benennung": "name",
    "nom": "name",
    "libelle": "name",
    "beschreibung": "description",
    "desc": "description",
    "text": "text",
    "vorname": "given name",
    "nachname": "family name",
    "firstname": "given name",
    "lastname": "family name",
    "surname": "family name",
    "forename": "given name",
    "anrede": "salutation",
    "firma": "company",
    "strasse": "street",
    "hausnummer": "house number",
    "plz": "postal code",
    "zip": "postal code",
    "zipcode": "postal code",
    "postcode": "postal code",
    "postleitzahl": "postal code",
    "ort": "city",
    "stadt": "city",
    "town": "city",
    "ville": "city",
    "land": "country",
    "pays": "country",
    "telefon": "phone",
    "tel": "phone",
    "telephone": "phone",
    "mobile": "phone",
    "mail": "email",
    "emails": "email",
    "menge": "quantity",
    "qty": "quantity",
    "anzahl": "quantity",
    "stueck": "quantity",
    "quantite": "quantity",
    "amt": "amount",
    "betrag": "amount",
    "montant": "amount",
    "preis": "price",
    "prix": "price",
    "einzelpreis": "unit price",
    "stueckpreis": "unit price",
    "einstandspreis": "cost",
    "kosten": "cost",
    "waehrung": "currency",
    "devise": "currency",
    "rabatt": "discount",
    "steuer": "tax",
    "ust": "tax",
    "mwst": "tax",
    "vat": "tax",
    "netto": "subtotal",
    "net": "subtotal",
    "brutto": "total",
    "gross": "total",
    "gesamt": "total",
    "summe": "total",
    "datum": "date",
    "dt": "date",
    "jour": "date",
    "monat": "month",
    "jahr": "year",
    "faellig": "due",
    "faelligkeit": "due",
    "termin": "due",
    "liefertermin": "due",
    "lieferzeit": "lead time",
    "tage": "days",
    "bestelldatum": "order date",
    "rechnungsdatum": "invoice date",
    "bezahlt": "paid",
    "gezahlt": "paid",
    "zustand": "status",
    "state": "state",
    "art": "kind",
    "typ": "kind",
    "type": "kind",
    "artikelart": "product kind",
    "gewicht": "weight",
    "groesse": "size",
    "farbe": "color",
    "colour": "color",
    "gueltig": "valid",
    "ab": "from",
    "von": "from",
    "bis": "until",
    "beginn": "start",
    "ende": "end",
    "begin": "start",
    "notiz": "note",
    "bemerkung": "note",
    "comment": "note",
    "verwendungszweck": "reference",
    "erloeskonto": "revenue ledger account",
    "zahlungsziel": "payment term",
    "mindestmenge": "minimum quantity",
    "sicherheitsbestand": "safety stock",
    "fertigungstage": "days to make",
    "qualitaet": "quality",
    "gezaehlt": "counted",
    "am": "on",
    "haltbar": "valid",
    "mahnstufe": "reminder",
    "gesperrt": "rejected",
    "pct": "percent",
    "percentage": "percent",
    "ytd": "this year",
    "manufacture": "make",
    "received": "receipt",
    "shipped": "ship",
    "shipping": "ship",
    "versandart": "shipping method",
    "sku": "sku",
    "ean": "gtin",
    "barcode": "gtin",
    "upc": "gtin",
    "mindestbestand": "safety stock",
    "meldebestand": "safety stock",
    "vk": "list price",
    "verkaufspreis": "list price",
    "kundenart": "segment",
    "kundengruppe": "segment",
    "angelegt": "created",
    "angenommen": "accepted",
    "ustid": "tax number",
    "tva": "tax",
    "siret": "registration number",
    "ht": "subtotal",
    "ttc": "total",
    "echeance": "due on",
    "paye": "paid",
    "payee": "paid",
    "debiteur": "customer",
    "commande": "order",
    "courriel": "email",
    "ingredient": "material",
    "zutat": "material",
    "rohstoff": "material",
    "recipe": "bill material",
    "rezept": "bill material",
    "rezeptur": "bill material",
    "stundensatz": "hourly rate",
    "eintritt": "hire date",
    "austritt": "leave date",
    "vermerk": "note",
    "ansprechpartner": "contact",
    "ansprechperson": "contact",
    "betreff": "subject",
    "absender": "sender",
    "mandant": "customer",
    "auftraggeber": "customer",
    "hersteller": "manufacturer",
    "bezug": "reference",
    "bearbeiter": "assignee",
    "filiale": "store",
    "projekt": "project",
    "projet": "project",
    "projektleiter": "project manager",
    "projektleitung": "project manager",
    "zeiterfassung": "time entry",
    "stundenzettel": "time entry",
    "zeitbuchung": "time entry",
    "timesheet": "time entry",
    "stunde": "hours",
    "std": "hours",
    "hour": "hours",
    "hrs": "hours",
    "heure": "hours",
    "heures": "hours",
    "taetigkeit": "activity",
    "leistung": "activity",
    "abrechenbar": "billable",
    "verrechenbar": "billable",
    "fakturierbar": "billable",
    "chargeable": "billable",
    "abgerechnet": "billed",
    "urlaub": "absence",
    "abwesenheit": "absence",
    "fehlzeit": "absence",
    "conge": "absence",
    "genehmigt": "approved",
    "standort": "location",
    "anschaffung": "acquisition",
    "anschaffungswert": "acquisition cost",
    "anschaffungskosten": "acquisition cost",
    "liefernr": "shipment number",
    "lieferdatum": "delivery date",
    "stundenbudget": "budget hours",
    "sollstunden": "planned hours",
    "naechste": "next",
    "naechster": "next",
    "pruefung": "inspection",
    "wartung": "service",
    "bauvorhaben": "project",
    "chantier": "project",
    "devis": "quote",
    "geplant": "planned",
    "offen": "open",
    "posten": "item",
    "uhrzeit": "time",
    "geraet": "device",
}
"""A word → what it is compared as."""

KEY_WORDS = frozenset({"id", "key", "code", "number", "uuid", "nr", "ref", "symbol", "sku"})
GENERIC = frozenset(
    {"id", "key", "code", "number", "uuid", "name", "date", "kind", "status", "type", "ref", "title", "description"}
)
"""Names that say nothing about which table they belong to."""
_SUFFIXES = (
    "nummer",
    "position",
    "positionen",
    "datum",
    "preis",
    "menge",
    "konto",
    "gruppe",
    "adresse",
    "rechnung",
    "auftrag",
    "nr",
    "ort",
    "name",
    "zeit",
    "code",
    "termin",
    "ziel",
    "kosten",
    "tage",
    "bestand",
    "betrag",
)


def plain(text: str) -> str:
    """Without accents; German umlauts as they are written without them."""
    for mark, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ß", "ss")):
        text = text.replace(mark, written)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@lru_cache(maxsize=20_000)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case, in English, in the singular: ``Lieferantennr`` → ``supplier number``."""
    found: list[str] = []
    for piece in _SPLIT.split(plain(unicodedata.normalize("NFC", name)).replace("USt", "Ust").replace("MwSt", "Mwst")):
        if piece:
            found += _known(piece.lower())
    joined = f" {' '.join(found)} "
    for written, meant in _TOGETHER:
        joined = joined.replace(f" {written} ", f" {meant} ")
    return tuple(joined.split())


_TOGETHER = (
    ("e mail", "email"),
    ("e email", "email"),
    ("first name", "given name"),
    ("last name", "family name"),
    ("sub total", "subtotal"),
    ("time sheet", "time entry"),
    ("po number", "purchase order number"),
    ("po id", "purchase order id"),
    ("po line", "purchase order line"),
)
"""Words that are one together."""


def _known(word: str) -> list[str]:
    for form in (word, *_singulars(word)):
        if form in WORDS:
            return WORDS[form].split()
    for suffix in ("id", "fk", "pk"):  # customerid, written in one
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= 4 and not stem.endswith(("a", "i", "u", "l", "r", "v")):
            return [*_known(stem), "id"]
        if stem != word and (stem in WORDS or singular(stem) in _ENGLISH):
            return [*_known(stem), "id"]
    pieces = _pieces(word)
    if pieces is not None:
        return [w for piece in pieces for w in _known(piece)]
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= 3:
            for form in (
                stem,
                stem.removesuffix("s"),
                stem.removesuffix("n"),
                stem.removesuffix("en"),
                *_singulars(stem),
            ):
                if form in WORDS:
                    return [*WORDS[form].split(), *(WORDS.get(suffix, suffix).split())]
    return [singular(word)]


_SHORT = frozenset({"id", "no", "nr", "to", "by", "on", "of", "is", "at", "in"})
"""Words of two letters that names written in one are made of."""
_LEAST_JOINED = 6


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> tuple[str, ...] | None:
    """A name written in one (``salesorderdetail``) as words that names are made of; None: it is one word, or unknown.

    The fewest pieces; where several ways have as few, the one with the longest first piece. A word of two letters
    stands for itself only beside longer ones.
    """
    if len(word) < _LEAST_JOINED or not word.isalpha() or word in _VOCABULARY or singular(word) in _VOCABULARY:
        return None
    best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(2, len(word) + 1):
        for start in range(end - 1):
            front, piece = best[start], word[start:end]
            known = piece in _SHORT if len(piece) == 2 else piece in _VOCABULARY or singular(piece) in _VOCABULARY
            if front is None or not known:
                continue
            held = best[end]
            if held is None or (len(front) + 1, -len((*front, piece)[0])) < (len(held), -len(held[0])):
                best[end] = (*front, piece)
    found = best[-1]
    if found is None or len(found) < 2 or singular(found[-1]) in ("per", "via", "age", "min", "max"):
        return None  # a shipper is no ship
    return found if max(map(len, found)) >= 4 or min(map(len, found)) >= 3 else None


_ENGLISH = frozenset(
    {
        "customer",
        "order",
        "user",
        "seller",
        "dealer",
        "supplier",
        "manager",
        "owner",
        "buyer",
        "model",
        "channel",
        "hotel",
        "driver",
        "carrier",
        "partner",
        "member",
        "worker",
        "number",
        "parcel",
        "terminal",
        "dollar",
        "proposal",
        "approval",
        "author",
        "vendor",
        "sensor",
        "sector",
        "contributor",
        "area",
        "media",
        "data",
        "quota",
        "menu",
        "taxi",
    }
)


_USED = (
    "account active address agreement amount application approval article asset balance bank base batch begin bill "
    "billing birth bonus book box brand budget business card carrier cash category channel charge city claim "
    "class code color comment commission company component contact contract cost country county coupon created "
    "credit currency current customer date day default delivered delivery department deposit description detail "
    "device discount district document due email employee end entity entry exchange expiry export family fax "
    "feature fee file first flag freight full gender given grade group handling header height history holiday "
    "hour image index industry inventory invoice item job journal key language last lead length level license "
    "line list location login lot mail manager map market material max measure member memo message method middle "
    "min minimum maximum mobile mode model modified month name national net note number offer online open option "
    "order origin owner package parent part party payment percent period person phone photo picture place plan "
    "point policy position postal price primary priority process product profile project promotion province "
    "purchase quality quantity qty quota quote rate rating reason receipt record reference region release report "
    "request requested required response result return revenue review revision role route row sale sales schedule "
    "score secondary section segment serial service session shelf shift ship shipment shipping size source "
    "special standard start state statement status stock store street style subject subscription subtotal "
    "supplier support system table task tax team template term territory ticket time title total tracking "
    "transaction transfer type unit update updated usage user valid value variant vendor version view volume "
    "warehouse website week weight work year zone amt bin body bom end exp ext fee lot map max mfg min mode net "
    "new old pay pct per pos qty ref row sku sub tel url use uom vat via zip "
    "hire hired rental replacement duration identity membership ownership partnership relationship"
)
"""Words that names of columns and tables are made of, as far as :data:`WORDS` does not hold them."""
_VOCABULARY = (
    frozenset(_USED.split())
    | _ENGLISH
    | KEY_WORDS
    | {w for w in WORDS if len(w) >= 3 and w not in ("art", "ort", "nom", "dt")}
)


def _singulars(word: str) -> tuple[str, ...]:
    forms = [singular(word)]
    for ending in ("en", "n", "e", "er", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            forms.append(word.removesuffix(ending))
    for form in (word, *forms):  # Auftraege, Maerkte: the plural is in the vowel
        for written, spoken in (("ae", "a"), ("oe", "o"), ("ue", "u")):
            at = form.rfind(written)
            if at > 0 or (at == 0 and len(form) > 4):
                forms.append(form[:at] + spoken + form[at + 2 :])
    return tuple(forms)


def singular(word: str) -> str:
    """The singular of an English noun, by its ending."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def stem(name: str) -> tuple[str, ...]:
    """The words of a column without those that only say that it is a key."""
    found = words(name)
    while found and found[-1] in KEY_WORDS:
        found = found[:-1]
    return found


def is_number_of(name: str, called: Collection[tuple[str, ...]]) -> bool:
    """Whether a column is called like the key of something: ``Order ID``, for what is called ``order``."""
    found = words(name)
    return bool(found) and found[-1] in KEY_WORDS and found[:-1] in called


def is_key_like(name: str) -> bool:
    """Whether a name ends like a key: ``…ID``, ``…Nr``, ``…Code``."""
    found = words(name)
    return bool(found) and found[-1] in KEY_WORDS and found[-2:] not in _NO_KEYS


_NO_KEYS = (("postal", "code"), ("zip", "code"), ("phone", "number"), ("tax", "number"), ("bank", "code"))
"""What ends like a key and says where or how, not which."""


@lru_cache(maxsize=200_000)
def likeness(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    """How alike two names are, in [0, 1]: shared words, or nearly the same spelling."""
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    a, b = set(left), set(right)
    shared = len(a & b) / len(a | b)
    spelling = fuzz.ratio(" ".join(left), " ".join(right)) / 100
    return max(shared, spelling if spelling >= 0.85 else 0.0)


@lru_cache(maxsize=100_000)
def reference_likeness(column: str, table: str, key: str) -> tuple[float, str]:
    """How much a column's name says that it points to a table with that key; and why, in words.

    1: it is called as the key is (and that name is not one that any table has); 0.95: as the table is, with a key's
    ending; 0.8: it ends so (``ShipToAddressID``); 0.55: it begins so (``ProductAssemblyID``).
    """
    own, theirs = words(column), words(key)
    own_stem, their_stem = stem(column), stem(key)
    name = words(table)
    if own == theirs and their_stem and not set(theirs) <= GENERIC:
        return 1.0, f"it is called like the key of {table}"
    targets = [t for t in {name, their_stem, name[-1:] if len(name) > 1 else ()} if t]
    if own_stem:
        if own_stem in (name, their_stem) and not set(own_stem) <= GENERIC:
            return 0.95, f"its name is {table!r} with a key's ending"
        for target in targets:
            if target != name[-1:] or target == their_stem or len(name) == 1:
                joined = "".join(own_stem) == "".join(target)
                if joined and not set(own_stem) <= GENERIC:
                    return 0.95, f"its name is {table!r} with a key's ending"
                if len(own_stem) > len(target) and own_stem[-len(target) :] == target and not set(target) <= GENERIC:
                    return 0.85 if len(target) > 1 else 0.8, f"its name ends with {' '.join(target)!r}"
        for target in targets:
            if own_stem[: len(target)] == target and len(own_stem) > len(target) and not set(target) <= GENERIC:
                return 0.55, f"its name begins with {' '.join(target)!r}"
        root = tuple(w for w in own_stem if w not in ("via", "by", "through", "with"))
        if root != own_stem and len(root) == 1 == len(name) and len(root[0]) >= 4 and name[0].startswith(root[0]):
            return 0.75, f"its name has the root of {table!r}"
        if len(name) > 1 and own_stem == name[-1:]:
            return 0.6, f"its name is the last word of {table!r}"
        if fuzz.ratio("".join(own_stem), "".join(name)) >= 88:
            return 0.7, f"its name is spelt nearly like {table!r}"
    return 0.0, ""
