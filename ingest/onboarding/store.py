"""The rows of the drafts in a DuckDB file of their own, as text: what all counting runs on. Memory stays bounded."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
import pyarrow as pa

from ingest.adapters import Part, read
from ingest.adapters.rows import PROBLEM
from ingest.compile.sql import identifier, literal
from ingest.onboarding.draft import Draft
from ingest.onboarding.sample import Sampler
from ontology.errors import KnockonError

MOST_ROWS = 2_000_000
"""Rows of a table that are counted; a table with more is a sample."""
NULLS = (
    "NULL",
    "null",
    "N/A",
    "n/a",
    "#N/A",
    "NaN",
    "nan",
    "None",
    "\\N",
    "-",
    "--",
    "k.A.",
    "k. A.",
    "(null)",
    "<null>",
)
"""Texts that usually mean that nothing is known."""
_BLANKS = " \t\r\n\u00a0"
_MISSING = "|".join(["", *(re.escape(text) for text in NULLS)])
_MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A draft whose rows are in the store."""

    draft: Draft
    table: str
    """Its name in the store."""
    rows: int
    bad_rows: int
    sampled: bool
    first_bad: tuple[int, str] | None = None


@dataclass(slots=True)
class Store:
    """A temporary database; gone when it is closed."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="knockon-survey-")))
    whole: int | None = None
    """Bytes up to which a file is read as a whole; None: the usual bound."""
    connection: duckdb.DuckDBPyConnection = field(init=False)
    sampler: Sampler = field(init=False)
    names: dict[str, int] = field(default_factory=dict)
    """Table of the survey → its number here."""
    _names: int = 0

    def __post_init__(self) -> None:
        self.connection = duckdb.connect(str(self.folder / "survey.duckdb"))
        self.connection.execute(f"SET memory_limit = '{_MEMORY}'")
        self.connection.execute(f"SET temp_directory = {literal(str(self.folder / 'spill'))}")
        self.connection.execute("SET enable_progress_bar = false")  # it would stand amid what --json prints
        self.connection.execute("SET preserve_insertion_order = false")  # rows carry their number
        self.connection.execute(f"SET threads = {min(4, os.cpu_count() or 1)}")
        self.sampler = Sampler(self.folder) if self.whole is None else Sampler(self.folder, self.whole)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def load(self, draft: Draft, folder: Path, environment: Mapping[str, str]) -> Loaded:
        """Read a draft's rows; cells are trimmed, and texts that mean nothing become null.

        Raises:
            SourceError: it cannot be read.
        """
        self._names += 1
        name = f"t{self._names}"
        columns = draft.columns
        held = ", ".join(f"c{i} VARCHAR" for i in range(len(columns)))
        self.connection.execute(f"CREATE TABLE {name} (_row BIGINT, _file INTEGER, {held})")
        rows = bad = 0
        first_bad: tuple[int, str] | None = None
        sampled = False
        for index, path in enumerate((draft.path, *draft.parts)):
            stand_in = self.sampler(path)
            sampled = sampled or self.sampler.is_sample(path)
            spec = replace(draft.read, allow_empty=True)
            reading = read(spec, Part(str(path), stand_in), environment, folder)
            there = {c: i for i, c in enumerate(reading.columns)}
            number = 0
            for batch in reading.batches:
                problems = batch.column(PROBLEM)
                wrong = batch.num_rows - problems.null_count
                if wrong and first_bad is None:
                    at = next(i for i, p in enumerate(problems.to_pylist()) if p is not None)
                    first_bad = (number + at + 1, str(problems[at].as_py()))
                bad += wrong
                if batch.num_rows - wrong:
                    numbers = pa.array(np.arange(number + 1, number + 1 + batch.num_rows), pa.int64())
                    self.connection.register(
                        "batch", pa.table(batch.columns, batch.schema.names).append_column("_nr", numbers)
                    )
                    cells = ", ".join(_cell(c) if c in there else "NULL" for c in columns)
                    self.connection.execute(
                        f"INSERT INTO {name} SELECT _nr, {index}, {cells} FROM batch WHERE {PROBLEM} IS NULL"
                    )
                    self.connection.unregister("batch")
                number += batch.num_rows
                rows += batch.num_rows - wrong
                if rows >= MOST_ROWS:
                    sampled = True
                    break
        return Loaded(draft, name, rows, bad, sampled, first_bad)

    def try_load(self, draft: Draft, folder: Path, environment: Mapping[str, str]) -> Loaded | str:
        """The loaded draft, or why it cannot be read."""
        try:
            return self.load(draft, folder, environment)
        except KnockonError as problem:
            return f"{problem.what} {problem.do}".strip()


def _cell(column: str) -> str:
    """The cell without blanks around it; null where it means nothing. One pattern: wide tables cost memory."""
    trimmed = f"trim({identifier(column)}, {literal(_BLANKS)})"
    return f"CASE WHEN regexp_full_match({trimmed}, {literal(_MISSING)}) THEN NULL ELSE {trimmed} END"
