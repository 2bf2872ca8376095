"""Checking the access log, and taking in what is older than its chains."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa

from brukerplan.identity.log_key import LogKey
from brukerplan.identity.sealing import Sealer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.log_chain import LogKeyMissingError
from brukerplan.persistence.log_check import OLDER, Checked, Head, check, seal_of_older
from brukerplan.persistence.tables import AccessLog, AccessLogHead, EarlierLogKey
from brukerplan.translation import UserError, mark

_ADOPTED = "access_log.adopted"


class AlreadyAdoptedError(UserError):
    """The rows from before the chains have been adopted once; twice would hide what came to."""

    message: ClassVar[str] = mark(
        "De eldre radene i tilgangsloggen er allerede forseglet. Er det kommet til rader uten "
        "segl etterpå, har noen andre enn programmet skrevet dem."
    )


def check_log(
    database: Database,
    *,
    sealer: Sealer | None = None,
    anchor: Mapping[int, Head] | None = None,
) -> Checked:
    """Walk every chain of the log; ``anchor`` are heads kept from an earlier walk.

    Parameters
    ----------
    sealer
        What opens the keys from before the master key was replaced; without it, rows that they
        have sealed do not hold.

    Raises
    ------
    SealBrokenError
        One of them is closed by another master key.
    """
    with database.snapshot() as connection:
        closed = connection.scalars(
            sa.select(EarlierLogKey.sealed_secret).order_by(EarlierLogKey.id)
        ).all()
        earlier = [LogKey.opened(each, sealer) for each in closed] if sealer else []
        return check(connection, (*earlier, _key(database)), anchor)


def adopt_older(database: Database, *, now: datetime) -> int:
    """Seal all rows from before the chains as they are now, once; return how many.

    Raises
    ------
    AlreadyAdoptedError
        It has been done before.
    """
    with database.begin() as session:
        # The act stands in a chain: taking the head away does not make room for another.
        done = sa.select(AccessLog.id).where(AccessLog.action == _ADOPTED).limit(1)
        if session.get(AccessLogHead, OLDER) or session.scalar(done):
            raise AlreadyAdoptedError
        found = seal_of_older(session.connection(), _key(database))
        if found.number:
            session.add(AccessLogHead(chain=OLDER, number=found.number, seal=found.seal))
            log(session, at=now, user_id=None, action=_ADOPTED, detail=f"rows={found.number}")
    return found.number


def _key(database: Database) -> LogKey:
    if database.log_key is None:
        raise LogKeyMissingError("the log is checked with the key that seals it")
    return database.log_key
