"""An extract for research: two persons, enough who are alike, a key of its own, and an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, Membership, NotAllowedError
from brukerplan.access.roles import Role
from brukerplan.actions import extract_file
from brukerplan.actions.accounts import create_organisation
from brukerplan.actions.extract_counting import Counted, count_definition, count_extract
from brukerplan.actions.extract_errors import (
    AlreadyDecidedError,
    ClassesTooSmallError,
    ExtractNotFetchableError,
    ExtractNotFoundError,
    LastDayError,
    NothingChosenError,
    NotTheirExtractError,
    NotTheirRoundsError,
    OwnExtractError,
    TextMissingError,
)
from brukerplan.actions.extracting import (
    end_expired_extracts,
    end_extract,
    reject_extract,
)
from brukerplan.actions.keys import Keys
from brukerplan.actions.master_key import replace_master_key
from brukerplan.disclosure.extract import Age, Definition, Place
from brukerplan.identity.keyring import MasterKey
from brukerplan.persistence.queries.extracts import extract
from brukerplan.persistence.tables import FROZEN_REGISTRATION, Extract
from brukerplan.persistence.tables.states import OrganisationKind
from tests.actions.extract_world import (
    APPLICATION,
    BOTH_YEARS,
    DEFINITION,
    LAST_DAY,
    NOW,
    Research,
    freeze_two_years,
)
from tests.actions.keys_world import MASTER
from tests.actions.world import World, somebody

AFTER = NOW.replace(year=LAST_DAY.year, month=LAST_DAY.month, day=LAST_DAY.day) + timedelta(days=1)


@pytest.fixture
def research(world: World) -> Research:
    """Two frozen years."""
    return freeze_two_years(world)


def count(research: Research, definition: Definition) -> Counted:
    return count_definition(
        research.world.database, by=research.analyst, definition=definition, now=NOW
    )


def stored(research: Research, extract_id: int) -> tuple[str, str | None, bytes | None]:
    with research.world.database.read() as session:
        row = session.execute(
            sa.select(Extract.state, Extract.key_id, Extract.wrapped).where(
                Extract.id == extract_id
            )
        ).one()
    return row.state, row.key_id, row.wrapped


# What is shown before anybody decides


def test_the_classes_shown_are_those_counted_by_hand(research: Research) -> None:
    frozen = FROZEN_REGISTRATION.c
    with research.world.database.read() as session:
        alike = Counter(
            tuple(row)
            for row in session.execute(
                sa.select(frozen.municipality_code, frozen.birth_year, frozen.gender).where(
                    frozen.round_id == research.world.round_id
                )
            )
        )

    found = count(research, DEFINITION).classes

    # Nobody's age group holds two of these birth years.
    assert sorted(alike.values()) == [1, 6, 6, 6]
    assert (found.persons, found.smallest) == (sum(alike.values()), min(alike.values()))
    assert (found.small_classes, found.left_out) == (1, 1)


def test_each_coarser_step_is_counted(research: Research) -> None:
    found = {step: classes for step, _, classes in count(research, DEFINITION).coarser}

    assert set(found) == {"place", "age", "gender"}
    # Stavanger and Sandnes are of one trust; the odd one is odd in age and gender still.
    assert (found["place"].smallest, found["place"].left_out) == (1, 1)
    without_gender = replace(DEFINITION, age=Age.UNTOLD, variables=("housing",))
    assert count(research, without_gender).classes.smallest == 6


def test_whoever_came_later_has_another_course(research: Research) -> None:
    followed = count(research, BOTH_YEARS)

    assert (followed.classes.persons, followed.classes.left_out) == (19, 1)
    apart = next(classes for step, _, classes in followed.coarser if step == "follows")
    assert (apart.persons, apart.left_out) == (31, 1)


def test_counting_is_logged(research: Research) -> None:
    count(research, DEFINITION)

    ((user, organisation, _, detail),) = research.logged("extract.counted")
    assert (user, organisation) == (research.analyst.user_id, research.world.trust)
    assert detail.startswith("years=1 first=2026 last=2026 place=municipality age=age_group")


# Asked for by one, decided by another


def test_nobody_approves_or_rejects_what_they_asked_for_themselves(research: Research) -> None:
    extract_id = research.ask()
    both = Actor(
        research.analyst.user_id,
        research.analyst.name,
        research.analyst.memberships | {Membership(Role.TRUST_ADMINISTRATOR, research.world.trust)},
    )

    with pytest.raises(OwnExtractError):
        research.approve(extract_id, by=both)
    with pytest.raises(OwnExtractError):
        reject_extract(
            research.world.database, by=both, extract_id=extract_id, because="Nei", now=NOW
        )
    assert stored(research, extract_id)[0] == "asked"

    # The control: the same role in another person's hands.
    research.approve(extract_id)
    assert stored(research, extract_id)[0] == "approved"


def test_whoever_asks_may_not_approve_and_whoever_approves_may_not_ask(
    research: Research,
) -> None:
    extract_id = research.ask()
    for actor in (research.analyst, research.officer, research.world.coordinator):
        with pytest.raises(NotAllowedError):
            research.approve(extract_id, by=actor)
    with pytest.raises(NotAllowedError):
        replace(research, analyst=research.administrator).ask()


def test_what_is_decided_stands(research: Research) -> None:
    extract_id = research.ask()
    database = research.world.database
    reject_extract(
        database,
        by=research.administrator,
        extract_id=extract_id,
        because="Formålet trenger ikke kommune.",
        now=NOW,
    )

    with pytest.raises(AlreadyDecidedError):
        research.approve(extract_id)
    with pytest.raises(ExtractNotFetchableError):
        research.fetch(extract_id)
    ((user, organisation, subject, _),) = research.logged("extract.rejected")
    assert (user, organisation, subject) == (
        research.administrator.user_id,
        research.world.trust,
        str(extract_id),
    )


def test_an_extract_with_too_many_left_out_is_not_approved(research: Research) -> None:
    # By birth year and number of children nothing changes here; by place and course it does.
    narrow = replace(DEFINITION, years=(2025,), variables=("gender", "housing"))
    with research.world.database.connect() as connection:
        # Another answer would do as well: two of twelve are then like nobody.
        connection.execute(
            sa.text(
                "DROP TRIGGER frozen_registration_refuses_update"
                if research.world.database.dialect == "sqlite"
                else "DROP TRIGGER frozen_registration_refuses_change ON frozen_registration"
            )
        )
        columns = FROZEN_REGISTRATION.c
        men = connection.scalars(
            sa.select(columns.id)
            .where(columns.gender == 2, columns.round_id != research.world.round_id)
            .limit(2)
        ).all()
        connection.execute(
            sa.update(FROZEN_REGISTRATION).where(columns.id.in_(men)).values(birth_year=1950)
        )
    extract_id = research.ask(narrow)
    counted = count_extract(
        research.world.database, by=research.officer, extract_id=extract_id, now=NOW
    )
    assert (counted.classes.smallest, counted.classes.left_out, counted.allowed) == (2, 6, False)

    with pytest.raises(ClassesTooSmallError):
        research.approve(extract_id)
    assert stored(research, extract_id) == ("asked", None, None)

    # The control: one step coarser, as the page proposes.
    research.approve(research.ask(replace(narrow, age=Age.UNTOLD)))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"project": "  "}, TextMissingError),
        ({"purpose": "x" * 2_001}, TextMissingError),
        ({"legal_reference": ""}, TextMissingError),
        ({"recipient": "Ola, 410190 12345"}, TextMissingError),
        ({"expires_on": NOW.date() - timedelta(days=1)}, LastDayError),
        ({"expires_on": NOW.date() + timedelta(days=366)}, LastDayError),
    ],
)
def test_what_is_not_said_or_too_long_is_not_asked_for(
    research: Research, change: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        research.ask(application=replace(APPLICATION, **change))  # type: ignore[arg-type]
    assert research.logged("extract.asked") == []


@pytest.mark.parametrize(
    ("definition", "error"),
    [
        (replace(DEFINITION, years=()), NothingChosenError),
        (replace(DEFINITION, age=Age.UNTOLD, variables=()), NothingChosenError),
        (replace(DEFINITION, variables=("trust_pseudonym",)), NothingChosenError),
        (replace(DEFINITION, years=(2024,)), NotTheirRoundsError),
    ],
)
def test_only_what_is_frozen_and_known_can_be_asked_for(
    research: Research, definition: Definition, error: type[Exception]
) -> None:
    with pytest.raises(error):
        research.ask(definition)


def test_a_round_that_is_open_gives_nothing(world: World) -> None:
    analyst = somebody(world.database, "Anna Analytiker", Role.TRUST_ANALYST, world.trust)
    with pytest.raises(NotTheirRoundsError):
        Research(world, analyst, world.administrator, world.officer).ask()


def test_another_organisation_gets_nothing(research: Research) -> None:
    world = research.world
    extract_id = research.approved()
    region = create_organisation(
        world.database,
        kind=OrganisationKind.REGION,
        code="helse-nord",
        name="Nord",
        parent_id=world.nation,
        now=NOW,
    )
    roles = (Role.TRUST_ANALYST, Role.TRUST_ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER)
    others = [
        somebody(world.database, f"Fremmed{place}{role} Person", role, place)
        for place in (region, world.municipalities["1103"])
        for role in roles
    ]
    acts: tuple[Callable[[Actor], object], ...] = (
        lambda by: count_definition(world.database, by=by, definition=DEFINITION, now=NOW),
        lambda by: count_extract(world.database, by=by, extract_id=extract_id, now=NOW),
        lambda by: replace(research, analyst=by).ask(),
        lambda by: research.approve(extract_id, by=by),
        lambda by: end_extract(world.database, by=by, extract_id=extract_id, now=NOW),
        lambda by: research.fetch(extract_id, by=by),
    )
    for other in others:
        for act in acts:
            with pytest.raises(NotAllowedError):
                act(other)
    with pytest.raises(ExtractNotFoundError):
        research.fetch(extract_id + 1)
    # The control: their own.
    assert research.rows(extract_id)


def test_a_colleague_does_not_fetch_what_another_asked_for(research: Research) -> None:
    extract_id = research.approved()
    colleague = somebody(
        research.world.database, "Berit Kollega", Role.TRUST_ANALYST, research.world.trust
    )

    with pytest.raises(NotTheirExtractError):
        research.fetch(extract_id, by=colleague)
    assert research.logged("extract.fetched") == []


# The file


def test_the_file_has_the_chosen_columns_and_nobody_who_stands_out(research: Research) -> None:
    rows = research.rows(research.approved())

    names = list(rows[0])
    assert names[:5] == ["person", "year", "municipality", "age_group", "gender"]
    assert {name.split("__")[0] for name in names} == {
        "person", "year", "municipality", "age_group", *DEFINITION.variables,
    }  # fmt: skip
    assert len(rows) == 18
    alike = Counter((row["municipality"], row["age_group"], row["gender"]) for row in rows)
    assert sorted(alike.values()) == [6, 6, 6]
    assert {row["gender"] for row in rows} == {"1", "2"}


def test_a_person_is_one_person_in_both_years_of_a_file(research: Research) -> None:
    rows = research.rows(research.approved(BOTH_YEARS))

    years = Counter(row["person"] for row in rows)
    assert Counter(years.values()) == {2: 12, 1: 6}


def test_where_persons_are_not_followed_nobody_is_in_two_years(research: Research) -> None:
    rows = research.rows(research.approved(replace(BOTH_YEARS, follows_persons=False)))

    assert len(rows) == 30
    assert len({row["person"] for row in rows}) == 30


def test_two_projects_pseudonyms_have_nothing_in_common(research: Research) -> None:
    one, other = research.approved(), research.approved()
    frozen = FROZEN_REGISTRATION.c
    with research.world.database.read() as session:
        panel = {each.hex() for each in session.scalars(sa.select(frozen.trust_pseudonym)) if each}
        key_ids = {stored(research, each)[1] for each in (one, other)}

    first, second = ({row["person"] for row in research.rows(each)} for each in (one, other))

    assert len(first) == len(second) == 18
    assert not first & second
    assert len(key_ids) == 2
    # No text of the panel's, in whatever letters, is in the file.
    shown = "".join(first | second)
    assert not any(each[:8] in shown for each in panel)
    # The control: fetched again, a project's own are the same.
    assert {row["person"] for row in research.rows(one)} == first


def test_without_the_key_the_panel_does_not_lead_to_the_file(research: Research) -> None:
    """Whoever has the frozen rows and another key finds nobody; with the key, everybody."""
    extract_id = research.approved()
    shown = {row["person"] for row in research.rows(extract_id)}
    with research.world.database.read() as session:
        rows = [
            (person, 2026)
            for person in session.scalars(sa.select(FROZEN_REGISTRATION.c.trust_pseudonym))
        ]
    panel = pd.DataFrame(rows, columns=["person", "year"])
    keys = research.world.keys.for_extracts()
    _, key_id, wrapped = stored(research, extract_id)
    assert key_id is not None
    assert wrapped is not None
    fresh = keys.new()

    def found(key_id: str, wrapped: bytes) -> set[str]:
        key = keys.open(key_id, wrapped)
        return set(extract_file.renamed(panel, DEFINITION, key)["person"])

    assert not shown & found(fresh.id, fresh.wrapped)
    assert shown < found(key_id, wrapped)


def test_those_who_cannot_be_followed_are_each_somebody_else(research: Research) -> None:
    fresh = research.world.keys.for_extracts().new()
    key = research.world.keys.for_extracts().open(fresh.id, fresh.wrapped)
    rows = pd.DataFrame({"person": [None, None, b"p" * 32], "year": [2026, 2026, 2026]})

    names = list(extract_file.renamed(rows, DEFINITION, key)["person"])

    assert len(set(names)) == 3
    assert {len(name) for name in names} == {16}


def test_fetching_is_logged_where_it_belongs_and_in_every_municipality(
    research: Research,
) -> None:
    extract_id = research.approved()

    research.fetch(extract_id)

    world = research.world
    lines = research.logged("extract.fetched")
    assert {organisation for _, organisation, _, _ in lines} == {
        world.trust, world.municipalities["1103"], world.municipalities["1108"],
    }  # fmt: skip
    assert {(user, subject) for user, _, subject, _ in lines} == {
        (research.analyst.user_id, str(extract_id))
    }
    assert {detail for *_, detail in lines} == {"form=csv persons=18 smallest=6"}


def test_every_step_is_logged_once(research: Research) -> None:
    extract_id = research.approved()
    end_extract(research.world.database, by=research.administrator, extract_id=extract_id, now=NOW)

    for action, user in (
        ("extract.asked", research.analyst),
        ("extract.approved", research.administrator),
        ("extract.ended", research.administrator),
    ):
        ((by, organisation, subject, _),) = research.logged(action)
        assert (by, organisation, subject) == (
            user.user_id, research.world.trust, str(extract_id),
        )  # fmt: skip
    assert research.logged("extract.approved")[0][3] == (
        "persons=19 left_out=1 smallest_kept=6 smallest_allowed=5"
    )


# The end


def test_on_its_last_day_it_is_fetched_and_the_day_after_it_is_gone(research: Research) -> None:
    extract_id = research.approved()
    assert research.rows(extract_id, now=AFTER - timedelta(days=1))

    with pytest.raises(ExtractNotFetchableError):
        research.fetch(extract_id, now=AFTER)

    assert stored(research, extract_id) == ("ended", None, None)
    ((user, _, subject, detail),) = research.logged("extract.ended")
    assert (user, subject, detail) == (None, str(extract_id), "expired")
    # Not by turning the clock back either: there is no key any more.
    with pytest.raises(ExtractNotFetchableError):
        research.fetch(extract_id, now=NOW)


def test_a_nights_job_ends_what_has_expired_and_nothing_else(research: Research) -> None:
    extract_id = research.approved()
    database = research.world.database

    assert end_expired_extracts(database, now=NOW) == 0
    assert stored(research, extract_id)[0] == "approved"
    assert end_expired_extracts(database, now=AFTER) == 1
    assert end_expired_extracts(database, now=AFTER) == 0
    assert stored(research, extract_id) == ("ended", None, None)


def test_what_has_expired_before_it_was_decided_on_is_not_approved(research: Research) -> None:
    extract_id = research.ask()
    with pytest.raises(LastDayError):
        research.approve(extract_id, now=AFTER)


def test_an_ended_projects_key_is_in_no_file_of_the_database(research: Research) -> None:
    if research.world.database.dialect != "sqlite":
        pytest.skip("PostgreSQL cleans up in its own time")
    extract_id = research.approved()
    _, _, wrapped = stored(research, extract_id)
    assert wrapped is not None
    database = research.world.database
    database.leave_no_copies()
    with database.connect(writes=False) as connection:
        path = connection.exec_driver_sql("PRAGMA database_list").one()[2]

    def everything() -> bytes:
        content = b""
        for ending in ("", "-wal"):
            content += Path(path + ending).read_bytes()
        return content

    assert wrapped in everything(), "the control: it is there while it can be used"
    end_extract(database, by=research.administrator, extract_id=extract_id, now=NOW)
    assert wrapped not in everything()


def test_a_new_master_key_opens_the_projects_keys_too(research: Research) -> None:
    extract_id = research.approved()
    before = {row["person"] for row in research.rows(extract_id)}
    new = MasterKey(b"n" * 32)

    replace_master_key(research.world.database, earlier=MASTER, later=new, now=NOW)

    later = replace(
        research, world=replace(research.world, keys=Keys(research.world.database, new))
    )
    assert {row["person"] for row in later.rows(extract_id)} == before


def test_the_project_and_the_key_are_not_shown_by_mistake(research: Research) -> None:
    extract_id = research.approved()
    with research.world.database.read() as session:
        found = extract(session, extract_id)
    _, key_id, wrapped = stored(research, extract_id)
    assert key_id is not None
    assert key_id not in repr(found)
    assert repr(wrapped) not in repr(found)
    assert found is not None
    assert found.definition.place is Place.MUNICIPALITY
