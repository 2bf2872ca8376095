"""Guessing must wait; nobody is shut out by a stranger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from brukerplan.actions.attempts import (
    ACCOUNT,
    ACCOUNT_HERE,
    ADDRESS,
    FORGOTTEN_AFTER,
    Attempt,
    TooManyAttemptsError,
    try_code,
    try_link,
    try_password,
)
from brukerplan.identity.sealing import Sealer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import SignInAttempts
from tests.actions.world import NOW

SEALER = Sealer(b"m" * 32)
EMAIL = "rita@eksempel.no"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.{}"


def guess(
    database: Database, *, email: str = EMAIL, address: str = HERE, now: datetime = NOW
) -> Attempt:
    return try_password(database, SEALER, email=email, address=address, now=now)


def wait(database: Database, *, address: str = HERE, now: datetime = NOW) -> int:
    """Seconds the next guess must wait."""
    with pytest.raises(TooManyAttemptsError) as refused:
        guess(database, address=address, now=now)
    return refused.value.seconds


def test_the_wait_doubles_to_a_quarter_of_an_hour(database: Database) -> None:
    for _ in range(ACCOUNT_HERE.free):
        guess(database)
    now, waits = NOW, []
    for _ in range(10):
        waits.append(wait(database, now=now))
        now += timedelta(seconds=waits[-1])
        guess(database, now=now)

    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_asking_while_waiting_makes_it_no_longer(database: Database) -> None:
    for _ in range(ACCOUNT_HERE.free):
        guess(database)

    assert [wait(database) for _ in range(50)] == [5] * 50
    guess(database, now=NOW + timedelta(seconds=5))


def test_a_stranger_elsewhere_makes_the_owner_wait_a_minute_at_most(database: Database) -> None:
    now = NOW
    for number in range(200):
        try:
            guess(database, address=ELSEWHERE.format(number), now=now)
        except TooManyAttemptsError as refused:
            now += timedelta(seconds=refused.seconds)
            guess(database, address=ELSEWHERE.format(number), now=now)

    assert now - NOW > timedelta(hours=2), "the stranger is slow"
    assert wait(database, now=now) == ACCOUNT.longest.total_seconds() == 60
    guess(database, now=now + ACCOUNT.longest).succeeded()


def test_another_account_at_the_same_address_is_not_held_up(database: Database) -> None:
    for _ in range(ACCOUNT_HERE.free):
        guess(database)

    guess(database, email="liv@eksempel.no")


def test_one_address_that_tries_many_accounts_must_wait(database: Database) -> None:
    for number in range(ADDRESS.free):
        guess(database, email=f"nummer{number}@eksempel.no")

    with pytest.raises(TooManyAttemptsError):
        guess(database, email="enda.en@eksempel.no")
    guess(database, email="enda.en@eksempel.no", address=ELSEWHERE.format(1))


def test_who_signs_in_begins_anew_and_clears_no_others(database: Database) -> None:
    for number in range(ADDRESS.free - 1):
        guess(database, email=f"nummer{number}@eksempel.no")
    for _ in range(5):
        guess(database).succeeded()
    guess(database, email="nest.siste@eksempel.no")

    with pytest.raises(TooManyAttemptsError):
        guess(database, email="enda.en@eksempel.no")


def test_it_is_forgotten_after_an_hour_and_gone_from_the_table(database: Database) -> None:
    for _ in range(ACCOUNT_HERE.free):
        guess(database)
    later = NOW + FORGOTTEN_AFTER
    guess(database, email="liv@eksempel.no", address=ELSEWHERE.format(1), now=later)

    with database.read() as session:
        assert set(session.scalars(sa.select(SignInAttempts.last_at))) == {later}


def test_the_table_names_no_address_and_no_account(database: Database) -> None:
    guess(database)

    with database.read() as session:
        for digest in session.scalars(sa.select(SignInAttempts.subject_digest)):
            assert len(digest) == 32
            assert HERE.encode() not in digest
            assert EMAIL.encode() not in digest


def test_many_at_the_same_moment_do_not_slip_through_together(database: Database) -> None:
    together = Barrier(12)

    def once(_: int) -> bool:
        together.wait(timeout=30)
        try:
            guess(database)
        except TooManyAttemptsError:
            return False
        return True

    with ThreadPoolExecutor(12) as workers:
        let_through = sum(workers.map(once, range(12)))

    assert let_through == ACCOUNT_HERE.free


def test_codes_and_links_are_counted_too(database: Database) -> None:
    for _ in range(5):
        try_code(database, SEALER, user_id=1, now=NOW)
    with pytest.raises(TooManyAttemptsError):
        try_code(database, SEALER, user_id=1, now=NOW)
    try_code(database, SEALER, user_id=2, now=NOW)
    for _ in range(3):
        try_link(database, SEALER, email=EMAIL, address=HERE, now=NOW)
    with pytest.raises(TooManyAttemptsError):
        try_link(database, SEALER, email=EMAIL.upper(), address=HERE, now=NOW)
