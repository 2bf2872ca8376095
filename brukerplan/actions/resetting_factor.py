"""Helping a colleague who has lost the phone, the key and the paper."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, allows
from brukerplan.actions.mail_addresses import clean_address
from brukerplan.actions.sessions import end_all
from brukerplan.actions.written import factor_reset_letter
from brukerplan.mail import MailServer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import actor, organisation_path
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import Passkey, RecoveryCode, TotpFactor, UserAccount
from brukerplan.translation import UserError, mark


class OwnFactorError(UserError):
    """Nobody takes away their own."""

    message: ClassVar[str] = mark(
        "Du kan ikke nullstille din egen totrinnsinnlogging. Be en annen koordinator om det."
    )


class ColleagueNotFoundError(UserError):
    """No colleague within reach has the address: not told whether anybody has."""

    message: ClassVar[str] = mark(
        "Ingen du kan hjelpe, har denne adressen. Du kan hjelpe dem som bare har roller der du "
        "er koordinator. Andre får hjelp av systemadministratoren."
    )


def reset_factor(
    database: Database, *, by: Actor, email: str, mail: MailServer | None, now: datetime
) -> str:
    """Take away every second factor of a colleague, end their sessions, and tell them.

    The colleague then signs in with the password and sets up a new one. Every role the
    colleague has must be within the actor's reach: nobody weakens the door to a place that
    is not theirs.

    Returns
    -------
    str
        The colleague's name.

    Raises
    ------
    MailAddressError, OwnFactorError, ColleagueNotFoundError
        Nothing is done.
    """
    email = clean_address(email)
    with database.begin(Door.SIGN_IN) as session:
        account = session.scalar(
            sa.select(UserAccount).where(UserAccount.email == email, UserAccount.active)
        )
        if account is not None and account.id == by.user_id:
            raise OwnFactorError
        colleague = None if account is None else actor(session, account.id)
        if account is None or colleague is None or not colleague.memberships:
            raise ColleagueNotFoundError
        places = {held.organisation_id for held in colleague.memberships}
        if not all(
            allows(by, Permission.SECOND_FACTOR_RESET, organisation_path(session, place))
            for place in places
        ):
            raise ColleagueNotFoundError
        take_factors(session, account.id, now)
        # Where the colleague works, so that whoever reviews the log there sees it.
        for place in sorted(places):
            log(
                session,
                at=now,
                user_id=by.user_id,
                action="user.factor_reset",
                organisation_id=place,
                subject=account.id,
            )
    if mail is not None:
        mail.send_all((factor_reset_letter(to=email, language=account.language, helper=by.name),))
    return account.name


def take_factors(session: Session, user_id: int, now: datetime) -> None:
    """Take away every second factor and end every session, in the caller's transaction."""
    for table in (TotpFactor, RecoveryCode, Passkey):
        session.execute(sa.delete(table).where(table.user_id == user_id))
    end_all(session, user_id, now)
