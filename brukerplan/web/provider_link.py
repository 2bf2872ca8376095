"""The person's own page about signing in at the provider: link it, see it, remove it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask import url_for as address_of
from flask.typing import ResponseReturnValue

from brukerplan.actions.provider_links import has_password, unlink
from brukerplan.openid import ProviderError
from brukerplan.persistence.queries.provider_links import linked_since
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, signed_in
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.provider import refused
from brukerplan.web.provider_session import Purpose, going_there, provider, send_away
from brukerplan.web.services import services

blueprint = Blueprint("provider_link", __name__, url_prefix="/konto/ekstern-innlogging")


@blueprint.get("")
@signed_in
def page() -> ResponseReturnValue:
    """Show whether it is linked, and since when."""
    asked, user_id = provider(), current_actor().user_id
    with services().database.read() as database:
        return render_template(
            "provider_link.html",
            provider=asked.name,
            since=linked_since(database, user_id, asked.issuer),
            removable=has_password(database, user_id),
        )


@blueprint.post("/koble")
@signed_in
def begin() -> ResponseReturnValue:
    """Send the person to the provider; on a shared machine somebody else may be signed in."""
    try:
        address = send_away(Purpose.LINK, fresh=True, user_id=current_actor().user_id)
    except ProviderError as error:
        return refused(error, Purpose.LINK)
    return going_there(address)


@blueprint.post("/fjern")
@signed_in
def remove() -> ResponseReturnValue:
    """Take the link away."""
    asked = provider()
    unlink(services().database, by=current_actor(), issuer=asked.issuer, now=now())
    say(current_translator().gettext("Koblingen til %(name)s er fjernet.", name=asked.name))
    return redirect(address_of(".page"), code=303)
