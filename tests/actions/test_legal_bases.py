"""A unit registers nobody without something in law to rest it on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, Membership, NotAllowedError
from brukerplan.access.roles import Role
from brukerplan.access.services import LEGAL_GROUNDS, SERVICE_KINDS
from brukerplan.actions.checklist import BASES
from brukerplan.actions.legal_bases import (
    BasisDatesError,
    BasisReferenceError,
    LegalBasisMissingError,
    NothingToWithdrawError,
    UnknownGroundError,
    change_service,
    record_basis,
    withdraw_basis,
)
from brukerplan.actions.municipality import missing_for_approval
from brukerplan.actions.registering import (
    delete_registration,
    reopen_registration,
    save_draft,
    submit_registration,
)
from brukerplan.actions.unit_admin import create_unit
from brukerplan.persistence.queries.legal_bases import (
    bases_of_municipality,
    has_basis,
    units_without_basis,
)
from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.tables import AccessLog, FrozenRegistration, RegistrationConflict
from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.world import NOW, YEAR, World, complete

NUMBER_LIKE = ("01417012345", "014170 12345", "0141.7012345", "2026/01417012345")


def withdraw(world: World) -> None:
    """Let the officer withdraw what the registrar's unit rests on."""
    withdraw_basis(world.database, by=world.officer, unit_id=world.unit, now=NOW)


def record(world: World, unit_id: int = 0, **changed: object) -> None:
    """Let the officer record what a unit rests on."""
    given = {
        "ground": "social_services_12",
        "reference": "2026/1234",
        "first_day": date(2026, 12, 1),
        "last_day": None,
        "by": world.officer,
        "now": NOW,
        **changed,
    }
    record_basis(world.database, unit_id=unit_id or world.unit, **given)  # type: ignore[arg-type]


def new_unit(world: World, service: str) -> int:
    """A new unit of a kind of service, in the round."""
    return create_unit(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities["1103"],
        name="Den nye",
        service=service,
        round_id=world.round_id,
        now=NOW,
    )


@pytest.mark.parametrize("service", SERVICE_KINDS)
def test_nav_child_welfare_and_what_is_unknown_are_off_until_the_officer_says(
    world: World, service: str
) -> None:
    unit_id = new_unit(world, service)
    if SERVICE_KINDS[service].default_ground is not None:
        world.start(unit_id=unit_id)
        return
    assert service in {"nav", "child_welfare", "other"}
    with pytest.raises(LegalBasisMissingError):
        world.start(unit_id=unit_id)
    record(world, unit_id)
    world.start(unit_id=unit_id)


def test_without_a_basis_nothing_is_started_saved_submitted_or_kept(world: World) -> None:
    draft, submitted = world.start(1), world.submit(2)
    withdraw(world)
    answers = complete(edition_for_year(YEAR), housing="red")
    by, database = world.works_in(world.unit), world.database

    def version() -> int:
        with database.read() as session:
            found = registration(session, draft)
        assert found is not None
        return found.version

    with database.read() as session:
        seen = registration(session, draft)
    with pytest.raises(LegalBasisMissingError):
        world.start(3)
    for at, known in ((1, None), (1, seen), (7, None)):
        # Of version 7: somebody else has written, so that both would be kept.
        with pytest.raises(LegalBasisMissingError):
            save_draft(
                database,
                by=by,
                registration_id=draft,
                version=at,
                page="",
                answers=answers,
                seen=known,
                now=NOW,
            )
    with pytest.raises(LegalBasisMissingError):
        submit_registration(
            database, by=by, registration_id=draft, version=1, page="", answers=answers, now=NOW
        )
    assert version() == 1
    with database.read() as session:
        assert not session.scalars(sa.select(RegistrationConflict.id)).all()

    # The way out: opened again, and deleted.
    reopen_registration(database, by=by, registration_id=submitted, version=2, now=NOW)
    for each in (draft, submitted):
        delete_registration(database, by=by, registration_id=each, now=NOW)


def test_what_was_withdrawn_is_no_longer_counted_by_the_freeze(world: World) -> None:
    world.approve(["1103"], persons=2)
    withdraw(world)
    world.freeze()

    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FrozenRegistration)) == 2


def test_with_a_basis_in_both_units_all_four_are_counted(world: World) -> None:
    world.approve(["1103"], persons=2)
    world.freeze()

    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FrozenRegistration)) == 4


def test_the_coordinators_checklist_says_what_has_nothing_to_rest_on(world: World) -> None:
    world.submit(1)
    municipality_id = world.municipalities["1103"]

    def missing() -> dict[str, int]:
        with world.database.read() as session:
            found = missing_for_approval(session, municipality_id, world.round_id, now=NOW)
        return {each.kind: each.count for each in found}

    assert BASES not in missing()
    withdraw(world)
    assert missing()[BASES] == 1
    with world.database.read() as session:
        assert units_without_basis(session, municipality_id, NOW) == {world.unit}


def test_a_new_basis_takes_the_place_of_the_old_and_both_days_count(world: World) -> None:
    record(world, last_day=date(2026, 12, 15))

    with world.database.read() as session:
        units = bases_of_municipality(session, world.municipalities["1103"])
        (basis,) = next(unit.bases for unit in units if unit.unit_id == world.unit)
        assert (basis.ground, basis.recorded_by) == ("social_services_12", "Per Personvern")
        # Norwegian days: the first begins at eleven in the evening in UTC.
        first, after = NOW.replace(day=1, hour=0, minute=0), NOW.replace(day=15, hour=23, minute=0)
        first -= timedelta(hours=1)
        assert not has_basis(session, world.unit, first - timedelta(seconds=1))
        assert has_basis(session, world.unit, first)
        assert has_basis(session, world.unit, after - timedelta(seconds=1))
        assert not has_basis(session, world.unit, after)


@pytest.mark.parametrize("reference", ["", " ", "x" * 31, "et notat <b>", *NUMBER_LIKE])
def test_the_reference_is_the_decisions_and_never_a_persons(world: World, reference: str) -> None:
    with pytest.raises(BasisReferenceError):
        record(world, reference=reference)


def test_a_basis_is_one_of_the_list_in_force_and_ends_after_it_begins(world: World) -> None:
    with pytest.raises(UnknownGroundError):
        record(world, ground="because")
    ground = LEGAL_GROUNDS["child_welfare_15_1"]
    with pytest.raises(UnknownGroundError):
        record(world, ground=ground.id, first_day=ground.in_force - timedelta(1))
    with pytest.raises(BasisDatesError):
        record(world, last_day=date(2026, 11, 30))


def test_only_the_municipalitys_own_officer_records_and_withdraws(world: World) -> None:
    role = Membership(Role.DATA_PROTECTION_OFFICER, world.municipalities["1108"])
    another = Actor(world.officer.user_id, "Per Personvern", frozenset({role}))
    for by in (world.coordinator, world.lead, world.administrator, another):
        with pytest.raises(NotAllowedError):
            record(world, by=by)
        with pytest.raises(NotAllowedError):
            withdraw_basis(world.database, by=by, unit_id=world.unit, now=NOW)


def test_withdrawing_is_logged_and_twice_is_said(world: World) -> None:
    withdraw(world)
    with pytest.raises(NothingToWithdrawError):
        withdraw(world)
    with world.database.read() as session:
        rows = session.scalars(
            sa.select(AccessLog.user_id).where(AccessLog.action == "legal_basis.withdrawn")
        ).all()
    assert rows == [world.officer.user_id]


def test_a_unit_that_becomes_navs_loses_what_it_rested_on_as_health_service(world: World) -> None:
    change_service(world.database, by=world.coordinator, unit_id=world.unit, kind="nav", now=NOW)

    with pytest.raises(LegalBasisMissingError):
        world.start(1)

    # And to be called so again does not take away what the officer has recorded.
    record(world)
    change_service(world.database, by=world.coordinator, unit_id=world.unit, kind="nav", now=NOW)
    world.start(1)
