"""What no answer may be, whoever asked and whatever was asked."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import html5lib
from pypdf import PdfReader
from werkzeug.test import TestResponse

from brukerplan.translation import LANGUAGES, translator
from brukerplan.web.errors import TEXTS
from brukerplan.web.security import HEADERS
from tests.fuzzing.asked import MARKER

_LEADS = frozenset({"href", "src", "action", "formaction", "data", "poster", "srcdoc", "content"})
_RUNS = ("javascript:", "data:text/html", "vbscript:")
_LANGUAGE = re.compile(rb"<html[^>]* lang=\"(\w+)\"")
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


def check(answer: TestResponse, *, hidden: tuple[str, ...], language: str) -> None:
    """Refuse an answer that is a fault, tells too much, runs what was typed, or is not said.

    Parameters
    ----------
    hidden
        Marks of what this reader must not see.
    language
        The language the reader chose.
    """
    assert answer.status_code < 500, f"a fault: {answer.status_code}"
    told = text_of(answer)
    for mark in hidden:
        assert mark not in told, f"shows {mark}, which is another's"
    _leads_to_own_pages(answer)
    if answer.mimetype == "text/html":
        for name in HEADERS:
            assert name in answer.headers, f"without {name}"
        if MARKER in told:
            nothing_runs(answer.get_data())
    else:
        # A browser must not take what was typed for a page.
        assert answer.headers.get("X-Content-Type-Options") == "nosniff"
    if answer.status_code >= 400:
        _said_in(answer, language)


def text_of(answer: TestResponse) -> str:
    """Return everything an answer tells, headers included, whatever the kind of file."""
    content = answer.get_data()
    head = unquote(" ".join(f"{name}: {value}" for name, value in answer.headers))
    if content.startswith(b"%PDF"):
        pages = PdfReader(io.BytesIO(content)).pages
        return head + " ".join(page.extract_text() for page in pages)
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return head + " ".join(
                parts.read(name).decode("utf-8", "replace") for name in parts.namelist()
            )
    return head + content.decode("utf-8", "replace")


def nothing_runs(page: bytes) -> None:
    """Refuse a page where what was typed has become an element, a handler or an address to run.

    The page is read as browsers read it, by the algorithm of the HTML standard.
    """
    tree: Element = html5lib.HTMLParser(namespaceHTMLElements=False).parse(
        page, transport_encoding="utf-8"
    )
    for element in tree.iter():
        tag = str(element.tag).lower()
        assert MARKER not in tag or not isinstance(element.tag, str), f"<{tag}> has come to life"
        if tag in {"script", "style", "iframe", "object", "embed"}:
            inside = f"{element.attrib} {''.join(element.itertext())}"
            assert MARKER not in inside, f"a <{tag}> holds what was typed"
        for name, value in element.attrib.items():
            # `xlink:href` of an SVG comes with its namespace.
            attribute = str(name).lower().rpartition("}")[2].rpartition(":")[2]
            assert MARKER not in attribute, "what was typed has become an attribute"
            if MARKER not in value:
                continue
            assert not attribute.startswith("on"), f"the handler {attribute} holds what was typed"
            assert attribute not in {"style", "srcdoc"}, f"{attribute} holds what was typed"
            plain = re.sub(r"[\x00-\x20]", "", value).lower()
            runs = attribute in _LEADS and plain.startswith(_RUNS)
            assert not runs, f"{attribute} runs what was typed"
            away = attribute in _LEADS - {"content"} and not _is_own(plain)
            assert not away, f"{attribute} leads where was typed"


def _leads_to_own_pages(answer: TestResponse) -> None:
    where = answer.headers.get("Location")
    if where is None:
        return
    assert _is_own(where), f"leads away from here: {where}"


def _is_own(address: str) -> bool:
    if address.startswith(("//", "/\\", "\\")):
        return False
    return address.startswith(("/", "?", "#", "http://localhost/"))


def _said_in(answer: TestResponse, language: str) -> None:
    if answer.request.method == "HEAD":
        return
    if answer.mimetype == "application/json":
        assert answer.get_json()["message"]
        return
    assert answer.mimetype == "text/html", "a refusal is a page"
    found = _LANGUAGE.search(answer.get_data()[:500])
    assert found is not None
    assert found[1].decode() == language, (
        f"a refusal in {found[1].decode()} to who reads {language}"
    )
    heading = _HEADING.search(answer.get_data(as_text=True))
    assert heading is not None
    said = " ".join(heading[1].split())
    known = {
        code: {translator(code).gettext(each.heading) for each in TEXTS.values()}
        for code in LANGUAGES
    }
    anywhere = set().union(*known.values())
    assert said not in anywhere or said in known[language], f"«{said}» to who reads {language}"
