"""The identified side of a round is kept until its day, and not a day longer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.retention import (
    AlreadyPurgedError,
    PurgeDayError,
    Retention,
    RoundNotFrozenError,
    months_after,
    purge_due,
    retention_of,
    set_purge_day,
)
from brukerplan.persistence.tables import FrozenRegistration, Registration
from tests.actions.world import NOW, World

FROZEN_ON = date(2026, 12, 1)


@pytest.fixture
def frozen(world: World) -> World:
    """A frozen round with two registrations in each of two units."""
    world.approve(["1103"])
    world.freeze()
    return world


def kept(world: World) -> Retention:
    """When the round is deleted, as its page tells."""
    with world.database.read() as session:
        found = retention_of(session, world.round_id, NOW)
    assert found is not None
    return found


def set_day(world: World, day: date) -> None:
    """Let the trust administrator set the day."""
    set_purge_day(
        world.database, by=world.administrator, round_id=world.round_id, purge_on=day, now=NOW
    )


def registrations(world: World) -> int:
    """How many there are."""
    with world.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Registration)) or 0


def test_a_round_is_kept_a_year_after_the_freeze_unless_another_day_is_set(frozen: World) -> None:
    assert kept(frozen).purge_on == date(2027, 12, 1)
    assert (kept(frozen).registrations, kept(frozen).receipt) == (4, None)

    set_day(frozen, date(2027, 2, 1))

    assert kept(frozen).purge_on == date(2027, 2, 1)


def test_the_day_is_in_norway(frozen: World) -> None:
    set_day(frozen, date(2027, 2, 1))
    # Eleven in the evening in UTC is midnight in Norway.
    before = NOW.replace(year=2027, month=1, day=31, hour=22, minute=59)

    assert purge_due(frozen.database, now=before) == ()
    (purged,) = purge_due(frozen.database, now=before + timedelta(minutes=1))

    assert (purged.year, purged.registrations) == (2026, 4)
    assert registrations(frozen) == 0
    receipt = kept(frozen).receipt
    assert receipt is not None
    assert receipt.id == purged.reference
    with frozen.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FrozenRegistration)) == 4


def test_a_round_that_is_purged_is_not_purged_again(frozen: World) -> None:
    late = NOW + timedelta(days=500)
    assert len(purge_due(frozen.database, now=late)) == 1
    assert purge_due(frozen.database, now=late) == ()
    with pytest.raises(AlreadyPurgedError):
        set_day(frozen, date(2027, 2, 1))


def test_a_round_that_is_still_mapped_is_left_alone(world: World) -> None:
    world.start(1)

    assert purge_due(world.database, now=NOW + timedelta(days=5_000)) == ()
    assert registrations(world) == 1
    with pytest.raises(RoundNotFrozenError):
        set_day(world, date(2027, 2, 1))


@pytest.mark.parametrize(
    "day", [FROZEN_ON - timedelta(1), months_after(FROZEN_ON, 18) + timedelta(1)]
)
def test_the_day_is_not_past_and_not_more_than_eighteen_months_off(
    frozen: World, day: date
) -> None:
    with pytest.raises(PurgeDayError):
        set_day(frozen, day)


@pytest.mark.parametrize("day", [FROZEN_ON, months_after(FROZEN_ON, 18)])
def test_the_first_and_the_last_day_can_be_set(frozen: World, day: date) -> None:
    set_day(frozen, day)

    assert kept(frozen).purge_on == day


def test_only_who_administers_the_round_sets_the_day(frozen: World) -> None:
    for by in (frozen.coordinator, frozen.officer, frozen.registrar):
        with pytest.raises(NotAllowedError):
            set_purge_day(
                frozen.database,
                by=by,
                round_id=frozen.round_id,
                purge_on=date(2027, 2, 1),
                now=NOW,
            )
