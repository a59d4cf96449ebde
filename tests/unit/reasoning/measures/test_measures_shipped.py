"""The shipped measures against SQL in DuckDB and pandas on the same rows; no code is shared with the evaluator."""

# ruff: noqa: E501 - tables of cases and SQL read best with a case on a line
from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random

import pytest

from reasoning.measures.evaluate import Results, evaluate
from reasoning.measures.types import Cell, CellState, Options
from tests.unit.reasoning.measures.made_up import TODAY, MadeUp, shipped

OPTIONS = Options(TODAY)


def company(seed: int) -> MadeUp:
    """A company of some hundred things in one currency, with gaps in its data."""
    random, made = Random(seed), MadeUp()

    def amount(low: int, high: int) -> Decimal:
        return Decimal(random.randint(low, high)) / 100

    def perhaps(value: object, share: float = 0.12) -> object:
        return None if random.random() < share else value

    def day(before: int, after: int) -> date:
        return TODAY + timedelta(days=random.randint(-before, after))

    for i in range(40):
        made.add(
            "Product", f"P{i}", standard_cost=perhaps(amount(50, 900)), assembly_cost=perhaps(amount(0, 200), 0.5),
            list_price=perhaps(amount(900, 9000)), currency="EUR", daily_demand=perhaps(Decimal(random.randint(0, 30)) / 4),
            days_to_make=perhaps(random.randint(0, 6), 0.3), reorder_point=perhaps(random.randint(0, 20)),
        )  # fmt: skip
    for nr in range(70):
        whole, part = sorted(random.sample(range(40), 2), reverse=True)
        if whole >= 15:
            made.link(
                "component", f"P{whole}", f"P{part}", quantity=Decimal(random.randint(1, 12)) / 4, nr=nr,
                scrap_rate=perhaps(Decimal("0.02"), 0.6), valid_to=random.choice([None, None, None, TODAY]),
            )  # fmt: skip
    for i in range(6):
        made.add("Supplier", f"V{i}", name=f"V{i}")
    for i in range(35):
        made.add(
            "Offer", f"F{i}", price=perhaps(amount(40, 800), 0.05), currency="EUR", preferred=perhaps(random.random() < 0.3),
            lead_time_days=perhaps(random.randint(1, 40)), valid_until=perhaps(day(40, 200), 0.5),
        )  # fmt: skip
        made.link("offer_product", f"F{i}", f"P{random.randrange(20)}").link(
            "offer_supplier", f"F{i}", f"V{random.randrange(6)}"
        )
    for i in range(60):
        made.add("Stock", f"S{i}", quantity=random.randint(0, 30), reserved_quantity=perhaps(random.randint(0, 9), 0.6))
        made.link("stock_product", f"S{i}", f"P{random.randrange(40)}")
    for i in range(8):
        made.add("Customer", f"C{i}", currency="EUR")
    for i in range(30):
        made.add(
            "Order", f"O{i}", currency="EUR", due_on=perhaps(day(30, 60)), shipped_on=perhaps(day(30, 0), 0.5),
            cancelled_on=perhaps(day(20, 0), 0.9),
        )  # fmt: skip
        made.link("order_customer", f"O{i}", f"C{random.randrange(8)}")
    for i in range(90):
        made.add(
            "OrderLine", f"L{i}", quantity=random.randint(1, 9), unit_price=perhaps(amount(500, 9999)), currency="EUR",
            total=perhaps(amount(500, 90000), 0.4), discount_rate=perhaps(Decimal(random.randint(0, 300_000)) / 1_000_000, 0.5),
            due_on=perhaps(day(20, 60), 0.5), shipped_quantity=perhaps(random.randint(0, 4), 0.6),
        )  # fmt: skip
        made.link("order_line_order", f"L{i}", f"O{random.randrange(30)}")
        made.link("order_line_product", f"L{i}", f"P{random.randrange(40)}")
    for i in range(10):
        made.add("PurchaseOrder", f"B{i}", due_on=day(30, 60))
    for i in range(25):
        made.add("PurchaseOrderLine", f"BL{i}", quantity=random.randint(1, 40), received_quantity=perhaps(random.randint(0, 20)),
                 due_on=perhaps(day(20, 60)))  # fmt: skip
        made.link("purchase_order_line_order", f"BL{i}", f"B{random.randrange(10)}")
        made.link("purchase_order_line_product", f"BL{i}", f"P{random.randrange(40)}")
    made.add("BankAccount", "A", opening_balance="500", currency="EUR")
    for i in range(60):
        kind = random.choice(["Invoice", "Bill"])
        made.add(
            kind, f"{kind[0]}{i}", total=amount(1000, 90000), paid=perhaps(amount(0, 900), 0.7), currency="EUR",
            open_amount=perhaps(amount(0, 50000), 0.5), due_on=perhaps(day(120, 200)), expected_on=perhaps(day(5, 90), 0.8),
            paid_on=perhaps(day(30, 0), 0.8),
        )  # fmt: skip
        if kind == "Invoice":
            made.link("invoice_customer", f"I{i}", f"C{random.randrange(8)}").link("invoice_bank_account", f"I{i}", "A")
        else:
            made.link("bill_supplier", f"B{i}", f"V{random.randrange(6)}").link("bill_bank_account", f"B{i}", "A")
    made.add("Budget", "BU", amount="900", currency="EUR").add("Budget", "BV", currency="EUR")
    for i in range(8):
        made.add(
            "BudgetLine", f"BUL{i}", amount=amount(0, 20000), actual=perhaps(amount(0, 30000), 0.1), currency="EUR"
        )
        made.link("budget_line_budget", f"BUL{i}", random.choice(["BU", "BV"]))
    for i in range(3):
        made.add("Team", f"T{i}", capacity_hours=random.choice([None, 0, 80]))
        made.add("Employee", f"E{i}")
        made.link("employee_team", f"E{i}", f"T{random.randrange(2)}")
    for i in range(40):
        made.add(
            "Ticket",
            f"K{i}",
            open=perhaps(random.random() < 0.5),
            effort_hours=perhaps(Decimal(random.randint(1, 40)) / 4),
        )
        made.link("ticket_team", f"K{i}", f"T{random.randrange(3)}").link(
            "ticket_customer", f"K{i}", f"C{random.randrange(8)}"
        )
        made.link("ticket_product", f"K{i}", f"P{random.randrange(40)}").link(
            "ticket_assignee", f"K{i}", f"E{random.randrange(3)}"
        )
    for i in range(6):
        made.add("Control", f"X{i}").add("Obligation", f"Y{i}")
        made.link("obligation_owner", f"Y{i}", f"E{random.randrange(3)}")
    for i in range(7):
        made.link("control_obligation", f"X{random.randrange(6)}", f"Y{random.randrange(6)}", nr=i)
        made.add("Evidence", f"Z{i}", accepted=perhaps(random.random() < 0.7), valid_until=perhaps(day(90, 90)))
        made.link("evidence_control", f"Z{i}", f"X{random.randrange(6)}")
    return made


PREPARE = """
create view bom as select * from component
  where (valid_from is null or valid_from <= $today) and (valid_to is null or valid_to > $today);
create table levels as
  with recursive walk(id, level) as (
    select id, 0 from "Product" union all select b."from", walk.level + 1 from walk join bom b on b."to" = walk.id)
  select id, max(level) as level from walk group by id;
create view bought as select p.id,
  coalesce(case when count(f.id) filter (preferred) = count(f.price) filter (preferred) then min(price) filter (preferred) end,
           case when count(f.id) = count(f.price) then min(price) end) as price,
  coalesce(case when count(f.id) filter (preferred) = count(f.lead_time_days) filter (preferred)
                then min(lead_time_days) filter (preferred) end,
           case when count(f.id) = count(f.lead_time_days) then min(lead_time_days) end) as lead,
  count(f.id) filter (coalesce(valid_until >= $today, true)) as sources
  from "Product" p left join offer_product o on o."to" = p.id left join "Offer" f on f.id = o."from" group by p.id;
create table unit_cost(id varchar, cost decimal(24, 4), lead bigint, single boolean, needs boolean);
"""
LEVEL = """
insert into unit_cost
select p.id,
  case when count(b."to") = 0 then coalesce(any_value(g.price), any_value(p.standard_cost))
       when count(*) filter (c.cost is null or b.quantity is null) = 0
       then cast(round(sum(cast(b.quantity as decimal(38, 4)) * (1 + coalesce(b.scrap_rate, 0)) * c.cost)
                       + coalesce(any_value(p.assembly_cost), 0), 4) as decimal(24, 4)) end,
  case when count(b."to") = 0 then any_value(g.lead)
       when count(*) filter (c.lead is null) = 0 then coalesce(any_value(p.days_to_make), 0) + max(c.lead) end,
  count(b."to") = 0 and any_value(g.sources) = 1,
  (count(b."to") = 0 and any_value(g.sources) = 1) or coalesce(bool_or(c.needs), false)
from "Product" p join levels l using (id) join bought g using (id) left join bom b on b."from" = p.id
  left join unit_cost c on c.id = b."to"
where l.level = $level group by p.id
"""
LINES = """
create view held as select p.id, coalesce(sum(s.quantity), 0) as on_hand,
  coalesce(sum(s.quantity), 0) - coalesce(sum(coalesce(s.reserved_quantity, 0)), 0) as free
  from "Product" p left join stock_product r on r."to" = p.id left join "Stock" s on s.id = r."from" group by p.id;
create view line as select l.*, o."to" as order_id, p."to" as product_id,
  coalesce(l.total, round(cast(l.quantity as decimal(12, 4)) * cast(l.unit_price as decimal(12, 4))
                          * (1 - coalesce(cast(l.discount_rate as decimal(10, 6)), 0)), 2)) as revenue,
  cast(l.quantity as decimal(18, 4)) * u.cost as cost,
  coalesce(h.shipped_on, case when s.free >= l.quantity then $today else $today + cast(u.lead as integer) end) as ready,
  u.needs
  from "OrderLine" l join order_line_order o on o."from" = l.id join order_line_product p on p."from" = l.id
  join unit_cost u on u.id = p."to" join "Order" h on h.id = o."to" join held s on s.id = p."to";
create view orders as select h.id, c."to" as customer, h.shipped_on, h.cancelled_on, h.due_on,
  case when count(l.id) = count(l.revenue) then coalesce(sum(l.revenue), 0) end as revenue,
  case when count(l.id) = count(l.revenue - l.cost) then coalesce(sum(l.revenue - l.cost), 0) end as margin,
  coalesce(h.shipped_on, case when count(l.id) = count(l.ready) then max(l.ready) end) as ready,
  case when count(l.id) filter (l.needs) = count(l.revenue) filter (l.needs)
       then coalesce(sum(l.revenue) filter (l.needs), 0) end as exposed
  from "Order" h join order_customer c on c."from" = h.id left join line l on l.order_id = h.id
  group by h.id, c."to", h.shipped_on, h.cancelled_on, h.due_on;
create view open_orders as select *,
  case when shipped_on is not null or cancelled_on is not null then 0 else revenue end as open_revenue,
  greatest(ready - due_on, 0) + (ready - due_on) * 0 as late from orders;
create view risk as select *,
  case when open_revenue is null then null when open_revenue = 0 then 0 when late is null then null
       when late > 0 then open_revenue else 0 end as at_risk,
  case when open_revenue is null then null when open_revenue = 0 then 0 else exposed end as exposed_open from open_orders;
create view money as
  select i.*, r."to" as customer, a."to" as account, null as supplier, 1 as sign,
    coalesce(open_amount, case when paid_on is not null then 0 else total - coalesce(paid, 0) end) as outstanding
    from "Invoice" i join invoice_customer r on r."from" = i.id join invoice_bank_account a on a."from" = i.id
  union all by name
  select b.*, r."to" as supplier, a."to" as account, null as customer, -1 as sign,
    coalesce(open_amount, case when paid_on is not null then 0 else total - coalesce(paid, 0) end) as outstanding
    from "Bill" b join bill_supplier r on r."from" = b.id join bill_bank_account a on a."from" = b.id;
"""


def total(column: str, over: str = "") -> str:
    """A sum as the semantics say it: nothing gives 0, any null gives null."""
    where = f" filter ({over})" if over else ""
    return f"case when count(x.id){where} = count({column}){where} then coalesce(sum({column}){where}, 0) end"


AGEING = """select c.id, {} from "Customer" c left join money x on x.customer = c.id and x.sign = 1 group by c.id"""
ORACLE = {
    "Product.purchase_price": "select id, price from bought",
    "Product.unit_cost": "select id, cost from unit_cost",
    "Product.lead_time": "select id, lead from unit_cost",
    "Product.single_source": "select id, single from unit_cost",
    "Product.needs_single_source": "select id, needs from unit_cost",
    "Product.price_for_target": "select id, ceil(cast(cost as decimal(20, 4)) / 0.8 * 100 - 0.0000001) / 100 from unit_cost",
    "Product.list_margin": 'select id, list_price - cost from unit_cost join "Product" using (id)',
    "Product.revenue": f'select p.id, {total("x.revenue")} from "Product" p left join line x on x.product_id = p.id group by p.id',
    "Product.margin": f'select p.id, {total("x.revenue - x.cost")} from "Product" p left join line x on x.product_id = p.id group by 1',
    "OrderLine.revenue": "select id, revenue from line",
    "OrderLine.margin": "select id, revenue - cost from line",
    "Order.revenue": "select id, revenue from orders",
    "Order.margin": "select id, margin from orders",
    "Customer.margin": f'select c.id, {total("x.margin")} from "Customer" c left join orders x on x.customer = c.id group by c.id',
    "Product.on_hand": "select id, on_hand from held",
    "Product.free_stock": "select id, free from held",
    "Product.below_reorder_point": 'select id, free < reorder_point from held join "Product" using (id)',
    "OrderLine.ready_on": "select id, ready from line",
    "Order.days_late": "select id, late from open_orders",
    "Order.revenue_at_risk": "select id, at_risk from risk",
    "Customer.revenue_at_risk": f'select c.id, {total("x.at_risk")} from "Customer" c left join risk x on x.customer = c.id group by c.id',
    "Customer.exposed_revenue": f'select c.id, {total("x.exposed_open")} from "Customer" c left join risk x on x.customer = c.id group by 1',
    "Supplier.single_source_products": 'select v.id, count(u.id) filter (u.single) from "Supplier" v left join offer_supplier s on s."to" = v.id '
    'left join offer_product o on o."from" = s."from" left join unit_cost u on u.id = o."to" group by v.id',
    "Customer.outstanding": AGEING.format(total("x.outstanding")),
    "Customer.not_due": AGEING.format(total("x.outstanding", "coalesce(x.due_on >= $today, true)")),
    "Customer.overdue_1_to_30": AGEING.format(total("x.outstanding", "$today - x.due_on between 1 and 30")),
    "Customer.overdue_31_to_60": AGEING.format(total("x.outstanding", "$today - x.due_on between 31 and 60")),
    "Customer.overdue_61_to_90": AGEING.format(total("x.outstanding", "$today - x.due_on between 61 and 90")),
    "Customer.overdue_over_90": AGEING.format(total("x.outstanding", "$today - x.due_on > 90")),
    "BudgetLine.overrun": 'select id, case when actual is not null then greatest(actual - amount, 0) end from "BudgetLine"',
    "Team.open_tickets": 'select t.id, count(k.id) filter (coalesce(k.open, k.solved_at is null)) from "Team" t left join ticket_team r on r."to" = t.id '
    'left join "Ticket" k on k.id = r."from" group by t.id',
    "Team.open_hours": 'select t.id, coalesce(sum(k.effort_hours) filter (coalesce(k.open, true)), 0) from "Team" t left join ticket_team r on r."to" = t.id '
    'left join "Ticket" k on k.id = r."from" group by t.id',
    "Customer.ticket_count": 'select c.id, count(r."from") from "Customer" c left join ticket_customer r on r."to" = c.id group by c.id',
    "Obligation.without_evidence": 'select y.id, count(z.id) = 0 from "Obligation" y left join control_obligation c on c."to" = y.id '
    'left join evidence_control e on e."to" = c."from" left join (select * from "Evidence" where coalesce(accepted, true) '
    'and coalesce(valid_until >= $today, true)) z on z.id = e."from" group by y.id',
}  # fmt: skip
"""Measure → SQL that gives its key and value."""


def stated(made: MadeUp) -> dict[str, dict[str, object]]:
    """What DuckDB says of each measure, by key."""
    database = made.tables()

    def run(sql: str, **more: object) -> list[tuple[object, ...]]:
        given = {n: v for n, v in {"today": TODAY, **more}.items() if f"${n}" in sql}
        return database.execute(sql, given).fetchall()

    def statements(script: str) -> None:
        for statement in script.split(";"):
            if statement.strip():
                run(statement.replace("$today", f"date '{TODAY}'"))

    statements(PREPARE)
    deepest = run("select max(level) from levels")[0][0]
    assert isinstance(deepest, int)
    for level in range(deepest + 1):
        run(LEVEL, level=level)
    statements(LINES)
    return {name: {str(k): v for k, v in run(sql)} for name, sql in ORACLE.items()}  # type: ignore[misc]


def held(results: Results, name: str, id_: str, period: int | None = None) -> object:
    """What knockon says; numbers as decimals."""
    found = results.value(Cell(name, id_, period))
    assert found.state is not CellState.ERROR, (name, found)
    if isinstance(found.value, Fraction):
        return Decimal(found.value.numerator) / Decimal(found.value.denominator)
    return found.value


@pytest.mark.parametrize("seed", range(4))
def test_as_sql_says(seed: int) -> None:
    made = company(seed)
    results = evaluate(made.snapshot(), shipped(), OPTIONS)
    wrong = []
    for name, values in stated(made).items():
        assert len(values) == len(results.column(name))
        some = 0
        for key, value in values.items():
            expected = value
            if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                expected = Decimal(str(value)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
            found = held(results, name, made.id(key))
            some += found is not None
            if found != expected:
                wrong.append((name, key, found, expected))
        assert some, name
    assert not wrong


@pytest.mark.parametrize("seed", range(3))
def test_by_week_and_day_as_pandas_says(seed: int) -> None:
    import pandas as pd

    made = company(seed)
    results = evaluate(made.snapshot(), shipped(), OPTIONS)
    weeks = results.periods("week")
    rows = []
    for kind, sign in (("Invoice", 1), ("Bill", -1)):
        for row in made.entities[kind]:
            open_amount = row["open_amount"]
            if open_amount is None:
                open_amount = Decimal(0) if row["paid_on"] is not None else row["total"] - (row["paid"] or Decimal(0))
            rows.append((row["expected_on"] or row["due_on"], sign * Decimal(open_amount)))
    frame = pd.DataFrame(rows, columns=["day", "amount"])
    frame["week"] = [0 if d is None else max(0, (d - weeks.starts[0]).days // 7) for d in frame["day"]]
    flow = frame.groupby("week")["amount"].sum()
    balance, first = Decimal(500), None
    for week in range(len(weeks)):
        balance += flow.get(week, Decimal(0))
        assert held(results, "BankAccount.balance_by_week", made.id("A"), week) == balance
        if balance < 0 and first is None:
            first = weeks.starts[week]
    assert held(results, "BankAccount.first_week_below_zero", made.id("A")) == first

    lines = {r["id"]: r for r in made.entities["OrderLine"]}
    of = {r["from"]: r["to"] for r in made.relations["order_line_order"]}
    product = {r["from"]: r["to"] for r in made.relations["order_line_product"]}
    for key in ("P0", "P7", "P21"):
        moves: dict[int, Decimal] = {}
        for id_, line in lines.items():
            order = made.row(of[id_])
            if product[id_] != key or order["shipped_on"] or order["cancelled_on"]:
                continue
            day = line["due_on"] or order["due_on"]
            at = 0 if day is None else max(0, (day - TODAY).days)
            moves[at] = moves.get(at, Decimal(0)) - max(line["quantity"] - (line["shipped_quantity"] or 0), 0)
        for link in made.relations["purchase_order_line_product"]:
            bought = made.row(link["from"])
            order = made.row(
                next(r["to"] for r in made.relations["purchase_order_line_order"] if r["from"] == link["from"])
            )
            day = bought["due_on"] or order["due_on"]
            if link["to"] == key and day >= TODAY:
                at = (day - TODAY).days
                moves[at] = moves.get(at, Decimal(0)) + max(bought["quantity"] - (bought["received_quantity"] or 0), 0)
        stock = sum(
            (Decimal(made.row(r["from"])["quantity"]) for r in made.relations["stock_product"] if r["to"] == key),
            Decimal(0),
        )
        short = None
        for at in range(90):
            stock += moves.get(at, Decimal(0))
            assert held(results, "Product.stock_by_day", made.id(key), at) == stock
            if stock < 0 and short is None:
                short = TODAY + timedelta(days=at)
        assert held(results, "Product.first_day_short", made.id(key)) == short


def test_every_shipped_measure_is_documented() -> None:
    for measure in shipped():
        assert measure.shipped
        assert measure.description.endswith("."), measure.name
        assert measure.label


def test_the_price_for_the_target_gives_it_to_the_cent() -> None:
    made = company(9)
    results = evaluate(made.snapshot(), shipped(), OPTIONS)
    seen = 0
    for key in (r["id"] for r in made.entities["Product"]):
        cost, price = (held(results, f"Product.{n}", made.id(key)) for n in ("unit_cost", "price_for_target"))
        if isinstance(cost, Decimal) and isinstance(price, Decimal) and cost:
            seen += 1
            assert (price - cost) / price >= Decimal("0.2")
            assert (price - Decimal("0.01") - cost) / (price - Decimal("0.01")) < Decimal("0.2")
    assert seen > 10
