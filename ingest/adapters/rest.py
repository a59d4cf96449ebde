"""Paged REST interfaces that answer with JSON: by page number, offset, cursor, next address or Link header."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO
from urllib.parse import urljoin, urlsplit

import httpx

from ingest.adapters.nested import Row, at_path, finished, parse_json, rows_of_document
from ingest.adapters.rows import BadRow, Reading
from ingest.adapters.secret import resolved, shown, without
from ingest.adapters.spec import ReadSpec, RestSpec
from ontology.errors import LimitExceeded, SourceError, Where

_TRIES = 4
_LONGEST_WAIT = 60.0
MOST_PAGE = 256 << 20
"""Bytes of one answer."""


@dataclass(frozen=True, slots=True)
class _Page:
    document: object
    link: str | None
    """The address in the Link header with rel="next"."""


def read_rest(spec: ReadSpec, environment: Mapping[str, str]) -> Reading:
    """Read all pages; they are spooled to a temporary file, so that memory stays bounded.

    Raises:
        SourceError: the address does not answer, refuses us, or does not answer with JSON records.
        LimitExceeded: there are more pages than ``pages: limit`` permits.
    """
    assert spec.rest is not None
    rest = spec.rest
    where = shown(rest.url)
    columns: dict[str, None] = {}
    count = 0
    spool = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed when its rows are read)
    with _client(rest, environment) as client:
        for page in _pages(client, spec, environment, where):
            for row in rows_of_document(page.document, spec, where):
                count += 1
                if isinstance(row, BadRow):
                    spool.write(json.dumps([row.problem, row.raw]) + "\n")
                else:
                    columns.update(dict.fromkeys(row))
                    spool.write(json.dumps(row) + "\n")
    spool.seek(0)
    return finished(spec, columns, count, _spooled(spool), Where(file=where), "utf-8")


def _spooled(spool: IO[str]) -> Iterator[Row | BadRow]:
    with spool:
        for line in spool:
            row = json.loads(line)
            yield BadRow(*row) if isinstance(row, list) else row


def _client(rest: RestSpec, environment: Mapping[str, str]) -> httpx.Client:
    where = shown(rest.url)
    headers = {"Accept": "application/json", **{n: resolved(v, environment, where) for n, v in rest.headers}}
    auth = None
    if rest.bearer is not None:
        headers["Authorization"] = f"Bearer {resolved(rest.bearer, environment, where)}"
    elif rest.user is not None:
        auth = httpx.BasicAuth(
            resolved(rest.user, environment, where), resolved(rest.password or "", environment, where)
        )
    # Redirects are not followed: credentials must reach only the host that the mapping names.
    return httpx.Client(headers=headers, auth=auth, timeout=rest.timeout, follow_redirects=False)


def _pages(client: httpx.Client, spec: ReadSpec, environment: Mapping[str, str], where: str) -> Iterator[_Page]:
    rest = spec.rest
    assert rest is not None
    url = resolved(rest.url, environment, where)
    origin = urlsplit(url)[:2]
    params: dict[str, str] | None = {n: resolved(v, environment, where) for n, v in rest.params}
    assert params is not None
    if rest.size_param is not None and rest.size is not None:
        params[rest.size_param] = str(rest.size)
    number, offset = rest.page_start, 0
    seen: set[str] = set()
    for _ in range(rest.max_pages):
        if rest.page_param is not None:
            params[rest.page_param] = str(number)
        if rest.offset_param is not None:
            params[rest.offset_param] = str(offset)
        page = _get(client, url, params, where, rest)
        records = _count(page.document, spec)
        if rest.page_param is not None or rest.offset_param is not None:
            if records == 0:
                return
            yield page
            number, offset = number + 1, offset + records
            if rest.size is not None and records < rest.size:
                return
            continue
        yield page
        following = _following(page, rest)
        if following is None:
            return
        if following in seen:
            raise SourceError("the pages go round in a circle.", where=where, do="Check `pages: next:` in the mapping.")
        seen.add(following)
        if rest.cursor_param is not None:
            params[rest.cursor_param] = following
            continue
        url = urljoin(url, following)
        params = {}  # the address carries them
        if urlsplit(url)[:2] != origin:
            raise SourceError(
                f"the next page is on another host: {shown(url)}.",
                where=where,
                do="Credentials are not sent there: name that host.",
            )
    raise LimitExceeded(
        f"there are more than {rest.max_pages} pages.", where=where, do="Raise `pages: limit:`, or narrow `params:`."
    )


def _following(page: _Page, rest: RestSpec) -> str | None:
    if rest.next is None:
        return page.link
    try:
        found = at_path(page.document, rest.next)
    except KeyError:
        return None
    return str(found) if found not in (None, "", False) else None


def _count(document: object, spec: ReadSpec) -> int:
    try:
        found = at_path(document, spec.records)
    except KeyError:
        return 0
    return len(found) if isinstance(found, list | Mapping) else 0


def _get(client: httpx.Client, url: str, params: Mapping[str, str], where: str, rest: RestSpec) -> _Page:
    """One answer; waits and tries again where the server says that it is busy."""
    secrets = (url,)
    for attempt in range(1, _TRIES + 1):
        try:
            with client.stream("GET", url, params=params or None) as answer:
                if answer.status_code in (429, 502, 503, 504) and attempt < _TRIES:
                    wait = _wait(answer, attempt)
                else:
                    return _page(answer, where, rest)
        except httpx.TransportError as problem:
            if attempt == _TRIES or isinstance(problem, httpx.UnsupportedProtocol):
                reason = without(str(problem) or type(problem).__name__, *secrets)
                raise SourceError(
                    f"the server cannot be reached: {reason}.",
                    where=where,
                    do="Check the address, and that it can be reached from here.",
                ) from problem
            wait = 0.2 * 2**attempt
        time.sleep(wait)
    raise AssertionError("unreachable")


def _wait(answer: httpx.Response, attempt: int) -> float:
    given = answer.headers.get("Retry-After", "")
    return min(float(given), _LONGEST_WAIT) if given.replace(".", "", 1).isdigit() else 0.2 * 2**attempt


def _page(answer: httpx.Response, where: str, rest: RestSpec) -> _Page:
    status = answer.status_code
    if status in (401, 403):
        do = "Check the token or password: it is read from the environment variable that `auth:` names."
        if rest.bearer is None and rest.user is None:
            do = "Add `auth:` to the mapping: `{bearer: ${NAME}}`, or `{user: name, password: ${NAME}}`."
        raise SourceError(f"the server refuses us ({status}).", where=where, do=do)
    if answer.is_redirect:
        target = shown(urljoin(str(answer.url), answer.headers.get("Location", "")))
        raise SourceError(
            f"the server sends us on to {target}.", where=where, do="Write that address in the mapping, if it is right."
        )
    if status >= 400:
        raise SourceError(
            f"the server answers {status} {answer.reason_phrase}.", where=where, do="Check the address and `params:`."
        )
    held = bytearray()
    for chunk in answer.iter_bytes():
        held += chunk
        if len(held) > MOST_PAGE:
            raise LimitExceeded(
                f"one answer has more than {MOST_PAGE:,} bytes.",
                where=where,
                do="Ask for smaller pages (`pages: size:`).",
            )
    try:
        document = parse_json(held.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        kind = answer.headers.get("Content-Type", "no type")
        raise SourceError(f"the answer is not JSON but {kind}.", where=where, do="Check the address.") from problem
    link = answer.links.get("next", {}).get("url")
    return _Page(document, link)
