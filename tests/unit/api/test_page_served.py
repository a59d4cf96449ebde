"""The page as it is shipped: built from the sources beside it, small, and harmless."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.page import DIGEST, INDEX, POLICY, STATIC, assets, source_digest
from api.routes import page

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "web"
FIRST_LOAD = 500_000
"""Bytes of JavaScript and CSS, gzipped, that the first view may take."""


@pytest.fixture(scope="module")
def client() -> TestClient:
    """The routes of the page alone: they need nothing else."""
    app = FastAPI()
    app.include_router(page.router)
    return TestClient(app)


def test_the_build_is_of_these_sources() -> None:
    assert (STATIC / DIGEST).read_text(encoding="utf-8").strip() == source_digest(WEB), "run `make web`"


def test_a_changed_source_changes_the_digest(tmp_path: Path) -> None:
    for name in ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "src/a.ts"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    before = source_digest(tmp_path)
    (tmp_path / "src/a.ts").write_bytes(b"src/a.ts")
    assert source_digest(tmp_path) == before
    (tmp_path / "src/a.ts").write_bytes(b"src/b.ts")
    changed = source_digest(tmp_path)
    (tmp_path / "src/a.ts").rename(tmp_path / "src/c.ts")
    assert len({before, changed, source_digest(tmp_path)}) == 3


def test_what_is_locked_names_no_registry_and_every_version_is_exact() -> None:
    lock = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock and "registry." not in lock
    held = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    versions = {**held["dependencies"], **held["devDependencies"]}
    assert [n for n, v in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", v)] == []
    packages = {n: p for n, p in json.loads(lock)["packages"].items() if n}
    assert [n for n, p in packages.items() if not p.get("integrity")] == []


def test_the_first_view_is_small(client: TestClient) -> None:
    index = client.get("/").text
    named = set(re.findall(r'(?:src|href)="/(assets/[^"]+)"', index))
    assert any(n.endswith(".js") for n in named) and any(n.endswith(".css") for n in named)
    held = assets()
    size = sum(len(gzip.compress(held[n].content, 9)) for n in named if n.endswith((".js", ".css")))
    assert size < FIRST_LOAD


def test_nothing_inline_and_no_other_host_is_in_the_page(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY and "http" not in POLICY and "default-src 'none'" in POLICY
    assert re.findall(r"<script(?![^>]*\bsrc=\"/assets/)", answer.text) == []
    assert (
        "<style" not in answer.text
        and " style=" not in answer.text
        and " on" not in re.sub(r">[^<]*<", "><", answer.text)
    )
    assert re.findall(r'(?:src|href)="(?!/)', answer.text) == []


def test_what_is_hashed_is_kept_and_the_page_itself_is_asked_for(client: TestClient) -> None:
    assert client.get("/").headers["cache-control"] == "no-cache"
    name = next(n for n in assets() if n.endswith(".js"))
    answer = client.get(f"/{name}")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = client.get(f"/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = client.get(f"/{name}", headers={"Accept-Encoding": "identity"})
    assert plain.content == answer.content and "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    "path", ["/assets/..%2f..%2f__init__.py", "/assets/../sources.sha256", "/assets/none.js", f"/{DIGEST}"]
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_wheel_holds_the_page() -> None:
    held = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "api" in held["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert not {"static/", "assets/", "*.js", "*.css", "*.woff2"} & set(ignored)
    assert INDEX in assets()
