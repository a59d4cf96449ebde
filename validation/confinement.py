"""What a process may not do that handles what strangers wrote: reach the network, or use more memory than it was given.

For child processes only, before they touch their input: neither is ever taken back.
"""

from __future__ import annotations

import sys
from typing import NoReturn


def confine(megabytes: int, *, closed_to: str) -> None:
    """Limit this process's memory (not on Windows) and close the network to it.

    Args:
        closed_to: what is handled, for the message of an attempt: "the network is closed to …".
    """
    _limit_memory(megabytes)
    _refuse_network(closed_to)


def _limit_memory(megabytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    size = megabytes << 20
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size if most == resource.RLIM_INFINITY else min(size, most), most))


def _refuse_network(closed_to: str) -> None:
    import socket

    def refused(*_: object, **__: object) -> NoReturn:
        raise PermissionError(f"the network is closed to {closed_to}")

    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        setattr(socket, name, refused)
    setattr(socket.socket, "connect", refused)  # noqa: B010
    setattr(socket.socket, "connect_ex", refused)  # noqa: B010
