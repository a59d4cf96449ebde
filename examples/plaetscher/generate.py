"""Write the exports of Plätscher & Töchter GmbH, a made-up maker of garden pumps, and the truth about them.

    python examples/plaetscher/generate.py [FOLDER]

Needs nothing but Python. The same bytes every time (seeded); the documents in ``documents/`` are written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from generator import mess, truth
from generator.books import make_books
from generator.desk import AGENTS, make_articles, make_tickets
from generator.exports import accounting, erp, shop
from generator.people import make_people
from generator.tables import Table, csv_bytes, json_bytes, write, xlsx_bytes
from generator.trade import make_trade

SEED = 1962  # the year in which Hedwig Plätscher built the first Otter
SUPPLIER = "L-1007"
SHEETS = {"erp.items": "Artikel", "erp.suppliers": "Lieferanten", "erp.locations": "Lagerorte"}
CUT_SHORT = ";;;"
"""What is missing at the end of the receipts: the export was aborted there."""


def write_tables(folder: Path, tables: dict[str, Table], cut: int = 0) -> None:
    """Each table in the dialect of its system; ``cut``: how much is missing at the end of the receipts."""
    for name, table in tables.items():
        if name in SHEETS:
            continue
        match name:
            case "erp.bom":
                content = csv_bytes(table, encoding="utf-16", separator=";")
            case "erp.receipts":
                content = csv_bytes(table, encoding="cp1252", separator=";", cut=cut)
            case "accounting.accounts" | "accounting.debtors" | "accounting.budget":
                content = csv_bytes(table, encoding="utf-8-sig", separator=";")
            case "accounting.payments":
                # The accounts cannot write every letter of their customers' names.
                for row in table.rows:
                    row[-1] = str(row[-1]).encode("cp1252", "replace").decode("cp1252")
                content = csv_bytes(table, encoding="cp1252", separator=";")
            case _ if name.startswith("shop."):
                content = csv_bytes(table, encoding="utf-8", separator=",", row_end="\n")
            case _:
                content = csv_bytes(table, encoding="cp1252", separator=";")
        write(folder / table.file, content)
    write(folder / "erp/stammdaten.xlsx", xlsx_bytes({sheet: tables[name] for name, sheet in SHEETS.items()}))


def main(folder: Path) -> None:
    """Make everything."""
    rng = Random(SEED)
    people = make_people(rng)
    trade = make_trade(people, rng)
    books = make_books(people, trade, rng)
    tickets, articles = make_tickets(people.shop, trade, rng), make_articles()
    tables = {t.name: t for t in (*shop(people, trade), *erp(trade, rng), *accounting(people, books))}
    later = mess.a_month_later(tables)
    mess.spoil_shop(tables)
    mess.spoil_erp(tables)
    mess.spoil_accounting(tables)
    bad_tickets = mess.spoil_tickets(tickets)

    write_tables(folder, tables, cut=len(CUT_SHORT))
    write_tables(folder / "later", later)
    write(folder / "helpdesk/tickets.json", json_bytes({"export": {"system": "Gießkanne Desk", "at": "2026-07-01T06:00:00+02:00"}, "tickets": tickets}))
    write(folder / "helpdesk/agents.json", json_bytes({"agents": AGENTS}))
    write(folder / "helpdesk/articles.json", json_bytes({"articles": articles}))

    truth.follow_references(tables)
    truth.follow_references(later)
    bad = [row for table in tables.values() for row in truth.bad_rows(table)]
    bad += [
        {
            "table": "helpdesk.messages", "file": "helpdesk/tickets.json", "row": None, "record": f"helpdesk/messages/{message['id']}",
            "why": f"points to helpdesk.tickets {ticket['id']}, which is set aside or missing",
        }
        for ticket, record, _ in bad_tickets if record for message in ticket["messages"]
    ]
    bad += [
        {"table": "helpdesk.tickets", "file": "helpdesk/tickets.json", "row": tickets.index(ticket) + 1, "record": record, "why": why}
        for ticket, record, why in bad_tickets
    ]
    out = folder / "truth"
    write(out / "bad_rows.json", json_bytes(bad))
    write(out / "same_customers.json", json_bytes(people.same))
    counts = {name: truth.counts(table) for name, table in tables.items()}
    lost = {id(ticket) for ticket, record, _ in bad_tickets if record}
    messages = [(ticket, message) for ticket in tickets for message in ticket["messages"]]
    answered = sum(id(ticket) in lost for ticket, _ in messages)  # messages of a ticket that is set aside
    counts["helpdesk.agents"] = {"read": len(AGENTS), "new": len(AGENTS), "duplicate": 0, "quarantined": 0}
    counts["helpdesk.articles"] = {"read": len(articles), "new": len(articles), "duplicate": 0, "quarantined": 0}
    counts["helpdesk.tickets"] = {"read": len(tickets), "new": len(tickets) - 3, "duplicate": 0, "quarantined": 3}
    counts["helpdesk.messages"] = {"read": len(messages), "new": len(messages) - answered, "duplicate": 0, "quarantined": answered}
    write(out / "counts.json", json_bytes(counts))
    write(out / "later.json", json_bytes({name: truth.changes(tables[name], table) for name, table in later.items()}))
    write(out / "impact.json", json_bytes(truth.impact(tables, SUPPLIER)))
    rows = sum(len(t.rows) for t in tables.values()) + len(tickets) + sum(len(t["messages"]) for t in tickets)
    print(f"{rows:,} rows, {len(bad)} of them bad, {sum(len(g) for g in people.same)} records of {len(people.same)} customers who appear more than once")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
