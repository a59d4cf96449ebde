"""Mapping files: what is accepted, and that every mistake is named with its place and a suggestion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.mapping.load import load_mapping, load_mappings
from ingest.mapping.model import Missing, Mode, SourceMapping
from ingest.mapping.problems import MappingProblems
from ingest.mapping.schema import json_schema
from ontology.errors import LimitExceeded, MappingError
from ontology.load import load_ontology
from ontology.model import Ontology

DOCS = Path(__file__).parents[3] / "docs"

GOOD = """\
source: erp
currency: EUR
timezone: Europe/Berlin
tables:
  vendors:
    read: {file: v.csv, columns: [ID, Name, Rating]}
    key: ID
    class: Supplier
    properties:
      name: {column: Name, transforms: [trim]}
      credit_rating: Rating
    contract:
      Rating: {type: integer, range: [1, 5]}
  products:
    read: {file: p.csv, columns: [ID, Name, Price]}
    mode: upsert
    key: [ID]
    class: Product
    properties: {name: Name, list_price: Price}
  offers:
    read: {file: o.csv, columns: [Vendor, Product]}
    key: [Vendor, Product]
    class: Offer
    relations:
      supplier: {to: vendors, key: [Vendor], missing: drop}
      product: {products: Product}
  bom:
    read: {file: b.csv, columns: [ID, Whole, Part, Qty, Since]}
    key: [ID]
    relation:
      role: components
      from: {products: [Whole]}
      to: {products: [Part]}
      properties: {quantity: Qty, row_key: ID}
      valid_from: Since
"""


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def load(folder: Path, text: str, ontology: Ontology, name: str = "m.yaml") -> SourceMapping:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_mapping(path, ontology)


def test_a_good_mapping(tmp_path: Path, ontology: Ontology) -> None:
    mapping = load(tmp_path, GOOD, ontology)
    assert mapping.folder == tmp_path
    assert mapping.tables["products"].mode is Mode.UPSERT
    vendors = mapping.tables["vendors"]
    assert vendors.main is not None
    assert [str(t) for t in vendors.main.properties[0].cell.transforms] == ["trim"]
    supplier, product = mapping.tables["offers"].things[0].relations
    assert (supplier.missing, supplier.target.table) == (Missing.DROP, "vendors")
    assert product.target.key[0].column == "Product"
    relation = mapping.tables["bom"].relation
    assert relation is not None
    assert (relation.class_name, relation.start.table) == ("Product", "products")
    assert load(tmp_path, GOOD, ontology).digest == mapping.digest != load(tmp_path, GOOD + "#\n", ontology).digest


CASES = [
    ("class: Supplier", "class: Suplier", "there is no class called 'Suplier'. Did you mean 'Supplier'?"),
    ("credit_rating: Rating", "credit_ratting: Rating", "Did you mean 'credit_rating'?"),
    (
        "credit_rating: Rating",
        "credit_rating: Ratng",
        "no column called 'Ratng' in table 'vendors'. Did you mean 'Rating'?",
    ),
    ("Rating: {type: integer", "Ratings: {type: integer", "no column called 'Ratings'"),
    ("[trim]", "[trimm]", "no transform called 'trimm'. Did you mean 'trim'?"),
    ("supplier: {to: vendors", "suplier: {to: vendors", "no role called 'suplier' of Offer. Did you mean 'supplier'?"),
    ("to: vendors", "to: vendor", "no table called 'vendor' in 'erp'. Did you mean 'vendors'?"),
    ("to: vendors", "to: products", "this leads to a Product, but a Supplier is expected"),
    (
        "key: [Vendor], missing",
        "key: [Vendor, Product], missing",
        "2 columns are given, but the key of 'vendors' has 1",
    ),
    ("mode: upsert", "mode: upsrt", "mode: input should be 'full', 'upsert' or 'append'"),
    ("    mode: upsert", "    mod: upsert", "'mod' is not known here. Did you mean 'mode'?"),
    ("file: p.csv", "fiel: p.csv", "'fiel' is not known here. Did you mean 'file'?"),
    ("{column: Name, transforms", "{colum: Name, transforms", "Did you mean 'column'?"),
    ("valid_from: Since", "valid_from: {column: Since, date_format: '%Q.%m'}", "is no date format"),
    ("role: components", "role: component", "Did you mean 'components'?"),
    (", row_key: ID", "", "told apart by 'row_key', which is not mapped"),
    ("currency: EUR\n", "", "'list_price' is an amount of money without a currency"),
    ("currency: EUR", "currency: Euro", "a currency is three capital letters"),
    ("Europe/Berlin", "Europe/Berlinn", "no time zone called 'Europe/Berlinn'"),
    ("range: [1, 5]", "range: [1]", "at least 2 items"),
    ("type: integer,", "pattern: '(?=x)', type: integer,", "the pattern cannot be read"),
    ("    class: Supplier\n", "", "neither what class its rows are"),
    ("credit_rating: Rating", "credit_rating: {column: Rating, const: 1}", "exactly one of"),
    ("credit_rating: Rating", "credit_rating: {const: many}", "is not a integer"),
    ("credit_rating: Rating", "credit_rating: {sql: 'Ratng::INT'}", "no column called 'Ratng'. Did you mean 'Rating'?"),
    ("credit_rating: Rating", "credit_rating: {sql: 'Rating +'}", "the expression cannot be used"),
    ("credit_rating: Rating", "credit_rating: {sql: 'Rating || 1 || [2]'}", "the expression cannot be used"),
    ("credit_rating: Rating", "credit_rating: {columns: [Rating, ID]}", "takes one value, but several"),
    ("credit_rating: Rating", "credit_rating: {sql: '(SELECT 1)'}", "a subquery cannot be used"),
    ("credit_rating: Rating", "credit_rating: {sql: 'max(Rating)'}", "the function 'max' cannot be used"),
    ("credit_rating: Rating", "credit_rating: {sql: 'random()'}", "the function 'random' cannot be used"),
    ("credit_rating: Rating", "credit_rating: {sql: 'now()'}", "the function 'now' cannot be used"),
    ("credit_rating: Rating", "credit_rating: {sql: 'row_number() over ()'}", "a window function cannot be used"),
    (
        "credit_rating: Rating",
        "credit_rating: {sql: \"1) FROM read_csv('/etc/passwd') --\"}",
        "the expression cannot be used",
    ),
    ("credit_rating: Rating", "credit_rating: {sql: '1 FROM raw; DROP TABLE x'}", "the expression cannot be used"),
    ("credit_rating: Rating", "credit_rating: {sql: 'current_setting(''threads'')'}", "cannot be used"),
    ("credit_rating: Rating", "credit_rating: {sql: 'current_date'}", "cannot be used"),
]


@pytest.mark.parametrize(("old", "new", "says"), CASES)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, ontology: Ontology, old: str, new: str, says: str) -> None:
    assert GOOD.count(old) == 1
    text = GOOD.replace(old, new)
    with pytest.raises(MappingProblems) as caught:
        load(tmp_path, text, ontology)
    matching = [p for p in caught.value.problems if says in str(p)]
    assert matching, str(caught.value)
    where = matching[0].where
    assert where.file == str(tmp_path / "m.yaml")
    assert where.line is not None
    assert where.column is not None
    changed = GOOD[: GOOD.index(old)].count("\n") + 1
    if new:
        # At the changed line, or at the table or key that the line belongs to.
        assert abs(where.line - changed) <= 4


def test_all_mistakes_are_reported_at_once(tmp_path: Path, ontology: Ontology) -> None:
    text = (
        GOOD.replace("class: Supplier", "class: Suplier")
        .replace("class: Offer", "class: Ofer")
        .replace("[trim]", "[trin]")
    )
    with pytest.raises(MappingProblems) as caught:
        load(tmp_path, text, ontology)
    assert [p.where.line for p in caught.value.problems] == sorted(p.where.line or 0 for p in caught.value.problems)
    assert {"Suplier", "Ofer", "trin"} <= {
        w for p in caught.value.problems for w in ("Suplier", "Ofer", "trin") if w in p.what
    }


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("source: erp\n  tables: x\n", "mapping values are not allowed", 2),
        ("source: a\nsource: b\n", "duplicate key", 2),
        ("just text\n", "names with values are expected", 1),
        ("source: erp\n", "'tables' is missing", 1),
        ("", "names with values are expected", 1),
    ],
)
def test_yaml_that_is_no_mapping(tmp_path: Path, ontology: Ontology, text: str, says: str, line: int) -> None:
    with pytest.raises(MappingError, match=says) as caught:
        load(tmp_path, text, ontology)
    assert caught.value.where is not None
    assert caught.value.where.line == line


def test_a_bomb_is_refused(tmp_path: Path, ontology: Ontology) -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with pytest.raises(LimitExceeded):
        load(tmp_path, "\n".join(lines), ontology)


def test_a_missing_file_and_a_secret_in_the_clear(tmp_path: Path, ontology: Ontology) -> None:
    with pytest.raises(MappingError, match="no such mapping file"):
        load_mapping(tmp_path / "none.yaml", ontology)
    text = GOOD.replace("{file: p.csv,", "{rest: {url: 'http://x', auth: {bearer: abc}},")
    with pytest.raises(MappingProblems, match="holds a secret"):
        load(tmp_path, text, ontology)


def test_the_folder_may_come_from_the_environment(
    tmp_path: Path, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = GOOD.replace("tables:", "folder: ${ERP_EXPORT:-exports}/now\ntables:", 1)
    monkeypatch.delenv("ERP_EXPORT", raising=False)
    assert load(tmp_path, text, ontology).folder == tmp_path / "exports" / "now"
    monkeypatch.setenv("ERP_EXPORT", "/data")
    assert load(tmp_path, text, ontology).folder == Path("/data/now")
    monkeypatch.delenv("ERP_EXPORT")
    with pytest.raises(MappingProblems, match="ERP_EXPORT is not set"):
        load(tmp_path, text.replace(":-exports", ""), ontology)


def test_references_between_sources(tmp_path: Path, ontology: Ontology) -> None:
    load(tmp_path, GOOD, ontology, "erp.yaml")
    shop = """\
source: shop
tables:
  lines:
    read: {file: l.csv, columns: [ID, Sku]}
    key: [ID]
    class: OrderLine
    relations:
      product: {to: erp.products, key: [Sku]}
"""
    load(tmp_path, shop, ontology, "shop.yaml")
    paths = [tmp_path / "erp.yaml", tmp_path / "shop.yaml"]
    assert [m.source for m in load_mappings(paths, ontology, {"shop": Path("/elsewhere")})] == ["erp", "shop"]
    assert load_mappings(paths, ontology, {"shop": Path("/elsewhere")})[1].folder == Path("/elsewhere")
    load(tmp_path, shop.replace("erp.products", "erp.product"), ontology, "shop.yaml")
    with pytest.raises(MappingProblems, match=r"Did you mean 'products'"):
        load_mappings(paths, ontology)
    load(tmp_path, shop.replace("erp.products", "epr.products"), ontology, "shop.yaml")
    with pytest.raises(MappingProblems, match=r"no source called 'epr'. Did you mean 'erp'"):
        load_mappings(paths, ontology)


def test_the_json_schema_in_the_docs_is_current() -> None:
    """Regenerate: see the end of docs/mapping.md."""
    assert json.loads((DOCS / "mapping.schema.json").read_text(encoding="utf-8")) == json_schema()
