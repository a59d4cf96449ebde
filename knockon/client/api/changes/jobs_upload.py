from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.upload_answer import UploadAnswer
from ...types import File, Response


def _get_kwargs(
    source: str,
    file: str,
    *,
    body: File,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/uploads/{source}/{file}".format(
            source=quote(str(source), safe=""),
            file=quote(str(file), safe=""),
        ),
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "application/octet-stream"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | UploadAnswer | None:
    if response.status_code == 201:
        response_201 = UploadAnswer.from_dict(response.json())

        return response_201

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
) -> Response[Problem | UploadAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    source: str,
    file: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
) -> Response[Problem | UploadAnswer]:
    """Upload

     Take in a file of a source, as it comes (the body is the file); nothing is read before an ingest
    names it.

    Args:
        source (str): A configured source.
        file (str): The file's name, as the source's mapping expects it.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | UploadAnswer]
    """

    kwargs = _get_kwargs(
        source=source,
        file=file,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    source: str,
    file: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
) -> Problem | UploadAnswer | None:
    """Upload

     Take in a file of a source, as it comes (the body is the file); nothing is read before an ingest
    names it.

    Args:
        source (str): A configured source.
        file (str): The file's name, as the source's mapping expects it.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | UploadAnswer
    """

    return sync_detailed(
        source=source,
        file=file,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    source: str,
    file: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
) -> Response[Problem | UploadAnswer]:
    """Upload

     Take in a file of a source, as it comes (the body is the file); nothing is read before an ingest
    names it.

    Args:
        source (str): A configured source.
        file (str): The file's name, as the source's mapping expects it.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | UploadAnswer]
    """

    kwargs = _get_kwargs(
        source=source,
        file=file,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    source: str,
    file: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
) -> Problem | UploadAnswer | None:
    """Upload

     Take in a file of a source, as it comes (the body is the file); nothing is read before an ingest
    names it.

    Args:
        source (str): A configured source.
        file (str): The file's name, as the source's mapping expects it.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | UploadAnswer
    """

    return (
        await asyncio_detailed(
            source=source,
            file=file,
            client=client,
            body=body,
        )
    ).parsed
