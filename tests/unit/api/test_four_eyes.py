"""Policies say which changes need a second person; those that the page shows are Cedar and say what it says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from api.access.caller import Caller, Forbidden
from api.access.policy import Policies
from api.app import create_app
from api.carrying_out import proposed_here
from api.four_eyes import KINDS, needs_two, require_alone
from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from ontology.errors import ConfigurationError, DatabaseError

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


def test_on_the_command_line_a_change_that_needs_two_is_proposed(tmp_path: Path) -> None:
    """It waits in the same place as one over HTTP, the audit names it, and who proposed it cannot approve it."""
    (tmp_path / "knockon.yaml").write_text("company: Nobody\n", encoding="utf-8")
    project = Project(replace(load_settings(tmp_path), neo4j=None))
    project.__dict__["graph"] = Graph.connect(Credentials("bolt://127.0.0.1:1", "neo4j", "x"), check=False)
    asked = {"entity": "e_1", "changes": ["price=1"], "because": "it is right", "until": None}
    assert proposed_here(project, "correct-money", asked, "it is right", "Mia") is None, "no policy wants two"
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/own.cedar").write_text(
        'forbid(principal, action == Action::"alone", resource == Change::"correct-money");', encoding="utf-8"
    )
    assert proposed_here(project, "correct", asked, "it is right", "Mia") is None
    with pytest.raises(DatabaseError):  # which version it is proposed at cannot be said while nothing answers
        proposed_here(project, "correct-money", asked, "it is right", "Mia")
