"""What a mapping says about where a table's rows come from (``read:``, ``docs/mapping.md``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """Formats of files; chosen from the file's ending where the mapping does not say."""

    DELIMITED = "delimited"
    EXCEL = "excel"
    JSON = "json"
    JSONL = "jsonl"
    YAML = "yaml"
    TOML = "toml"
    PARQUET = "parquet"
    DOCUMENTS = "documents"


SUFFIXES = {
    ".csv": Format.DELIMITED,
    ".tsv": Format.DELIMITED,
    ".tab": Format.DELIMITED,
    ".txt": Format.DELIMITED,
    ".psv": Format.DELIMITED,
    ".dat": Format.DELIMITED,
    ".asc": Format.DELIMITED,
    ".xlsx": Format.EXCEL,
    ".xlsm": Format.EXCEL,
    ".xlsb": Format.EXCEL,
    ".xls": Format.EXCEL,
    ".ods": Format.EXCEL,
    ".json": Format.JSON,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".yaml": Format.YAML,
    ".yml": Format.YAML,
    ".toml": Format.TOML,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
    ".md": Format.DOCUMENTS,
    ".markdown": Format.DOCUMENTS,
    ".html": Format.DOCUMENTS,
    ".htm": Format.DOCUMENTS,
    ".text": Format.DOCUMENTS,
    ".eml": Format.DOCUMENTS,
    ".mbox": Format.DOCUMENTS,
    ".pdf": Format.DOCUMENTS,
    ".docx": Format.DOCUMENTS,
    ".pptx": Format.DOCUMENTS,
}


@dataclass(frozen=True, slots=True)
class RestSpec:
    """A paged REST interface that answers with JSON."""

    url: str
    bearer: str | None = None
    """``${NAME}`` of the environment variable that holds the token."""
    user: str | None = None
    password: str | None = None
    params: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    next: str | None = None
    """Dotted path in the answer to the address (or cursor) of the next page."""
    cursor_param: str | None = None
    """Query parameter that takes the cursor found at ``next``."""
    page_param: str | None = None
    page_start: int = 1
    offset_param: str | None = None
    size_param: str | None = None
    size: int | None = None
    max_pages: int = 10_000
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class ReadSpec:
    """How to read one table; every field that is None is found out from the source."""

    file: str | None = None
    url: str | None = None
    query: str | None = None
    rest: RestSpec | None = None
    format: Format | None = None
    encoding: str | None = None
    header: bool | None = None
    columns: tuple[str, ...] = ()
    separator: str | None = None
    row_end: str | None = None
    quote: str | None = None
    """The quote character; an empty text turns quoting off; None: ``"``, where the dialect permits it."""
    line_breaks: bool = False
    """Unquoted fields hold row ends: a row is complete when it has all its columns."""
    sheet: str | None = None
    skip_rows: int = 0
    records: str | None = None
    """Dotted path to the list (or dict by id) of records in a nested document."""
    explode: str | None = None
    """Dotted path, inside a record, of a list: one row for each element."""
    fill_down: tuple[str, ...] = ()
    """Columns in which an empty cell means what stands above it (a group's heading, merged cells)."""
    allow_empty: bool = False
    """A source with no rows means an empty table, not a failed export."""

    def signature(self) -> str:
        """Everything that changes the rows read from the same bytes; part of the archive's content address."""
        parts = (
            self.format and self.format.value, self.encoding, self.header, self.columns, self.separator, self.row_end,
            self.quote, self.line_breaks, self.sheet, self.skip_rows, self.records, self.explode,
        )  # fmt: skip
        return repr((*parts, self.fill_down) if self.fill_down else parts)
