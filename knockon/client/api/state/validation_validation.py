from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.validation_answer import ValidationAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    shape: None | str | Unset = UNSET,
    changed_since: None | str | Unset = UNSET,
    language: str | Unset = "en",
    limit: int | Unset = 100,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_shape: None | str | Unset
    if isinstance(shape, Unset):
        json_shape = UNSET
    else:
        json_shape = shape
    params["shape"] = json_shape

    json_changed_since: None | str | Unset
    if isinstance(changed_since, Unset):
        json_changed_since = UNSET
    else:
        json_changed_since = changed_since
    params["changed_since"] = json_changed_since

    params["language"] = language

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/validation",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ValidationAnswer | None:
    if response.status_code == 200:
        response_200 = ValidationAnswer.from_dict(response.json())

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
) -> Response[Problem | ValidationAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    shape: None | str | Unset = UNSET,
    changed_since: None | str | Unset = UNSET,
    language: str | Unset = "en",
    limit: int | Unset = 100,
) -> Response[Problem | ValidationAnswer]:
    """Validation

     Check the graph against its rules: what is wrong, in which thing, from which row.

    Rules that read what is withheld from the caller are left out, and so are findings on hidden things.

    Args:
        shape (None | str | Unset): Only this rule, by name or IRI.
        changed_since (None | str | Unset): Only what changed after this run.
        language (str | Unset): Of the messages, such as `de`. Default: 'en'.
        limit (int | Unset): Findings listed; totals count all. Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ValidationAnswer]
    """

    kwargs = _get_kwargs(
        shape=shape,
        changed_since=changed_since,
        language=language,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    shape: None | str | Unset = UNSET,
    changed_since: None | str | Unset = UNSET,
    language: str | Unset = "en",
    limit: int | Unset = 100,
) -> Problem | ValidationAnswer | None:
    """Validation

     Check the graph against its rules: what is wrong, in which thing, from which row.

    Rules that read what is withheld from the caller are left out, and so are findings on hidden things.

    Args:
        shape (None | str | Unset): Only this rule, by name or IRI.
        changed_since (None | str | Unset): Only what changed after this run.
        language (str | Unset): Of the messages, such as `de`. Default: 'en'.
        limit (int | Unset): Findings listed; totals count all. Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ValidationAnswer
    """

    return sync_detailed(
        client=client,
        shape=shape,
        changed_since=changed_since,
        language=language,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    shape: None | str | Unset = UNSET,
    changed_since: None | str | Unset = UNSET,
    language: str | Unset = "en",
    limit: int | Unset = 100,
) -> Response[Problem | ValidationAnswer]:
    """Validation

     Check the graph against its rules: what is wrong, in which thing, from which row.

    Rules that read what is withheld from the caller are left out, and so are findings on hidden things.

    Args:
        shape (None | str | Unset): Only this rule, by name or IRI.
        changed_since (None | str | Unset): Only what changed after this run.
        language (str | Unset): Of the messages, such as `de`. Default: 'en'.
        limit (int | Unset): Findings listed; totals count all. Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ValidationAnswer]
    """

    kwargs = _get_kwargs(
        shape=shape,
        changed_since=changed_since,
        language=language,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    shape: None | str | Unset = UNSET,
    changed_since: None | str | Unset = UNSET,
    language: str | Unset = "en",
    limit: int | Unset = 100,
) -> Problem | ValidationAnswer | None:
    """Validation

     Check the graph against its rules: what is wrong, in which thing, from which row.

    Rules that read what is withheld from the caller are left out, and so are findings on hidden things.

    Args:
        shape (None | str | Unset): Only this rule, by name or IRI.
        changed_since (None | str | Unset): Only what changed after this run.
        language (str | Unset): Of the messages, such as `de`. Default: 'en'.
        limit (int | Unset): Findings listed; totals count all. Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ValidationAnswer
    """

    return (
        await asyncio_detailed(
            client=client,
            shape=shape,
            changed_since=changed_since,
            language=language,
            limit=limit,
        )
    ).parsed
