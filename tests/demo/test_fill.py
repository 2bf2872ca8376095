"""The demonstration fills a database the way eleven years of mapping would have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from brukerplan.access.roles import Role
from brukerplan.actions.accounts import create_user
from brukerplan.actions.keys import Keys
from brukerplan.actions.sign_in import sign_in
from brukerplan.demo.accounts import DEMO_ACCOUNTS
from brukerplan.demo.fill import (
    AlreadyFilledError,
    InterruptedFillError,
    NegativeSeedError,
    RealRoundsError,
    fill,
)
from brukerplan.demo.population import (
    Population,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import (
    FROZEN_REGISTRATION,
    REGISTRATION,
    AccessLog,
    MappingRound,
    Organisation,
    Release,
    RoundUnit,
    UserAccount,
)
from brukerplan.translation import translator
from tests.demo.conftest import MASTER
from tests.log_key import LOG_KEY

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def demo(filled: Path) -> Iterator[Database]:
    """The filled file, opened."""
    database = Database(f"sqlite:///{filled}", log_key=LOG_KEY)
    yield database
    database.dispose()


def counts(database: Database, query: sa.Select[int, int]) -> dict[int, int]:
    with database.read() as session:
        return {int(row[0]): int(row[1]) for row in session.execute(query)}


def test_rounds_are_released_and_the_last_is_open(demo: Database) -> None:
    with demo.read() as session:
        states = {
            row.year: row.state
            for row in session.execute(sa.select(MappingRound.year, MappingRound.state))
        }
    assert states == {2015: "released", 2016: "released", 2017: "open"}


def test_every_released_round_has_one_published_release(demo: Database) -> None:
    with demo.read() as session:
        found = session.execute(sa.select(Release.year, Release.state).order_by(Release.year)).all()
    assert [tuple(row) for row in found] == [(2015, "published"), (2016, "published")]


def test_everyone_mapped_in_a_closed_round_is_frozen(demo: Database, short: Population) -> None:
    frozen = counts(
        demo,
        sa.select(MappingRound.year, sa.func.count())
        .join(FROZEN_REGISTRATION, FROZEN_REGISTRATION.c.round_id == MappingRound.id)
        .group_by(MappingRound.year),
    )
    assert frozen == {year: len(short.years[year]) for year in (2015, 2016)}


def test_identified_registrations_are_kept_of_the_last_closed_round_and_the_open_one(
    demo: Database, short: Population
) -> None:
    kept = counts(
        demo,
        sa.select(MappingRound.year, sa.func.count())
        .join(REGISTRATION, REGISTRATION.c.round_id == MappingRound.id)
        .group_by(MappingRound.year),
    )
    assert set(kept) == {2016, 2017}
    assert kept[2016] == len(short.years[2016])
    assert kept[2017] < len(short.years[2017])


def test_nothing_kept_of_a_closed_round_can_be_followed_across_municipalities(
    demo: Database,
) -> None:
    with demo.read() as session:
        left = session.scalar(
            sa.select(sa.func.count())
            .select_from(REGISTRATION)
            .join(MappingRound, MappingRound.id == REGISTRATION.c.round_id)
            .where(MappingRound.year < 2017, REGISTRATION.c.transfer_pseudonym.is_not(None))
        )
    assert left == 0


def test_a_person_who_is_mapped_again_has_the_same_trust_pseudonym(
    demo: Database, short: Population
) -> None:
    years: dict[int, set[bytes]] = {}
    with demo.read() as session:
        for year, pseudonym in session.execute(
            sa.select(MappingRound.year, FROZEN_REGISTRATION.c.trust_pseudonym).join(
                FROZEN_REGISTRATION, FROZEN_REGISTRATION.c.round_id == MappingRound.id
            )
        ):
            years.setdefault(year, set()).add(pseudonym)
    again = np.isin(short.years[2015].person, short.years[2016].person).sum()
    assert len(years[2015] & years[2016]) == again


def test_what_was_answered_is_what_is_frozen(demo: Database, short: Population) -> None:
    mapped = short.years[2015]
    frozen = counts(
        demo,
        sa.select(FROZEN_REGISTRATION.c.work_activity, sa.func.count())
        .join(MappingRound, MappingRound.id == FROZEN_REGISTRATION.c.round_id)
        .where(MappingRound.year == 2015)
        .group_by(FROZEN_REGISTRATION.c.work_activity),
    )
    codes, sizes = np.unique(mapped.answers["work_activity"], return_counts=True)
    assert frozen == dict(zip(codes.tolist(), sizes.tolist(), strict=True))


def test_the_registrars_unit_has_drafts_submitted_and_some_not_begun(demo: Database) -> None:
    with demo.read() as session:
        unit = session.execute(
            sa.select(RoundUnit.unit_id, RoundUnit.round_id, RoundUnit.expected, RoundUnit.state)
            .join(MappingRound, MappingRound.id == RoundUnit.round_id)
            .join(Organisation, Organisation.id == RoundUnit.unit_id)
            .where(
                MappingRound.year == 2017,
                Organisation.code == "follow_up_team",
                Organisation.name.endswith("Stavanger"),
            )
        ).one()
        states = session.execute(
            sa.select(REGISTRATION.c.state, sa.func.count())
            .where(REGISTRATION.c.unit_id == unit.unit_id, REGISTRATION.c.round_id == unit.round_id)
            .group_by(REGISTRATION.c.state)
        )
        begun: dict[str, int] = dict(iter(states))
    assert unit.state == "open"
    assert begun == {"draft": 6, "submitted": 26}
    assert unit.expected == 40


def test_a_draft_has_answered_less_than_it_was_asked(demo: Database) -> None:
    with demo.read() as session:
        drafts = session.execute(
            sa.select(REGISTRATION.c.answered, REGISTRATION.c.asked).where(
                REGISTRATION.c.state == "draft"
            )
        ).all()
    assert drafts
    assert all(0 < answered < asked for answered, asked in drafts)


def test_a_submitted_unit_has_no_drafts(demo: Database) -> None:
    with demo.read() as session:
        left = session.scalar(
            sa.select(sa.func.count())
            .select_from(REGISTRATION)
            .join(
                RoundUnit,
                sa.and_(
                    RoundUnit.unit_id == REGISTRATION.c.unit_id,
                    RoundUnit.round_id == REGISTRATION.c.round_id,
                ),
            )
            .where(RoundUnit.state == "submitted", REGISTRATION.c.state == "draft")
        )
    assert left == 0


def test_the_demo_accounts_can_sign_in_and_the_hand_that_filled_cannot(demo: Database) -> None:
    account = DEMO_ACCOUNTS[0]
    signed_in = sign_in(demo, email=account.email, password=account.password, now=NOW)
    assert {membership.role for membership in signed_in.memberships} == {Role.REGISTRAR}
    with demo.read() as session:
        inactive = session.scalars(sa.select(UserAccount.name).where(~UserAccount.active)).all()
    assert inactive == ["Demooppsett"]


def test_the_sign_in_page_has_every_role_to_offer() -> None:
    offered = {role for account in DEMO_ACCOUNTS for role, _ in account.roles}
    assert offered == set(Role)
    assert len({account.email for account in DEMO_ACCOUNTS}) == len(DEMO_ACCOUNTS)
    assert all(account.email.endswith(".example") for account in DEMO_ACCOUNTS)


def test_case_labels_are_invented_and_short(demo: Database) -> None:
    with demo.read() as session:
        labels = session.scalars(sa.select(REGISTRATION.c.case_label)).all()
    assert all(re.fullmatch(r"[A-Z]-\d{4}", label) for label in labels)


def test_the_deletion_of_identified_registrations_is_logged(demo: Database) -> None:
    with demo.read() as session:
        purges = session.scalars(
            sa.select(AccessLog.action).where(AccessLog.action == "registration.purged")
        ).all()
    assert len(purges) == 1


def test_a_database_with_something_in_it_is_refused_until_replacing_is_asked_for(
    database: Database,
) -> None:
    keys = Keys(database, MASTER)
    one_year = range(2015, 2016)
    fill(database, keys, area="stavanger", seed=1, years=one_year)
    with pytest.raises(AlreadyFilledError) as refused:
        fill(database, keys, area="stavanger", seed=1, years=one_year)
    assert "--replace" in refused.value.text(translator("nb"))
    told: list[str] = []
    fill(
        database, keys, area="stavanger", seed=2, years=one_year, replace=True, progress=told.append
    )
    with database.read() as session:
        rounds = session.scalars(sa.select(MappingRound.year)).all()
    assert rounds == [2015]
    assert told[-1].startswith("2015: open")


def test_rounds_that_are_not_synthetic_are_never_replaced_by_a_demo(database: Database) -> None:
    keys = Keys(database, MASTER)
    one_year = range(2015, 2016)
    fill(database, keys, seed=1, years=one_year)
    with database.begin() as session:
        session.execute(sa.update(MappingRound).values(synthetic=False))
    with pytest.raises(RealRoundsError):
        fill(database, keys, seed=1, years=one_year, replace=True)
    with database.read() as session:
        assert session.scalars(sa.select(MappingRound.year)).all() == [2015]


def test_a_year_goes_from_opening_to_publication_on_either_engine(database: Database) -> None:
    fill(database, Keys(database, MASTER), seed=1, years=range(2015, 2017))
    with database.read() as session:
        states = session.scalars(sa.select(MappingRound.state).order_by(MappingRound.year)).all()
        frozen = session.scalar(sa.select(sa.func.count()).select_from(FROZEN_REGISTRATION))
    assert states == ["released", "open"]
    assert frozen == 5248


class StoppedError(Exception):
    """Somebody pressed Ctrl+C."""


def test_a_fill_that_was_stopped_is_not_taken_for_a_filled_database(database: Database) -> None:
    def stop(line: str) -> None:
        if "units" in line:
            raise StoppedError

    keys = Keys(database, MASTER)
    with pytest.raises(StoppedError):
        fill(database, keys, seed=1, years=range(2015, 2016), progress=stop)
    with pytest.raises(InterruptedFillError):
        fill(database, keys, seed=1, years=range(2015, 2016))


def test_a_database_in_use_is_refused_as_filled_not_as_interrupted(database: Database) -> None:
    create_user(database, email="a@kommune.example", name="A", password="lenger enn ti", now=NOW)
    with pytest.raises(AlreadyFilledError):
        fill(database, Keys(database, MASTER), seed=1)


def test_a_negative_seed_is_refused_before_anything_is_written(database: Database) -> None:
    with pytest.raises(NegativeSeedError):
        fill(database, Keys(database, MASTER), seed=-1)
    with database.read() as session:
        assert session.scalars(sa.select(UserAccount.id)).all() == []
