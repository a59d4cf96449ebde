"""``/``: the page for people. It holds no data; what it shows it asks of ``/v1`` with the reader's rights."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.page import INDEX, POLICY, Asset, assets
from api.problems import problem_response

router = APIRouter(include_in_schema=False)
_YEAR = 365 * 24 * 3600
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_assets = assets()


@router.api_route("/", methods=["GET", "HEAD"])
async def page(request: Request) -> Response:
    """The page itself; views of it lie behind ``#``."""
    return _answer(request, INDEX)


@router.api_route("/assets/{name}", methods=["GET", "HEAD"])
async def asset(request: Request, name: str) -> Response:
    """A part of the page; its name changes with its content."""
    return _answer(request, f"assets/{name}")


@router.api_route("/icon.svg", methods=["GET", "HEAD"])
async def icon(request: Request) -> Response:
    """The sign in the browser's tab."""
    return _answer(request, "icon.svg")


def _answer(request: Request, name: str) -> Response:
    found = _assets.get(name)
    if found is None:
        missing = not _assets
        return problem_response(
            request.url.path, 404, "not-found", "There is no such file",
            "The page was not built." if missing else f"The page has no file {name[:100]!r}.",
            do="Run `make web`, or ask /docs." if missing else "Load the page again.",
        )  # fmt: skip
    headers = {**_HEADERS, "ETag": found.etag, "Vary": "Accept-Encoding", "Cache-Control": _kept(found)}
    if found.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = found.content
    if found.squeezed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        content = found.squeezed
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type=found.media_type, headers=headers)


def _kept(held: Asset) -> str:
    return f"public, max-age={_YEAR}, immutable" if held.lasting else "no-cache"
