"""An OpenID Connect provider on this machine, small enough to read, that can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT_ID, SECRET = "kefu", "provider secret"


class Provider:
    """Codes it has given out, keys it signs with, and what it is told to do wrong (``fault``)."""

    def __init__(self) -> None:
        self.issuer = ""
        self.fault = ""
        self.claims: dict[str, Any] = {"sub": "subject-1", "preferred_username": "zhang.wei", "name": "张伟"}
        self.codes: dict[str, dict[str, str]] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.hits: list[str] = []

    def rotate(self) -> None:
        """Sign with another key from here on."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)})

    def authorise(self, url: str) -> dict[str, str]:
        """What somebody signing in at ``url`` would come back with."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The token endpoint."""
        asked = self.codes.get(form.get("code", "")) if self.fault == "replay" else self.codes.pop(form["code"], None)
        basic = "Basic " + base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        if asked is None or authorization != basic or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if challenge.rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self._id_token(asked)}

    def _id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            **self.claims,
        }
        changes: dict[str, dict[str, Any]] = {
            "wrong issuer": {"iss": "https://elsewhere.example"},
            "wrong audience": {"aud": "another client"},
            "audience of many": {"aud": [asked["client_id"], "another"]},
            "expired token": {"iat": now - 4000, "exp": now - 400},
            "token of tomorrow": {"iat": now + 4000, "exp": now + 8000},
            "wrong nonce": {"nonce": "another"},
            "no subject": {"sub": ""},
        }
        claims |= changes.get(self.fault, {})
        if self.fault == "alg none":
            parts = [{"alg": "none"}, claims]
            return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."
        if self.fault == "shared secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("0" * 32), algorithms=["HS256"])
        key = RSAKey.generate_key(2048, {"kid": "forged"}) if self.fault == "unknown key" else self.key
        if self.fault == "forged key":
            key = RSAKey.generate_key(2048, {"kid": self.key.kid})
        return jwt.encode({"alg": "RS256", "kid": key.kid or ""}, claims, key)

    def get(self, path: str) -> dict[str, Any] | None:
        """Discovery and keys."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": "https://elsewhere.example" if self.fault == "foreign discovery" else self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "end_session_endpoint": f"{self.issuer}/leave",
            }
        if path == "/keys":
            return dict(KeySet([self.key]).as_dict(private=False))
        return None


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that listens on a free port for the length of the block."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.hits.append(self.path)
            found = provider.get(self.path)
            self._answer(200 if found else 404, found or {})

        def do_POST(self) -> None:
            provider.hits.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {key: values[0] for key, values in parse_qs(body).items()}
            self._answer(*provider.token(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, found: dict[str, Any]) -> None:
            data = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
