"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from brukerplan.actions.attempts import TooManyAttemptsError, try_password
from brukerplan.actions.sign_in import sign_in as sign_in_account
from brukerplan.forms import SignInForm, sign_in_form
from brukerplan.persistence.tables.states import Assurance
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import public
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.provider_session import sign_out_there, signed_in_there
from brukerplan.web.services import DemoAccount, services
from brukerplan.web.signed_in import (
    begin_session,
    end_session,
    half_session,
    next_step,
    safe_back,
)

blueprint = Blueprint("account", __name__)


@blueprint.get("/logg-inn")
@public
def sign_in() -> ResponseReturnValue:
    """Show the form; in a demo, filled in with the account that was picked."""
    if current_user.is_authenticated:
        return redirect(safe_back(request.args.get("til", "")))
    if half_session() is not None:
        return redirect(url_for(next_step(), til=safe_back(request.args.get("til", ""))))
    return page(sign_in_form(current_translator())(), picked=_picked())


@blueprint.post("/logg-inn")
@public
def sign_in_send() -> ResponseReturnValue:
    """Sign in and go where the person was headed, or to show a second factor first."""
    t = current_translator()
    form = sign_in_form(t)(request.form)
    if not form.validate():
        return page(form, status=400)
    email, password = str(form.email.data), str(form.password.data)
    try:
        attempt = try_password(
            services().database,
            services().sealer,
            email=email,
            address=request.remote_addr or "",
            now=now(),
        )
        actor = sign_in_account(services().database, email=email, password=password, now=now())
    except TooManyAttemptsError as error:
        return too_many(page(form, problem=error.text(t)), error)
    except UserError as error:
        return page(form, problem=error.text(t), status=400)
    attempt.succeeded()
    return begin_session(actor, assurance=Assurance.PASSWORD, back=request.values.get("til", ""))


@blueprint.post("/logg-ut")
@public
def sign_out() -> ResponseReturnValue:
    """End the session, and that of the provider where the person signed in."""
    there = signed_in_there()
    end_session()
    if there and (onwards := sign_out_there()):
        return onwards
    say(current_translator().gettext("Du er logget ut."))
    return redirect(url_for("open.front"), code=303)


def page(
    form: SignInForm,
    *,
    problem: str = "",
    picked: DemoAccount | None = None,
    status: int = 200,
) -> Response:
    """Show the sign-in page."""
    return make_response(
        render_template(
            "sign_in.html",
            form=form,
            problem=problem,
            picked=picked,
            accounts=services().demo_accounts,
            passkeys=services().passkey_site is not None,
            back=request.values.get("til", ""),
        ),
        status,
    )


def too_many(response: Response, error: TooManyAttemptsError) -> Response:
    """Say of a page that it must wait."""
    response.status_code = 429
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _picked() -> DemoAccount | None:
    # By place on the list: a password never stands in an address.
    wanted = request.args.get("konto", "")
    # Compared as text: Python refuses to read a number of thousands of digits.
    places = enumerate(services().demo_accounts)
    return next((account for place, account in places if str(place) == wanted), None)
