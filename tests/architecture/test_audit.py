"""The audit tells of a weakness that an advisory service knows, and of a service that is silent."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tools.audit import FOUND, NOT_ASKED, main

WEAKNESS = {
    "id": "PYSEC-2026-1",
    "modified": "2026-11-01T00:00:00Z",
    "published": "2026-11-01T00:00:00Z",
    "summary": "An invented weakness",
    "affected": [
        {
            "package": {"name": "flask", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
        }
    ],
}
ADVISORY = {
    "id": 1,
    "url": "https://advisories.example/1",
    "title": "An invented weakness",
    "severity": "high",
    "vulnerable_versions": ">=0",
    "cwe": [],
    "cvss": {"score": 0, "vectorString": None},
}


@contextmanager
def advisories(*, of_flask: bool, of_axe: bool) -> Iterator[list[str]]:
    """A service that speaks as OSV and as npm's registry; gives the arguments that lead to it."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked: Any = json.loads(
                gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body
            )
            answer: dict[str, Any] = {}
            if self.path == "/osv" and of_flask and asked["package"]["name"] == "flask":
                answer = {"vulns": [WEAKNESS]}
            elif self.path != "/osv" and of_axe and "axe-core" in asked:
                answer = {"axe-core": [ADVISORY]}
            told = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def do_GET(self) -> None:
            # npm would know which version mends it.
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield ["--osv-url", f"{address}/osv", "--npm-registry", address]
    finally:
        server.shutdown()
        server.server_close()


def test_packages_of_which_nothing_is_known_pass(capsys: pytest.CaptureFixture[str]) -> None:
    with advisories(of_flask=False, of_axe=False) as there:
        assert main(["--demand", *there]) == 0

    assert "NOT AUDITED" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"of_flask": True, "of_axe": False}, "flask "),
        ({"of_flask": False, "of_axe": True}, "axe-core: high"),
    ],
)
def test_a_known_weakness_fails_and_is_named(
    capsys: pytest.CaptureFixture[str], known: dict[str, bool], told: str
) -> None:
    with advisories(**known) as there:
        assert main(there) == FOUND

    assert told in capsys.readouterr().out


def test_a_silent_service_is_told_of_and_fails_only_on_demand(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with advisories(of_flask=False, of_axe=False) as there:
        gone = there

    assert main(gone) == 0
    assert capsys.readouterr().out.count("NOT AUDITED") == 2
    assert main(["--demand", *gone]) == NOT_ASKED
