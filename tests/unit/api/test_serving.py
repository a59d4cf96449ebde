"""Where the API listens: on the loopback only, and a port that is taken is said."""

from __future__ import annotations

import pytest

from api.serving import listen
from ontology.errors import ConfigurationError


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "company.example", ""])
def test_only_the_loopback_is_listened_on(host: str) -> None:
    with pytest.raises(ConfigurationError, match="no keys yet"):
        listen(host, 0)


def test_a_taken_port_is_said_with_what_to_do() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Port {port} is taken") as caught:
            listen("127.0.0.1", port)
        assert "--port" in caught.value.do
