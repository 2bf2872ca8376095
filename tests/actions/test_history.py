"""The history of a registration: by field, who and when."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.history import HistoryLine, registration_history
from brukerplan.actions.registering import (
    reopen_registration,
    save_draft,
    submit_registration,
)
from brukerplan.persistence.queries.changes import (
    answers_at,
    change_registration,
    changes_between,
    record_changes,
)
from brukerplan.persistence.tables import AccessLog, RegistrationChange
from brukerplan.persistence.tables.states import ChangeSource
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import edition
from tests.actions.world import NOW, World, complete

Q = edition("2026")


def history(world: World, registration_id: uuid.UUID) -> tuple[HistoryLine, ...]:
    return registration_history(
        world.database, by=world.registrar, registration_id=registration_id, now=NOW
    )


def save(
    world: World,
    registration_id: uuid.UUID,
    version: int,
    answers: Mapping[str, Value],
    *,
    at: datetime = NOW,
) -> None:
    save_draft(
        world.database,
        by=world.registrar,
        registration_id=registration_id,
        version=version,
        page="",
        answers=answers,
        now=at,
    )


def test_each_save_writes_exactly_the_answers_that_changed(world: World) -> None:
    started = world.start()
    save(world, started, 1, {"housing": "red", "economy": "green", "substances": frozenset()})
    later = NOW + timedelta(minutes=5)
    typed: dict[str, Value] = {"housing": "yellow", "economy": "green", "children_under_18": 2}
    save(world, started, 2, typed, at=later)
    lines = [line for line in history(world, started) if line.version == 3]
    assert {(line.variable, line.before, line.after) for line in lines} == {
        ("housing", "red", "yellow"),
        ("substances", frozenset(), None),
        ("children_under_18", None, 2),
    }
    assert {(line.user_name, line.source, line.at) for line in lines} == {
        ("Rita Registrerer", "form", later)
    }


def test_a_save_that_changes_nothing_leaves_nothing(world: World) -> None:
    started = world.start()
    save(world, started, 1, {"housing": "red"})
    before = history(world, started)
    with world.database.read() as session:
        logged = session.scalar(sa.select(sa.func.count()).select_from(AccessLog))
    save(world, started, 2, {"housing": "red"})
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AccessLog)) == logged
    assert history(world, started) == before


def test_the_life_of_a_registration_reads_from_the_newest_line_down(world: World) -> None:
    started = world.start()
    answers = complete(Q)
    submit_registration(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=1,
        page="",
        answers=answers,
        now=NOW + timedelta(minutes=1),
    )
    reopen_registration(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=2,
        now=NOW + timedelta(minutes=2),
    )
    save(world, started, 3, {**answers, "housing": "red"}, at=NOW + timedelta(minutes=3))
    lines = history(world, started)
    assert [
        (line.version, line.source)
        for line in lines
        if line.variable in (None, "housing", "gender")
    ] == [
        (4, "form"),
        (3, "registration.reopened"),
        (2, "registration.submitted"),
        (2, "form"),
        (1, "number"),
        (1, "registration.started"),
    ]
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)


def test_what_was_left_out_when_submitting_is_told(world: World) -> None:
    started = world.start()
    submit_registration(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=1,
        page="",
        answers=complete(Q, substance_problem="none") | {"lar": "in_lar"},
        now=NOW,
    )
    lines = [line for line in history(world, started) if line.variable == "lar"]
    assert [(line.source, line.before, line.after) for line in lines] == [
        ("routed", "in_lar", None),
        ("form", None, "in_lar"),
    ]


def test_every_earlier_version_can_be_told_from_the_history(world: World) -> None:
    started = world.start()
    versions: dict[int, dict[str, Value]] = {1: {"birth_year": 1960, "gender": "female"}}
    for version, colour in enumerate(("red", "yellow", "unknown"), start=2):
        versions[version] = {"housing": colour, "substances": frozenset({"ghb"})}
        save(world, started, version - 1, versions[version])
    versions[5] = {}
    save(world, started, 4, {})
    with world.database.read() as session:
        for version, answers in versions.items():
            assert answers_at(session, started, stored={}, version=version) == answers


def test_an_answer_changed_from_elsewhere_is_told_with_its_source(world: World) -> None:
    started = world.start()
    save(world, started, 1, {"housing": "red"})
    changes = changes_between({"housing": "red"}, {"housing": "green"}, ChangeSource.MERGED)
    by = world.coordinator.user_id

    def change(session: Session, colour: int) -> bool:
        return change_registration(
            session, started, version=2, user_id=by, at=NOW, values={"housing": colour}
        )

    with world.database.begin() as session:
        assert change(session, 1)
        record_changes(session, started, changes, version=3, user_id=by, at=NOW)
        # Somebody was first: nothing is written.
        assert not change(session, 2)
    newest = history(world, started)[0]
    assert (newest.source, newest.user_name, newest.before, newest.after, newest.version) == (
        "merged",
        "Kari Koordinator",
        "red",
        "green",
        3,
    )


def test_reading_the_history_is_for_the_own_unit_and_is_logged(world: World) -> None:
    started = world.start()
    for actor in (world.colleague, world.stranger, world.coordinator, world.officer):
        with pytest.raises(NotAllowedError):
            registration_history(world.database, by=actor, registration_id=started, now=NOW)
    history(world, started)
    with world.database.read() as session:
        read = session.scalars(
            sa.select(AccessLog.subject).where(AccessLog.action == "registration.history_read")
        ).all()
    assert read == [str(started)]


def test_no_answer_shows_where_a_line_is_logged_by_accident(world: World) -> None:
    started = world.start()
    save(world, started, 1, {"housing": "red"})
    assert "red" not in repr(history(world, started))


def test_the_history_is_never_about_what_no_edition_asks(world: World) -> None:
    world.submit()
    with world.database.read() as session:
        names = set(session.scalars(sa.select(RegistrationChange.variable)))
    assert names <= {variable.id for variable in Q.variables}
