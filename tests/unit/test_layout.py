"""The rooms' short names mean the checkout; the wheel puts them out of everyone's way; docs know every command."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("ontology", "ingest", "graph_engine", "reasoning", "validation", "api")


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_resolves_to_the_checkout(room: str) -> None:
    module = importlib.import_module(room)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve().parent == ROOT / room


def test_the_wheel_maps_every_room_below_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    for folder in (*ROOMS, "cypher", "examples"):
        assert folder in wheel["only-include"]
        assert wheel["sources"][folder] == f"knockon/_app/{folder}"


def test_all_dependencies_have_a_lower_bound() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    named += [d for extra in project["project"]["optional-dependencies"].values() for d in extra]
    assert [d for d in named if ">=" not in d] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_have_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "index-url" not in text
    pinned = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
    assert pinned
    assert [line for line in pinned if not line.rstrip().endswith("\\")] == []
