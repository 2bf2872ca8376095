"""Another master key takes over everything that the one before it closes or derives.

See ``docs/keys.md`` for the steps around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.actions.key_rotation import rewrap_keys
from brukerplan.actions.second_factor import close_apps_anew
from brukerplan.identity.keyring import MasterKey
from brukerplan.identity.log_key import LogKey
from brukerplan.identity.sealing import SealBrokenError, Sealer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import EarlierLogKey, RecoveryCode, SignInAttempts


@dataclass(frozen=True, slots=True)
class Replaced:
    """How much was closed anew, and how many recovery codes are gone."""

    keys: int
    apps: int
    codes: int


def replace_master_key(
    database: Database, *, earlier: MasterKey, later: MasterKey, now: datetime
) -> Replaced:
    """Close everything anew under another master key: all of it or nothing.

    The pseudonym keys and the secrets of authenticator apps are wrapped anew. The key that has
    sealed the log until now is kept, closed, to check by; the log goes on under the new one.
    Recovery codes are known by digests under the old key, which cannot be made anew without
    them: they are gone, and whoever had them makes new ones. What is done already is left as it
    is, so that it may be done twice.

    Raises
    ------
    KeyCannotBeOpenedError, SealBrokenError
        Neither master key opens one of them.
    """
    before, after = earlier.sealer(), later.sealer()
    with database.begin(Door.KEYS) as session:
        keys = rewrap_keys(session, wrapper=earlier, new_wrapper=later, now=now)
        apps = close_apps_anew(session, before, after)
        codes = 0
        if _keep_log_keys(session, earlier.log_key(), before, after, now):
            # Both hold digests that nothing can be compared with any more.
            codes = len(
                session.execute(
                    sa.delete(RecoveryCode).returning(RecoveryCode.user_id, RecoveryCode.made_at)
                ).all()
            )
            session.execute(sa.delete(SignInAttempts))
    # The write-ahead log would still hold them as the old master key opens them.
    database.leave_no_copies()
    return Replaced(keys, apps, codes)


def _keep_log_keys(
    session: Session, sealing: LogKey, before: Sealer, after: Sealer, now: datetime
) -> bool:
    """Keep the key that seals the log until now; tell whether it was not kept already."""
    known = False
    for row in session.scalars(sa.select(EarlierLogKey).order_by(EarlierLogKey.id)).all():
        try:
            key = LogKey.opened(row.sealed_secret, after)
        except SealBrokenError:
            key = LogKey.opened(row.sealed_secret, before)
            row.sealed_secret = key.closed(after)
        known = known or key == sealing
    if not known:
        session.add(EarlierLogKey(sealed_secret=sealing.closed(after), replaced_at=now))
    return not known
