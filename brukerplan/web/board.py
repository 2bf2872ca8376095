"""The boards of progress, and the reminders that are sent from them.

Both boards are parts of other pages. A page that includes ``_units_board.html`` gives it
``board`` from `units_board`; one that includes ``_trust_board.html``, from `trust_board`. Both
link ``board.css`` in their head. Everything else is in ``board``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.reminder_sending import Reminded
from brukerplan.actions.reminding import remind_late_units, remind_unit
from brukerplan.persistence.queries import legal_bases, organisations, overview, people, rounds
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables.states import OrganisationKind, UnitState
from brukerplan.translation import UserError
from brukerplan.web.board_lines import (
    MunicipalityLine,
    Shown,
    UnitLine,
    Waiting,
    municipality_lines,
    shown_of,
    unit_lines,
)
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.municipality_place import municipality_path
from brukerplan.web.services import services

blueprint = Blueprint("board", __name__, url_prefix="/kommune")


@dataclass(frozen=True, slots=True)
class Filter:
    """A plain link that shows some of the lines."""

    shown: Shown
    label: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class UnitsBoard:
    """The coordinator's board: the municipality's units, those that are late first."""

    code: str
    year: int
    deadline: date
    days_left: int
    open: bool
    lines: tuple[UnitLine, ...]
    filters: tuple[Filter, ...]
    units: int
    late: int
    expected: int
    submitted: int
    can_mail: bool
    without_basis: frozenset[int]


@dataclass(frozen=True, slots=True)
class TrustBoard:
    """The trust's board: shares of each municipality, never how many persons."""

    year: int
    deadline: date
    days_left: int
    open: bool
    lines: tuple[MunicipalityLine, ...]
    filters: tuple[Filter, ...]
    taking_part: int
    approved: int
    late: int


def units_board(
    *, municipality_id: int, code: str, round_line: RoundLine, today: date, shown: str
) -> UnitsBoard:
    """Return what ``_units_board.html`` shows.

    Parameters
    ----------
    today
        The day in Norway.
    shown
        What the address says in ``?vis=``; anything unknown shows every unit.
    """
    with services().database.read() as session:
        units = rounds.municipality_progress(session, municipality_id, round_line.id)
        marks = people.unit_marks(session, municipality_id, round_line.id)
        terms = rounds.municipality_terms(session, municipality_id, round_line.id)
        without_basis = legal_bases.units_without_basis(session, municipality_id, now())
    deadline = terms.deadline if terms else round_line.deadline
    waiting = Waiting(round_line, deadline, today)
    lines = unit_lines(units, marks, waiting)
    wanted = shown_of(shown)
    return UnitsBoard(
        code=code,
        year=round_line.year,
        deadline=deadline,
        days_left=waiting.days_left,
        open=waiting.open,
        lines=tuple(line for line in lines if line.is_shown(wanted)),
        filters=_filters(lines, wanted),
        units=len(lines),
        late=sum(line.late for line in lines),
        # Who has nobody to register is not waited for, whatever it expected.
        expected=sum(line.expected for line in lines if line.state != UnitState.NOTHING_TO_REPORT),
        submitted=sum(line.submitted for line in lines),
        can_mail=services().mail is not None,
        without_basis=without_basis,
    )


def trust_board(*, round_line: RoundLine, today: date, shown: str) -> TrustBoard:
    """Return what ``_trust_board.html`` shows; parameters as for `units_board`."""
    with services().database.read(Door.PROGRESS) as session:
        progress = overview.round_overview(session, round_line.id)
    lines = municipality_lines(progress, round_line, today)
    wanted = shown_of(shown)
    taking_part = [line for line in lines if line.takes_part]
    waiting = Waiting(round_line, round_line.deadline, today)
    return TrustBoard(
        year=round_line.year,
        deadline=round_line.deadline,
        days_left=waiting.days_left,
        open=waiting.open,
        lines=tuple(line for line in lines if line.is_shown(wanted)),
        filters=_filters(lines, wanted, of_municipalities=True),
        taking_part=len(taking_part),
        approved=sum(line.finished for line in taking_part),
        late=sum(line.late for line in taking_part),
    )


@blueprint.post("/<code>/<int:year>/paminn/<int:unit_id>")
@permission(Permission.MUNICIPALITY_ADMINISTER, organisation=municipality_path)
def remind(code: str, year: int, unit_id: int) -> ResponseReturnValue:
    """Remind one unit."""
    _, round_id = _ids(code, year)
    try:
        reminded = remind_unit(
            services().database,
            by=current_actor(),
            mail=services().mail,
            public_url=services().settings.public_url,
            unit_id=unit_id,
            round_id=round_id,
            now=now(),
        )
    except NotAllowedError:
        raise
    except UserError as error:
        return _told(code, year, problem=error), 409
    return _done(code, year, (reminded,))


@blueprint.post("/<code>/<int:year>/paminn")
@permission(Permission.MUNICIPALITY_ADMINISTER, organisation=municipality_path)
def remind_late(code: str, year: int) -> ResponseReturnValue:
    """Remind every unit that is late."""
    municipality_id, round_id = _ids(code, year)
    try:
        reminded = remind_late_units(
            services().database,
            by=current_actor(),
            mail=services().mail,
            public_url=services().settings.public_url,
            municipality_id=municipality_id,
            round_id=round_id,
            now=now(),
        )
    except NotAllowedError:
        raise
    except UserError as error:
        return _told(code, year, problem=error), 409
    return _done(code, year, reminded)


def _done(code: str, year: int, reminded: tuple[Reminded, ...]) -> ResponseReturnValue:
    t = current_translator()
    if any(each.not_reached for each in reminded):
        # A page and no message for the next: who was not reached stands in no cookie.
        return _told(code, year, reminded=reminded), 502
    if reminded:
        say(
            t.ngettext(
                "%(num)s tjeneste har fått påminnelse.",
                "%(num)s tjenester har fått påminnelse.",
                len(reminded),
            )
        )
    else:
        say(t.gettext("Ingen påminnelser ble sendt: alle som er sene, har fått en i dag."))
    return redirect(url_for("municipality.progress", code=code, year=year), code=303)


def _told(
    code: str,
    year: int,
    *,
    reminded: tuple[Reminded, ...] = (),
    problem: UserError | None = None,
) -> str:
    return render_template(
        "people_reminded.html",
        code=code,
        year=year,
        reminded=reminded,
        problem=problem.text(current_translator()) if problem else "",
    )


def _ids(code: str, year: int) -> tuple[int, int]:
    with services().database.read() as session:
        found = organisations.organisation_by_code(session, OrganisationKind.MUNICIPALITY, code)
        current = rounds.round_of_year(session, year)
    if found is None or current is None:
        abort(404)
    return found.id, current.id


def _filters(
    lines: tuple[UnitLine, ...] | tuple[MunicipalityLine, ...],
    wanted: Shown,
    *,
    of_municipalities: bool = False,
) -> tuple[Filter, ...]:
    t = current_translator()
    done = t.gettext("Godkjent") if of_municipalities else t.gettext("Levert")
    open_ = t.gettext("Ikke godkjent") if of_municipalities else t.gettext("Ikke levert")
    labels = {
        Shown.ALL: t.gettext("Alle"),
        Shown.LATE: t.gettext("Sene"),
        Shown.WAITING: open_,
        Shown.FINISHED: done,
    }
    return tuple(
        Filter(shown, label, sum(line.is_shown(shown) for line in lines), shown is wanted)
        for shown, label in labels.items()
    )
