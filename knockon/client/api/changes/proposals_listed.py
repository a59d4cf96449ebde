from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.proposals_answer import ProposalsAnswer
from ...models.proposals_listed_state_type_0 import (
    ProposalsListedStateType0,
)
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    state: None | ProposalsListedStateType0 | Unset = UNSET,
    limit: int | Unset = 100,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_state: None | str | Unset
    if isinstance(state, Unset):
        json_state = UNSET
    elif isinstance(state, str):
        json_state = state
    else:
        json_state = state
    params["state"] = json_state

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/proposals",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ProposalsAnswer | None:
    if response.status_code == 200:
        response_200 = ProposalsAnswer.from_dict(response.json())

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
) -> Response[Problem | ProposalsAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: None | ProposalsListedStateType0 | Unset = UNSET,
    limit: int | Unset = 100,
) -> Response[Problem | ProposalsAnswer]:
    """Listed

     Changes that wait for a second person, and those that were decided, newest first.

    To callers from whom something is withheld: their own.

    Args:
        state (None | ProposalsListedStateType0 | Unset): Only these.
        limit (int | Unset): How many to list. Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProposalsAnswer]
    """

    kwargs = _get_kwargs(
        state=state,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    state: None | ProposalsListedStateType0 | Unset = UNSET,
    limit: int | Unset = 100,
) -> Problem | ProposalsAnswer | None:
    """Listed

     Changes that wait for a second person, and those that were decided, newest first.

    To callers from whom something is withheld: their own.

    Args:
        state (None | ProposalsListedStateType0 | Unset): Only these.
        limit (int | Unset): How many to list. Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProposalsAnswer
    """

    return sync_detailed(
        client=client,
        state=state,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: None | ProposalsListedStateType0 | Unset = UNSET,
    limit: int | Unset = 100,
) -> Response[Problem | ProposalsAnswer]:
    """Listed

     Changes that wait for a second person, and those that were decided, newest first.

    To callers from whom something is withheld: their own.

    Args:
        state (None | ProposalsListedStateType0 | Unset): Only these.
        limit (int | Unset): How many to list. Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProposalsAnswer]
    """

    kwargs = _get_kwargs(
        state=state,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    state: None | ProposalsListedStateType0 | Unset = UNSET,
    limit: int | Unset = 100,
) -> Problem | ProposalsAnswer | None:
    """Listed

     Changes that wait for a second person, and those that were decided, newest first.

    To callers from whom something is withheld: their own.

    Args:
        state (None | ProposalsListedStateType0 | Unset): Only these.
        limit (int | Unset): How many to list. Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProposalsAnswer
    """

    return (
        await asyncio_detailed(
            client=client,
            state=state,
            limit=limit,
        )
    ).parsed
