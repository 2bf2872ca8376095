"""After an erasure, and after a round's purge, nothing stored is about the person any more."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.actions.erasing import erase_person
from brukerplan.actions.opting_out import opt_out
from brukerplan.actions.querying import ask
from brukerplan.actions.registering import ConflictError
from brukerplan.actions.retention import purge_due
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import Registration
from brukerplan.persistence.tables.states import QueryQuestion, RightsPurpose
from tests.actions.earlier import begin, in_year
from tests.actions.open_page import OpenPage
from tests.actions.quality_world import members
from tests.actions.world import NOW, World, build, person

LABELS = ("Kjennemerke-71", "Kjennemerke-72", "Kjennemerke-73")
BORN = 1913
# Codes and an id that leads nowhere: why it stays is told in docs/adr/0020.
KEPT = {"access_log.subject"}

Wanted = Mapping[str, object]


def traces(database: Database, wanted: Wanted) -> dict[str, set[str]]:
    """Return where each of these stands: in every column of every table there is."""
    found: dict[str, set[str]] = {name: set() for name in wanted}
    with database.connect(writes=False) as connection:
        tables = sa.MetaData()
        tables.reflect(connection)
        for table in tables.tables.values():
            for row in connection.execute(sa.select(table)).mappings():
                for column, value in row.items():
                    for name, sought in wanted.items():
                        if _stands_in(sought, value):
                            found[name].add(f"{table.name}.{column}")
    return found


def _stands_in(sought: object, value: object) -> bool:
    if isinstance(sought, int):
        return value == sought or value == str(sought)
    plain = _plain(value)
    return bool(plain) and _plain(sought) in plain


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, uuid.UUID):
        return value.hex
    # An id is written with or without its dashes.
    return value.replace("-", "").lower() if isinstance(value, str) else ""


def in_files(folder: Path, wanted: Wanted) -> set[str]:
    """Return which of these stand in the bytes of any file of the folder.

    An id is sought as the tables hold it; the access log writes it with dashes.
    """
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert files
    return {
        name
        for name, sought in wanted.items()
        if not isinstance(sought, int) and any(_as_bytes(sought) in content for content in files)
    }


def _as_bytes(sought: object) -> bytes:
    if isinstance(sought, uuid.UUID):
        return sought.hex.encode()
    return sought if isinstance(sought, bytes) else str(sought).encode()


def about(world: World) -> dict[str, object]:
    """What is only this person's: ids, pseudonyms, labels, a year of birth nobody else has."""
    with world.database.read() as session:
        rows = session.execute(
            sa.select(
                Registration.id,
                Registration.municipal_pseudonym,
                Registration.transfer_pseudonym,
                Registration.case_label,
            ).where(Registration.case_label.in_(LABELS))
        ).all()
    assert len(rows) == len(LABELS)
    wanted: dict[str, object] = {"born": BORN}
    for row in rows:
        wanted |= {f"id of {row.case_label}": row.id, f"label {row.case_label}": row.case_label}
        wanted |= {"municipal": row.municipal_pseudonym, "transfer": row.transfer_pseudonym}
    return wanted


@pytest.fixture
def world(database: Database) -> World:
    """One person in two units this year and in one last year, with all that can belong to it."""
    world = build(database)
    members(world)
    last_year = in_year(world, 2025)
    old = begin(last_year, 2025, 1, label=LABELS[0]).id
    one = world.start(1, label=LABELS[1])
    world.start(1, label=LABELS[2], unit_id=world.other_unit, also_elsewhere=True)
    first, second = (OpenPage(world, one, world.works_in(world.unit)) for _ in range(2))
    first.save(birth_year=BORN)
    with pytest.raises(ConflictError):
        second.save(birth_year=BORN, housing="red")
    ask(
        world.database,
        by=world.coordinator,
        registration_id=one,
        question=QueryQuestion.STILL_A_USER,
        now=NOW,
    )
    assert old != one
    # Somebody else, who is to be left in peace.
    world.start(2, label="En annen")
    return world


def erase(world: World, *, keep_opt_outs: bool = False) -> None:
    """Let the coordinator delete everything about the person."""
    erase_person(
        world.database,
        by=world.coordinator,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        number=person(1),
        purpose=RightsPurpose.PERSON_ASKED,
        keep_opt_outs=keep_opt_outs,
        now=NOW,
    )


def left(world: World) -> set[str]:
    """Labels that are still there."""
    with world.database.read() as session:
        return set(session.scalars(sa.select(Registration.case_label)))


def test_after_an_erasure_nothing_in_any_table_or_file_is_about_the_person(
    world: World, tmp_path: Path
) -> None:
    wanted = about(world)
    before = traces(world.database, wanted)
    # The control: every one of them is found before, and where it is to be expected.
    assert all(before.values())
    assert "registration.birth_year" in before["born"]
    assert "registration_change.after" in before["born"]
    assert "conflict_answer.value" in before["born"]
    sqlite = world.database.dialect == "sqlite"
    if sqlite:
        assert in_files(tmp_path, wanted) == wanted.keys() - {"born"}

    erase(world)

    after = traces(world.database, wanted)
    assert set().union(*after.values()) <= KEPT
    assert left(world) == {"En annen"}
    if sqlite:
        assert in_files(tmp_path, wanted) == set()


def test_a_no_that_is_kept_leaves_the_one_pseudonym_that_it_is(world: World) -> None:
    wanted = about(world)
    opt_out(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        number=person(1),
        now=NOW,
    )

    erase(world, keep_opt_outs=True)
    assert traces(world.database, wanted)["municipal"] == {"opt_out.municipal_pseudonym"}

    erase(world)
    assert traces(world.database, wanted)["municipal"] == set()


def test_after_a_rounds_purge_nothing_of_it_is_left_but_the_frozen_answers(
    database: Database, tmp_path: Path
) -> None:
    world = build(database)
    world.approve(["1103"])
    with database.read() as session:
        rows = session.execute(
            sa.select(Registration.id, Registration.municipal_pseudonym, Registration.case_label)
        ).all()
    assert rows
    wanted: dict[str, object] = {"label": rows[0].case_label}
    for row in rows:
        wanted |= {f"id {row.id}": row.id, f"known as {row.id}": row.municipal_pseudonym}
    world.freeze()
    assert all(traces(database, wanted).values())
    if database.dialect == "sqlite":
        assert in_files(tmp_path, wanted) == wanted.keys()

    assert purge_due(database, now=NOW + timedelta(days=364)) == ()
    assert all(traces(database, wanted).values())
    (purged,) = purge_due(database, now=NOW + timedelta(days=366))

    assert purged.registrations == len(rows)
    after = traces(database, wanted)
    assert set().union(*after.values()) <= KEPT
    if database.dialect == "sqlite":
        assert in_files(tmp_path, wanted) == set()
    assert purge_due(database, now=NOW + timedelta(days=367)) == ()
