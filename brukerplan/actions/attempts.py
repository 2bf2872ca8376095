"""How often something may be tried: counted in the database, so that all workers count together.

Three counts for a sign-in: of the account from this address, of the account from anywhere,
and of the address whatever the account. Each has a number of tries that are free, then a
wait that doubles. Guessing from one place soon waits a quarter of an hour; a stranger who
guesses from many places can make the account's owner wait a minute at most, never shut them
out. What was typed is counted whether there is such an account or not.

A try is counted before it is judged: many at the same moment do not slip through together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brukerplan.identity.sealing import Sealer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import SignInAttempts
from brukerplan.translation import UserError, mark

FORGOTTEN_AFTER = timedelta(hours=1)
FIRST_WAIT = timedelta(seconds=5)


class Rule(NamedTuple):
    """How many tries are free, and how long the wait becomes at most."""

    free: int
    longest: timedelta


ACCOUNT_HERE = Rule(5, timedelta(minutes=15))
ACCOUNT = Rule(50, timedelta(minutes=1))
# A whole municipality may share one address.
ADDRESS = Rule(100, timedelta(minutes=1))
CODES = Rule(5, timedelta(minutes=15))
LINKS = Rule(3, timedelta(minutes=15))


class TooManyAttemptsError(UserError):
    """It must wait."""

    message: ClassVar[str] = mark("For mange forsøk. Vent %(wait)s og prøv igjen.")

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, round(wait.total_seconds()))
        minutes, seconds = divmod(self.seconds, 60)
        # The same abbreviations in all three languages.
        super().__init__(wait=f"{minutes + bool(seconds)} min" if minutes else f"{seconds} s")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that was counted and may be made."""

    database: Database = field(repr=False)
    own: tuple[bytes, ...] = field(repr=False)
    shared: tuple[bytes, ...] = field(repr=False)

    def succeeded(self) -> None:
        """Forget the account's tries; of a shared address only this one."""
        with self.database.begin() as session:
            _locked(session, (*self.own, *self.shared))
            session.execute(
                sa.delete(SignInAttempts).where(SignInAttempts.subject_digest.in_(self.own))
            )
            session.execute(
                sa.update(SignInAttempts)
                .where(SignInAttempts.subject_digest.in_(self.shared), SignInAttempts.tries > 0)
                .values(tries=SignInAttempts.tries - 1)
            )


def try_password(
    database: Database, sealer: Sealer, *, email: str, address: str, now: datetime
) -> Attempt:
    """Count a try of a password.

    Raises
    ------
    TooManyAttemptsError
        It must wait; this one is then not counted.
    """
    typed = email.strip().casefold()
    return _count(
        database,
        own={
            sealer.digest("account from address", f"{address}\n{typed}"): ACCOUNT_HERE,
            sealer.digest("account", typed): ACCOUNT,
        },
        shared={sealer.digest("address", address): ADDRESS},
        now=now,
    )


def try_code(database: Database, sealer: Sealer, *, user_id: int, now: datetime) -> Attempt:
    """Count a try of a second factor: whoever tries has shown the password already.

    Raises
    ------
    TooManyAttemptsError
        It must wait.
    """
    return _count(database, own={sealer.digest("code", str(user_id)): CODES}, shared={}, now=now)


def try_link(
    database: Database, sealer: Sealer, *, email: str, address: str, now: datetime
) -> None:
    """Count a wish for a link by e-mail.

    Raises
    ------
    TooManyAttemptsError
        Nobody's letter box is filled like this.
    """
    _count(
        database,
        own={sealer.digest("link", email.strip().casefold()): LINKS},
        shared={sealer.digest("address", address): ADDRESS},
        now=now,
    )


def _count(
    database: Database, *, own: dict[bytes, Rule], shared: dict[bytes, Rule], now: datetime
) -> Attempt:
    rules = own | shared
    with database.begin() as session:
        _forget_old(session, now)
        _make_sure_of(session, rules, now)
        counted = _locked(session, rules)
        waits = [_wait(line, rules[line.subject_digest], now) for line in counted]
        longest = max(waits, default=timedelta())
        if longest <= timedelta():
            for line in counted:
                old = now - line.last_at >= FORGOTTEN_AFTER
                line.tries = 1 if old else line.tries + 1
                line.last_at = now
    if longest > timedelta():
        raise TooManyAttemptsError(longest)
    return Attempt(database, tuple(own), tuple(shared))


def _wait(line: SignInAttempts, rule: Rule, now: datetime) -> timedelta:
    """How much is left of the wait after the last try."""
    if line.tries < rule.free:
        return timedelta()
    # Doubled too often it would not fit in a duration.
    doubled = FIRST_WAIT * (1 << min(line.tries - rule.free, 20))
    return line.last_at + min(doubled, rule.longest) - now


def _make_sure_of(session: Session, subjects: Iterable[bytes], now: datetime) -> None:
    there = set(
        session.scalars(
            sa.select(SignInAttempts.subject_digest).where(
                SignInAttempts.subject_digest.in_(tuple(subjects))
            )
        )
    )
    for subject in sorted(set(subjects) - there):
        try:
            with session.begin_nested():
                session.execute(
                    sa.insert(SignInAttempts).values(subject_digest=subject, tries=0, last_at=now)
                )
        except IntegrityError:
            # Another worker made it in the same moment.
            continue


def _locked(session: Session, subjects: Iterable[bytes]) -> list[SignInAttempts]:
    # In one order for everyone, so that two never wait for each other.
    return list(
        session.scalars(
            sa.select(SignInAttempts)
            .where(SignInAttempts.subject_digest.in_(tuple(subjects)))
            .order_by(SignInAttempts.subject_digest)
            .with_for_update()
        )
    )


def _forget_old(session: Session, now: datetime) -> None:
    old = (
        sa.select(SignInAttempts.subject_digest)
        .where(SignInAttempts.last_at <= now - FORGOTTEN_AFTER)
        # What another worker counts on this moment is left to it.
        .with_for_update(skip_locked=True)
    )
    session.execute(sa.delete(SignInAttempts).where(SignInAttempts.subject_digest.in_(old)))
