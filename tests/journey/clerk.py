"""Somebody at a PC by plain HTTP: cookies, the token of the session and whole forms; no browser."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from brukerplan.demo.accounts import PASSWORD

TIMEOUT_SECONDS = 60
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
Fields = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered; ``server_ms`` where it says how long it took."""

    status: int
    body: bytes
    server_ms: float | None

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(slots=True)
class OpenForm:
    """The registration page as it stands open: what it would send, and from which version."""

    address: str
    fields: Fields = field(repr=False)

    @property
    def version(self) -> int:
        """The version that the next save is based on."""
        return int(self.fields["version"][0])

    def acknowledged(self, version: int) -> None:
        """Take over the version that the server has told."""
        self.fields["version"] = [str(version)]


class Clerk:
    """A signed-in person. One thread uses it at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Sign in; an error if it is refused."""
        answer = self.try_to_sign_in(email, password)
        assert answer.status == 303, f"signing in as {email} gave {answer.status}"

    def try_to_sign_in(self, email: str, password: str = PASSWORD) -> Answer:
        """Send the sign-in form and return what was answered."""
        page = self.ask("GET", "/logg-inn").text
        found = _TOKEN.search(page)
        assert found, "the sign-in page has no token"
        typed = {"csrf_token": found[1], "email": email, "password": password}
        return self.ask("POST", "/logg-inn", typed.items())

    def open(self, address: str) -> OpenForm:
        """Open a registration and take its form as a browser would."""
        answer = self.ask("GET", address)
        assert answer.status == 200, f"opening the registration gave {answer.status}"
        reader = _FormReader(address)
        reader.feed(answer.text)
        return OpenForm(address, reader.fields)

    def save(self, form: OpenForm) -> Answer:
        """Send the form as the page's script does, asking for JSON; follow up the version.

        Raises
        ------
        OSError, http.client.HTTPException
            The server went away before it had answered.
        """
        sent = [(name, value) for name, values in form.fields.items() for value in values]
        answer = self.ask("POST", form.address, sent, accept="application/json")
        if answer.status == 200:
            form.acknowledged(json.loads(answer.body)["version"])
        return answer

    def ask(
        self,
        method: str,
        address: str,
        sent: Iterable[tuple[str, str]] = (),
        *,
        accept: str = "text/html",
    ) -> Answer:
        """Send one request and read the whole answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        try:
            headers = {
                "Accept": accept,
                "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
                "Content-Type": "application/x-www-form-urlencoded",
            }
            body = urlencode(list(sent)) if method == "POST" else None
            connection.request(method, address, body, headers)
            response = connection.getresponse()
            content = response.read()
            for line in response.headers.get_all("Set-Cookie") or ():
                self._cookies.update(
                    {name: morsel.value for name, morsel in SimpleCookie(line).items()}
                )
            return Answer(response.status, content, _milliseconds(response.headers))
        finally:
            connection.close()


def _milliseconds(headers: Message) -> float | None:
    told = headers.get("Server-Timing")
    return None if told is None else float(told.rpartition("dur=")[2])


class _FormReader(HTMLParser):
    """What a browser would send from the form that is sent to ``action``."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.fields: Fields = {}
        self._action = action
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("action") == self._action
        name = given.get("name")
        if not self._inside or tag != "input" or not name:
            return
        if given.get("type") in {"radio", "checkbox"} and "checked" not in given:
            return
        self.fields.setdefault(name, []).append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
