"""The coordinator sets how the municipality takes part in a round."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.actions.terms import set_terms
from brukerplan.forms.rounds import TermsForm, said_yes, terms_form, yes_or_no
from brukerplan.persistence.queries import rounds
from brukerplan.persistence.tables.states import (
    CHANGEABLE,
    IdentityMode,
    InclusionRule,
    MunicipalityState,
)
from brukerplan.questionnaire.registry import edition
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.municipality import Place, place_in_round, place_of_municipality
from brukerplan.web.services import services

blueprint = Blueprint("terms", __name__, url_prefix="/kommune")


@blueprint.get("/<code>/<int:year>/vilkar")
@permission(Permission.MUNICIPALITY_ADMINISTER, organisation=place_of_municipality)
def terms(code: str, year: int) -> ResponseReturnValue:
    """Show the terms as they are."""
    place = place_in_round(code, year)
    with services().database.read() as session:
        optional = rounds.optional_variables(session, place.round.id, place.municipality.id)
    known = place.terms
    form = _form_class(place)(
        takes_part=yes_or_no(known.takes_part),
        inclusion_rule=known.inclusion_rule,
        mental_only=yes_or_no(known.mental_only_included),
        milder=yes_or_no(known.milder_included),
        deadline=known.own_deadline,
        identity_mode=known.identity_mode,
        optional=sorted(optional),
    )
    return _page(place, form)


@blueprint.post("/<code>/<int:year>/vilkar")
@permission(Permission.MUNICIPALITY_ADMINISTER, organisation=place_of_municipality)
def save(code: str, year: int) -> ResponseReturnValue:
    """Set the terms."""
    t = current_translator()
    place = place_in_round(code, year)
    form = _form_class(place)(request.form)
    if not form.validate():
        return _page(place, form), 400
    try:
        set_terms(
            services().database,
            by=current_actor(),
            municipality_id=place.municipality.id,
            round_id=place.round.id,
            takes_part=said_yes(form.takes_part),
            inclusion_rule=InclusionRule(form.inclusion_rule.data),
            mental_only_included=said_yes(form.mental_only),
            milder_included=said_yes(form.milder),
            deadline=form.deadline.data,
            identity_mode=IdentityMode(form.identity_mode.data),
            optional=frozenset(form.optional.data or ()),
            now=now(),
        )
    except UserError as error:
        return _page(place, form, problem=error.text(t)), 409
    say(t.gettext("Vilkårene er lagret."))
    return redirect(url_for("municipality.progress", code=code, year=year), code=303)


def _form_class(place: Place) -> type[TermsForm]:
    t = current_translator()
    q = edition(place.round.edition)
    return terms_form(
        t,
        opens_on=place.round.opens_on,
        deadline=place.round.deadline,
        optional=[
            (variable.id, t.pgettext(variable.id, variable.label))
            for variable in q.variables
            if variable.optional
        ],
    )


def _page(place: Place, form: TermsForm, *, problem: str = "") -> str:
    open_ = place.round.state in CHANGEABLE and place.terms.state == MunicipalityState.OPEN
    return render_template(
        "municipality_terms.html", place=place, form=form, problem=problem, changeable=open_
    )
