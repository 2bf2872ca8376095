"""The health trust plans a round: year, dates, and who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan import geography
from brukerplan.access.permissions import Permission
from brukerplan.access.roles import PERMISSIONS
from brukerplan.actions.rounds import Participant, plan_round
from brukerplan.forms.rounds import PlanForm, plan_form
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.overview import PossibleParticipant, possible_participants
from brukerplan.persistence.tables.states import IdentityMode, InclusionRule
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator, in_oslo
from brukerplan.web.messages import say
from brukerplan.web.services import services

blueprint = Blueprint("planning", __name__, url_prefix="/runder")


class Possible(NamedTuple):
    """Who may have the round, who may take part, and how each did last time."""

    owners: tuple[OrganisationLine, ...]
    municipalities: tuple[PossibleParticipant, ...]
    last_terms: dict[int, Participant]


@blueprint.get("/ny")
@permission(Permission.ROUND_ADMINISTER)
def plan() -> ResponseReturnValue:
    """Ask what the new round is to be; those who took part last time are chosen."""
    possible = _possible()
    year = in_oslo(now()).year
    everybody = [each.municipality_id for each in possible.municipalities]
    chosen = list(possible.last_terms) or everybody
    form = _form_class(possible)(year=year, municipalities=[str(each) for each in chosen])
    return _page(form)


@blueprint.post("/ny")
@permission(Permission.ROUND_ADMINISTER)
def plan_send() -> ResponseReturnValue:
    """Plan the round; it begins in training."""
    t = current_translator()
    possible = _possible()
    form = _form_class(possible)(request.form)
    if not form.validate():
        return _page(form), 400
    year, opens_on, deadline = form.year.data, form.opens_on.data, form.deadline.data
    assert year is not None  # the form has them all
    assert opens_on is not None
    assert deadline is not None
    try:
        plan_round(
            services().database,
            by=current_actor(),
            owner_id=int(form.owner.data),
            year=year,
            opens_on=opens_on,
            deadline=deadline,
            participants=_participants(possible, form.municipalities.data or (), year),
            now=now(),
            synthetic=services().settings.demo,
        )
    except UserError as error:
        return _page(form, problem=error.text(t)), 409
    say(t.gettext("Runden er planlagt. Nå kan alle øve med øvingsnumre."))
    return redirect(url_for("rounds.overview", year=year), code=303)


def _possible() -> Possible:
    owner_ids = {
        held.organisation_id
        for held in current_actor().memberships
        if Permission.ROUND_ADMINISTER in PERMISSIONS[held.role]
    }
    with services().database.read() as session:
        owners = organisations.organisations(session, owner_ids)
        below = {each for owner in owners for each in organisations.below(session, owner.id)}
        municipalities = tuple(
            each
            for each in possible_participants(session, tuple(below))
            if _exists(each.code, in_oslo(now()).year)
        )
        terms = {
            each.municipality_id: Participant(
                each.municipality_id,
                inclusion_rule=InclusionRule(each.inclusion_rule),
                mental_only_included=each.mental_only_included,
                milder_included=each.milder_included,
                optional=rounds.optional_variables(session, last.id, each.municipality_id),
                identity_mode=IdentityMode(each.identity_mode),
            )
            for last in rounds.rounds(session)[:1]
            for each in rounds.participants(session, last.id)
            if each.takes_part and each.municipality_id in below
        }
    return Possible(owners, municipalities, terms)


def _exists(code: str, year: int) -> bool:
    """Whether the municipality is still one: those merged away keep their old results."""
    try:
        geography.municipality(code, year)
    except UserError:
        return False
    return True


def _participants(possible: Possible, chosen: Sequence[str], year: int) -> list[Participant]:
    """Those chosen, with all their units, on last round's terms: years can be compared."""
    can_be_optional = {each.id for each in edition_for_year(year).variables if each.optional}
    found = []
    for each in possible.municipalities:
        if str(each.municipality_id) in chosen:
            last = possible.last_terms.get(each.municipality_id, Participant(each.municipality_id))
            units = dict.fromkeys(each.unit_ids, 0)
            found.append(replace(last, units=units, optional=last.optional & can_be_optional))
    return found


def _form_class(possible: Possible) -> type[PlanForm]:
    return plan_form(
        current_translator(),
        owners=[(owner.id, owner.name) for owner in possible.owners],
        municipalities=[(each.municipality_id, each.name) for each in possible.municipalities],
    )


def _page(form: PlanForm, *, problem: str = "") -> str:
    return render_template("round_plan.html", form=form, problem=problem)
