"""The coordinator takes out the municipality's own registrations."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.actions.exporting import Archive, PurposeNotConfirmedError, export_municipality
from brukerplan.files import archive_csv
from brukerplan.persistence.tables import AccessLog, Registration
from brukerplan.questionnaire.registry import edition
from brukerplan.translation import translator
from tests.actions.world import NOW, World


def export(world: World, *, by: Actor | None = None, confirmed: bool = True) -> Archive:
    return export_municipality(
        world.database,
        by=by or world.coordinator,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        purpose_confirmed=confirmed,
        form="csv",
        now=NOW,
    )


def exports(world: World) -> list[str]:
    with world.database.read() as session:
        return list(
            session.scalars(
                sa.select(AccessLog.detail).where(AccessLog.action == "municipality.exported")
            )
        )


def test_the_municipality_gets_all_its_own_and_nobody_elses(world: World) -> None:
    world.submit(1)
    world.start(2, label="K-2", unit_id=world.other_unit)
    world.submit(3, unit_id=world.units["1108"][0])

    taken = export(world)

    assert [(each.case_label, each.state) for each in taken.rows] == [
        ("K-2", "draft"),
        ("S-1", "submitted"),
    ]
    assert taken.rows[1].answers["housing"] == "unknown"


def test_taking_out_is_logged_with_how_many(world: World) -> None:
    world.submit(1)
    world.start(2)

    export(world)

    assert exports(world) == ["year=2026 registrations=2 form=csv purpose=archive"]


def test_without_a_purpose_nothing_is_taken_out(world: World) -> None:
    with pytest.raises(PurposeNotConfirmedError):
        export(world, confirmed=False)

    assert exports(world) == []


def test_only_the_municipalitys_own_coordinator_takes_out(world: World) -> None:
    others = (
        world.registrar,
        world.lead,
        world.officer,
        world.administrator,
        world.coordinates("1108"),
    )
    for somebody in others:
        with pytest.raises(NotAllowedError):
            export(world, by=somebody)


def test_no_pseudonym_is_in_the_file(world: World) -> None:
    world.submit(1)
    with world.database.read() as session:
        stored = session.scalars(sa.select(Registration)).one()
    taken = export(world)
    content = archive_csv(taken.rows, edition(taken.edition), translator("nb"), year=taken.year)

    assert stored.municipal_pseudonym is not None
    assert stored.transfer_pseudonym is not None
    for pseudonym in (stored.municipal_pseudonym, stored.transfer_pseudonym, stored.id.bytes):
        assert pseudonym not in content
        assert pseudonym.hex().encode() not in content
    assert str(stored.id).encode() not in content
