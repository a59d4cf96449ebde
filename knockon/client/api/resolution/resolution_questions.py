from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.questions_answer import QuestionsAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    class_: None | str | Unset = UNSET,
    limit: int | Unset = 20,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_class_: None | str | Unset
    if isinstance(class_, Unset):
        json_class_ = UNSET
    else:
        json_class_ = class_
    params["class"] = json_class_

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/resolution/questions",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | QuestionsAnswer | None:
    if response.status_code == 200:
        response_200 = QuestionsAnswer.from_dict(response.json())

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
) -> Response[Problem | QuestionsAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    class_: None | str | Unset = UNSET,
    limit: int | Unset = 20,
) -> Response[Problem | QuestionsAnswer]:
    """Questions

     Pairs that may be one thing; those whose answer changes the graph most come first.

    To callers from whom something is withheld only of kinds of things of which they see all that is
    compared.

    Args:
        class_ (None | str | Unset): Only things of this class.
        limit (int | Unset): How many to list. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | QuestionsAnswer]
    """

    kwargs = _get_kwargs(
        class_=class_,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    class_: None | str | Unset = UNSET,
    limit: int | Unset = 20,
) -> Problem | QuestionsAnswer | None:
    """Questions

     Pairs that may be one thing; those whose answer changes the graph most come first.

    To callers from whom something is withheld only of kinds of things of which they see all that is
    compared.

    Args:
        class_ (None | str | Unset): Only things of this class.
        limit (int | Unset): How many to list. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | QuestionsAnswer
    """

    return sync_detailed(
        client=client,
        class_=class_,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    class_: None | str | Unset = UNSET,
    limit: int | Unset = 20,
) -> Response[Problem | QuestionsAnswer]:
    """Questions

     Pairs that may be one thing; those whose answer changes the graph most come first.

    To callers from whom something is withheld only of kinds of things of which they see all that is
    compared.

    Args:
        class_ (None | str | Unset): Only things of this class.
        limit (int | Unset): How many to list. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | QuestionsAnswer]
    """

    kwargs = _get_kwargs(
        class_=class_,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    class_: None | str | Unset = UNSET,
    limit: int | Unset = 20,
) -> Problem | QuestionsAnswer | None:
    """Questions

     Pairs that may be one thing; those whose answer changes the graph most come first.

    To callers from whom something is withheld only of kinds of things of which they see all that is
    compared.

    Args:
        class_ (None | str | Unset): Only things of this class.
        limit (int | Unset): How many to list. Default: 20.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | QuestionsAnswer
    """

    return (
        await asyncio_detailed(
            client=client,
            class_=class_,
            limit=limit,
        )
    ).parsed
