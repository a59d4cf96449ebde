"""Every route × no key, a wrong one, an expired one, a revoked one, a role that may not: walked from the OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.access.caller import Action, Caller, action_of
from api.access.keys import create_key, revoke_key
from api.app import V1, create_app
from api.problems import MEDIA_TYPE
from api.project import Project
from api.service import Service
from api.settings import load_settings
from graph_engine.graph import Credentials

OPEN = {"/v1/session", "/v1/invitations"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project without a database: whoever is refused must be so before one is asked."""
    place = tmp_path_factory.mktemp("company")
    (place / "knockon.yaml").write_text("company: Nobody\n", encoding="utf-8")
    (place / "policies").mkdir()
    (place / "policies/own.cedar").write_text(
        'permit(principal in Role::"nothing", action == Action::"sleep", resource);'
    )
    nowhere = Credentials("bolt://127.0.0.1:1", "neo4j", "none")
    with Project(replace(load_settings(place), neo4j=nowhere)) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(company: Project) -> TestClient:
    return TestClient(create_app(company, anonymous=False), base_url="http://127.0.0.1", raise_server_exceptions=False)


def service(client: TestClient) -> Service:
    found = client.app.state.service  # type: ignore[attr-defined]
    assert isinstance(found, Service)
    return found


def operations(client: TestClient) -> list[tuple[str, str]]:
    """Every method and path below /v1, with something in place of its parameters."""
    described = client.app.openapi()  # type: ignore[attr-defined]
    found = []
    for path, methods in described["paths"].items():
        for method in methods:
            if path.startswith("/v1") and path not in OPEN:
                found.append((method.upper(), re.sub(r"\{\w+\}", "job-00", path)))
    assert len(found) > 20
    return found


def refused(client: TestClient, headers: dict[str, str], status: int) -> None:
    for method, path in operations(client):
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == status, (method, path, answer.text)
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert answer.headers["x-request-id"]
        if status == 401:
            assert answer.headers["www-authenticate"] == "Bearer"


def test_without_a_key_nothing_is_answered(client: TestClient) -> None:
    refused(client, {}, 401)
    for path in ("/metrics", "/openapi.json", "/docs"):
        assert client.get(path).status_code == 401, path
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize(
    "given",
    ["x", "kk_00000000_" + "A" * 43, "kk_", "", "kk_00000000_" + "é" * 43, "' OR 1=1 --", "Bearer", "kk_" + "0" * 9999],
)
def test_a_wrong_key_is_refused(client: TestClient, given: str) -> None:
    refused(client, {"Authorization": b"Bearer " + given.encode("latin-1")}, 401)  # type: ignore[dict-item]


def test_an_expired_or_revoked_key_is_refused(client: TestClient) -> None:
    office = service(client).office
    ended, text = create_key(office, "ended", ["owner"], days=1)
    office.change("UPDATE key SET expires = '2020-01-01T00:00:00Z' WHERE id = ?", (ended.id,))
    refused(client, {"Authorization": f"Bearer {text}"}, 401)
    gone, text = create_key(office, "gone", ["owner"])
    assert client.get("/v1/keys", headers={"X-API-Key": text}).status_code == 200
    revoke_key(office, gone.id)
    refused(client, {"Authorization": f"Bearer {text}"}, 401)


def test_a_role_that_no_policy_permits_anything_is_refused_everywhere(client: TestClient) -> None:
    _, text = create_key(service(client).office, "nobody", ["nothing"])
    refused(client, {"Authorization": f"Bearer {text}"}, 403)


def test_a_scope_limits_what_a_role_may(client: TestClient) -> None:
    _, text = create_key(service(client).office, "narrow", ["owner"], scopes=[Action.AUDIT])
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get("/v1/audit", headers=headers).status_code == 200
    assert client.get("/v1/keys", headers=headers).status_code == 403
    assert client.post("/v1/runs/undo", json={}, headers=headers).status_code == 403


def test_a_viewer_changes_nothing(client: TestClient) -> None:
    _, text = create_key(service(client).office, "viewer", ["viewer"])
    headers = {"Authorization": f"Bearer {text}"}
    for method, path in operations(client):
        if method in ("PUT", "DELETE", "PATCH") or path.startswith("/v1/runs/"):
            assert client.request(method, path, headers=headers).status_code == 403, (method, path)
    assert client.post("/v1/keys", json={"name": "x", "roles": ["owner"]}, headers=headers).status_code == 403


def test_on_loopback_a_proxy_does_not_make_a_stranger_local(company: Project) -> None:
    app = create_app(company, hosts=["graph.example"])
    near = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    assert near.get("/v1/audit").status_code == 200
    assert near.get("/v1/keys").status_code == 403, "who is not known makes no keys"
    for header in ("x-forwarded-for", "forwarded", "via", "x-real-ip"):
        assert near.get("/v1/audit", headers={header: "203.0.113.9"}).status_code == 401
    far = TestClient(app, base_url="http://graph.example", raise_server_exceptions=False)
    assert far.get("/v1/audit").status_code == 401


def test_another_site_changes_nothing(company: Project) -> None:
    near = TestClient(create_app(company), base_url="http://127.0.0.1", raise_server_exceptions=False)
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "http://["}):
        answer = near.post("/v1/runs/undo", json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin")


def test_people_are_invited_sign_in_and_out(company: Project) -> None:
    from api.access.people import disable, invite

    app = create_app(company, anonymous=False)
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    office = app.state.service.office
    _, code = invite(office, "Anna@company.example", "Anna", ["owner"])
    post = client.post
    assert post("/v1/invitations", json={"code": code, "password": "anna-anna-anna"}).status_code == 422
    assert post("/v1/invitations", json={"code": code, "password": "four plain words here"}).status_code == 201
    assert post("/v1/invitations", json={"code": code, "password": "another one of those"}).status_code == 401
    assert post("/v1/session", json={"email": "anna@company.example", "password": "wrong"}).status_code == 401
    assert post("/v1/session", json={"email": "eve@company.example", "password": "wrong"}).status_code == 401
    good = post("/v1/session", json={"email": "ANNA@company.example", "password": "four plain words here"})
    assert good.status_code == 201 and "HttpOnly" in good.headers["set-cookie"]
    assert client.get("/v1/keys").status_code == 200
    assert client.delete("/v1/session").status_code == 204
    assert client.get("/v1/keys").status_code == 401
    for _ in range(12):
        last = post("/v1/session", json={"email": "bob@company.example", "password": "wrong"})
    assert (last.status_code, last.json()["code"]) == (429, "too-many")
    held = b"".join(f.read_bytes() for f in Path(office.file.parent).iterdir() if f.is_file())
    assert b"four plain words here" not in held and code.encode() not in held
    post("/v1/session", json={"email": "anna@company.example", "password": "four plain words here"})
    disable(office, "anna@company.example")
    assert client.get("/v1/keys").status_code == 401


def test_secrets_are_neither_kept_nor_written_down(company: Project) -> None:
    app = create_app(company, anonymous=False)
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    _, text = create_key(app.state.service.office, "owner", ["owner"])
    made = client.post("/v1/keys", json={"name": "n", "roles": ["viewer"]}, headers={"Authorization": f"Bearer {text}"})
    assert made.status_code == 201
    held = b"".join(f.read_bytes() for f in company.settings.data.iterdir() if f.is_file())
    for secret in (text, made.json()["key"]):
        assert secret.split("_", 2)[2].encode() not in held  # the random part may hold a _ too


def test_requests_past_the_rate_are_told_to_wait(company: Project) -> None:
    app = create_app(company, anonymous=False, rate=1.0)
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    _, text = create_key(app.state.service.office, "fast", ["owner"])
    answers = [client.get("/v1/keys", headers={"Authorization": f"Bearer {text}"}) for _ in range(8)]
    assert [a.status_code for a in answers[:4]] == [200] * 4
    assert answers[-1].status_code == 429 and int(answers[-1].headers["retry-after"]) >= 1


def test_an_idempotency_key_does_a_thing_once(company: Project) -> None:
    app = create_app(company, anonymous=False)
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    _, text = create_key(app.state.service.office, "owner", ["owner"])
    headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": "abc"}
    before = len(client.get("/v1/jobs", headers=headers).json()["jobs"])
    first = client.post("/v1/runs/replay", json={"because": "once"}, headers=headers)
    again = client.post("/v1/runs/replay", json={"because": "once"}, headers=headers)
    assert first.status_code == again.status_code == 202 and first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert len(client.get("/v1/jobs", headers=headers).json()["jobs"]) == before + 1
    other = client.post("/v1/runs/replay", json={"because": "twice"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key")
    secret = client.post("/v1/keys", json={"name": "n", "roles": ["viewer"]}, headers=headers)
    assert secret.status_code == 422, "an answer that holds a secret is never kept"
    app.state.service.jobs.close()
    assert client.get(f"/v1/jobs/{first.json()['id']}", headers=headers).json()["state"] in ("failed", "lost")


def test_a_job_that_ended_badly_is_taken_up_again(company: Project) -> None:
    app = create_app(company, anonymous=False)
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    _, text = create_key(app.state.service.office, "owner", ["owner"])
    headers = {"Authorization": f"Bearer {text}"}
    first = client.post("/v1/runs/replay", json={"because": "nightly"}, headers=headers).json()
    client.get(f"/v1/jobs/{first['id']}/events", headers=headers)
    assert client.get(f"/v1/jobs/{first['id']}", headers=headers).json()["state"] == "failed", "there is no database"
    again = client.post(f"/v1/jobs/{first['id']}/resume", headers=headers)
    assert again.status_code == 202 and again.json()["id"] != first["id"]
    assert again.json()["asked"] == {**first["asked"], "resumes": first["id"]}
    client.get(f"/v1/jobs/{again.json()['id']}/events", headers=headers)
    third = client.post(f"/v1/jobs/{again.json()['id']}/resume", headers=headers)
    assert third.status_code == 202, "and that one too"
    app.state.service.office.change("UPDATE job SET state = 'done' WHERE id = ?", (first["id"],))
    assert client.post(f"/v1/jobs/{first['id']}/resume", headers=headers).status_code == 422
    app.state.service.jobs.close()


def test_what_cannot_be_parsed_is_refused_and_written_down(company: Project) -> None:
    app = create_app(company)
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    headers = {"content-type": "application/json"}
    for content in (b"[" * 100_000, b"{", b"\xff", b'{"a":' * 3_000, b'"' + b"x" * 5_000, b"NaN", b"1e999"):
        answer = client.post("/v1/query", content=content, headers=headers)
        assert answer.status_code in (400, 422), content[:10]
        newest = app.state.service.audit.newest(1)[0]
        assert newest.body["status"] == answer.status_code and newest.body["path"] == "/v1/query"
    assert app.state.service.audit.verify().broken_at is None


def test_every_route_answers_those_roles_that_may_and_no_others(client: TestClient) -> None:
    """Every route × every shipped role: refused exactly where the role's policies do not permit what the route does."""
    from fastapi.routing import APIRoute

    held = service(client)
    keys = {
        role: create_key(held.office, role, [role]) for role in ("owner", "steward", "analyst", "viewer", "personal")
    }
    actions = {
        (method, f"/v1{re.sub(r':path(?=})', '', route.path)}"): action_of(route.endpoint, method)
        for part in V1
        for route in part.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    described = client.app.openapi()["paths"]  # type: ignore[attr-defined]
    tried = 0
    for path, methods in described.items():
        if not path.startswith("/v1") or path in OPEN:
            continue
        for method in methods:
            action = actions[method.upper(), path]
            for role, (_, text) in keys.items():
                may = held.policies.decide(Caller("key:x", role, "key", (role,)), action).allowed
                if may:
                    continue  # what those get who may is tested where the route is
                answer = client.request(
                    method.upper(), re.sub(r"\{\w+\}", "job-00", path), headers={"Authorization": f"Bearer {text}"}
                )
                assert answer.status_code == 403, (method, path, role, answer.text)
                tried += 1
    assert tried > 100
