"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from werkzeug.exceptions import TooManyRequests

from brukerplan.actions.sign_in import sign_in as sign_in_account
from brukerplan.forms import SignInForm, sign_in_form
from brukerplan.persistence.queries import organisations
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import public
from brukerplan.web.i18n import COOKIE, current_translator, remember
from brukerplan.web.messages import say
from brukerplan.web.security import SignInLimit
from brukerplan.web.services import DemoAccount, services
from brukerplan.web.signed_in import SignedIn

blueprint = Blueprint("account", __name__)
limit = SignInLimit()


@blueprint.get("/logg-inn")
@public
def sign_in() -> ResponseReturnValue:
    """Show the form; in a demo, filled in with the account that was picked."""
    if current_user.is_authenticated:
        return redirect(_back())
    return _page(sign_in_form(current_translator())(), picked=_picked())


@blueprint.post("/logg-inn")
@public
def sign_in_send() -> ResponseReturnValue:
    """Sign in and go where the person was headed."""
    t = current_translator()
    form = sign_in_form(t)(request.form)
    if not form.validate():
        return _page(form), 400
    email, password = str(form.email.data), str(form.password.data)
    if limit.reached(email):
        raise TooManyRequests(retry_after=300)
    try:
        actor = sign_in_account(services().database, email=email, password=password, now=now())
    except UserError as error:
        limit.failed(email)
        return _page(form, problem=error.text(t)), 400
    limit.succeeded(email)
    back = _back()
    # Nothing from before the sign-in follows into the session.
    session.clear()
    session.permanent = True
    login_user(SignedIn(actor))
    response = redirect(back, code=303)
    if COOKIE not in request.cookies:
        # Nothing chosen in this browser: the account's language, not the browser's.
        with services().database.read() as database:
            remember(response, organisations.user_language(database, actor.user_id) or "nb")
    return response


@blueprint.post("/logg-ut")
@public
def sign_out() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    session.clear()
    say(current_translator().gettext("Du er logget ut."))
    return redirect(url_for("open.front"), code=303)


def _page(form: SignInForm, *, problem: str = "", picked: DemoAccount | None = None) -> str:
    return render_template(
        "sign_in.html",
        form=form,
        problem=problem,
        picked=picked,
        accounts=services().demo_accounts,
        back=request.values.get("til", ""),
    )


def _picked() -> DemoAccount | None:
    # By place on the list: a password never stands in an address.
    wanted = request.args.get("konto", "")
    # Compared as text: Python refuses to read a number of thousands of digits.
    places = enumerate(services().demo_accounts)
    return next((account for place, account in places if str(place) == wanted), None)


def _back() -> str:
    """Where to go afterwards: only to a page of our own, or anyone's link could lead astray."""
    wanted = request.values.get("til", "")
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and wanted.isprintable() and not (parts.scheme or parts.netloc)
    if ours and not wanted.startswith(("//", "/\\")) and "\\" not in wanted:
        return wanted
    return url_for("open.start")
