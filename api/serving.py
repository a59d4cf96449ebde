"""Serving a project's API: safe addresses, and an orderly end."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
from collections.abc import Collection
from threading import Thread
from typing import TYPE_CHECKING

from api.edge import LOOPBACK
from ontology.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    import uvicorn
    from fastapi import FastAPI

    from api.project import Project

GRACE = 10
"""Seconds that open requests have to finish in when the server is stopped."""
SOCKETS = 2_000
"""Connections at once; slow ones wait in the event loop and hold up no thread."""


def require_safe(host: str, *, known: bool, certificate: bool, proxied: bool) -> None:
    """Refuse an address off this machine unless callers are known and what they send is encrypted.

    Args:
        known: there is a key or a person that may sign in.
        certificate: HTTPS is spoken here.
        proxied: whoever serves says that a proxy in front speaks HTTPS.

    Raises:
        ConfigurationError: it would be unsafe.
    """
    if host in LOOPBACK:
        return
    if not known:
        raise ConfigurationError(
            f"--host {host} would be open to the network, and nobody has a key or an invitation yet.",
            do="Make one first: `knockon keys create NAME --role viewer`, or `knockon invite`.",
        )
    if not (certificate or proxied):
        raise ConfigurationError(
            f"--host {host} would send keys and answers over the network in the clear.",
            do="Give --certificate and --certificate-key, or --behind-proxy where one in front speaks HTTPS.",
        )


def listen(host: str, port: int) -> socket.socket:
    """A socket on an address; port 0 takes any that is free.

    Raises:
        ConfigurationError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP outright: asyncio sends at once (TCP_NODELAY) only on sockets that say so, and the second part of every
    # answer would wait 40 ms for the first one to be acknowledged.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let two servers have one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as problem:
        listener.close()
        if problem.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"Port {port} is taken: another program (or another `knockon serve`) listens there.",
                do=f"Stop that one, or choose another: --port {port + 1 if port < 65535 else 0}.",
            ) from problem
        raise ConfigurationError(
            f"Cannot listen on {host}:{port}: {problem.strerror}.", do="Choose another --port, above 1023."
        ) from problem
    return listener


def server_config(app: FastAPI, certificate: tuple[Path, Path] | None = None) -> uvicorn.Config:
    """How the API is served: what a stranger may send, and how long he may take."""
    import uvicorn

    from api.patience import Patient

    return uvicorn.Config(
        app, http=Patient, ws="none", log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=GRACE, timeout_keep_alive=10, limit_concurrency=SOCKETS, backlog=SOCKETS,
        proxy_headers=False, h11_max_incomplete_event_size=32 * 1024,
        ssl_certfile=certificate[0] if certificate else None, ssl_keyfile=certificate[1] if certificate else None,
    )  # fmt: skip


def warm_up(project: Project) -> Thread:
    """Load what questions in words need beside the requests; what is wrong with it is said to who asks, not here."""

    def work() -> None:
        with contextlib.suppress(Exception):
            project.warm()

    thread = Thread(target=work, name="warm-up", daemon=True)
    thread.start()
    return thread


def serve_project(
    project: Project, listener: socket.socket, names: Collection[str] = (), *, anonymous: bool = True,
    certificate: tuple[Path, Path] | None = None,
) -> None:  # fmt: skip
    """Serve until Ctrl-C or a termination signal; requests that are open then may finish.

    Args:
        anonymous: who asks a loopback name needs no key.
        certificate: PEM files of a certificate and its key: HTTPS is spoken.
    """
    import uvicorn

    from api.app import create_app

    config = server_config(create_app(project, hosts=names, anonymous=anonymous), certificate)
    warm_up(project)
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again once it has stopped in order
        uvicorn.Server(config).run(sockets=[listener])
