"""What the service keeps about its callers, in one SQLite file beside the graph (``.knockon/office.sqlite``)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock

from ontology.errors import StoreDamaged

SCHEMA = Path(__file__).with_name("office.sql")
Cell = str | int | bytes | None
Row = dict[str, Cell]


class Office:
    """The service's own records: keys, people, decisions, jobs, reports. Threads and processes may share the file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = RLock()
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = not file.exists()
        try:
            self._db = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
            if fresh:
                file.chmod(0o600)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.executescript(SCHEMA.read_text(encoding="utf-8"))
        except sqlite3.DatabaseError as problem:
            raise StoreDamaged(
                f"What the service keeps cannot be read: {problem}.", where=file,
                do="Put the file back from a backup; without it all keys have to be made anew.",
            ) from problem  # fmt: skip

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def rows(self, sql: str, values: Sequence[Cell] = ()) -> list[Row]:
        """Rows of one statement, by column name."""
        with self._lock:
            return [dict(zip(r.keys(), tuple(r), strict=True)) for r in self._db.execute(sql, values).fetchall()]

    def change(self, sql: str, values: Sequence[Cell] = ()) -> int:
        """Run one changing statement; gives the number of rows that it changed."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def wipe(self) -> None:
        """Leave nothing of what was deleted in the file or its log."""
        with self._lock:
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that no other process writes beside."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def now() -> str:
    """The instant as it is kept: UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def text(row: Row, name: str) -> str:
    """A cell as text; empty where there is none."""
    value = row[name]
    return "" if value is None else str(value)
