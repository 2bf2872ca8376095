"""One request, and how requests are made up: valid, nearly valid and hostile."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, quote_from_bytes
from zlib import crc32

from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.fuzzing.survey import PARAMETER, TOKEN, Form

MARKER = "zqxalert"
"""Stands in every piece of markup that is sent, and nowhere in the program."""
_BORDER = "zqxborder"
LANGUAGES = ("nb", "nn", "en")
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE")

_LARGE = 20

Text = str | bytes
MARKUP: tuple[Text, ...] = (
    # Comes to life wherever it is put in unescaped: in a text, a title or an attribute.
    f"'\"></title></textarea><script>{MARKER}(1)</script><{MARKER}-x>",
    f"<script>{MARKER}(1)</script>",
    f'"><script src=//e.example/{MARKER}></script>',
    f"'><img src=x onerror={MARKER}(1)>",
    f'" onfocus="{MARKER}(1)" autofocus="',
    f"' onmouseover='{MARKER}(1)",
    f"javascript:{MARKER}(1)",
    f"JaVa\tScript:{MARKER}(1)",
    f"data:text/html,<script>{MARKER}(1)</script>",
    f"</title></textarea><svg onload={MARKER}(1)>",
    f"<{MARKER}-x>",
    f"]]><!--<script>{MARKER}(1)</script>-->",
    f"{{{{ '{MARKER}' * 2 }}}}",
    f"//{MARKER}.example/",
    f"/\\{MARKER}.example",
    f"https://{MARKER}.example/",
)
NUMBERS: tuple[Text, ...] = (
    "0", "-1", "-0", "32768", "2147483648", "9223372036854775808", "-9223372036854775809",
    "1" * 5_000, "1e309", "NaN", "Infinity", "1_000", " 7 ", "0x10", "007", "1.5", "٣", "²", "１",
)  # fmt: skip
DATES: tuple[Text, ...] = (
    "2026-02-30", "2026-12-32", "9999-12-31", "10000-01-01", "0000-00-00", "0001-01-01",
    "-2026-01-01", "2026-12-15T00:00", "15.12.2026", "20261215", "2026-W50-1",
)  # fmt: skip
NUMBERS_OF_NOBODY: tuple[Text, ...] = (
    "00000000000", "99999999999", "1234567890", "010180 12345", "410180 00000", "x" * 11,
    "٠١٨١٩٠١٢٣٤٥",
)  # fmt: skip
FORMULAS: tuple[Text, ...] = ("=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", '=HYPERLINK("//e.example")')
STRANGE: tuple[Text, ...] = (
    "", " ", "\t\n", "x", "x" * 300, "ø" * 20_000, "\x00", "a\x00b", "\x1b[31m\x07\x08", "\x7f\x85",
    "\u202e\u200f\ufeff", "\ud800", "a\udfffb", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88",
    "a\r\nSet-Cookie: a=b", "../../etc/passwd", "..\\..", "%00", "%s%n%x", "%(x)s", "{0.__class__}",
    "' OR 1=1--", "\\", "\"", "none", "null", "true", "[]", "{}", "😀", "İ", "ẞ", "e\u0301" * 50,
    "__class__", "constructor",
)  # fmt: skip
# No column, no text of PostgreSQL's, no integer of Python's holds these.
NOT_HELD: tuple[Text, ...] = ("1" * 5_000, "9223372036854775808", "2147483648", "\x00", "\ud800")
SORTS = (STRANGE, NUMBERS, DATES, NUMBERS_OF_NOBODY, FORMULAS, MARKUP)
HOSTILE = (*STRANGE, *NUMBERS, *DATES, *NUMBERS_OF_NOBODY, *FORMULAS, *MARKUP)

FILES: tuple[bytes, ...] = (
    b"", b"\x00", b"a;b;c\n1;2;3\n", b"PK\x03\x04 not a sheet", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64,
    b"%PDF-1.7", b"\xff\xfea\x00;\x00", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    b"\xef\xbb\xbf" + b";" * 5_000, b"\"" * 1_001, b"x" * 200_000, b"=1+1;@SUM(1)\n",
)  # fmt: skip
BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/json", b""), ("application/json", b"{"), ("application/json", b"[]"),
    ("application/json", b"\xff"), ("application/json", b"[" * 5_000), ("application/json", b"1e9"),
    ("application/json", b"{\"version\": {\"a\": [null]}}"),
    ("multipart/form-data", b"no border"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a"),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n" * 1_200),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=+ADw-script+AD4-"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(3_000))),
    ("application/x-www-form-urlencoded", b"%&%%=%u1234&=&a"),
    ("text/xml", b"<a/>"), ("", b"a=b"), ("\xff/\xff", b"a=b"),
)  # fmt: skip


class Kind(StrEnum):
    """What is wrong with a request, if anything."""

    OWN = "as the pages have it"
    OTHERS = "another's address"
    MADE_UP = "made-up address"
    QUERY = "query parameters"
    METHOD = "another method"
    FIELD = "one field"
    FIELDS = "many fields"
    UNDECLARED = "undeclared fields"
    REPEATED = "repeated fields"
    CHOICE = "another choice"
    TOKEN = "token"
    BODY = "body"
    FILE = "file"
    SWEEP = "each field in turn"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it goes over the wire."""

    kind: Kind
    endpoint: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    content_type: str = ""
    accept: str = "text/html"
    language: str = "nb"


@dataclass(frozen=True, slots=True)
class Offer:
    """What requests for one rule and method are made from."""

    rule: Rule
    method: str
    token: str
    own: Sequence[str]
    others: Sequence[str]
    forms: Sequence[Form]
    others_forms: Sequence[Form]
    values: Mapping[str, Sequence[str]]
    query_names: Sequence[str]
    field_names: Sequence[str]

    def kinds(self) -> tuple[Kind, ...]:
        """The kinds there is something to make from; the first is tried by everyone."""
        others = bool(self.others or self.others_forms)
        found = [Kind.OWN if self.own or self.forms else Kind.OTHERS if others else Kind.MADE_UP]
        if others:
            found.append(Kind.OTHERS)
        if self.method == "GET":
            found += [Kind.QUERY, Kind.MADE_UP, Kind.METHOD]
        else:
            found += [Kind.FIELD, Kind.FIELDS, Kind.CHOICE, Kind.UNDECLARED, Kind.REPEATED]
            found += [Kind.FIELD, Kind.FIELDS, Kind.CHOICE] if self.forms else []
            found += [Kind.TOKEN, Kind.BODY, Kind.MADE_UP, Kind.QUERY, Kind.METHOD]
            if any(form.files for form in (*self.forms, *self.others_forms)):
                found += [Kind.FILE, Kind.FILE]
        return tuple(found)


def requests(offer: Offer) -> st.SearchStrategy[Asked]:
    """Requests for one rule and method; the simplest is the page's own form or address."""
    return st.sampled_from(offer.kinds()).flatmap(lambda kind: _asked(offer, kind))


def fields_of(offer: Offer) -> list[str]:
    """Return the fields or query parameters that are the offer's own to be typed in."""
    if offer.method == "GET":
        return list(offer.query_names) if offer.own else []
    return list(offer.forms[0].names) if offer.forms else list(offer.field_names) * bool(offer.own)


def swept(offer: Offer, *, every_sort: bool) -> Iterator[tuple[str, Asked]]:
    """Requests with something of every sort in each field, the rest as the page has it.

    Markup, and what an engine or the language may refuse to hold, is typed everywhere; of the
    other sorts each field gets another value, and the fields of a very large form share them.
    """
    names = fields_of(offer)
    form = offer.forms[0] if offer.forms else Form("", offer.method)
    for name in names:
        place = crc32(f"{offer.rule.endpoint} {name}".encode())
        chosen = [sort[place % len(sort)] for sort in SORTS] if every_sort else []
        values: list[Text] = [*dict.fromkeys((MARKUP[0], *NOT_HELD, *chosen))]
        if len(names) > _LARGE:
            values = [values[place % len(values)]]
        for value in values:
            yield name, _with(offer, form, name, value)


def _with(offer: Offer, form: Form, name: str, value: Text) -> Asked:
    path, _, query = (form.action or offer.own[0]).partition("?")
    if offer.method == "GET":
        query = f"{quote(name)}={_quoted(value)}"
        return Asked(Kind.SWEEP, offer.rule.endpoint, "GET", path, query)
    fields: _Fields = [
        *((known, old) for known, old in form.fields if known not in {name, TOKEN}),
        (name, value),
        (TOKEN, offer.token),
    ]
    content_type, body = _encoded(fields, form, b"a;b\n1;2\n", "fil.csv")
    return Asked(Kind.SWEEP, offer.rule.endpoint, offer.method, path, query, body, content_type)


@st.composite
def _asked(draw: st.DrawFn, offer: Offer, kind: Kind) -> Asked:
    form = _form(draw, offer, kind)
    path, query = _address(draw, offer, kind, form)
    if kind is Kind.QUERY:
        names = st.sampled_from((*offer.query_names, "zqx", "__proto__"))
        pairs = draw(st.lists(st.tuples(names, _typed(offer)), min_size=1, max_size=4))
        query = "&".join([*filter(None, [query]), *(f"{a}={_quoted(b)}" for a, b in pairs)])
    method = draw(st.sampled_from(OTHER_METHODS)) if kind is Kind.METHOD else offer.method
    content_type, body = "", b""
    if offer.method != "GET":
        content_type, body = _body(draw, offer, kind, form)
    return Asked(
        kind,
        offer.rule.endpoint,
        method,
        path,
        query,
        body,
        content_type,
        accept=draw(st.sampled_from(("text/html", "text/html", "application/json"))),
        language=draw(st.sampled_from(LANGUAGES)),
    )


def _form(draw: st.DrawFn, offer: Offer, kind: Kind) -> Form:
    own = offer.others_forms if kind is Kind.OTHERS and offer.others_forms else offer.forms
    forms = own or offer.others_forms
    return draw(st.sampled_from(tuple(forms))) if forms else Form("", offer.method)


def _address(draw: st.DrawFn, offer: Offer, kind: Kind, form: Form) -> tuple[str, str]:
    if kind is Kind.OTHERS and offer.others:
        path = draw(st.sampled_from(tuple(offer.others)))
    elif kind is Kind.MADE_UP or not (form.action or offer.own):
        path = _made_up(draw, offer)
    elif form.action and offer.method != "GET":
        path = form.action
    else:
        path = draw(st.sampled_from(tuple(offer.own) or (form.action,)))
    path, _, query = path.partition("?")
    return path.partition("#")[0], query.partition("#")[0]


def _made_up(draw: st.DrawFn, offer: Offer) -> str:
    def value(found: re.Match[str]) -> str:
        known = tuple(offer.values.get(found[2], ()))
        seen = [st.sampled_from(known)] * 2 if known else []
        made = {
            "uuid": st.sampled_from((str(uuid.UUID(int=7)), "0" * 32, "x", "")),
            "int": st.sampled_from(NUMBERS),
        }.get(found[1] or "", st.sampled_from(HOSTILE))
        return _quoted(draw(st.one_of(*seen, made)))

    return PARAMETER.sub(value, offer.rule.rule)


def _typed(offer: Offer) -> st.SearchStrategy[Text]:
    """Anything at all: hostile, random, or an identifier of somebody's."""
    seen = [*dict.fromkeys(value for values in offer.values.values() for value in values)]
    texts: list[st.SearchStrategy[Text]] = [
        st.sampled_from(HOSTILE),
        st.sampled_from(MARKUP),
        st.text(st.characters(), max_size=30),
        st.integers().map(str),
        st.binary(max_size=12),
    ]
    if seen:
        texts.append(st.sampled_from(seen))
    return st.one_of(texts)


def _near(value: str) -> st.SearchStrategy[Text]:
    """Nearly what was there."""
    return st.sampled_from(
        (
            f"{value} ",
            f"{value}0",
            f"-{value}",
            value.swapcase(),
            value[:-1],
            f"{value}\x00",
            value * 2,
        )
    )


def _body(draw: st.DrawFn, offer: Offer, kind: Kind, form: Form) -> tuple[str, bytes]:
    fields: list[tuple[str, Text]] = [(name, value) for name, value in form.fields if name != TOKEN]
    change = _CHANGES.get(kind)
    if change is not None:
        fields = change(draw, offer, form, fields)
    token: Text = offer.token
    if kind is Kind.TOKEN:
        token = draw(st.sampled_from(("", "x", f"{offer.token}x", offer.token[:-1], *MARKUP)))
    if kind is not Kind.TOKEN or draw(st.booleans()):
        fields.append((TOKEN, token))
    if kind is Kind.BODY:
        return draw(st.sampled_from(BODIES))
    content, name = b"a;b\n1;2\n", "fil.csv"
    if form.files and kind is Kind.FILE:
        content = draw(st.sampled_from(FILES))
        name = draw(st.sampled_from(("fil.csv", "fil.xlsx", "../x", "", f"<{MARKER}-x>")))
    return _encoded(fields, form, content, name)


def _encoded(fields: _Fields, form: Form, content: bytes, filename: str) -> tuple[str, bytes]:
    if form.files:
        return _multipart(fields, form.files[0], filename, content)
    encoded = "&".join(f"{quote(name)}={_quoted(value)}" for name, value in fields)
    return "application/x-www-form-urlencoded", encoded.encode()


_Fields = list[tuple[str, Text]]


def _one(draw: st.DrawFn, offer: Offer, form: Form, fields: _Fields) -> _Fields:
    names = form.names or list(offer.field_names) or ["zqx"]
    name = draw(st.sampled_from(names))
    before = next((str(value) for known, value in fields if known == name), "")
    value = draw(st.one_of(_typed(offer), _near(before)))
    return [*((known, old) for known, old in fields if known != name), (name, value)]


def _many(draw: st.DrawFn, offer: Offer, form: Form, fields: _Fields) -> _Fields:
    names = form.names or list(offer.field_names) or ["zqx"]
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=8, unique=True))
    typed = [(name, draw(_typed(offer))) for name in chosen]
    return [*((known, old) for known, old in fields if known not in chosen), *typed]


def _undeclared(draw: st.DrawFn, offer: Offer, form: Form, fields: _Fields) -> _Fields:
    names = st.sampled_from((*offer.field_names, "zqx", "is_admin", "state", "user_id", ""))
    added = draw(st.lists(st.tuples(names, _typed(offer)), min_size=1, max_size=4))
    return [*fields, *added]


def _repeated(draw: st.DrawFn, offer: Offer, form: Form, fields: _Fields) -> _Fields:
    names = form.names or list(offer.field_names) or ["zqx"]
    name = draw(st.sampled_from(names))
    more = draw(st.lists(_typed(offer), min_size=1, max_size=3))
    return [*((name, value) for value in more), *fields, *((name, value) for value in more)]


def _choice(draw: st.DrawFn, offer: Offer, form: Form, fields: _Fields) -> _Fields:
    """Something else that the page offers: what a person does."""
    for name in draw(st.permutations(sorted(form.choices)))[:3]:
        value = draw(st.sampled_from(form.choices[name]))
        fields = [*((known, old) for known, old in fields if known != name), (name, value)]
    return fields


_CHANGES: Mapping[Kind, Callable[[st.DrawFn, Offer, Form, _Fields], _Fields]] = {
    Kind.FIELD: _one,
    Kind.FIELDS: _many,
    Kind.UNDECLARED: _undeclared,
    Kind.REPEATED: _repeated,
    Kind.CHOICE: _choice,
}


def _quoted(value: Text) -> str:
    raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return quote_from_bytes(raw, safe="")


def _multipart(fields: _Fields, name: str, filename: str, content: bytes) -> tuple[str, bytes]:
    parts = [
        b'Content-Disposition: form-data; name="%b"\r\n\r\n%b'
        % (quote(known).encode(), value if isinstance(value, bytes) else _raw(value))
        for known, value in fields
    ]
    parts.append(
        b'Content-Disposition: form-data; name="%b"; filename="%b"\r\n\r\n%b'
        % (name.encode(), filename.encode(), content)
    )
    border = _BORDER.encode()
    whole = b"".join(b"--%b\r\n%b\r\n" % (border, part) for part in parts)
    return f"multipart/form-data; boundary={_BORDER}", whole + b"--%b--\r\n" % border


def _raw(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")
