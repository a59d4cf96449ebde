"""Unit costs and margins of the bicycle maker, by SQL straight over the raw files. Shares no code with knockon."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from tests.integration import adventureworks_oracle as raw

_TABLES = {
    "product": "Production.Product", "bom": "Production.BillOfMaterials", "offer": "Purchasing.ProductVendor",
    "purchase": "Purchasing.PurchaseOrderHeader",
}  # fmt: skip


def load(root: Path) -> duckdb.DuckDBPyConnection:
    """The tables that the figures need, as text."""
    con = duckdb.connect()
    held = {name: raw.raw_table(root, table) for name, table in _TABLES.items()}
    held["line"] = raw.raw_sales(root, "salesorderdetail")
    held["header"] = raw.raw_sales(root, "salesorderheader")
    for name, (columns, rows) in held.items():
        given = pa.table({c: pa.array([r[i] for r in rows], pa.string()) for i, c in enumerate(columns)})
        con.register("given", given)
        con.execute(f"create table {name} as select * from given")
        con.unregister("given")
    return con


def unit_costs(
    con: duckdb.DuckDBPyConnection, day: date | None, dearer: str | None = None
) -> dict[str, Decimal | None]:
    """Product → unit cost. ``day`` None: all lines of the bills; ``dearer``: a vendor whose prices rise by 8 %."""
    held = "" if day is None else (
        f"and substr(StartDate, 1, 10) <= '{day}' and (EndDate is null or substr(EndDate, 1, 10) > '{day}')"
    )  # fmt: skip
    factor = "1" if dearer is None else f"case when BusinessEntityID = '{dearer}' then 1.08 else 1 end"
    con.execute(
        f"""
        create or replace table b as select ProductAssemblyID as whole, ComponentID as part,
          cast(PerAssemblyQty as decimal(9, 4)) as quantity from bom where ProductAssemblyID is not null {held};
        create or replace table p as select ProductID as id, coalesce(
          (select min(round(cast(StandardPrice as decimal(14, 4)) * {factor}, 4)) from offer o
           where o.ProductID = product.ProductID),
          cast(StandardCost as decimal(14, 4))) as bought from product;
        create or replace table level as with recursive walk(id, n) as (
          select id, 0 from p union select b.whole, walk.n + 1 from walk join b on b.part = walk.id)
          select id, max(n) as n from walk group by id;
        create or replace table cost(id varchar, cost decimal(24, 4));
        """
    )
    (deepest,) = con.execute("select max(n) from level").fetchall()[0]
    for n in range(deepest + 1):
        con.execute(
            """
            insert into cost select p.id, case when count(b.part) = 0 then any_value(p.bought)
              when count(*) filter (c.cost is null) = 0 then round(sum(b.quantity * c.cost), 4) end
            from p join level using (id) left join b on b.whole = p.id left join cost c on c.id = b.part
            where level.n = $n group by p.id
            """,
            {"n": n},
        )
    return dict(con.execute("select id, cost from cost").fetchall())


def margins(con: duckdb.DuckDBPyConnection) -> dict[str, Decimal | None]:
    """Product → margin of all its order lines whose order is there, with the costs computed last."""
    found = con.execute(
        """
        with l as (select productid as id, round(cast(orderqty as decimal(9, 0)) * cast(unitprice as decimal(12, 4))
            * (1 - cast(unitpricediscount as decimal(5, 4))), 4) as revenue, cast(orderqty as decimal(9, 0)) as n
          from line where salesorderid in (select salesorderid from header))
        select p.id, case when count(l.id) = count(l.revenue - l.n * c.cost)
                          then coalesce(sum(l.revenue - l.n * c.cost), 0) end
        from p join cost c using (id) left join l using (id) group by p.id
        """
    ).fetchall()
    return dict(found)


def vendor_of_most(con: duckdb.DuckDBPyConnection) -> str:
    """The vendor with most offers."""
    found = con.execute("select BusinessEntityID from offer group by 1 order by count(*) desc, 1 limit 1").fetchall()
    return str(found[0][0])


def cash(con: duckdb.DuckDBPyConnection, monday: date, weeks: int, opening: Decimal, late: int) -> list[Decimal]:
    """Cash at the end of each week: orders are paid 30 days (and ``late``) after shipping, purchases after 30 days.

    What was due before the first day is in the opening balance. All orders of the slice are shipped, none is cancelled.
    """
    found = con.execute(
        f"""
        with money as (
          select cast(substr(shipdate, 1, 10) as date) + 30 as due, {late} as late,
                 cast(totaldue as decimal(18, 4)) as amount from header
          union all
          select cast(substr(ShipDate, 1, 10) as date) + 30, 0, -cast(TotalDue as decimal(18, 4)) from purchase),
        placed as (select (due + late - date '{monday}') // 7 as week, amount from money where due >= date '{monday}')
        select (select sum(amount) from placed p where p.week <= w.week) from range({weeks}) w(week) order by w.week
        """
    ).fetchall()
    return [opening + (value or 0) for (value,) in found]
