"""What Plätscher & Töchter makes and buys: suppliers, items, bills of material, offers. Data written by hand, no randomness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Supplier:
    """A row of the ERP's supplier sheet."""

    number: str
    name: str
    street: str
    postal_code: str
    city: str
    country: str
    vat_id: str
    email: str
    terms_days: int
    currency: str = "EUR"


@dataclass(frozen=True)
class Item:
    """A row of the ERP's item sheet; ``sku`` only where the shop sells it. Money in cents."""

    number: str
    name: str
    kind: str  # Rohteil | Baugruppe | Fertigprodukt | Set | Handelsware
    group: str
    cost: int
    sku: str = ""
    title: str = ""  # the shop's name for it
    price: int = 0  # the shop's price, with tax
    days_to_make: int = 0
    weight_kg: float = 0.0
    safety_stock: int = 0


@dataclass(frozen=True)
class Component:
    """A row of the bill of materials."""

    assembly: str
    component: str
    quantity: float
    unit: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class Offer:
    """What a supplier asks for an item. Lead time None: nobody recorded it. Price in cents of ``currency``."""

    number: str
    supplier: str
    item: str
    price: int
    lead_time: int | None
    minimum: int
    currency: str = "EUR"
    valid_from: date = date(2025, 1, 1)
    valid_to: date | None = None


SUPPLIERS = tuple(
    Supplier(*row)
    for row in (
        ("L-1001", "Kupferwerk Söllner GmbH", "Am Walzwerk 3", "58507", "Lüdenscheid", "DE", "DE811900101", "vertrieb@kupferwerk-soellner.example", 30),
        ("L-1002", "Blechstanz Odenwald KG", "Industriering 14", "64720", "Michelstadt", "DE", "DE811900202", "info@blechstanz.example", 30),
        ("L-1003", "Präzisionswellen Jäger GmbH & Co. KG", "Drehergasse 9", "78532", "Tuttlingen", "DE", "DE811900303", "auftrag@wellen-jaeger.example", 21),
        ("L-1004", "Dichtungs-Kröger KG", "Hafenstraße 77", "21079", "Hamburg", "DE", "DE811900404", "kroeger@dichtung.example", 14),
        ("L-1005", "Joints Moreau S.à r.l.", "12 rue des Joncs", "L-1818", "Howald", "LU", "LU26009901", "ventes@moreau-joints.example", 30),
        ("L-1006", "Kugellager Öztürk Handels GmbH", "Rollenweg 2", "90443", "Nürnberg", "DE", "DE811900606", "bestellung@oeztuerk-lager.example", 30),
        ("L-1007", "Magnetfabrik Kolding A/S", "Havnegade 41", "6000", "Kolding", "DK", "DK30191907", "ordre@magnetkolding.example", 45),
        ("L-1008", "Gusswerk Heßbrügge", "Schmelzhütte 1", "34346", "Hann. Münden", "DE", "DE811900808", "guss@hessbruegge.example", 30),
        ("L-1009", "Spritzguss Wałbrzych Sp. z o.o.", "ul. Długa 18", "58-309", "Wałbrzych", "PL", "PL8861900909", "biuro@spritzguss-walbrzych.example", 30),
        ("L-1010", "Kunststofftechnik Grünäugl GmbH", "Pressenweg 5", "94032", "Passau", "DE", "DE811901010", "kontakt@gruenaeugl.example", 30),
        ("L-1011", "Kabel Niederrhein GmbH", "Leitungsallee 20", "47533", "Kleve", "DE", "DE811901111", "order@kabel-niederrhein.example", 30),
        ("L-1012", "Kondensatory Brno s.r.o.", "Cejl 91", "602 00", "Brno", "CZ", "CZ26901212", "obchod@kondensatory.example", 30),
        ("L-1013", "Schwimmerschalter Vogt e.K.", "Auenweg 8", "88212", "Ravensburg", "DE", "DE811901313", "vogt@schwimmer.example", 14),
        ("L-1014", "Verpackung Weserbergland GmbH", "Kartonstraße 30", "31785", "Hameln", "DE", "DE811901414", "service@weserkarton.example", 14),
        ("L-1015", "Druckerei Immergrün", "Gutenbergplatz 4", "34117", "Kassel", "DE", "DE811901515", "satz@immergruen.example", 14),
        ("L-1016", "Schrauben Bäumler GmbH", "Gewindestraße 16", "97421", "Schweinfurt", "DE", "DE811901616", "verkauf@baeumler.example", 30),
        ("L-1017", "Solarmodul Ústí a.s.", "Panelová 6", "400 01", "Ústí nad Labem", "CZ", "CZ26901717", "sales@solar-usti.example", 60),
        ("L-1018", "Shenzhen Brightwell Motors Co., Ltd.", "88 Bao'an Road", "518101", "Shenzhen", "CN", "", "export@brightwell.example", 0),
        ("L-1019", "Schlauch & Kupplung Petersen", "Fördeufer 12", "24103", "Kiel", "DE", "DE811901919", "post@petersen-schlauch.example", 14),
        ("L-1020", "Filtermatten Dörr GmbH", "Vliesweg 3", "36037", "Fulda", "DE", "DE811902020", "info@doerr-filter.example", 30),
        ("L-1021", "Elektronik Manufaktur Zürich AG", "Löwenstrasse 55", "8001", "Zürich", "CH", "CHE109902121", "sales@emz.example", 30),
        ("L-1022", "Teichkeramik Čapek", "Hrnčířská 7", "370 01", "České Budějovice", "CZ", "CZ26902222", "capek@keramika.example", 30),
        ("L-1023", "Hubtransport Fulda-Werra Spedition", "Rampe 6", "37213", "Witzenhausen", "DE", "DE811902323", "dispo@hubtransport.example", 14),
        ("L-1024", "Lackierwerk Engelhardt", "Farbhof 2", "37127", "Dransfeld", "DE", "DE811902424", "lack@engelhardt.example", 14),
        ("L-1025", "Isoliermaterial Fröhlich GmbH", "Glimmerweg 10", "99817", "Eisenach", "DE", "DE811902525", "fro@isoliermaterial.example", 30),
        ("L-1026", "Gartenzwerg-Manufaktur Gräfenroda", "Zipfelmützenweg 1", "99330", "Gräfenroda", "DE", "DE811902626", "egon@zwerge.example", 30),
    )
)


def _raw(number: str, name: str, group: str, cost: int, weight: float, safety: int = 200) -> Item:
    return Item(number, name, "Rohteil", group, cost, weight_kg=weight, safety_stock=safety)


RAW = (
    _raw("30-1001", "Kupferlackdraht 0,5 mm", "Motor", 1240, 1.0, 300),
    _raw("30-1002", "Kupferlackdraht 0,8 mm", "Motor", 1265, 1.0, 300),
    _raw("30-1101", "Blechpaket 60 mm", "Motor", 410, 0.9),
    _raw("30-1102", "Blechpaket 80 mm", "Motor", 560, 1.3),
    _raw("30-1103", "Blechpaket 100 mm", "Motor", 720, 1.8),
    _raw("30-1201", "Isolierpapier", "Motor", 35, 0.02, 800),
    _raw("30-1301", "Welle 10 × 120 Edelstahl", "Motor", 385, 0.2),
    _raw("30-1302", "Welle 12 × 160 Edelstahl", "Motor", 520, 0.3),
    _raw("30-1401", "Magnetring 32 mm NdFeB", "Motor", 690, 0.08, 400),
    _raw("30-1402", "Magnetring 45 mm NdFeB", "Motor", 1120, 0.14, 400),
    _raw("30-1403", "Ferritring 60 mm", "Motor", 540, 0.3),
    _raw("30-1501", "Kugellager 6000-2RS", "Motor", 115, 0.02, 900),
    _raw("30-1502", "Kugellager 6201-2RS", "Motor", 148, 0.04, 900),
    _raw("30-1601", "Kondensator 8 µF", "Motor", 240, 0.05),
    _raw("30-1602", "Kondensator 16 µF", "Motor", 310, 0.07),
    _raw("30-1701", "Motorgehäuse Alu 250", "Motor", 890, 0.6, 150),
    _raw("30-1702", "Motorgehäuse Alu 550", "Motor", 1180, 0.9, 150),
    _raw("30-1703", "Motorgehäuse Grauguss 900", "Motor", 1890, 2.4, 120),
    _raw("30-1704", "Motorgehäuse Grauguss 1300", "Motor", 2240, 3.1, 80),
    _raw("30-2101", "Gleitringdichtung 10 Keramik", "Dichtung", 260, 0.02, 500),
    _raw("30-2102", "Gleitringdichtung 10 SiC", "Dichtung", 390, 0.02, 500),
    _raw("30-2103", "Gleitringdichtung 12 SiC", "Dichtung", 450, 0.03, 400),
    _raw("30-2201", "O-Ring-Satz NBR klein", "Dichtung", 60, 0.01, 900),
    _raw("30-2202", "O-Ring-Satz NBR groß", "Dichtung", 85, 0.02, 900),
    _raw("30-3101", "Laufrad PP 60", "Pumpenkopf", 170, 0.06, 300),
    _raw("30-3102", "Laufrad PP 80", "Pumpenkopf", 210, 0.09, 300),
    _raw("30-3103", "Laufrad Messing 95", "Pumpenkopf", 980, 0.4, 120),
    _raw("30-3201", "Spiralgehäuse PP klein", "Pumpenkopf", 340, 0.2),
    _raw("30-3202", "Spiralgehäuse PP groß", "Pumpenkopf", 480, 0.4),
    _raw("30-3203", "Spiralgehäuse Grauguss", "Pumpenkopf", 1650, 3.2, 100),
    _raw("30-3301", "Saugfuß mit Sieb", "Pumpenkopf", 130, 0.1, 400),
    _raw("30-4101", "Netzkabel H07RN-F 5 m", "Elektro", 520, 0.6, 300),
    _raw("30-4102", "Netzkabel H07RN-F 10 m", "Elektro", 960, 1.2, 300),
    _raw("30-4201", "Mikroschalter 16 A", "Elektro", 145, 0.02, 400),
    _raw("30-4202", "Schwimmerkörper PP", "Elektro", 95, 0.05, 400),
    _raw("30-4301", "Druckschalter-Platine", "Elektro", 1870, 0.1, 120),
    _raw("30-4302", "Solarmodul 12 V 10 W", "Elektro", 1690, 0.9, 120),
    _raw("30-4303", "Kleinmotor 12 V bürstenlos", "Elektro", 740, 0.15, 200),
    _raw("30-5101", "Tragegriff PA6", "Gehäuse", 88, 0.05, 500),
    _raw("30-5201", "Schraubensatz A2 M5", "Gehäuse", 3, 0.005, 4000),
    _raw("30-5301", "Kessel 24 l lackiert", "Gehäuse", 3150, 4.8, 60),
    _raw("30-5302", "Filtermatte grob/fein", "Gehäuse", 120, 0.1, 400),
    _raw("30-6101", "Karton 300 × 200", "Verpackung", 42, 0.2, 900),
    _raw("30-6102", "Karton 500 × 300", "Verpackung", 68, 0.4, 900),
    _raw("30-6201", "Anleitung 8-sprachig", "Verpackung", 31, 0.05, 1500),
    _raw("30-6202", "Typenschild", "Verpackung", 9, 0.005, 2000),
)


def _asm(number: str, name: str, group: str, cost: int, days: int, sku: str = "", title: str = "", price: int = 0) -> Item:
    return Item(number, name, "Baugruppe", group, cost, sku, title, price, days, 1.0, 60)


ASSEMBLIES = (
    _asm("20-1101", "Stator 60", "Motor", 1120, 2),
    _asm("20-1102", "Stator 80", "Motor", 1480, 2),
    _asm("20-1103", "Stator 100", "Motor", 1960, 2),
    _asm("20-1201", "Rotor 32", "Motor", 1150, 2),
    _asm("20-1202", "Rotor 45", "Motor", 1780, 2),
    _asm("20-1203", "Rotor 60 Ferrit", "Motor", 1160, 2),
    _asm("20-2025", "Motoreinheit 250 W", "Motor", 3950, 3),
    _asm("20-2055", "Motoreinheit 550 W", "Motor", 5480, 3),
    _asm("20-2090", "Motoreinheit 900 W", "Motor", 7620, 3),
    _asm("20-2130", "Motoreinheit 1300 W", "Motor", 8210, 4),
    _asm("20-3101", "Pumpenkopf klein", "Pumpenkopf", 720, 1),
    _asm("20-3102", "Pumpenkopf groß", "Pumpenkopf", 930, 1),
    _asm("20-3103", "Pumpenkopf Guss", "Pumpenkopf", 2890, 2),
    _asm("20-4101", "Schwimmerschalter komplett", "Elektro", 480, 1, "SP-FLOAT", "Spare float switch", 2490),
    _asm("20-4201", "Druckautomatik", "Elektro", 2410, 2, "SP-PRESS", "Spare pressure control unit", 7900),
)


def _fin(number: str, name: str, sku: str, title: str, price: int, cost: int, days: int, weight: float) -> Item:
    return Item(number, name, "Fertigprodukt", "Pumpen", cost, sku, title, price, days, weight, 25)


FINISHED = (
    _fin("10-0250", "Tauchpumpe Otter 250", "OTT-250", "Otter 250 submersible pump", 8990, 5380, 2, 4.2),
    _fin("10-0550", "Tauchpumpe Otter 550", "OTT-550", "Otter 550 submersible pump", 13900, 7240, 2, 5.6),
    _fin("10-0900", "Tauchpumpe Otter 900", "OTT-900", "Otter 900 submersible pump", 19900, 9980, 3, 8.9),
    _fin("10-0901", "Schmutzwasserpumpe Otter 900 D", "OTT-900D", "Otter 900 D dirty-water pump", 22900, 11450, 3, 9.4),
    _fin("10-1300", "Tauchpumpe Otter 1300", "OTT-1300", "Otter 1300 submersible pump", 27900, 13100, 3, 12.0),
    _fin("11-0250", "Regenfasspumpe Biber 250", "BIB-250", "Biber 250 rain-barrel pump", 9990, 5620, 2, 3.9),
    _fin("11-0550", "Regenfasspumpe Biber 550", "BIB-550", "Biber 550 rain-barrel pump", 14900, 7510, 2, 5.1),
    _fin("12-0900", "Hauswasserwerk Dachs 900", "DAC-900", "Dachs 900 domestic waterworks", 34900, 17850, 4, 17.5),
    _fin("12-1300", "Hauswasserwerk Dachs 1300", "DAC-1300", "Dachs 1300 domestic waterworks", 42900, 21200, 4, 21.0),
    _fin("12-1301", "Hauswasserautomat Dachs 1300 A", "DAC-1300A", "Dachs 1300 A automatic waterworks", 47900, 22600, 4, 16.8),
    _fin("13-0001", "Solarspringbrunnen Libelle S", "LIB-S", "Libelle S solar fountain", 5990, 2850, 1, 1.6),
    _fin("13-0002", "Solarspringbrunnen Libelle M", "LIB-M", "Libelle M solar fountain", 8490, 4620, 1, 2.7),
    _fin("14-0250", "Teichfilterpumpe Reiher 250", "REI-250", "Reiher 250 pond filter pump", 15900, 6890, 2, 6.1),
    _fin("14-0550", "Teichfilterpumpe Reiher 550", "REI-550", "Reiher 550 pond filter pump", 20900, 8770, 2, 7.7),
)


def _buy(number: str, name: str, sku: str, title: str, price: int, cost: int, weight: float) -> Item:
    return Item(number, name, "Handelsware", "Zubehör", cost, sku, title, price, 0, weight, 40)


TRADED = (
    _buy("40-0101", "Druckschlauch 10 m", "ACC-HOSE10", "Pressure hose 10 m", 2990, 1180, 2.1),
    _buy("40-0102", "Druckschlauch 25 m", "ACC-HOSE25", "Pressure hose 25 m", 5990, 2540, 5.0),
    _buy("40-0103", "Schnellkupplung Messing 1\"", "ACC-COUP1", "Brass quick coupling 1 inch", 1290, 430, 0.2),
    _buy("40-0104", "Ansauggarnitur 4 m", "ACC-SUC4", "Suction set 4 m", 4490, 1790, 2.8),
    _buy("40-0105", "Düsensatz Springbrunnen", "ACC-NOZZLE", "Fountain nozzle set", 1490, 390, 0.3),
    _buy("40-0106", "Keramikfrosch Wasserspeier", "ACC-FROG", "Ceramic frog spout", 3990, 1620, 3.4),
    _buy("40-0107", "Ersatzlaufrad 60", "SP-IMP60", "Spare impeller 60", 990, 170, 0.1),
    _buy("40-0108", "Ersatzlaufrad 80", "SP-IMP80", "Spare impeller 80", 1190, 210, 0.1),
    _buy("40-0109", "Winterabdeckung", "ACC-COVER", "Winter cover", 1990, 640, 0.5),
)


def _set(number: str, name: str, sku: str, title: str, price: int, cost: int) -> Item:
    return Item(number, name, "Set", "Sets", cost, sku, title, price, 1, 10.0, 10)


SETS = (
    _set("50-0001", "Hochwasserset Otter 550", "SET-FLOOD", "Flood kit: Otter 550, hose, coupling", 19900, 10250),
    _set("50-0002", "Balkonset Biber 250", "SET-BALCONY", "Balcony set: Biber 250 with hose", 12900, 6850),
    _set("50-0003", "Gartenset Dachs 900", "SET-GARDEN", "Garden set: Dachs 900 with suction set", 41900, 20110),
    _set("50-0004", "Abendset Libelle M", "SET-EVENING", "Evening set: Libelle M with frog and nozzles", 12900, 6700),
)

ITEMS = RAW + ASSEMBLIES + FINISHED + TRADED + SETS

_START = date(2024, 1, 1)


def _parts(assembly: str, *parts: tuple[str, float] | tuple[str, float, str]) -> list[Component]:
    return [Component(assembly, p[0], p[1], p[2] if len(p) > 2 else "Stk", _START) for p in parts]  # type: ignore[misc]


def _pump(number: str, motor: str, head: str, cable: str, box: str, *more: tuple[str, float]) -> list[Component]:
    return _parts(number, (motor, 1), (head, 1), (cable, 1), ("30-5101", 1), (box, 1), ("30-6201", 1), ("30-6202", 1), *more)


def bill_of_materials() -> tuple[Component, ...]:
    """Four levels (set → pump → motor unit → rotor → magnet), with what was replaced and when."""
    rows = [
        *_parts("20-1101", ("30-1001", 0.42, "kg"), ("30-1101", 1), ("30-1201", 6)),
        *_parts("20-1102", ("30-1001", 0.61, "kg"), ("30-1102", 1), ("30-1201", 8)),
        *_parts("20-1103", ("30-1002", 0.88, "kg"), ("30-1103", 1), ("30-1201", 8)),
        *_parts("20-1201", ("30-1301", 1), ("30-1401", 1)),
        *_parts("20-1202", ("30-1302", 1), ("30-1402", 1)),
        *_parts("20-1203", ("30-1302", 1), ("30-1403", 1)),
        *_parts("20-2025", ("20-1101", 1), ("20-1201", 1), ("30-1501", 2), ("30-1601", 1), ("30-1701", 1)),
        *_parts("20-2055", ("20-1102", 1), ("20-1201", 1), ("30-1501", 2), ("30-1601", 1), ("30-1702", 1)),
        *_parts("20-2090", ("20-1103", 1), ("20-1202", 1), ("30-1502", 2), ("30-1602", 1), ("30-1703", 1)),
        *_parts("20-2130", ("20-1103", 1), ("20-1203", 1), ("30-1502", 2), ("30-1602", 1), ("30-1704", 1)),
        *_parts("20-3101", ("30-3101", 1), ("30-3201", 1), ("30-2201", 1), ("30-3301", 1)),
        *_parts("20-3102", ("30-3102", 1), ("30-3202", 1), ("30-2202", 1), ("30-3301", 1)),
        *_parts("20-3103", ("30-3103", 1), ("30-3203", 1), ("30-2202", 1)),
        *_parts("20-4101", ("30-4201", 1), ("30-4202", 1)),
        *_parts("20-4201", ("30-4301", 1), ("30-2201", 1)),
        *_pump("10-0250", "20-2025", "20-3101", "30-4102", "30-6101", ("20-4101", 1)),
        *_pump("10-0550", "20-2055", "20-3102", "30-4102", "30-6101", ("20-4101", 1)),
        *_pump("10-0901", "20-2090", "20-3103", "30-4102", "30-6102", ("20-4101", 1)),
        *_pump("10-1300", "20-2130", "20-3103", "30-4102", "30-6102", ("20-4101", 1)),
        *_pump("11-0250", "20-2025", "20-3101", "30-4101", "30-6101", ("20-4101", 1)),
        *_pump("11-0550", "20-2055", "20-3101", "30-4101", "30-6101", ("20-4101", 1)),
        *_pump("12-0900", "20-2090", "20-3103", "30-4101", "30-6102", ("20-4201", 1), ("30-5301", 1)),
        *_pump("12-1300", "20-2130", "20-3103", "30-4101", "30-6102", ("20-4201", 1), ("30-5301", 1)),
        *_pump("12-1301", "20-2130", "20-3103", "30-4101", "30-6102", ("20-4201", 1)),
        *_pump("14-0250", "20-2025", "20-3101", "30-4102", "30-6102", ("30-5302", 4)),
        *_pump("14-0550", "20-2055", "20-3102", "30-4102", "30-6102", ("30-5302", 6)),
        *_parts("13-0001", ("30-4303", 1), ("30-4302", 1), ("30-6101", 1), ("30-6201", 1)),
        *_parts("13-0002", ("30-4303", 1), ("30-4302", 2), ("30-6101", 1), ("30-6201", 1)),
        *_parts("50-0001", ("10-0550", 1), ("40-0102", 1), ("40-0103", 2)),
        *_parts("50-0002", ("11-0250", 1), ("40-0101", 1)),
        *_parts("50-0003", ("12-0900", 1), ("40-0104", 1)),
        *_parts("50-0004", ("13-0002", 1), ("40-0106", 1), ("40-0105", 1)),
    ]
    # The Otter 900 got a longer cable in March 2025.
    rows += [c for c in _pump("10-0900", "20-2090", "20-3102", "30-4101", "30-6102", ("20-4101", 1)) if c.component != "30-4101"]
    rows += [
        Component("10-0900", "30-4101", 1, "Stk", _START, date(2025, 3, 1)),
        Component("10-0900", "30-4102", 1, "Stk", date(2025, 3, 1)),
    ]
    # Ceramic shaft seals leaked: silicon carbide from September 2025 on.
    for motor in ("20-2025", "20-2055"):
        rows += [
            Component(motor, "30-2101", 1, "Stk", _START, date(2025, 9, 1)),
            Component(motor, "30-2102", 1, "Stk", date(2025, 9, 1)),
        ]
    rows += [Component(motor, "30-2103", 1, "Stk", _START) for motor in ("20-2090", "20-2130")]
    # Screws: six at first, eight since April 2025: the same pair of items twice, told apart by the start date.
    for motor in ("20-2025", "20-2055", "20-2090", "20-2130"):
        rows += [
            Component(motor, "30-5201", 6, "Stk", _START, date(2025, 4, 1)),
            Component(motor, "30-5201", 8, "Stk", date(2025, 4, 1)),
        ]
    return tuple(rows)


_SOURCES: dict[str, tuple[tuple[str, int, int | None], ...]] = {
    # supplier: (item, price in cents, lead time in days)
    "L-1001": (("30-1001", 1240, 14), ("30-1002", 1265, 14)),
    "L-1002": (("30-1101", 410, 18), ("30-1102", 560, 18), ("30-1103", 720, 21)),
    "L-1003": (("30-1301", 385, 12), ("30-1302", 520, 12)),
    "L-1004": (("30-2101", 260, 10), ("30-2102", 390, 12), ("30-2103", 450, 12), ("30-2201", 60, 7), ("30-2202", 85, 7)),
    "L-1005": (("30-2102", 412, 20), ("30-2103", 468, 20), ("30-2201", 66, 15)),
    "L-1006": (("30-1501", 115, 5), ("30-1502", 148, 5)),
    "L-1007": (("30-1401", 5150, 42), ("30-1402", 8360, 42)),
    "L-1008": (("30-1703", 1890, 25), ("30-1704", 2240, 25), ("30-3203", 1650, 25), ("30-3103", 980, 30)),
    "L-1009": (("30-3101", 170, 21), ("30-3102", 210, 21), ("30-3201", 340, 21), ("30-3202", 480, 21), ("30-5101", 88, 21), ("40-0107", 170, 21), ("40-0108", 210, 21)),
    "L-1010": (("30-3101", 189, 10), ("30-3102", 228, 10), ("30-3301", 130, 10), ("30-4202", 95, 10)),
    "L-1011": (("30-4101", 520, 9), ("30-4102", 960, 9)),
    "L-1012": (("30-1601", 240, 28), ("30-1602", 310, 28)),
    "L-1013": (("30-4201", 145, 14), ("30-4202", 99, None)),
    "L-1014": (("30-6101", 42, 4), ("30-6102", 68, 4)),
    "L-1015": (("30-6201", 31, 10), ("30-6202", 9, 10)),
    "L-1016": (("30-5201", 3, 3),),
    "L-1017": (("30-4302", 1690, 35),),
    "L-1018": (("30-4303", 740, None), ("30-1403", 540, None)),
    "L-1019": (("40-0101", 1180, 6), ("40-0102", 2540, 6), ("40-0103", 430, 6), ("40-0104", 1790, 8)),
    "L-1020": (("30-5302", 120, 9),),
    "L-1021": (("30-4301", 1870, 56),),
    "L-1022": (("40-0105", 390, None), ("40-0106", 1620, 30)),
    "L-1024": (("30-5301", 3150, 15), ("30-1701", 890, 15), ("30-1702", 1180, 15)),
    "L-1025": (("30-1201", 35, 8),),
    "L-1026": (("40-0109", 640, 12),),
}
_CURRENCY = {"L-1007": "DKK", "L-1021": "CHF"}


def offers() -> tuple[Offer, ...]:
    """Every supplier's current offers, and last year's dearer or cheaper ones that have ended."""
    rows: list[Offer] = []
    for supplier, lines in _SOURCES.items():
        for item, price, lead in lines:
            minimum = 500 if price < 100 else 100 if price < 1000 else 25
            currency = _CURRENCY.get(supplier, "EUR")
            if int(item[-2:]) % 2 == 0:
                rows.append(Offer(f"A{len(rows) + 4001}", supplier, item, price * 96 // 100, lead, minimum, currency, date(2024, 1, 1), date(2025, 1, 1)))
            rows.append(Offer(f"A{len(rows) + 4001}", supplier, item, price, lead, minimum, currency))
    return tuple(rows)
