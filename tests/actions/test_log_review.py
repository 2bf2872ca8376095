"""What in the access log somebody ought to look at, and the mark that somebody has."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.access.roles import Role
from brukerplan.actions.accounts import grant
from brukerplan.actions.exporting import export_municipality
from brukerplan.actions.log_kinds import ACTS, LogKind
from brukerplan.actions.log_review import (
    MANY_IN_AN_HOUR,
    PAGE,
    NoLongerStandsOutError,
    Outstanding,
    Review,
    mark_seen,
    review_log,
)
from brukerplan.actions.people import remove_member
from brukerplan.actions.reading import list_registrations, open_registration
from brukerplan.actions.registering import delete_registration
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.accesses import LogFilter, accesses_of
from brukerplan.persistence.tables import AccessLog
from brukerplan.persistence.tables.states import StandsOut
from tests.actions.world import NOW, World, build

LATE = datetime(2026, 12, 1, 21, 30, tzinfo=UTC)
"""Half past ten in the evening, in Norway in winter."""


@pytest.fixture
def world(database: Database) -> World:
    """The small world, in which the people really are members."""
    made = build(database)
    for actor in (made.registrar, made.colleague, made.lead, made.coordinator, made.stranger):
        for held in actor.memberships:
            grant(
                database,
                user_id=actor.user_id,
                organisation_id=held.organisation_id,
                role=held.role,
                now=NOW,
            )
    return made


def done(
    world: World,
    actor: Actor,
    *,
    at: datetime = NOW,
    action: str = "registration.read",
    unit_id: int | None = None,
    times: int = 1,
    subject: str = "",
) -> None:
    with world.database.begin() as session:
        for number in range(times):
            log(
                session,
                at=at + timedelta(seconds=number),
                user_id=actor.user_id,
                action=action,
                organisation_id=None if action.startswith("user.") else unit_id or world.unit,
                subject=subject or f"registration-{number}",
            )


def review(
    world: World,
    *,
    wanted: LogFilter | None = None,
    page: int = 1,
    around: datetime = NOW,
) -> Review:
    return review_log(
        world.database,
        by=world.officer,
        municipality_id=world.municipalities["1103"],
        since=around - timedelta(days=10),
        until=around + timedelta(days=10),
        wanted=wanted,
        page=page,
        now=NOW,
    )


def standing_out(world: World) -> list[tuple[StandsOut, str, date, int]]:
    return [(each.kind, each.user_name, each.day, each.acts) for each in review(world).outstanding]


def test_a_day_of_ordinary_work_does_not_stand_out(world: World) -> None:
    for serial in range(3):
        world.submit(serial)
    assert standing_out(world) == []


def test_reading_in_a_unit_one_is_no_member_of_stands_out(world: World) -> None:
    done(world, world.registrar, unit_id=world.other_unit, times=2)
    done(world, world.coordinator, unit_id=world.other_unit)
    (found,) = review(world).outstanding
    assert (found.kind, found.user_name, found.acts) == (
        StandsOut.OUTSIDE,
        "Rita Registrerer",
        2,
    )
    assert found.places == ("Hjemmetjenesten 1103",)


@pytest.mark.parametrize(
    ("at", "night"),
    [
        (LATE, date(2026, 12, 1)),
        # Two and a half past five in the morning are of the night that began the day before.
        (datetime(2026, 12, 2, 1, 0, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 2, 4, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 2, 5, 0, tzinfo=UTC), None),
        (datetime(2026, 12, 1, 20, 59, tzinfo=UTC), None),
        # In summer the clock is two hours before UTC.
        (datetime(2026, 7, 1, 20, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 19, 59, tzinfo=UTC), None),
        (datetime(2026, 7, 1, 4, 0, tzinfo=UTC), None),
    ],
)
def test_what_is_done_at_night_stands_out(world: World, at: datetime, night: date | None) -> None:
    done(world, world.registrar, at=at)
    found = review(world, around=at).outstanding
    expected = [] if night is None else [(StandsOut.NIGHT, night, 1)]
    assert [(each.kind, each.day, each.acts) for each in found] == expected


def test_a_night_is_one_line_also_over_midnight(world: World) -> None:
    done(world, world.registrar, at=LATE, times=3)
    done(world, world.registrar, at=LATE + timedelta(hours=4), times=2)
    assert standing_out(world) == [(StandsOut.NIGHT, "Rita Registrerer", date(2026, 12, 1), 5)]


@pytest.mark.parametrize(("times", "found"), [(59, 0), (60, 1)])
def test_opening_very_many_in_an_hour_stands_out(world: World, times: int, found: int) -> None:
    assert MANY_IN_AN_HOUR.value == 60
    hour = NOW.replace(minute=0)
    done(world, world.registrar, at=hour, times=times)
    assert [each.kind for each in review(world).outstanding] == [StandsOut.MANY] * found


def test_opening_the_same_one_again_and_again_does_not(world: World) -> None:
    done(world, world.registrar, at=NOW.replace(minute=0), times=80, subject="the same")
    assert standing_out(world) == []


def test_being_refused_many_times_in_a_row_stands_out(world: World) -> None:
    done(world, world.registrar, action="user.refused", times=4)
    done(world, world.registrar, at=NOW + timedelta(minutes=1), action="user.signed_in")
    done(world, world.registrar, at=NOW + timedelta(minutes=2), action="user.refused", times=4)
    assert standing_out(world) == []
    done(world, world.registrar, at=NOW + timedelta(minutes=3), action="user.refused")
    assert standing_out(world) == [(StandsOut.REFUSED, "Rita Registrerer", date(2026, 12, 1), 5)]
    # Of another municipality's people nothing is told.
    done(world, world.stranger, action="user.refused", times=9)
    assert len(standing_out(world)) == 1


def test_what_happens_in_another_municipality_is_not_told(world: World) -> None:
    done(world, world.registrar, unit_id=world.units["1108"][0], at=LATE, times=70)
    assert standing_out(world) == []


def seen(world: World, each: Outstanding, *, by: Actor | None = None) -> None:
    mark_seen(
        world.database,
        by=by or world.officer,
        municipality_id=world.municipalities["1103"],
        kind=each.kind,
        user_id=each.user_id,
        day=each.day,
        acts=each.acts,
        now=NOW,
    )


def test_what_somebody_has_looked_at_says_who_and_comes_last(world: World) -> None:
    done(world, world.registrar, at=LATE)
    done(world, world.colleague, at=LATE - timedelta(days=1), unit_id=world.other_unit)
    newest, older = review(world).outstanding
    seen(world, newest)
    # A second press is not a second look.
    seen(world, newest, by=world.coordinator)
    first, last = review(world).outstanding
    assert (first.user_id, first.seen) == (older.user_id, None)
    assert last.user_id == newest.user_id
    assert last.seen is not None
    assert (last.seen.by_name, last.seen.at) == ("Per Personvern", NOW)
    with world.database.read() as session:
        marks = session.scalars(
            sa.select(AccessLog.detail).where(AccessLog.action == "access_log.seen")
        ).all()
    assert marks == ["kind=night acts=1"]


def test_what_comes_to_afterwards_has_not_been_looked_at(world: World) -> None:
    done(world, world.registrar, at=LATE)
    (found,) = review(world).outstanding
    seen(world, found)
    done(world, world.registrar, at=LATE + timedelta(hours=1))
    (more,) = review(world).outstanding
    assert (more.acts, more.seen) == (2, None)
    with pytest.raises(NoLongerStandsOutError):
        seen(world, found, by=world.coordinator)


def test_only_who_may_read_the_log_marks_what_is_seen(world: World) -> None:
    done(world, world.registrar, at=LATE)
    (found,) = review(world).outstanding
    with pytest.raises(NotAllowedError):
        seen(world, found, by=world.registrar)


def test_the_acts_can_be_narrowed(world: World) -> None:
    done(world, world.registrar, times=2)
    done(world, world.colleague, unit_id=world.other_unit, times=3)
    done(world, world.colleague, unit_id=world.other_unit, action="letter.printed")
    done(world, world.registrar, at=NOW + timedelta(days=2))

    def count(**wanted: object) -> int:
        return len(review(world, wanted=LogFilter(**wanted)).lines)  # type: ignore[arg-type]

    reads = ACTS[LogKind.READ]
    assert count(actions=reads) == 6
    assert count(actions=reads, user_id=world.registrar.user_id) == 3
    assert count(organisation_id=world.other_unit, actions=reads) == 3
    assert count(actions=reads, since=NOW + timedelta(days=1)) == 1
    assert count(actions=reads, until=NOW + timedelta(days=1)) == 5
    assert count(actions=ACTS[LogKind.PRINT]) == 1


def test_the_log_is_read_page_by_page(world: World) -> None:
    done(world, world.registrar, times=PAGE + 5, subject="one")
    wanted = LogFilter(user_id=world.registrar.user_id, actions=ACTS[LogKind.READ])
    first, second = (review(world, wanted=wanted, page=page) for page in (1, 2))
    assert (len(first.lines), first.more) == (PAGE, True)
    assert (len(second.lines), second.more) == (5, False)
    assert first.lines[-1].at > second.lines[0].at


def test_who_left_and_acted_can_still_be_asked_for(world: World) -> None:
    done(world, world.stranger)
    names = [person.name for person in review(world).people]
    assert "Frode Fremmed" in names
    assert "Rita Registrerer" in names
    assert "Trine Trust" not in names


def test_every_access_to_one_registration_is_found(world: World) -> None:
    mine, other = world.start(1), world.start(2)
    open_registration(world.database, by=world.registrar, registration_id=mine, now=NOW)
    open_registration(world.database, by=world.registrar, registration_id=other, now=NOW)
    for unit_id, actor in ((world.unit, world.registrar), (world.other_unit, world.colleague)):
        list_registrations(
            world.database, by=actor, unit_id=unit_id, round_id=world.round_id, now=NOW
        )
    export_municipality(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        purpose_confirmed=True,
        form="csv",
        now=NOW,
    )
    with world.database.read() as session:
        lines = accesses_of(session, (mine,))
        both = accesses_of(session, (mine, other))
        nobody = accesses_of(session, (uuid.uuid4(),))
    assert [line.action for line in lines] == [
        "registration.started",
        "registration.read",
        "registration.listed",
        "municipality.exported",
    ]
    assert lines[2].organisation_name == "Rus- og psykisk helse 1103"
    assert len(both) == 6
    assert nobody == ()


def test_an_access_stays_known_when_the_registration_is_gone(world: World) -> None:
    mine = world.start(1)
    delete_registration(world.database, by=world.registrar, registration_id=mine, now=NOW)
    with world.database.read() as session:
        lines = accesses_of(session, (mine,))
    assert [line.action for line in lines] == ["registration.started", "registration.deleted"]


def test_a_role_taken_away_makes_the_reads_stand_out(world: World) -> None:
    done(world, world.lead)
    assert standing_out(world) == []
    remove_member(
        world.database,
        by=world.coordinator,
        user_id=world.lead.user_id,
        organisation_id=world.unit,
        role=Role.UNIT_LEAD,
        now=NOW,
    )
    assert [each.kind for each in review(world).outstanding] == [StandsOut.OUTSIDE]
