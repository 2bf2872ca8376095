"""Who may open a page: every route says so, and a route that does not is refused at start.

    @blueprint.get("/kommune/<code>/<int:year>")
    @permission(Permission.MUNICIPALITY_READ_PROGRESS, organisation=municipality_path)
    def progress(code, year): ...

The organisation is found from the address alone, before the view runs. What does not exist
and what belongs to others must look the same where its existence is a secret (a
registration): both are 404. Where it is not (a municipality), strangers get 403.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, allows
from brukerplan.access.roles import PERMISSIONS
from brukerplan.web.clock import now
from brukerplan.web.errors import error_page, wants_json
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.services import services
from brukerplan.web.signed_in import (
    begun_here,
    end_session,
    half_session,
    next_step,
    safe_back,
)

P = ParamSpec("P")
R = TypeVar("R")
OrganisationPath = Callable[..., tuple[int, ...] | None]
_MARK = "brukerplan_guard"
LATELY = timedelta(minutes=15)
"""Long enough to set up a phone, short enough for a meeting room."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What a route demands: nothing, a signed-in person, or a permission."""

    signed_in: bool
    permission: Permission | None = None
    hidden: bool = False


class UnguardedRouteError(RuntimeError):
    """A route was registered without saying who may use it."""


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Everyone may open this, signed in or not."""
    setattr(view, _MARK, Guard(signed_in=False))
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Anyone with an account may open this: it concerns only themselves."""
    guarded = _wrapped(view, lambda **_: None)
    setattr(guarded, _MARK, Guard(signed_in=True))
    return guarded


def second_step(view: Callable[P, R]) -> Callable[P, R]:
    """For somebody who has shown a password and must show a second factor, and nobody else."""
    return _for_half(view, "second_step.ask", whole=False)


def enrolling(view: Callable[P, R]) -> Callable[P, R]:
    """For anyone signed in, and for somebody who must set up a second factor to be."""
    return _for_half(view, "factors.set_up", whole=True)


def lately(back: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Inside another guard, demand a sign-in of the last quarter of an hour.

    What opens the account is not changed from a browser that somebody has left open.

    Parameters
    ----------
    back
        Endpoint of the page to come back to after signing in again.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **values: P.kwargs) -> R:
            if now() - begun_here().begun_at < LATELY:
                return view(*args, **values)
            end_session()
            t = current_translator()
            say(t.gettext("Logg inn på nytt for å endre hvordan du logger inn."))
            return cast(R, _to_sign_in(back=url_for(back)))

        return guarded

    return decorate


def permission(
    needed: Permission, *, organisation: OrganisationPath | None = None, hidden: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Demand a permission.

    Parameters
    ----------
    organisation
        Called with the route's own values; returns the organisation with its ancestors, or
        ``None`` when there is no such thing (404). Without it the permission is needed in
        some organisation, and the view scopes its own queries by the actor.
    hidden
        Answer 404 instead of 403, so that a stranger cannot tell what exists.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        def check(**values: Any) -> None:
            actor = current_actor()
            if organisation is None:
                allowed = holds_anywhere(actor, needed)
            else:
                path = organisation(**values)
                if path is None:
                    abort(404)
                allowed = allows(actor, needed, path)
            if not allowed:
                abort(404 if hidden else 403)

        guarded = _wrapped(view, check)
        setattr(guarded, _MARK, Guard(signed_in=True, permission=needed, hidden=hidden))
        return guarded

    return decorate


def current_actor() -> Actor:
    """Return the signed-in actor; 401 is never reached behind a guard."""
    if not current_user.is_authenticated:
        abort(401)
    return cast(Actor, current_user.actor)


def holds_anywhere(actor: Actor, needed: Permission) -> bool:
    """Tell whether any membership of the actor gives the permission."""
    return any(needed in PERMISSIONS[membership.role] for membership in actor.memberships)


def guard_of(view: Callable[..., Any]) -> Guard | None:
    """Return what a view demands, ``None`` when it says nothing."""
    return cast("Guard | None", getattr(view, _MARK, None))


def refuse_unguarded(app: Flask) -> None:
    """Refuse to start with a route that names no permission.

    Raises
    ------
    UnguardedRouteError
        Naming the addresses.
    """
    unguarded = sorted(
        str(rule)
        for rule in app.url_map.iter_rules()
        if guard_of(app.view_functions[rule.endpoint]) is None
    )
    if unguarded:
        raise UnguardedRouteError(f"routes that name no permission: {', '.join(unguarded)}")


def _wrapped(view: Callable[P, R], check: Callable[..., None]) -> Callable[P, R]:
    @wraps(view)
    def guarded(*args: P.args, **values: P.kwargs) -> R:
        with services().database.read():
            if not current_user.is_authenticated:
                return cast(R, _to_sign_in())
            check(**values)
        return view(*args, **values)

    return guarded


def _for_half(view: Callable[P, R], step: str, *, whole: bool) -> Callable[P, R]:
    @wraps(view)
    def guarded(*args: P.args, **values: P.kwargs) -> R:
        if current_user.is_authenticated:
            if whole:
                return view(*args, **values)
            return cast(R, redirect(safe_back(request.values.get("til", "")), code=303))
        if half_session() is None:
            return cast(R, _to_sign_in())
        if next_step() != step:
            return cast(R, redirect(url_for(next_step()), code=303))
        return view(*args, **values)

    setattr(guarded, _MARK, Guard(signed_in=True))
    return guarded


def _to_sign_in(*, back: str = "") -> ResponseReturnValue:
    t = current_translator()
    if wants_json():
        return error_page(
            401, heading=t.gettext("Du er logget ut"), advice=t.gettext("Logg inn igjen.")
        )
    if not back:
        back = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return redirect(url_for("account.sign_in", til=back), code=303)
