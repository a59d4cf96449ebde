"""The connection to Neo4j: statements by name, results as plain dictionaries, errors that say what to do."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit

import neo4j
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)
from opentelemetry import trace

from graph_engine.statements import statement, with_identifiers
from ontology.errors import DatabaseError, LimitExceeded

Row = dict[str, object]
MINIMUM_VERSION = (2025, 1)


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to reach a Neo4j. The password is never part of a representation."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str = "neo4j"

    @classmethod
    def from_environment(cls) -> Credentials | None:
        """``NEO4J_URI``/``NEO4J_USERNAME``/``NEO4J_PASSWORD``/``NEO4J_DATABASE``, if the first is set."""
        uri = os.environ.get("NEO4J_URI")
        if not uri:
            return None
        return cls(
            uri,
            os.environ.get("NEO4J_USERNAME", "neo4j"),
            os.environ.get("NEO4J_PASSWORD", ""),
            os.environ.get("NEO4J_DATABASE", "neo4j"),
        )


class Transaction:
    """One open write transaction."""

    def __init__(self, inner: neo4j.Transaction) -> None:
        self._inner = inner

    def run(self, name: str, /, **params: object) -> list[Row]:
        """Run a named statement inside the transaction."""
        with _span(name):
            return [_row(record) for record in self._inner.run(_text(name), _checked(name, params))]

    def run_text(self, text: str, /, **params: object) -> list[Row]:
        """Run a template whose identifiers were filled from the ontology."""
        return [_row(record) for record in self._inner.run(text, params)]


class Graph:
    """The only client of Neo4j in knockon. Statements come from ``cypher/``; values go as parameters."""

    def __init__(self, driver: neo4j.Driver, credentials: Credentials) -> None:
        self._driver = driver
        self.credentials = credentials

    @classmethod
    def connect(cls, credentials: Credentials, *, check: bool = True) -> Graph:
        """Connect and (unless ``check`` is off) make sure that the server can be used.

        Raises:
            DatabaseError: unreachable, wrong password, or older than 2025.01.
        """
        if _is_odd_address(credentials.uri):  # the driver stumbles over it, or takes another port
            raise DatabaseError(
                f"The address {credentials.uri!r} cannot be used.",
                do="Check NEO4J_URI: it is written bolt://host:7687 or neo4j://host.",
            )
        with _translated(credentials):
            driver = neo4j.GraphDatabase.driver(
                credentials.uri,
                auth=(credentials.username, credentials.password),
                user_agent="knockon",
                notifications_min_severity="OFF",
                connection_acquisition_timeout=30,
                max_transaction_retry_time=30,
            )
            graph = cls(driver, credentials)
            if check:
                try:
                    driver.verify_connectivity()
                    graph.require_version()
                except BaseException:
                    driver.close()
                    raise
            return graph

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._driver.close()

    @property
    def driver(self) -> neo4j.Driver:
        """The driver, for the parts of this room that hand it to GDS or neomodel."""
        return self._driver

    def version(self) -> str:
        """The server's version, such as ``2026.08.1``."""
        return str(self.read("read/server")[0]["version"])

    def require_version(self) -> None:
        """Refuse a server older than 2025.01.

        Raises:
            DatabaseError: it is older.
        """
        version = self.version()
        numbers = tuple(int(n) for n in re.findall(r"\d+", version)[:2])
        if numbers < MINIMUM_VERSION:
            raise DatabaseError(
                f"The Neo4j at {self.credentials.uri} is version {version}; knockon needs 2025.01 or later.",
                do="Upgrade that server, or unset NEO4J_URI to use the one that knockon manages.",
            )

    def read(self, name: str, /, **params: object) -> list[Row]:
        """All rows of a named read statement."""
        return list(self.stream(name, **params))

    def stream(self, name: str, /, **params: object) -> Iterator[Row]:
        """Rows of a named read statement, fetched as they are consumed."""
        return self._stream(_text(name), _checked(name, params), name=name)

    def stream_text(self, text: str, /, **params: object) -> Iterator[Row]:
        """Rows of a read statement that this room compiled from templates (never from a user's text)."""
        return self._stream(text, params)

    def stream_limited(self, text: str, seconds: float, /, **params: object) -> Iterator[Row]:
        """As :meth:`stream_text`; the server ends the statement after so many seconds.

        Raises:
            LimitExceeded: it did.
        """
        return self._stream(text, params, seconds)

    def _stream(
        self, text: str, params: dict[str, object], seconds: float | None = None, *, name: str = "compiled"
    ) -> Iterator[Row]:
        with (
            _span(name),
            _translated(self.credentials),
            self._driver.session(
                database=self.credentials.database, default_access_mode=neo4j.READ_ACCESS, fetch_size=2000
            ) as session,
        ):
            for record in session.run(neo4j.Query(text, timeout=seconds) if seconds else text, params):
                yield _row(record)

    def write(self, name: str, /, **params: object) -> list[Row]:
        """Run one named write statement in a transaction of its own, retried when the failure is transient."""
        text, checked = _text(name), _checked(name, params)
        with (
            _span(name),
            _translated(self.credentials),
            self._driver.session(database=self.credentials.database) as session,
        ):
            return session.execute_write(lambda tx: [_row(record) for record in tx.run(text, checked)])

    @contextmanager
    def transaction(self, *, kept: bool = True) -> Iterator[Transaction]:
        """An explicit write transaction: committed at the end (unless not ``kept``), rolled back on an exception.

        Not retried.
        """
        with (
            _translated(self.credentials),
            self._driver.session(database=self.credentials.database) as session,
            session.begin_transaction() as inner,
        ):
            yield Transaction(inner)
            if kept:
                inner.commit()
            else:
                inner.rollback()

    def execute_schema(self, name: str, /, **identifiers: str) -> list[Row]:
        """Run a schema template with identifiers from the ontology, in auto-commit mode."""
        text = with_identifiers(name, identifiers)
        with _translated(self.credentials), self._driver.session(database=self.credentials.database) as session:
            return [_row(record) for record in session.run(text)]

    def wait_for_indexes(self, seconds: int = 300) -> None:
        """Block until every index is online."""
        self.write("schema/await_indexes", seconds=seconds)


@contextmanager
def _span(name: str) -> Iterator[None]:
    """A span of the trace for a statement: its name, never its values. It is not made current: rows come lazily."""
    span = trace.get_tracer("knockon").start_span(
        f"cypher {name}", attributes={"db.system.name": "neo4j", "db.operation.name": name}
    )
    try:
        yield
    finally:
        span.end()


def _row(record: neo4j.Record) -> Row:
    # `Record.data()` walks every nested list and map in Python; statements return no nodes, so nothing is lost.
    return dict(zip(record.keys(), record.values(), strict=True))


def is_transient(problem: BaseException) -> bool:
    """Whether trying again may help."""
    cause = problem.__cause__ if isinstance(problem, DatabaseError) else problem
    return isinstance(cause, TransientError | SessionExpired | ServiceUnavailable) or (
        isinstance(cause, Neo4jError) and cause.is_retryable()
    )


def is_out_of_memory(problem: BaseException) -> bool:
    """Whether a transaction was larger than the server's memory allows (a *transient* error, by its code)."""
    cause = problem.__cause__ if isinstance(problem, DatabaseError) else problem
    return isinstance(cause, Neo4jError) and "MemoryPoolOutOfMemory" in (cause.code or "")


def _text(name: str) -> str:
    return statement(name).text


def _checked(name: str, params: dict[str, object]) -> dict[str, object]:
    declared = set(statement(name).params)
    if declared != set(params):
        raise TypeError(f"{name} takes {sorted(declared)}, got {sorted(params)}")
    return params


@contextmanager
def _translated(credentials: Credentials) -> Iterator[None]:
    """Turn the driver's exceptions into :class:`DatabaseError` with what to do about them."""
    uri = credentials.uri
    try:
        yield
    except AuthError as problem:
        raise DatabaseError(
            f"The Neo4j at {uri} refused the user name or password.",
            do="Check NEO4J_USERNAME and NEO4J_PASSWORD (or `neo4j:` in knockon.yaml).",
        ) from problem
    except (ServiceUnavailable, SessionExpired) as problem:
        raise DatabaseError(
            f"The Neo4j at {uri} cannot be reached: {_first_line(problem).rstrip(':')}.",
            do="Is it the one that knockon manages: `knockon db status`, then `knockon db logs` shows why it stopped. "
            "Is it one of your own: check that it runs, and NEO4J_URI.",
        ) from problem
    except ConfigurationError as problem:
        raise DatabaseError(
            f"The address {uri!r} cannot be used: {_first_line(problem)}",
            do="Check NEO4J_URI: it is written bolt://host:7687 or neo4j://host.",
        ) from problem
    except ClientError as problem:
        if (problem.code or "").endswith("DatabaseNotFound"):
            raise DatabaseError(
                f"The Neo4j at {uri} has no database called {credentials.database!r}.",
                do="Check NEO4J_DATABASE (or `neo4j: database` in knockon.yaml), or create it there.",
            ) from problem
        if "TransactionTimedOut" in (problem.code or ""):
            raise LimitExceeded(
                "A statement took longer than it may and was ended.", do="Ask for less at once, or allow more time."
            ) from problem
        raise DatabaseError(
            f"Neo4j refused a statement: {_first_line(problem)}",
            do="If `knockon doctor` finds nothing wrong, this is a defect in knockon.",
        ) from problem
    except (Neo4jError, DriverError) as problem:
        code = getattr(problem, "code", "") or ""
        do = "Try again."
        if "TransactionLogError" in code or "critical error" in str(problem):
            raise DatabaseError(
                f"Neo4j at {uri} can no longer write: its disk is full, or failed.",
                do="Free some disk space, then `knockon db stop` and run the command again: what was half-written is "
                "put right. `knockon db logs` says more.",
            ) from problem
        if "MemoryPoolOutOfMemory" in code:
            do = "Raise `neo4j: heap` in knockon.yaml."
        elif "disk" in str(problem).lower() or "space" in str(problem).lower():
            do = "Free some disk space, then run the command again: nothing acknowledged is lost."
        raise DatabaseError(f"Neo4j at {uri}: {_first_line(problem)}", do=do) from problem


def _is_odd_address(uri: str) -> bool:
    try:
        return not 0 < (urlsplit(uri).port or 7687) < 65536
    except ValueError:
        return True


def _first_line(problem: BaseException) -> str:
    return str(problem).splitlines()[0] if str(problem) else type(problem).__name__
