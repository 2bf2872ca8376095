"""How a municipality takes part in a round: who is included, until when, with which questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.rounds_errors import NotOptionalError, SomebodyOptedOutError
from brukerplan.actions.scope import NotInRoundError, existing_round, require_at, require_open
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.queries.rounds import (
    MunicipalityTerms,
    municipality_terms,
    optional_variables,
)
from brukerplan.persistence.tables import (
    OptOut,
    Registration,
    RoundMunicipality,
    RoundOptionalVariable,
)
from brukerplan.persistence.tables.states import IdentityMode, InclusionRule, RegistrationState
from brukerplan.questionnaire.answers import Answers
from brukerplan.questionnaire.registry import edition
from brukerplan.translation import UserError, mark

MENTAL_ONLY = "mental_only"
MILDER = "milder"


class OwnDeadlineError(UserError):
    """The own deadline is outside the round's."""

    message: ClassVar[str] = mark(
        "Kommunens egen frist må være fra og med åpningen %(opens_on)s til og med rundens frist "
        "%(deadline)s."
    )


class SomebodyRegisteredError(UserError):
    """What cannot change once somebody is registered."""

    message: ClassVar[str] = mark(
        "Kommunen har registreringer i runden. Om kommunen deltar, og om den kartlegger anonymt, "
        "kan bare endres mens ingen er registrert."
    )


class SomebodySubmittedError(UserError):
    """What cannot change once a registration is complete by the old terms."""

    message: ClassVar[str] = mark(
        "Kommunen har registreringer som er sendt inn. Hvem som skal være med, og hvilke "
        "valgfrie spørsmål som stilles, kan bare endres før den første er sendt inn."
    )


class OutsideIncludedGroupsError(UserError):
    """The person belongs to a group that the municipality does not map this year."""

    message: ClassVar[str] = mark(
        "Personen er utenfor gruppene kommunen kartlegger i år. Registreringen er lagret, men "
        "ikke sendt inn. Se over svarene, eller slett registreringen."
    )


class MentalOnlyNotIncludedError(OutsideIncludedGroupsError):
    """No substance problem, where those with a mental problem only are left out."""

    message: ClassVar[str] = mark(
        "I år kartlegger kommunen ikke personer som bare har psykiske helseproblemer. "
        "Registreringen er lagret, men ikke sendt inn. Se over svarene, eller slett "
        "registreringen."
    )


class MilderNotIncludedError(OutsideIncludedGroupsError):
    """Neither problem is serious, where milder cases are left out."""

    message: ClassVar[str] = mark(
        "I år kartlegger kommunen bare personer med minst ett alvorlig problem. Registreringen "
        "er lagret, men ikke sendt inn. Se over svarene, eller slett registreringen."
    )


_OUTSIDE: dict[str, type[OutsideIncludedGroupsError]] = {
    MENTAL_ONLY: MentalOnlyNotIncludedError,
    MILDER: MilderNotIncludedError,
}


@dataclass(frozen=True, slots=True)
class _Wanted:
    takes_part: bool
    inclusion_rule: InclusionRule
    mental_only_included: bool
    milder_included: bool
    deadline: date | None
    identity_mode: IdentityMode
    optional: frozenset[str]


def set_terms(
    database: Database,
    *,
    by: Actor,
    municipality_id: int,
    round_id: int,
    takes_part: bool,
    inclusion_rule: InclusionRule,
    mental_only_included: bool,
    milder_included: bool,
    deadline: date | None,
    identity_mode: IdentityMode,
    optional: frozenset[str],
    now: datetime,
) -> None:
    """Set how the municipality takes part in the round.

    Parameters
    ----------
    deadline
        ``None``: the round's own.
    optional
        Ids of the optional questions that are asked.

    Raises
    ------
    OwnDeadlineError, NotOptionalError
        The terms cannot be like this.
    SomebodyRegisteredError, SomebodyOptedOutError, SomebodySubmittedError
        It is too late to change what is asked to be changed.
    NotAllowedError, RoundNotFoundError, NotInRoundError, RoundNotOpenError, \
MunicipalityApprovedError
        They cannot be set by this actor, or not now.
    """
    wanted = _Wanted(
        takes_part,
        inclusion_rule,
        mental_only_included,
        milder_included,
        deadline,
        identity_mode,
        optional,
    )
    with database.begin() as session:
        require_at(session, by, Permission.MUNICIPALITY_ADMINISTER, municipality_id)
        found = existing_round(session, round_id, held=True)
        # Alone from here on: nobody starts a registration by the terms that were.
        session.execute(_own(municipality_id, round_id).with_for_update())
        terms = municipality_terms(session, municipality_id, round_id)
        if terms is None:
            raise NotInRoundError(year=found.year)
        require_open(year=found.year, round_state=found.state, municipality_state=terms.state)
        can_be = {each.id for each in edition(found.edition).variables if each.optional}
        if wrong := optional - can_be:
            raise NotOptionalError(variables=", ".join(sorted(wrong)), year=found.year)
        if deadline is not None and not found.opens_on <= deadline <= found.deadline:
            raise OwnDeadlineError(
                opens_on=f"{found.opens_on:%d.%m.%Y}", deadline=f"{found.deadline:%d.%m.%Y}"
            )
        before = optional_variables(session, round_id, municipality_id)
        _require_in_time(session, terms, before, wanted, round_id)
        _store(session, municipality_id, round_id, wanted)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="municipality.terms_set",
            organisation_id=municipality_id,
            subject=round_id,
            detail=_as_codes(wanted),
        )


def outside_included_groups(
    session: Session, found: RegistrationView, answers: Answers
) -> str | None:
    """Tell which group that is not mapped the answers belong to; ``None`` for one that is.

    Answers that do not say yet belong to none.
    """
    substance, mental = answers.get("substance_problem"), answers.get("mental_problem")
    if substance is None or mental is None:
        return None
    terms = municipality_terms(session, found.municipality_id, found.round_id)
    assert terms is not None  # a registration belongs to a municipality of the round
    if not terms.mental_only_included and substance == "none":
        return MENTAL_ONLY
    if not terms.milder_included and "serious" not in (substance, mental):
        return MILDER
    return None


def outside_error(group: str) -> OutsideIncludedGroupsError:
    """Return the error that tells the registrar about a group that is not mapped."""
    return _OUTSIDE[group]()


def _require_in_time(
    session: Session,
    terms: MunicipalityTerms,
    optional: frozenset[str],
    wanted: _Wanted,
    round_id: int,
) -> None:
    registered = sa.select(sa.func.count()).where(
        Registration.round_id == round_id, Registration.municipality_id == terms.municipality_id
    )
    who = (terms.takes_part, terms.identity_mode) != (wanted.takes_part, wanted.identity_mode)
    if who and session.scalar(registered):
        raise SomebodyRegisteredError
    if terms.identity_mode != wanted.identity_mode and _somebody_said_no(session, terms, round_id):
        raise SomebodyOptedOutError
    what = (terms.inclusion_rule, terms.mental_only_included, terms.milder_included, optional) != (
        wanted.inclusion_rule,
        wanted.mental_only_included,
        wanted.milder_included,
        wanted.optional,
    )
    submitted = registered.where(Registration.state == RegistrationState.SUBMITTED)
    if what and session.scalar(submitted):
        raise SomebodySubmittedError


def _somebody_said_no(session: Session, terms: MunicipalityTerms, round_id: int) -> bool:
    said = sa.exists().where(
        OptOut.round_id == round_id, OptOut.municipality_id == terms.municipality_id
    )
    return bool(session.scalar(sa.select(said)))


def _store(session: Session, municipality_id: int, round_id: int, wanted: _Wanted) -> None:
    session.execute(
        sa.update(RoundMunicipality)
        .where(
            RoundMunicipality.municipality_id == municipality_id,
            RoundMunicipality.round_id == round_id,
        )
        .values(
            takes_part=wanted.takes_part,
            inclusion_rule=wanted.inclusion_rule,
            mental_only_included=wanted.mental_only_included,
            milder_included=wanted.milder_included,
            deadline=wanted.deadline,
            identity_mode=wanted.identity_mode,
        )
    )
    session.execute(
        sa.delete(RoundOptionalVariable).where(
            RoundOptionalVariable.municipality_id == municipality_id,
            RoundOptionalVariable.round_id == round_id,
        )
    )
    if wanted.optional:
        session.execute(
            sa.insert(RoundOptionalVariable),
            [
                {"round_id": round_id, "municipality_id": municipality_id, "variable": name}
                for name in sorted(wanted.optional)
            ],
        )


def _own(municipality_id: int, round_id: int) -> sa.Select[str]:
    return sa.select(RoundMunicipality.state).where(
        RoundMunicipality.municipality_id == municipality_id,
        RoundMunicipality.round_id == round_id,
    )


def _as_codes(wanted: _Wanted) -> str:
    said = {
        "takes_part": wanted.takes_part,
        "mental_only": wanted.mental_only_included,
        "milder": wanted.milder_included,
    }
    flags = " ".join(f"{name}={'yes' if value else 'no'}" for name, value in said.items())
    return f"{flags} rule={wanted.inclusion_rule} mode={wanted.identity_mode}"
