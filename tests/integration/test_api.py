"""The HTTP API on a real graph: what it answers, what it refuses, and that nothing makes it fall over."""

from __future__ import annotations

import json
import re
import shlex
import string
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.problems import MEDIA_TYPE
from api.project import Project
from api.settings import load_settings
from graph_engine.graph import Credentials, Graph
from graph_engine.server.managed import ManagedServer
from tests.integration.plaetscher import SAMPLE, SUPPLIER, asking, sample_company

PAGE = SAMPLE.parents[1] / "docs/api.md"
pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, _session_graph: Graph, credentials: Credentials
) -> Iterator[Project]:
    """The sample company, ingested once for all tests of this module."""
    place = tmp_path_factory.mktemp("api") / "company"
    with sample_company(place, _session_graph, credentials) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(project: Project) -> TestClient:
    """What asks it."""
    return asking(project)


def problem(answer: Any, status: int, code: str) -> Any:
    """The problem in an answer, once it is one of the form that is promised."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    found = answer.json()
    assert found["status"] == status
    assert found["code"] == code
    assert found["type"].endswith(f"#{code}")
    assert found["title"] and found["detail"]
    assert "Traceback" not in answer.text and ".py" not in answer.text
    return found


def truth(name: str) -> Any:
    """What the generator of the sample company knows to be true."""
    return json.loads((SAMPLE / "truth" / f"{name}.json").read_text(encoding="utf-8"))


# ---- what it answers ------------------------------------------------------------------------------------------------


def test_it_is_up_and_ready(client: TestClient, project: Project) -> None:
    assert client.get("/health").json() == {"status": "up"}
    assert client.get("/ready").json() == {"status": "ready", "version": project.network().snapshot.version}


def test_impact_counts_what_the_truth_says(client: TestClient) -> None:
    body = {"starts": [SUPPLIER], "valid_at": "any", "limit": 0}
    answer = client.post("/v1/impact", json=body)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    counts = {t["class"]: t["count"] for t in found["totals"]}
    records = truth("impact")["records"]
    for name in ("OrderLine", "Order"):
        assert counts[name] == len(records[name]), name
    assert found["found"] == sum(counts.values())
    assert (found["listed"], found["affected"], found["complete"]) == (0, [], True)


def test_impact_by_name_key_and_id_is_the_same_and_money_is_exact_text(client: TestClient, project: Project) -> None:
    id_ = project.entity_id(SUPPLIER)
    options = {"to": ["Order"], "limit": 2, "paths": 1, "semantics": "earliest"}
    answers = [
        client.post("/v1/impact", json={"starts": [start], **options}).json()
        for start in (SUPPLIER, "Supplier:L-1007", id_, {"entity": id_})
    ]
    assert all(a == answers[0] for a in answers)
    first = answers[0]
    assert first["version"] == project.network().snapshot.version
    assert [s["id"] for s in first["starts"]] == [id_]
    total = next(t for t in first["totals"] if t["class"] == "Order")
    assert all(isinstance(amount, str) and "." in amount for amount in total["amounts"].values())
    hops = first["affected"][0]["paths"][0]["hops"]
    assert hops[0]["source"]["id"] == id_
    assert hops[-1]["target"] == first["affected"][0]["entity"]
    assert all(hop["records"] and hop["records"][0]["row"] >= 1 for hop in hops)


def test_impact_over_http_is_that_of_the_project(client: TestClient, project: Project) -> None:
    from reasoning.types import Filters, Start

    answer = client.post("/v1/impact", json={"starts": [SUPPLIER], "to": ["Customer"], "limit": 5, "paths": 2}).json()
    start = Start(project.entity_id(SUPPLIER))
    expected = project.impact([start], filters=Filters(to=("Customer",)), limit=5, paths=2).to_json()
    assert answer == json.loads(json.dumps(expected))


def test_answers_hold_nothing_that_is_not_described(client: TestClient) -> None:
    from api.wire_answers import Answer, ConnectionAnswer, EntityAnswer, ImpactAnswer, QuarantineAnswer, RunsAnswer

    def unknown(model: Answer) -> set[str]:
        found = set(model.model_extra or ())
        for name in type(model).model_fields:
            held = getattr(model, name)
            parts = held.values() if isinstance(held, dict) else held if isinstance(held, list) else [held]
            for part in parts:
                if isinstance(part, Answer):
                    found |= unknown(part)
        return found

    impact = client.post("/v1/impact", json={"starts": [SUPPLIER], "limit": 3, "paths": 1}).json()
    assert unknown(ImpactAnswer.model_validate(impact)) == set()
    path = client.get("/v1/paths", params={"from": SUPPLIER, "to": "Product:OTT-550", "k": 2}).json()
    assert unknown(ConnectionAnswer.model_validate(path)) == set()
    entity = client.get(f"/v1/entities/{SUPPLIER}").json()
    assert unknown(EntityAnswer.model_validate(entity)) == set()
    assert unknown(RunsAnswer.model_validate(client.get("/v1/runs").json())) == set()
    assert unknown(QuarantineAnswer.model_validate(client.get("/v1/quarantine").json())) == set()


def test_an_entity_comes_with_the_row_behind_each_value(client: TestClient, project: Project) -> None:
    found = client.get(f"/v1/entities/{SUPPLIER}", params={"limit": 1}).json()
    assert found["version"] == project.network().snapshot.version
    number = found["values"]["tax_number"]
    assert (number["value"], number["unit"], number["records"]) == ("DK30191907", None, ["erp/suppliers/L-1007"])
    place = found["records"]["erp/suppliers/L-1007"]
    assert (place["file"], place["row"], place["kind"]) == ("stammdaten.xlsx", 7, "source")
    roles = [r["role"] for r in found["relations"]]
    assert len(roles) == len(set(roles)), "one relation of each role"
    assert found["totals"]["offers"] == 3
    earlier = client.get(f"/v1/entities/{found['id']}", params={"known_at": str(found["version"])})
    assert earlier.json()["values"] == found["values"]
    never = client.get(f"/v1/entities/{found['id']}", params={"valid_at": "1900-01-01"}).json()
    assert set(never["totals"]) <= set(found["totals"])


def test_search_finds_and_filters_by_class(client: TestClient) -> None:
    found = client.get("/v1/search", params={"q": "otter", "class": "Product", "limit": 3}).json()
    assert len(found["results"]) == 3
    assert {r["class"] for r in found["results"]} == {"Product"}
    assert client.get("/v1/search", params={"q": "zzzzqqqq"}).json()["results"] == []


def test_paths_lead_from_one_to_the_other(client: TestClient) -> None:
    found = client.get("/v1/paths", params={"from": SUPPLIER, "to": "Product:OTT-550", "k": 2}).json()
    assert 1 <= len(found["paths"]) <= 2
    for path in found["paths"]:
        assert path["hops"][0]["source"]["title"] == SUPPLIER
        assert path["hops"][-1]["target"]["id"] == found["end"]["id"]
    near = client.get("/v1/paths", params={"from": SUPPLIER, "to": "Product:OTT-550", "depth": 1}).json()
    assert near["paths"] == []


def test_runs_and_quarantine(client: TestClient) -> None:
    runs = client.get("/v1/runs").json()
    assert (runs["total"], runs["runs"][0]["because"], runs["runs"][0]["in_force"]) == (1, "first", True)
    assert runs["next"] is None
    assert client.get("/v1/runs", params={"after": "nonsense"}).status_code == 422
    first = client.get("/v1/quarantine", params={"limit": 2}).json()
    second = client.get("/v1/quarantine", params={"limit": 2, "after": first["next"]}).json()
    assert not {r["id"] for r in first["rows"]} & {r["id"] for r in second["rows"]} and len(second["rows"]) == 2
    bad = truth("bad_rows")
    assert client.get("/v1/quarantine", params={"limit": 1}).json()["total"] == len(bad)
    lines = client.get("/v1/quarantine", params={"source": "shop.order_lines", "rule": "range"}).json()["rows"]
    assert [line["record"] for line in lines] == ["shop/order_lines/900078"]
    assert lines[0]["raw"] and lines[0]["file"] == "order_lines.csv"


# ---- what it refuses ------------------------------------------------------------------------------------------------


def test_an_unknown_name_is_404_with_what_is_similar(client: TestClient) -> None:
    found = problem(client.get("/v1/entities/Magnetfabrik Koldink"), 404, "not-found")
    assert SUPPLIER in {c["title"] for c in found["candidates"]}
    problem(client.post("/v1/impact", json={"starts": ["e_00000000000000000000"]}), 404, "not-found")


def test_an_ambiguous_name_is_409_with_the_candidates(client: TestClient) -> None:
    found = problem(client.get("/v1/entities/Otter"), 409, "ambiguous")
    assert 2 <= len(found["candidates"]) <= 20
    chosen = found["candidates"][0]
    assert client.get(f"/v1/entities/{chosen['id']}").json()["title"] == chosen["title"]
    problem(client.post("/v1/impact", json={"starts": ["Müller"]}), 409, "ambiguous")


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({"starts": []}, "body.starts"),
        ({"starts": [SUPPLIER] * 51}, "body.starts"),
        ({"starts": ["x" * 301]}, "body.starts.0"),
        ({"starts": [SUPPLIER], "limit": -1}, "body.limit"),
        ({"starts": [SUPPLIER], "limit": 10_001}, "body.limit"),
        ({"starts": [SUPPLIER], "limit": "many"}, "body.limit"),
        ({"starts": [SUPPLIER], "limit": 10_000, "paths": 20}, "body"),
        ({"starts": [SUPPLIER], "depth": 0}, "body.depth"),
        ({"starts": [SUPPLIER], "cutoff": -0.1}, "body.cutoff"),
        ({"starts": [SUPPLIER], "semantics": "guess"}, "body.semantics"),
        ({"starts": [SUPPLIER], "valid_at": "yesterday"}, "body.valid_at"),
        ({"starts": [SUPPLIER], "surprise": 1}, "body.surprise"),
        ({"starts": [{"entity": SUPPLIER, "severity": 2}]}, "body.starts.0"),
        ([], "body"),
        ("text", "body"),
    ],
)
def test_wrong_options_are_named(client: TestClient, body: object, part: str) -> None:
    found = problem(client.post("/v1/impact", json=body), 422, "bad-question")
    assert any(e["where"].startswith(part) for e in found["errors"]), found["errors"]


def test_options_that_make_no_sense_together_are_said(client: TestClient) -> None:
    for body in (
        {"starts": [SUPPLIER, SUPPLIER]},
        {"starts": [SUPPLIER], "to": ["Nonsense"]},
        {"starts": [SUPPLIER], "via": ["nonsense"]},
        {"starts": [SUPPLIER], "known_at": "soon"},
    ):
        assert problem(client.post("/v1/impact", json=body), 422, "bad-question")["detail"]
    problem(client.get("/v1/search", params={"q": "otter", "class": "Nonsense"}), 422, "bad-question")
    problem(client.get("/v1/paths", params={"from": SUPPLIER, "to": SUPPLIER}), 422, "bad-question")
    problem(client.get("/v1/paths", params={"from": SUPPLIER}), 422, "bad-question")
    problem(client.get("/v1/runs", params={"limit": 0}), 422, "bad-question")


def test_what_is_no_json_is_said(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    for content in (b"{", b"\xff\xfe", b"[" * 100_000, b'{"starts": ["\\ud800"]}', b'{"\\ud800": 1, "starts": ["a"]}'):
        answer = client.post("/v1/impact", content=content, headers=headers)
        assert answer.status_code in (400, 422), content[:20]
        assert answer.headers["content-type"] == MEDIA_TYPE


def test_a_huge_body_is_refused_announced_or_not(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    problem(client.post("/v1/impact", content=b" " * 300_000, headers=headers), 413, "limit")
    parts = (b" " * 10_000 for _ in range(100))
    problem(client.post("/v1/impact", content=parts, headers=headers), 413, "limit")


def test_other_paths_methods_and_hosts_are_refused(client: TestClient) -> None:
    problem(client.get("/nowhere"), 404, "http-404")
    problem(client.get("/v1/impact"), 405, "http-405")
    problem(client.get("/health", headers={"host": "company.example"}), 421, "host")
    assert client.get("/health", headers={"host": "[::1]:8017"}).status_code == 200


def test_a_proxy_may_pass_its_name_on(project: Project) -> None:
    named = TestClient(create_app(project, hosts=["graph.company.example"]), base_url="http://graph.company.example")
    assert named.get("/health").status_code == 200


HOSTILE = (
    "' OR 1=1 //", "`) DETACH DELETE n //", "$(id)", "../../etc/passwd", "%00", "\x00", "{{7*7}}", "<script>",
    "a" * 300,
    "Supplier:", ":", "Order:'", "e_" + "f" * 20, "erp/items/10-0550", "𝕏" * 50, "\u202eabc", "-1", "*", "(?=a)*",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_only_names(client: TestClient, project: Project, text: str) -> None:
    for answer in (
        client.post("/v1/impact", json={"starts": [text], "limit": 1, "paths": 0}),
        client.get("/v1/search", params={"q": text, "limit": 1}),
        client.get("/v1/paths", params={"from": text, "to": SUPPLIER}),
        client.get("/v1/quarantine", params={"source": text[:100], "rule": text[:100]}),
    ):
        assert answer.status_code in (200, 404, 409, 422), answer.text
    assert client.get("/v1/runs").json()["version"] == project.network().snapshot.version


def odd_value() -> st.SearchStrategy[object]:
    """Values that a careless or hostile program may send."""
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(string.printable, max_size=20)
    return st.recursive(plain, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    options=st.dictionaries(
        st.sampled_from(["depth", "via", "avoid", "to", "towards", "cutoff", "valid_at", "limit", "semantics"]),
        odd_value(), max_size=3,
    ),
    start=st.sampled_from([SUPPLIER, "Supplier:L-1007"]) | odd_value(),
)  # fmt: skip
def test_no_body_makes_it_fall_over(client: TestClient, options: dict[str, object], start: object) -> None:
    # Written by hand: a careless program also sends NaN and Infinity, which JSON does not know.
    body = json.dumps({"starts": [start], "limit": 1, "paths": 0, **options})
    answer = client.post("/v1/impact", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 404, 409, 422), answer.text
    answer.json()


# ---- OpenAPI --------------------------------------------------------------------------------------------------------


def test_everything_is_described(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    operations = {(m, p): o for p, methods in described["paths"].items() for m, o in methods.items()}
    assert {("post", "/v1/impact"), ("get", "/v1/entities/{id}"), ("post", "/v1/query"), ("get", "/health")} <= set(
        operations
    )
    for (_, path), operation in operations.items():
        assert operation["description"], path
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description") or parameter["schema"].get("description"), (path, parameter["name"])
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert "$ref" in answer["content"][MEDIA_TYPE]["schema"], (path, status)
    text = json.dumps(described)
    for reference in {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}:
        assert reference in described["components"]["schemas"], reference
    question = described["components"]["schemas"]["ImpactQuestion"]
    assert question["additionalProperties"] is False
    assert question["examples"]


def examples() -> list[list[str]]:
    """The curl commands on the page about the API, split into words."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines() if line.startswith("curl ")]


@pytest.mark.parametrize("words", examples(), ids=" ".join)
def test_the_examples_on_the_page_are_answered(client: TestClient, words: list[str]) -> None:
    url = next(w for w in words if w.startswith("http://127.0.0.1:8017/"))
    path = url.removeprefix("http://127.0.0.1:8017")
    if "--json" in words:
        answer = client.post(path, json=json.loads(words[words.index("--json") + 1]))
    else:
        pairs = [w.split("=", 1) for at, w in enumerate(words) if at and words[at - 1] == "--data-urlencode"]
        answer = client.get(path, params=dict(pairs)) if pairs else client.get(path)
    assert answer.status_code == 200, answer.text
    for name in ("affected", "results", "paths", "runs", "rows"):
        assert answer.json().get(name) != [], "an example that finds nothing"


def test_the_page_names_every_question_and_every_code(client: TestClient) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        if any(
            part in path for part in ("/measures", "/scenarios", "/ask", "/resolution", "/onboarding", "/validation")
        ):
            continue  # each has a page of its own
        for method in methods:
            assert f"`{method.upper()} {path}`" in page, (method, path)
    for code in (
        "not-found",
        "ambiguous",
        "busy",
        "limit",
        "host",
        "bad-question",
        "defect",
        "database",
        "not-ready",
        "unauthenticated",
        "forbidden",
        "version-changed",
        "too-many",
        "idempotency-key",
        "origin",
        "time",
        "slow",
    ):
        assert f"| `{code}` |" in page


# ---- the database -------------------------------------------------------------------------------------------------


def test_an_empty_database_is_not_ready(own_server: ManagedServer, tmp_path: Path, short_lived_java: None) -> None:
    """And one that goes away is 503 until it is back; nothing has to be restarted."""
    place = tmp_path / "company"
    place.mkdir()
    (place / "knockon.yaml").write_text("company: Nobody\n", encoding="utf-8")
    with Project(replace(load_settings(place), neo4j=own_server.ensure_running())) as empty_one:
        client = TestClient(create_app(empty_one), base_url="http://localhost", raise_server_exceptions=False)
        found = problem(client.get("/ready"), 503, "not-ready")
        assert found["detail"] == "The graph is empty."
        problem(client.post("/v1/impact", json={"starts": ["a"]}), 503, "not-ready")
        own_server.kill()
        for path in ("/ready", "/v1/runs", "/v1/search?q=a", "/v1/entities/a"):
            answer = client.get(path)
            problem(answer, 503, "database")
            assert answer.headers["retry-after"]
        assert client.get("/health").status_code == 200
        own_server.ensure_running()
        problem(client.get("/ready"), 503, "not-ready")
