import datetime
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.measure_values import MeasureValues
from ...models.measures_values_order import (
    MeasuresValuesOrder,
)
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    name: str,
    *,
    class_: None | str | Unset = UNSET,
    entity: list[str] | Unset = UNSET,
    order: MeasuresValuesOrder | Unset = "worst",
    limit: int | Unset = 20,
    as_of: datetime.date | None | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | None | Unset = UNSET,
    known_at: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_class_: None | str | Unset
    if isinstance(class_, Unset):
        json_class_ = UNSET
    else:
        json_class_ = class_
    params["class"] = json_class_

    json_entity: list[str] | Unset = UNSET
    if not isinstance(entity, Unset):
        json_entity = entity

    params["entity"] = json_entity

    json_order: str | Unset = UNSET
    if not isinstance(order, Unset):
        json_order = order

    params["order"] = json_order

    params["limit"] = limit

    json_as_of: None | str | Unset
    if isinstance(as_of, Unset):
        json_as_of = UNSET
    elif isinstance(as_of, datetime.date):
        json_as_of = as_of.isoformat()
    else:
        json_as_of = as_of
    params["as_of"] = json_as_of

    json_valid_at: Literal["any"] | None | str | Unset
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
        "url": "/v1/measures/{name}".format(
            name=quote(str(name), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MeasureValues | Problem | None:
    if response.status_code == 200:
        response_200 = MeasureValues.from_dict(response.json())

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
) -> Response[MeasureValues | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    class_: None | str | Unset = UNSET,
    entity: list[str] | Unset = UNSET,
    order: MeasuresValuesOrder | Unset = "worst",
    limit: int | Unset = 20,
    as_of: datetime.date | None | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | None | Unset = UNSET,
    known_at: None | str | Unset = UNSET,
) -> Response[MeasureValues | Problem]:
    """Values

     Values of a measure, with what is unknown, what is an error and why, and totals of amounts.

    Args:
        name (str): Class and name.
        class_ (None | str | Unset): Only things of this class.
        entity (list[str] | Unset): Only these things.
        order (MeasuresValuesOrder | Unset): What comes first. Default: 'worst'.
        limit (int | Unset): How many to list; counts and totals take all. Default: 20.
        as_of (datetime.date | None | Unset): The day that counts as today.
        valid_at (datetime.date | Literal['any'] | None | Unset): Relations that held on that day,
            or `any`; unset: as_of.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MeasureValues | Problem]
    """

    kwargs = _get_kwargs(
        name=name,
        class_=class_,
        entity=entity,
        order=order,
        limit=limit,
        as_of=as_of,
        valid_at=valid_at,
        known_at=known_at,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    class_: None | str | Unset = UNSET,
    entity: list[str] | Unset = UNSET,
    order: MeasuresValuesOrder | Unset = "worst",
    limit: int | Unset = 20,
    as_of: datetime.date | None | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | None | Unset = UNSET,
    known_at: None | str | Unset = UNSET,
) -> MeasureValues | Problem | None:
    """Values

     Values of a measure, with what is unknown, what is an error and why, and totals of amounts.

    Args:
        name (str): Class and name.
        class_ (None | str | Unset): Only things of this class.
        entity (list[str] | Unset): Only these things.
        order (MeasuresValuesOrder | Unset): What comes first. Default: 'worst'.
        limit (int | Unset): How many to list; counts and totals take all. Default: 20.
        as_of (datetime.date | None | Unset): The day that counts as today.
        valid_at (datetime.date | Literal['any'] | None | Unset): Relations that held on that day,
            or `any`; unset: as_of.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MeasureValues | Problem
    """

    return sync_detailed(
        name=name,
        client=client,
        class_=class_,
        entity=entity,
        order=order,
        limit=limit,
        as_of=as_of,
        valid_at=valid_at,
        known_at=known_at,
    ).parsed


async def asyncio_detailed(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    class_: None | str | Unset = UNSET,
    entity: list[str] | Unset = UNSET,
    order: MeasuresValuesOrder | Unset = "worst",
    limit: int | Unset = 20,
    as_of: datetime.date | None | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | None | Unset = UNSET,
    known_at: None | str | Unset = UNSET,
) -> Response[MeasureValues | Problem]:
    """Values

     Values of a measure, with what is unknown, what is an error and why, and totals of amounts.

    Args:
        name (str): Class and name.
        class_ (None | str | Unset): Only things of this class.
        entity (list[str] | Unset): Only these things.
        order (MeasuresValuesOrder | Unset): What comes first. Default: 'worst'.
        limit (int | Unset): How many to list; counts and totals take all. Default: 20.
        as_of (datetime.date | None | Unset): The day that counts as today.
        valid_at (datetime.date | Literal['any'] | None | Unset): Relations that held on that day,
            or `any`; unset: as_of.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MeasureValues | Problem]
    """

    kwargs = _get_kwargs(
        name=name,
        class_=class_,
        entity=entity,
        order=order,
        limit=limit,
        as_of=as_of,
        valid_at=valid_at,
        known_at=known_at,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    name: str,
    *,
    client: AuthenticatedClient | Client,
    class_: None | str | Unset = UNSET,
    entity: list[str] | Unset = UNSET,
    order: MeasuresValuesOrder | Unset = "worst",
    limit: int | Unset = 20,
    as_of: datetime.date | None | Unset = UNSET,
    valid_at: datetime.date | Literal["any"] | None | Unset = UNSET,
    known_at: None | str | Unset = UNSET,
) -> MeasureValues | Problem | None:
    """Values

     Values of a measure, with what is unknown, what is an error and why, and totals of amounts.

    Args:
        name (str): Class and name.
        class_ (None | str | Unset): Only things of this class.
        entity (list[str] | Unset): Only these things.
        order (MeasuresValuesOrder | Unset): What comes first. Default: 'worst'.
        limit (int | Unset): How many to list; counts and totals take all. Default: 20.
        as_of (datetime.date | None | Unset): The day that counts as today.
        valid_at (datetime.date | Literal['any'] | None | Unset): Relations that held on that day,
            or `any`; unset: as_of.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or
            an instant.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MeasureValues | Problem
    """

    return (
        await asyncio_detailed(
            name=name,
            client=client,
            class_=class_,
            entity=entity,
            order=order,
            limit=limit,
            as_of=as_of,
            valid_at=valid_at,
            known_at=known_at,
        )
    ).parsed
