"""The coordinator's page: who is late, what is missing, when is the municipality done."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from brukerplan import geography
from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.actions.municipality import (
    approve_municipality,
    missing_for_approval,
    reopen_municipality,
)
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.rounds import MunicipalityTerms, RoundLine, UnitProgress
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator, in_oslo
from brukerplan.web.messages import say
from brukerplan.web.services import services

blueprint = Blueprint("municipality", __name__, url_prefix="/kommune")


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
    done = current_translator().gettext("Kommunens kartlegging er godkjent.")
    return _carry_out(approve_municipality, code, year, done=done)


@blueprint.post("/<code>/<int:year>/apne")
@permission(Permission.MUNICIPALITY_APPROVE, organisation=place_of_municipality)
def open_again(code: str, year: int) -> ResponseReturnValue:
    """Take the approval back."""
    done = current_translator().gettext("Kommunens kartlegging er åpnet igjen.")
    return _carry_out(reopen_municipality, code, year, done=done)


def _carry_out(
    use_case: Callable[..., object], code: str, year: int, *, done: str
) -> ResponseReturnValue:
    """Do it and say so, or show the page again with why it could not be done."""
    place = _place(code, year)
    try:
        use_case(
            services().database,
            by=current_actor(),
            municipality_id=place.municipality.id,
            round_id=place.round.id,
            now=now(),
        )
    except UserError as error:
        return _page(code, year, problem=error.text(current_translator())), 409
    say(done)
    return redirect(url_for(".progress", code=code, year=year), code=303)


def _place(code: str, year: int) -> Place:
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
    place = _place(code, year)
    with services().database.read() as session:
        units = rounds.municipality_progress(session, place.municipality.id, place.round.id)
        missing = missing_for_approval(session, place.municipality.id, place.round.id)
    return render_template(
        "municipality.html",
        place=place,
        units=units,
        missing=missing,
        ready=bool(units) and not missing,
        problem=problem,
        days_left=(place.round.deadline - in_oslo(now()).date()).days,
        total=_total(units),
        may_approve=allows(current_actor(), Permission.MUNICIPALITY_APPROVE, place.path),
    )


def _total(units: tuple[UnitProgress, ...]) -> dict[str, int]:
    return {
        "expected": sum(unit.expected for unit in units),
        "started": sum(unit.started for unit in units),
        "submitted": sum(unit.submitted for unit in units),
    }
