"""Signing in at a provider: away, back with an answer, and what the answer comes to."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from flask_login import current_user

from brukerplan.access.policy import Actor
from brukerplan.actions.accepting import InvitationNotUsableError
from brukerplan.actions.provider_links import (
    AccountClosedError,
    ProviderLinkError,
    UnknownSubjectError,
    accept_invitation_as,
    link,
    sign_in_as,
)
from brukerplan.actions.telling import tell_of_factors
from brukerplan.openid import Identified, ProviderError
from brukerplan.openid.errors import (
    BrokenError,
    DeniedError,
    TooWeakError,
    UnavailableError,
    WrongStateError,
)
from brukerplan.persistence.tables.states import Assurance
from brukerplan.translation import UserError
from brukerplan.web import invitation
from brukerplan.web.clock import now
from brukerplan.web.guards import public
from brukerplan.web.i18n import current_language, current_translator
from brukerplan.web.messages import say
from brukerplan.web.provider_session import (
    Away,
    Purpose,
    come_back,
    going_there,
    note_signed_in_there,
    provider,
    send_away,
    signed_in_there,
)
from brukerplan.web.services import services
from brukerplan.web.signed_in import begin_session, begun_here, safe_back

blueprint = Blueprint("provider", __name__, url_prefix="/logg-inn/ekstern")

_log = logging.getLogger(__name__)
# Kept in a cookie; no page of ours has an address near this.
_LONGEST_WAY_BACK = 500


@blueprint.post("")
@public
def begin() -> ResponseReturnValue:
    """Send the person to the provider; by a form, so that no other site can begin it."""
    provider()
    back = safe_back(request.form.get("til", ""))
    if current_user.is_authenticated:
        return redirect(back, code=303)
    try:
        address = send_away(
            Purpose.SIGN_IN,
            back=back if len(back) <= _LONGEST_WAY_BACK else "",
            # After a sign-in that was too weak, or was somebody else's, not the same again.
            fresh="ny" in request.form,
        )
    except ProviderError as error:
        return refused(error, Purpose.SIGN_IN)
    return going_there(address)


@blueprint.get("/svar")
@public
def answer() -> ResponseReturnValue:
    """Take the provider's answer: sign in, link, or accept an invitation."""
    asked = provider()
    away = come_back()
    purpose = Purpose.SIGN_IN if away is None else away.purpose
    try:
        who = asked.finish(request.args, None if away is None else away.attempt, now=now())
    except ProviderError as error:
        if isinstance(error, TooWeakError):
            note_signed_in_there()
        return refused(error, purpose)
    assert away is not None, "an answer to nothing is refused"
    note_signed_in_there()
    try:
        return _ANSWERED[purpose](who, away)
    except InvitationNotUsableError as error:
        return invitation.not_usable(error)
    except UserError as error:
        return refused(error, purpose)


@blueprint.get("/ut")
@public
def signed_out() -> ResponseReturnValue:
    """Take those back who have signed out at the provider."""
    asked = provider()
    if not current_user.is_authenticated:
        say(current_translator().gettext("Du er logget ut, også hos %(name)s.", name=asked.name))
    return redirect(address_of("open.front"), code=303)


def refused(error: UserError, purpose: Purpose) -> Response:
    """Say why nothing came of it and what to do; only a code is logged."""
    t = current_translator()
    g.shown_once = True
    code = error.code if isinstance(error, ProviderError | ProviderLinkError) else "other"
    _log.warning("sign-in at the provider refused: %s", code)
    page = render_template(
        "provider_refused.html",
        purpose=purpose,
        text=error.text(t),
        unknown=isinstance(error, UnknownSubjectError),
        again=isinstance(error, ProviderError) and not isinstance(error, BrokenError),
        provider=provider().name,
        there=signed_in_there(),
    )
    response = make_response(page, _status(error))
    response.headers["Cache-Control"] = "no-store"
    return response


def _sign_in(who: Identified, away: Away) -> ResponseReturnValue:
    actor = sign_in_as(services().database, who=who, now=now())
    return _enter(actor, who, away.back)


def _link(who: Identified, away: Away) -> ResponseReturnValue:
    asked = provider()
    # Somebody else may have sat down in the meantime.
    if not current_user.is_authenticated or current_user.actor.user_id != away.user_id:
        raise WrongStateError(provider=asked.name)
    begun = begun_here()
    link(services().database, by=begun.actor, begun=begun, who=who, now=now())
    tell_of_factors(services().database, services().mail, by=begun.actor)
    say(current_translator().gettext("Du kan nå logge inn med %(name)s.", name=asked.name))
    return redirect(address_of("own_account.show"), code=303)


def _accept(who: Identified, away: Away) -> ResponseReturnValue:
    actor = accept_invitation_as(
        services().database,
        token=invitation.kept_token(),
        who=who,
        name=away.name,
        language=current_language(),
        now=now(),
    )
    response = _enter(actor, who)
    say(current_translator().gettext("Invitasjonen er tatt imot."))
    return response


_ANSWERED = {Purpose.SIGN_IN: _sign_in, Purpose.LINK: _link, Purpose.INVITATION: _accept}


def _enter(actor: Actor, who: Identified, back: str = "") -> ResponseReturnValue:
    # A level that is enough is two factors already: nobody is asked for one of ours too.
    response = begin_session(
        actor, assurance=Assurance.FEDERATED, acr=who.acr, strong=True, back=back
    )
    note_signed_in_there()
    return response


def _status(error: UserError) -> int:
    if isinstance(error, UnavailableError | BrokenError):
        return 503
    if isinstance(error, DeniedError | TooWeakError | UnknownSubjectError | AccountClosedError):
        return 403
    return 400 if isinstance(error, ProviderError) else 409
