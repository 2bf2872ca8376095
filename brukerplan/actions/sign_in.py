"""The first step of signing in: whose password it is."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa

from brukerplan.access.policy import Actor
from brukerplan.actions.passwords import verify
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import actor
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import UserAccount
from brukerplan.translation import UserError, mark


class SignInRefusedError(UserError):
    """The address or the password is wrong, or the account is closed: not told which."""

    message: ClassVar[str] = mark(
        "E-postadressen eller passordet er feil. Prøv igjen, eller be koordinatoren om hjelp."
    )


def sign_in(database: Database, *, email: str, password: str, now: datetime) -> Actor:
    """Return the user with all roles.

    Raises
    ------
    SignInRefusedError
        For a wrong address, a wrong password and a closed account alike, after the same
        time, so that nobody learns who has an account.
    """
    with database.read() as session:
        account = session.execute(
            sa.select(UserAccount.id, UserAccount.password_hash, UserAccount.active).where(
                UserAccount.email == email.strip().lower()
            )
        ).first()
    # Outside any transaction: hashing is slow on purpose, and nobody should wait for it.
    fits = verify(account.password_hash if account else None, password)
    with database.begin(Door.SIGN_IN) as session:
        found = actor(session, account.id) if account and fits and account.active else None
        log(
            session,
            at=now,
            user_id=account.id if account else None,
            action="user.password_shown" if found else "user.refused",
        )
    if found is None:
        raise SignInRefusedError
    return found
