"""Figures of the company as a whole: cash by week against SQL on the same rows, after edits too; why; what is refused."""

# ruff: noqa: E501 - SQL reads best with a case on a line

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from graph_engine.snapshot.visibility import Visibility
from ontology.errors import NotFound
from reasoning.linking import link
from reasoning.measures.evaluate import Results, evaluate, update
from reasoning.measures.listing import listing
from reasoning.measures.problems import MeasureProblems
from reasoning.measures.rights import withheld
from reasoning.measures.trace import LISTED, trace
from reasoning.measures.types import Cell, Options
from reasoning.network import Network
from reasoning.scenarios.document import parse_scenario
from reasoning.scenarios.explain import Explanation, explain
from reasoning.scenarios.run import run
from tests.unit.reasoning.measures.made_up import TODAY, MadeUp, ontology, own, shipped

WEEKS = 26
MONDAY = TODAY - timedelta(days=TODAY.weekday())
OPTIONS = Options(TODAY)
CASH = "Company.cash_by_week"


def company(orders: int = 300, seed: int = 1) -> MadeUp:
    """Orders and purchases with and without terms of their own, dates all over, some invoiced, cancelled or undated."""
    luck = random.Random(seed)
    made = MadeUp()
    for nr, balance in enumerate((Decimal("5000.10"), Decimal("-200"))):
        made.add("BankAccount", f"bank {nr}", opening_balance=balance, currency="EUR")
    for code, days, late in (("customers", 30, 0), ("suppliers", 14, None), ("prompt", 5, 3)):
        made.add("PaymentTerm", f"term {code}", code=code, days_due=days, days_late=late)
    for nr in range(5):
        made.add("Customer", f"C{nr}").add("Supplier", f"S{nr}")
    made.link("customer_payment_term", "C0", "term prompt").link("supplier_payment_term", "S0", "term prompt")

    def day() -> date | None:
        return None if luck.random() < 0.2 else TODAY + timedelta(days=luck.randrange(-90, 200))

    def money() -> Decimal:
        return Decimal(luck.randrange(0, 1_000_00)) / 100

    for nr in range(orders):
        cancelled = TODAY if luck.random() < 0.05 else None
        made.add(
            "Order", f"O{nr}", total=money(), currency="EUR", shipped_on=day(), due_on=day(), cancelled_on=cancelled
        )
        made.link("order_customer", f"O{nr}", f"C{luck.randrange(5)}")
        if luck.random() < 0.1:
            made.link("order_payment_term", f"O{nr}", "term prompt")
        if luck.random() < 0.2:
            made.add("Invoice", f"I{nr}", total=money(), open_amount=money(), currency="EUR", due_on=day())
            made.link("invoice_order", f"I{nr}", f"O{nr}")
    for nr in range(orders // 2):
        made.add("PurchaseOrder", f"P{nr}", total=money(), currency="EUR", shipped_on=day(), due_on=day())
        made.link("purchase_order_supplier", f"P{nr}", f"S{luck.randrange(5)}")
        if luck.random() < 0.2:
            made.add("Bill", f"B{nr}", total=money(), open_amount=money(), currency="EUR", due_on=day())
            made.link("bill_purchase_order", f"B{nr}", f"P{nr}")
    return made


SQL = f"""
with term as (select c.id as customer, p.days_due, p.days_late from "Customer" c
              left join customer_payment_term r on r."from" = c.id left join "PaymentTerm" p on p.id = r."to"),
sterm as (select s.id as supplier, p.days_due from "Supplier" s
          left join supplier_payment_term r on r."from" = s.id left join "PaymentTerm" p on p.id = r."to"),
own as (select r."from" as id, p.days_due, p.days_late from order_payment_term r join "PaymentTerm" p on p.id = r."to"),
billed as (select r."to" as id, sum(i.total) as total from invoice_order r join "Invoice" i on i.id = r."from" group by 1),
charged as (select r."to" as id, sum(b.total) as total from bill_purchase_order r join "Bill" b on b.id = r."from" group by 1),
due as (
  select o.id, o.total, o.cancelled_on, coalesce(o.shipped_on, case when o.due_on is null then null
           else greatest(o.due_on, date '{TODAY}') end)::date
         + coalesce(own.days_due, term.days_due, (select days_due from "PaymentTerm" where code = 'customers'))::int as day,
         coalesce(own.days_late, term.days_late,
                  (select coalesce(days_late, 0) from "PaymentTerm" where code = 'customers'))::int as late
  from "Order" o left join order_customer oc on oc."from" = o.id
  left join term on term.customer = oc."to" left join own using (id)),
money as (
  select case when due.day < date '{TODAY}' then due.day else due.day + due.late end as day,
         case when due.cancelled_on is not null then 0 else greatest(due.total - coalesce(billed.total, 0), 0) end as amount,
         'order' as kind
  from due left join billed using (id)
  union all
  select case when o.shipped_on is not null then o.shipped_on else greatest(o.due_on, today.d)
              + case when o.due_on is null then null else 0 end end::date
         + coalesce(sterm.days_due, (select days_due from "PaymentTerm" where code = 'suppliers'))::int,
         -greatest(o.total - coalesce(charged.total, 0), 0), 'purchase'
  from "PurchaseOrder" o cross join (select date '{TODAY}' as d) today
  left join purchase_order_supplier os on os."from" = o.id
  left join sterm on sterm.supplier = os."to" left join charged using (id)
  union all select due_on, open_amount, 'invoice' from "Invoice"
  union all select due_on, -open_amount, 'bill' from "Bill"),
placed as (
  select case when kind in ('invoice', 'bill') and (day is null or day < date '{MONDAY}') then 0
              when kind = 'purchase' and day is null then 0
              when day < date '{MONDAY}' then null else (day - date '{MONDAY}') // 7 end as week, amount from money)
select w.week, (select sum(opening_balance) from "BankAccount")
  + coalesce((select sum(amount) from placed p where p.week <= w.week), 0) as cash
from range({WEEKS}) w(week) order by 1
"""


def wanted(made: MadeUp) -> list[Fraction]:
    """Cash at the end of each week by SQL over the rows."""
    return [Fraction(cash) for _, cash in made.tables().execute(SQL).fetchall()]


def cash(results: Results) -> list[Fraction | None]:
    """Cash at the end of each week."""
    column = results.column(CASH)
    return [results.at(column, (0, p)).value for p in range(WEEKS)]  # type: ignore[misc]


def computed(made: MadeUp) -> Results:
    """Everything that cash rests on."""
    return evaluate(
        made.snapshot(), shipped(), OPTIONS, names=[CASH, "Company.first_week_below_zero", "Company.lowest_cash"]
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cash_by_week_is_what_sql_says_also_after_edits(seed: int) -> None:
    made = company(seed=seed)
    base = computed(made)
    assert cash(base) == wanted(made)

    late = made.copy()
    late.row("term customers")["days_late"] = 30
    after = update(base, late.snapshot())
    assert cash(after) == wanted(late) != wanted(made)
    below = [w for w, value in enumerate(wanted(late)) if value < 0]
    found = after.value(Cell("Company.first_week_below_zero", "e_company")).value
    assert found == (MONDAY + timedelta(weeks=below[0]) if below else None)

    gone = late.copy()
    gone.entities["Order"] = [r for r in gone.entities["Order"] if r["id"] != "O7"]
    for rows in gone.relations.values():
        rows[:] = [r for r in rows if "O7" not in (r["from"], r["to"])]
    gone.add("Order", "new", total=Decimal("77.77"), currency="EUR", shipped_on=TODAY)
    third = update(after, gone.snapshot())
    assert cash(third) == wanted(gone)
    assert cash(update(third, made.snapshot())) == cash(base)


def test_what_lies_off_the_axis_is_counted_and_the_rest_listed_in_full() -> None:
    made = company()
    results = computed(made)
    network = Network(results.snapshot, ontology())
    (row,) = listing(results, network, CASH).rows
    assert (row.entity.id, row.entity.class_name, row.entity.title) == ("e_company", "Company", "The company")
    assert len(row.values) == WEEKS
    off = results.column("Company.order_receipts_by_week").off_axis
    database = made.tables()
    undated = 'select count(*) from "Order" where shipped_on is null and due_on is null'
    assert off.undated == database.execute(undated).fetchone()[0] > 0  # type: ignore[index]
    assert off.before > 0


def test_without_an_account_or_a_term_cash_is_not_known() -> None:
    made = company(20)
    made.entities["BankAccount"] = []
    assert cash(computed(made)) == [None] * WEEKS
    other = company(20)
    other.entities["PaymentTerm"] = [r for r in other.entities["PaymentTerm"] if r["code"] != "customers"]
    results = computed(other)
    assert results.value(Cell("Company.customer_payment_days", "e_company")).value is None
    assert results.column("Company.order_receipts_by_week").off_axis.undated > 0


def test_two_currencies_are_an_error_that_is_told() -> None:
    made = company(20)
    made.row("O3").update(currency="USD", shipped_on=TODAY, total=Decimal(10))
    made.link("order_payment_term", "O3", "term prompt") if not any(
        r["from"] == "O3" for r in made.relations.get("order_payment_term", [])
    ) else None
    made.row("O4").update(shipped_on=TODAY, total=Decimal(10), cancelled_on=None)
    made.row("O3")["cancelled_on"] = None
    results = computed(made)
    fault = results.value(Cell(CASH, "e_company", WEEKS - 1)).fault
    assert fault is not None
    assert "different currencies" in fault.text


def explained(made: MadeUp, week: int, text: str) -> Explanation:
    """Why cash differs in a week."""
    network = Network(made.snapshot(), ontology())
    results = evaluate(network.snapshot, shipped(), OPTIONS, names=[CASH])
    done = run(network, parse_scenario(f"name: t\nas_of: {TODAY}\nseed: 1\ndo:\n{text}"), results)
    return explain(done, Cell(CASH, "e_company", week))


def test_customers_who_pay_late_are_the_whole_reason_and_it_adds_up() -> None:
    made = company(400)
    late = made.copy()
    late.row("term customers")["days_late"] = 30
    week = 5
    why = explained(made, week, f"  - {{shift: days_late, of: {made.id('term customers')}, by: 30}}\n")
    assert why.delta == wanted(late)[week] - wanted(made)[week] != 0
    assert why.flows.complete
    assert {(o.owner, o.name) for o in why.flows.inputs} == {(made.id("term customers"), "days_late")}
    assert sum(why.flows.inputs.values()) == why.delta
    for step in why.steps:
        shares = [a.share for a in step.arguments if a.share is not None]
        assert step.method == "exact"
        if step.before.value is not None and isinstance(step.before.value, Fraction):
            assert sum(shares) == step.after.value - step.before.value  # type: ignore[operator]
        # Only orders that come into or leave the week are arguments, or count in it.
        assert len(step.arguments) < 400


def test_of_many_things_the_largest_are_explained_and_the_rest_counted() -> None:
    made = company(400)
    results = evaluate(made.snapshot(), shipped(), OPTIONS, names=["Company.revenue", CASH])
    network = Network(results.snapshot, ontology())
    why = trace(results, network, Cell("Company.order_receipts_by_week", "e_company", 3), depth=1)
    (aggregate,) = why.aggregates
    assert aggregate.terms == len({o.entity.id for o in why.operands if o.entity is not None}) + why.more
    every = trace(results, network, Cell("Company.revenue", "e_company"), depth=1)
    assert len(every.operands) == LISTED
    assert every.more == 400 - LISTED


def test_who_may_not_see_a_class_sees_no_figure_over_it() -> None:
    hidden = withheld(shipped(), Visibility(classes=frozenset({"Order"})))
    assert {"Company.revenue", CASH, "Company.order_receipts_by_week"} <= hidden
    assert "Company.outstanding" not in hidden


def test_the_company_is_named_only_where_its_figures_are_asked_for() -> None:
    network = Network(company(3).snapshot(), ontology())
    assert link(network, "Company", to_class="Company").id == "e_company"
    for text, expected in (("Acme", "Company"), ("e_company", None), ("e_company", "Order")):
        with pytest.raises(NotFound):
            link(network, text, to_class=expected)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Order.x: total / sum(Order, total)", "is read of the Order, but this reads all Order at once"),
        ("Order.x: sum(Product, it.list_price where it.currency == currency)", "`currency` is read of the Order"),
        ("Company.x: sum(distinct Order, it.total)", "`distinct` means nothing here"),
        ("Company.x: sum(Order, rel.quantity)", "over no relation"),
        ("Company.x: Order.total", "is a class of things"),
        ("Company.x: total", "Company has no property or measure 'total'"),
        ("Company.x: sum(Orders, it.total)", "Company has no relation 'Orders'"),
        ("Order.x: Company.nothing", "Company has no property or measure 'nothing'"),
        ("Company.x: sum(Order, it.due_on)", "a number is expected"),
        ("Company.x: sum(Order, bucket(it.due_on, it.total))", "bucket() needs a time axis"),
        ("Company.x: {formula: 'sum(Order, Company.x)', unit: money, scale: 2}", "write `x`"),
        ("Company.x: {formula: 'sum(Order, it.total) + x', unit: money, scale: 2}", "is defined by itself"),
        ("Customer.x: sum(orders, sum(Product, it.list_price))", "must name its things"),
    ],
)
def test_what_a_whole_class_cannot_say_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(MeasureProblems) as found:
        own(tmp_path, f"measures:\n  {text}\n")
    assert said in str(found.value)
    assert ":2" in str(found.value)
