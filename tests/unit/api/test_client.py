"""The Python client is what the description of the API makes of it, and speaks to the API."""

from __future__ import annotations

import filecmp
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.access.keys import create_key
from api.app import create_app
from api.client import TARGET, generate
from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Credentials
from knockon.client import AuthenticatedClient
from knockon.client.api.access import access_create_key, access_list_keys, access_me
from knockon.client.api.answers import answers_impact
from knockon.client.api.state import health_health
from knockon.client.models import ImpactQuestion, KeyMade, KeysAnswer, MeAnswer, NewKey, Problem


def files(folder: Path) -> set[str]:
    return {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file() and "__pycache__" not in f.parts}


def test_the_client_is_not_stale(tmp_path: Path) -> None:
    """`make client` writes it anew where a question, a field or a description changed."""
    generate(tmp_path / "client")
    assert files(tmp_path / "client") == files(TARGET)
    _, different, unreadable = filecmp.cmpfiles(tmp_path / "client", TARGET, files(TARGET), shallow=False)
    assert (different, unreadable) == ([], [])


@pytest.fixture
def client(tmp_path: Path) -> AuthenticatedClient:
    (tmp_path / "knockon.yaml").write_text("company: Nobody\n", encoding="utf-8")
    nowhere = Credentials("bolt://127.0.0.1:1", "neo4j", "none")
    app = create_app(Project(replace(load_settings(tmp_path), neo4j=nowhere)), anonymous=False)
    _, text = create_key(app.state.service.office, "owner", ["owner"])
    made = AuthenticatedClient(base_url="http://127.0.0.1", token=text)
    through = TestClient(app, base_url="http://127.0.0.1", headers={"Authorization": f"Bearer {text}"})
    return made.set_httpx_client(through)


def test_it_speaks_to_the_api_in_types(client: AuthenticatedClient) -> None:
    assert health_health.sync(client=client) is not None
    me = access_me.sync(client=client)
    assert isinstance(me, MeAnswer) and me.roles == ["owner"]
    made = access_create_key.sync(client=client, body=NewKey(name="reader", roles=["viewer"]))
    assert isinstance(made, KeyMade) and made.key.startswith("kk_")
    listed = access_list_keys.sync(client=client)
    assert isinstance(listed, KeysAnswer) and {k.name for k in listed.keys} == {"owner", "reader"}


def test_problems_come_in_types_too(client: AuthenticatedClient) -> None:
    found = answers_impact.sync_detailed(client=client, body=ImpactQuestion.from_dict({"starts": ["x"]}))
    assert found.status_code == 503 and isinstance(found.parsed, Problem)
    assert found.parsed.code == "database" and found.parsed.do
