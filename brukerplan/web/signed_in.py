"""The session of a signed-in person: a random token in a signed cookie, all else in the database.

Flask-Login keeps the token and asks here whose it is. Memberships are read anew on every
request, so that a role taken away is gone at once, and so is a session that was ended.

Whoever has shown a password where more is needed is not signed in: to every guard they are
nobody, and only the pages that ask for the rest know them, as `half_session`.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from brukerplan.access.policy import Actor
from brukerplan.access.second_factor import needs_second_factor
from brukerplan.actions import sessions
from brukerplan.actions.sessions import session_for_request
from brukerplan.persistence.queries import organisations
from brukerplan.persistence.queries.sessions import BegunSession, Factors, factors_of
from brukerplan.persistence.reach import Door, act_as
from brukerplan.persistence.tables.states import Assurance
from brukerplan.web.browsers import browser_words
from brukerplan.web.clock import now
from brukerplan.web.i18n import cookie_name, remember
from brukerplan.web.services import services

# Not at every request: to sign a cookie takes as long as to read the answers of a form.
BEGUN_ANEW_AFTER = timedelta(minutes=5)
_AT = "at"
_TOKEN = "_user_id"  # noqa: S105 - where Flask-Login keeps it


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The actor as Flask-Login knows it."""

    def __init__(self, actor: Actor, token: str) -> None:
        self.actor = actor
        self.token = token

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return self.token


def install(app: Flask) -> None:
    """Teach Flask-Login where actors come from."""
    app.config["PERMANENT_SESSION_LIFETIME"] = sessions.IDLE_LIMIT
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.before_request(_begin_anew)
    app.teardown_request(lambda _error: act_as(None))
    login = LoginManager()
    # The row says which browser it is bound to; the library would bind it to an address,
    # which changes under way from one meeting room to the next.
    login.session_protection = None
    login.user_loader(_load)
    login.init_app(app)


def _begin_anew() -> None:
    # By the cookie's own clock, which is not the one that tests set.
    moment = int(time.time())
    if session.permanent and moment - session.get(_AT, 0) >= BEGUN_ANEW_AFTER.total_seconds():
        session[_AT] = moment


def begin_session(
    actor: Actor,
    *,
    assurance: Assurance,
    acr: str = "",
    strong: bool = False,
    back: str = "",
) -> Response:
    """Begin a session for somebody who has shown who they are, and lead them on.

    Every way of signing in ends here.

    Parameters
    ----------
    assurance
        How it was shown.
    acr
        What a federated sign-in said of its own level; kept with the session.
    strong
        Whether that is two factors. Otherwise an account with a second factor is asked for
        it first, and one that must have it is led to set it up: until then the session opens
        nothing else.
    back
        Where the person was headed; another site's address is passed over.
    """
    back = safe_back(back)
    waits = not strong and _factors(actor.user_id).any
    token = sessions.begin(
        services().database,
        user_id=actor.user_id,
        assurance=assurance,
        acr=acr,
        strong=strong,
        waits_for_factor=waits,
        browser=browser_words(request.user_agent.string),
        user_agent=request.user_agent.string,
        instead_of=str(session.get(_TOKEN, "")),
        now=now(),
    )
    # Nothing from before the sign-in follows into the session.
    session.clear()
    session.permanent = True
    login_user(SignedIn(actor, token))
    response = redirect(back, code=303)
    if waits:
        response = redirect(url_for("second_step.ask", til=back), code=303)
    elif not strong and _required(actor):
        response = redirect(url_for("factors.set_up", til=back), code=303)
    if cookie_name() not in request.cookies:
        # Nothing chosen in this browser: the account's language, not the browser's.
        with services().database.read() as database:
            remember(response, organisations.user_language(database, actor.user_id) or "nb")
    return response


def renew_session() -> None:
    """Name this browser's session anew, after it has come to open more."""
    begun = begun_here()
    token = sessions.renew(services().database, session_id=begun.id)
    login_user(SignedIn(begun.actor, token))


def end_session() -> None:
    """End this browser's session, here and on the server; also one that is only half begun."""
    token = str(session.get(_TOKEN, ""))
    if token:
        sessions.sign_out(services().database, token=token, now=now())
    logout_user()
    session.clear()


def half_session() -> BegunSession | None:
    """Return the session of somebody who has shown something, but not enough to be signed in."""
    if current_user.is_authenticated:
        return None
    return cast("BegunSession | None", g.get("begun"))


def begun_here() -> BegunSession:
    """Return this browser's session, whole or half; only behind a guard that saw one."""
    _ = current_user.is_authenticated
    return cast(BegunSession, g.begun)


def own_factors() -> Factors:
    """Return the second factors of whoever this browser's session is."""
    return _factors(begun_here().actor.user_id)


def next_step() -> str:
    """Return the endpoint that asks a half session for the rest."""
    begun = begun_here()
    # Never to set one up beside one that was not shown.
    if begun.waits_for_factor or own_factors().any:
        return "second_step.ask"
    return "factors.set_up"


def safe_back(wanted: str) -> str:
    """Where to go afterwards: only to a page of our own, or anyone's link could lead astray."""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and wanted.isprintable() and not (parts.scheme or parts.netloc)
    if ours and not wanted.startswith(("//", "/\\")) and "\\" not in wanted:
        return wanted
    return url_for("open.start")


def _required(actor: Actor) -> bool:
    return services().settings.second_factor_required and needs_second_factor(actor)


def _factors(user_id: int) -> Factors:
    with services().database.read(Door.SIGN_IN) as database:
        return factors_of(database, user_id)


def _load(token: str) -> SignedIn | None:
    if "actor_unreadable" in g:
        return None
    try:
        found = session_for_request(
            services().database,
            token=token,
            user_agent=request.user_agent.string,
            now=now(),
        )
    except Exception:
        # The error page asks who is signed in too, and must not fail the same way.
        g.actor_unreadable = True
        raise
    if found is None:
        return None
    g.begun = found
    # Asked anew each time: who is given a role in the middle of the day shows more at once.
    enough = found.strong or not (found.waits_for_factor or _required(found.actor))
    # From here to the end of the request, the database is told whose every transaction is:
    # with all that their roles reach, or before that with their own sign-in alone.
    act_as(found.actor if enough else replace(found.actor, memberships=frozenset()))
    return SignedIn(found.actor, token) if enough else None
