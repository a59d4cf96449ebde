"""The managed server's files: jars, configuration, password, port. Nothing here starts or stops it."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import platformdirs

from graph_engine.graph import Credentials
from graph_engine.server import conf, jars, java
from graph_engine.server.memory import Memory, machine_mebibytes, sized
from ontology.errors import ServerError

Say = Callable[[str], None]
Fetching = Callable[[Sequence[jars.Jar]], AbstractContextManager[jars.Progress]]
USER = "neo4j"
DATABASE = "neo4j"


def default_cache() -> Path:
    """Where jars are kept for all projects: below ``KNOCKON_CACHE``, or below the user's cache folder."""
    chosen = os.environ.get("KNOCKON_CACHE")
    return (Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("knockon"))) / "jars"


def neo4j_version() -> str:
    """The version of Neo4j that is pinned."""
    return next(jar.version for jar in jars.pinned() if (jar.group, jar.artifact) == ("org.neo4j", "neo4j"))


def gds_version() -> str:
    """The version of Graph Data Science that is pinned."""
    return next(jar.version for jar in jars.pinned() if (jar.group, jar.artifact) == (jars.GDS_GROUP, "proc"))


def silent(_: str) -> None:
    """Say nothing."""


@contextmanager
def unseen(_: Sequence[jars.Jar]) -> Iterator[jars.Progress]:
    """Fetch without showing it."""
    yield lambda _: None


class Installation:
    """The files of one server.

    Args:
        home: the server's folder.
        cache: the folder of jars.
        heap, page_cache: sizes such as ``"2g"``; by default they follow the machine.
        say: told in a sentence what takes time.
        fetching: entered with the jars to fetch; what it yields is told the bytes as they arrive.
        bases: addresses to fetch from; by default the resolver's.
    """

    def __init__(
        self,
        home: Path,
        cache: Path,
        heap: str | None,
        page_cache: str | None,
        say: Say,
        fetching: Fetching,
        bases: Sequence[str] | None,
    ) -> None:
        self.home, self.cache = home, cache
        self._heap, self._page_cache = heap, page_cache
        self._say, self._fetching, self._bases = say, fetching, bases
        self.password_path = home / "password"

    @property
    def installed(self) -> bool:
        """Whether all jars are there (not whether they are undamaged)."""
        return all((self.cache / jar.path).is_file() for jar in jars.pinned())

    @property
    def port(self) -> int | None:
        """The Bolt port that was chosen."""
        try:
            return int((self.home / "port").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def memory(self) -> Memory:
        """Heap and page cache that the server gets."""
        return sized(machine_mebibytes(), self._heap, self._page_cache)

    def credentials(self) -> Credentials:
        """How to reach the server, whether or not it runs.

        Raises:
            ServerError: it was never started, or the password file cannot be read.
        """
        try:
            password = self.password_path.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as problem:
            raise ServerError(
                "The password of this project's database cannot be read.",
                where=self.password_path,
                do="Run `knockon db stop`, then `knockon db start`: where the file is missing, a new password is made.",
            ) from problem
        return Credentials(f"bolt://127.0.0.1:{self.port}", USER, password, DATABASE)

    def fetch(self) -> None:
        """Fetch the jars that are missing from the cache, or damaged there.

        Raises:
            ServerError: they cannot be had.
        """
        wanted = jars.pinned()
        lacking = jars.missing(wanted, self.cache)
        if not lacking:
            return
        self._say(
            f"Installing Neo4j {neo4j_version()}: {len(lacking)} of {len(wanted)} files, "
            f"{sum(jar.size for jar in lacking) / 1e6:.1f} MB (kept in {self.cache} for all projects)."
        )
        bases = self._bases if self._bases is not None else jars.repositories()
        jars.sweep(self.cache, older_than=time.time() - 3600)
        with self._fetching(lacking) as progress:
            jars.fetch(lacking, self.cache, bases, progress)

    def prepare(self) -> list[Path]:
        """Fetch, write the configuration and, before the first start, the password; returns the class path.

        Raises:
            ServerError: the jars cannot be had, or the folder cannot be written.
        """
        try:
            self.fetch()
            self.home.mkdir(parents=True, exist_ok=True)
            self.home.chmod(0o700)
            classpath = conf.link_plugins(self.home, self.cache, jars.pinned())
            if self.port is None or not _free(self.port):
                (self.home / "port").write_text(f"{_free_port()}\n", encoding="ascii")
            conf.write(self.home, self.port or 0, self.memory())
            self._ensure_password(classpath)
        except OSError as problem:
            raise ServerError(
                f"The database's files cannot be written: {problem.strerror or problem}.",
                where=problem.filename or self.home,
                do="Check the free disk space and who may write there.",
            ) from problem
        return classpath

    def admin(self, *arguments: str) -> str:
        """Run the administration tool on the stopped server; returns what it printed."""
        return java.admin(self.home, self.prepare(), arguments, heap=self.memory().heap)

    def _ensure_password(self, classpath: Sequence[Path]) -> None:
        """Make the password when there is none. The users live in Neo4j's own ``system`` database: where the file was
        lost, that one is made anew, and the data stays as it is."""
        data = self.home / "data"
        if self.password_path.exists() and (data / "databases" / "system").exists():
            return
        if (data / "databases" / "system").exists():
            self._say("The database's password file is gone: making a new password; the data stays.")
            for part in ("dbms", "transactions/system", "databases/system"):
                shutil.rmtree(data / part, ignore_errors=True)
        if not self.password_path.exists():
            part_file = self.password_path.with_suffix(".part")
            part_file.unlink(missing_ok=True)
            handle = os.open(part_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(24) + "\n")
            part_file.replace(self.password_path)
        password = self.password_path.read_text(encoding="ascii").strip()
        java.admin(self.home, classpath, ["dbms", "set-initial-password", "--", password])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _free(port: int) -> bool:
    with socket.socket() as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
