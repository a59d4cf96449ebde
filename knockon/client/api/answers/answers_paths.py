import datetime
from http import HTTPStatus
from typing import Any, Literal

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.connection_answer import ConnectionAnswer
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    from_: str,
    to: str,
    k: int | Unset = 3,
    depth: int | None | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | Unset = "any",
    known_at: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["from"] = from_

    params["to"] = to

    params["k"] = k

    json_depth: int | None | Unset
    if isinstance(depth, Unset):
        json_depth = UNSET
    else:
        json_depth = depth
    params["depth"] = json_depth

    json_valid_at: Literal["any"] | str | Unset
    if isinstance(valid_at, Unset):
        json_valid_at = UNSET
    elif isinstance(valid_at, datetime.date):
        json_valid_at = valid_at.isoformat()
    else:
        json_valid_at = valid_at
    params["valid_at"] = json_valid_at

    json_known_at: None | str | Unset
    if isinstance(known_at, Unset):
        json_known_at = UNSET
    else:
        json_known_at = known_at
    params["known_at"] = json_known_at

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/paths",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ConnectionAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = ConnectionAnswer.from_dict(response.json())

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

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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
) -> Response[ConnectionAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    from_: str,
    to: str,
    k: int | Unset = 3,
    depth: int | None | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | Unset = "any",
    known_at: None | str | Unset = UNSET,
) -> Response[ConnectionAnswer | Problem]:
    """Paths

     How two things hang together: the shortest ways between them, each step with the rows behind it.

    Args:
        from_ (str): An id, `Class:key`, or a name.
        to (str): An id, `Class:key`, or a name.
        k (int | Unset): How many paths. Default: 3.
        depth (int | None | Unset): At most so many steps.
        valid_at (datetime.date | Literal['any'] | Unset): What held on that day, or `any` for all
            of time. Default: 'any'.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ConnectionAnswer | Problem]
    """

    kwargs = _get_kwargs(
        from_=from_,
        to=to,
        k=k,
        depth=depth,
        valid_at=valid_at,
        known_at=known_at,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    from_: str,
    to: str,
    k: int | Unset = 3,
    depth: int | None | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | Unset = "any",
    known_at: None | str | Unset = UNSET,
) -> ConnectionAnswer | Problem | None:
    """Paths

     How two things hang together: the shortest ways between them, each step with the rows behind it.

    Args:
        from_ (str): An id, `Class:key`, or a name.
        to (str): An id, `Class:key`, or a name.
        k (int | Unset): How many paths. Default: 3.
        depth (int | None | Unset): At most so many steps.
        valid_at (datetime.date | Literal['any'] | Unset): What held on that day, or `any` for all
            of time. Default: 'any'.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ConnectionAnswer | Problem
    """

    return sync_detailed(
        client=client,
        from_=from_,
        to=to,
        k=k,
        depth=depth,
        valid_at=valid_at,
        known_at=known_at,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    from_: str,
    to: str,
    k: int | Unset = 3,
    depth: int | None | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | Unset = "any",
    known_at: None | str | Unset = UNSET,
) -> Response[ConnectionAnswer | Problem]:
    """Paths

     How two things hang together: the shortest ways between them, each step with the rows behind it.

    Args:
        from_ (str): An id, `Class:key`, or a name.
        to (str): An id, `Class:key`, or a name.
        k (int | Unset): How many paths. Default: 3.
        depth (int | None | Unset): At most so many steps.
        valid_at (datetime.date | Literal['any'] | Unset): What held on that day, or `any` for all
            of time. Default: 'any'.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ConnectionAnswer | Problem]
    """

    kwargs = _get_kwargs(
        from_=from_,
        to=to,
        k=k,
        depth=depth,
        valid_at=valid_at,
        known_at=known_at,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    from_: str,
    to: str,
    k: int | Unset = 3,
    depth: int | None | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | Unset = "any",
    known_at: None | str | Unset = UNSET,
) -> ConnectionAnswer | Problem | None:
    """Paths

     How two things hang together: the shortest ways between them, each step with the rows behind it.

    Args:
        from_ (str): An id, `Class:key`, or a name.
        to (str): An id, `Class:key`, or a name.
        k (int | Unset): How many paths. Default: 3.
        depth (int | None | Unset): At most so many steps.
        valid_at (datetime.date | Literal['any'] | Unset): What held on that day, or `any` for all
            of time. Default: 'any'.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ConnectionAnswer | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            from_=from_,
            to=to,
            k=k,
            depth=depth,
            valid_at=valid_at,
            known_at=known_at,
        )
    ).parsed
