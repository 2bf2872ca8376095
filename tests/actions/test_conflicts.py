"""Two people in one registration: both versions are kept, the difference shown, one chosen."""

from __future__ import annotations

import itertools
import threading
import uuid

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.conflicts import (
    ChoiceMissingError,
    Conflict,
    ConflictNotFoundError,
    Side,
    conflicts_of,
    open_conflict,
    settle_conflict,
)
from brukerplan.actions.history import registration_history
from brukerplan.actions.registering import (
    AlreadySubmittedError,
    ConflictError,
    NewerVersionError,
    SavedDraft,
    delete_registration,
    reopen_registration,
    submit_registration,
)
from brukerplan.actions.saving import keep_typed
from brukerplan.actions.scope import RegistrationNotFoundError
from brukerplan.persistence.queries.changes import answers_at
from brukerplan.persistence.queries.conflicts import kept_version
from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.tables import ConflictAnswer, RegistrationConflict
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import edition
from tests.actions.open_page import OpenPage, stored
from tests.actions.world import NOW, World, complete

Q = edition("2026")


def two_pages(world: World) -> tuple[OpenPage, OpenPage]:
    started = world.start()
    first = OpenPage(world, started, world.registrar)
    return first, OpenPage(world, started, world.lead)


def refused(page: OpenPage, **typed: Value) -> uuid.UUID:
    with pytest.raises(ConflictError) as told:
        page.save(**typed)
    assert told.value.typed == page.answers
    return told.value.conflict_id


def opened(world: World, conflict_id: uuid.UUID) -> Conflict:
    return open_conflict(world.database, by=world.registrar, conflict_id=conflict_id, now=NOW)


def settled(world: World, conflict_id: uuid.UUID, **choices: Side) -> SavedDraft:
    version = opened(world, conflict_id).registration.version
    return settle_conflict(
        world.database,
        by=world.registrar,
        conflict_id=conflict_id,
        choices=choices,
        version=version,
        now=NOW,
    )


def test_the_second_of_two_who_save_is_told_and_both_versions_are_kept(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green", economy="red")
    conflict = opened(world, refused(theirs, housing="red", network="yellow"))
    assert stored(world, ours.registration_id)["housing"] == "green"
    assert [
        (each.variable, each.mine, each.stored, each.suggested) for each in conflict.differences
    ] == [
        ("housing", "red", "green", None),
        ("economy", None, "red", "stored"),
        ("network", "yellow", None, "mine"),
    ]
    assert conflict.other_user_name == "Rita Registrerer"
    assert conflict.typed_by_name == "Liv Leder"


def test_what_is_chosen_is_stored_and_nothing_waits_any_more(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green", economy="red")
    conflict_id = refused(theirs, housing="red", network="yellow")
    saved = settled(world, conflict_id, housing="mine", economy="stored", network="mine")
    assert saved.version == 3
    after = stored(world, ours.registration_id)
    assert (after["housing"], after["economy"], after["network"]) == ("red", "red", "yellow")
    with world.database.read() as session:
        assert conflicts_of(session, ours.registration_id) == ()
        assert session.scalar(sa.select(sa.func.count()).select_from(ConflictAnswer)) == 0
    with pytest.raises(ConflictNotFoundError):
        opened(world, conflict_id)


def test_what_is_left_stays_in_the_history_with_whoever_typed_it(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green")
    settled(world, refused(theirs, housing="red"), housing="stored")
    lines = registration_history(
        world.database, by=world.registrar, registration_id=ours.registration_id, now=NOW
    )
    assert [
        (line.user_name, line.source, line.before, line.after)
        for line in lines
        if line.variable == "housing"
    ] == [
        ("Rita Registrerer", "chosen", "red", "green"),
        ("Liv Leder", "form", "green", "red"),
        ("Rita Registrerer", "form", None, "green"),
    ]


def test_an_answer_taken_away_is_a_difference_too(world: World) -> None:
    started = world.start()
    first = OpenPage(world, started, world.registrar)
    first.save(housing="green")
    second = OpenPage(world, started, world.lead)
    first.save(economy="red")
    del second.answers["housing"]
    conflict_id = refused(second)
    differs = {each.variable: each for each in opened(world, conflict_id).differences}
    assert (differs["housing"].mine, differs["housing"].suggested) == (None, "mine")
    settled(world, conflict_id, housing="mine", economy="stored")
    assert stored(world, started).keys() >= {"economy"}
    assert "housing" not in stored(world, started)


def test_what_a_page_sends_later_takes_the_place_of_what_it_sent_before(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green")
    first = refused(theirs, housing="red")
    again = refused(theirs, housing="yellow")
    assert first == again
    assert [each.mine for each in opened(world, again).differences] == ["yellow"]


def test_pages_without_a_key_each_keep_their_own(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green")
    for colour in ("yellow", "red"):
        theirs.key = ""
        refused(theirs, housing=colour)
    with world.database.read() as session:
        assert len(conflicts_of(session, ours.registration_id)) == 2


def test_the_same_answers_from_two_pages_are_no_conflict(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green")
    assert theirs.save(housing="green") == 2


def test_a_save_whose_answer_was_lost_is_sent_again_without_conflict(world: World) -> None:
    page, _ = two_pages(world)
    page.save_unheard(housing="green")
    assert page.version == 1
    assert page.save() == 2
    page.version = 1
    assert page.save(housing="red") == 3
    lines = registration_history(
        world.database, by=world.registrar, registration_id=page.registration_id, now=NOW
    )
    assert [line.after for line in lines if line.variable == "housing"] == ["red", "green"]


def test_a_lost_answer_does_not_hide_what_somebody_else_saved(world: World) -> None:
    ours, _ = two_pages(world)
    ours.save_unheard(housing="green")
    OpenPage(world, ours.registration_id, world.lead).save(economy="red")
    conflict = opened(world, refused(ours))
    assert [(each.variable, each.suggested) for each in conflict.differences] == [
        ("economy", "stored")
    ]


def test_a_choice_makes_every_open_page_older_than_what_is_stored(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green")
    settled(world, refused(theirs, housing="red"), housing="mine")
    # Its own save was the last of a page; what was chosen came after it.
    conflict = opened(world, refused(ours, economy="red"))
    assert {each.variable: each.suggested for each in conflict.differences} == {
        "housing": "stored",
        "economy": "mine",
    }


def test_nothing_is_chosen_over_what_was_saved_after_the_comparison(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green")
    conflict_id = refused(theirs, housing="red")
    ours.save(economy="red")
    with pytest.raises(NewerVersionError):
        settle_conflict(
            world.database,
            by=world.lead,
            conflict_id=conflict_id,
            choices={"housing": "mine"},
            version=2,
            now=NOW,
        )
    assert [each.variable for each in opened(world, conflict_id).differences] == [
        "housing",
        "economy",
    ]


def test_every_difference_is_chosen(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green")
    conflict_id = refused(theirs, housing="red", network="red")
    with pytest.raises(ChoiceMissingError) as missing:
        settled(world, conflict_id, housing="mine")
    assert missing.value.variables == ("network",)
    assert opened(world, conflict_id).differences


def test_what_was_typed_is_kept_also_when_somebody_else_has_submitted(world: World) -> None:
    ours, theirs = two_pages(world)
    submit_registration(
        world.database,
        by=world.registrar,
        registration_id=ours.registration_id,
        version=1,
        page=ours.key,
        answers=complete(Q, housing="green"),
        now=NOW,
    )
    conflict_id = refused(theirs, housing="red")
    choices: dict[str, Side] = {
        each.variable: "mine" if each.variable == "housing" else "stored"
        for each in opened(world, conflict_id).differences
    }
    with pytest.raises(AlreadySubmittedError):
        settled(world, conflict_id, **choices)
    reopen_registration(
        world.database,
        by=world.registrar,
        registration_id=ours.registration_id,
        version=2,
        now=NOW,
    )
    settled(world, conflict_id, **choices)
    assert stored(world, ours.registration_id)["housing"] == "red"


def test_submitting_over_somebody_elses_save_keeps_what_was_typed(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green")

    def submit(answers: dict[str, Value] | None) -> None:
        submit_registration(
            world.database,
            by=world.lead,
            registration_id=ours.registration_id,
            version=theirs.version,
            page=theirs.key,
            answers=answers,
            now=NOW,
        )

    with pytest.raises(ConflictError):
        submit(complete(Q, housing="red"))
    # From the review page nothing is typed, so nothing can be lost.
    with pytest.raises(NewerVersionError):
        submit(None)
    with world.database.read() as session:
        assert len(conflicts_of(session, ours.registration_id)) == 1


def test_nobody_else_sees_or_settles_the_two_versions(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green")
    conflict_id = refused(theirs, housing="red")
    for actor in (world.colleague, world.stranger, world.coordinator, world.officer):
        with pytest.raises(NotAllowedError):
            open_conflict(world.database, by=actor, conflict_id=conflict_id, now=NOW)
        with pytest.raises(NotAllowedError):
            settle_conflict(
                world.database,
                by=actor,
                conflict_id=conflict_id,
                choices={"housing": "mine"},
                version=2,
                now=NOW,
            )


def test_a_deleted_registration_takes_the_kept_versions_with_it(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green")
    refused(theirs, housing="red")
    delete_registration(
        world.database, by=world.registrar, registration_id=ours.registration_id, now=NOW
    )
    with world.database.read() as session:
        for table in (RegistrationConflict, ConflictAnswer):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_a_page_that_sends_many_times_at_once_keeps_one_version(world: World) -> None:
    ours, theirs = two_pages(world)
    ours.save(housing="green")
    kept: list[uuid.UUID | None] = []

    def send() -> None:
        kept.append(saved_or_kept(theirs, heard=False))

    theirs.answers |= {"housing": "red"}
    workers = [threading.Thread(target=send) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(kept) == 6
    assert len(set(kept)) == 1
    assert [each.mine for each in opened(world, refused(theirs)).differences] == ["red"]


def test_nothing_is_kept_beside_a_registration_that_was_deleted_meanwhile(world: World) -> None:
    ours, theirs = two_pages(world)
    seen = theirs.seen
    assert seen is not None
    delete_registration(
        world.database, by=world.registrar, registration_id=ours.registration_id, now=NOW
    )
    with pytest.raises(RegistrationNotFoundError):
        theirs.save(housing="red")
    # Also when it went between the reading and the keeping.
    with pytest.raises(RegistrationNotFoundError), world.database.begin() as session:
        keep_typed(session, seen, {"housing": "red"}, version=1, page="a", by=world.lead, now=NOW)


def test_many_who_save_at_once_lose_nothing(world: World) -> None:
    started = world.start()
    pages = [OpenPage(world, started, world.registrar) for _ in range(6)]
    colours = ("green", "yellow", "red", "unknown", "green", "yellow")
    areas = Q.level_rule.areas[:6]
    told: list[str] = []

    def save(page: OpenPage, area: str, colour: str) -> None:
        try:
            page.save(**{area: colour})
        except ConflictError:
            told.append(area)

    workers = [
        threading.Thread(target=save, args=each) for each in zip(pages, areas, colours, strict=True)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(told) == 5
    kept = stored(world, started)
    for page in pages:
        if page.conflict is not None:
            kept |= {
                each.variable: each.mine
                for each in opened(world, page.conflict).differences
                if each.mine is not None
            }
    assert {area: kept[area] for area in areas} == dict(zip(areas, colours, strict=True))


VARIABLES = ("housing", "economy", "substances", "children_under_18")
VALUES: dict[str, tuple[Value | None, ...]] = {
    "housing": (None, "green", "yellow", "red"),
    "economy": (None, "green", "red"),
    "substances": (None, frozenset(), frozenset({"alcohol"}), frozenset({"alcohol", "ghb"})),
    "children_under_18": (None, 0, 1),
}
Typed = dict[str, Value | None]
TYPED = st.dictionaries(st.sampled_from(VARIABLES), st.none(), min_size=1, max_size=2).flatmap(
    lambda names: st.fixed_dictionaries({name: st.sampled_from(VALUES[name]) for name in names})
)
WHO = st.integers(0, 1)
STEPS = st.lists(
    st.one_of(
        # Typed, sent; and whether the page hears that it was saved.
        st.tuples(st.just("save"), WHO, TYPED, st.booleans()),
        st.tuples(st.just("settle"), WHO, st.tuples(*[st.booleans()] * 4), st.none()),
        st.tuples(st.just("open"), WHO, st.none(), st.none()),
    ),
    max_size=20,
)
_serials = itertools.count()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
@example(
    [
        ("save", 0, {"housing": "green"}, True),
        ("save", 1, {"housing": "red"}, True),
        ("settle", 1, (True, True, True, True), None),
        ("save", 0, {"economy": "red"}, True),
    ]
)
def test_nothing_that_was_sent_is_ever_lost(
    world: World, steps: list[tuple[str, int, object, bool | None]]
) -> None:
    """Two pages save, over each other, unheard, and choose: in whatever order.

    No page undoes what another saved. Every answer that was acknowledged, as saved or as kept
    and then settled, is stored, kept beside, or in the history; and the history leads back to
    every version there has been.
    """
    started = world.start(next(_serials))
    actors = (world.registrar, world.lead)
    pages = [OpenPage(world, started, actor) for actor in actors]
    acknowledged: set[tuple[str, Value]] = set()
    versions = {1: stored(world, started)}

    for act, who, what, heard in steps:
        page = pages[who]
        if act == "save":
            assert isinstance(what, dict)
            before = stored(world, started)
            page.typed |= what.keys()
            for name, value in what.items():
                page.answers.pop(name, None)
                if value is not None:
                    page.answers[name] = value
            kept_as = saved_or_kept(page, heard=bool(heard))
            if kept_as is not None:
                # What the same page sends later takes its place, until one is chosen.
                assert kept_answers(world, kept_as) == set(page.answers.items())
            else:
                acknowledged |= set(page.answers.items())
                # A page changes what was typed on it since it last saved, and nothing else.
                changed = {each[0] for each in before.items() ^ page.answers.items()}
                assert changed <= page.typed
                page.typed.clear()
        elif act == "settle" and page.conflict is not None:
            assert isinstance(what, tuple)
            acknowledged |= kept_answers(world, page.conflict)
            sides = {
                name: "mine" if mine else "stored"
                for name, mine in zip(VARIABLES, what, strict=True)
            }
            settled(world, page.conflict, **sides)  # type: ignore[arg-type]
            pages[who] = OpenPage(world, started, actors[who])
        elif act == "open" and page.conflict is None:
            pages[who] = OpenPage(world, started, actors[who])
        with world.database.read() as session:
            found = registration(session, started)
        assert found is not None
        versions[found.version] = dict(found.answers)

    history = registration_history(
        world.database, by=world.registrar, registration_id=started, now=NOW
    )
    everywhere = set(stored(world, started).items())
    everywhere |= {
        (line.variable, line.after)
        for line in history
        if line.variable is not None and line.after is not None
    }
    for page in pages:
        if page.conflict is not None:
            everywhere |= kept_answers(world, page.conflict)
    assert acknowledged <= everywhere
    newest = versions[max(versions)]
    with world.database.read() as session:
        for version, answers in versions.items():
            assert answers_at(session, started, stored=newest, version=version) == answers


def saved_or_kept(page: OpenPage, *, heard: bool) -> uuid.UUID | None:
    try:
        page.save() if heard else page.save_unheard()
    except ConflictError as conflict:
        return conflict.conflict_id
    return None


def kept_answers(world: World, conflict_id: uuid.UUID) -> set[tuple[str, Value]]:
    with world.database.read() as session:
        kept = kept_version(session, conflict_id)
    return set() if kept is None else set(kept.answers.items())
