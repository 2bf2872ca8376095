"""Reminders: to the right people, in their language, about the work and nobody in it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.access.roles import Role
from brukerplan.actions.accounts import grant
from brukerplan.actions.lateness import is_late
from brukerplan.actions.reminder_sending import Reminded
from brukerplan.actions.reminding import (
    NobodyToRemindError,
    NoMailServerError,
    RemindedTodayError,
    UnitFinishedError,
    remind_late,
    remind_late_units,
    remind_unit,
)
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    NotInRoundError,
    RoundNotFoundError,
    RoundNotOpenError,
)
from brukerplan.actions.units import declare_nothing_to_report
from brukerplan.mail import MailServer
from brukerplan.persistence.queries.rounds import unit_progress
from brukerplan.persistence.tables import AccessLog, RoundMunicipality
from tests.actions.world import NOW, YEAR, World, somebody
from tests.mail.server import SENDER, PostOffice, free_port

URL = "https://brukerplan.example"
DEADLINE = date(2026, 12, 15)
BEFORE_ANYBODY_IS_LATE = datetime(2026, 11, 3, 8, tzinfo=UTC)
NEAR = datetime(2026, 12, 13, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def real_members(world: World) -> None:
    """Rita and Liv work in the first unit also in the database; nobody in the second."""
    for actor in (world.registrar, world.lead):
        for held in actor.memberships:
            grant(
                world.database,
                user_id=actor.user_id,
                organisation_id=held.organisation_id,
                role=held.role,
                now=NOW,
            )


def remind(
    world: World,
    mail: MailServer | None,
    *,
    by: Actor | None = None,
    unit_id: int | None = None,
    now: datetime = NOW,
) -> Reminded:
    return remind_unit(
        world.database,
        by=by or world.coordinator,
        mail=mail,
        public_url=URL,
        unit_id=unit_id or world.unit,
        round_id=world.round_id,
        now=now,
    )


def reminded_at(world: World, unit_id: int | None = None) -> datetime | None:
    with world.database.read() as session:
        progress = unit_progress(session, unit_id or world.unit, world.round_id)
    assert progress is not None
    return progress.reminded_at


def logged(world: World) -> list[tuple[str, str]]:
    with world.database.read() as session:
        rows = session.execute(sa.select(AccessLog.action, AccessLog.detail).order_by(AccessLog.id))
        return [(action, detail) for action, detail in rows]


def speaks(world: World, actor: Actor, language: str) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.text("UPDATE user_account SET language = :language WHERE id = :id"),
            {"language": language, "id": actor.user_id},
        )


def test_leads_and_registrars_are_each_written_to_alone(world: World) -> None:
    with PostOffice() as office:
        found = remind(world, office.mail)

    assert office.recipients == ["liv@eksempel.no", "rita@eksempel.no"]
    assert found == Reminded(world.unit, "Rus- og psykisk helse 1103", 2)
    assert reminded_at(world) == NOW
    assert logged(world)[-1] == ("unit.reminded", "recipients=2")


def test_it_says_which_unit_how_long_and_where_and_nothing_about_anybody(world: World) -> None:
    world.submit(1)
    world.start(2, label="K-17")
    with PostOffice() as office:
        remind(world, office.mail)

    text = office.text_to("rita@eksempel.no")
    assert "Rus- og psykisk helse 1103" in text
    assert "15. desember 2026" in text
    assert "14 dager igjen" in text
    assert f"{URL}/min-liste?tjeneste={world.unit}" in text
    assert "K-17" not in text
    without_what_is_said = re.sub(rf"{URL}\S*|15\. desember 2026|14 dager|1103|{YEAR}", "", text)
    assert not re.search(r"\d", without_what_is_said), "no count of persons"


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (datetime(2026, 12, 14, 12, tzinfo=UTC), "1 dag igjen"),
        (datetime(2026, 12, 14, 23, 30, tzinfo=UTC), "Fristen er i dag"),
        (datetime(2026, 12, 16, 12, tzinfo=UTC), "for 1 dag siden"),
        (datetime(2026, 12, 20, 12, tzinfo=UTC), "for 5 dager siden"),
    ],
)
def test_the_days_are_counted_as_people_in_norway_count_them(
    world: World, now: datetime, says: str
) -> None:
    with PostOffice() as office:
        remind(world, office.mail, now=now)

    assert says in office.text_to("rita@eksempel.no")


def test_each_is_written_to_in_their_own_language(world: World) -> None:
    speaks(world, world.lead, "en")
    with PostOffice() as office:
        remind(world, office.mail)

    assert "15 December 2026" in office.text_to("liv@eksempel.no")
    assert "15. desember 2026" in office.text_to("rita@eksempel.no")


def test_a_unit_is_reminded_once_a_day(world: World) -> None:
    with PostOffice() as office:
        remind(world, office.mail)
        with pytest.raises(RemindedTodayError, match="i morgen"):
            remind(world, office.mail, now=NOW + timedelta(hours=12))
        remind(world, office.mail, now=NOW + timedelta(hours=24))

    assert len(office.letters) == 4


def test_two_who_press_the_button_at_once_send_one_reminder(world: World) -> None:
    def press(mail: MailServer) -> object:
        try:
            return remind(world, mail)
        except RemindedTodayError as error:
            return error

    with PostOffice() as office, ThreadPoolExecutor(3) as pool:
        came = list(pool.map(press, [office.mail] * 3))

    assert sum(isinstance(each, Reminded) for each in came) == 1
    assert len(office.letters) == 2


def test_who_was_not_reached_is_told_and_the_others_got_theirs(world: World) -> None:
    with PostOffice(refuses=frozenset({"liv@eksempel.no"})) as office:
        found = remind(world, office.mail)

        assert (found.reached, found.not_reached) == (1, ("Liv Leder",))
        with pytest.raises(RemindedTodayError):
            remind(world, office.mail)
    assert logged(world)[-1] == ("unit.not_reached", "failed=1 recipients=2")
    assert "Liv" not in repr(found)


def test_where_nobody_was_reached_it_can_be_tried_again(world: World) -> None:
    gone = MailServer("127.0.0.1", free_port(), SENDER, tls="never")
    yesterday = NOW - timedelta(days=1)
    with PostOffice() as office:
        remind(world, office.mail, now=yesterday)

    found = remind(world, gone)

    assert found.reached == 0
    assert reminded_at(world) == yesterday, "the mark is as it was"
    assert logged(world)[-1] == ("unit.not_reached", "failed=2 recipients=2")
    with PostOffice() as office:
        assert remind(world, office.mail).reached == 2


def test_without_a_mail_server_nothing_is_marked_and_it_is_said(world: World) -> None:
    with pytest.raises(NoMailServerError, match="ikke satt opp"):
        remind(world, None)

    assert reminded_at(world) is None


def test_a_unit_without_members_cannot_be_reminded(world: World) -> None:
    with PostOffice() as office, pytest.raises(NobodyToRemindError):
        remind(world, office.mail, unit_id=world.other_unit)


def test_a_closed_account_gets_nothing(world: World) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.text("UPDATE user_account SET active = :no WHERE id = :id"),
            {"no": False, "id": world.lead.user_id},
        )
    with PostOffice() as office:
        remind(world, office.mail)

    assert office.recipients == ["rita@eksempel.no"]


def test_who_has_finished_is_left_alone(world: World) -> None:
    declare_nothing_to_report(
        world.database, by=world.lead, unit_id=world.unit, round_id=world.round_id, now=NOW
    )
    with PostOffice() as office, pytest.raises(UnitFinishedError):
        remind(world, office.mail)

    assert office.letters == []


def test_nobody_is_reminded_when_the_municipality_or_the_round_is_done(world: World) -> None:
    world.approve(["1103"], persons=1)
    with PostOffice() as office:
        with pytest.raises(MunicipalityApprovedError):
            remind(world, office.mail)
        world.freeze()
        with pytest.raises(RoundNotOpenError):
            remind(world, office.mail)

    assert office.letters == []


def test_only_who_administers_the_municipality_reminds(world: World) -> None:
    strangers = (world.registrar, world.lead, world.administrator, world.coordinates("1108"))
    with PostOffice() as office:
        for stranger in strangers:
            with pytest.raises(NotAllowedError):
                remind(world, office.mail, by=stranger)
            with pytest.raises(NotAllowedError):
                late_units(world, office.mail, by=stranger)
            with pytest.raises(NotAllowedError):
                late_units(world, office.mail, by=stranger, now=BEFORE_ANYBODY_IS_LATE)

    assert office.letters == []
    assert reminded_at(world) is None


def late_units(
    world: World, mail: MailServer | None, *, by: Actor, now: datetime = NEAR
) -> tuple[Reminded, ...]:
    return remind_late_units(
        world.database,
        by=by,
        mail=mail,
        public_url=URL,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        now=now,
    )


def test_all_who_are_late_are_reminded_in_one_go_and_the_others_not(world: World) -> None:
    lead = somebody(world.database, "Else Enhet", Role.UNIT_LEAD, world.other_unit)
    grant(
        world.database,
        user_id=lead.user_id,
        organisation_id=world.other_unit,
        role=Role.UNIT_LEAD,
        now=NOW,
    )
    world.submit(1, unit_id=world.other_unit)
    world.submit(2, unit_id=world.other_unit)
    world.start(3)
    with PostOffice() as office:
        assert late_units(world, office.mail, by=world.coordinator, now=NOW) == ()
        first = late_units(world, office.mail, by=world.coordinator)
        again = late_units(world, office.mail, by=world.coordinator)

    assert [each.unit_id for each in first] == [world.unit], "the other has all it expects"
    assert again == (), "today's are passed over"
    assert office.recipients == ["liv@eksempel.no", "rita@eksempel.no"]


def test_the_nightly_job_reminds_when_the_deadline_is_near_and_skips_the_rest(
    world: World,
) -> None:
    def nightly(mail: MailServer | None, now: datetime) -> tuple[Reminded, ...]:
        return remind_late(world.database, mail=mail, public_url=URL, year=YEAR, now=now)

    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.municipality_id == world.municipalities["1108"])
            .values(deadline=date(2027, 1, 31))
        )
    grant(
        world.database,
        user_id=world.stranger.user_id,
        organisation_id=world.units["1108"][0],
        role=Role.REGISTRAR,
        now=NOW,
    )
    with PostOffice() as office:
        assert nightly(office.mail, NEAR - timedelta(days=2)) == ()
        found = nightly(office.mail, NEAR)
        assert nightly(office.mail, NEAR) == ()

    assert [each.unit_id for each in found] == [world.unit]
    assert office.recipients == ["liv@eksempel.no", "rita@eksempel.no"]
    assert logged(world)[-1] == ("unit.reminded", "recipients=2 command_line")
    with pytest.raises(NoMailServerError):
        nightly(None, NEAR)


def test_the_nightly_job_says_when_there_is_no_such_round_or_it_is_over(world: World) -> None:
    with PostOffice() as office:
        with pytest.raises(RoundNotFoundError):
            remind_late(world.database, mail=office.mail, public_url=URL, year=2031, now=NEAR)
        world.approve(persons=1)
        world.freeze()
        with pytest.raises(RoundNotOpenError):
            remind_late(world.database, mail=office.mail, public_url=URL, year=YEAR, now=NEAR)


def test_a_unit_outside_the_round_is_not_reminded(world: World) -> None:
    with world.database.begin() as session:
        session.execute(sa.text("DELETE FROM round_unit WHERE unit_id = :id"), {"id": world.unit})
    with PostOffice() as office, pytest.raises(NotInRoundError):
        remind(world, office.mail)


# When somebody is late


def late(
    today: date, *, expected: int = 10, started: int = 5, submitted: int = 5, finished: bool = False
) -> bool:
    return is_late(
        finished=finished,
        expected=expected,
        started=started,
        submitted=submitted,
        opens_on=date(2026, 12, 1),
        deadline=DEADLINE,
        today=today,
    )


def test_after_the_deadline_everybody_who_has_not_finished_is_late() -> None:
    day_after = DEADLINE + timedelta(days=1)

    assert late(day_after, submitted=10, started=10)
    assert not late(day_after, finished=True)


def test_near_the_deadline_who_lacks_persons_is_late() -> None:
    assert late(DEADLINE - timedelta(days=3))
    assert not late(DEADLINE - timedelta(days=4))
    assert not late(DEADLINE - timedelta(days=3), submitted=10, started=10)
    assert late(DEADLINE, expected=6)
    assert not late(DEADLINE, expected=0, started=1, submitted=1)


def test_half_way_who_has_not_begun_is_late() -> None:
    assert late(date(2026, 12, 8), started=0, submitted=0)
    assert late(date(2026, 12, 8), started=0, submitted=0, expected=0)
    assert not late(date(2026, 12, 7), started=0, submitted=0)
    assert not late(date(2026, 12, 8), started=1, submitted=0)


def test_nobody_is_late_before_the_round_has_opened() -> None:
    assert not late(date(2026, 11, 30), started=0, submitted=0)


@given(
    day=st.integers(0, 30),
    expected=st.integers(0, 20),
    started=st.integers(0, 20),
    submitted=st.integers(0, 20),
)
def test_who_is_late_and_does_nothing_stays_late(
    day: int, expected: int, started: int, submitted: int
) -> None:
    today = date(2026, 11, 28) + timedelta(days=day)

    def on(moment: date, *, finished: bool = False) -> bool:
        return late(
            moment,
            expected=expected,
            started=max(started, submitted),
            submitted=submitted,
            finished=finished,
        )

    assert on(today) <= on(today + timedelta(days=1))
    assert not on(today, finished=True)
