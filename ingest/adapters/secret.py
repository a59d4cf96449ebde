"""Secrets: named in a mapping as ``${NAME}``, looked up in the environment, never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ontology.errors import SourceError

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_CREDENTIALS = re.compile(r"(?<=://)([^/@\s:]*)(:[^@\s]*)?@")
_QUERY_SECRET = re.compile(
    r"(?i)([?&](?:password|passwd|pwd|token|access_token|api_?key|key|secret|sig|signature)=)[^&#\s]*"
)


def resolved(text: str, environment: Mapping[str, str], where: str) -> str:
    """The text with each ``${NAME}`` replaced.

    Raises:
        SourceError: a variable is not set.
    """

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in environment:
            raise SourceError(
                f"the environment variable {name} is not set.",
                where=where,
                do=f"Set it before the run: export {name}=…",
            )
        return environment[name]

    return _NAME.sub(value, text)


def shown(url: str) -> str:
    """An address as it may be shown and stored: without user, password and tokens."""
    return _QUERY_SECRET.sub(r"\1…", _CREDENTIALS.sub("", url))


def without(text: str, *secrets: str | None) -> str:
    """A message of another program with our secrets taken out."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    return shown(text)
