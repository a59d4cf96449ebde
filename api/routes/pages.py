"""``/docs``: the API described on a page without scripts; ``/metrics``: what Prometheus collects."""

from __future__ import annotations

import json
from html import escape

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.access.caller import Action
from api.routes.parts import Serving, Who

router = APIRouter(include_in_schema=False)
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}code,pre{font-family:"
    "ui-monospace,monospace}pre{background:#8881;padding:.6rem;overflow:auto}table{border-collapse:collapse}"
    "td{padding:.2rem .8rem .2rem 0;vertical-align:top}summary{cursor:pointer;padding:.3rem 0}"
    ":root{color-scheme:light dark}"
)


@router.get("/docs")
def docs(request: Request) -> Response:
    """All questions with their fields, from the description that programs read."""
    described = request.app.openapi()
    schemas = described["components"]["schemas"]
    parts = [
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'>",
        f"<title>knockon API</title><style>{_STYLE}</style></head><body><h1>knockon API</h1>",
        f"<p>{escape(str(described['info']['description']))}</p>",
        "<p>For programs: <a href=/openapi.json>openapi.json</a>.</p>",
    ]
    for path, methods in described["paths"].items():
        for method, held in methods.items():
            parts.append(
                f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code> "
                f"{escape(str(held.get('description', '')).splitlines()[0])}</summary>"
                f"{_fields(held, schemas)}</details>"
            )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return Response(
        "".join(parts) + "</body></html>", media_type="text/html", headers={"Content-Security-Policy": policy}
    )


@router.get("/metrics")
def metrics(request: Request, service: Serving, caller: Who) -> Response:
    """Counters and times, for callers who may read the audit."""
    service.require(caller, Action.AUDIT)
    return Response(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _fields(operation: dict[str, object], schemas: dict[str, dict[str, object]]) -> str:
    rows: list[tuple[str, str, str]] = []
    parameters = operation.get("parameters")
    for p in parameters if isinstance(parameters, list) else ():
        rows.append((p["name"], p["in"], str(p.get("description") or p["schema"].get("description") or "")))
    examples: list[object] = []
    body = operation.get("requestBody")
    if isinstance(body, dict):
        schema = body["content"].get("application/json", {}).get("schema", {})
        held = schemas.get(str(schema.get("$ref", "")).rsplit("/", 1)[-1], schema)
        properties = held.get("properties")
        for name, field in properties.items() if isinstance(properties, dict) else ():
            rows.append((name, "body", str(field.get("description", ""))))
        listed = held.get("examples")
        examples = listed if isinstance(listed, list) else []
    table = "".join(f"<tr><td><code>{escape(n)}</code><td>{escape(w)}<td>{escape(d)}" for n, w, d in rows)
    shown = "".join(f"<pre>{escape(json.dumps(e, indent=2, ensure_ascii=False))}</pre>" for e in examples)
    return f"<table>{table}</table>{shown}"
