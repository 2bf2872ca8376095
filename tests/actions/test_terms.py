"""A municipality's terms in a round: set by its coordinator, in time, and held when registering."""

from __future__ import annotations

import itertools
import uuid
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.opting_out import opt_out
from brukerplan.actions.rounds_errors import NotOptionalError, SomebodyOptedOutError
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    NotInRoundError,
    RoundNotOpenError,
    require_open,
    require_takes_new,
)
from brukerplan.actions.terms import (
    MentalOnlyNotIncludedError,
    MilderNotIncludedError,
    OwnDeadlineError,
    SomebodyRegisteredError,
    SomebodySubmittedError,
    outside_error,
    outside_included_groups,
    set_terms,
)
from brukerplan.persistence.queries.registrations import RegistrationView, registration
from brukerplan.persistence.queries.rounds import (
    MunicipalityTerms,
    municipality_terms,
    optional_variables,
)
from brukerplan.persistence.tables import AccessLog
from brukerplan.persistence.tables.states import IdentityMode, InclusionRule
from brukerplan.translation import translator
from tests.actions.world import NOW, World, person

AS_IT_IS: dict[str, Any] = {
    "takes_part": True,
    "inclusion_rule": InclusionRule.LAST_12_MONTHS,
    "mental_only_included": True,
    "milder_included": True,
    "deadline": None,
    "identity_mode": IdentityMode.PSEUDONYMOUS,
    "optional": frozenset[str](),
}
DEGREES = ("none", "less_serious", "serious")


def put(world: World, code: str = "1103", **changed: object) -> None:
    set_terms(
        world.database,
        by=world.coordinates(code),
        municipality_id=world.municipalities[code],
        round_id=world.round_id,
        now=NOW,
        **(AS_IT_IS | changed),
    )


def terms(world: World) -> MunicipalityTerms:
    with world.database.read() as session:
        found = municipality_terms(session, world.municipalities["1103"], world.round_id)
    assert found is not None
    return found


def view(world: World, registration_id: uuid.UUID) -> RegistrationView:
    with world.database.read() as session:
        found = registration(session, registration_id)
    assert found is not None
    return found


def test_the_coordinator_sets_the_terms_and_the_log_says_which(world: World) -> None:
    put(
        world,
        inclusion_rule=InclusionRule.AT_REGISTRATION,
        mental_only_included=False,
        milder_included=False,
        deadline=date(2026, 12, 10),
        identity_mode=IdentityMode.ANONYMOUS,
        optional=frozenset({"born_abroad"}),
    )
    found = terms(world)
    assert (found.inclusion_rule, found.identity_mode) == ("at_registration", "anonymous")
    assert (found.mental_only_included, found.milder_included) == (False, False)
    assert (found.deadline, found.own_deadline) == (date(2026, 12, 10), date(2026, 12, 10))
    with world.database.read() as session:
        optional = optional_variables(session, world.round_id, world.municipalities["1103"])
        detail = session.scalar(
            sa.select(AccessLog.detail).where(AccessLog.action == "municipality.terms_set")
        )
    assert optional == {"born_abroad"}
    assert detail == ("takes_part=yes mental_only=no milder=no rule=at_registration mode=anonymous")
    put(world)
    assert terms(world).own_deadline is None
    assert terms(world).deadline == date(2026, 12, 15), "the round's own"


def test_a_deadline_of_ones_own_lies_within_the_rounds(world: World) -> None:
    for wrong in (date(2026, 11, 1), date(2026, 12, 16)):
        with pytest.raises(OwnDeadlineError, match=r"15\.12\.2026"):
            put(world, deadline=wrong)
    for right in (date(2026, 11, 2), date(2026, 12, 15)):
        put(world, deadline=right)
        assert terms(world).deadline == right


def test_only_optional_questions_can_be_turned_on(world: World) -> None:
    with pytest.raises(NotOptionalError, match="housing"):
        put(world, optional=frozenset({"housing"}))


def test_terms_are_set_by_the_own_coordinator_alone(world: World) -> None:
    for by in (world.lead, world.officer, world.administrator, world.coordinates("1108")):
        with pytest.raises(NotAllowedError):
            set_terms(
                world.database,
                by=by,
                municipality_id=world.municipalities["1103"],
                round_id=world.round_id,
                now=NOW,
                **AS_IT_IS,
            )


def test_terms_are_not_set_once_approved_or_frozen(world: World) -> None:
    world.approve(["1103"], persons=1)
    with pytest.raises(MunicipalityApprovedError):
        put(world)
    world.freeze()
    with pytest.raises(RoundNotOpenError):
        put(world, "1108")


def test_who_is_mapped_and_how_does_not_change_once_somebody_is_registered(world: World) -> None:
    world.start(1)
    for changed in ({"takes_part": False}, {"identity_mode": IdentityMode.ANONYMOUS}):
        with pytest.raises(SomebodyRegisteredError):
            put(world, **changed)
    put(world, mental_only_included=False, deadline=date(2026, 12, 1))
    # Another municipality has nobody yet.
    put(world, "1108", identity_mode=IdentityMode.ANONYMOUS, takes_part=False)


def test_who_has_said_no_stays_known_the_whole_year(world: World) -> None:
    opt_out(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        number=person(1),
        now=NOW,
    )

    # Mapped without numbers, nobody would know that they have opted out.
    with pytest.raises(SomebodyOptedOutError):
        put(world, identity_mode=IdentityMode.ANONYMOUS)

    put(world, deadline=date(2026, 12, 1))
    put(world, "1108", identity_mode=IdentityMode.ANONYMOUS)


def test_what_is_asked_does_not_change_once_a_registration_is_complete(world: World) -> None:
    world.submit(1)
    for changed in (
        {"mental_only_included": False},
        {"milder_included": False},
        {"inclusion_rule": InclusionRule.AT_REGISTRATION},
        {"optional": frozenset({"born_abroad"})},
    ):
        with pytest.raises(SomebodySubmittedError):
            put(world, **changed)
    put(world, deadline=date(2026, 12, 1))


def test_a_municipality_that_does_not_take_part_takes_no_registration(world: World) -> None:
    put(world, takes_part=False)
    with pytest.raises(NotInRoundError):
        world.start(1)
    put(world)
    world.start(1)


@pytest.mark.parametrize(
    ("mental_only", "milder", "outside"),
    [
        (True, True, {}),
        (
            False,
            True,
            {("none", "less_serious"): "mental_only", ("none", "serious"): "mental_only"},
        ),
        (
            True,
            False,
            {
                ("none", "less_serious"): "milder",
                ("less_serious", "none"): "milder",
                ("less_serious", "less_serious"): "milder",
            },
        ),
    ],
)
def test_the_groups_that_are_not_included_are_told_from_those_that_are(
    world: World, mental_only: bool, milder: bool, outside: dict[tuple[str, str], str]
) -> None:
    put(world, mental_only_included=mental_only, milder_included=milder)
    found = view(world, world.start(1))
    for substance, mental in itertools.product(DEGREES, DEGREES):
        if (substance, mental) == ("none", "none"):
            continue  # belongs to nobody's mapping, which the form itself says
        answers = {"substance_problem": substance, "mental_problem": mental}
        with world.database.read() as session:
            group = outside_included_groups(session, found, answers)
        assert group == outside.get((substance, mental)), (substance, mental)


def test_an_answer_not_given_yet_is_outside_no_group(world: World) -> None:
    put(world, mental_only_included=False, milder_included=False)
    found = view(world, world.start(1))
    with world.database.read() as session:
        assert outside_included_groups(session, found, {}) is None
        assert outside_included_groups(session, found, {"substance_problem": "none"}) is None


def test_each_group_that_is_not_mapped_is_told_of_in_its_own_words() -> None:
    mental_only, milder = outside_error("mental_only"), outside_error("milder")
    assert isinstance(mental_only, MentalOnlyNotIncludedError)
    assert "bare har psykiske helseproblemer" in str(mental_only.text(translator("nb")))
    assert isinstance(milder, MilderNotIncludedError)


def test_a_person_outside_the_included_groups_is_not_submitted(world: World) -> None:
    put(world, mental_only_included=False)
    with pytest.raises(MentalOnlyNotIncludedError):
        world.submit(1, substance_problem="none")
    world.submit(2, substance_problem="less_serious")


def test_what_takes_changes_and_what_takes_new_ones() -> None:
    known: dict[str, Any] = {"year": 2026, "municipality_state": "open", "unit_state": "open"}
    day = date(2026, 11, 2)
    for state, changes, takes_new in (
        ("training", True, True),
        ("open", True, True),
        ("correction", True, False),
        ("frozen", False, False),
        ("released", False, False),
    ):
        assert _passes(lambda s=state: require_open(round_state=s, **known)) is changes
        assert (
            _passes(
                lambda s=state: require_takes_new(
                    round_state=s, opens_on=day, today=day, takes_part=True, **known
                )
            )
            is takes_new
        )


def test_practice_begins_before_the_opening_day_and_registration_on_it() -> None:
    known: dict[str, Any] = {
        "year": 2026,
        "municipality_state": "open",
        "unit_state": "open",
        "takes_part": True,
        "opens_on": date(2026, 11, 2),
    }
    before, on = date(2026, 11, 1), date(2026, 11, 2)
    assert _passes(lambda: require_takes_new(round_state="training", today=before, **known))
    assert not _passes(lambda: require_takes_new(round_state="open", today=before, **known))
    assert _passes(lambda: require_takes_new(round_state="open", today=on, **known))
    # A deadline that has passed closes nothing.
    assert _passes(lambda: require_takes_new(round_state="open", today=date(2027, 3, 1), **known))


def _passes(check: Any) -> bool:
    try:
        check()
    except RoundNotOpenError:
        return False
    return True
