"""Every statement below ``cypher/``: header complete, parameters as declared, and a plan without hidden whole scans."""

from __future__ import annotations

import re
from pathlib import Path

import neo4j
import pytest

from graph_engine.graph import Credentials, Graph
from graph_engine.statements import FOLDER, statement
from tests.integration.tiny_company import Company

NAMES = sorted(str(f.relative_to(FOLDER).with_suffix("")) for f in FOLDER.rglob("*.cypher"))
FRAGMENTS = {n for n in NAMES if n.startswith(("validate/", "query/"))}
"""Parts that the compilers of shapes and queries put together; the statements they make are tested with them."""
_HEADER = re.compile(r"^// (purpose|params|returns|index): ", re.MULTILINE)
_FILL = {
    "type": "ORDER_CUSTOMER",
    "class": "Customer",
    "label": "Customer",
    "property": "name",
    "first": "name",
    "second": "name",
    "piece": "HandbookPiece",
    "sentence": "HandbookSentence",
    "stem": "HandbookStem",
    "name": "HandbookName",
}
_WHOLE = re.compile(r"scan|whole|all |none|small|create only|count store", re.IGNORECASE)


@pytest.mark.parametrize("name", NAMES)
def test_header_is_complete_and_true(name: str) -> None:
    text = (FOLDER / f"{name}.cypher").read_text(encoding="utf-8")
    assert {m[1] for m in _HEADER.finditer(text)} == {"purpose", "params", "returns", "index"}
    held = statement(name)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
    if name not in FRAGMENTS:
        assert set(re.findall(r"\$(\w+)", body)) == set(held.params)


@pytest.mark.integration
def test_plans_scan_all_nodes_only_where_declared(tmp_path: Path, graph: Graph, credentials: Credentials) -> None:
    company = Company(tmp_path / "tiny", credentials)
    company.ingest()
    company.close()
    with graph.driver.session(database=credentials.database) as session:
        for name in sorted(set(NAMES) - FRAGMENTS):
            if name.startswith("schema/") or "CREATE " in statement(name).text[:7] or "SHOW " in statement(name).text:
                continue  # these cannot be explained
            filled = re.sub(r"\{(\w+)\}", lambda m: _FILL.get(m[1], m[0]), statement(name).text)
            values = {p: _example(name, p) for p in statement(name).params}
            plan = session.run(f"EXPLAIN {filled}", values).consume().plan
            assert plan is not None, name
            operators = set(_operators(plan))
            assert "AllNodesScan" not in operators or _WHOLE.search(statement(name).index), name


def _example(name: str, parameter: str) -> object:
    kind = re.search(rf"\b{parameter} (LIST<MAP>|LIST<STRING>|LIST<LIST>|MAP|INTEGER|STRING)", _header(name))
    return {"LIST<MAP>": [], "LIST<STRING>": [], "LIST<LIST>": [], "MAP": {}, "INTEGER": 1}.get(
        kind[1] if kind else "", "x"
    )


def _header(name: str) -> str:
    text = (FOLDER / f"{name}.cypher").read_text(encoding="utf-8")
    return next(line for line in text.splitlines() if line.startswith("// params:"))


def _operators(plan: neo4j.Plan | dict[str, object]) -> list[str]:
    found = dict(plan)
    children = found.get("children") or []
    assert isinstance(children, list)
    return [str(found["operatorType"]).split("@")[0], *(o for child in children for o in _operators(child))]
