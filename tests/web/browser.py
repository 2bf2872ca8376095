"""A test client that reads every page as a strict browser and a careful reader would."""

from __future__ import annotations

import io
from collections import Counter
from datetime import datetime
from importlib.metadata import version
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from brukerplan.access.policy import Actor
from brukerplan.actions.sessions import begin
from brukerplan.persistence.tables.states import Assurance
from brukerplan.web.clock import CLOCK, now
from brukerplan.web.services import services

# As the test client calls itself.
USER_AGENT = f"Werkzeug/{version('werkzeug')}"
_HTML = "{http://www.w3.org/1999/xhtml}"
_LABELLED = ("input", "select", "textarea", "progress")


class Page:
    """A page that has passed every check, with ways to ask what stands on it."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(strict=True)
        self.tree: Element = parser.parse(
            io.BytesIO(response.get_data()), transport_encoding="utf-8"
        )
        _check(self)

    def elements(self, tag: str, /, **attributes: str) -> list[Element]:
        """Return the elements with these attributes; ``class_`` matches one class of several."""
        found = []
        for element in self.tree.iter(_HTML + tag):
            wanted = dict(attributes)
            classes = wanted.pop("class_", "")
            if classes and classes not in element.get("class", "").split():
                continue
            if all(element.get(key.replace("_", "-")) == value for key, value in wanted.items()):
                found.append(element)
        return found

    @property
    def heading(self) -> str:
        """The one h1."""
        return text_of(self.elements("h1")[0])

    @property
    def text(self) -> str:
        """All text of the page, spaces made plain."""
        return text_of(self.elements("body")[0])

    @property
    def main(self) -> str:
        """Text of the main part."""
        return text_of(self.elements("main")[0])

    def form(self, action: str) -> Element:
        """Return the form that is sent to ``action``."""
        return next(form for form in self.elements("form") if form.get("action") == action)

    def filled(self, action: str) -> dict[str, list[str]]:
        """Return what a browser would send from a form nobody has touched."""
        fields: dict[str, list[str]] = {}
        for field in self.form(action).iter(_HTML + "input"):
            name, kind = field.get("name"), field.get("type", "text")
            if not name or (kind in {"radio", "checkbox"} and field.get("checked") is None):
                continue
            fields.setdefault(name, []).append(field.get("value", ""))
        return fields


class Browser(FlaskClient):
    """Opens pages, sends their forms, and checks everything on the way."""

    def page(self, address: str, *, status: int = 200, **keywords: Any) -> Page:
        """Open a page and check it."""
        response = self.get(address, **keywords)
        assert response.status_code == status, response.get_data(as_text=True)[-2000:]
        return Page(response)

    def send(
        self, page: Page, action: str, *, go_on: str = "", **typed: str | list[str]
    ) -> TestResponse:
        """Send a form of the page with something typed over what it holds."""
        fields = page.filled(action)
        if go_on:
            fields["go_on"] = [go_on]
        for name, value in typed.items():
            fields[name] = value if isinstance(value, list) else [value]
        return self.post(action, data=fields)

    def sits_down(
        self, actor: Actor, *, strong: bool = False, waits_for_factor: bool = False
    ) -> None:
        """Have a session of somebody, without going by the sign-in page."""
        self._sat_down = (actor, strong, waits_for_factor)
        token = self._begun(*self._sat_down)
        with self.session_transaction() as session:
            session.clear()
            session["_user_id"] = token

    def later(self, moment: datetime) -> None:
        """Let time pass, and be signed in anew with the same page open."""
        self.application.config[CLOCK] = lambda: moment
        token = self._begun(*self._sat_down)
        with self.session_transaction() as session:
            session["_user_id"] = token

    def _begun(self, actor: Actor, strong: bool, waits_for_factor: bool) -> str:
        with self.application.test_request_context():
            return begin(
                services().database,
                user_id=actor.user_id,
                assurance=Assurance.SECOND_FACTOR if strong else Assurance.PASSWORD,
                strong=strong,
                waits_for_factor=waits_for_factor,
                browser="",
                user_agent=USER_AGENT,
                now=now(),
            )


def text_of(element: Element) -> str:
    """Return the text in an element as a reader sees it, one space between words."""
    return " ".join("".join(element.itertext()).split())


def _check(page: Page) -> None:
    assert page.response.mimetype == "text/html"
    headings = page.elements("h1")
    assert len(headings) == 1, "a page has one h1"
    title = text_of(page.elements("title")[0])
    # The heading, or its beginning where the rest is about a person.
    assert page.heading.startswith(title.removesuffix(" – brukerplan"))
    assert len(title) > len("x – brukerplan")
    assert page.elements("html")[0].get("lang") in {"nb", "nn", "en"}
    assert len(page.elements("main")) == 1
    _check_ids(page)
    _check_labels(page)
    _check_headings(page)
    _check_nothing_inline(page)
    policy = page.response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def _check_ids(page: Page) -> None:
    ids = Counter(element.get("id") for element in page.tree.iter() if element.get("id"))
    assert [name for name, times in ids.items() if times > 1] == [], "ids are unique"
    for element in page.tree.iter():
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            for name in (element.get(attribute) or "").split():
                assert name in ids, f"{attribute} names {name!r}, which is not on the page"
        target = element.get("href") or ""
        if target.startswith("#") and len(target) > 1 and element.tag == f"{_HTML}a":
            assert target[1:] in ids, f"a link leads to {target}, which is not on the page"


def _check_labels(page: Page) -> None:
    labelled = {label.get("for") for label in page.elements("label")}
    for name in _LABELLED:
        for field in page.elements(name):
            if field.get("type") == "hidden":
                continue
            named = field.get("id") in labelled or field.get("aria-label")
            assert named, f"{name} {field.attrib} has no label"


def _check_headings(page: Page) -> None:
    level = 1
    for element in page.elements("main")[0].iter():
        tag = str(element.tag).removeprefix(_HTML)
        if tag in {"h2", "h3", "h4"}:
            # The error summary comes before the h1, so that it is read first.
            assert int(tag[1]) <= level + 1, "no heading level is skipped"
            level = int(tag[1])


def _check_nothing_inline(page: Page) -> None:
    assert page.elements("style") == []
    for script in page.elements("script"):
        assert script.get("src"), "no script stands in the page"
    for element in page.tree.iter():
        for attribute in list(element.attrib):
            assert attribute != "style", "no style stands in the page"
            assert not str(attribute).startswith("on"), "no handler stands in the page"
