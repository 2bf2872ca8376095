"""Which language a page is in, and how dates and numbers are written in it.

A forms page is in bokmål or nynorsk by the reader's own choice (språklova § 12), with
English beside. The choice is a cookie: it works before signing in and follows the browser,
and it is set by an ordinary link, so that nothing needs JavaScript.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from flask import Flask, Response, g, request
from werkzeug.wrappers import Response as BaseResponse

from brukerplan.translation import LANGUAGES, SOURCE_LANGUAGE, Translator, translator
from brukerplan.web.services import services

QUERY = "sprak"
LANGUAGE_NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
OSLO = ZoneInfo("Europe/Oslo")
# English as in the reports: «15 December 2026».
_DATES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
# Browsers set up for «Norwegian» send «no».
_SPOKEN = {code: code for code in LANGUAGES} | {"no": "nb"}
_A_YEAR = 365 * 24 * 60 * 60


def current_language() -> str:
    """Return the language of this request: asked for, chosen earlier, or the browser's."""
    if "language" not in g:
        g.language = _choose()
    return cast(str, g.language)


def current_translator() -> Translator:
    """Return the translator of this request."""
    return translator(current_language())


def day(moment: date | datetime) -> str:
    """Write a date: «15. desember 2026»."""
    if isinstance(moment, datetime):
        moment = in_oslo(moment).date()
    return format_date(moment, format="long", locale=_DATES[current_language()])


def clock(moment: datetime) -> str:
    """Write a time of day: «10:42»."""
    return in_oslo(moment).strftime("%H:%M")


def clock_with_seconds(moment: datetime) -> str:
    """Write a time of day to compare another clock with: «10:42:05»."""
    return in_oslo(moment).strftime("%H:%M:%S")


def number(value: int) -> str:
    """Write a count with the language's own grouping."""
    return format_decimal(value, locale=current_language())


def percent(value: int) -> str:
    """Write a percentage with the language's own sign: «28 %» unbroken, or «28%»."""
    return format_percent(Decimal(value) / 100, locale=current_language())


def in_oslo(moment: datetime) -> datetime:
    """Times are stored in UTC and shown where the people are."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(OSLO)


def language_links() -> list[tuple[str, str, str]]:
    """Return code, name and address of this page in each language.

    What the address says of what is shown is kept.

    A page that only answers a POST has no address of its own, nor has one that is shown only
    once; their links lead to the front.
    """
    rule = request.url_rule
    own = rule is not None and "GET" in (rule.methods or ()) and "shown_once" not in g
    path = request.path if own else "/"
    kept = [pair for pair in request.args.items(multi=True) if own and pair[0] != QUERY]
    return [
        (code, LANGUAGE_NAMES[code], f"{path}?{urlencode([*kept, (QUERY, code)], safe=':')}")
        for code in LANGUAGES
    ]


def install(app: Flask) -> None:
    """Give templates their texts, and remember the choice of language."""
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        lambda text: current_translator().gettext(text),
        lambda one, many, count: current_translator().ngettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: current_translator().pgettext(context, text),
    )
    env.filters.update(day=day, clock=clock, number=number, percent=percent)
    app.after_request(_remember)


def _choose() -> str:
    for wanted in (request.args.get(QUERY), request.cookies.get(cookie_name())):
        if wanted in LANGUAGES:
            return wanted
    # In the browser's own order. Werkzeug would put an exact «nb» before a better «nn-NO».
    for wanted in request.accept_languages.values():
        found = _SPOKEN.get(wanted.split("-")[0].lower())
        if found is not None:
            return found
    return SOURCE_LANGUAGE


def _remember(response: Response) -> Response:
    wanted = request.args.get(QUERY)
    # A report asked for in another language changes nothing for the pages.
    if wanted in LANGUAGES and response.mimetype == "text/html":
        remember(response, wanted)
    return response


def cookie_name() -> str:
    """Return what the cookie of the chosen language is called."""
    return services().settings.cookie_name(QUERY)


def remember(response: BaseResponse, language: str) -> None:
    """Keep the choice in the browser."""
    response.set_cookie(
        cookie_name(),
        language,
        max_age=_A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=not services().settings.demo,
    )
