"""Reviewing who has read and changed what: the coordinator's and the officer's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.actions.log_kinds import ACTS, LogKind
from brukerplan.actions.log_review import (
    MANY_IN_AN_HOUR,
    NIGHT_FROM,
    NIGHT_TO,
    REFUSED_IN_A_ROW,
    NoLongerStandsOutError,
    Outstanding,
    mark_seen,
    review_log,
)
from brukerplan.actions.oslo import OSLO, oslo_day
from brukerplan.persistence.queries import organisations
from brukerplan.persistence.queries.accesses import LogFilter
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.tables.states import OrganisationKind, StandsOut
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.log_words import KINDS, PURPOSES, WORDS
from brukerplan.web.messages import say
from brukerplan.web.services import services

blueprint = Blueprint("access_log", __name__)

# A month back is what somebody who looks every month has not seen.
PERIOD = timedelta(days=31)
# What an address may name: larger numbers no column holds, and the engines refuse them.
_LARGEST_ID = 2**31 - 1
_LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. What it says that cannot be read is as if it were not there."""

    person: int | None
    unit: int | None
    kind: LogKind | None
    since: datetime
    until: datetime
    page: int

    @property
    def exact(self) -> bool:
        """Whether the period has times of day, as the links from what stands out have."""
        return any(each.time() != time() for each in (self.since, self.until))

    @property
    def filter(self) -> LogFilter:
        """What the log is asked for."""
        return LogFilter(
            user_id=self.person,
            organisation_id=self.unit,
            actions=None if self.kind is None else ACTS[self.kind],
            since=self.since,
            until=self.until,
        )


@blueprint.get("/tilgangslogg")
@permission(Permission.ACCESS_LOG_READ)
def newest() -> ResponseReturnValue:
    """Show acts in the reader's municipality, and what of it stands out."""
    own = _own()
    wanted = request.args.get("kommune", "")
    place = next((line for line in own if line.code == wanted), own[0] if own else None)
    if place is None:
        return render_template("access_log.html", own=own, place=None)
    asked = _asked()
    found = review_log(
        services().database,
        by=current_actor(),
        municipality_id=place.id,
        since=asked.since,
        until=asked.until,
        wanted=asked.filter,
        page=asked.page,
        now=now(),
    )
    return render_template(
        "access_log.html",
        own=own,
        place=place,
        asked=asked,
        found=found,
        words=WORDS,
        purposes=PURPOSES,
        kinds=KINDS,
        first_day=asked.since.date(),
        last_day=(asked.until - timedelta(microseconds=1)).astimezone(OSLO).date(),
        sentence=_sentence,
        link=_link,
        page_link=_page_link,
        limits=(MANY_IN_AN_HOUR, REFUSED_IN_A_ROW),
        night=(NIGHT_FROM.hour, NIGHT_TO.hour),
    )


@blueprint.post("/tilgangslogg/sett")
@permission(Permission.ACCESS_LOG_READ)
def seen() -> ResponseReturnValue:
    """Note that somebody has looked at what stood out."""
    t = current_translator()
    form = request.form
    place = next((line for line in _own() if line.code == form.get("kommune")), None)
    user_id, acts = _number(form.get("person")), _number(form.get("antall"))
    day = _day(form.get("dag", ""))
    if form.get("slag") not in set(StandsOut) or user_id is None or acts is None or day is None:
        abort(400)
    if place is None:
        abort(403)
    try:
        mark_seen(
            services().database,
            by=current_actor(),
            municipality_id=place.id,
            kind=StandsOut(form["slag"]),
            user_id=user_id,
            day=day,
            acts=acts,
            now=now(),
        )
        say(t.gettext("Merket som sett."))
    except NoLongerStandsOutError as error:
        say(error.text(t), kind="warning")
    return redirect(url_for(".newest", kommune=place.code), code=303)


def _own() -> tuple[OrganisationLine, ...]:
    actor = current_actor()
    with services().database.read() as session:
        return tuple(
            line
            for line in organisations.organisations_of(
                session, actor, OrganisationKind.MUNICIPALITY
            )
            if allows(actor, Permission.ACCESS_LOG_READ, (line.id,))
        )


def _asked() -> Asked:
    args = request.args
    kind = args.get("slag", "")
    tomorrow = oslo_day(now()) + timedelta(days=1)
    since, until = _moment(args.get("fra", "")), _moment(args.get("til", ""), end=True)
    until = until or datetime.combine(tomorrow, time(), OSLO)
    return Asked(
        person=_number(args.get("person")),
        unit=_number(args.get("enhet")),
        kind=LogKind(kind) if kind in set(LogKind) else None,
        since=since or until - PERIOD,
        until=until,
        page=min(_number(args.get("side")) or 1, _LAST_PAGE),
    )


def _number(text: str | None) -> int | None:
    if not text or not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return int(text) if 0 < int(text) <= _LARGEST_ID else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # A year before or after, and the moment cannot be said in UTC.
    return day if 2000 <= day.year <= 2200 else None


def _moment(text: str, *, end: bool = False) -> datetime | None:
    """Read a day, whole when it is the last one, or a day and a time of day in Norway."""
    day = _day(text[:10])
    if day is None:
        return None
    if len(text) == 10:
        return datetime.combine(day + timedelta(days=1) if end else day, time(), OSLO)
    try:
        return datetime.combine(day, time.fromisoformat(text[11:16]), OSLO)
    except ValueError:
        return None


def _link(place: OrganisationLine, each: Outstanding) -> str:
    """Lead to the rows something that stands out is made of."""
    return url_for(
        ".newest",
        kommune=place.code,
        person=each.user_id,
        fra=_local(each.since),
        til=_local(each.until),
        slag=LogKind.SIGN_IN if each.kind == StandsOut.REFUSED else None,
        _anchor="hendelser",
    )


def _local(moment: datetime) -> str:
    return moment.astimezone(OSLO).strftime("%Y-%m-%dT%H:%M")


def _page_link(place: OrganisationLine, asked: Asked, page: int) -> str:
    # From what was understood: an address may say what `url_for` takes for its own.
    return url_for(
        ".newest",
        kommune=place.code,
        person=asked.person,
        enhet=asked.unit,
        slag=asked.kind,
        fra=_local(asked.since),
        til=_local(asked.until),
        side=page,
        _anchor="hendelser",
    )


def _sentence(each: Outstanding) -> str:
    t = current_translator()
    name, number = each.user_name, each.acts
    if each.kind == StandsOut.OUTSIDE:
        return t.ngettext(
            "%(name)s leste %(num)s gang i %(places)s uten å være medlem der nå.",
            "%(name)s leste %(num)s ganger i %(places)s uten å være medlem der nå.",
            number,
            name=name,
            places=", ".join(each.places),
        )
    if each.kind == StandsOut.NIGHT:
        return t.ngettext(
            "%(name)s leste eller endret noe %(num)s gang om natten.",
            "%(name)s leste eller endret noe %(num)s ganger om natten.",
            number,
            name=name,
        )
    if each.kind == StandsOut.MANY:
        return t.ngettext(
            "%(name)s åpnet %(num)s registrering på én time.",
            "%(name)s åpnet %(num)s forskjellige registreringer på én time.",
            number,
            name=name,
        )
    return t.ngettext(
        "%(name)s ble avvist ved innlogging %(num)s gang.",
        "%(name)s ble avvist ved innlogging %(num)s ganger på rad.",
        number,
        name=name,
    )
