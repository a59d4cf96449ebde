"""Where the API listens: off the loopback only for known callers, and a port that is taken is said."""

from __future__ import annotations

import asyncio
import socket

import pytest

from api.serving import listen, require_safe
from ontology.errors import ConfigurationError


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "company.example", ""])
def test_off_this_machine_only_known_callers_are_served_and_only_encrypted(host: str) -> None:
    with pytest.raises(ConfigurationError, match="nobody has a key"):
        require_safe(host, known=False, certificate=True, proxied=True)
    with pytest.raises(ConfigurationError, match="in the clear"):
        require_safe(host, known=True, certificate=False, proxied=False)
    require_safe(host, known=True, certificate=True, proxied=False)
    require_safe(host, known=True, certificate=False, proxied=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_on_this_machine_nothing_is_needed(host: str) -> None:
    require_safe(host, known=False, certificate=False, proxied=False)


def test_a_taken_port_is_said_with_what_to_do() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Port {port} is taken") as caught:
            listen("127.0.0.1", port)
        assert "--port" in caught.value.do


def test_answers_are_sent_at_once() -> None:
    """Without TCP_NODELAY the body of an answer waits for its head to be acknowledged: 40 ms each time."""

    async def seen() -> int:
        told: list[int] = []

        class Watched(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                held = transport.get_extra_info("socket")
                told.append(held.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
                transport.close()

        loop = asyncio.get_running_loop()
        server = await loop.create_server(Watched, sock=listen("127.0.0.1", 0))
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await reader.read()
        writer.close()
        server.close()
        return told[0]

    assert asyncio.run(seen()) != 0
