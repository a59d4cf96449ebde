"""Tokens of the company's own sign-in (OpenID Connect): signed JWTs, checked against the issuer's published keys.

Set by ``KNOCKON_OIDC_ISSUER`` and ``KNOCKON_OIDC_AUDIENCE``; roles come from the claim ``KNOCKON_OIDC_ROLES``
(default ``roles``). https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
"""

from __future__ import annotations

import os

import httpx
import jwt

from api.access.caller import Caller, Unauthenticated
from ontology.errors import ConfigurationError

ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
"""Signatures with a public key only: a token signed with a shared secret, or not at all, is refused."""


class Tokens:
    """Tokens of one issuer for one audience."""

    def __init__(
        self, issuer: str, audience: str, *, claim: str = "roles", keys: jwt.PyJWKClient | None = None
    ) -> None:
        if not issuer.startswith("https://"):
            raise ConfigurationError("KNOCKON_OIDC_ISSUER has to begin with https://.", do="Correct it.")
        self._issuer, self._audience, self._claim = issuer, audience, claim
        self._keys = keys

    def caller(self, token: str) -> Caller:
        """Who a token was given to.

        Raises:
            Unauthenticated: it is not signed by the issuer, for another audience, or at its end.
        """
        try:
            key = self._published().get_signing_key_from_jwt(token).key
            held = jwt.decode(
                token, key, algorithms=list(ALGORITHMS), audience=self._audience, issuer=self._issuer,
                options={"require": ["exp", "sub", "iss", "aud"]},
            )  # fmt: skip
        except (jwt.PyJWTError, httpx.HTTPError, ValueError, KeyError) as problem:
            raise Unauthenticated("The token is not valid.", do="Sign in again.") from problem
        roles = held.get(self._claim, [])
        named = [r for r in roles if isinstance(r, str)] if isinstance(roles, list) else []
        name = held.get("name") or held.get("email") or held["sub"]
        return Caller(f"token:{held['sub']}", str(name), "token", tuple(sorted(set(named))))

    def _published(self) -> jwt.PyJWKClient:
        """The issuer's keys, from where its discovery document says (OpenID Connect Discovery 1.0, section 4)."""
        if self._keys is None:
            said = httpx.get(
                f"{self._issuer.rstrip('/')}/.well-known/openid-configuration", timeout=5
            ).raise_for_status()
            address = str(said.json()["jwks_uri"])
            if not address.startswith("https://"):
                raise ValueError("the issuer's keys are not at an https address")
            self._keys = jwt.PyJWKClient(address, timeout=5)
        return self._keys


def tokens_from_environment() -> Tokens | None:
    """The issuer that is set, if one is.

    Raises:
        ConfigurationError: the issuer is set without an audience.
    """
    issuer = os.environ.get("KNOCKON_OIDC_ISSUER")
    if not issuer:
        return None
    audience = os.environ.get("KNOCKON_OIDC_AUDIENCE")
    if not audience:
        raise ConfigurationError("KNOCKON_OIDC_AUDIENCE is not set.", do="Set it to this knockon's client id.")
    return Tokens(issuer, audience, claim=os.environ.get("KNOCKON_OIDC_ROLES", "roles"))
