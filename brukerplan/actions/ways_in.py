"""The ways into an account that somebody can take by themselves, of which one is always left."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.actions.passwords import NO_PASSWORD
from brukerplan.persistence.tables import Passkey, ProviderLink, UserAccount
from brukerplan.translation import UserError, mark


class WayIn(StrEnum):
    """What alone opens an account, or begins to."""

    PASSWORD = "password"  # noqa: S105 - a way to sign in, not one
    PASSKEY = "passkey"
    PROVIDER = "provider"


class OnlyWayInError(UserError):
    """Without what was to be removed, nobody could sign in to the account."""

    message: ClassVar[str] = mark(
        "Dette er den eneste måten du kan logge inn på. Legg til en annen før du fjerner den."
    )


def ways_in(session: Session, user_id: int) -> frozenset[WayIn]:
    """Return the ways there are into an account."""
    account = UserAccount.id == user_id
    asked = {
        WayIn.PASSWORD: sa.exists().where(account, UserAccount.password_hash != NO_PASSWORD),
        WayIn.PASSKEY: sa.exists().where(Passkey.user_id == user_id),
        WayIn.PROVIDER: sa.exists().where(ProviderLink.user_id == user_id),
    }
    there = session.execute(sa.select(*asked.values())).one()
    return frozenset(way for way, is_there in zip(asked, there, strict=True) if is_there)


def ways_left(session: Session, user_id: int) -> frozenset[WayIn]:
    """Return the ways in that the caller's transaction has left.

    The account is held until its end: of two that are removed at once, each would else be let
    go because the other is there.
    """
    session.execute(
        sa.select(UserAccount.id).where(UserAccount.id == user_id).with_for_update()
    ).one()
    return ways_in(session, user_id)
