"""Recording that a person does not want to be mapped. The page tells nobody what it found."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, allows
from brukerplan.actions.opting_out import FictiveNumberNeededError, opt_out, withdraw_opt_out
from brukerplan.forms.opting_out import WITHDRAW, OptOutForm, opt_out_form
from brukerplan.identity import national_number
from brukerplan.identity.errors import NationalNumberError
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.persistence.tables.states import OrganisationKind, RoundState
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator, in_oslo
from brukerplan.web.messages import say
from brukerplan.web.services import services

blueprint = Blueprint("opting_out", __name__, url_prefix="/reservasjon")


class _Place(NamedTuple):
    """Where the actor may record it, and the round it is about."""

    municipalities: tuple[OrganisationLine, ...]
    round: RoundLine | None


@blueprint.get("")
@permission(Permission.OPT_OUT_RECORD)
def page() -> ResponseReturnValue:
    """Show the form."""
    place = _place()
    return _page(place, _form_class(place)())


@blueprint.post("")
@permission(Permission.OPT_OUT_RECORD)
def record() -> ResponseReturnValue:
    """Record or withdraw it. The number goes no further, and the answer is always the same."""
    t = current_translator()
    place = _place()
    form = _form_class(place)(request.form)
    if place.round is None or not form.validate():
        return _page(place, form), 400
    withdrawn = form.what.data == WITHDRAW
    moment = now()
    use_case = withdraw_opt_out if withdrawn else opt_out
    try:
        number = national_number.parse(
            str(form.number.data),
            today=in_oslo(moment).date(),
            # A round that is practised on is about fictive persons, wherever it runs.
            allow_synthetic=services().settings.allow_synthetic_numbers
            or place.round.state == RoundState.TRAINING,
        )
        use_case(
            services().database,
            by=current_actor(),
            keys=services().keys,
            municipality_id=int(form.municipality.data),
            round_id=place.round.id,
            number=number,
            now=moment,
        )
    except (NationalNumberError, FictiveNumberNeededError) as error:
        form.number.errors = (error.text(t),)
        return _page(place, form), 400
    except UserError as error:
        return _page(place, form, problem=error.text(t)), 409
    say(
        t.gettext("Reservasjonen er trukket tilbake. Personen kan registreres.")
        if withdrawn
        else t.gettext(
            "Reservasjonen er registrert. Ingen tjeneste i kommunen kan registrere personen i "
            "årets kartlegging, og var noe registrert, er det slettet."
        )
    )
    return redirect(url_for(".page"), code=303)


def _place() -> _Place:
    with services().database.read() as session:
        return _Place(_municipalities(session, current_actor()), rounds.current_round(session))


def _municipalities(session: Session, actor: Actor) -> tuple[OrganisationLine, ...]:
    """Return those that the actor has the task in, or in a unit of."""
    needed = Permission.OPT_OUT_RECORD
    kinds = (OrganisationKind.MUNICIPALITY, OrganisationKind.UNIT)
    own = [
        place
        for kind in kinds
        for place in organisations.organisations_of(session, actor, kind)
        if allows(actor, needed, (place.id,))
    ]
    ids = {place.parent_id if place.kind == OrganisationKind.UNIT else place.id for place in own}
    return organisations.organisations(session, [place for place in ids if place is not None])


def _form_class(place: _Place) -> type[OptOutForm]:
    return opt_out_form(
        current_translator(),
        municipalities=[(one.id, one.name) for one in place.municipalities],
    )


def _page(place: _Place, form: OptOutForm, *, problem: str = "") -> str:
    return render_template("opting_out.html", place=place, form=form, problem=problem)
