"""A person says that something is wrong: the units are asked, within the round's rules."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.correcting import CorrectionAsked, ask_for_correction
from brukerplan.actions.scope import MunicipalityApprovedError
from brukerplan.actions.units import submit_unit
from brukerplan.persistence.queries.asked import queries_of
from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.queries.rounds import unit_progress
from brukerplan.persistence.tables import AccessLog
from brukerplan.persistence.tables.states import RightsPurpose
from tests.actions.quality_world import members
from tests.actions.world import NOW, World, person


def asked(world: World, serial: int = 1, variable: str | None = None) -> CorrectionAsked:
    """Ask for a correction on the person's word."""
    return ask_for_correction(
        world.database,
        by=world.coordinator,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        number=person(serial),
        purpose=RightsPurpose.PERSON_ASKED,
        variable=variable,
        now=NOW,
    )


def test_a_submitted_registration_is_opened_again_with_its_unit_and_the_question_put(
    world: World,
) -> None:
    members(world)
    submitted = world.submit(1)
    submit_unit(world.database, by=world.lead, unit_id=world.unit, round_id=world.round_id, now=NOW)

    assert asked(world, variable="housing") == CorrectionAsked(("Rus- og psykisk helse 1103",), ())

    with world.database.read() as session:
        found = registration(session, submitted)
        unit = unit_progress(session, world.unit, world.round_id)
        (query,) = queries_of(session, submitted)
        reopened = session.scalars(
            sa.select(AccessLog.detail).where(AccessLog.action == "registration.reopened")
        ).all()
    assert found is not None
    assert unit is not None
    assert (found.state, unit.state, unit.reopened_reason) == ("draft", "open", "answer_wrong")
    assert (query.question, query.variable) == ("is_the_answer_right", "housing")
    assert reopened == ["version=3 reason=correction_asked"]


def test_asked_twice_the_unit_has_one_question(world: World) -> None:
    members(world)
    draft = world.start(1)

    asked(world)
    asked(world)

    with world.database.read() as session:
        assert len(queries_of(session, draft)) == 1


def test_an_approved_municipality_is_opened_again_first(world: World) -> None:
    world.approve(["1103"], persons=1)

    with pytest.raises(MunicipalityApprovedError):
        asked(world, 1_000)


def test_after_the_freeze_nothing_is_changed_and_the_year_is_told(world: World) -> None:
    world.approve(["1103"], persons=1)
    world.freeze()

    assert asked(world, 1_000) == CorrectionAsked((), (2026,))


def test_nobody_is_found_where_nothing_is_stored(world: World) -> None:
    world.start(2)

    assert asked(world) == CorrectionAsked((), ())


def test_only_the_municipalitys_own_coordinator_asks(world: World) -> None:
    world.start(1)
    for by in (world.lead, world.officer, world.coordinates("1108")):
        with pytest.raises(NotAllowedError):
            ask_for_correction(
                world.database,
                by=by,
                keys=world.keys,
                municipality_id=world.municipalities["1103"],
                number=person(1),
                purpose=RightsPurpose.PERSON_ASKED,
                variable=None,
                now=NOW,
            )
