"""Reading a file in from the command line: by codes and an e-mail address, or by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.actions.importing import ImportResult, import_rows
from brukerplan.actions.keys import Keys
from brukerplan.actions.oslo import oslo_day
from brukerplan.files import Problem, Terms, check_rows, read_sheet
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.organisations import actor, organisation_by_code
from brukerplan.persistence.queries.rounds import round_of_year
from brukerplan.persistence.tables import Organisation, UserAccount
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.translation import Translator, UserError, mark


class NoRoundOfYearError(UserError):
    """No round was planned for the year."""

    message: ClassVar[str] = mark(
        "Det finnes ingen kartleggingsrunde for %(year)s. Kontroller året."
    )


class NoSuchUnitError(UserError):
    """The codes name no unit."""

    message: ClassVar[str] = mark(
        "Kommunen %(municipality)s har ingen tjeneste med koden %(unit)s. Kontroller kodene."
    )


class NoSuchUserError(UserError):
    """No active user has the address; it is not repeated."""

    message: ClassVar[str] = mark(
        "Ingen aktiv bruker har denne e-postadressen. Kontroller adressen."
    )


def check_file(content: bytes, *, year: int, today: date, allow_synthetic: bool) -> ImportResult:
    """Check a file against the questionnaire of a year and against itself. No database.

    Optional questions are taken where the file has them, and missed nowhere.

    Raises
    ------
    FileRefusedError, NoEditionForYearError
        It cannot be read, or there is nothing to check it against.
    """
    checked = check_rows(
        read_sheet(content),
        edition_for_year(year),
        Terms(year=year),
        today=today,
        allow_synthetic=allow_synthetic,
    )
    return ImportResult(
        rows=checked.total,
        created=len(checked.rows),
        changed=0,
        unchanged=0,
        drafts=sum(bool(row.odd) for row in checked.rows),
        problems=checked.problems,
        notes=checked.notes,
        carried_out=False,
    )


def import_file(
    database: Database,
    keys: Keys,
    content: bytes,
    *,
    year: int,
    municipality: str,
    unit: str,
    email: str,
    whole: bool,
    dry_run: bool,
    also_elsewhere: bool,
    now: datetime,
    allow_synthetic: bool,
) -> ImportResult:
    """Import a file into a unit as somebody who registers there.

    Parameters
    ----------
    municipality, unit
        Codes, such as ``1103`` and ``rus``.
    email
        Whose permissions count, and who stands in the log.

    Raises
    ------
    NoRoundOfYearError, NoSuchUnitError, NoSuchUserError
        They do not exist. Otherwise as `import_rows`.
    """
    with database.read() as session:
        found = round_of_year(session, year)
        if found is None:
            raise NoRoundOfYearError(year=year)
        unit_id = _unit(session, municipality, unit)
        user_id = session.scalar(
            sa.select(UserAccount.id).where(UserAccount.email == email.strip().lower())
        )
        by = None if user_id is None else actor(session, user_id)
    if by is None:
        raise NoSuchUserError
    return import_rows(
        database,
        by=by,
        keys=keys,
        unit_id=unit_id,
        round_id=found.id,
        rows=read_sheet(content),
        whole=whole,
        dry_run=dry_run,
        now=now,
        today=oslo_day(now),
        allow_synthetic=allow_synthetic,
        also_elsewhere=also_elsewhere,
    )


def told(result: ImportResult, translator: Translator) -> Iterator[str]:
    """Yield a line for each problem and each note, in the translator's language."""
    for problem in result.problems:
        yield _line(problem, translator)
    note_word = translator.gettext("Merknad")
    for note in result.notes:
        yield f"{note_word}: {_line(note, translator)}"


def _line(problem: Problem, t: Translator) -> str:
    where = t.gettext("Rad %(row)s", row=problem.row)
    cell = f" ({problem.cell})" if problem.cell else ""
    return f"{where}{cell}, {problem.heading(t)}: {problem.text(t)}"


def _unit(session: Session, municipality: str, unit: str) -> int:
    place = organisation_by_code(session, OrganisationKind.MUNICIPALITY, municipality)
    found = session.scalar(
        sa.select(Organisation.id).where(
            Organisation.parent_id == (place.id if place else None),
            Organisation.kind == OrganisationKind.UNIT,
            Organisation.code == unit,
        )
    )
    if found is None:
        raise NoSuchUnitError(municipality=municipality, unit=unit)
    return found
