"""The staging database: a DuckDB file of its own, bounded in memory, gone when the computation ends."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import TracebackType

import duckdb
import psutil
import pyarrow as pa

from ontology.errors import ConfigurationError, LimitExceeded
from ontology.model import Ontology

HERE = Path(__file__).resolve().parent
Value = str | int | float | bool | None


@contextmanager
def stoppable() -> Iterator[None]:
    """Ctrl-C inside a query stays Ctrl-C (DuckDB raises an error of its own in its place); a full disk says so.

    Raises:
        ConfigurationError: no room on disk for the computation.
        LimitExceeded: no room in memory.
    """
    try:
        yield
    except (RuntimeError, duckdb.Error) as problem:
        text = str(problem)
        if "interrupt" in text.lower():
            raise KeyboardInterrupt from problem
        if isinstance(problem, duckdb.OutOfMemoryException):
            raise LimitExceeded(
                "The computation needs more memory and disk than there is.",
                do="Nothing was changed. Close other programs or free some disk space, then run again.",
            ) from problem
        if "No space left" in text or "Disk quota" in text:
            raise ConfigurationError(
                "The disk is full: there is no room for the computation.",
                where=Path(found[1]).parent if (found := re.search(r'file "([^"]+)"', text)) else None,
                do="Nothing was changed. Free some space on that disk, then run again.",
            ) from problem
        raise


class Staging:
    """A DuckDB connection with the tables of ``tables.sql``.

    Args:
        folder: where the database file lies while it is used (``.knockon/tmp``).
        memory: DuckDB's memory limit in bytes; a quarter of the machine's by default, past it spills to disk.
    """

    def __init__(self, folder: Path, memory: int | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="staging-", dir=folder))
        limit = memory or max(1 << 30, psutil.virtual_memory().total // 4)
        self.con = duckdb.connect(str(self.folder / "staging.duckdb"))
        self.con.execute(f"SET memory_limit = '{limit // (1 << 20)}MiB'")
        self.con.execute(f"SET temp_directory = '{str(self.folder).replace(chr(39), chr(39) * 2)}'")
        self.con.execute("SET preserve_insertion_order = false")
        self.con.execute("SET TimeZone = 'UTC'")
        self.con.execute("SET enable_progress_bar = false")  # it would stand amid what --json prints
        self.con.execute((HERE / "tables.sql").read_text(encoding="utf-8"))

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close and delete the database."""
        with suppress(duckdb.Error):  # on a full disk it cannot write what nobody will read
            self.con.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, sql: str, parameters: Sequence[Value] = ()) -> None:
        """Execute a statement without a result."""
        self.con.execute(sql, list(parameters)).fetchall()

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[tuple[Value, ...]]:
        """All rows of a query."""
        return self.con.execute(sql, list(parameters)).fetchall()

    def one(self, sql: str, parameters: Sequence[Value] = ()) -> Value:
        """The one value of a query."""
        return self.rows(sql, parameters)[0][0]

    def count(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """The one number of a query."""
        return int(str(self.one(sql, parameters) or 0))

    def arrow(self, sql: str) -> pa.Table:
        """A query's result as an Arrow table."""
        return self.con.sql(sql).to_arrow_table()

    def batches(self, sql: str, size: int = 5000) -> Iterator[list[dict[str, object]]]:
        """A query's rows as dictionaries, ``size`` at a time, on a cursor of its own (so that it may be nested)."""
        cursor = self.con.cursor()
        try:
            reader = cursor.sql(sql).to_arrow_reader(size)
            for batch in reader:
                if batch.num_rows:
                    yield batch.to_pylist()
        finally:
            cursor.close()

    def insert(self, table: str, columns: dict[str, Sequence[object]]) -> None:
        """Append columns to a staging table, by position."""
        if not next(iter(columns.values())):
            return
        types = {str(f[1]): str(f[2]) for f in self.rows(f"PRAGMA table_info('{table}')")}
        arrow = pa.table({name: pa.array(values, type=_arrow_type(types[name])) for name, values in columns.items()})
        self.con.register("incoming", arrow)
        names = ", ".join(f'"{name}"' for name in columns)
        self.run(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming")
        self.con.unregister("incoming")

    def script(self, file: str, name: str) -> None:
        """Run the statement called ``name`` in a ``.sql`` file beside this module."""
        self.run(_scripts(file)[name])

    def load_ontology(self, ontology: Ontology, priorities: dict[str, int]) -> None:
        """Fill the tables that describe classes, properties and relations."""
        pairs = [(c.name, a) for c in ontology.classes.values() for a in (c.name, *c.ancestors)]
        self.insert("ancestor", {"class": [p[0] for p in pairs], "ancestor": [p[1] for p in pairs]})
        held = [(c, p) for c in ontology.classes.values() for p in c.properties.values()]
        self.insert(
            "property",
            {
                "class": [c.name for c, _ in held],
                "property": [p.name for _, p in held],
                "multiple": [not p.functional for _, p in held],
                "identifying": [p.identifying for _, p in held],
                "declared_by": [p.iri for _, p in held],
                "title": [c.title == p.name for c, p in held],
            },
        )
        relations = list(ontology.relations.values())
        self.insert(
            "relation",
            {
                "name": [r.name for r in relations],
                "type": [r.type for r in relations],
                "functional": [r.functional for r in relations],
                "inverse_functional": [r.inverse_functional for r in relations],
            },
        )
        self.insert("priority", {"source": list(priorities), "priority": list(priorities.values())})


def _arrow_type(duck: str) -> pa.DataType:
    plain = {
        "VARCHAR": pa.string(),
        "INTEGER": pa.int32(),
        "BIGINT": pa.int64(),
        "BOOLEAN": pa.bool_(),
        "DOUBLE": pa.float64(),
        "DATE": pa.date32(),
    }
    return pa.list_(plain[duck[:-2]]) if duck.endswith("[]") else plain[duck]


@cache
def _scripts(file: str) -> dict[str, str]:
    text = (HERE / file).read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
