import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.audit_answer import AuditAnswer
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    who: str | Unset = "",
    action: str | Unset = "",
    since: datetime.date | None | Unset = UNSET,
    until: datetime.date | None | Unset = UNSET,
    words: str | Unset = "",
    limit: int | Unset = 100,
    after: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["who"] = who

    params["action"] = action

    json_since: None | str | Unset
    if isinstance(since, Unset):
        json_since = UNSET
    elif isinstance(since, datetime.date):
        json_since = since.isoformat()
    else:
        json_since = since
    params["since"] = json_since

    json_until: None | str | Unset
    if isinstance(until, Unset):
        json_until = UNSET
    elif isinstance(until, datetime.date):
        json_until = until.isoformat()
    else:
        json_until = until
    params["until"] = json_until

    params["words"] = words

    params["limit"] = limit

    json_after: None | str | Unset
    if isinstance(after, Unset):
        json_after = UNSET
    else:
        json_after = after
    params["after"] = json_after

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/audit",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AuditAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = AuditAnswer.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = Problem.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[AuditAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    who: str | Unset = "",
    action: str | Unset = "",
    since: datetime.date | None | Unset = UNSET,
    until: datetime.date | None | Unset = UNSET,
    words: str | Unset = "",
    limit: int | Unset = 100,
    after: None | str | Unset = UNSET,
) -> Response[AuditAnswer | Problem]:
    """Entries

     Entries, newest first.

    Args:
        who (str | Unset): Only of this caller: id or name. Default: ''.
        action (str | Unset): Only this action. Default: ''.
        since (datetime.date | None | Unset): From this day on (UTC).
        until (datetime.date | None | Unset): Up to this day, included (UTC).
        words (str | Unset): Only entries that hold this text. Default: ''.
        limit (int | Unset): How many to list. Default: 100.
        after (None | str | Unset): Where to go on: `next` of the page before. Leave out for the
            first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditAnswer | Problem]
    """

    kwargs = _get_kwargs(
        who=who,
        action=action,
        since=since,
        until=until,
        words=words,
        limit=limit,
        after=after,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    who: str | Unset = "",
    action: str | Unset = "",
    since: datetime.date | None | Unset = UNSET,
    until: datetime.date | None | Unset = UNSET,
    words: str | Unset = "",
    limit: int | Unset = 100,
    after: None | str | Unset = UNSET,
) -> AuditAnswer | Problem | None:
    """Entries

     Entries, newest first.

    Args:
        who (str | Unset): Only of this caller: id or name. Default: ''.
        action (str | Unset): Only this action. Default: ''.
        since (datetime.date | None | Unset): From this day on (UTC).
        until (datetime.date | None | Unset): Up to this day, included (UTC).
        words (str | Unset): Only entries that hold this text. Default: ''.
        limit (int | Unset): How many to list. Default: 100.
        after (None | str | Unset): Where to go on: `next` of the page before. Leave out for the
            first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditAnswer | Problem
    """

    return sync_detailed(
        client=client,
        who=who,
        action=action,
        since=since,
        until=until,
        words=words,
        limit=limit,
        after=after,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    who: str | Unset = "",
    action: str | Unset = "",
    since: datetime.date | None | Unset = UNSET,
    until: datetime.date | None | Unset = UNSET,
    words: str | Unset = "",
    limit: int | Unset = 100,
    after: None | str | Unset = UNSET,
) -> Response[AuditAnswer | Problem]:
    """Entries

     Entries, newest first.

    Args:
        who (str | Unset): Only of this caller: id or name. Default: ''.
        action (str | Unset): Only this action. Default: ''.
        since (datetime.date | None | Unset): From this day on (UTC).
        until (datetime.date | None | Unset): Up to this day, included (UTC).
        words (str | Unset): Only entries that hold this text. Default: ''.
        limit (int | Unset): How many to list. Default: 100.
        after (None | str | Unset): Where to go on: `next` of the page before. Leave out for the
            first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditAnswer | Problem]
    """

    kwargs = _get_kwargs(
        who=who,
        action=action,
        since=since,
        until=until,
        words=words,
        limit=limit,
        after=after,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    who: str | Unset = "",
    action: str | Unset = "",
    since: datetime.date | None | Unset = UNSET,
    until: datetime.date | None | Unset = UNSET,
    words: str | Unset = "",
    limit: int | Unset = 100,
    after: None | str | Unset = UNSET,
) -> AuditAnswer | Problem | None:
    """Entries

     Entries, newest first.

    Args:
        who (str | Unset): Only of this caller: id or name. Default: ''.
        action (str | Unset): Only this action. Default: ''.
        since (datetime.date | None | Unset): From this day on (UTC).
        until (datetime.date | None | Unset): Up to this day, included (UTC).
        words (str | Unset): Only entries that hold this text. Default: ''.
        limit (int | Unset): How many to list. Default: 100.
        after (None | str | Unset): Where to go on: `next` of the page before. Leave out for the
            first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditAnswer | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            who=who,
            action=action,
            since=since,
            until=until,
            words=words,
            limit=limit,
            after=after,
        )
    ).parsed
