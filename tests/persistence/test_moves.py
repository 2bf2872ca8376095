"""Illegal moves of a round, a municipality, a unit and a registration are refused by the
database itself: every pair of states, with the legal ones as positive control.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import (
    FROZEN_REGISTRATION,
    REGISTRATION,
    Extract,
    ExtractVariable,
    ExtractYear,
    LegalBasis,
    MappingRound,
    Organisation,
    PseudonymKey,
    Registration,
    RoundMunicipality,
    RoundUnit,
    UserAccount,
)
from brukerplan.persistence.tables.moves import REFUSALS, Refusal
from brukerplan.persistence.tables.states import (
    CHANGEABLE,
    ROUND_MOVES,
    TAKES_NEW,
    ExtractState,
    MunicipalityState,
    RoundState,
    UnitState,
)

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
ROUND, MUNICIPALITY, UNIT, OTHER_UNIT = 1, 4, 5, 6
CLOSED = (UnitState.SUBMITTED, UnitState.NOTHING_TO_REPORT)
SUBMITTED: dict[str, Any] = {
    "state": "submitted",
    "submitted_at": NOW,
    "birth_year": 1980,
    "gender": 1,
    "substance_problem": 2,
    "mental_problem": 0,
}
# How a round may be walked to each state, to begin a test there.
WAYS: dict[RoundState, tuple[RoundState, ...]] = {
    RoundState.TRAINING: (),
    RoundState.OPEN: (RoundState.OPEN,),
    RoundState.CORRECTION: (RoundState.OPEN, RoundState.CORRECTION),
    RoundState.FROZEN: (RoundState.OPEN, RoundState.FROZEN),
    RoundState.RELEASED: (RoundState.OPEN, RoundState.FROZEN, RoundState.RELEASED),
}


@pytest.fixture
def store(database: Database) -> Database:
    """A round in training with a municipality of two open units."""
    tree = [
        ("nation", None),
        ("region", 1),
        ("trust", 2),
        ("municipality", 3),
        ("unit", MUNICIPALITY),
        ("unit", MUNICIPALITY),
    ]
    with database.begin() as session:
        for number, (kind, parent) in enumerate(tree, start=1):
            code = f"{kind}{number}"
            session.add(Organisation(id=number, kind=kind, code=code, name=code, parent_id=parent))
            session.flush()
        session.add(UserAccount(id=1, email="a@eksempel.no", name="A", password_hash="x"))
        session.flush()
        session.add(
            MappingRound(
                id=ROUND,
                year=2026,
                edition="2026",
                owner_organisation_id=3,
                state=RoundState.TRAINING,
                opens_on=date(2026, 11, 1),
                deadline=date(2026, 12, 1),
            )
        )
        session.flush()
        session.add(RoundMunicipality(round_id=ROUND, municipality_id=MUNICIPALITY))
        session.add(RoundUnit(round_id=ROUND, unit_id=UNIT))
        session.add(RoundUnit(round_id=ROUND, unit_id=OTHER_UNIT))
        for unit_id in (UNIT, OTHER_UNIT):
            session.add(LegalBasis(unit_id=unit_id, ground="law", valid_from=NOW, recorded_at=NOW))
        for purpose in ("municipality", "transfer"):
            session.add(
                PseudonymKey(
                    id=purpose,
                    purpose=purpose,
                    organisation_id=MUNICIPALITY,
                    wrapped=b"wrapped",
                    created_at=NOW,
                )
            )
    return database


def move_round(database: Database, state: RoundState) -> None:
    frozen = state in (RoundState.FROZEN, RoundState.RELEASED)
    with database.begin() as session:
        session.execute(
            sa.update(MappingRound).values(
                state=state,
                frozen_at=NOW if frozen else None,
                released_at=NOW if state is RoundState.RELEASED else None,
            )
        )


def walk(database: Database, state: RoundState) -> None:
    for step in WAYS[state]:
        move_round(database, step)


def move_unit(
    database: Database, state: UnitState, *, reason: str | None = None, unit_id: int = UNIT
) -> None:
    with database.begin() as session:
        session.execute(
            sa.update(RoundUnit)
            .where(RoundUnit.unit_id == unit_id)
            .values(
                state=state,
                submitted_at=None if state is UnitState.OPEN else NOW,
                reopened_reason=reason,
            )
        )


def move_municipality(
    database: Database, state: MunicipalityState, *, reason: str | None = None
) -> None:
    with database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality).values(
                state=state,
                approved_at=NOW if state is MunicipalityState.APPROVED else None,
                reopened_reason=reason,
            )
        )


def close_units(database: Database) -> None:
    for unit_id in (UNIT, OTHER_UNIT):
        move_unit(database, UnitState.NOTHING_TO_REPORT, unit_id=unit_id)


def approve(database: Database) -> None:
    close_units(database)
    move_municipality(database, MunicipalityState.APPROVED)


def start(database: Database, *, unit_id: int = UNIT, **changed: Any) -> uuid.UUID:
    registration_id = uuid.uuid4()
    with database.begin() as session:
        session.execute(
            sa.insert(REGISTRATION).values(
                {
                    "id": registration_id,
                    "round_id": ROUND,
                    "unit_id": unit_id,
                    "municipality_id": MUNICIPALITY,
                    "municipal_pseudonym": registration_id.bytes * 2,
                    "municipal_key_id": "municipality",
                    "case_label": "S-1",
                    "created_by": 1,
                    "created_at": NOW,
                    "updated_by": 1,
                    "updated_at": NOW,
                    **changed,
                }
            )
        )
    return registration_id


def save(database: Database, **changed: Any) -> None:
    with database.begin() as session:
        session.execute(
            sa.update(Registration).values({"version": Registration.version + 1, **changed})
        )


def withdraw_bases(database: Database) -> None:
    with database.begin() as session:
        session.execute(sa.update(LegalBasis).values(withdrawn_at=NOW, withdrawn_by=1))


BY_A_TRIGGER = "|".join(re.escape(refusal.message) for refusal in REFUSALS)


@contextmanager
def refused() -> Iterator[None]:
    # By a trigger of ours, not because two rows have the same key.
    with pytest.raises(IntegrityError, match=BY_A_TRIGGER):
        yield


# The round


@pytest.mark.parametrize(("before", "after"), list(product(RoundState, RoundState)))
def test_a_round_moves_only_as_it_should(
    store: Database, before: RoundState, after: RoundState
) -> None:
    walk(store, before)
    if before is after or (before, after) in ROUND_MOVES:
        move_round(store, after)
        return
    with refused():
        move_round(store, after)
    with store.read() as session:
        assert session.scalar(sa.select(MappingRound.state)) == before


def test_the_ways_that_are_tried_reach_every_state_by_legal_moves_alone() -> None:
    assert set(WAYS) == set(RoundState)
    for state, way in WAYS.items():
        steps = (RoundState.TRAINING, *way)
        assert set(pairwise(steps)) <= ROUND_MOVES
        assert steps[-1] is state


@pytest.mark.parametrize("state", RoundState)
def test_a_round_begins_in_training_or_open(store: Database, state: RoundState) -> None:
    frozen = state in (RoundState.FROZEN, RoundState.RELEASED)

    def begin() -> None:
        with store.begin() as session:
            session.add(
                MappingRound(
                    id=2,
                    year=2027,
                    edition="2026",
                    owner_organisation_id=3,
                    state=state,
                    opens_on=date(2027, 11, 1),
                    deadline=date(2027, 12, 1),
                    frozen_at=NOW if frozen else None,
                    released_at=NOW if state is RoundState.RELEASED else None,
                )
            )

    if state in TAKES_NEW:
        begin()
        return
    with refused():
        begin()


def test_a_round_does_not_open_with_what_was_practised_on(store: Database) -> None:
    start(store)
    with refused():
        move_round(store, RoundState.OPEN)
    with store.begin() as session:
        session.execute(sa.delete(Registration))
    move_round(store, RoundState.OPEN)


# The municipality


@pytest.mark.parametrize("state", RoundState)
def test_a_municipality_is_approved_while_the_round_takes_changes(
    store: Database, state: RoundState
) -> None:
    close_units(store)
    walk(store, state)
    if state in CHANGEABLE:
        move_municipality(store, MunicipalityState.APPROVED)
        return
    with refused():
        move_municipality(store, MunicipalityState.APPROVED)


@pytest.mark.parametrize("state", RoundState)
@pytest.mark.parametrize("reason", ["answer_wrong", None])
def test_a_municipality_is_opened_again_for_a_reason_while_the_round_takes_changes(
    store: Database, state: RoundState, reason: str | None
) -> None:
    approve(store)
    walk(store, state)
    if state in CHANGEABLE and reason is not None:
        move_municipality(store, MunicipalityState.OPEN, reason=reason)
        return
    with refused():
        move_municipality(store, MunicipalityState.OPEN, reason=reason)


def test_a_municipality_with_an_open_unit_is_not_approved(store: Database) -> None:
    move_unit(store, UnitState.NOTHING_TO_REPORT)
    with refused():
        move_municipality(store, MunicipalityState.APPROVED)
    move_unit(store, UnitState.NOTHING_TO_REPORT, unit_id=OTHER_UNIT)
    move_municipality(store, MunicipalityState.APPROVED)


def test_a_municipality_that_does_not_take_part_is_not_approved(store: Database) -> None:
    close_units(store)
    with store.begin() as session:
        session.execute(sa.update(RoundMunicipality).values(takes_part=False))
    with pytest.raises(IntegrityError, match="approved_only_if_taking_part"):
        move_municipality(store, MunicipalityState.APPROVED)


# The unit


@pytest.mark.parametrize(
    ("round_state", "before", "after", "reason"),
    list(product(RoundState, UnitState, UnitState, ["person_missing", None])),
)
def test_a_unit_moves_while_the_round_takes_changes_and_back_for_a_reason(
    store: Database,
    round_state: RoundState,
    before: UnitState,
    after: UnitState,
    reason: str | None,
) -> None:
    if before is not UnitState.OPEN:
        move_unit(store, before)
    walk(store, round_state)
    stays = before is after
    back_without_reason = after is UnitState.OPEN and reason is None
    if stays or (round_state in CHANGEABLE and not back_without_reason):
        move_unit(store, after, reason=reason)
        return
    with refused():
        move_unit(store, after, reason=reason)


@pytest.mark.parametrize(
    ("before", "after"),
    # Open below an approval cannot be: no unit is put in there either.
    [pair for pair in product(UnitState, UnitState) if pair[0] is not UnitState.OPEN],
)
def test_below_an_approved_municipality_no_unit_moves(
    store: Database, before: UnitState, after: UnitState
) -> None:
    close_units(store)
    if before is UnitState.SUBMITTED:
        move_unit(store, before)
    move_municipality(store, MunicipalityState.APPROVED)
    if before is after:
        move_unit(store, after, reason="answer_wrong")
        return
    with refused():
        move_unit(store, after, reason="answer_wrong")


def test_a_unit_with_drafts_does_not_submit_and_one_with_registrations_has_something(
    store: Database,
) -> None:
    start(store)
    for state in CLOSED:
        with refused():
            move_unit(store, state)
    save(store, **SUBMITTED)
    with refused():
        move_unit(store, UnitState.NOTHING_TO_REPORT)
    move_unit(store, UnitState.SUBMITTED)


def test_drafts_of_one_unit_do_not_hold_another_back(store: Database) -> None:
    start(store)
    move_unit(store, UnitState.NOTHING_TO_REPORT, unit_id=OTHER_UNIT)


# Registrations


@pytest.mark.parametrize("state", RoundState)
def test_a_registration_starts_only_in_a_round_that_takes_new_ones(
    store: Database, state: RoundState
) -> None:
    walk(store, state)
    if state in TAKES_NEW:
        start(store)
        return
    with refused():
        start(store)


@pytest.mark.parametrize("state", [each for each in RoundState if each is not RoundState.TRAINING])
def test_a_registration_changes_only_in_a_round_that_takes_changes(
    store: Database, state: RoundState
) -> None:
    walk(store, RoundState.OPEN)
    start(store)
    for step in WAYS[state][1:]:
        move_round(store, step)
    if state in CHANGEABLE:
        save(store)
        save(store, **SUBMITTED)
        return
    for changed in ({}, SUBMITTED):
        with refused():
            save(store, **changed)


def test_in_training_registrations_change_too(store: Database) -> None:
    start(store)
    save(store)


@pytest.mark.parametrize("state", CLOSED)
def test_a_closed_unit_takes_no_registration(store: Database, state: UnitState) -> None:
    move_unit(store, state)
    with refused():
        start(store)
    start(store, unit_id=OTHER_UNIT)


def test_a_closed_units_registration_is_not_changed_but_by_a_merge(store: Database) -> None:
    start(store, **SUBMITTED)
    move_unit(store, UnitState.SUBMITTED)
    with refused():
        save(store)
    with refused():
        save(store, state="draft", submitted_at=None)
    save(store, merged_at=NOW)
    with refused():
        # The merge was then, and this is not one.
        save(store)


def test_an_approved_municipality_takes_no_registration_and_no_change(store: Database) -> None:
    start(store, **SUBMITTED)
    move_unit(store, UnitState.SUBMITTED)
    move_unit(store, UnitState.NOTHING_TO_REPORT, unit_id=OTHER_UNIT)
    move_municipality(store, MunicipalityState.APPROVED)
    with refused():
        save(store)
    with refused():
        save(store, merged_at=NOW)
    for unit_id in (UNIT, OTHER_UNIT):
        with refused():
            start(store, unit_id=unit_id)
    move_municipality(store, MunicipalityState.OPEN, reason="duplicate")
    save(store, merged_at=NOW)


def test_the_freeze_may_take_the_transfer_pseudonym_of_what_is_closed(store: Database) -> None:
    start(store, **SUBMITTED, transfer_pseudonym=b"t" * 32, transfer_key_id="transfer")
    move_unit(store, UnitState.SUBMITTED)
    move_unit(store, UnitState.NOTHING_TO_REPORT, unit_id=OTHER_UNIT)
    move_municipality(store, MunicipalityState.APPROVED)
    with store.begin() as session:
        session.execute(
            sa.update(REGISTRATION).values(transfer_pseudonym=None, transfer_key_id=None)
        )


# Without the triggers


def _opens_full(store: Database) -> None:
    start(store)
    move_round(store, RoundState.OPEN)


def _begins_frozen(store: Database) -> None:
    with store.begin() as session:
        session.execute(
            sa.insert(MappingRound).values(
                id=2,
                year=2027,
                edition="2026",
                owner_organisation_id=3,
                state=RoundState.CORRECTION,
                opens_on=date(2027, 11, 1),
                deadline=date(2027, 12, 1),
            )
        )


def _starts_in_closed_unit(store: Database) -> None:
    move_unit(store, UnitState.NOTHING_TO_REPORT)
    start(store)


def _changes_in_closed_unit(store: Database) -> None:
    start(store, **SUBMITTED)
    move_unit(store, UnitState.SUBMITTED)
    save(store)


def _joins_when_approved(store: Database) -> None:
    approve(store)
    with store.begin() as session:
        session.execute(sa.delete(RoundUnit).where(RoundUnit.unit_id == UNIT))
    with store.begin() as session:
        session.add(RoundUnit(round_id=ROUND, unit_id=UNIT))


def _submits_with_drafts(store: Database) -> None:
    start(store)
    move_unit(store, UnitState.SUBMITTED)


def _calls_a_frozen_person_by_another_key(store: Database) -> None:
    """By one that is none for the panel: there is no trust key here."""
    with store.begin() as session:
        session.execute(
            sa.insert(FROZEN_REGISTRATION).values(
                id=uuid.uuid4(),
                round_id=ROUND,
                municipality_code="1103",
                trust_pseudonym=b"p" * 32,
                trust_key_id="transfer",
            )
        )
    with store.begin() as session:
        session.execute(sa.update(FROZEN_REGISTRATION).values(trust_key_id="municipality"))


def _starts_without_basis(store: Database) -> None:
    withdraw_bases(store)
    start(store)


def _changes_without_basis(store: Database) -> None:
    start(store)
    withdraw_bases(store)
    save(store)


REJECTED = {
    "state": ExtractState.REJECTED,
    "decided_by": 2,
    "decided_at": NOW,
    "rejected_because": "Uten hjemmel",
}


def _asks(store: Database, **decided: object) -> None:
    """Ask for an extract; with what is decided, as if it had been from the start."""
    with store.begin() as session:
        session.add(UserAccount(id=2, email="b@eksempel.no", name="B", password_hash="x"))
        session.flush()
        session.add(
            Extract(
                id=1,
                organisation_id=3,
                project="Bolig",
                recipient="Universitetet",
                purpose="Se om flere bor trygt",
                legal_reference="REK 2026/1",
                place="nowhere",
                age="untold",
                follows_persons=False,
                expires_on=date(2027, 12, 1),
                asked_by=1,
                asked_at=NOW,
                **decided,
            )
        )


def _rejects(store: Database) -> None:
    _asks(store)
    with store.begin() as session:
        session.execute(sa.update(Extract).values(**REJECTED))


def _asks_again_after_a_no(store: Database) -> None:
    _rejects(store)
    with store.begin() as session:
        session.execute(
            sa.update(Extract).values(dict.fromkeys(REJECTED) | {"state": ExtractState.ASKED})
        )


def _adds_after_the_decision(store: Database, what: ExtractYear | ExtractVariable) -> None:
    _rejects(store)
    with store.begin() as session:
        session.add(what)


ILLEGAL: dict[tuple[str, str], Callable[[Database], None]] = {
    ("mapping_round", "begins"): _begins_frozen,
    ("mapping_round", "moves"): lambda store: move_round(store, RoundState.RELEASED),
    ("mapping_round", "opens_empty"): _opens_full,
    ("round_municipality", "moves"): lambda store: move_municipality(
        store, MunicipalityState.APPROVED
    ),
    ("round_unit", "joins"): _joins_when_approved,
    ("round_unit", "moves"): _submits_with_drafts,
    ("registration", "starts"): _starts_in_closed_unit,
    ("registration", "changes"): _changes_in_closed_unit,
    ("frozen_registration", "person"): _calls_a_frozen_person_by_another_key,
    ("registration", "starts_lawfully"): _starts_without_basis,
    ("registration", "changes_lawfully"): _changes_without_basis,
    ("extract", "begins"): lambda store: _asks(store, **REJECTED),
    ("extract", "moves"): _asks_again_after_a_no,
    ("extract_year", "joins"): lambda store: _adds_after_the_decision(
        store, ExtractYear(extract_id=1, round_id=ROUND)
    ),
    ("extract_variable", "joins"): lambda store: _adds_after_the_decision(
        store, ExtractVariable(extract_id=1, variable="housing")
    ),
}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal.table}_{refusal.name}")
def test_without_its_trigger_an_illegal_move_would_be_made(
    store: Database, refusal: Refusal
) -> None:
    act = ILLEGAL[refusal.table, refusal.name]
    trigger = f"{refusal.table}_{refusal.name}"
    with store.connect() as connection:
        on = "" if store.dialect == "sqlite" else f" ON {refusal.table}"
        connection.execute(sa.text(f"DROP TRIGGER {trigger}{on}"))
    act(store)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal.table}_{refusal.name}")
def test_with_its_trigger_the_same_move_is_refused(store: Database, refusal: Refusal) -> None:
    with pytest.raises(IntegrityError, match=re.escape(refusal.message)):
        ILLEGAL[refusal.table, refusal.name](store)


def test_what_has_lost_its_basis_can_still_be_opened_again_and_deleted(store: Database) -> None:
    start(store, **SUBMITTED)
    withdraw_bases(store)

    save(store, state="draft", submitted_at=None)

    with store.begin() as session:
        session.execute(sa.delete(Registration))


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "holds"),
    [
        (NOW, None, True),
        (NOW + timedelta(seconds=1), None, False),
        (NOW - timedelta(1), NOW, False),
        (NOW - timedelta(1), NOW + timedelta(seconds=1), True),
    ],
)
def test_a_basis_holds_from_its_first_moment_until_its_last(
    store: Database, valid_from: datetime, valid_until: datetime | None, holds: bool
) -> None:
    with store.begin() as session:
        session.execute(
            sa.update(LegalBasis).values(valid_from=valid_from, valid_until=valid_until)
        )
    with nullcontext() if holds else refused():
        start(store)
