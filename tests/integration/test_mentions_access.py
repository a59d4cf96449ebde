"""Who names a thing, for callers who do not see everything: only from what they see, with nothing of the rest in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access.keys import create_key
from api.app import create_app
from api.project import Project
from tests.integration.test_text_mentions import bring_up, ingest, project, table, text

pytestmark = pytest.mark.integration
__all__ = ["project"]
_OWN = """
@id("all-act") permit(principal, action in [Action::"read", Action::"ask"], resource);
@id("all-see") permit(principal, action == Action::"see", resource);
@id("no-orders") forbid(principal in Role::"clerk", action == Action::"see", resource in Class::"Order");
@id("no-twin") forbid(principal in Role::"half", action == Action::"see",
                      resource == Value::"Customer.account_number=K-12");
@id("no-desk") forbid(principal in Role::"outside", action == Action::"see", resource == Source::"desk");
@id("no-names") forbid(principal in Role::"nameless", action == Action::"see", resource in Property::"Customer.name");
"""
_VERSION = re.compile(r'"version":\s*\d+')
_NAMES = ("O-77002", "Brandt Gartenbau", "Ines Weber")
_THINGS = ("Customer:K-10", "Customer:K-11", "Customer:K-12", "Order:O-77001", *_NAMES)


@contextmanager
def asking(project: Project) -> Iterator[dict[str, TestClient]]:
    """A client for each role, and one that sees everything."""
    with Project(project.settings) as opened:
        app = create_app(opened, rate=1e6)
        office = app.state.service.office
        made = {"": TestClient(app, base_url="http://127.0.0.1")}
        for role in ("clerk", "half", "outside", "nameless"):
            made[role] = TestClient(app, base_url="http://127.0.0.1")
            made[role].headers["Authorization"] = "Bearer " + create_key(office, role, [role])[1]
        yield made


def policies(project: Project) -> None:
    place = project.settings.folder / "policies"
    place.mkdir()
    (place / "own.cedar").write_text(_OWN, encoding="utf-8")


def named(client: TestClient, thing: str) -> dict[str, Any]:
    """Title of the document → the mention there."""
    found = client.get("/v1/mentions", params={"thing": thing, "limit": 100})
    assert found.status_code == 200, found.text
    return {m["document"]: m for m in found.json()["mentions"]}


def told(client: TestClient) -> list[str]:
    """What a caller is told of all that there is, byte for byte but for the version."""
    answers = (client.get("/v1/mentions", params={"thing": thing, "limit": 100}) for thing in _THINGS)
    return [f"{a.status_code} {_VERSION.sub('', a.text)}" for a in answers]


@pytest.mark.parametrize("where", ["memory", "neo4j"])
def test_mentions_are_told_from_what_the_caller_sees_wherever_the_index_is(project: Project, where: str) -> None:
    settings = project.settings.folder / "knockon.yaml"
    settings.write_text(f"company: Shop\nanswers: {{embedding: none, index: {where}}}\n", encoding="utf-8")
    policies(project)
    ingest(project)
    bring_up(project)  # the index in the database holds everything
    with asking(project) as by:
        whole = named(by[""], "Customer:K-11")
        assert whole["Late"]["sure"] > 0.8  # the order beside the name is hers
        assert whole["Weber"]["candidates"] == 2
        # Who sees no orders is not told that one of them tells the two apart.
        assert by["clerk"].get("/v1/mentions", params={"thing": "O-77001"}).status_code == 404
        clerk = named(by["clerk"], "Customer:K-11")
        assert (clerk["Late"]["sure"], clerk["Late"]["candidates"]) == (0.5, 2)
        assert "told apart" not in json.dumps(clerk)
        # Who does not see her namesake sees one Ines Weber, as if there were no other.
        assert by["half"].get("/v1/mentions", params={"thing": "Customer:K-12"}).status_code == 404
        half = named(by["half"], "Ines Weber")
        assert {m["candidates"] for m in half.values()} == {1}
        assert half["Weber"]["sure"] == 1.0
        # Whose texts are hidden hears of none, and of no record or document of theirs.
        assert named(by["outside"], "Brandt Gartenbau") == {}
        assert "desk" not in by["outside"].get("/v1/mentions", params={"thing": "Customer:K-10"}).text
        # Where the name is hidden, nothing is found by it.
        assert by["nameless"].get("/v1/mentions", params={"thing": "Brandt Gartenbau"}).status_code == 404
        assert named(by["nameless"], "Customer:K-10") == {}


def test_what_is_hidden_changes_nothing_of_what_is_told(project: Project) -> None:
    policies(project)
    ingest(project)
    bring_up(project)
    with asking(project) as by:
        before = {role: told(by[role]) for role in ("", "clerk", "half", "outside")}
    place: Path = project.settings.folder
    table(place, "orders", "No,Day,Customer", "O-77001,2026-03-01,K-12", "O-77009,2026-03-02,K-10")
    text(place, "order.md", "# Late\n\nIn order O-77001 Ines Weber waited three weeks for a hose.\n")
    ingest(project)
    bring_up(project)
    with asking(project) as by:
        assert told(by["clerk"]) == before["clerk"]
        assert told(by[""]) != before[""]  # so there was something that could have leaked
    table(place, "orders", "No,Day,Customer", "O-77001,2026-03-01,K-11", "O-77002,2026-03-02,K-10")
    table(place, "customers", "Id,Name", "K-10,Brandt Gartenbau", "K-11,Ines Weber", "K-12,Brandt Gartenbau")
    ingest(project)
    bring_up(project)
    with asking(project) as by:
        assert told(by["half"]) == before["half"]
    table(place, "customers", "Id,Name", "K-10,Brandt Gartenbau", "K-11,Ines Weber", "K-12,Ines Weber")
    text(place, "letter.md", "# Another letter\n\nNobody wrote.\n")
    text(place, "hidden.md", "# Brandt\n\nBrandt Gartenbau and Ines Weber share a fence and order O-77002.\n")
    ingest(project)
    bring_up(project)
    with asking(project) as by:
        assert told(by["outside"]) == before["outside"]
