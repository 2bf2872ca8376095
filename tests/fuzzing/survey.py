"""What the pages themselves offer: the addresses they lead to and the forms they hold.

Nothing here names a page. A new route is found because a page links to it, a form is sent to
it, or, at the least, because it stands in the application's own map of addresses.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from brukerplan.web.i18n import QUERY
from tests.fuzzing.town import Seat
from tests.web.browser import Browser

TOKEN = "csrf_token"
PARAMETER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
# Of each page so many are opened, by different addresses.
_MOST_ADDRESSES = 4
_READ = re.compile(
    r"request\.(?P<where>args|form|values|files)(?:\.get(?:list)?\(|\[|\.\w+\()\s*\"(?P<name>\w+)\""
)


@dataclass
class Form:
    """A form as a page holds it: what a browser would send, and what else could be chosen."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    files: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Every name there is something to say under, the token not."""
        found = {name for name, _ in self.fields} | self.choices.keys() | set(self.files)
        return sorted(found - {TOKEN})


class _Reader(HTMLParser):
    def __init__(self, here: str) -> None:
        super().__init__()
        self.here = here
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.token = ""
        self._open: Form | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._open = Form(given.get("action") or self.here, given.get("method", "get").upper())
            self.forms.append(self._open)
        elif tag == "select":
            self._select = name
        elif name == TOKEN:
            self.token = value
        elif self._open is None:
            return
        elif tag == "textarea":
            self._area = name
            self._open.fields.append((name, ""))
        elif tag == "option" and self._select:
            self._open.choices[self._select].append(value)
            if "selected" in given or len(self._open.choices[self._select]) == 1:
                self._open.fields.append((self._select, value))
        elif tag in {"input", "button"} and name:
            self._control(given, name, value)

    def _control(self, given: Mapping[str, str], name: str, value: str) -> None:
        assert self._open is not None
        kind = given.get("type", "text")
        if kind == "file":
            self._open.files.append(name)
        elif kind in {"radio", "checkbox", "submit"}:
            self._open.choices[name].append(value or "on")
            if "checked" in given:
                self._open.fields.append((name, value or "on"))
        else:
            self._open.fields.append((name, value))

    def handle_data(self, data: str) -> None:
        if self._area and self._open is not None:
            name, before = self._open.fields[-1]
            self._open.fields[-1] = (name, before + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


@dataclass
class Survey:
    """What one seat's pages offered, by endpoint."""

    links: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))
    # Values seen in addresses, by the name of the parameter or of the query's field.
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    token: str = ""


def survey(app: Flask, client: Browser) -> Survey:
    """Open every page that can be reached by following links from the addresses without ids."""
    found = Survey()
    waiting = [rule.rule for rule in rules(app) if "GET" in methods(rule) and not rule.arguments]
    seen: set[str] = set()
    opened: dict[str, int] = defaultdict(int)
    while waiting:
        address = waiting.pop(0)
        matched = _match(app, address, "GET")
        if address in seen or matched is None:
            continue
        endpoint, values = matched
        seen.add(address)
        opened[endpoint] += 1
        if opened[endpoint] > _MOST_ADDRESSES:
            continue
        for name, value in (*values.items(), *parse_qsl(urlsplit(address).query)):
            _note(found.values[name], str(value))
        response = client.get(address)
        if response.status_code == 200:
            _note(found.links[endpoint], address)
        if response.status_code in {302, 303}:
            waiting.append(response.location)
        if response.status_code == 200 and response.mimetype == "text/html":
            waiting += _read(app, found, address, response.get_data(as_text=True))
        response.close()
    return found


def _read(app: Flask, found: Survey, address: str, html: str) -> Iterator[str]:
    reader = _Reader(address)
    reader.feed(html)
    found.token = found.token or reader.token
    for form in reader.forms:
        matched = _match(app, form.action, form.method)
        if matched is None:
            continue
        endpoint, values = matched
        for name, value in values.items():
            _note(found.values[name], str(value))
        if len(found.forms[endpoint]) < _MOST_ADDRESSES:
            found.forms[endpoint].append(form)
    return (link for link in reader.links if link.startswith("/"))


def _note(known: list[str], value: str) -> None:
    if value not in known:
        known.append(value)


def _match(app: Flask, address: str, method: str) -> tuple[str, Mapping[str, object]] | None:
    try:
        endpoint, values = app.url_map.bind("localhost").match(
            urlsplit(address).path, method=method
        )
    except (HTTPException, RequestRedirect):
        return None
    return str(endpoint), values


def rules(app: Flask) -> list[Rule]:
    """Return every rule of the application, in one order."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def methods(rule: Rule) -> list[str]:
    """Return the methods that somebody has written a view for."""
    return sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"})


def names_read(app: Flask, endpoint: str) -> tuple[list[str], list[str]]:
    """Return the names that a page's own code asks the query and the form for.

    Some are on no form until something has gone wrong. The language stands for every page.
    """
    module = sys.modules[app.view_functions[endpoint].__module__]
    found: dict[str, set[str]] = {where: set() for where in ("args", "form", "files", "values")}
    for read in _READ.finditer(inspect.getsource(module)):
        found[read["where"]].add(read["name"])
    both = found["values"]
    return sorted(found["args"] | both | {QUERY}), sorted(found["form"] | found["files"] | both)


def likely(rule: Rule, values: Mapping[str, list[str]]) -> list[str]:
    """Return addresses of a rule with values that pages named the same way elsewhere."""
    if not rule.arguments <= values.keys():
        return []
    return [*dict.fromkeys(_named(rule, values, turn) for turn in range(2))]


def _named(rule: Rule, values: Mapping[str, list[str]], turn: int) -> str:
    def value(found: re.Match[str]) -> str:
        known = values[found[2]]
        return known[turn % len(known)]

    return PARAMETER.sub(value, rule.rule)


def together(surveys: Mapping[Seat, Survey], endpoint: str, without: Seat) -> list[str]:
    """Return what others than ``without`` were led to at this endpoint, each once."""
    own = set(_addresses(surveys[without], endpoint))
    others: Iterable[str] = (
        address
        for seat, found in surveys.items()
        if seat != without
        for address in _addresses(found, endpoint)
    )
    return [address for address in dict.fromkeys(others) if address not in own]


def _addresses(found: Survey, endpoint: str) -> list[str]:
    return [
        *found.links.get(endpoint, ()),
        *(form.action for form in found.forms.get(endpoint, ())),
    ]
