"""A server that says it is a provider: its metadata and keys are what a test makes them."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any

from joserfc.jwk import RSAKey

from tests.openid.real_provider import signing_key

ISSUER_PATH = "/issuer"


class Forger:
    """Answers with ``documents`` by path; a test may change or remove any of them."""

    def __init__(self) -> None:
        self.key: RSAKey = signing_key("k1")
        self.asked: list[str] = []
        documents: dict[str, Any] = {}
        self.documents = documents
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                found = documents.get(self.path)
                if isinstance(found, str) and found.startswith("http"):
                    self.send_response(302)
                    self.send_header("Location", found)
                    self.end_headers()
                    return
                self.send_response(404 if found is None else 200)
                self.end_headers()
                self.wfile.write(
                    found.encode() if isinstance(found, str) else json.dumps(found).encode()
                )

            def log_message(self, format: str, *args: object) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}{ISSUER_PATH}"
        self.metadata = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        documents[f"{ISSUER_PATH}/.well-known/openid-configuration"] = self.metadata
        self.publish(self.key)

    def publish(self, *keys: RSAKey) -> None:
        """Say that these are the keys."""
        self.documents[f"{ISSUER_PATH}/jwks"] = {
            "keys": [key.as_dict(private=False) for key in keys]
        }

    def __enter__(self) -> Forger:
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
