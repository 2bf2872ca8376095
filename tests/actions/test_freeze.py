from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.freeze import DuplicatesRemainError, NothingApprovedError, freeze_round
from brukerplan.actions.municipality import approve_municipality
from brukerplan.actions.scope import RoundNotOpenError
from brukerplan.actions.units import submit_unit
from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.answers import decode
from brukerplan.persistence.frames import RoundNotFrozenError, load_frame
from brukerplan.persistence.tables import (
    FROZEN_REGISTRATION,
    REGISTRATION,
    PseudonymKey,
    Registration,
)
from brukerplan.questionnaire.registry import edition
from brukerplan.statistics.frames import require_complete
from tests.actions.world import NOW, World

IDENTIFIED = ("municipal_pseudonym", "transfer_pseudonym", "id", "case_label", "created_at")


def test_only_approved_municipalities_submitted_registrations_pass(world: World) -> None:
    world.approve(["1103", "1108"])
    world.submit(4_000, unit_id=world.units["1144"][0])
    frozen = freeze_round(
        world.database,
        by=world.administrator,
        keys=world.keys.for_the_freeze(),
        round_id=world.round_id,
        now=NOW,
    )
    assert (frozen.municipalities, frozen.registrations) == (2, 8)
    assert "Kommune 1144" in frozen.left_out
    with world.database.read() as session:
        codes = session.scalars(sa.select(FROZEN_REGISTRATION.c.municipality_code)).all()
    assert sorted(set(codes)) == ["1103", "1108"]
    assert len(codes) == 8


def test_a_registration_without_a_letter_does_not_count(world: World) -> None:
    world.submit(1)
    world.submit(2, informed=False)
    world.submit(3, unit_id=world.other_unit, informed=False)
    for unit_id in world.units["1103"]:
        submit_unit(
            world.database,
            by=world.works_in(unit_id),
            unit_id=unit_id,
            round_id=world.round_id,
            now=NOW,
        )
    approve_municipality(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        leave_out_uninformed=True,
        seen=True,
        now=NOW,
    )
    frozen = freeze_round(
        world.database,
        by=world.administrator,
        keys=world.keys.for_the_freeze(),
        round_id=world.round_id,
        now=NOW,
    )
    assert frozen.registrations == 1
    with world.database.read() as session:
        left = session.scalars(sa.select(Registration.transfer_pseudonym)).all()
    assert left == [None, None, None]


def test_nobody_is_frozen_twice(world: World) -> None:
    world.approve(["1103"])
    world.approve(["1108"])
    with world.database.begin() as session:
        # No use case leads here: what approval refused has come about all the same.
        rows = session.execute(
            sa.select(Registration.id, Registration.unit_id, Registration.municipal_pseudonym)
            .where(Registration.municipality_id == world.municipalities["1103"])
            .order_by(Registration.unit_id)
        ).all()
        session.execute(
            sa.update(Registration)
            .where(Registration.id == rows[-1].id)
            .values(municipal_pseudonym=rows[0].municipal_pseudonym)
        )
    with pytest.raises(DuplicatesRemainError, match=r"to ganger i Kommune 1103\. "):
        world.freeze()
    with world.database.begin() as session:
        session.execute(
            sa.update(Registration)
            .where(Registration.id == rows[-1].id)
            .values(municipal_pseudonym=rows[-1].municipal_pseudonym)
        )
    world.freeze()


def test_the_transfer_pseudonym_is_gone_from_every_registration_of_the_round(
    world: World,
) -> None:
    world.approve(["1103"])
    world.start(4_000, unit_id=world.units["1144"][0])
    with world.database.read() as session:
        before = session.scalars(sa.select(Registration.transfer_pseudonym)).all()
    assert all(before)
    world.freeze()
    with world.database.read() as session:
        after = session.execute(
            sa.select(Registration.transfer_pseudonym, Registration.transfer_key_id)
        ).all()
    assert {tuple(row) for row in after} == {(None, None)}


def test_nothing_frozen_is_found_on_the_identified_side_and_the_other_way(world: World) -> None:
    world.approve(["1103"])
    with world.database.read() as session:
        identified = session.execute(
            sa.select(*(REGISTRATION.c[name] for name in IDENTIFIED))
        ).all()
    world.freeze()
    with world.database.read() as session:
        frozen = session.execute(sa.select(FROZEN_REGISTRATION)).all()
    known = {value for row in identified for value in row}
    passed = {value for row in frozen for value in row if value is not None and value != 1}
    assert not {value for value in known & passed if not isinstance(value, int | bool)}


def test_a_person_mapped_in_two_municipalities_is_one_person_in_the_frame(world: World) -> None:
    for code in ("1103", "1108"):
        for unit_id in world.units[code]:
            world.submit(unit_id, unit_id=unit_id)
        world.submit(77, unit_id=world.units[code][0])
    world.approve(["1103", "1108"], persons=0)
    world.freeze()
    with world.database.read() as session:
        frame = load_frame(session, 2026)
    people = frame.data["person"].tolist()
    assert (len(people), len(set(people))) == (6, 5)


def test_the_order_of_frozen_rows_does_not_follow_the_order_of_registration(
    world: World,
) -> None:
    unit_id = world.unit
    for serial in range(14):
        world.submit(serial, unit_id=unit_id, birth_year=1960 + serial)
    world.approve(["1103"], persons=0)
    world.freeze()
    with world.database.read() as session:
        # SQLite's own row numbers; PostgreSQL's place in the file.
        hidden = "rowid" if world.database.dialect == "sqlite" else "ctid"
        years = session.scalars(
            sa.select(FROZEN_REGISTRATION.c.birth_year).order_by(sa.text(hidden))
        ).all()
    # One chance in 87 billion of being in order all the same.
    assert sorted(years) == list(range(1960, 1974))
    assert list(years) != sorted(years)


def test_a_frozen_round_is_closed_for_ever(world: World) -> None:
    world.approve(["1103"])
    world.freeze()
    with pytest.raises(RoundNotOpenError):
        world.freeze()
    with pytest.raises(RoundNotOpenError):
        world.start(4_001, unit_id=world.units["1144"][0])


def test_a_round_without_approval_is_not_frozen(world: World) -> None:
    with pytest.raises(NothingApprovedError):
        world.freeze()


def test_only_the_trust_freezes(world: World) -> None:
    world.approve(["1103"])
    with pytest.raises(NotAllowedError):
        freeze_round(
            world.database,
            by=world.coordinator,
            keys=world.keys.for_the_freeze(),
            round_id=world.round_id,
            now=NOW,
        )


def test_the_trust_key_is_made_by_the_freeze_and_not_before(world: World) -> None:
    def purposes() -> set[str]:
        with world.database.read() as session:
            return set(session.scalars(sa.select(PseudonymKey.purpose)))

    world.approve(["1103"])
    assert purposes() == {Purpose.MUNICIPALITY, Purpose.TRANSFER}
    world.freeze()
    assert purposes() == set(Purpose) - {Purpose.EXTRACT}


@pytest.mark.parametrize("statement", ["UPDATE", "DELETE"])
def test_the_database_refuses_to_change_a_frozen_registration(world: World, statement: str) -> None:
    world.approve(["1103"])
    world.freeze()
    change = (
        sa.update(FROZEN_REGISTRATION).values(gender=1)
        if statement == "UPDATE"
        else sa.delete(FROZEN_REGISTRATION)
    )
    with (
        pytest.raises(IntegrityError, match="does not change"),
        # The owner's: the application has no right to try.
        world.database.connect() as connection,
    ):
        connection.execute(change)


def test_the_frame_holds_what_was_answered(world: World) -> None:
    world.submit(1, substances=frozenset({"alcohol", "ghb"}), housing="red")
    world.approve(["1103"], persons=1)
    world.freeze()
    with world.database.read() as session:
        frame = load_frame(session, 2026)
        rows = session.execute(sa.select(FROZEN_REGISTRATION)).mappings().all()
    q = edition("2026")
    require_complete(frame, q)
    stored = [decode(dict(row)) for row in rows]
    assert sorted(frame.column("housing").tolist()) == sorted(
        q.variable("housing").code(str(answers["housing"])).number for answers in stored
    )
    assert int(frame.column("substances__ghb").sum()) == 1
    assert set(frame.column("born_abroad").tolist()) == {-1}


def test_an_open_round_has_no_frame(world: World) -> None:
    with world.database.read() as session, pytest.raises(RoundNotFrozenError):
        load_frame(session, 2026)
