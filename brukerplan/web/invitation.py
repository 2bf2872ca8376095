"""Accepting an invitation: the link in the e-mail, and the page it leads to.

The link's secret is in its address only once: it moves to the session at once, so that it
stands neither in the browser's history of the page nor in what the page's own addresses tell
a server about where they were followed from. Nothing here writes an address in a log.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, session
from flask import url_for as address_of
from flask.typing import ResponseReturnValue

from brukerplan.actions.accepting import (
    InvitationNotUsableError,
    Offer,
    PersonNameError,
    WrongPasswordError,
    accept_invitation,
    clean_name,
    open_invitation,
)
from brukerplan.actions.attempts import TooManyAttemptsError, try_password
from brukerplan.actions.passwords import (
    SHORTEST_PASSWORD,
    PasswordHoldsNameError,
    PasswordTooCommonError,
)
from brukerplan.actions.written import ROLE_NAMES
from brukerplan.forms.people import AcceptForm, accept_form
from brukerplan.openid import ProviderError
from brukerplan.translation import UserError
from brukerplan.web import one_time_links
from brukerplan.web.account import too_many
from brukerplan.web.clock import now
from brukerplan.web.guards import public
from brukerplan.web.i18n import current_language, current_translator
from brukerplan.web.messages import say
from brukerplan.web.one_time_links import kept_by_nobody
from brukerplan.web.provider_session import Purpose, going_there, send_away
from brukerplan.web.services import services
from brukerplan.web.signed_in import end_session

blueprint = Blueprint("invitation", __name__, url_prefix="/invitasjon")

KEPT = "invitation"
POOR_PASSWORD = (PasswordTooCommonError, PasswordHoldsNameError)


@blueprint.get("/<token>")
@public
def follow(token: str) -> ResponseReturnValue:
    """Take the secret out of the address."""
    return one_time_links.follow(KEPT, token, ".show")


@blueprint.get("")
@public
def show() -> ResponseReturnValue:
    """Show what is offered; looking spends nothing."""
    try:
        offer = _offer()
    except InvitationNotUsableError as error:
        return not_usable(error)
    return _page(offer, _form(offer)())


@blueprint.post("")
@public
def accept() -> ResponseReturnValue:
    """Take the role, with an account of one's own."""
    t = current_translator()
    try:
        offer = _offer()
        form = _form(offer)(request.form)
        if not form.validate():
            return _page(offer, form, status=400)
        attempt = try_password(
            services().database,
            services().sealer,
            email=offer.email,
            address=request.remote_addr or "",
            now=now(),
        )
        accept_invitation(
            services().database,
            token=kept_token(),
            password=str(form.password.data),
            name=str(form.name.data or ""),
            language=current_language(),
            now=now(),
        )
    except InvitationNotUsableError as error:
        return not_usable(error)
    except TooManyAttemptsError as error:
        return too_many(_page(offer, form, problem=error.text(t)), error)
    except (WrongPasswordError, *POOR_PASSWORD, PersonNameError) as error:
        field = form.name if isinstance(error, PersonNameError) else form.password
        field.errors = (error.text(t),)
        return _page(offer, form, status=400)
    except UserError as error:
        return _page(offer, form, problem=error.text(t), status=409)
    attempt.succeeded()
    # Whoever was signed in at this PC is not who accepted.
    end_session()
    say(t.gettext("Invitasjonen er tatt imot. Logg inn med e-postadressen og passordet ditt."))
    return redirect(address_of("account.sign_in"), code=303)


@blueprint.post("/ekstern")
@public
def accept_elsewhere() -> ResponseReturnValue:
    """Take the role by signing in at the provider: no password is needed."""
    try:
        offer = _offer()
    except InvitationNotUsableError as error:
        return not_usable(error)
    form = _form(offer)(request.form)
    try:
        name = "" if offer.account_id else clean_name(str(form.name.data or ""))
        # On a shared machine somebody else may be signed in there.
        return going_there(send_away(Purpose.INVITATION, fresh=True, name=name))
    except PersonNameError as error:
        form.name.errors = (error.text(current_translator()),)
        return _page(offer, form, status=400)
    except ProviderError as error:
        return _page(offer, form, problem=error.text(current_translator()), status=503)


def kept_token() -> str:
    """Return the secret of the link that was followed in this browser."""
    return str(session.get(KEPT, ""))


def _offer() -> Offer:
    return open_invitation(services().database, token=kept_token(), now=now())


def _form(offer: Offer) -> type[AcceptForm]:
    return accept_form(
        current_translator(),
        has_account=offer.account_id is not None,
        shortest=SHORTEST_PASSWORD,
    )


def _page(offer: Offer, form: AcceptForm, *, problem: str = "", status: int = 200) -> Response:
    return kept_by_nobody(
        render_template(
            "invitation.html",
            offer=offer,
            role=current_translator().gettext(ROLE_NAMES[offer.role]),
            form=form,
            problem=problem,
        ),
        status,
    )


def not_usable(error: InvitationNotUsableError) -> Response:
    """Say that the link does not work, and forget it."""
    session.pop(KEPT, None)
    text = error.text(current_translator())
    return kept_by_nobody(render_template("invitation_not_usable.html", text=text), 404)
