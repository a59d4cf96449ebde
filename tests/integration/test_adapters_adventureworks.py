"""The raw files of a real ERP, read in place: counts, columns and encodings against its own ``schema.json``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyarrow import parquet

from ingest.adapters.spec import ReadSpec
from ingest.archive import Archive

DATA = Path(__file__).parents[3] / "shared" / "data" / "adventureworks"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the data folder is not beside the project")


def test_all_tables_are_read_as_their_schema_says(tmp_path: Path) -> None:
    archive = Archive(tmp_path, {})
    schema = json.loads((DATA / "schema.json").read_text())
    assert len(schema) == 46
    for name, table in schema.items():
        separator = table["column_separator"].replace("\\t", "\t")
        spec = ReadSpec(
            file=table["file"],
            columns=tuple(c["name"] for c in table["columns"]),
            separator=separator,
            row_end="&|" if separator == "+|" else None,
            quote="",
            line_breaks=name == "Production.ProductReview",
        )
        file = archive.store("aw", name, spec, DATA)[0]
        expected = 4 if name == "Production.ProductReview" else table["rows"]
        assert (name, file.rows, file.problems) == (name, expected, 0)
        assert (file.encoding or "").startswith(table["encoding"])
        if table["primary_key"]:
            keys = parquet.read_table(archive.parquet(file.name), columns=table["primary_key"]).to_pylist()
            assert len({tuple(k.values()) for k in keys}) == expected
        if name == "Person.Address":
            cities = parquet.read_table(archive.parquet(file.name), columns=["City"]).column(0).to_pylist()
            assert {"Münster", "Saint-Denis"} <= set(cities)
