"""Untrusted work: stopped when it takes too long or too much, and cut off from the network."""

from __future__ import annotations

import socket
import time

import pytest

from ontology.errors import LimitExceeded, ShapeError
from validation.worker import Limits, run_limited


def forever(path: str) -> None:
    """Never ends."""
    while path:
        time.sleep(0.05)


def hungry(size: int) -> int:
    """Takes memory."""
    return len(bytearray(size << 20))


def reach(port: int) -> None:
    """Connects to a server of this machine."""
    socket.create_connection(("127.0.0.1", port), timeout=2)


def double(number: int) -> int:
    """Works."""
    return 2 * number


def test_the_result_comes_back() -> None:
    assert run_limited(double, 21) == 42


def test_what_takes_too_long_is_killed() -> None:
    begun = time.perf_counter()
    with pytest.raises(LimitExceeded, match="not checked within"):
        run_limited(forever, "x", limits=Limits(seconds=3))
    assert time.perf_counter() - begun < 30


def test_what_takes_too_much_memory_is_stopped() -> None:
    with pytest.raises(LimitExceeded, match="MB"):
        run_limited(hungry, 8000, limits=Limits(seconds=60, megabytes=1500))


def test_there_is_no_network_inside() -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.5)
        with pytest.raises(ShapeError, match="network is closed"):
            run_limited(reach, canary.getsockname()[1])
        with pytest.raises(TimeoutError):
            canary.accept()
