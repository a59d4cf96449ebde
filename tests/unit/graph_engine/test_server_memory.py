"""How the server's memory follows the machine."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_engine.server.memory import machine_mebibytes, sized
from ontology.errors import ConfigurationError


@given(st.integers(min_value=1024, max_value=4_000_000))
def test_knockon_itself_keeps_half_of_any_machine(total: int) -> None:
    memory = sized(total)
    assert 256 <= memory.heap <= 4096
    assert 128 <= memory.page_cache <= 8192
    assert memory.heap + memory.page_cache <= total / 2


@given(st.integers(1024, 1_000_000), st.integers(1024, 1_000_000))
def test_a_larger_machine_never_gives_less(one: int, other: int) -> None:
    small, large = sized(min(one, other)), sized(max(one, other))
    assert small.heap <= large.heap
    assert small.page_cache <= large.page_cache


def test_settings_override() -> None:
    memory = sized(16_000, heap="2g", page_cache="800m")
    assert (memory.heap, memory.page_cache) == (2048, 800)


@pytest.mark.parametrize("text", ["2", "g", "2 gb", "-1g", "0g", "1.5g", "2t"])
def test_what_is_not_a_size_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="2g"):
        sized(16_000, heap=text)


def test_more_than_the_machine_has_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="exceed"):
        sized(4000, heap="4g")
    with pytest.raises(ConfigurationError, match="100 MB"):
        sized(4000, heap="100m")


def test_a_containers_limit_counts(tmp_path: Path) -> None:
    limit, unlimited = tmp_path / "limit", tmp_path / "max"
    limit.write_text(f"{1 << 30}\n")
    unlimited.write_text("max\n")
    whole = psutil.virtual_memory().total >> 20
    assert machine_mebibytes((limit,)) == min(1024, whole)
    assert machine_mebibytes((unlimited, tmp_path / "absent")) == whole
