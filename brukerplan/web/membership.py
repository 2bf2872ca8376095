"""Giving and taking access: inviting, withdrawing an invitation, removing a member."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue

from brukerplan.access.policy import NotAllowedError
from brukerplan.access.roles import Role
from brukerplan.actions.invitations import (
    LIFETIME,
    InvitationNotFoundError,
    invitation_link,
    invite,
    withdraw_invitation,
)
from brukerplan.actions.mail_addresses import MailAddressError
from brukerplan.actions.people import remove_member
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.people import waiting_invitations
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.people_page import (
    Place,
    address_in,
    carry_out,
    guard,
    invitation_form,
    municipality_place,
    organisation_here,
    page_of,
)
from brukerplan.web.services import services

blueprint = Blueprint(
    "membership", __name__, url_prefix="/kommune/<code>/<int:year>/tilgang/<int:organisation_id>"
)


@blueprint.post("/inviter")
@guard
def invite_somebody(code: str, year: int, organisation_id: int) -> ResponseReturnValue:
    """Offer somebody a role; where no e-mail goes out, show the link once."""
    place, t = municipality_place(code, year), current_translator()
    where = organisation_here(place, organisation_id)
    form = invitation_form(where)(request.form)
    if not form.validate():
        return page_of(place, where, form=form), 400
    try:
        invited = invite(
            services().database,
            by=current_actor(),
            mail=services().mail,
            public_url=services().settings.public_url,
            organisation_id=organisation_id,
            email=str(form.email.data),
            role=Role(form.role.data),
            now=now(),
        )
    except NotAllowedError:
        raise
    except UserError as error:
        form.email.errors = (error.text(t),)
        status = 400 if isinstance(error, MailAddressError) else 409
        return page_of(place, where, form=form), status
    if invited.token is not None:
        return _hand_over(place, where, str(form.email.data), invited.token)
    granted = invited.outcome == "granted"
    say(t.gettext("Tilgangen er gitt.") if granted else t.gettext("Invitasjonen er sendt."))
    return redirect(address_in(place, where), code=303)


@blueprint.post("/trekk")
@guard
def withdraw(code: str, year: int, organisation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    place, t = municipality_place(code, year), current_translator()
    where = organisation_here(place, organisation_id)
    try:
        invitation_id = uuid.UUID(request.form.get("invitation", ""))
    except ValueError:
        abort(400)

    def act() -> None:
        with services().database.read() as session:
            waiting = {each.id for each in waiting_invitations(session, (where.id,))}
        if invitation_id not in waiting:
            # Also another municipality's: as if there were none.
            raise InvitationNotFoundError
        withdraw_invitation(
            services().database, by=current_actor(), invitation_id=invitation_id, now=now()
        )

    return carry_out(
        act,
        done=t.gettext("Invitasjonen er trukket tilbake."),
        then=address_in(place, where),
        page=lambda problem: page_of(place, where, problem=problem),
    )


@blueprint.post("/fjern")
@guard
def remove(code: str, year: int, organisation_id: int) -> ResponseReturnValue:
    """Take a role away."""
    place, t = municipality_place(code, year), current_translator()
    where = organisation_here(place, organisation_id)
    user, role = request.form.get("user", ""), request.form.get("role", "")
    if not (user.isascii() and user.isdecimal() and len(user) < 10) or role not in list(Role):
        abort(400)
    own = int(user) == current_actor().user_id and role == Role.COORDINATOR
    return carry_out(
        lambda: remove_member(
            services().database,
            by=current_actor(),
            user_id=int(user),
            organisation_id=organisation_id,
            role=Role(role),
            now=now(),
        ),
        done=t.gettext("Tilgangen er fjernet."),
        # Who gives up the role is let in here no more.
        then=address_of("open.start") if own else address_in(place, where),
        page=lambda problem: page_of(place, where, problem=problem),
    )


def _hand_over(place: Place, where: OrganisationLine, email: str, token: str) -> Response:
    """Show the link once; it is stored nowhere, and the page is kept by no cache."""
    response = make_response(
        render_template(
            "invitation_hand_over.html",
            place=place,
            back=address_in(place, where),
            email=email,
            link=invitation_link(services().settings.public_url, token),
            last_day=now() + LIFETIME,
            mail=services().mail is not None,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response
