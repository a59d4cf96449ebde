"""Where the API listens: off the loopback only for known callers, and a port that is taken is said."""

from __future__ import annotations

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
