"""The next export, damaged in the ways that exports are: what changed is named, and what is proposed fits again."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.mapping.load import load_mapping
from ingest.mapping.model import SourceMapping
from ingest.onboarding.drift import Drift, changed_mapping, drift_of
from ingest.onboarding.proposal import propose
from ingest.onboarding.store import Store
from ingest.onboarding.survey import survey
from ingest.onboarding.writing import files_of
from ingest.trial import try_rows
from ontology.load import load_ontology
from ontology.model import Ontology
from tests.unit.ingest.onboarding import schemas

ROOT = Path(__file__).resolve().parents[4]
SHARED = Path(os.environ.get("KNOCKON_TEST_DATA", ROOT / "../shared/data")).resolve()
RETAIL = SHARED / "support/tau2-retail/db.json"
BICYCLES = SHARED / "adventureworks/tables"
Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with the mapping that was proposed for it, and its first export in the archive."""

    folder: Path
    mapping: SourceMapping
    archive: Archive
    ontology: Ontology

    def drift(self, table: str) -> Drift | None:
        return drift_of(self.mapping, self.mapping.tables[table], self.archive, {})

    def accepted(self, drift: Drift) -> SourceMapping:
        """The mapping with the proposed change, loaded again."""
        path = self.mapping.path.with_name("changed.yaml")
        path.write_text(changed_mapping(self.mapping.text, [drift]), encoding="utf-8")
        return load_mapping(path, self.ontology)

    def fits(self, mapping: SourceMapping, table: str) -> bool:
        """Whether hardly a row of the export would be set aside under a mapping."""
        trial = try_rows(mapping, table, self.ontology, {})
        return trial.rows > 0 and sum(b.rows for b in trial.broken) <= 0.05 * trial.rows


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def begun(folder: Path, place: Path, ontology: Ontology) -> list[Project]:
    """Look at the folder, take what is proposed, archive the first export."""
    with Store() as store:
        files = files_of(propose(survey(folder, store), ontology, store), place, "ours")
    found = []
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        file.path.write_text(file.text, encoding="utf-8")
    archive = Archive(place / "archive")
    for path in sorted((place / "mappings").glob("*.yaml")):
        mapping = load_mapping(path, ontology)
        for table in mapping.tables.values():
            archive.store(mapping.source, table.name, table.read, mapping.folder)
        found.append(Project(folder, mapping, archive, ontology))
    return found


def damage(path: Path, change: Callable[[Rows], Rows], separator: str = ",", encoding: str = "utf-8") -> None:
    """Write a text file again with its rows changed."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding=encoding)), delimiter=separator))
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(change(rows))
    path.write_text(out.getvalue(), encoding=encoding)


def renamed(old: str, new: str) -> Callable[[Rows], Rows]:
    return lambda rows: [[new if c == old else c for c in rows[0]], *rows[1:]]


def without(column: str) -> Callable[[Rows], Rows]:
    def change(rows: Rows) -> Rows:
        at = rows[0].index(column)
        return [r[:at] + r[at + 1 :] for r in rows]

    return change


def rewritten(column: str, form: Callable[[str], str]) -> Callable[[Rows], Rows]:
    def change(rows: Rows) -> Rows:
        at = rows[0].index(column)
        return [rows[0], *([form(c) if i == at and c else c for i, c in enumerate(r)] for r in rows[1:])]

    return change


def german(day: str) -> str:
    year, month, rest = day[:10].split("-")
    return f"{rest}.{month}.{year}"


@pytest.fixture
def trader(tmp_path: Path, ontology: Ontology) -> Project:
    folder = tmp_path / "exports"
    schemas.write(schemas.ALL["trader"](), folder, header=True).unlink()
    return begun(folder, tmp_path / "project", ontology)[0]


def test_nothing_is_said_of_an_export_that_only_has_other_rows(trader: Project) -> None:
    for table in trader.mapping.tables.values():
        assert trader.drift(table.name) is None
    damage(trader.folder / "Orders.csv", lambda rows: [rows[0], *rows[5:], [str(99_999), *rows[-1][1:]]])
    assert trader.drift("orders") is None


def test_columns_in_another_order_are_read_by_their_names(trader: Project) -> None:
    damage(trader.folder / "Orders.csv", lambda rows: [list(reversed(r)) for r in rows])
    assert trader.drift("orders") is None
    assert trader.fits(trader.mapping, "orders")


@pytest.mark.parametrize("new", ["Cust_Ref", "K4711", "CustomerNo"])
def test_a_renamed_column_is_found_by_its_values(trader: Project, new: str) -> None:
    damage(trader.folder / "Orders.csv", renamed("CustomerID", new))
    drift = trader.drift("orders")
    assert drift is not None and drift.stops and [(r.old, r.new) for r in drift.renamed] == [("CustomerID", new)]
    assert trader.fits(trader.accepted(drift), "orders")


def test_a_column_that_vanished_is_taken_out_and_one_that_came_is_named(trader: Project) -> None:
    damage(trader.folder / "Orders.csv", without("Freight"))
    damage(trader.folder / "Orders.csv", lambda rows: [[*r, "note" if i == 0 else f"n{i}"] for i, r in enumerate(rows)])
    drift = trader.drift("orders")
    assert drift is not None and drift.gone == ("Freight",) and drift.new == ("note",) and not drift.renamed
    changed = trader.accepted(drift)
    assert trader.fits(changed, "orders")
    assert "freight" not in {p.name for t in changed.tables["orders"].things for p in t.properties}


def test_a_key_that_vanished_is_no_change_to_accept(trader: Project) -> None:
    damage(trader.folder / "Orders.csv", without("OrderID"))
    drift = trader.drift("orders")
    assert drift is not None and drift.key_gone and drift.stops


def test_dates_in_another_form_become_a_change_of_the_mapping(trader: Project) -> None:
    for column in ("OrderDate", "ShippedDate"):
        damage(trader.folder / "Orders.csv", rewritten(column, german))
    assert not trader.fits(trader.mapping, "orders")
    drift = trader.drift("orders")
    assert drift is not None and {(r.column, r.date_format) for r in drift.reforms} == {
        ("OrderDate", "%d.%m.%Y"), ("ShippedDate", "%d.%m.%Y"),
    }  # fmt: skip
    assert trader.fits(trader.accepted(drift), "orders")


def test_decimal_commas_become_a_change_of_the_mapping(trader: Project) -> None:
    damage(trader.folder / "Orders.csv", rewritten("Freight", lambda n: n.replace(".", ",")))
    drift = trader.drift("orders")
    assert drift is not None and [(r.column, r.decimal_comma) for r in drift.reforms] == [("Freight", True)]
    assert trader.fits(trader.accepted(drift), "orders")


def test_dates_that_could_be_either_are_not_guessed(trader: Project) -> None:
    damage(
        trader.folder / "Orders.csv",
        rewritten("OrderDate", lambda d: f"0{int(d[5:7]) % 9 + 1}/0{int(d[8:]) % 9 + 1}/2024"),
    )
    drift = trader.drift("orders")
    assert drift is None or not drift.reforms


def test_a_file_without_headings_whose_columns_moved(tmp_path: Path, ontology: Ontology) -> None:
    folder = tmp_path / "exports"
    schemas.write(schemas.ALL["trader"](), folder, header=False).unlink()
    project = begun(folder, tmp_path / "project", ontology)[0]
    name = next(n for n, t in project.mapping.tables.items() if t.read.file == "Orders.csv")
    width = len((folder / "Orders.csv").read_text(encoding="utf-8").partition("\n")[0].split(","))
    order = [0, *range(2, width), 1]
    damage(folder / "Orders.csv", lambda rows: [[r[i] for i in order] for r in rows])
    drift = project.drift(name)
    assert drift is not None and drift.stops
    said = [f"column{i + 1}" for i in order]
    assert list(drift.order) == said
    assert project.fits(project.accepted(drift), name)


def test_nested_json_with_a_field_renamed_and_one_gone(tmp_path: Path, ontology: Ontology) -> None:
    if not RETAIL.is_file():
        pytest.skip(f"no data in {RETAIL}")
    folder = tmp_path / "exports"
    folder.mkdir()
    shutil.copyfile(RETAIL, folder / "db.json")
    project = begun(folder, tmp_path / "project", ontology)[0]
    assert all(project.drift(n) is None for n in project.mapping.tables)
    held = json.loads(RETAIL.read_text(encoding="utf-8"))
    for order in held["orders"].values():
        order["customer_ref"] = order.pop("user_id")
    (folder / "db.json").write_text(json.dumps(held), encoding="utf-8")
    name = next(n for n, t in project.mapping.tables.items() if t.read.records == "orders" and t.read.explode is None)
    drift = project.drift(name)
    assert drift is not None and [(r.old, r.new) for r in drift.renamed] == [("user_id", "customer_ref")]
    assert project.fits(project.accepted(drift), name)


def test_the_bicycle_maker_without_headings_moved_and_with_other_dates(tmp_path: Path, ontology: Ontology) -> None:
    if not BICYCLES.is_dir():
        pytest.skip(f"no data in {BICYCLES}")
    folder = tmp_path / "exports"
    folder.mkdir()
    for name in ("Vendor", "ProductVendor", "PurchaseOrderHeader", "ShipMethod"):
        shutil.copyfile(BICYCLES / f"{name}.csv", folder / f"{name}.csv")
    project = begun(folder, tmp_path / "project", ontology)[0]
    assert all(project.drift(n) is None for n in project.mapping.tables)
    vendor = next(n for n, t in project.mapping.tables.items() if t.read.file == "Vendor.csv")
    damage(folder / "Vendor.csv", lambda rows: [[r[0], r[2], r[1], *r[3:]] for r in rows], "\t")
    drift = project.drift(vendor)
    assert drift is not None and drift.order[:3] == ("column1", "column3", "column2")


@pytest.mark.parametrize("seed", range(3))
def test_the_sample_company_with_random_columns_renamed(tmp_path: Path, ontology: Ontology, seed: int) -> None:
    folder = tmp_path / "exports"
    shutil.copytree(ROOT / "examples/plaetscher/erp", folder / "erp")
    project = begun(folder, tmp_path / "project", ontology)[0]
    rng = random.Random(seed)
    table = project.mapping.tables["angebote"]
    used = sorted({str(c) for c in ("Artikelnummer", "Lieferantennr", "Preis", "Lieferzeit_Tage")})
    old = rng.choice(used)
    path = folder / str(table.read.file)
    damage(path, renamed(old, f"Feld {seed}"), ";", "cp1252")
    drift = project.drift("angebote")
    assert drift is not None and [(r.old, r.new) for r in drift.renamed] == [(old, f"Feld {seed}")]
    assert project.fits(project.accepted(drift), "angebote")


def test_a_renamed_column_of_few_values_is_known_by_its_rows(tmp_path: Path, ontology: Ontology) -> None:
    """Two columns share their values (yes and no), and the new names say nothing: only the rows tell them apart."""
    folder = tmp_path / "firm"
    folder.mkdir()
    rows = [[str(100 + i), f"Firm {i}", "yes" if i % 3 else "no", "yes" if i % 2 else "no"] for i in range(30)]
    path = folder / "suppliers.csv"

    def write(heading: str) -> None:
        path.write_text("\n".join([heading, *(",".join(r) for r in rows)]) + "\n", encoding="utf-8")

    write("supplier_id,name,preferred,active")
    project = begun(folder, tmp_path / "place", ontology)[0]
    rows[:] = [*rows[3:], ["200", "Firm new", "no", "yes"]]
    write("supplier_id,name,xb1,xa1")
    drift = project.drift("suppliers")
    assert drift is not None and not drift.gone and not drift.new
    assert {r.old: r.new for r in drift.renamed} == {"preferred": "xb1", "active": "xa1"}
    assert all("of the rows that are in both exports" in r.reason for r in drift.renamed)
    assert project.fits(project.accepted(drift), "suppliers")
