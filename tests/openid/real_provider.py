"""A real OpenID provider on this machine, run by Node, started and ended by the tests."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from brukerplan.identity import synthetic_number
from tests.mail.server import free_port

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("provider.mjs")
CLIENT_ID, BESIDE = "brukerplan-test", "brukerplan-beside"
PID, NAME = synthetic_number(date(1985, 3, 14), "female", 0), "Hemmelig Navn"
"""What its ID tokens tell of everybody, as ID-porten's do."""
HIGH, ENOUGH, WEAK = "loa-high", "loa-substantial", "loa-low"


def signing_key(name: str) -> RSAKey:
    """A key of the provider."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


def client_key(name: str = "ours-1") -> ECKey:
    """A key of ours."""
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig"})


@dataclass
class RealProvider:
    """``oidc-provider`` on a free port.

    Parameters
    ----------
    site
        The address of the application, whose pages it sends people back to.
    beside
        The address of another installation, which is another client there.
    token_seconds
        How long its ID tokens are good for.
    """

    site: str
    beside: str = ""
    ours: ECKey = field(default_factory=client_key, repr=False)
    theirs: RSAKey = field(default_factory=lambda: signing_key("theirs-1"), repr=False)
    token_seconds: int = 300
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[str] | None = None

    @property
    def issuer(self) -> str:
        """Its address. Another host than ours, as in life."""
        return f"http://localhost:{self.port}"

    def settings(self, key: ECKey | None = None) -> Mapping[str, str]:
        """What brukerplan is told of it."""
        return {
            "BRUKERPLAN_OIDC_ISSUER": self.issuer,
            "BRUKERPLAN_OIDC_NAME": "Prøveporten",
            "BRUKERPLAN_OIDC_CLIENT_ID": CLIENT_ID,
            "BRUKERPLAN_OIDC_CLIENT_KEY": json.dumps((key or self.ours).as_dict(private=True)),
            "BRUKERPLAN_OIDC_ACR": f"{ENOUGH} {HIGH}",
        }

    def start(self, key: RSAKey | None = None) -> None:
        """Start it, perhaps with another key to sign by; nobody is signed in there."""
        node = shutil.which("node")
        if node is None:
            pytest.fail("Node is not installed; this test needs it. Install Node 18 or newer.")
        assert self._process is None
        self._process = subprocess.Popen(
            [node, str(SCRIPT), json.dumps(self._told(key or self.theirs))],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().strip() == "ready"

    def stop(self) -> None:
        """End it: nobody answers there."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def __enter__(self) -> RealProvider:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _told(self, key: RSAKey) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "port": self.port,
            "levels": [HIGH, ENOUGH, WEAK],
            "tokenSeconds": self.token_seconds,
            "pid": PID,
            "jwks": {"keys": [key.as_dict(private=True)]},
            "clients": [self._client(self.site, CLIENT_ID)]
            + ([self._client(self.beside, BESIDE)] if self.beside else []),
        }

    def _client(self, site: str, name: str) -> dict[str, Any]:
        return {
            "client_id": name,
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "jwks": {"keys": [self.ours.as_dict(private=False)]},
            "redirect_uris": [f"{site}/logg-inn/ekstern/svar"],
            "post_logout_redirect_uris": [f"{site}/logg-inn/ekstern/ut"],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "subject_type": "pairwise",
        }
