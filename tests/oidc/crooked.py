"""A provider that answers as it is told: rightly, or with one thing wrong.

It checks what a good provider checks of its client, so that what is right is right: PKCE, the
client's signature, and that a code is used once.
"""

import hashlib
import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from joserfc.jws import JWSRegistry

CLIENT = "vaksinetime"
CLIENT_KEY = RSAKey.generate_key(2048, {"kid": "ours", "alg": "RS256"})
Claims = dict[str, Any]


@dataclass
class Mischief:
    """What to do wrong: to the claims, the key, the header, or the whole answer."""

    claims: Callable[[Claims], object] = lambda _claims: None
    sign: Callable[["Crooked", Claims], str] | None = None
    # Of "discovery", "jwks" or "token": status and body, or seconds to be silent.
    answers: dict[str, tuple[int, str] | float] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)


class Crooked:
    """The provider; ``mischief`` is what it does wrong, now."""

    def __init__(self, address: str) -> None:
        self.issuer = address
        self.key = RSAKey.generate_key(2048, {"kid": "theirs", "alg": "RS256", "use": "sig"})
        self.other_key = RSAKey.generate_key(2048, {"kid": "theirs", "alg": "RS256"})
        self.mischief = Mischief()
        self.codes: dict[str, tuple[dict[str, str], Claims]] = {}
        self.asked: list[str] = []

    def log_in(self, address: str, pid: str, acr: str = "idporten-loa-high") -> dict[str, str]:
        """Let somebody log in at the address they were sent to; return what they bring back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": secrets.token_hex(8),
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 120,
            "auth_time": now,
            "acr": acr,
            "pid": pid,
        }
        self.mischief.claims(claims)
        code = secrets.token_urlsafe(20)
        self.codes[code] = (asked, claims)
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def signed(self, claims: Claims) -> str:
        """Return the claims as a token, signed as they should be unless told otherwise."""
        if self.mischief.sign is not None:
            return self.mischief.sign(self, claims)
        return jwt.encode({"alg": "RS256", "kid": "theirs"}, claims, self.key)

    def token(self, form: dict[str, str]) -> tuple[int, str]:
        """Answer the client that exchanges a code."""
        asked, claims = self.codes.pop(form.get("code", ""), ({}, {}))
        assertion = jwt.decode(form["client_assertion"], CLIENT_KEY, algorithms=["RS256"]).claims
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        right = (
            asked.get("code_challenge") == challenge
            and asked.get("code_challenge_method") == "S256"
            and asked["redirect_uri"] == form["redirect_uri"]
            and assertion["sub"] == assertion["iss"] == CLIENT
            and assertion["aud"] == self.issuer
            and 0 < assertion["exp"] - assertion["iat"] <= 120
        )
        if not right:
            return 400, json.dumps({"error": "invalid_grant"})
        token = {"id_token": self.signed(claims), "access_token": "x", "token_type": "Bearer"}
        return 200, json.dumps(token)

    def about(self) -> dict[str, Any]:
        """Return what it says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/logout",
            **self.mischief.metadata,
        }

    def answer(self, what: str, body: str) -> tuple[int, str]:
        """Return status and body for one of its addresses."""
        self.asked.append(what)
        told = self.mischief.answers.get(what)
        if isinstance(told, tuple):
            return told
        if told is not None:
            time.sleep(told)
        if what == "token":
            return self.token({name: values[0] for name, values in parse_qs(body).items()})
        keys = KeySet([self.key]).as_dict(private=False)
        return 200, json.dumps(keys if what == "jwks" else self.about())


def signed_with_none(_crooked: Crooked, claims: Claims) -> str:
    """Sign with the algorithm that signs nothing."""
    parts = ({"alg": "none", "kid": "theirs"}, claims)
    coded = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*coded, ""])


def signed_with_the_public_key(crooked: Crooked, claims: Claims) -> str:
    """Sign with what everybody knows, as if it were a shared secret."""
    import hmac  # by hand: a library refuses to

    parts = ({"alg": "HS256", "kid": "theirs"}, claims)
    coded = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    seal = hmac.new(crooked.key.as_pem(private=False), coded, hashlib.sha256).digest()
    return f"{coded.decode()}.{urlsafe_b64encode(seal).rstrip(b'=').decode()}"


def signed_by_another(crooked: Crooked, claims: Claims) -> str:
    """Sign with a key of one's own, under the provider's key's name."""
    return jwt.encode({"alg": "RS256", "kid": "theirs"}, claims, crooked.other_key)


def signed_under_a_new_name(crooked: Crooked, claims: Claims) -> str:
    """Sign with a key that the provider has not told of."""
    return jwt.encode({"alg": "RS256", "kid": "unknown"}, claims, crooked.other_key)


def with_its_own_key_inside(crooked: Crooked, claims: Claims) -> str:
    """Sign with a key of one's own, and bring it along in the header."""
    header = {"alg": "RS256", "jwk": crooked.other_key.as_dict(private=False)}
    return jwt.encode(
        header, claims, crooked.other_key, registry=JWSRegistry(strict_check_header=False)
    )


@contextmanager
def crooked_provider() -> Iterator[Crooked]:
    """Run the provider in a thread until the test ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("jwks" if self.path == "/jwks" else "discovery", "")

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self._answer("token", self.rfile.read(length).decode())

        def _answer(self, what: str, body: str) -> None:
            status, text = crooked.answer(what, body)
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                if status == 302:
                    self.send_header("Location", text)
                self.end_headers()
                self.wfile.write(text.encode())
            except BrokenPipeError:
                pass  # who asked did not wait

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    crooked = Crooked(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield crooked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
