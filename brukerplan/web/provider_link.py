"""One's own link to the sign-in provider: made and removed from the page of the account."""

from __future__ import annotations

from flask import Blueprint, redirect
from flask import url_for as address_of
from flask.typing import ResponseReturnValue

from brukerplan.actions.provider_links import unlink
from brukerplan.actions.telling import tell_of_factors
from brukerplan.openid import ProviderError
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, lately, signed_in
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.own_account import page
from brukerplan.web.provider import refused
from brukerplan.web.provider_session import Purpose, going_there, provider, send_away
from brukerplan.web.services import services
from brukerplan.web.signed_in import begun_here

blueprint = Blueprint("provider_link", __name__, url_prefix="/konto/ekstern-innlogging")


@blueprint.post("/koble")
@signed_in
@lately("own_account.show")
def begin() -> ResponseReturnValue:
    """Send the person to the provider; on a shared machine somebody else may be signed in."""
    try:
        address = send_away(Purpose.LINK, fresh=True, user_id=current_actor().user_id)
    except ProviderError as error:
        return refused(error, Purpose.LINK)
    return going_there(address)


@blueprint.post("/fjern")
@signed_in
@lately("own_account.show")
def remove() -> ResponseReturnValue:
    """Take the link away."""
    asked, t = provider(), current_translator()
    try:
        unlink(
            services().database,
            by=current_actor(),
            begun=begun_here(),
            issuer=asked.issuer,
            now=now(),
        )
    except UserError as error:
        return page(problem=error.text(t), status=409)
    tell_of_factors(services().database, services().mail, by=current_actor())
    say(t.gettext("Koblingen til %(name)s er fjernet.", name=asked.name))
    return redirect(address_of("own_account.show"), code=303)
