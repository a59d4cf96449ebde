"""The server process: a Java virtual machine inside a Python process that outlives the command that started it.

Started as ``python -P -m graph_engine.server.child HOME PORT HEAP VERSION``; the class path is in
``HOME/run/classpath``.
Ends when it gets SIGTERM, or (where there are no signals between programs) when the file ``run/stop`` appears.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from graph_engine.server.java import OPENED, jvm_library
from graph_engine.server.process import locked, write_note
from ontology.errors import Busy

ALREADY_SERVED = 75
STOP_FILE = "stop"
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def serve(home: Path, port: int, heap: int, version: str, classpath: list[str]) -> int:
    """Run the database until asked to stop; returns the exit code. ``heap`` in MiB."""
    run = home / "run"
    try:
        with locked(run / "serving.lock", seconds=2.0, what="serving this folder"):
            write_note(run / "server.json", port, version)
            return _serve(home, heap, classpath)
    except Busy:
        return ALREADY_SERVED


def _serve(home: Path, heap: int, classpath: list[str]) -> int:
    import jpype

    stop_file = home / "run" / STOP_FILE
    stop_file.unlink(missing_ok=True)
    # Held back in every thread (Java's inherit this; -Xrs keeps Java from handling them) until the wait below asks.
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    jpype.startJVM(
        str(jvm_library()), "-Xrs", f"-Xmx{heap}m", "-Xms128m", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError",
        "-Dfile.encoding=UTF-8", *OPENED, classpath=classpath, convertStrings=False,
    )  # fmt: skip
    path = jpype.JClass("java.nio.file.Path")
    builder = jpype.JClass("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")
    dbms = builder(path.of(str(home))).loadPropertiesFromFile(path.of(str(home / "conf" / "neo4j.conf"))).build()
    print("Database is up.", flush=True)
    if sys.platform != "win32":
        signal.sigwait(_STOP_SIGNALS)
    else:
        while not stop_file.exists():
            time.sleep(0.5)
    print("Shutting down.", flush=True)
    dbms.shutdown()
    (home / "run" / "server.json").unlink(missing_ok=True)
    print("Shut down.", flush=True)
    return 0


def main() -> int:
    """Read the command line and serve."""
    home, port, heap, version = sys.argv[1:]
    classpath = (Path(home) / "run" / "classpath").read_text(encoding="utf-8").splitlines()
    return serve(Path(home), int(port), int(heap), version, classpath)


if __name__ == "__main__":
    sys.exit(main())
