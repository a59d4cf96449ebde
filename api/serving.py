"""Serving a project's API on this machine: an address that nobody else can reach, and an orderly end."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

from api.edge import LOOPBACK
from ontology.errors import ConfigurationError

if TYPE_CHECKING:
    from api.project import Project

GRACE = 10
"""Seconds that open requests have to finish in when the server is stopped."""


def listen(host: str, port: int) -> socket.socket:
    """A socket on a loopback address; port 0 takes any that is free.

    Raises:
        ConfigurationError: the address is not of the loopback, or cannot be had.
    """
    if host not in LOOPBACK:
        raise ConfigurationError(
            f"--host {host} would let anyone on the network read the company's data: the API has no keys yet.",
            do="Listen on 127.0.0.1, behind a proxy that asks for a password.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
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


def serve_project(project: Project, listener: socket.socket, names: Collection[str] = ()) -> None:
    """Serve until Ctrl-C or a termination signal; requests that are open then may finish."""
    import uvicorn

    from api.app import create_app

    config = uvicorn.Config(
        create_app(project, hosts=names), log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=GRACE, timeout_keep_alive=10, limit_concurrency=200, lifespan="off",
        proxy_headers=False,
    )  # fmt: skip
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again once it has stopped in order
        uvicorn.Server(config).run(sockets=[listener])
