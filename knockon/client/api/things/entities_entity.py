import datetime
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.entity_answer import EntityAnswer
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: str,
    *,
    known_at: None | str | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | Unset = "any",
    limit: int | Unset = 25,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_known_at: None | str | Unset
    if isinstance(known_at, Unset):
        json_known_at = UNSET
    else:
        json_known_at = known_at
    params["known_at"] = json_known_at

    json_valid_at: Literal["any"] | str | Unset
    if isinstance(valid_at, Unset):
        json_valid_at = UNSET
    elif isinstance(valid_at, datetime.date):
        json_valid_at = valid_at.isoformat()
    else:
        json_valid_at = valid_at
    params["valid_at"] = json_valid_at

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/entities/{id}".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EntityAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = EntityAnswer.from_dict(response.json())

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
) -> Response[EntityAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    id: str,
    *,
    client: AuthenticatedClient | Client,
    known_at: None | str | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | Unset = "any",
    limit: int | Unset = 25,
) -> Response[EntityAnswer | Problem]:
    """Entity

     A thing with its values and relations, and the row that each came from.

    Args:
        id (str): An id, `Class:key`, or a name.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.
        valid_at (datetime.date | Literal['any'] | Unset): Only relations that held on that day;
            `any`: of all time. Default: 'any'.
        limit (int | Unset): Relations listed of each role; totals count all. Default: 25.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EntityAnswer | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        known_at=known_at,
        valid_at=valid_at,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: str,
    *,
    client: AuthenticatedClient | Client,
    known_at: None | str | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | Unset = "any",
    limit: int | Unset = 25,
) -> EntityAnswer | Problem | None:
    """Entity

     A thing with its values and relations, and the row that each came from.

    Args:
        id (str): An id, `Class:key`, or a name.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.
        valid_at (datetime.date | Literal['any'] | Unset): Only relations that held on that day;
            `any`: of all time. Default: 'any'.
        limit (int | Unset): Relations listed of each role; totals count all. Default: 25.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EntityAnswer | Problem
    """

    return sync_detailed(
        id=id,
        client=client,
        known_at=known_at,
        valid_at=valid_at,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient | Client,
    known_at: None | str | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | Unset = "any",
    limit: int | Unset = 25,
) -> Response[EntityAnswer | Problem]:
    """Entity

     A thing with its values and relations, and the row that each came from.

    Args:
        id (str): An id, `Class:key`, or a name.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.
        valid_at (datetime.date | Literal['any'] | Unset): Only relations that held on that day;
            `any`: of all time. Default: 'any'.
        limit (int | Unset): Relations listed of each role; totals count all. Default: 25.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EntityAnswer | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        known_at=known_at,
        valid_at=valid_at,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: str,
    *,
    client: AuthenticatedClient | Client,
    known_at: None | str | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | Unset = "any",
    limit: int | Unset = 25,
) -> EntityAnswer | Problem | None:
    """Entity

     A thing with its values and relations, and the row that each came from.

    Args:
        id (str): An id, `Class:key`, or a name.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.
        valid_at (datetime.date | Literal['any'] | Unset): Only relations that held on that day;
            `any`: of all time. Default: 'any'.
        limit (int | Unset): Relations listed of each role; totals count all. Default: 25.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EntityAnswer | Problem
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            known_at=known_at,
            valid_at=valid_at,
            limit=limit,
        )
    ).parsed
