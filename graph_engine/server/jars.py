"""The pinned jars of the managed server: which they are, which are missing, and how they are fetched.

Every file is checked by sha256 before it is used and lands by an atomic rename, so an interrupted fetch goes on where
it stopped, and two processes that fetch at once do no harm. The cache is shared between projects.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Event

import httpx

from ontology.errors import ServerError

LOCK = Path(__file__).with_name("jars.lock")
GDS_GROUP = "org.neo4j.gds"
Progress = Callable[[int], None]
_CHUNK = 1 << 18
_THREADS = 8


@dataclass(frozen=True, slots=True)
class Jar:
    """One pinned jar; ``size`` in bytes, ``sha256`` in hex."""

    group: str
    artifact: str
    version: str
    classifier: str
    size: int
    sha256: str

    @property
    def coordinate(self) -> str:
        """``group:artifact:version[:classifier]``."""
        parts = (self.group, self.artifact, self.version, self.classifier)
        return ":".join(p for p in parts if p)

    @property
    def name(self) -> str:
        """The file's name."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{suffix}.jar"

    @property
    def path(self) -> str:
        """The file's place below a repository or the cache, with forward slashes."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.name}"


@cache
def pinned(lock: Path = LOCK) -> tuple[Jar, ...]:
    """The jars that the lock file lists, in its order.

    Raises:
        ServerError: a line cannot be read.
    """
    jars: list[Jar] = []
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            sha256, size, coordinate = line.split()
            group, artifact, version, *classifier = coordinate.split(":")
            jars.append(Jar(group, artifact, version, classifier[0] if classifier else "", int(size), sha256))
        except ValueError as problem:
            raise ServerError(
                "The list of pinned jars is damaged.", where=f"{lock}:{number}", do="Reinstall knockon."
            ) from problem
    return tuple(jars)


def repositories() -> tuple[str, ...]:
    """Base addresses to fetch from, in order: the resolver's own default, and what its settings file adds or replaces.

    The settings file is that of ``jgo`` (``[repositories]`` in ``~/.config/jgo.conf``, or the file that
    ``JGO_CONFIG_FILE`` names): an entry called ``central`` replaces the default, others are tried after it.
    """
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL

    named: dict[str, str] = {"central": MAVEN_CENTRAL_URL, **GlobalSettings.load().repositories}
    return tuple(url.rstrip("/") for url in named.values())


def sha256_of(file: Path) -> str:
    """The sha256 of a file, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def missing(jars: Sequence[Jar], folder: Path) -> list[Jar]:
    """The jars that are absent from the cache, or not what they should be (cut short, changed)."""

    def good(jar: Jar) -> bool:
        file = folder / jar.path
        try:
            return file.stat().st_size == jar.size and sha256_of(file) == jar.sha256
        except FileNotFoundError:
            return False

    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        return [jar for jar, found in zip(jars, pool.map(good, jars), strict=True) if not found]


def fetch(
    jars: Sequence[Jar],
    folder: Path,
    bases: Sequence[str],
    progress: Progress = lambda _: None,
    *,
    attempts: int = 4,
) -> None:
    """Fetch jars in parallel into the cache; ``progress`` is told the bytes as they arrive (and, below zero, those of
    an attempt that failed). Each jar is tried ``attempts`` times, at every base.

    Raises:
        ServerError: a jar cannot be had from any base, or what arrived is not what was pinned. What did arrive stays.
    """
    stop = Event()
    limits = httpx.Limits(max_connections=_THREADS, max_keepalive_connections=_THREADS)
    with (
        httpx.Client(timeout=httpx.Timeout(30, connect=10), limits=limits, follow_redirects=True) as client,
        ThreadPoolExecutor(_THREADS) as pool,
    ):
        task = _Fetch(client, folder, bases, progress, attempts, stop)
        work = [pool.submit(task.one, jar) for jar in jars]
        try:
            done, _ = wait(work, return_when=FIRST_EXCEPTION)
        except BaseException:  # Ctrl-C: let the threads stop at their next chunk
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
        problem = next((f.exception() for f in done if f.exception() is not None), None)
        if problem is None:
            return
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
    left = missing(jars, folder)
    raise ServerError(
        f"{len(left)} files of the database program could not be fetched "
        f"({sum(jar.size for jar in left) / 1e6:.0f} MB): {problem}.",
        where=folder,
        do="Check the network connection and run the command again: it goes on where it stopped. For a machine "
        "without a network, copy this folder from one where knockon has run.",
    ) from problem


class _Unobtainable(Exception):
    """One jar could not be had."""


class _Stopped(Exception):
    """Another thread failed, or the user stopped the fetch."""


@dataclass(frozen=True, slots=True)
class _Fetch:
    """What all threads of a fetch share."""

    client: httpx.Client
    folder: Path
    bases: Sequence[str]
    progress: Progress
    attempts: int
    stop: Event

    def one(self, jar: Jar) -> None:
        """Fetch one jar, trying again after a pause."""
        reason = "no repository is configured"
        for attempt in range(self.attempts):
            if attempt:
                self.stop.wait(min(2.0**attempt, 8.0) / 4)
            for base in self.bases:
                try:
                    self._download(f"{base}/{jar.path}", jar)
                    return
                except (httpx.HTTPError, _Unobtainable) as problem:
                    reason = f"{jar.name}: {_plainly(problem)}"
        raise _Unobtainable(reason)

    def _download(self, url: str, jar: Jar) -> None:
        """One attempt from one place; the file appears under its name only when it is whole and right."""
        target = self.folder / jar.path
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(prefix=f".{jar.name}.", suffix=".part", dir=target.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file, self.client.stream("GET", url) as response:
                response.raise_for_status()
                for chunk in response.iter_bytes(_CHUNK):
                    if self.stop.is_set():
                        raise _Stopped
                    size += len(chunk)
                    self.progress(len(chunk))
                    digest.update(chunk)
                    file.write(chunk)
                    if size > jar.size:
                        break
            if size != jar.size or digest.hexdigest() != jar.sha256:
                raise _Unobtainable("what arrived is not the pinned file (size or sha256 differ)")
            part.chmod(0o644)  # the cache may be shared between users
            part.replace(target)
        except BaseException:
            self.progress(-size)
            part.unlink(missing_ok=True)
            raise


def _plainly(problem: Exception) -> str:
    """A reason without the address (it may hold a user name or a token)."""
    if isinstance(problem, httpx.HTTPStatusError):
        return f"the repository answered {problem.response.status_code}"
    if isinstance(problem, httpx.ConnectError):
        return "no connection to the repository"
    if isinstance(problem, httpx.TimeoutException):
        return "the repository did not answer in time"
    if isinstance(problem, _Unobtainable):
        return str(problem)
    return "the connection broke off"


def sweep(folder: Path, older_than: float) -> int:
    """Remove partial files that a killed fetch left, last touched before ``older_than`` (seconds since 1970)."""
    removed = 0
    for part in folder.rglob(".*.part"):
        if part.stat().st_mtime < older_than:
            part.unlink(missing_ok=True)
            removed += 1
    return removed
