"""The coordinator's page: who is late, what is missing, when is the municipality done."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan import geography
from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.actions.checklist import FINDINGS, LETTERS, Missing, missing_for_approval
from brukerplan.actions.municipality import approve_municipality, reopen_municipality
from brukerplan.actions.units import reopen_unit
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.rounds import MunicipalityTerms, RoundLine
from brukerplan.persistence.tables.states import (
    CHANGEABLE,
    MunicipalityState,
    OrganisationKind,
    UnitState,
)
from brukerplan.translation import UserError, mark
from brukerplan.web.board import units_board
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator, in_oslo
from brukerplan.web.messages import say
from brukerplan.web.reopening import (
    MUNICIPALITY_REASONS,
    UNIT_REASONS,
    reason_given,
    reason_text,
    reasons,
)
from brukerplan.web.services import services

blueprint = Blueprint("municipality", __name__, url_prefix="/kommune")


class NoUnitChosenError(UserError):
    """Nobody was chosen to be opened again."""

    message: ClassVar[str] = mark("Velg tjenesten som skal åpnes igjen.")


class Place(NamedTuple):
    """A municipality in a round."""

    municipality: OrganisationLine
    round: RoundLine
    terms: MunicipalityTerms
    path: tuple[int, ...]


def place_of_municipality(code: str, year: int = 0) -> tuple[int, ...] | None:
    """Find the municipality with its ancestors."""
    with services().database.read() as session:
        found = organisations.organisation_by_code(session, OrganisationKind.MUNICIPALITY, code)
        if found is None:
            # It may have had this number once: then say what its number is now.
            if year:
                geography.municipality(code, year)
            return None
        return organisations.organisation_path(session, found.id)


@blueprint.get("")
@permission(Permission.MUNICIPALITY_READ_PROGRESS)
def mine() -> ResponseReturnValue:
    """Go to the actor's own municipality, or let them choose among several."""
    actor = current_actor()
    with services().database.read() as session:
        own = organisations.organisations_of(session, actor, OrganisationKind.MUNICIPALITY)
        current = rounds.current_round(session)
    if current is None:
        return render_template("municipality_choose.html", own=(), round=None)
    if len(own) == 1:
        return redirect(url_for(".progress", code=own[0].code, year=current.year))
    if not own:
        return redirect(url_for("rounds.overview", year=current.year))
    return render_template("municipality_choose.html", own=own, round=current)


@blueprint.get("/<code>/<int:year>")
@permission(Permission.MUNICIPALITY_READ_PROGRESS, organisation=place_of_municipality)
def progress(code: str, year: int) -> ResponseReturnValue:
    """Show every unit and the checklist."""
    return _page(code, year)


@blueprint.post("/<code>/<int:year>/godkjenn")
@permission(Permission.MUNICIPALITY_APPROVE, organisation=place_of_municipality)
def approve(code: str, year: int) -> ResponseReturnValue:
    """Approve the municipality's mapping."""

    def act(place: Place) -> str:
        approve_municipality(
            services().database,
            by=current_actor(),
            municipality_id=place.municipality.id,
            round_id=place.round.id,
            leave_out_uninformed=request.form.get("leave_out") == "yes",
            seen=request.form.get("seen") == "yes",
            now=now(),
        )
        return current_translator().gettext("Kommunens kartlegging er godkjent.")

    return _carry_out(act, code, year)


@blueprint.post("/<code>/<int:year>/apne")
@permission(Permission.MUNICIPALITY_APPROVE, organisation=place_of_municipality)
def open_again(code: str, year: int) -> ResponseReturnValue:
    """Take the approval back."""

    def act(place: Place) -> str:
        reopen_municipality(
            services().database,
            by=current_actor(),
            municipality_id=place.municipality.id,
            round_id=place.round.id,
            reason=reason_given(MUNICIPALITY_REASONS),
            now=now(),
        )
        return current_translator().gettext("Kommunens kartlegging er åpnet igjen.")

    return _carry_out(act, code, year)


@blueprint.post("/<code>/<int:year>/tjeneste/apne")
@permission(Permission.UNIT_REOPEN, organisation=place_of_municipality)
def open_unit(code: str, year: int) -> ResponseReturnValue:
    """Let a unit that has submitted map on."""

    def act(place: Place) -> str:
        with services().database.read() as session:
            units = rounds.municipality_progress(session, place.municipality.id, place.round.id)
        chosen = request.form.get("unit", "")
        unit = next((unit for unit in units if str(unit.unit_id) == chosen), None)
        if unit is None:
            raise NoUnitChosenError
        reopen_unit(
            services().database,
            by=current_actor(),
            unit_id=unit.unit_id,
            round_id=place.round.id,
            reason=reason_given(UNIT_REASONS),
            now=now(),
        )
        return current_translator().gettext("%(unit)s er åpnet igjen.", unit=unit.name)

    return _carry_out(act, code, year)


def _carry_out(act: Callable[[Place], str], code: str, year: int) -> ResponseReturnValue:
    """Do it and say so, or show the page again with why it could not be done."""
    try:
        done = act(place_in_round(code, year))
    except UserError as error:
        return _page(code, year, problem=error.text(current_translator())), 409
    say(done)
    return redirect(url_for(".progress", code=code, year=year), code=303)


def place_in_round(code: str, year: int) -> Place:
    """Find the municipality in the round of a year, or answer 404."""
    with services().database.read() as session:
        found = organisations.organisation_by_code(session, OrganisationKind.MUNICIPALITY, code)
        current = rounds.round_of_year(session, year)
        if found is None or current is None:
            abort(404)
        terms = rounds.municipality_terms(session, found.id, current.id)
        if terms is None:
            abort(404)
        path = organisations.organisation_path(session, found.id)
    return Place(found, current, terms, path)


def _page(code: str, year: int, *, problem: str = "") -> str:
    place = place_in_round(code, year)
    actor = current_actor()
    takes_changes = place.round.state in CHANGEABLE
    missing: tuple[Missing, ...] = ()
    with services().database.read() as session:
        units = rounds.municipality_progress(session, place.municipality.id, place.round.id)
        # The checks look at every answer: not for what can no longer be approved.
        if takes_changes and place.terms.state == MunicipalityState.OPEN:
            missing = missing_for_approval(
                session, place.municipality.id, place.round.id, now=now()
            )
    return render_template(
        "municipality.html",
        place=place,
        units=units,
        closed=[unit for unit in units if unit.state != UnitState.OPEN],
        missing={each.kind: each for each in missing},
        # Letters and quality can be accepted as they are, by ticking for it.
        ready=bool(units) and not {each.kind for each in missing} - {LETTERS, FINDINGS},
        problem=problem,
        board=units_board(
            municipality_id=place.municipality.id,
            code=code,
            round_line=place.round,
            today=in_oslo(now()).date(),
            shown=request.args.get("vis", ""),
        ),
        takes_changes=takes_changes,
        may_approve=allows(actor, Permission.MUNICIPALITY_APPROVE, place.path),
        may_administer=allows(actor, Permission.MUNICIPALITY_ADMINISTER, place.path),
        unit_reasons=reasons(UNIT_REASONS),
        reasons=reasons(MUNICIPALITY_REASONS),
        reopened_because=reason_text(place.terms.reopened_reason),
    )
