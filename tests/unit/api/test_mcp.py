"""The MCP server speaks the protocol: messages of every kind get the reply that the specification asks for."""

from __future__ import annotations

import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.mcp.server import Server
from api.mcp.tools import TOOLS
from api.project import Project
from ontology.errors import NotFound

NOTES: list[tuple[str, bool]] = []


class Nobody(Project):
    """A project that knows nothing."""

    def __init__(self) -> None:
        pass

    def search_at(self, text: str, **options: Any) -> Any:
        if text == "gone":
            raise NotFound("Nothing is called 'gone'.", do="Try another name.")
        if text == "broken":
            raise ZeroDivisionError("secret")
        return 7, [{"id": "e_1", "title": text}]


def server() -> Server:
    NOTES.clear()
    return Server(Nobody(), lambda name, given, answer: NOTES.append((name, answer is not None)))


def ask(method: str, **params: object) -> Any:
    return server().message(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))


def test_it_says_hello_and_lists_read_only_tools() -> None:
    hello = ask("initialize", protocolVersion="2024-11-05", capabilities={}, clientInfo={"name": "t", "version": "1"})
    assert hello["result"]["protocolVersion"] == "2024-11-05"
    assert ask("initialize", protocolVersion="1999-01-01")["result"]["protocolVersion"] == "2025-06-18"
    listed = ask("tools/list")["result"]["tools"]
    assert {t["name"] for t in listed} == set(TOOLS) >= {"search", "show", "path", "impact", "query"}
    assert all(t["annotations"]["readOnlyHint"] and t["inputSchema"]["type"] == "object" for t in listed)


def test_a_tool_answers_refuses_and_tells_no_secret() -> None:
    good = ask("tools/call", name="search", arguments={"text": "x"})["result"]
    assert good["structuredContent"]["version"] == 7 and not good["isError"]
    assert json.loads(good["content"][0]["text"]) == good["structuredContent"]
    assert NOTES == [("search", True)]
    gone = ask("tools/call", name="search", arguments={"text": "gone"})["result"]
    assert gone["isError"] and "another name" in gone["content"][0]["text"] and NOTES == [("search", False)]
    broken = ask("tools/call", name="search", arguments={"text": "broken"})["result"]
    assert broken["isError"] and "secret" not in json.dumps(broken)
    wrong = ask("tools/call", name="search", arguments={"text": "x", "surprise": 1})["result"]
    assert wrong["isError"] and "surprise" in wrong["content"][0]["text"]
    assert ask("tools/call", name="rm -rf", arguments={})["error"]["code"] == -32602


def test_lines_in_lines_out() -> None:
    ping = '{"jsonrpc":"2.0","id":"a","method":"ping"}'
    unknown = '{"jsonrpc":"2.0","id":2,"method":"nonsense"}'
    lines = ['{"jsonrpc":"2.0","method":"notifications/initialized"}', "", "{", ping, "x" * (3 << 20), unknown]
    out = io.StringIO()
    server().serve(io.StringIO("\n".join(lines) + "\n"), out)
    replies = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [r.get("id") for r in replies] == [None, "a", None, 2]
    assert [r.get("error", {}).get("code") for r in replies] == [-32700, None, -32600, -32601]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.sampled_from(["id", "method", "params", "jsonrpc", "x"]), v),
)


@given(message=JSON | st.fixed_dictionaries({"jsonrpc": st.just("2.0"), "id": JSON, "method": st.sampled_from(
    ["initialize", "tools/call", "tools/list", "ping"]), "params": JSON}))  # fmt: skip
def test_no_message_ends_the_session(message: object) -> None:
    reply = server().message(json.dumps(message))
    assert reply is None or ("result" in reply) != ("error" in reply)
