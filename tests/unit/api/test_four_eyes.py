"""Policies say which changes need a second person; those that the page shows are Cedar and say what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.access.caller import Caller, Forbidden
from api.access.policy import Policies
from api.app import create_app
from api.four_eyes import KINDS, needs_two, require_alone
from api.project import Project
from api.settings import load_settings
from ontology.errors import ConfigurationError

PAGE = Path(__file__).resolve().parents[3] / "docs/access.md"
MIA = Caller("person:mia@x.test", "Mia", "person", ("owner",))


def test_alone_unless_a_policy_forbids_it(tmp_path: Path) -> None:
    assert not [k for k in KINDS if needs_two(Policies(), MIA, k)]
    (shown,) = (
        t for t in re.findall(r"```cedar\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL) if "alone" in t
    )
    file = tmp_path / "own.cedar"
    file.write_text(shown, encoding="utf-8")
    policies = Policies([file])
    assert {k for k in KINDS if needs_two(policies, MIA, k)} == {"apply", "correct-money", "erase"}
    require_alone(policies, "correct")
    with pytest.raises(Forbidden, match="second person"):
        require_alone(policies, "erase")


def test_all_policies_on_the_page_are_cedar(tmp_path: Path) -> None:
    for number, text in enumerate(re.findall(r"```cedar\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)):
        file = tmp_path / f"{number}.cedar"
        file.write_text(text, encoding="utf-8")
        Policies([file])


def test_a_policy_that_is_wrong_is_said_when_the_service_starts(tmp_path: Path) -> None:
    (tmp_path / "knockon.yaml").write_text("company: Nobody\n", encoding="utf-8")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/own.cedar").write_text("permit(everybody);", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="Cedar"):
        create_app(Project(load_settings(tmp_path)))
