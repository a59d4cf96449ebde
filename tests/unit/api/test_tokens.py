"""Tokens of another sign-in: only those that the issuer signed, for us, now."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from api.access.caller import Unauthenticated
from api.access.tokens import Tokens
from ontology.errors import ConfigurationError

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ISSUER = "https://login.example"


class Published(jwt.PyJWKClient):
    """The issuer's keys without asking a network."""

    def fetch_data(self) -> Any:
        return {
            "keys": [{**json.loads(RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "1", "use": "sig", "alg": "RS256"}]
        }


def tokens() -> Tokens:
    return Tokens(ISSUER, "knockon", keys=Published("https://login.example/keys"))


def claims(**changed: object) -> dict[str, object]:
    held: dict[str, object] = {
        "iss": ISSUER, "aud": "knockon", "sub": "42", "name": "Anna", "roles": ["viewer"], "exp": time.time() + 60,
    }  # fmt: skip
    return {n: v for n, v in {**held, **changed}.items() if v is not None}


def signed(key: Any = KEY, algorithm: str = "RS256", **changed: object) -> str:
    return jwt.encode(claims(**changed), key, algorithm=algorithm, headers={"kid": "1"})


def test_a_good_token_names_its_caller() -> None:
    found = tokens().caller(signed())
    assert (found.id, found.name, found.roles, found.kind) == ("token:42", "Anna", ("viewer",), "token")
    assert tokens().caller(signed(roles="owner")).roles == (), "roles have to be a list"


@pytest.mark.parametrize(
    "token",
    [
        signed(OTHER), signed(aud="another"), signed(iss="https://evil.example"), signed(exp=time.time() - 60),
        signed(exp=None), signed(sub=None), jwt.encode(claims(), "", algorithm="none", headers={"kid": "1"}),
        jwt.encode(claims(), "k" * 64, algorithm="HS256", headers={"kid": "1"}), signed()[:-4] + "AAAA", "x.y.z", "",
        jwt.encode(claims(), KEY, algorithm="RS256", headers={"kid": "2"}),
    ],
)  # fmt: skip
def test_any_other_token_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens().caller(token)


def test_an_issuer_in_the_clear_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        Tokens("http://login.example", "knockon")
