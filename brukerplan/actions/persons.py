"""What a person may ask of the municipality: to see all that is stored, and who has been there.

The person is found by their number, which is kept nowhere: see ``docs/adr/0020``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.actions.history import HistoryLine, history_of
from brukerplan.actions.keys import Keys
from brukerplan.actions.oslo import oslo_day
from brukerplan.actions.recognising import recognise
from brukerplan.actions.scope import require_at
from brukerplan.identity.national_number import NationalNumber
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import LogLine, log
from brukerplan.persistence.queries.accesses import accesses_of
from brukerplan.persistence.queries.asked import queries_of
from brukerplan.persistence.queries.conflicts import conflicts_of, kept_version
from brukerplan.persistence.queries.organisations import OrganisationLine, organisation
from brukerplan.persistence.queries.persons import (
    PersonsRegistration,
    lists_that_may_show,
    opt_outs_of_person,
    registrations_of_person,
)
from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.tables.states import OrganisationKind, RightsPurpose
from brukerplan.reports.printed import (
    PrintedAct,
    PrintedChange,
    PrintedQuery,
    PrintedRegistration,
    Printout,
)


def print_person(
    database: Database,
    *,
    by: Actor,
    keys: Keys,
    municipality_id: int,
    number: NationalNumber,
    purpose: RightsPurpose,
    named: bool,
    now: datetime,
) -> Printout:
    """Return everything the municipality has stored about a person, and every access to it.

    Nothing stored is an answer too. That it was asked for is logged with each registration,
    so that the next printout tells of this one.

    Parameters
    ----------
    purpose
        On whose word, for the log.
    named
        Tell which member of staff has read, by name; otherwise only at which service.

    Raises
    ------
    NotAllowedError
        The actor does not answer for the municipality to those who are registered.
    """
    with database.begin() as session:
        municipality = answering_municipality(session, by, municipality_id)
        pseudonym = recognise(session, keys, municipality_id, number, now).pseudonym
        found = registrations_of_person(session, municipality_id, pseudonym)
        acts = accesses_of(session, [each.id for each in found])
        printed = Printout(
            municipality=municipality.name,
            written_on=oslo_day(now),
            registrations=tuple(_printed(session, each, named=named) for each in found),
            opt_outs=tuple(
                (each.year, each.recorded_at)
                for each in opt_outs_of_person(session, municipality_id, pseudonym)
            ),
            acts=_acts(acts, named=named),
            lists=_acts(lists_that_may_show(session, found), named=named),
        )
        for each in found or (None,):
            log(
                session,
                at=now,
                user_id=by.user_id,
                action="person.printed",
                organisation_id=municipality_id,
                subject=each.id if each else "",
                detail=f"purpose={purpose}" if each else f"purpose={purpose} found=0",
            )
    return printed


def answering_municipality(session: Session, by: Actor, municipality_id: int) -> OrganisationLine:
    """Return the municipality if the actor answers for it to those who are registered.

    Raises
    ------
    NotAllowedError
        Otherwise, also where it is no municipality.
    """
    require_at(session, by, Permission.PERSON_RIGHTS, municipality_id)
    found = organisation(session, municipality_id)
    if found is None or found.kind != OrganisationKind.MUNICIPALITY:
        raise NotAllowedError(permission=str(Permission.PERSON_RIGHTS))
    return found


def _printed(session: Session, one: PersonsRegistration, *, named: bool) -> PrintedRegistration:
    found = registration(session, one.id)
    assert found is not None  # read in this transaction
    kept = (kept_version(session, each.id) for each in conflicts_of(session, one.id))
    return PrintedRegistration(
        year=found.round_year,
        edition=found.edition,
        unit=found.unit_name,
        case_label=found.case_label,
        state=found.state,
        created_at=one.created_at,
        updated_at=found.updated_at,
        submitted_at=one.submitted_at,
        informed_at=found.informed_at,
        letter_language=found.letter_language,
        verified_at=found.verified_at,
        carried_from=found.carried_from,
        practice=one.training,
        answers=found.answers,
        confirmed=found.confirmed,
        kept_versions=tuple((each.version.at, each.answers) for each in kept if each is not None),
        queries=tuple(
            PrintedQuery(each.asked_at, each.question, each.variable, each.answer)
            for each in queries_of(session, one.id)
        ),
        history=tuple(
            _change(each, found.unit_name, named=named)
            for each in reversed(history_of(session, one.id))
        ),
    )


def _change(line: HistoryLine, unit: str, *, named: bool) -> PrintedChange:
    return PrintedChange(
        at=line.at,
        who=line.user_name if named or line.user_name is None else unit,
        source=line.source,
        variable=line.variable,
        before=line.before,
        after=line.after,
    )


def _acts(lines: Iterable[LogLine], *, named: bool) -> tuple[PrintedAct, ...]:
    return tuple(
        PrintedAct(
            at=line.at,
            who=line.user_name if named or line.user_name is None else line.organisation_name,
            act=line.action,
            where=line.organisation_name or "",
        )
        for line in lines
    )
