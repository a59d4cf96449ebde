"""Bad input through the command line, on a real Neo4j: one clear message, an exit code, nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from graph_engine.graph import Credentials, Graph

MAPPING = """source: erp
folder: ../data
currency: EUR
tables:
  products:
    read: {file: products.csv}
    key: [no]
    class: Product
    properties: {name: name, list_price: price}
  suppliers:
    read: {file: suppliers.csv}
    key: [no]
    class: Supplier
    properties: {name: name, tax_number: tax}
  bom:
    read: {file: bom.csv}
    key: [parent, child]
    relation:
      role: components
      from: {products: [parent]}
      to: {products: [child]}
      properties: {quantity: qty, row_key: {sql: "parent || '/' || child"}}
      valid_from: since
      valid_to: until
"""
PRODUCTS = "no,name,price\nP1,Bike,900.00\nP2,Wheel,80.50\nP3,Spoke,0.20\n"
BOM = "parent,child,qty,since,until\nP1,P2,2,,\nP2,P3,36,,\n"
Company = Callable[..., Result]


@pytest.fixture
def company(tmp_path: Path, graph: Graph, credentials: Credentials, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A project with three small tables, ingested; calling it runs a command in it."""
    monkeypatch.setenv("NEO4J_URI", credentials.uri)
    monkeypatch.setenv("NEO4J_USERNAME", credentials.username)
    monkeypatch.setenv("NEO4J_PASSWORD", credentials.password)
    monkeypatch.setenv("NEO4J_DATABASE", credentials.database)
    (tmp_path / "mappings").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "knockon.yaml").write_text("company: Example\n")
    (tmp_path / "mappings" / "erp.yaml").write_text(MAPPING)
    (tmp_path / "data" / "products.csv").write_text(PRODUCTS)
    (tmp_path / "data" / "suppliers.csv").write_text("no,name,tax\nS1,Acme,DE1\nS2,Bolt & Co,DE2\n")
    (tmp_path / "data" / "bom.csv").write_text(BOM)

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(app, [*arguments, "-p", str(tmp_path)])
        assert result.exit_code != 70 and "Traceback" not in result.output, result.output
        return result

    assert run("ingest").exit_code == 0
    return run


def digest(run: Company) -> str:
    return str(run("db", "digest").output).strip()


def _a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


BREAKS: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "missing": ("data/products.csv", Path.unlink, "there is no such file"),
    "a folder": ("data/products.csv", _a_folder, "this is a folder"),
    "empty": ("data/products.csv", lambda f: f.write_bytes(b""), "the file is empty"),
    "header only": ("data/products.csv", lambda f: f.write_text("no,name,price\n"), "a header and no rows"),
    "cut off": ("data/products.csv", lambda f: f.write_bytes(PRODUCTS.encode("utf-16")[:-1]), "cut off"),
    "binary": ("data/products.csv", lambda f: f.write_bytes(bytes(range(256)) * 9), "binary file"),
    "half": ("data/products.csv", lambda f: f.write_text(PRODUCTS[:29]), "--accept-retractions"),
    "column gone": (
        "data/products.csv", lambda f: f.write_text(PRODUCTS.replace("name", "title")), "no column called 'name'",
    ),
    "class": (
        "mappings/erp.yaml", lambda f: f.write_text(MAPPING.replace("class: Product", "class: Prodct")), "Did you mean",
    ),
    "relation": (
        "mappings/erp.yaml", lambda f: f.write_text(MAPPING.replace("components", "componets")), "Did you mean",
    ),
    "no YAML": ("mappings/erp.yaml", lambda f: f.write_text(MAPPING + "\t\0"), "YAML"),
    "tag": ("mappings/erp.yaml", lambda f: f.write_text(MAPPING.replace("EUR", "!!int EUR")), "YAML"),
    "encoding": (
        "mappings/erp.yaml",
        lambda f: f.write_text(MAPPING.replace("products.csv", "products.csv, encoding: base64")),
        "no encoding of text",
    ),
    "settings": ("knockon.yaml", lambda f: f.write_text("curency: EUR\n"), "Did you mean 'currency'"),
}  # fmt: skip


def test_what_cannot_be_read_changes_nothing(company: Company, tmp_path: Path) -> None:
    before = digest(company)
    for name, (path, breaks, said) in BREAKS.items():
        file = tmp_path / path
        sound = file.read_bytes()
        breaks(file)
        result = company("ingest")
        if file.is_dir():
            file.rmdir()
        file.write_bytes(sound)
        assert result.exit_code not in (0, 70), name
        assert said in result.output and "→" in result.output, (name, result.output)
        assert str(tmp_path) in result.output or name == "half", (name, result.output)
        assert ".knockon" not in result.output, (name, "the message names the user's own file", result.output)
    assert digest(company) == before
    assert "nothing to write" in company("ingest").output


def test_rows_that_cannot_enter_are_set_aside_and_the_rest_goes_in(company: Company, tmp_path: Path) -> None:
    (tmp_path / "data" / "products.csv").write_text(
        PRODUCTS
        + "K" * 10_000
        + ",a key that is none,1\nP4,ok,1\nP5,[/red] [spare] \x1b[31m,2\nP6,x,1e400\nP7,x,NaN\n"
        + f"P8,{'long ' * 100_000},3\n"
    )
    (tmp_path / "data" / "suppliers.csv").write_text(f"no,name,tax\nS1,Acme,DE1\nS2,Bolt & Co,DE2\nS3,x,{'9' * 9000}\n")
    result = company("ingest")
    assert result.exit_code == 0, result.output
    assert "too-long 2" in result.output and "type 2" in result.output
    assert "\x1b" not in company("show", "Product:P5").output
    shown = company("show", "Product:P8")
    assert shown.exit_code == 0 and "long long" in shown.output
    assert company("quarantine", "list").exit_code == 0
    refused = company("quarantine", "export", str(tmp_path / "nowhere" / "q.csv"))
    assert refused.exit_code != 0 and "Check the name and the folder" in refused.output


def test_a_circle_in_the_bill_of_materials_is_set_aside_with_its_members(company: Company, tmp_path: Path) -> None:
    before = digest(company)
    bom = tmp_path / "data" / "bom.csv"
    bom.write_text(BOM + "P3,P1,1,,\n")
    result = company("ingest", "--accept-retractions")
    assert result.exit_code == 0 and "cycle 3" in result.output
    listed = company("quarantine", "list").output
    assert "Bike → Wheel → Spoke → Bike" in listed
    assert company("impact", "Product:P3").exit_code == 0
    bom.write_text(BOM)
    assert "cycle" not in company("ingest").output
    assert digest(company) == before


def test_links_that_never_hold_together_make_no_circle(company: Company, tmp_path: Path) -> None:
    (tmp_path / "data" / "bom.csv").write_text(
        "parent,child,qty,since,until\nP1,P2,2,,2020-01-01\nP2,P1,36,2020-01-01,\n"
    )
    result = company("ingest", "--accept-retractions")
    assert result.exit_code == 0 and "cycle" not in result.output
    for day in ("any", "2019-01-01", "2021-01-01"):
        assert company("impact", "Product:P2", "--valid-at", day).exit_code == 0


def test_a_damaged_archive_is_said_and_mended_by_the_same_files(company: Company, tmp_path: Path) -> None:
    before = digest(company)
    change = ("correct", "Supplier:S1", "name=Acme Ltd", "--because", "letterhead")
    stored = sorted((tmp_path / ".knockon" / "archive").glob("??/*.parquet"))
    assert len(stored) == 3
    for file in stored:
        file.write_bytes(file.read_bytes()[:-20])
    result = company(*change)
    assert result.exit_code == 8 and "Ingest the same file again" in result.output
    assert digest(company) == before
    assert company("ingest").exit_code == 0
    assert digest(company) == before
    assert company(*change).exit_code == 0


def test_a_damaged_snapshot_is_built_again(company: Company, tmp_path: Path) -> None:
    sound = company("impact", "Product:P3", "--json").output
    for file in (tmp_path / ".knockon" / "snapshot").rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    result = company("impact", "Product:P3", "--json")
    assert result.exit_code == 0
    assert result.output == sound


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NEO4J_URI", "bolt://127.0.0.1:9", "cannot be reached"),
        ("NEO4J_URI", "bolt://[::1", "cannot be used"),
        ("NEO4J_URI", "bolt://127.0.0.1:99999", "cannot be used"),
        ("NEO4J_URI", "http://127.0.0.1", "cannot be used"),
        ("NEO4J_PASSWORD", "wrong", "refused the user name or password"),
        ("NEO4J_DATABASE", "nope", "no database called 'nope'"),
    ],
)
def test_a_database_that_cannot_be_used(
    company: Company, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    result = company("ingest")
    assert result.exit_code == 7 and said in result.output and "→" in result.output
