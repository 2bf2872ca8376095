"""The session of a signed-in person: an account number in a signed cookie, nothing more.

Memberships are read anew on every request, so that a role taken away is gone at once.
"""

from __future__ import annotations

import time
from datetime import timedelta

from flask import Flask, g, session
from flask_login import LoginManager, UserMixin

from brukerplan.access.policy import Actor
from brukerplan.actions.sign_in import actor_for_request
from brukerplan.persistence.reach import act_as
from brukerplan.web.services import services

# Long enough for a lunch, short enough for a shared PC; whoever is at work begins it anew.
SESSION_LIFETIME = timedelta(hours=2)
# Not at every request: to sign a cookie takes as long as to read the answers of a form.
BEGUN_ANEW_AFTER = timedelta(minutes=5)
_AT = "at"


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The actor as Flask-Login knows it."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        """Return what the session keeps."""
        return str(self.actor.user_id)


def install(app: Flask) -> None:
    """Teach Flask-Login where actors come from."""
    app.config["PERMANENT_SESSION_LIFETIME"] = SESSION_LIFETIME
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.before_request(_begin_anew)
    app.teardown_request(lambda _error: act_as(None))
    login = LoginManager()
    login.session_protection = "basic"
    login.user_loader(_load)
    login.init_app(app)


def _begin_anew() -> None:
    # By the cookie's own clock, which is not the one that tests set.
    moment = int(time.time())
    if session.permanent and moment - session.get(_AT, 0) >= BEGUN_ANEW_AFTER.total_seconds():
        session[_AT] = moment


def _load(user_id: str) -> SignedIn | None:
    if not user_id.isdecimal() or "actor_unreadable" in g:
        return None
    try:
        actor = actor_for_request(services().database, user_id=int(user_id))
    except Exception:
        # The error page asks who is signed in too, and must not fail the same way.
        g.actor_unreadable = True
        raise
    if actor is None:
        return None
    # From here to the end of the request, the database is told whose every transaction is.
    act_as(actor)
    return SignedIn(actor)
