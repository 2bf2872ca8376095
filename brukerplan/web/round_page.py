"""The page of a round, and how a step is taken from it."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.actions.retention import retention_of
from brukerplan.forms.rounds import DeadlineForm, PurgeForm, deadline_form, purge_form
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.overview import MunicipalityProgress, round_overview
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.persistence.reach import Door
from brukerplan.translation import UserError
from brukerplan.web.board import trust_board
from brukerplan.web.clock import now
from brukerplan.web.i18n import current_translator, in_oslo
from brukerplan.web.messages import say
from brukerplan.web.reopening import ROUND_REASONS, reasons
from brukerplan.web.services import services


def place_of_round(year: int) -> tuple[int, ...] | None:
    """Find the organisation that owns the round, with its ancestors."""
    with services().database.read() as session:
        found = rounds.round_of_year(session, year)
        if found is None:
            return None
        return organisations.organisation_path(session, found.owner_organisation_id)


def step(
    year: int,
    act: Callable[[RoundLine], str],
    *,
    confirmed: bool = False,
    box: str = "understood",
    then: str = "rounds.overview",
) -> ResponseReturnValue:
    """Take one step; those that cannot be undone need their box ticked."""
    t = current_translator()
    if confirmed and request.form.get(box) != "yes":
        asked = t.gettext("Kryss av for at du vet hva dette gjør.")
        return page(year, unconfirmed=asked, box=box), 400
    with services().database.read() as session:
        found = rounds.round_of_year(session, year)
    if found is None:
        abort(404)
    try:
        done = act(found)
    except UserError as error:
        return page(year, problem=error.text(t)), 409
    say(done)
    address = url_for(then, year=year) if then == "rounds.overview" else url_for(then)
    return redirect(address, code=303)


def overview_of(found: RoundLine) -> tuple[MunicipalityProgress, ...]:
    """Return every municipality of the round."""
    with services().database.read(Door.PROGRESS) as session:
        return round_overview(session, found.id)


def page(
    year: int,
    *,
    problem: str = "",
    unconfirmed: str = "",
    box: str = "understood",
    form: DeadlineForm | None = None,
    purge: PurgeForm | None = None,
) -> str:
    """Render the page of the round of a year.

    Parameters
    ----------
    problem
        Why a step could not be taken.
    unconfirmed
        What to say at a ``box`` that was not ticked.
    form
        The deadline as it was typed, when something is wrong with it.
    purge
        The day of deletion as it was typed, likewise.
    """
    with services().database.read(Door.PROGRESS) as session:
        found = rounds.round_of_year(session, year)
        if found is None:
            abort(404)
        release = next(
            (line for line in rounds.releases(session) if line.round_id == found.id), None
        )
        kept = retention_of(session, found.id, now())
    today = in_oslo(now()).date()
    taking_part = [line for line in overview_of(found) if line.takes_part]
    return render_template(
        "round.html",
        round=found,
        board=trust_board(round_line=found, today=today, shown=request.args.get("vis", "")),
        approved=[line for line in taking_part if line.approved],
        waiting=[line for line in taking_part if not line.approved],
        release=release,
        problem=problem,
        unconfirmed=unconfirmed,
        box=box,
        form=form or deadline_form(current_translator(), opens_on=found.opens_on)(),
        retention=kept,
        today=today,
        purge=purge or purge_form(current_translator())(),
        reasons=reasons(ROUND_REASONS),
        begun=found.opens_on <= today,
    )
