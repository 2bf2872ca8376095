"""A forgotten password: a link by e-mail, and the page it leads to.

As with invitations the link's secret is in an address only once, and moves to the session.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from flask import url_for as address_of
from flask.typing import ResponseReturnValue

from brukerplan.actions.attempts import TooManyAttemptsError, try_link
from brukerplan.actions.changing_password import (
    LinkNotUsableError,
    choose_password,
    open_link,
    send_link,
)
from brukerplan.actions.passwords import SHORTEST_PASSWORD
from brukerplan.forms.accounts import (
    AddressForm,
    NewPasswordForm,
    address_form,
    new_password_form,
)
from brukerplan.translation import UserError
from brukerplan.web import one_time_links
from brukerplan.web.account import too_many
from brukerplan.web.clock import now
from brukerplan.web.guards import public
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.one_time_links import kept_by_nobody
from brukerplan.web.services import services
from brukerplan.web.signed_in import end_session

blueprint = Blueprint("forgotten", __name__)

KEPT = "new_password"


@blueprint.get("/glemt-passord")
@public
def ask() -> ResponseReturnValue:
    """Ask for the address."""
    return _page(_form()())


@blueprint.post("/glemt-passord")
@public
def send() -> ResponseReturnValue:
    """Send the link, if the address has an account: the answer is the same, and as quick."""
    t, mail = current_translator(), services().mail
    form = _form()(request.form)
    if mail is None:
        return _page(form, status=409)
    if not form.validate():
        return _page(form, status=400)
    email, asked_at = str(form.email.data), now()
    database, public_url = services().database, services().settings.public_url
    try:
        try_link(
            database,
            services().sealer,
            email=email,
            address=request.remote_addr or "",
            now=asked_at,
        )
    except TooManyAttemptsError as error:
        form.email.errors = (error.text(t),)
        return too_many(_page(form), error)
    say(t.gettext("Har adressen en bruker, er en lenke på vei i e-posten. Den gjelder i én time."))
    response = redirect(address_of("account.sign_in"), code=303)
    # After the answer has gone: how long the mail server takes would tell who has an account.
    response.call_on_close(
        lambda: send_link(database, email=email, mail=mail, public_url=public_url, now=asked_at)
    )
    return response


@blueprint.get("/nytt-passord/<token>")
@public
def follow(token: str) -> ResponseReturnValue:
    """Take the secret out of the address."""
    return one_time_links.follow(KEPT, token, ".show")


@blueprint.get("/nytt-passord")
@public
def show() -> ResponseReturnValue:
    """Show the form of a new password; looking spends nothing."""
    try:
        return _new_page(_new_form()())
    except LinkNotUsableError as error:
        return _not_usable(error)


@blueprint.post("/nytt-passord")
@public
def choose() -> ResponseReturnValue:
    """Take the new password; signing in with it comes after, with the second factor."""
    t = current_translator()
    form = _new_form()(request.form)
    try:
        if not form.validate():
            return _new_page(form, status=400)
        choose_password(
            services().database,
            token=_token(),
            new=str(form.new.data),
            mail=services().mail,
            now=now(),
        )
    except LinkNotUsableError as error:
        return _not_usable(error)
    except UserError as error:
        form.new.errors = (error.text(t),)
        return _new_page(form, status=400)
    end_session()
    say(t.gettext("Passordet er endret. Logg inn med det nye."))
    return redirect(address_of("account.sign_in"), code=303)


def _token() -> str:
    return str(session.get(KEPT, ""))


def _form() -> type[AddressForm]:
    t = current_translator()
    return address_form(t, t.gettext("E-postadresse"))


def _new_form() -> type[NewPasswordForm]:
    return new_password_form(current_translator(), shortest=SHORTEST_PASSWORD)


def _page(form: AddressForm, *, status: int = 200) -> Response:
    return make_response(
        render_template("forgotten.html", form=form, mail=services().mail is not None), status
    )


def _new_page(form: NewPasswordForm, *, status: int = 200) -> Response:
    email = open_link(services().database, token=_token(), now=now())
    return kept_by_nobody(render_template("new_password.html", form=form, email=email), status)


def _not_usable(error: LinkNotUsableError) -> Response:
    session.pop(KEPT, None)
    text = error.text(current_translator())
    return kept_by_nobody(render_template("new_password_not_usable.html", text=text), 404)
