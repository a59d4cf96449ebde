# ruff: noqa: E501, SIM905
"""Made-up tables with known truth: persons, products, publications, restaurants, films."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from ingest.resolution.tables import Table

SYLLABLES = "ba be bo da de do fa fe ga go ha he ka ke ko la le lo ma me mi mo na ne no pa pe po ra re ri ro sa se so ta te to va ve wa".split()
GIVEN = (
    "james mary robert patricia john jennifer michael linda david elizabeth william barbara richard susan joseph jessica thomas sarah "
    "carlos karen chris lisa daniel nancy matthew betty anthony sandra mark ashley paul emily steven donna andrew michelle ken carol "
    "anna peter hans ingrid jose maria luca giulia pierre chloe olga ivan wei li yuki haruto aisha omar fatima ahmed priya raj"
).split()
NICK = {
    "james": "jim",
    "robert": "bob",
    "william": "bill",
    "richard": "dick",
    "elizabeth": "liz",
    "michael": "mike",
    "thomas": "tom",
}
NOUNS = "camera speaker printer phone monitor keyboard router headset charger toaster oven washer drill lamp mixer tablet projector".split()
ADJECTIVES = "wireless digital compact portable stainless black white silver premium professional slim smart dual quiet ergonomic".split()
TOPICS = (
    "query database index join stream transaction graph mining learning spatial parallel distributed adaptive semantic temporal view "
    "cache storage schema integration optimization processing evaluation efficient scalable incremental approximate secure mobile "
    "clustering classification retrieval knowledge web xml object relational warehouse olap cube sampling histogram recovery"
).split()
VENUES = [("Very Large Data Bases", "VLDB"), ("International Conference on Management of Data", "SIGMOD Conference"),
          ("ACM Transactions on Database Systems", "TODS"), ("Data Engineering", "ICDE"), ("SIGMOD Record", "SIGMOD Rec.")]  # fmt: skip
STREETS = "main oak park mill church station high green lake hill river king queen garden spring forest".split()
KINDS = [("street", "st."), ("avenue", "ave"), ("road", "rd."), ("lane", "ln"), ("boulevard", "blvd.")]
CITIES = "springfield rivertown lakewood fairview georgetown salem clinton madison arlington ashland dover hudson milton newport".split()
CUISINES = [
    ("american", "american (new)"),
    ("french", "french bistro"),
    ("italian", "italian"),
    ("asian", "chinese"),
    ("bbq", "barbecue"),
]


@dataclass(frozen=True)
class Case:
    """Two tables (or one, twice) and the pairs of row numbers that are the same."""

    name: str
    left: Table
    right: Table
    truth: set[tuple[int, int]]


Row = dict[str, str]


def word(random: Random, least: int = 2, most: int = 3) -> str:
    return "".join(random.choice(SYLLABLES) for _ in range(random.randint(least, most)))


def typo(text: str, random: Random) -> str:
    if len(text) < 2:
        return text
    at = random.randrange(len(text) - 1)
    match random.randrange(4):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        case 2:
            return text[:at] + random.choice("abcdefghijklmnopqrstuvwxyz") + text[at + 1 :]
    return text[:at] + random.choice("aeiourst") + text[at:]


def person(random: Random, surnames: list[str]) -> Row:
    first, last = random.choice(GIVEN), random.choice(surnames)
    city = random.choice(CITIES)
    return {
        "given_name": first,
        "surname": last,
        "birth_date": f"{random.randint(1930, 2005)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        "street": f"{random.randint(1, 300)} {random.choice(STREETS)} {random.choice(KINDS)[0]}",
        "city": city,
        "postcode": f"{10000 + CITIES.index(city) * 100 + random.randint(0, 60)}",
        "phone": f"0{random.randint(200, 999)} {random.randint(100000, 999999)}",
        "email": f"{first}.{last}{random.randint(1, 99)}@{random.choice(['mail', 'post', 'web'])}.example",
    }


def person_again(row: Row, random: Random) -> Row:
    out = dict(row)
    if random.random() < 0.1 and row["given_name"] in NICK:
        out["given_name"] = NICK[row["given_name"]]
    if random.random() < 0.05:
        out["given_name"], out["surname"] = row["surname"], row["given_name"]
    if random.random() < 0.15:  # moved house
        out["street"] = f"{random.randint(1, 300)} {random.choice(STREETS)} {random.choice(KINDS)[0]}"
        out["city"] = random.choice(CITIES)
        out["postcode"] = f"{10000 + CITIES.index(out['city']) * 100 + random.randint(0, 60)}"
    for name in out:
        if random.random() < 0.15:
            out[name] = typo(out[name], random)
        if random.random() < 0.12:
            out[name] = ""
    return out


def product(random: Random, brands: list[str]) -> Row:
    brand, noun = random.choice(brands), random.choice(NOUNS)
    code = "".join(random.choice("ABCDEFGHKLMNPRSTX") for _ in range(random.randint(2, 3))) + str(
        random.randint(10, 9999)
    )
    code += random.choice(["", "B", "W", "-S", "X"])
    return {
        "brand": brand,
        "noun": noun,
        "code": code,
        "words": " ".join(random.sample(ADJECTIVES, 4)),
        "size": str(random.choice([2, 4, 5, 8, 12, 16, 19, 20, 22, 32, 42, 46, 50, 64, 128])),
        "price": f"{random.uniform(10, 900):.2f}",
    }


def product_left(row: Row, random: Random) -> Row:
    w = row["words"].split()
    price = row["price"] if random.random() < 0.6 else ""
    title = f"{row['brand']} {row['size']}' {w[0]} {row['noun']} - {row['code']}"
    return {
        "name": title,
        "description": f"{title}/ {w[1]} design/ {w[2]} finish/ {w[3]} {random.choice(ADJECTIVES)}",
        "price": price,
    }


def product_right(row: Row, random: Random) -> Row:
    w = row["words"].split()
    code = row["code"] if random.random() < 0.65 else ""
    if code and random.random() < 0.3:
        code = code[:2] + "-" + code[2:]
    price = f"{float(row['price']) * random.uniform(0.8, 1.1):.2f}" if random.random() < 0.7 else ""
    size = f"{row['size']} inch" if random.random() < 0.7 else ""
    name = f"{row['brand']} {code} {random.choice([w[0], w[1], ''])} {row['noun']} {size}"
    return {
        "title": " ".join(name.split()),
        "manufacturer": row["brand"] if random.random() < 0.5 else "",
        "list_price": price,
    }


def paper(random: Random, names: list[str]) -> Row:
    authors = [f"{random.choice(GIVEN).title()} {random.choice(names).title()}" for _ in range(random.randint(1, 4))]
    title = " ".join(random.choice(TOPICS) for _ in range(random.randint(3, 7))).capitalize()
    return {
        "title": title,
        "authors": ", ".join(authors),
        "venue": str(random.randrange(len(VENUES))),
        "year": str(random.randint(1994, 2004)),
    }


def paper_left(row: Row, random: Random) -> Row:
    return row | {"venue": VENUES[int(row["venue"])][0]}


def paper_right(row: Row, random: Random) -> Row:
    authors = row["authors"].split(", ")
    if random.random() < 0.5:
        authors = [f"{a.split()[0][0]} {a.split()[1]}" for a in authors]
    if random.random() < 0.2 and len(authors) > 2:
        authors = [*authors[:2], "..."]
    title = row["title"] if random.random() < 0.7 else typo(row["title"], random)
    venue = VENUES[int(row["venue"])][1] if random.random() < 0.8 else ""
    return {
        "title": title,
        "authors": ", ".join(authors),
        "venue": venue,
        "year": row["year"] if random.random() < 0.7 else "",
    }


def related_paper(row: Row, random: Random) -> Row:
    """The journal version, or the second part: alike, but another thing."""
    if random.random() < 0.5:
        return row | {
            "venue": str((int(row["venue"]) + 2) % len(VENUES)),
            "year": str(int(row["year"]) + random.randint(1, 2)),
        }
    return row | {"title": row["title"] + " " + random.choice(TOPICS) + " revisited", "year": str(int(row["year"]) + 1)}


def restaurant(random: Random, names: list[str]) -> Row:
    kind = random.choice(KINDS)
    return {"name": f"{random.choice(['cafe', 'chez', 'the', 'la', 'restaurant', ''])} {random.choice(names)} {random.choice(['grill', 'house', '', ''])}".strip(),
            "addr": f"{random.randint(1, 9999)} {random.choice(['w.', 'e.', 'n.', ''])} {random.choice(STREETS)} {kind[0]}", "city": random.choice(CITIES[:5]),
            "phone": f"{random.choice(['212', '310', '415'])}/{random.randint(200, 999)}-{random.randint(1000, 9999)}", "type": str(random.randrange(len(CUISINES)))}  # fmt: skip


def restaurant_left(row: Row, random: Random) -> Row:
    return row | {"type": CUISINES[int(row["type"])][0]}


def restaurant_right(row: Row, random: Random) -> Row:
    addr = row["addr"]
    for long, short in KINDS:
        addr = addr.replace(long, short)
    name = (
        row["name"]
        if random.random() < 0.7
        else row["name"].replace("restaurant", "").replace("the ", "").strip()
        + random.choice(["", " of " + row["city"]])
    )
    return row | {
        "addr": addr,
        "name": name,
        "phone": row["phone"].replace("/", "-"),
        "type": CUISINES[int(row["type"])][1],
    }


def film(random: Random, names: list[str]) -> Row:
    title = " ".join(
        random.choice(
            ["the", "night", "love", "dark", "city", "last", "blue", "day", "star", "man", "house", *names[:60]]
        )
        for _ in range(random.randint(1, 4))
    )
    cast = [f"{random.choice(GIVEN)} {random.choice(names)}".title() for _ in range(4)]
    return {
        "title": title.title(),
        "director": cast[0],
        "actors": ", ".join(cast[1:]),
        "year": str(random.randint(1950, 2012)),
        "duration": str(random.randint(80, 180)),
    }


def film_right(row: Row, random: Random) -> Row:
    year = str(int(row["year"]) + random.choice([0, 0, 0, 0, 1]))
    return {"name": row["title"] + random.choice(["", "", f" ({year})"]), "directors": row["director"] if random.random() < 0.9 else "", "stars": ", ".join(row["actors"].split(", ")[: random.randint(1, 3)]),
            "release_year": year, "runtime": f"{int(row['duration']) + random.choice([0, 0, 1, -1, 3])} min" if random.random() < 0.7 else ""}  # fmt: skip


Make = Callable[[Random, list[str]], Row]
View = Callable[[Row, Random], Row]


def two_tables(name: str, make: Make, left: View, right: View, both: int, only_left: int, only_right: int, *, related: View | None = None,
               repeats: float = 0.0, kin: float = 0.3, seed: int = 0) -> Case:  # fmt: skip
    """``related``: makes some of the unmatched rows near relatives of matched ones; ``repeats``: extra right rows per match."""
    random = Random(f"{name}{seed}")
    names = sorted({word(random) for _ in range(max(60, both // 2))})
    things = [make(random, names) for _ in range(both)]

    def others(count: int) -> list[Row]:
        return [
            related(random.choice(things), random) if related and random.random() < kin else make(random, names)
            for _ in range(count)
        ]

    lefts = [(i, left(row, random)) for i, row in enumerate(things)] + [
        (-1, left(row, random)) for row in others(only_left)
    ]
    rights = [(i, right(row, random)) for i, row in enumerate(things)] + [
        (-1, right(row, random)) for row in others(only_right)
    ]
    for i, row in enumerate(things):
        while random.random() < repeats / (1 + repeats):
            rights.append((i, right(row, random)))
    random.shuffle(lefts)
    random.shuffle(rights)
    at = {i: p for p, (i, _) in enumerate(lefts) if i >= 0}
    truth = {(at[i], p) for p, (i, _) in enumerate(rights) if i >= 0}
    return Case(name, _table("left", [row for _, row in lefts]), _table("right", [row for _, row in rights]), truth)


def one_table(name: str, make: Make, view: View, again: View, things: int, repeats: float, seed: int = 0) -> Case:
    """One table with duplicates; ``repeats``: extra rows per thing on average."""
    random = Random(f"{name}{seed}")
    names = sorted({word(random) for _ in range(max(60, things // 2))})
    rows: list[tuple[int, Row]] = []
    for i in range(things):
        row = make(random, names)
        rows.append((i, view(row, random)))
        while random.random() < repeats / (1 + repeats):
            rows.append((i, again(row, random)))
    random.shuffle(rows)
    places: dict[int, list[int]] = {}
    for p, (i, _) in enumerate(rows):
        places.setdefault(i, []).append(p)
    truth = {(a, b) for found in places.values() for a in found for b in found if a < b}
    table = _table("table", [row for _, row in rows])
    return Case(name, table, table, truth)


def _table(name: str, rows: list[Row]) -> Table:
    columns = ("id", *rows[0])
    return Table(name, columns, tuple((str(1000 + p), *row.values()) for p, row in enumerate(rows)))


def same(row: Row, random: Random) -> Row:
    return dict(row)


def related_product(row: Row, random: Random) -> Row:
    """The same line in another size, colour or price: another article."""
    return row | {
        "code": row["code"][:-1] + random.choice("1234567BW"),
        "size": str(int(row["size"]) + 2),
        "price": f"{float(row['price']) * 1.2:.2f}",
    }


def cases() -> list[Case]:
    """Every kind once, at the size of the usual public tables."""
    return [
        two_tables("products", product, product_left, product_right, 900, 200, 1500, related=related_product),
        two_tables("products bijective", product, product_left, product_right, 900, 0, 0),
        two_tables("publications", paper, paper_left, paper_right, 1800, 500, 300, related=related_paper),
        two_tables(
            "publications, right has duplicates",
            paper,
            paper_left,
            paper_right,
            1500,
            500,
            8000,
            related=related_paper,
            repeats=1.2,
            kin=0.05,
        ),
        two_tables("restaurants", restaurant, restaurant_left, restaurant_right, 112, 420, 220),
        two_tables("films", film, same, film_right, 1000, 1500, 2000),
        two_tables("persons", person, same, person_again, 2000, 1000, 1000),
        one_table("persons, one table", person, same, person_again, 3000, 0.5),
        one_table("publications, one table", paper, paper_right, paper_right, 400, 3.0),
        one_table("restaurants, one table", restaurant, restaurant_left, restaurant_right, 700, 0.15),
    ]
