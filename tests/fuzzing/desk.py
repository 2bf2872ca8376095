"""Where everyone sits down and asks: one application, one town, put back after each request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes
from zlib import crc32

from flask import Flask
from flask.typing import ResponseReturnValue
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from brukerplan.translation import LANGUAGES
from brukerplan.web.i18n import QUERY
from brukerplan.web.services import services_of
from tests.actions.world import World
from tests.fuzzing.answered import check
from tests.fuzzing.asked import Asked, Offer, fields_of, requests, swept
from tests.fuzzing.resetting import Reset, reset_of
from tests.fuzzing.survey import Form, Survey, likely, methods, names_read, rules, survey, together
from tests.fuzzing.town import Seat, Town, plant
from tests.web.browser import Browser
from tests.web.conftest import application

# Where a page is the seat's own there is more behind it than a refusal.
TIMES_AT_OWN, TIMES_ELSEWHERE = 2, 1
FOLLOWED = "followed"
NEW_PAGE = "new.page"


@dataclass
class Desk:
    """The application, and what every seat was offered by its pages."""

    app: Flask
    town: Town
    reset: Reset
    surveys: Mapping[Seat, Survey]
    cookies: Mapping[Seat, str]
    counted: dict[str, Counter[str]] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    offered: set[tuple[str, str, str]] = field(default_factory=set)

    def browser(self, seat: Seat, language: str = "") -> Browser:
        """A browser in which the seat's person has signed in, and done nothing else."""
        client = self.app.test_client()
        assert isinstance(client, Browser)
        client.set_cookie(str(self.app.config["SESSION_COOKIE_NAME"]), self.cookies[seat])
        if language:
            name = services_of(self.app).settings.cookie_name(QUERY)
            client.set_cookie(name, language)
        return client

    def ask(self, seat: Seat, asked: Asked) -> TestResponse:
        """Send one request, look at the answer and at where it leads, and put all back."""
        self.reset.back()
        client = self.browser(seat, asked.language)
        answer = client.open(
            "/",
            method=asked.method,
            query_string=asked.query,
            data=asked.body,
            content_type=asked.content_type or None,
            headers={"Accept": asked.accept},
            # As a server gives it: decoded once, and not looked at.
            environ_overrides={"PATH_INFO": unquote_to_bytes(asked.path).decode("latin-1")},
        )
        self.counted.setdefault(seat.name, Counter())[asked.kind.value] += 1
        self._look_at(seat, answer, asked.language)
        if answer.status_code in {302, 303} and answer.location.startswith("/"):
            # What was stored stands on the next page, if anywhere.
            self.counted[seat.name][FOLLOWED] += 1
            after = client.get(answer.location)
            self._look_at(seat, after, asked.language)
            after.close()
        answer.close()
        return answer

    def _look_at(self, seat: Seat, answer: TestResponse, language: str) -> None:
        # An address may ask for a language itself.
        wanted = answer.request.args.get(QUERY)
        check(
            answer,
            hidden=self.town.hidden_from(seat),
            language=wanted if wanted in LANGUAGES else language,
        )
        told = answer.get_data(as_text=False)
        self.seen.setdefault(seat.name, set()).update(
            mark.text for mark in self.town.marks if mark.text.encode() in told
        )

    def offers(self, seat: Seat) -> Iterator[Offer]:
        """Everything that can be asked, rule by rule and method by method."""
        offered = {
            endpoint for found in self.surveys.values() for endpoint in (*found.links, *found.forms)
        }
        values: dict[str, list[str]] = {}
        for found in self.surveys.values():
            for name, known in found.values.items():
                values[name] = [*dict.fromkeys((*values.get(name, ()), *known))]
        for rule in rules(self.app):
            query_names, field_names = names_read(self.app, rule.endpoint)
            for method in methods(rule):
                own = self.surveys[seat].links.get(rule.endpoint, []) if method == "GET" else []
                if rule.endpoint not in offered:
                    # No page leads there now. Whoever knows the address can ask all the same.
                    own = likely(rule, self.surveys[seat].values)
                yield Offer(
                    rule,
                    method,
                    token=self.surveys[seat].token,
                    own=own,
                    others=together(self.surveys, rule.endpoint, seat),
                    forms=self.surveys[seat].forms.get(rule.endpoint, ()),
                    others_forms=self._others_forms(rule, seat),
                    values=values,
                    query_names=query_names,
                    field_names=field_names,
                )

    def sweep(self, *, every_sort: bool = True, only: str = "") -> None:
        """Type something of every sort into each field in turn, as somebody whose field it is.

        Chance alone would meet few of them: a field is one of many, and so is a value.
        """
        seen: set[tuple[str, str, str]] = set()
        for seat in self.town.seats:
            if seat not in self.surveys:
                continue
            for offer in self.offers(seat):
                if only and offer.rule.endpoint != only:
                    continue
                for name, asked in swept(offer, every_sort=every_sort):
                    if (offer.rule.endpoint, offer.method, name) not in seen:
                        self.ask(seat, asked)
                seen |= {(offer.rule.endpoint, offer.method, name) for name in fields_of(offer)}

    def _others_forms(self, rule: Rule, seat: Seat) -> list[Form]:
        return [
            form
            for other, found in self.surveys.items()
            if other != seat
            for form in found.forms.get(rule.endpoint, ())
        ]

    def fuzz(self, seat: Seat, *, times: float, only: str = "") -> None:
        """Ask everything there is, each thing in several ways.

        Raises
        ------
        AssertionError
            On the first answer that may not be, with the request as small as it gets.
        """
        for offer in self.offers(seat):
            if only and offer.rule.endpoint != only:
                continue
            own = bool(offer.own or offer.forms)
            most = max(1, round((TIMES_AT_OWN if own else TIMES_ELSEWHERE) * times))
            name = f"{seat} {offer.rule.endpoint} {offer.method}"
            self.offered.add((seat.name, offer.rule.endpoint, offer.method))
            _try(lambda asked: self.ask(seat, asked), offer, most, name)


def _try(send: Callable[[Asked], object], offer: Offer, most: int, name: str) -> None:
    # The same every time, and another for each name: Hypothesis' own would be one for all.
    @seed(crc32(name.encode()))
    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(requests(offer))
    def every(asked: Asked) -> None:
        note(f"{name}: {asked}")
        send(asked)

    every()


@contextmanager
def opened(
    url: str,
    world: World,
    *,
    only: str = "",
    new_page: Callable[[], ResponseReturnValue] | None = None,
) -> Iterator[Desk]:
    """A desk at a town on a small world; everyone has signed in and been shown around.

    With ``only``, no other seat than the one of that name. A ``new_page`` is put at ``/ny``.
    """
    app = application(url)
    # A fault is to be seen with its trace, not as the page that hides it.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    if new_page is not None:
        app.add_url_rule("/ny", NEW_PAGE, new_page)
    town = plant(world)
    surveys: dict[Seat, Survey] = {}
    cookies: dict[Seat, str] = {}
    for seat in (*town.seats, *town.neighbours):
        if only not in {"", seat.name}:
            continue
        client = app.test_client()
        assert isinstance(client, Browser)
        if seat.actor is not None:
            client.sits_down(seat.actor)
        surveys[seat] = survey(app, client)
        session = client.get_cookie(str(app.config["SESSION_COOKIE_NAME"]))
        assert session is not None
        cookies[seat] = session.value
    reset = reset_of(url)
    try:
        yield Desk(app, town, reset, surveys, cookies)
    finally:
        reset.close()
        services_of(app).database.dispose()
