"""The second factor: a code from an authenticator app (TOTP, RFC 6238), or one from paper."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

import pyotp
import sqlalchemy as sa
from pyotp.exceptions import OTPVerificationError
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.access.second_factor import needs_second_factor
from brukerplan.actions.attempts import try_code
from brukerplan.actions.sessions import changes_own_access
from brukerplan.identity.sealing import SealBrokenError, Sealer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.sessions import BegunSession, factors_of
from brukerplan.persistence.tables import RecoveryCode, TotpFactor, UserAccount
from brukerplan.persistence.tables.states import FactorState
from brukerplan.translation import UserError, mark

ISSUER = "brukerplan"
WINDOW = 1
"""Time steps of half a minute a phone's clock may be off, to either side."""
CODES = 10
# Without letters and digits that are mistaken for each other on paper. 31^10 is 2^49, under
# a digest that needs the key.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 10
# A secret nobody confirmed is not shown for ever.
WAITS = timedelta(minutes=30)


class CodeRefusedError(UserError):
    """The code is wrong, used, or of another time."""

    message: ClassVar[str] = mark(
        "Koden stemmer ikke, eller den er brukt. Vent på neste kode og prøv igjen. Klokken her "
        "er %(clock)s. Går klokken på telefonen feil, blir koden feil."
    )

    def __init__(self, clock: str) -> None:
        super().__init__(clock=clock)


class FactorNeededError(UserError):
    """The last second factor of somebody who must have one."""

    message: ClassVar[str] = mark(
        "Rollen din krever totrinnsinnlogging. Legg til en annen måte før du fjerner denne."
    )


@dataclass(frozen=True, slots=True)
class NewApp:
    """What an authenticator app is told: as text, and as the address a QR code holds."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def waiting_app(database: Database, sealer: Sealer, *, by: Actor, now: datetime) -> NewApp:
    """Return the secret that waits for its first code, made now where none waits.

    The same on every look, so that page and QR code agree, and a page loaded twice does not
    spoil what the phone has taken.
    """
    with database.begin() as session:
        email = session.scalars(
            sa.select(UserAccount.email).where(UserAccount.id == by.user_id)
        ).one()
        row = session.get(TotpFactor, (by.user_id, FactorState.WAITING), with_for_update=True)
        if row is None or now - row.made_at >= WAITS:
            secret = pyotp.random_base32()
            session.merge(
                TotpFactor(
                    user_id=by.user_id,
                    state=FactorState.WAITING,
                    sealed_secret=sealer.seal(secret.encode(), about=_about(by.user_id)),
                    made_at=now,
                    last_step=None,
                )
            )
        else:
            secret = _secret(row, sealer)
    return NewApp(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER))


def confirm_app(
    database: Database,
    sealer: Sealer,
    *,
    by: Actor,
    begun: BegunSession,
    code: str,
    clock: str,
    now: datetime,
) -> tuple[str, ...]:
    """Take the app that waits into use by its first code, instead of the one before.

    Returns
    -------
    tuple of str
        New recovery codes, where the account had none; to be shown once.

    Raises
    ------
    CodeRefusedError, TooManyAttemptsError
        It is not the app's code. Nothing has changed.
    """
    attempt = try_code(database, sealer, user_id=by.user_id, now=now)
    made: list[str] = []

    def change(session: Session) -> None:
        row = session.get(TotpFactor, (by.user_id, FactorState.WAITING), with_for_update=True)
        step = None if row is None else _step_of(row, sealer, code, now)
        if row is None or step is None:
            raise CodeRefusedError(clock)
        session.execute(_apps(by.user_id, FactorState.IN_USE))
        row.state, row.last_step, row.made_at = FactorState.IN_USE, step, now
        if not factors_of(session, by.user_id).codes_left:
            made.extend(_make_codes(session, sealer, by.user_id, now))

    changes_own_access(
        database,
        change,
        by=by,
        kept=begun.id,
        action="user.app_added",
        strong=True,
        now=now,
    )
    attempt.succeeded()
    return tuple(made)


def remove_app(
    database: Database, *, by: Actor, begun: BegunSession, required: bool, now: datetime
) -> None:
    """Take the authenticator app out of use.

    Raises
    ------
    FactorNeededError
        It is the last second factor, and one is required.
    """

    def change(session: Session) -> None:
        session.execute(sa.delete(TotpFactor).where(TotpFactor.user_id == by.user_id))
        require_factor_left(session, by, required=required)

    changes_own_access(database, change, by=by, kept=begun.id, action="user.app_removed", now=now)


def require_factor_left(session: Session, by: Actor, *, required: bool) -> None:
    """Refuse the caller's transaction where no second factor is left and one is needed.

    Without any, the codes on paper go too: they stand in for something that is gone.
    """
    if factors_of(session, by.user_id).any:
        return
    if required and needs_second_factor(by):
        raise FactorNeededError
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == by.user_id))


def new_codes(
    database: Database, sealer: Sealer, *, by: Actor, begun: BegunSession, now: datetime
) -> tuple[str, ...]:
    """Make new recovery codes instead of the old, and return them to be shown once."""
    made: list[str] = []
    changes_own_access(
        database,
        lambda session: made.extend(_make_codes(session, sealer, by.user_id, now)),
        by=by,
        kept=begun.id,
        action="user.codes_made",
        now=now,
    )
    return tuple(made)


def codes_where_none(
    session: Session, sealer: Sealer, user_id: int, now: datetime
) -> tuple[str, ...]:
    """Make recovery codes in the caller's transaction where none are left."""
    if factors_of(session, user_id).codes_left:
        return ()
    return _make_codes(session, sealer, user_id, now)


def close_apps_anew(session: Session, before: Sealer, after: Sealer) -> int:
    """Close the apps' secrets under another master key in the caller's transaction; count them.

    Raises
    ------
    SealBrokenError
        Neither opens one of them.
    """
    closed = 0
    for row in session.scalars(sa.select(TotpFactor)).all():
        try:
            _secret(row, after)
        except SealBrokenError:
            secret = before.open(row.sealed_secret, about=_about(row.user_id))
            row.sealed_secret = after.seal(secret, about=_about(row.user_id))
            closed += 1
    return closed


def show_code(
    database: Database, sealer: Sealer, *, user_id: int, code: str, clock: str, now: datetime
) -> None:
    """Judge a code from the app, or one from paper; either works once.

    Raises
    ------
    CodeRefusedError, TooManyAttemptsError
        It is not one of the account's, or must wait.
    """
    attempt = try_code(database, sealer, user_id=user_id, now=now)
    with database.begin() as session:
        taken = _taken_from_app(session, sealer, user_id, code, now) or _taken_from_paper(
            session, sealer, user_id, code, now
        )
        if not taken:
            log(session, at=now, user_id=user_id, action="user.factor_refused")
    if not taken:
        raise CodeRefusedError(clock)
    attempt.succeeded()


def _taken_from_app(
    session: Session, sealer: Sealer, user_id: int, code: str, now: datetime
) -> bool:
    row = session.get(TotpFactor, (user_id, FactorState.IN_USE), with_for_update=True)
    step = None if row is None else _step_of(row, sealer, code, now)
    if row is None or step is None:
        return False
    row.last_step = step
    return True


def _taken_from_paper(
    session: Session, sealer: Sealer, user_id: int, code: str, now: datetime
) -> bool:
    spent = session.scalar(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_digest == _code_digest(sealer, user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.user_id)
    )
    if spent is not None:
        log(session, at=now, user_id=user_id, action="user.code_spent")
    return spent is not None


def _step_of(row: TotpFactor, sealer: Sealer, code: str, now: datetime) -> int | None:
    """The time step whose code this is, if it is newer than the last that was taken."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdecimal()):
        return None
    try:
        step = pyotp.TOTP(_secret(row, sealer)).verify_and_get_timecode(
            typed, for_time=now, valid_window=WINDOW
        )
    except OTPVerificationError:
        return None
    return step if row.last_step is None or step > row.last_step else None


def _make_codes(session: Session, sealer: Sealer, user_id: int, now: datetime) -> tuple[str, ...]:
    codes = tuple(
        "".join(secrets.choice(_SIGNS) for _ in range(_CODE_LENGTH)) for _ in range(CODES)
    )
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.execute(
        sa.insert(RecoveryCode),
        [
            {
                "user_id": user_id,
                "code_digest": _code_digest(sealer, user_id, code),
                "made_at": now,
            }
            for code in codes
        ],
    )
    half = _CODE_LENGTH // 2
    return tuple(f"{code[:half]}-{code[half:]}" for code in codes)


def _code_digest(sealer: Sealer, user_id: int, code: str) -> bytes:
    typed = "".join(sign for sign in code.casefold() if sign.isalnum())
    return sealer.digest("recovery code", f"{user_id}\n{typed}")


def _apps(user_id: int, state: FactorState) -> sa.Delete:
    return sa.delete(TotpFactor).where(TotpFactor.user_id == user_id, TotpFactor.state == state)


def _secret(row: TotpFactor, sealer: Sealer) -> str:
    return sealer.open(row.sealed_secret, about=_about(row.user_id)).decode()


def _about(user_id: int) -> str:
    return f"authenticator of user {user_id}"
