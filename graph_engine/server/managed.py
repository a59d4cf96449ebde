"""The Neo4j that knockon runs for a project: install, start, find, stop.

One server per data folder, on the loopback interface, in a process of its own that outlives the command that started
it. All state is in the folder: ``data`` (the database), ``password`` (0600), ``port``, ``run/server.json`` (who serves
it), ``logs/server.log``.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import neo4j
import platformdirs
import psutil
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from graph_engine.graph import Credentials
from graph_engine.server import conf, jars, java
from graph_engine.server.child import ALREADY_SERVED, STOP_FILE
from graph_engine.server.memory import Memory, machine_mebibytes, sized
from graph_engine.server.process import is_locked, living, locked, read_note
from ontology.errors import ServerError

Say = Callable[[str], None]
FetchProgress = Callable[[Sequence[jars.Jar]], "jars.Progress"]
USER = "neo4j"
_ROOMS = Path(__file__).resolve().parents[2]
_LOG_LIMIT = 5_000_000
_DETACHED = 0x00000208 if sys.platform == "win32" else 0  # DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP


def default_cache() -> Path:
    """Where jars are kept for all projects: ``KNOCKON_CACHE``, or the user's cache folder."""
    chosen = os.environ.get("KNOCKON_CACHE")
    return (Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("knockon"))) / "jars"


def neo4j_version() -> str:
    """The version of Neo4j that is pinned."""
    return next(jar.version for jar in jars.pinned() if (jar.group, jar.artifact) == ("org.neo4j", "neo4j"))


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is known of the server: ``started`` in seconds since 1970, ``memory`` (resident) in bytes."""

    running: bool
    answering: bool
    installed: bool
    pid: int | None
    port: int | None
    started: float | None
    memory: int | None
    version: str
    disk: int


class ManagedServer:
    """A Neo4j server for one data folder.

    Args:
        home: the server's folder; made when it isn't there.
        cache: the folder of jars, shared between projects.
        heap, page_cache: sizes such as ``"2g"``; by default they follow the machine.
        say: told in a sentence what takes time.
        fetching: called with the jars to fetch, returns what is told the bytes that arrive.
        bases: addresses to fetch from; by default the resolver's.
    """

    def __init__(
        self,
        home: Path,
        cache: Path | None = None,
        *,
        heap: str | None = None,
        page_cache: str | None = None,
        say: Say = lambda _: None,
        fetching: FetchProgress = lambda _: lambda _: None,
        bases: Sequence[str] | None = None,
    ) -> None:
        self.home = home.resolve()
        self.cache = (cache or default_cache()).resolve()
        self._heap, self._page_cache = heap, page_cache
        self._say, self._fetching, self._bases = say, fetching, bases
        self._children: list[subprocess.Popen[bytes]] = []

    @property
    def log_path(self) -> Path:
        """The file that holds what the server printed and logged."""
        return self.home / "logs" / "server.log"

    @property
    def password_path(self) -> Path:
        """The file with the generated password, readable by its owner only."""
        return self.home / "password"

    @property
    def note_path(self) -> Path:
        """The file that names the serving process."""
        return self.home / "run" / "server.json"

    def ensure_running(self, seconds: float = 180.0) -> Credentials:
        """Find the running server of this folder or start one; returns when it answers.

        Raises:
            ServerError: it cannot be installed or started.
            Busy: another process was starting or stopping it for longer than ``seconds``.
        """
        found = self._answering_credentials()
        return found if found is not None else self.start(seconds)

    def start(self, seconds: float = 180.0) -> Credentials:
        """Start the server, or wait for one that is starting; returns when it answers."""
        with locked(self.home / "run" / "control.lock", seconds=seconds, what="starting or stopping this database"):
            until = time.monotonic() + seconds
            if living(read_note(self.note_path)) is None and not is_locked(self.home / "run" / "serving.lock"):
                self._launch()
            return self._wait(until)

    def stop(self, seconds: float = 120.0) -> bool:
        """Shut the server down in order; returns whether there was one.

        Raises:
            ServerError: it did not end in time.
        """
        with locked(self.home / "run" / "control.lock", seconds=seconds, what="starting or stopping this database"):
            process = living(read_note(self.note_path))
            if process is None:
                self.note_path.unlink(missing_ok=True)
                return False
            self._say("Stopping the database …")
            if sys.platform == "win32":
                (self.home / "run" / STOP_FILE).touch()
            else:
                process.send_signal(signal.SIGTERM)
            if not self._gone(process, seconds):
                raise ServerError(
                    f"The database (process {process.pid}) did not stop within {seconds:.0f} seconds.",
                    where=self.log_path,
                    do="Wait and try again; `knockon db logs` shows what it is doing.",
                )
            self.note_path.unlink(missing_ok=True)
            return True

    def kill(self) -> bool:
        """End the server at once, as a power cut would; returns whether there was one. Committed work survives."""
        process = living(read_note(self.note_path))
        if process is None:
            return False
        process.kill()
        return self._gone(process, 30.0)

    def status(self) -> ServerStatus:
        """What is known of the server, without starting it."""
        note = read_note(self.note_path)
        process = living(note)
        memory: int | None = None
        if process is not None:
            with suppress(psutil.Error):
                memory = int(process.memory_info().rss)
        return ServerStatus(
            running=process is not None,
            answering=process is not None and self._answering_credentials() is not None,
            installed=all((self.cache / jar.path).is_file() for jar in jars.pinned()),
            pid=note.pid if note and process else None,
            port=self._port(),
            started=note.started if note and process else None,
            memory=memory,
            version=note.version if note and process else neo4j_version(),
            disk=sum(f.stat().st_size for f in self.home.rglob("*") if f.is_file() and not f.is_symlink()),
        )

    def credentials(self) -> Credentials:
        """How to reach the server, whether or not it runs.

        Raises:
            ServerError: it was never started.
        """
        port = self._port()
        if port is None or not self.password_path.is_file():
            raise ServerError("This project has no database yet.", where=self.home, do="Run `knockon db start`.")
        return Credentials(f"bolt://127.0.0.1:{port}", USER, self.password_path.read_text(encoding="ascii").strip())

    def install(self) -> None:
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
            f"{sum(jar.size for jar in lacking) / 1e6:.0f} MB, once for all projects."
        )
        bases = self._bases if self._bases is not None else jars.repositories()
        jars.sweep(self.cache, older_than=time.time() - 3600)
        jars.fetch(lacking, self.cache, bases, self._fetching(lacking))

    def prepare(self) -> list[Path]:
        """Install, write the configuration and, before the first start, the password; returns the class path."""
        self.install()
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        classpath = conf.link_plugins(self.home, self.cache, jars.pinned())
        port = self._port()
        if port is None or not _free(port):
            port = _free_port()
            (self.home / "port").write_text(f"{port}\n", encoding="ascii")
        conf.write(self.home, port, self.memory())
        if not self.password_path.exists():
            self._set_password(classpath)
        return classpath

    def memory(self) -> Memory:
        """Heap and page cache that the server gets."""
        return sized(machine_mebibytes(), self._heap, self._page_cache)

    def _set_password(self, classpath: Sequence[Path]) -> None:
        if (self.home / "data" / "databases" / "system").exists():
            raise ServerError(
                "The password of this project's database is gone.",
                where=self.password_path,
                do="Put the file back from a copy, or `knockon db restore` a backup into a new folder.",
            )
        password = secrets.token_urlsafe(24)
        java.admin(self.home, classpath, ["dbms", "set-initial-password", password])
        part = self.password_path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(password + "\n")
        part.replace(self.password_path)

    def _launch(self) -> None:
        self._say("Starting the database …")
        classpath = self.prepare()
        self.note_path.unlink(missing_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > _LOG_LIMIT:
            shutil.move(self.log_path, self.log_path.with_suffix(".1.log"))
        arguments = [str(self.home), str(self._port()), str(self.memory().heap), neo4j_version()]
        path = os.pathsep.join(p for p in (str(_ROOMS), os.environ.get("PYTHONPATH", "")) if p)
        with self.log_path.open("ab") as log:
            child = subprocess.Popen(
                # -P: a folder called `api` where the user happens to stand must not come before ours.
                [sys.executable, "-P", "-m", "graph_engine.server.child", *arguments],
                cwd=self.home, env={**os.environ, "PYTHONPATH": path}, stdin=subprocess.PIPE,
                stdout=log, stderr=subprocess.STDOUT,
                # A session of its own: Ctrl-C in the terminal, or its end, is none of the server's business.
                start_new_session=True, creationflags=_DETACHED,
            )  # fmt: skip
        assert child.stdin is not None
        with suppress(BrokenPipeError):
            child.stdin.write("\n".join(map(str, classpath)).encode())
            child.stdin.close()
        self._children.append(child)

    def _wait(self, until: float) -> Credentials:
        """Wait until the server answers over Bolt; say why when it ends instead."""
        child = self._children[-1] if self._children else None
        while time.monotonic() < until:
            code = child.poll() if child is not None else None
            if code is not None and code != ALREADY_SERVED:
                raise ServerError(
                    f"The database ended while it was starting: {self._last_words()}",
                    where=self.log_path,
                    do="`knockon doctor` checks memory, disk and permissions.",
                )
            found = self._answering_credentials()
            if found is not None:
                return found
            time.sleep(0.1)
        raise ServerError(
            "The database did not answer in time.",
            where=self.log_path,
            do="On a slow machine try again: it may still be starting. `knockon db logs` shows what it is doing.",
        )

    def _answering_credentials(self) -> Credentials | None:
        """The credentials, if the server of this folder runs and takes them.

        Raises:
            ServerError: it runs and refuses the password in the file.
        """
        note = read_note(self.note_path)
        if living(note) is None or note is None or not _listening(note.port):
            return None
        credentials = self.credentials()
        try:
            with neo4j.GraphDatabase.driver(
                credentials.uri, auth=(USER, credentials.password), connection_timeout=5.0, max_transaction_retry_time=0
            ) as driver:
                driver.verify_connectivity()
        except AuthError as problem:
            raise ServerError(
                "The database refuses the password in this file.",
                where=self.password_path,
                do="Put the file back from a copy, or `knockon db restore` a backup into a new folder.",
            ) from problem
        except (DriverError, Neo4jError):
            return None
        return credentials

    def _gone(self, process: psutil.Process, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for child in self._children:
                child.poll()
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return True
            time.sleep(0.05)
        return False

    def _port(self) -> int | None:
        try:
            return int((self.home / "port").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def _last_words(self) -> str:
        try:
            lines = self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "it left no message"
        telling = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith(("at ", "..."))]
        return telling[-1] if telling else "it left no message"


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


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
