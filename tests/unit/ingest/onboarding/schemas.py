"""Made-up databases with declared keys and references, in the habits of three schools of naming; written as CSV.

What they declare is the oracle: it was not made by the code under test.
"""

from __future__ import annotations

import csv
import json
import random
from dataclasses import dataclass, field
from pathlib import Path

FIRST = [
    "Ada",
    "Ben",
    "Cleo",
    "Dara",
    "Emil",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "Jana",
    "Karl",
    "Lena",
    "Max",
    "Nora",
    "Oli",
    "Pia",
]
LAST = [
    "Adler",
    "Brandt",
    "Cohen",
    "Diaz",
    "Evers",
    "Funk",
    "Gall",
    "Huber",
    "Ito",
    "Jung",
    "Kern",
    "Lang",
    "Moser",
    "Noll",
]
NOUNS = [
    "amber",
    "basil",
    "cedar",
    "dune",
    "ember",
    "fjord",
    "grove",
    "harbor",
    "iris",
    "jade",
    "kelp",
    "lark",
    "moss",
    "nettle",
]


@dataclass
class Made:
    """A table: heading, rows, key, references."""

    columns: list[str]
    rows: list[list[object]]
    key: list[str]
    foreign: list[tuple[list[str], str, list[str]]] = field(default_factory=list)


def day(r: random.Random) -> str:
    return f"20{r.randint(18, 24)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}"


def money(r: random.Random) -> str:
    return f"{r.randint(100, 99999) / 100:.2f}"


def rental(seed: int = 1) -> dict[str, Made]:
    """A lender of films: snake_case, ``x_id`` everywhere, links of two keys, several references to one table."""
    r = random.Random(seed)

    def name() -> str:
        return " ".join(r.sample(NOUNS, 2)) + f" {r.randint(1, 999)}"

    t: dict[str, Made] = {}
    stamp = "2021-02-15 04:46:27"
    t["language"] = Made(
        ["language_id", "name", "last_update"],
        [[i, n, stamp] for i, n in enumerate(["English", "Italian", "Japanese", "French", "German", "Polish"], 1)],
        ["language_id"],
    )
    t["category"] = Made(
        ["category_id", "name", "last_update"],
        [[i, f"{n} films", stamp] for i, n in enumerate(NOUNS, 1)],
        ["category_id"],
    )
    t["country"] = Made(
        ["country_id", "country", "last_update"], [[i, f"Land {name()}", stamp] for i in range(1, 60)], ["country_id"]
    )
    t["city"] = Made(
        ["city_id", "city", "country_id", "last_update"],
        [[i, f"City {i} {r.choice(NOUNS)}", r.randint(1, 59), stamp] for i in range(1, 301)],
        ["city_id"],
        [(["country_id"], "country", ["country_id"])],
    )
    t["address"] = Made(
        ["address_id", "address", "district", "city_id", "postal_code", "phone", "last_update"],
        [
            [
                i,
                f"{r.randint(1, 999)} {name()} Road",
                r.choice(NOUNS),
                r.randint(1, 300),
                f"{r.randint(10000, 99999)}",
                f"{r.randint(10**9, 10**10)}",
                stamp,
            ]
            for i in range(1, 401)
        ],
        ["address_id"],
        [(["city_id"], "city", ["city_id"])],
    )
    t["store"] = Made(
        ["store_id", "manager_staff_id", "address_id", "last_update"],
        [[1, 1, 1, stamp], [2, 2, 2, stamp]],
        ["store_id"],
        [(["manager_staff_id"], "staff", ["staff_id"]), (["address_id"], "address", ["address_id"])],
    )
    t["staff"] = Made(
        ["staff_id", "first_name", "last_name", "address_id", "email", "store_id", "active", "username"],
        [
            [i, FIRST[i], LAST[i], 2 + i, f"{FIRST[i]}@rent.example", 1 + i % 2, 1, FIRST[i].lower()]
            for i in range(1, 9)
        ],
        ["staff_id"],
        [(["address_id"], "address", ["address_id"]), (["store_id"], "store", ["store_id"])],
    )
    t["customer"] = Made(
        ["customer_id", "store_id", "first_name", "last_name", "email", "address_id", "active", "create_date"],
        [
            [
                i,
                r.randint(1, 2),
                r.choice(FIRST),
                r.choice(LAST),
                f"c{i}@mail.example",
                r.randint(11, 400),
                int(r.random() > 0.1),
                day(r),
            ]
            for i in range(1, 351)
        ],
        ["customer_id"],
        [(["store_id"], "store", ["store_id"]), (["address_id"], "address", ["address_id"])],
    )
    t["actor"] = Made(
        ["actor_id", "first_name", "last_name", "last_update"],
        [[i, r.choice(FIRST), r.choice(LAST), stamp] for i in range(1, 201)],
        ["actor_id"],
    )
    t["film"] = Made(
        [
            "film_id",
            "title",
            "description",
            "release_year",
            "language_id",
            "original_language_id",
            "rental_duration",
            "rental_rate",
            "length",
            "replacement_cost",
            "rating",
        ],
        [
            [
                i,
                f"The {name()}",
                f"A tale of {name()} and {name()}",
                r.randint(1990, 2020),
                r.randint(1, 6),
                r.choice(["", "", 2, 4]),
                r.randint(3, 7),
                r.choice(["0.99", "2.99", "4.99"]),
                r.randint(46, 185),
                money(r),
                r.choice(["PG", "G", "R"]),
            ]
            for i in range(1, 501)
        ],
        ["film_id"],
        [(["language_id"], "language", ["language_id"]), (["original_language_id"], "language", ["language_id"])],
    )
    t["film_actor"] = Made(
        ["actor_id", "film_id", "last_update"],
        [[a, f, stamp] for a in range(1, 201) for f in sorted(r.sample(range(1, 501), 8))],
        ["actor_id", "film_id"],
        [(["actor_id"], "actor", ["actor_id"]), (["film_id"], "film", ["film_id"])],
    )
    t["film_category"] = Made(
        ["film_id", "category_id", "last_update"],
        [[i, r.randint(1, 14), stamp] for i in range(1, 501)],
        ["film_id", "category_id"],
        [(["film_id"], "film", ["film_id"]), (["category_id"], "category", ["category_id"])],
    )
    t["inventory"] = Made(
        ["inventory_id", "film_id", "store_id", "last_update"],
        [[i, r.randint(1, 500), r.randint(1, 2), stamp] for i in range(1, 1201)],
        ["inventory_id"],
        [(["film_id"], "film", ["film_id"]), (["store_id"], "store", ["store_id"])],
    )
    t["rental"] = Made(
        ["rental_id", "rental_date", "inventory_id", "customer_id", "return_date", "staff_id"],
        [
            [i, f"{day(r)} 10:{i % 60:02}:11", r.randint(1, 1200), r.randint(1, 350), day(r), r.randint(1, 8)]
            for i in range(1, 3001)
        ],
        ["rental_id"],
        [
            (["inventory_id"], "inventory", ["inventory_id"]),
            (["customer_id"], "customer", ["customer_id"]),
            (["staff_id"], "staff", ["staff_id"]),
        ],
    )
    t["payment"] = Made(
        ["payment_id", "customer_id", "staff_id", "rental_id", "amount", "payment_date"],
        [[i, r.randint(1, 350), r.randint(1, 8), r.randint(1, 3000), money(r), day(r)] for i in range(1, 2501)],
        ["payment_id"],
        [
            (["customer_id"], "customer", ["customer_id"]),
            (["staff_id"], "staff", ["staff_id"]),
            (["rental_id"], "rental", ["rental_id"]),
        ],
    )
    return t


def trader(seed: int = 2) -> dict[str, Made]:
    """A trader of food: text codes as keys, composite lines, ``ReportsTo``, ``ShipVia``, plural tables."""
    r = random.Random(seed)
    t: dict[str, Made] = {}
    codes = sorted({"".join(r.choices("ABCDEFGHKLMNOPRSTW", k=5)) for _ in range(95)})
    t["Categories"] = Made(
        ["CategoryID", "CategoryName", "Description"],
        [[i, n.title(), f"all kinds of {n}"] for i, n in enumerate(NOUNS[:8], 1)],
        ["CategoryID"],
    )
    t["Suppliers"] = Made(
        ["SupplierID", "CompanyName", "ContactName", "City", "Country", "Phone"],
        [
            [
                i,
                f"{r.choice(LAST)} Foods {i}",
                f"{r.choice(FIRST)} {r.choice(LAST)}",
                r.choice(["Oslo", "Rome", "Bonn"]),
                r.choice(["NO", "IT", "DE"]),
                f"+49 {r.randint(10**6, 10**7)}",
            ]
            for i in range(1, 30)
        ],
        ["SupplierID"],
    )
    t["Products"] = Made(
        [
            "ProductID",
            "ProductName",
            "SupplierID",
            "CategoryID",
            "QuantityPerUnit",
            "UnitPrice",
            "UnitsInStock",
            "UnitsOnOrder",
            "ReorderLevel",
            "Discontinued",
        ],
        [
            [
                i,
                f"{r.choice(NOUNS)} spread {i}",
                r.randint(1, 29),
                r.randint(1, 8),
                f"{r.randint(1, 24)} boxes",
                money(r),
                r.randint(0, 120),
                r.choice([0, 10, 20, 70]),
                r.choice([0, 5, 10, 25]),
                int(r.random() < 0.1),
            ]
            for i in range(1, 78)
        ],
        ["ProductID"],
        [(["SupplierID"], "Suppliers", ["SupplierID"]), (["CategoryID"], "Categories", ["CategoryID"])],
    )
    t["Customers"] = Made(
        [
            "CustomerID",
            "CompanyName",
            "ContactName",
            "ContactTitle",
            "Address",
            "City",
            "PostalCode",
            "Country",
            "Phone",
        ],
        [
            [
                c,
                f"{c.title()} Deli",
                f"{r.choice(FIRST)} {r.choice(LAST)}",
                r.choice(["Owner", "Agent"]),
                f"{r.randint(1, 99)} Main St",
                r.choice(["Oslo", "Rome"]),
                f"{r.randint(1000, 9999)}",
                r.choice(["NO", "IT"]),
                f"{r.randint(10**6, 10**7)}",
            ]
            for c in codes
        ],
        ["CustomerID"],
    )
    t["Employees"] = Made(
        ["EmployeeID", "LastName", "FirstName", "Title", "BirthDate", "HireDate", "ReportsTo"],
        [
            [i, LAST[i], FIRST[i], r.choice(["Rep", "Manager"]), day(r), day(r), "" if i == 2 else r.choice([2, 5])]
            for i in range(1, 10)
        ],
        ["EmployeeID"],
        [(["ReportsTo"], "Employees", ["EmployeeID"])],
    )
    t["Shippers"] = Made(
        ["ShipperID", "CompanyName", "Phone"],
        [[i, f"{n} Express", f"{r.randint(10**6, 10**7)}"] for i, n in enumerate(LAST[:3], 1)],
        ["ShipperID"],
    )
    t["Region"] = Made(
        ["RegionID", "RegionDescription"],
        [[i, n] for i, n in enumerate(["Eastern", "Western", "Northern", "Southern"], 1)],
        ["RegionID"],
    )
    zips = sorted(r.sample(range(10019, 99000), 53))
    t["Territories"] = Made(
        ["TerritoryID", "TerritoryDescription", "RegionID"],
        [[f"{z:05}", f"{r.choice(NOUNS)} side {z}", r.randint(1, 4)] for z in zips],
        ["TerritoryID"],
        [(["RegionID"], "Region", ["RegionID"])],
    )
    t["EmployeeTerritories"] = Made(
        ["EmployeeID", "TerritoryID"],
        [[1 + i % 9, f"{z:05}"] for i, z in enumerate(zips)],
        ["EmployeeID", "TerritoryID"],
        [(["EmployeeID"], "Employees", ["EmployeeID"]), (["TerritoryID"], "Territories", ["TerritoryID"])],
    )
    t["Orders"] = Made(
        [
            "OrderID",
            "CustomerID",
            "EmployeeID",
            "OrderDate",
            "RequiredDate",
            "ShippedDate",
            "ShipVia",
            "Freight",
            "ShipName",
            "ShipCity",
        ],
        [
            [
                10248 + i,
                r.choice(codes),
                r.randint(1, 9),
                day(r),
                day(r),
                day(r),
                r.randint(1, 3),
                money(r),
                f"{r.choice(LAST)} Deli",
                "Oslo",
            ]
            for i in range(830)
        ],
        ["OrderID"],
        [
            (["CustomerID"], "Customers", ["CustomerID"]),
            (["EmployeeID"], "Employees", ["EmployeeID"]),
            (["ShipVia"], "Shippers", ["ShipperID"]),
        ],
    )
    t["Order Details"] = Made(
        ["OrderID", "ProductID", "UnitPrice", "Quantity", "Discount"],
        [
            [10248 + o, p, money(r), r.randint(1, 130), r.choice([0, 0.05, 0.25])]
            for o in range(830)
            for p in sorted(r.sample(range(1, 78), r.randint(1, 4)))
        ],
        ["OrderID", "ProductID"],
        [(["OrderID"], "Orders", ["OrderID"]), (["ProductID"], "Products", ["ProductID"])],
    )
    return t


def music(seed: int = 3) -> dict[str, Made]:
    """A shop of songs: CamelCase with ``Id``, a link of two keys, ``SupportRepId``, unit prices that repeat."""
    r = random.Random(seed)
    t: dict[str, Made] = {}
    t["Artist"] = Made(["ArtistId", "Name"], [[i, f"The {r.choice(NOUNS)} {i}"] for i in range(1, 276)], ["ArtistId"])
    t["Album"] = Made(
        ["AlbumId", "Title", "ArtistId"],
        [[i, f"{r.choice(NOUNS)} nights {i}", r.randint(1, 275)] for i in range(1, 348)],
        ["AlbumId"],
        [(["ArtistId"], "Artist", ["ArtistId"])],
    )
    t["Genre"] = Made(["GenreId", "Name"], [[i, n] for i, n in enumerate(NOUNS[:12] + LAST[:13], 1)], ["GenreId"])
    t["MediaType"] = Made(
        ["MediaTypeId", "Name"], [[i, f"{n} audio file"] for i, n in enumerate(NOUNS[:5], 1)], ["MediaTypeId"]
    )
    t["Track"] = Made(
        ["TrackId", "Name", "AlbumId", "MediaTypeId", "GenreId", "Composer", "Milliseconds", "Bytes", "UnitPrice"],
        [
            [
                i,
                f"{r.choice(NOUNS)} {r.choice(NOUNS)}",
                r.randint(1, 347),
                r.randint(1, 5),
                r.randint(1, 25),
                r.choice(LAST),
                r.randint(10**5, 10**6),
                r.randint(10**6, 10**7),
                r.choice(["0.99", "1.99"]),
            ]
            for i in range(1, 2504)
        ],
        ["TrackId"],
        [
            (["AlbumId"], "Album", ["AlbumId"]),
            (["MediaTypeId"], "MediaType", ["MediaTypeId"]),
            (["GenreId"], "Genre", ["GenreId"]),
        ],
    )
    t["Playlist"] = Made(
        ["PlaylistId", "Name"], [[i, f"list {r.choice(NOUNS)} {i}"] for i in range(1, 19)], ["PlaylistId"]
    )
    t["PlaylistTrack"] = Made(
        ["PlaylistId", "TrackId"],
        [[p, k] for p in range(1, 19) for k in sorted(r.sample(range(1, 2504), 300))],
        ["PlaylistId", "TrackId"],
        [(["PlaylistId"], "Playlist", ["PlaylistId"]), (["TrackId"], "Track", ["TrackId"])],
    )
    t["Employee"] = Made(
        ["EmployeeId", "LastName", "FirstName", "Title", "ReportsTo", "HireDate", "Email"],
        [
            [
                i,
                LAST[i],
                FIRST[i],
                "Agent",
                "" if i == 1 else r.choice([1, 2, 6]),
                day(r),
                f"{FIRST[i].lower()}@tunes.example",
            ]
            for i in range(1, 9)
        ],
        ["EmployeeId"],
        [(["ReportsTo"], "Employee", ["EmployeeId"])],
    )
    t["Customer"] = Made(
        ["CustomerId", "FirstName", "LastName", "Company", "Country", "Email", "SupportRepId"],
        [
            [i, r.choice(FIRST), r.choice(LAST), "", r.choice(["US", "DE"]), f"k{i}@mail.example", r.randint(3, 5)]
            for i in range(1, 60)
        ],
        ["CustomerId"],
        [(["SupportRepId"], "Employee", ["EmployeeId"])],
    )
    t["Invoice"] = Made(
        ["InvoiceId", "CustomerId", "InvoiceDate", "BillingCountry", "Total"],
        [[i, r.randint(1, 59), day(r), r.choice(["US", "DE"]), money(r)] for i in range(1, 413)],
        ["InvoiceId"],
        [(["CustomerId"], "Customer", ["CustomerId"])],
    )
    t["InvoiceLine"] = Made(
        ["InvoiceLineId", "InvoiceId", "TrackId", "UnitPrice", "Quantity"],
        [[i, 1 + (i - 1) * 412 // 2240, r.randint(1, 2503), r.choice(["0.99", "1.99"]), 1] for i in range(1, 2241)],
        ["InvoiceLineId"],
        [(["InvoiceId"], "Invoice", ["InvoiceId"]), (["TrackId"], "Track", ["TrackId"])],
    )
    return t


def generic(seed: int = 4) -> dict[str, Made]:
    """A start-up's tables: every key is ``id``, references are ``thing_id``, ids begin anywhere, one table of uuids."""
    r = random.Random(seed)
    t: dict[str, Made] = {}
    users = r.sample(range(1000, 99999), 180)
    teams = list(range(1, 13))
    uuids = [
        f"{r.getrandbits(32):08x}-{r.getrandbits(16):04x}-4{r.getrandbits(12):03x}-a{r.getrandbits(12):03x}-{r.getrandbits(48):012x}"
        for _ in range(220)
    ]
    t["teams"] = Made(["id", "name", "created_at"], [[i, f"team {NOUNS[i]}", day(r)] for i in teams], ["id"])
    t["users"] = Made(
        ["id", "email", "name", "team_id", "created_at"],
        [[u, f"u{u}@corp.example", f"{r.choice(FIRST)} {r.choice(LAST)}", r.choice(teams), day(r)] for u in users],
        ["id"],
        [(["team_id"], "teams", ["id"])],
    )
    t["projects"] = Made(
        ["id", "title", "owner_id", "team_id", "budget"],
        [[i, f"project {r.choice(NOUNS)} {i}", r.choice(users), r.choice(teams), money(r)] for i in range(501, 571)],
        ["id"],
        [(["owner_id"], "users", ["id"]), (["team_id"], "teams", ["id"])],
    )
    t["tickets"] = Made(
        ["id", "project_id", "assignee_id", "title", "priority", "opened_on", "estimate_hours"],
        [
            [
                u,
                r.randint(501, 570),
                r.choice(users),
                f"fix {r.choice(NOUNS)} {i}",
                r.randint(1, 5),
                day(r),
                r.randint(1, 40),
            ]
            for i, u in enumerate(uuids)
        ],
        ["id"],
        [(["project_id"], "projects", ["id"]), (["assignee_id"], "users", ["id"])],
    )
    t["comments"] = Made(
        ["id", "ticket_id", "user_id", "body", "created_at"],
        [
            [i, r.choice(uuids), r.choice(users), f"see {r.choice(NOUNS)} and {r.choice(NOUNS)}", day(r)]
            for i in range(1, 900)
        ],
        ["id"],
        [(["ticket_id"], "tickets", ["id"]), (["user_id"], "users", ["id"])],
    )
    pairs = sorted({(r.choice(uuids), f"{r.choice(NOUNS)}") for _ in range(400)})
    t["ticket_tags"] = Made(
        ["ticket_id", "tag"], [[u, g] for u, g in pairs], ["ticket_id", "tag"], [(["ticket_id"], "tickets", ["id"])]
    )
    return t


ALL = {"rental": rental, "trader": trader, "music": music, "generic": generic}


def write(tables: dict[str, Made], folder: Path, *, header: bool) -> Path:
    """Write the tables as CSV and what they declare as ``schema.json`` beside them; gives the schema's path."""
    folder.mkdir(parents=True, exist_ok=True)
    schema = {}
    for name, made in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            if header:
                writer.writerow(made.columns)
            writer.writerows(made.rows)
        schema[name] = {
            "file": f"{name}.csv",
            "header": header,
            "columns": [{"name": c} for c in made.columns],
            "primary_key": made.key,
            "foreign_keys": [{"cols": c, "ref": ref, "ref_cols": k} for c, ref, k in made.foreign],
        }
    path = folder / "schema.json"
    path.write_text(json.dumps(schema), encoding="utf-8")
    return path
