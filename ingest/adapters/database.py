"""Tables of SQLite and PostgreSQL by address and query, read only, row by row from the server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pyarrow as pa
from psycopg.pq import TransactionStatus

from ingest.adapters.nested import text_of_value
from ingest.adapters.rows import BATCH_ROWS, Cells, Reading, batch_of, check_columns
from ingest.adapters.secret import resolved, shown, without
from ingest.adapters.spec import ReadSpec
from ontology.errors import SourceError

_CONNECT_SECONDS = 15


def read_database(spec: ReadSpec, environment: Mapping[str, str], folder: Path) -> Reading:
    """Run a query and read its rows.

    Raises:
        SourceError: the address, the credentials or the query do not work, or there are no rows.
    """
    url = resolved(spec.url or "", environment, shown(spec.url or ""))
    scheme = url.split("://", 1)[0].lower()
    if scheme == "sqlite":
        return _sqlite(spec, url, folder)
    if scheme in ("postgresql", "postgres"):
        return _postgres(spec, url)
    raise SourceError(
        f"{scheme!r} is no kind of database that knockon reads.",
        where=shown(url),
        do="Use postgresql://… or sqlite:///…, or export the table as CSV or Parquet.",
    )


def _sqlite(spec: ReadSpec, url: str, folder: Path) -> Reading:
    given = Path(unquote(url.split("://", 1)[1].removeprefix("/")))
    path = given if given.is_absolute() else folder / given
    if not path.is_file():
        raise SourceError(
            "there is no such SQLite file.", where=path, do="Write sqlite:///name.db, or sqlite:////full/path.db."
        )
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_CONNECT_SECONDS)
        cursor = connection.execute(spec.query or "")
    except sqlite3.Error as problem:
        raise SourceError(f"the query fails: {problem}.", where=path, do="Check `query:` and the file.") from problem
    if cursor.description is None:
        connection.close()
        raise SourceError("the query gives no rows: it is no SELECT.", where=path, do="Check `query:`.")
    columns = check_columns([d[0] for d in cursor.description], path)

    def batches() -> Iterator[pa.RecordBatch]:
        with closing(connection):
            try:
                yield from _batches(iter(lambda: cursor.fetchmany(BATCH_ROWS), []), columns, spec, str(path))
            except sqlite3.Error as problem:
                raise SourceError(f"reading stopped: {problem}.", where=path, do="Run it again.") from problem

    return Reading(columns, batches())


def _postgres(spec: ReadSpec, url: str) -> Reading:
    where = shown(url)
    password = unquote(urlsplit(url).password or "") or None
    try:
        connection = psycopg.connect(url, connect_timeout=_CONNECT_SECONDS)
    except psycopg.Error as problem:
        raise _refused(problem, where, url, password) from problem
    try:
        connection.read_only = True
        # A stray statement must not follow the query: the protocol with parameters takes exactly one.
        cursor = connection.cursor(name="knockon")
        cursor.itersize = BATCH_ROWS
        cursor.execute((spec.query or "").encode())
        columns = check_columns([d.name for d in cursor.description or ()], where)
    except psycopg.Error as problem:
        connection.close()
        reason = without(str(problem).split("\n")[0], url, password)
        raise SourceError(
            f"the query fails: {reason}.", where=where, do="Check `query:` and the rights of the user."
        ) from problem
    except SourceError:
        connection.close()
        raise

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from _batches(iter(lambda: cursor.fetchmany(BATCH_ROWS), []), columns, spec, where)
        except psycopg.Error as problem:
            reason = without(str(problem).split("\n")[0], url, password)
            raise SourceError(
                f"reading stopped: {reason}.", where=where, do="Check the connection and run it again."
            ) from problem
        finally:
            if connection.info.transaction_status is not TransactionStatus.UNKNOWN:
                connection.rollback()
            connection.close()

    return Reading(columns, batches())


def _refused(problem: psycopg.Error, where: str, url: str, password: str | None) -> SourceError:
    text = str(problem)
    lines = [line for line in text.strip().split("\n") if line]
    reason = without(lines[-1] if lines else type(problem).__name__, url, password)
    if "password" in text or "authentication" in text or "no pg_hba.conf entry" in text:
        do = "Check user and password: put the password in an environment variable and write ${NAME} in the `url:`."
    elif "does not exist" in text:
        do = "Check the names of database and user in the `url:`."
    else:
        do = "Check that the database runs, and host and port in the `url:`."
    return SourceError(f"the database cannot be reached: {reason}.", where=where, do=do)


def _batches(
    chunks: Iterator[list[tuple[object, ...]]], columns: tuple[str, ...], spec: ReadSpec, where: str
) -> Iterator[pa.RecordBatch]:
    count = 0
    for chunk in chunks:
        count += len(chunk)
        rows: list[Cells] = [[text_of_value(value) for value in row] for row in chunk]
        yield batch_of(columns, rows)
    if not count and not spec.allow_empty:
        raise SourceError(
            "the query gives no rows.",
            where=where,
            do="Check `query:`; no rows are not taken for an empty company (`allow_empty: true` says that they are).",
        )
