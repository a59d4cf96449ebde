"""What is wrong with the exports, on purpose: every spoilt row is noted with the reason why it must be set aside."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from .tables import Table, german

Tables = dict[str, Table]


def spoil_shop(tables: Tables) -> None:
    """Bad rows in the web shop's export."""
    customers, products, orders, lines = (tables[f"shop.{n}"] for n in ("customers", "products", "orders", "order_lines"))
    used = {str(r[orders.column("customer_id")]) for r in orders.rows}
    idle = [r for r in customers.rows if str(r[0]) not in used]
    customers.spoil(idle[0], "email", str(idle[0][1]).replace("@", "(at)"), "the e-mail address is not one")
    once = next(r for r in customers.rows if sum(1 for o in orders.rows if o[orders.column("customer_id")] == r[0]) == 1 and not r[4])
    twin = list(once)
    twin[customers.column("street")] = "Neue Straße 1"
    customers.note(once, "the same key twice with different content")
    customers.add(twin, "the same key twice with different content", at=customers.rows.index(once) + 40)
    customers.rows.insert(200, list(customers.rows[150]))  # the very same row twice: counted, not set aside
    products.rows.insert(9, list(products.rows[3]))
    impossible = orders.find(name="#1300")
    orders.spoil(impossible, "created_at", "2025-02-31 10:15:00 +0100", "31 February does not exist")
    orders.spoil(orders.find(name="#1411"), "customer_id", 79999, "the customer does not exist")
    lines.spoil(lines.rows[77], "quantity", -2, "a negative quantity")
    lines.spoil(lines.rows[311], "sku", "OTT-5500", "the product does not exist")
    lines.spoil(lines.rows[402], "unit_price", "n/a", "the price is not a number")
    title = "Otter 550 submersible pump"
    lines.add([990001, 49990, 1, "OTT-550", title, 1, "139.00", "0.00", "139.00"], "the order does not exist", at=505)
    lines.add([990002, 49991, 1, "OTT-550", title, 2, "139.00", "0.00", "278.00"], "the order does not exist", at=506)


def spoil_erp(tables: Tables) -> None:
    """Bad rows in the ERP's exports."""
    t = {name.split(".")[1]: table for name, table in tables.items() if name.startswith("erp.")}
    t["items"].add(["", "Dichtring, Nummer fehlt", "Rohteil", "Dichtung", 0.4, 0, 0.01, 100, ""], "the key is missing", at=30)
    offers = t["offers"]
    offers.spoil(offers.find(Artikelnummer="40-0109"), "Preis", "n/a", "the price is not a number")
    offers.spoil(offers.find(Artikelnummer="30-4301"), "Lieferzeit_Tage", "ca. 8 Wochen", "the lead time is not a number")
    offers.add(["A4990", "L-1016", "30-9999", "1,20", "EUR", 3, "500", ""], "the item does not exist")
    bearing = offers.find(Artikelnummer="30-1501")
    twin = list(bearing)
    twin[offers.column("Preis")] = "1,31"
    offers.note(bearing, "the same key twice with different content")
    offers.add(twin, "the same key twice with different content")
    bom = t["bom"]
    bom.add(["10-0550", "30-9998", "1,000", "Stk", "01.01.2024", ""], "the item does not exist", at=60)
    bom.add(["20-3102", "30-5201", "-4,000", "Stk", "01.01.2024", ""], "a negative quantity", at=90)
    t["stock"].spoil(t["stock"].rows[17], "Menge", "-3,000", "a negative quantity")
    t["purchase_orders"].spoil(t["purchase_orders"].rows[33], "Lieferantennr", "L-9999", "the supplier does not exist")
    receipts = t["receipts"]
    receipts.add(["WE90001", "B24-9999", 10, "03.02.2025", "40", "HL", "frei"], "the purchase order line does not exist", at=12)
    cut = receipts.add(["WE90002", "B25-0001", 10, "14.0", "", "", ""], "the file ends in the middle of the row")
    receipts.notes[-1] = (cut, None, receipts.notes[-1][2])  # written short, see generate.py: not even its key can be trusted


def spoil_accounting(tables: Tables) -> None:
    """Bad rows in the accounts."""
    t = {name.split(".")[1]: table for name, table in tables.items() if name.startswith("accounting.")}
    invoices, payments = t["invoices"], t["payments"]
    unpaid = [r for r in invoices.rows if r[-1] == "offen"]
    invoices.spoil(unpaid[0], "Datum", "31.02.2025", "31 February does not exist")
    paid = next(r for r in invoices.rows if r[-1] == "bezahlt")
    invoices.spoil(paid, "Debitor", 99999, "the debtor does not exist")
    payments.spoil(payments.rows[20], "Betrag", "siehe Beleg", "the amount is not a number")
    payments.add(["Z90001", "05.05.2025", "RE2025-99999", "119,00", "1200", "RE2025-99999 Unbekannt"], "the invoice does not exist", at=44)
    payments.add(["", "06.05.2025", str(payments.rows[2][2]), "10,00", "1200", "Skonto"], "the key is missing", at=45)
    t["bills"].spoil(t["bills"].rows[8], "Lieferantennr", "L-1999", "the supplier does not exist")
    t["budget"].add(["4999", "2026-03", german(50_000)], "the account does not exist")
    t["budget"].add(["4100", "2026-13", german(50_000)], "there is no 13th month")


def spoil_tickets(tickets: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str | None, str]]:
    """Bad tickets: (ticket, record, why)."""
    tickets[50]["created_at"] = "2025-13-01T09:00:00+02:00"
    tickets[90]["id"] = None
    tickets[91]["status"] = "wontfix??"
    return [
        (tickets[50], f"helpdesk/tickets/{tickets[50]['id']}", "there is no 13th month"),
        (tickets[90], None, "the key is missing"),
        (tickets[91], f"helpdesk/tickets/{tickets[91]['id']}", "a status that does not exist"),
    ]


def a_month_later(tables: Tables) -> Tables:
    """The shop's and the ERP's exports of 31 July: corrected, continued, and some rows gone."""
    later = {name: copy.deepcopy(table) for name, table in tables.items() if name.startswith(("shop.", "erp."))}
    customers, orders, lines = (later[f"shop.{n}"] for n in ("customers", "orders", "order_lines"))
    buyers = {str(r[orders.column("customer_id")]) for r in orders.rows}
    idle = [r for r in customers.rows if str(r[0]) not in buyers]
    for row in idle[3:5]:  # asked to be forgotten
        customers.rows.remove(row)
    for row in customers.rows[20:200:45]:  # moved
        row[customers.column("street")] = "Umzugsweg 7"
    gone = [r for r in orders.rows if str(r[0]).endswith("17")][:3]  # test orders, deleted
    for row in gone:
        orders.rows.remove(row)
        lines.rows = [x for x in lines.rows if x[lines.column("order_id")] != row[0]]
    for row in [r for r in orders.rows if r[orders.column("fulfillment_status")] == "unfulfilled"][:18]:
        row[orders.column("fulfillment_status")] = "fulfilled"
        row[orders.column("shipped_on")] = date(2026, 7, 14).isoformat()
    for index in range(6):
        buyer = customers.rows[30 + index]
        order = [50900 + index, f"#{1900 + index}", f"2026-07-{10 + index} 11:00:00 +0200", buyer[0], buyer[1], "paid", "unfulfilled", "EUR", "139.00", "6.90", "23.29", "145.90", f"2026-07-{20 + index}", "", ""]
        orders.rows.append(order)
        lines.rows.append([991000 + index, order[0], 1, "OTT-550", "Otter 550 submersible pump", 1, "139.00", "0.00", "139.00"])
    lines.rows[77][lines.column("quantity")] = 2  # the negative quantity, corrected
    offers = later["erp.offers"]
    for row in offers.rows:
        if row[1] == "L-1007":  # the magnets take longer and cost more
            row[offers.column("Lieferzeit_Tage")] = 63
            row[offers.column("Preis")] = german(round(float(str(row[3]).replace(".", "").replace(",", ".")) * 108))
    offers.rows.remove(offers.rows[5])  # withdrawn
    bom = later["erp.bom"]
    bom.rows.append(["10-0550", "30-3301", "1,000", "Stk", "15.07.2026", ""])
    return later
