"""The talk with ID-porten, or another OpenID Connect provider: what it says is checked here.

Its addresses and keys are asked for once an hour and kept in this process; a key that is new to us
makes us ask again, at most once a minute.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7523 import private_key_jwt_sign
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, import_key

from patients.domain.id_porten import Provider

ALGORITHMS = ["RS256", "PS256", "ES256"]
_KEPT = timedelta(hours=1)
_ASKED_AGAIN = timedelta(minutes=1)
_CLOCKS_DIFFER_SECONDS = 30
# For each step of the talk; somebody waits with a phone in their hand.
TIMEOUT = httpx.Timeout(5)
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class UnreachableError(Exception):
    """The provider does not answer, or says that it cannot."""


class NotTrustedError(Exception):
    """The provider's answer is not what it must be; ``args`` say what, without personal data."""


@dataclass
class _Known:
    """What a provider says of itself, and since when we know."""

    addresses: Mapping[str, Any]
    keys: KeySet
    at: datetime


_known: dict[str, _Known] = {}


def address_to_log_in(
    provider: Provider,
    *,
    back: str,
    state: str,
    nonce: str,
    verifier: str,
    language: str,
    now: datetime,
) -> str:
    """Return where the browser goes to log in. Raises UnreachableError, NotTrustedError."""
    address: str = prepare_grant_uri(
        _about(provider, now).addresses["authorization_endpoint"],
        client_id=provider.client_id,
        response_type="code",
        redirect_uri=back,
        scope="openid profile",
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
        acr_values=provider.level.value,
        ui_locales=language,
        # Whoever has borrowed the phone is not let in by the log-in of its owner.
        prompt="login",
    )
    return address


def address_to_log_out(
    provider: Provider, *, id_token: str, back: str, now: datetime
) -> str | None:
    """Return where the browser goes to log out; None when the provider has no such place."""
    end = _about(provider, now).addresses.get("end_session_endpoint")
    if not isinstance(end, str) or not _may_be_talked_to(end, provider):
        return None
    asked = httpx.QueryParams(id_token_hint=id_token, post_logout_redirect_uri=back)
    return f"{end}{'&' if urlsplit(end).query else '?'}{asked}"


def token_for(provider: Provider, *, code: str, verifier: str, back: str, now: datetime) -> str:
    """Exchange a code for the ID token, unread. Raises UnreachableError, NotTrustedError."""
    address = _about(provider, now).addresses["token_endpoint"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
        "client_id": provider.client_id,
    }
    if provider.private_key:
        key = import_key(json.loads(provider.private_key))
        form["client_assertion_type"] = _ASSERTION
        form["client_assertion"] = private_key_jwt_sign(
            key,
            client_id=provider.client_id,
            token_endpoint=provider.issuer,
            alg=str(key.alg),
            header={"kid": key.kid},
            issued_at=int(now.timestamp()),
            expires_in=60,
        )
        answer = _ask("POST", address, data=form)
    else:
        answer = _ask("POST", address, data=form, auth=(provider.client_id, provider.secret))
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise NotTrustedError("no id_token")
    return token


def claims_in(
    provider: Provider, token: str, *, nonce: str, since: datetime, now: datetime
) -> Mapping[str, Any]:
    """Return what an ID token says, once all that can be checked has been.

    Signature by a key of the provider's with an algorithm of ours, issuer, audience, ``azp``,
    times and nonce, and that somebody logged in since we asked; not the level. Raises
    UnreachableError, NotTrustedError.
    """
    try:
        signed = _verified(provider, token, now)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            params={"nonce": nonce, "client_id": provider.client_id},
        )
        claims.validate(int(now.timestamp()), leeway=_CLOCKS_DIFFER_SECONDS)
        logged_in_at = float(signed.claims["auth_time"])
    except JoseError as error:
        raise NotTrustedError(error.error, getattr(error, "claim", "")) from error
    except (ValueError, TypeError, KeyError) as error:
        raise NotTrustedError("malformed") from error
    # The address that we sent the browser to can be changed in it: ``prompt`` taken out.
    if logged_in_at < since.timestamp() - _CLOCKS_DIFFER_SECONDS:
        raise NotTrustedError("an older log-in")
    return signed.claims


def _verified(provider: Provider, token: str, now: datetime) -> jwt.Token:
    known = _about(provider, now)
    try:
        return jwt.decode(token, known.keys, algorithms=ALGORITHMS)
    except InvalidKeyIdError:
        if now - known.at < _ASKED_AGAIN:
            raise
        _known.pop(provider.issuer, None)
        return jwt.decode(token, _about(provider, now).keys, algorithms=ALGORITHMS)


def _about(provider: Provider, now: datetime) -> _Known:
    """Return the provider's addresses and keys, asked for anew when they are an hour old."""
    known = _known.get(provider.issuer)
    if known is None or not timedelta(0) <= now - known.at < _KEPT:
        told = _ask("GET", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        if told.get("issuer") != provider.issuer:
            raise NotTrustedError("another issuer")
        for name in _ADDRESSES:
            if not _may_be_talked_to(told.get(name), provider):
                raise NotTrustedError(name)
        try:
            keys = KeySet.import_key_set(_ask("GET", told["jwks_uri"]))  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotTrustedError("keys") from error
        known = _known[provider.issuer] = _Known(told, keys, now)
    return known


def _may_be_talked_to(address: object, provider: Provider) -> bool:
    """Tell whether an address is as safe to talk to as the issuer that names it."""
    if not isinstance(address, str):
        return False
    return urlsplit(address).scheme in {"https", urlsplit(provider.issuer).scheme}


def _ask(method: str, address: str, **sent: Any) -> dict[str, Any]:
    """Return the JSON object that an address answers with; redirects are not followed."""
    try:
        answer = httpx.request(
            method, address, timeout=TIMEOUT, headers={"Accept": "application/json"}, **sent
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnreachableError(type(error).__name__) from error
    if answer.status_code >= 500:
        raise UnreachableError(str(answer.status_code))
    if answer.status_code != 200:
        raise NotTrustedError(f"status {answer.status_code}")
    try:
        told = answer.json()
    except ValueError as error:
        raise NotTrustedError("no JSON") from error
    if not isinstance(told, dict):
        raise NotTrustedError("no JSON object")
    return told
