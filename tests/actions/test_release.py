from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions import release
from brukerplan.actions.areas import areas_of
from brukerplan.actions.release import (
    AlreadyPublishedError,
    NotFrozenError,
    OtherReleaseWaitingError,
    PublishedMeanwhileError,
    ReleaseNotFoundError,
    build_release,
    publish_release,
)
from brukerplan.actions.reporting import (
    DidNotTakePartError,
    YearNotReleasedError,
    report_data,
)
from brukerplan.disclosure.digest import ReleaseChangedError
from brukerplan.disclosure.status import ReleasedCell, Status
from brukerplan.geography import (
    MunicipalityNoLongerExistsError,
    UnknownMunicipalityError,
    municipalities_in,
)
from brukerplan.persistence.frames import load_frame
from brukerplan.persistence.queries.rounds import (
    current_round,
    released_years,
    releases,
    round_of_year,
)
from brukerplan.persistence.releases import released_areas, safe_tables, series_keys
from brukerplan.persistence.tables import RELEASED_CELL, Release, ReleasedArea
from tests.actions.history import frozen_round, released_round
from tests.actions.world import NOW, World

PERSONS = {"1101": 40, "1103": 60, "1108": 50, "1144": 6}


def test_what_is_published_is_what_was_frozen(world: World) -> None:
    released_round(world, 2024, PERSONS)
    with world.database.read() as session:
        frame = load_frame(session, 2024)
        tables = safe_tables(session, code="1103", of_year=2024)
    in_stavanger = (frame.data["municipality"] == "1103").to_numpy()
    housing = frame.column("housing")[in_stavanger]
    table = tables["housing", "all"]
    for code, number in (("green", 1), ("yellow", 2), ("red", 3), ("unknown", 99)):
        cell = table.cell(2024, code)
        if cell.status is Status.PUBLISHED:
            assert cell.count == int((housing == number).sum())
    assert table.base(2024) == 60


def test_a_small_municipality_is_hidden_with_a_reason(world: World) -> None:
    released_round(world, 2024, PERSONS)
    with world.database.read() as session:
        table = safe_tables(session, code="1144", of_year=2024)["overall_level", "all"]
    assert table.base(2024) is None
    assert table.reason(2024, "red")


def test_nothing_is_read_before_it_is_published(world: World) -> None:
    round_id = frozen_round(world, 2024, PERSONS)
    built = build_release(world.database, by=world.administrator, round_id=round_id, now=NOW)
    with world.database.read() as session:
        assert safe_tables(session, code="1103", of_year=2024) == {}
        assert released_years(session) == ()
        assert released_areas(session) == ()
        seen = safe_tables(session, code="1103", of_year=2024, include_unpublished=True)
    assert seen["housing", "all"].base(2024) == 60
    publish_release(world.database, by=world.administrator, release_id=built.id, now=NOW)
    with world.database.read() as session:
        assert safe_tables(session, code="1103", of_year=2024)["housing", "all"].base(2024) == 60
        assert released_years(session) == (2024,)
        found = round_of_year(session, 2024)
    assert found is not None
    assert found.state == "released"


def test_a_merged_municipality_gets_its_older_years_on_todays_borders(world: World) -> None:
    released_round(world, 2019, {"1102": 40, "1103": 60, "1129": 20, "1141": 30, "1142": 30})
    released_round(world, 2020, {"1103": 60, "1108": 50, "1101": 40})
    with world.database.read() as session:
        stavanger = safe_tables(session, code="1103", of_year=2020)["housing", "all"]
        sandnes = safe_tables(session, code="1108", of_year=2020)["housing", "all"]
        as_it_was = safe_tables(session, code="1103", of_year=2019)["housing", "all"]
    assert stavanger.area_keys == {2019: "1103+1141+1142", 2020: "1103"}
    # Every row with a base shows it or hides it; none is simply missing.
    for table in (stavanger, sandnes):
        assert table.cell(2019, "total").status is not Status.NOT_PUBLISHED
    assert as_it_was.base(2019) == 60


def test_older_years_are_not_made_up_for_a_part_that_did_not_take_part(world: World) -> None:
    released_round(world, 2019, {"1103": 60, "1141": 30, "1101": 30})
    released_round(world, 2020, {"1103": 60, "1108": 50, "1101": 40})
    with world.database.read() as session:
        table = safe_tables(session, code="1103", of_year=2020)["housing", "all"]
    assert table.cell(2019, "total").status is Status.NOT_PUBLISHED


def test_a_series_stops_at_a_split() -> None:
    assert series_keys("1508", of_year=2025, years=[2022, 2023, 2024, 2025]) == {
        2025: "1508",
        2024: "1508",
    }


def test_one_trust_alone_gives_no_region_and_no_nation(world: World) -> None:
    released_round(world, 2024, PERSONS)
    with world.database.read() as session:
        levels = {line.level for line in released_areas(session)}
    assert levels == {"municipality", "trust"}


def test_the_whole_country_gives_every_level() -> None:
    every = [place.code for place in municipalities_in(2024)]
    areas = areas_of(every, 2024)
    levels = [area.level for area in areas]
    assert levels.count("municipality") == len(every) == 357
    assert levels.count("region") > 1
    assert levels.count("nation") == 1
    nation = next(area for area in areas if area.level == "nation")
    assert nation.key == "norge"
    assert nation.members == frozenset(every)
    for level in ("trust", "region"):
        members = [area.members for area in areas if area.level == level]
        if level == "trust":
            assert sum(map(len, members)) == len(every)


def test_a_published_release_stands(world: World) -> None:
    release_id = released_round(world, 2024, PERSONS)
    with world.database.read() as session:
        found = round_of_year(session, 2024)
    assert found is not None
    with pytest.raises(AlreadyPublishedError):
        build_release(world.database, by=world.administrator, round_id=found.id, now=NOW)
    with pytest.raises(AlreadyPublishedError):
        publish_release(world.database, by=world.administrator, release_id=release_id, now=NOW)


def test_a_fingerprint_of_nothing_but_digits_is_no_national_number(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = frozen_round(world, 2024, PERSONS)
    built = build_release(world.database, by=world.administrator, round_id=round_id, now=NOW)
    with world.database.begin() as session:
        session.execute(sa.update(Release).values(digest="1234567890" * 6 + "1234"))
    monkeypatch.setattr(release, "verify_release", lambda *_: None)
    publish_release(world.database, by=world.administrator, release_id=built.id, now=NOW)
    with world.database.read() as session:
        assert released_years(session) == (2024,)


def test_a_built_release_is_replaced_by_building_again(world: World) -> None:
    round_id = frozen_round(world, 2024, PERSONS)
    first = build_release(world.database, by=world.administrator, round_id=round_id, now=NOW)
    second = build_release(world.database, by=world.administrator, round_id=round_id, now=NOW)
    with world.database.read() as session:
        assert [line.id for line in releases(session)] == [second.id]
    # The same frozen data under the same policy give the same release.
    assert first.digest == second.digest
    assert first.cells == second.cells
    assert sum(second.cells.values()) > 0
    with pytest.raises(ReleaseNotFoundError):
        publish_release(world.database, by=world.administrator, release_id=second.id + 100, now=NOW)


def test_two_years_do_not_wait_for_publication_at_once(world: World) -> None:
    first = frozen_round(world, 2023, PERSONS)
    second = frozen_round(world, 2024, PERSONS)
    build_release(world.database, by=world.administrator, round_id=first, now=NOW)
    with pytest.raises(OtherReleaseWaitingError, match="2023"):
        build_release(world.database, by=world.administrator, round_id=second, now=NOW)


def test_a_release_does_not_overlook_what_was_published_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = frozen_round(world, 2023, PERSONS)
    waiting = build_release(world.database, by=world.administrator, round_id=first, now=NOW)
    second = frozen_round(world, 2024, PERSONS)
    counting = release._protected

    def published_meanwhile(*given: Any) -> tuple[ReleasedCell, ...]:
        cells = counting(*given)
        publish_release(world.database, by=world.administrator, release_id=waiting.id, now=NOW)
        return cells

    monkeypatch.setattr(release, "_protected", published_meanwhile)
    # As if it had been built by somebody else in between.
    monkeypatch.setattr(release, "_refuse_if_published_or_waiting", lambda *_: None)
    with pytest.raises(PublishedMeanwhileError):
        build_release(world.database, by=world.administrator, round_id=second, now=NOW)


def test_an_open_round_is_not_released(world: World) -> None:
    with world.database.read() as session:
        found = current_round(session)
    assert found is not None
    with pytest.raises(NotFrozenError):
        build_release(world.database, by=world.administrator, round_id=found.id, now=NOW)


def test_only_the_trust_builds_and_publishes(world: World) -> None:
    round_id = frozen_round(world, 2024, PERSONS)
    with pytest.raises(NotAllowedError):
        build_release(world.database, by=world.coordinator, round_id=round_id, now=NOW)
    built = build_release(world.database, by=world.administrator, round_id=round_id, now=NOW)
    with pytest.raises(NotAllowedError):
        publish_release(world.database, by=world.coordinator, release_id=built.id, now=NOW)


@pytest.mark.parametrize("table", [Release, ReleasedArea, RELEASED_CELL])
def test_the_database_refuses_to_change_what_is_published(
    world: World, table: type[Release] | type[ReleasedArea] | sa.Table
) -> None:
    released_round(world, 2024, PERSONS)
    column = "count" if table is RELEASED_CELL else "digest"
    for change in (
        sa.update(table).values({column: 7 if column == "count" else "0" * 64}),
        sa.delete(table),
    ):
        with (
            pytest.raises(IntegrityError, match=r"does not change|foreign key|FOREIGN KEY"),
            world.database.begin() as session,
        ):
            session.execute(change)


def test_cells_changed_behind_the_programs_back_are_not_shown_nor_published(
    world: World,
) -> None:
    round_id = frozen_round(world, 2024, PERSONS)
    built = build_release(world.database, by=world.administrator, round_id=round_id, now=NOW)
    with world.database.begin() as session:
        session.execute(
            sa.update(RELEASED_CELL)
            .where(RELEASED_CELL.c.status == "published", RELEASED_CELL.c.area == "1103")
            .values(count=RELEASED_CELL.c.count + 1)
        )
    with world.database.read() as session, pytest.raises(ReleaseChangedError):
        safe_tables(session, code="1103", of_year=2024, include_unpublished=True)
    with pytest.raises(ReleaseChangedError):
        publish_release(world.database, by=world.administrator, release_id=built.id, now=NOW)


def test_a_report_gathers_the_area_its_trust_and_how_it_took_part(world: World) -> None:
    released_round(world, 2023, PERSONS)
    released_round(world, 2024, PERSONS)
    data = report_data(world.database, code="1103", year=2024)
    assert (data.area_name, data.area_key, data.level) == ("Stavanger", "1103", "municipality")
    assert (data.years, data.edition, data.synthetic) == ((2023, 2024), "2015", True)
    assert set(data.comparisons) == {"trust"}
    assert data.comparison_names["trust"]
    assert data.participation[2024].inclusion_rule == "last_12_months"
    assert data.published_on == NOW.date()
    assert data.population_18_plus
    assert not data.series_stopped_by_split
    own, trust = data.table("housing"), data.comparison("trust", "housing")
    assert own is not None
    assert trust is not None
    assert own.base(2024) == 60
    assert trust.base(2024) == 156


def test_a_report_says_what_there_is_when_it_cannot_be_made(world: World) -> None:
    released_round(world, 2024, PERSONS)
    with pytest.raises(YearNotReleasedError, match="2024"):
        report_data(world.database, code="1103", year=2023)
    with pytest.raises(DidNotTakePartError, match="Hjelmeland"):
        report_data(world.database, code="1133", year=2024)
    with pytest.raises(MunicipalityNoLongerExistsError):
        report_data(world.database, code="1102", year=2024)
    with pytest.raises(UnknownMunicipalityError):
        report_data(world.database, code="9999", year=2024)
