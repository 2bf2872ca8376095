"""Taking out the municipality's own registrations for its own archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.oslo import oslo_day
from brukerplan.actions.scope import NotInRoundError, existing_round, require_at
from brukerplan.files.archive import ArchiveRow
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.archive import archive_lines
from brukerplan.persistence.queries.rounds import municipality_terms
from brukerplan.translation import UserError, mark


class PurposeNotConfirmedError(UserError):
    """The box that says what the file is for is not ticked."""

    message: ClassVar[str] = mark(
        "Bekreft at filen bare skal til kommunens eget arkiv. Ingenting er hentet ut."
    )


@dataclass(frozen=True, slots=True)
class Archive:
    """What is handed over: the edition that was asked, the year, and a row a registration."""

    edition: str
    year: int
    rows: tuple[ArchiveRow, ...]


def export_municipality(
    database: Database,
    *,
    by: Actor,
    municipality_id: int,
    round_id: int,
    purpose_confirmed: bool,
    form: str,
    now: datetime,
) -> Archive:
    """Hand over every registration of the municipality's round, without pseudonyms.

    Parameters
    ----------
    purpose_confirmed
        The coordinator has said that the file goes to the municipality's archive.
    form
        Kind of file, for the log.

    Raises
    ------
    NotAllowedError, RoundNotFoundError, NotInRoundError
        There is nothing here for this actor.
    PurposeNotConfirmedError
        It is not said what the file is for.
    """
    with database.begin() as session:
        require_at(session, by, Permission.MUNICIPALITY_EXPORT, municipality_id)
        found = existing_round(session, round_id)
        if municipality_terms(session, municipality_id, round_id) is None:
            raise NotInRoundError(year=found.year)
        if not purpose_confirmed:
            raise PurposeNotConfirmedError
        lines = archive_lines(session, municipality_id, round_id)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="municipality.exported",
            organisation_id=municipality_id,
            subject=round_id,
            detail=f"year={found.year} registrations={len(lines)} form={form} purpose=archive",
        )
    return Archive(
        found.edition,
        found.year,
        tuple(
            ArchiveRow(
                unit=line.unit_name,
                case_label=line.case_label,
                state=line.state,
                submitted_on=_day(line.submitted_at),
                informed_on=_day(line.informed_at),
                answers=line.answers,
            )
            for line in lines
        ),
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else oslo_day(moment)
