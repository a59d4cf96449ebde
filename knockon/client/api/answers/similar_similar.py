from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.similar_out import SimilarOut
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    thing: str,
    limit: int | Unset = 10,
    known_at: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["thing"] = thing

    params["limit"] = limit

    json_known_at: None | str | Unset
    if isinstance(known_at, Unset):
        json_known_at = UNSET
    else:
        json_known_at = known_at
    params["known_at"] = json_known_at

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/similar",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | SimilarOut | None:
    if response.status_code == 200:
        response_200 = SimilarOut.from_dict(response.json())

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
) -> Response[Problem | SimilarOut]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    thing: str,
    limit: int | Unset = 10,
    known_at: None | str | Unset = UNSET,
) -> Response[Problem | SimilarOut]:
    """Similar

     Things that hang together with the same things; and what is like the things it has, but is not
    there.

    Args:
        thing (str): An id, `Class:key`, or a name.
        limit (int | Unset): How many to list. Default: 10.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SimilarOut]
    """

    kwargs = _get_kwargs(
        thing=thing,
        limit=limit,
        known_at=known_at,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    thing: str,
    limit: int | Unset = 10,
    known_at: None | str | Unset = UNSET,
) -> Problem | SimilarOut | None:
    """Similar

     Things that hang together with the same things; and what is like the things it has, but is not
    there.

    Args:
        thing (str): An id, `Class:key`, or a name.
        limit (int | Unset): How many to list. Default: 10.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SimilarOut
    """

    return sync_detailed(
        client=client,
        thing=thing,
        limit=limit,
        known_at=known_at,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    thing: str,
    limit: int | Unset = 10,
    known_at: None | str | Unset = UNSET,
) -> Response[Problem | SimilarOut]:
    """Similar

     Things that hang together with the same things; and what is like the things it has, but is not
    there.

    Args:
        thing (str): An id, `Class:key`, or a name.
        limit (int | Unset): How many to list. Default: 10.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SimilarOut]
    """

    kwargs = _get_kwargs(
        thing=thing,
        limit=limit,
        known_at=known_at,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    thing: str,
    limit: int | Unset = 10,
    known_at: None | str | Unset = UNSET,
) -> Problem | SimilarOut | None:
    """Similar

     Things that hang together with the same things; and what is like the things it has, but is not
    there.

    Args:
        thing (str): An id, `Class:key`, or a name.
        limit (int | Unset): How many to list. Default: 10.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SimilarOut
    """

    return (
        await asyncio_detailed(
            client=client,
            thing=thing,
            limit=limit,
            known_at=known_at,
        )
    ).parsed
