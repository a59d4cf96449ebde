"""The Neo4j that knockon runs for a project: start it, find it, stop it.

One server per data folder, on the loopback interface, in a process of its own that outlives the command that started
it. All state is in the folder: ``data`` (the database), ``password`` (0600), ``port``, ``run/server.json`` (who serves
it), ``logs/server.log``.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import neo4j
import psutil
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from graph_engine.graph import Credentials
from graph_engine.server.child import ALREADY_SERVED, STOP_FILE
from graph_engine.server.installation import (
    USER,
    Fetching,
    Installation,
    Say,
    default_cache,
    neo4j_version,
    silent,
    unseen,
)
from graph_engine.server.process import is_locked, living, locked, read_note
from ontology.errors import ServerError

_ROOMS = Path(__file__).resolve().parents[2]
_LOG_LIMIT = 5_000_000
_DETACHED = 0x00000208 if sys.platform == "win32" else 0  # DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is known of the server: ``started`` in seconds since 1970, ``memory`` (resident) and ``disk`` in bytes."""

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
        fetching: entered with the jars to fetch; what it yields is told the bytes as they arrive.
        bases: addresses to fetch from; by default the resolver's.
    """

    def __init__(
        self,
        home: Path,
        cache: Path | None = None,
        *,
        heap: str | None = None,
        page_cache: str | None = None,
        say: Say = silent,
        fetching: Fetching = unseen,
        bases: Sequence[str] | None = None,
    ) -> None:
        self.home = home.resolve()
        self.installation = Installation(
            self.home, (cache or default_cache()).resolve(), heap, page_cache, say, fetching, bases
        )
        self._say = say
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def log_path(self) -> Path:
        """The file that holds what the server printed, and its warnings."""
        return self.home / "logs" / "server.log"

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
        found = self._answering()
        return found if found is not None else self.start(seconds)

    def start(self, seconds: float = 180.0) -> Credentials:
        """Start the server, or wait for one that is starting; returns when it answers.

        Raises:
            ServerError: it cannot be installed or started.
            Busy: another process was starting or stopping it for longer than ``seconds``.
        """
        with self._controlled(seconds):
            return self._start(seconds)

    def stop(self, seconds: float = 120.0) -> bool:
        """Shut the server down in order; returns whether there was one.

        Raises:
            ServerError: it did not end in time.
        """
        with self._controlled(seconds):
            return self._stop(seconds)

    @contextmanager
    def offline(self, seconds: float = 180.0) -> Iterator[Installation]:
        """Keep the server stopped while the block runs (nobody else can start it); start it again if it ran."""
        with self._controlled(seconds):
            ran = self._stop(seconds)
            try:
                yield self.installation
            finally:
                if ran:
                    self._start(seconds)

    def is_held(self) -> bool:
        """Whether somebody holds the server stopped now (a backup, a restore), or is starting or stopping it."""
        return is_locked(self.home / "run" / "control.lock")

    def kill(self) -> bool:
        """End the server at once, as a power cut would; returns whether there was one. Committed work survives."""
        process = living(read_note(self.note_path))
        if process is None:
            return False
        process.kill()
        return self._gone(30.0)

    def status(self) -> ServerStatus:
        """What is known of the server, without starting it."""
        note = read_note(self.note_path)
        process = living(note)
        memory: int | None = None
        if process is not None:
            with suppress(psutil.Error):
                memory = int(process.memory_info().rss)
        served = note if process is not None else None
        return ServerStatus(
            running=served is not None,
            answering=self._answering() is not None,
            installed=self.installation.installed,
            pid=served.pid if served else None,
            port=self.installation.port,
            started=served.started if served else None,
            memory=memory,
            version=served.version if served else neo4j_version(),
            disk=_size(self.home),
        )

    def _controlled(self, seconds: float) -> AbstractContextManager[None]:
        return locked(self.home / "run" / "control.lock", seconds=seconds, what="starting or stopping this database")

    def _served(self) -> bool:
        """Whether a process has this folder. One that was killed has it until the last of its threads is gone."""
        return living(read_note(self.note_path)) is not None or is_locked(self.home / "run" / "serving.lock")

    def _start(self, seconds: float) -> Credentials:
        until = time.monotonic() + seconds
        launched: subprocess.Popen[bytes] | None = None
        while time.monotonic() < until:
            if launched is None and not self._served():
                launched = self._child = self._launch()
            code = launched.poll() if launched is not None else None
            if code == ALREADY_SERVED:  # another command was faster
                launched = None
            elif code is not None:
                raise ServerError(
                    f"The database ended while it was starting: {self._last_words()}",
                    where=self.log_path,
                    do="`knockon doctor` checks memory, disk and permissions.",
                )
            found = self._answering()
            if found is not None:
                return found
            time.sleep(0.1)
        raise ServerError(
            f"The database did not answer within {seconds:.0f} seconds.",
            where=self.log_path,
            do="Try again: on a slow machine it may still be starting. `knockon db logs` shows what it is doing.",
        )

    def _launch(self) -> subprocess.Popen[bytes]:
        self._say("Starting the database …")
        classpath = self.installation.prepare()
        self.note_path.unlink(missing_ok=True)
        (self.home / "run" / "classpath").write_text("\n".join(map(str, classpath)), encoding="utf-8")
        if self.log_path.exists() and self.log_path.stat().st_size > _LOG_LIMIT:
            shutil.move(self.log_path, self.log_path.with_suffix(".1.log"))
        installation = self.installation
        arguments = [str(self.home), str(installation.port), str(installation.memory().heap), neo4j_version()]
        path = os.pathsep.join(p for p in (str(_ROOMS), os.environ.get("PYTHONPATH", "")) if p)
        with self.log_path.open("ab") as log:
            return subprocess.Popen(
                # -P: a folder called `api` where the user happens to stand must not come before ours.
                [sys.executable, "-P", "-m", "graph_engine.server.child", *arguments],
                cwd=self.home, env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                # A session of its own: Ctrl-C in the terminal, or its end, is none of the server's business.
                start_new_session=True, creationflags=_DETACHED,
            )  # fmt: skip

    def _stop(self, seconds: float) -> bool:
        process = living(read_note(self.note_path))
        if process is None:
            self._gone(seconds)
            self.note_path.unlink(missing_ok=True)
            return False
        self._say("Stopping the database …")
        if sys.platform == "win32":
            (self.home / "run" / STOP_FILE).touch()
        else:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGTERM)
        if not self._gone(seconds):
            raise ServerError(
                f"The database (process {process.pid}) did not stop within {seconds:.0f} seconds.",
                where=self.log_path,
                do="Wait and try again; `knockon db logs` shows what it is doing.",
            )
        self.note_path.unlink(missing_ok=True)
        return True

    def _answering(self) -> Credentials | None:
        """The credentials, if the server of this folder runs and takes them.

        Raises:
            ServerError: it runs and refuses the password in the file.
        """
        note = read_note(self.note_path)
        if note is None or living(note) is None or not _listening(note.port):
            return None
        credentials = self.installation.credentials()
        try:
            with neo4j.GraphDatabase.driver(
                credentials.uri, auth=(USER, credentials.password), connection_timeout=5.0, max_transaction_retry_time=0
            ) as driver:
                driver.verify_connectivity()
        except AuthError as problem:
            raise ServerError(
                "The database refuses the password in this file.",
                where=self.installation.password_path,
                do="Put the right file back. Or delete it, run `knockon db stop` and `knockon db start`: "
                "a new password is made, and the data stays.",
            ) from problem
        except (DriverError, Neo4jError):
            return None
        return credentials

    def _gone(self, seconds: float) -> bool:
        """Wait until no process has this folder."""
        until = time.monotonic() + seconds
        while self._served():
            if time.monotonic() >= until:
                return False
            if self._child is not None:
                self._child.poll()  # collects our own child; one of another command is the system's
            time.sleep(0.05)
        return True

    def _last_words(self) -> str:
        try:
            lines = self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "it left no message"
        telling = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith(("at ", "... "))]
        return telling[-1] if telling else "it left no message"


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):  # logs rotate while we look
            total += file.lstat().st_size if file.is_file() and not file.is_symlink() else 0
    return total
