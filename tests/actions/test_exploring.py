from __future__ import annotations

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, Membership
from brukerplan.access.roles import Role
from brukerplan.actions import release
from brukerplan.actions.exploring import Offer, Place, Wanted, explore, offered
from brukerplan.actions.release import build_release, publish_release
from brukerplan.disclosure.status import Status
from brukerplan.persistence.tables import RELEASED_CELL
from brukerplan.reports.explore import Setting, points
from brukerplan.reports.explored import Explored, ExploredArea, Gap
from brukerplan.translation import translator
from tests.actions.history import frozen_round, released_round
from tests.actions.world import NOW, World

CELLS = RELEASED_CELL.c
PERSONS = {"1101": 40, "1103": 60, "1108": 50, "1144": 6}
TRUST: Place = ("trust", "stavanger")
STAVANGER: Place = ("municipality", "1103")
SANDNES: Place = ("municipality", "1108")
KVITSOY: Place = ("municipality", "1144")


def analyst(world: World, organisation_id: int | None = None) -> Actor:
    """An analyst in the trust, or in another organisation."""
    held = Membership(Role.TRUST_ANALYST, organisation_id or world.trust)
    return Actor(world.administrator.user_id, "Anders Analytiker", frozenset({held}))


def offer_to(world: World, actor: Actor | None) -> Offer:
    with world.database.read() as session:
        return offered(session, actor)


def view(
    world: World,
    *areas: Place,
    actor: Actor | None = None,
    table: str = "housing",
    chosen: tuple[str, ...] = (),
    population: str = "all",
    first: int = 2024,
    last: int = 2024,
) -> Explored:
    with world.database.read() as session:
        wanted = Wanted(table, chosen, population, areas, first, last)
        return explore(session, offer=offered(session, actor), wanted=wanted)


def gap(area: ExploredArea, year: int) -> Gap | None:
    return area.years[year].gap


def test_every_number_is_the_released_cells_own(world: World) -> None:
    released_round(world, 2024, PERSONS)
    shown = view(world, TRUST, STAVANGER, KVITSOY, first=2024)
    with world.database.read() as session:
        rows = session.execute(
            sa.select(CELLS.level, CELLS.area, CELLS.category, CELLS.status, CELLS["count"]).where(
                CELLS.table_id == "housing", CELLS.population == "all"
            )
        )
        stored = {tuple(place): (status, count) for *place, status, count in rows}

    setting, compared = Setting.of(shown, translator("nb")), 0
    for area in shown.areas:
        _, base = stored[area.level, area.key, "total"]
        for measure in setting.measures:
            (point,) = points(shown, area, measure)
            status, count = stored[area.level, area.key, measure.id]
            assert (point.status, point.count, point.base) == (status, count, base)
            compared += count is not None
    assert compared > 4, "and some of them are numbers"


def test_a_hidden_number_is_missing_from_every_sum_it_is_part_of(world: World) -> None:
    released_round(world, 2024, PERSONS)
    shown = view(world, KVITSOY, chosen=("red", "green"))

    *_, together = Setting.of(shown, translator("nb")).measures
    (point,) = points(shown, shown.areas[0], together)

    assert together.categories == ("green", "red")
    assert point.hidden
    assert (point.count, point.base, point.percent, point.interval) == (None, None, None, None)
    assert point.reason


def test_a_year_says_why_it_has_no_numbers(world: World) -> None:
    released_round(world, 2021, {"1101": 40, "1103": 60, "1108": 50})
    released_round(world, 2023, {"1101": 40, "1108": 50, "1144": 40})
    shown = view(world, STAVANGER, TRUST, ("region", "helse-vest"), first=2021, last=2023)
    stavanger, trust, region = shown.areas

    assert gap(stavanger, 2022) is Gap.NO_ROUND
    assert gap(stavanger, 2023) is Gap.DID_NOT_TAKE_PART
    assert gap(trust, 2021) is gap(trust, 2023) is None
    assert gap(region, 2021) is Gap.NO_AREA, "it would be the trust over again"


def test_a_question_that_is_new_was_not_asked_before(world: World) -> None:
    released_round(world, 2025, PERSONS)
    world.approve(persons=12)
    world.freeze()
    publish(world)
    (trust,) = view(world, TRUST, table="violence_exposed", first=2025, last=2026).areas

    assert gap(trust, 2025) is Gap.NOT_ASKED
    assert gap(trust, 2026) is None


def test_a_merged_municipality_is_not_a_part_of_itself(world: World) -> None:
    released_round(world, 2019, {"1103": 60, "1141": 30, "1101": 30})
    released_round(world, 2020, {"1103": 60, "1108": 50, "1101": 40})
    today = view(world, STAVANGER, first=2019, last=2020).areas[0]
    then = view(world, STAVANGER, first=2019, last=2019).areas[0]

    assert gap(today, 2019) is Gap.TOOK_PART_IN_PART
    assert today.years[2019].took_part == ("Finnøy", "Stavanger")
    assert today.years[2019].absent == ("Rennesøy",)
    assert gap(then, 2019) is None, "on the borders of then it is whole"


def test_a_series_stops_at_a_split(world: World) -> None:
    persons = {"1103": 60, "1108": 50, "1101": 40}
    released_round(world, 2023, {**persons, "1507": 40})
    released_round(world, 2024, {**persons, "1508": 40})
    (after,) = view(world, ("municipality", "1508"), first=2023, last=2024).areas

    assert gap(after, 2023) is Gap.SPLIT
    assert gap(after, 2024) is None


def test_groups_are_for_areas_above_a_municipality(world: World) -> None:
    released_round(world, 2024, PERSONS)
    shown = view(world, STAVANGER, TRUST, population="substance")

    assert gap(shown.areas[0], 2024) is Gap.GROUP_NOT_AT_LEVEL
    assert gap(shown.areas[1], 2024) is None
    never = view(world, TRUST, population="mental_only", table="rop_group")
    assert gap(never.areas[0], 2024) is Gap.NOT_PUT_TO_GROUP


def test_before_it_is_published_only_the_trusts_own_people_see_it(world: World) -> None:
    released_round(world, 2023, PERSONS)
    round_id = frozen_round(world, 2024, PERSONS)
    build_release(world.database, by=world.administrator, round_id=round_id, now=NOW)

    for stranger in (None, world.registrar, world.coordinator):
        assert offer_to(world, stranger).years == (2023,)
        (hidden,) = view(world, STAVANGER, actor=stranger, first=2023).areas
        assert gap(hidden, 2024) is Gap.NO_ROUND
        assert hidden.table is not None
        assert hidden.table.years == (2023,)
    insider = analyst(world)
    assert offer_to(world, insider).unpublished == (2024,)
    shown = view(world, STAVANGER, actor=insider, first=2023)
    assert gap(shown.areas[0], 2024) is None
    assert shown.unpublished == {2024}
    assert not shown.areas[0].years[2023].unpublished


def test_an_analyst_sees_nothing_unpublished_of_a_neighbour(world: World) -> None:
    released_round(world, 2023, PERSONS)
    round_id = frozen_round(world, 2024, PERSONS)
    build_release(world.database, by=world.administrator, round_id=round_id, now=NOW)
    near = analyst(world, world.municipalities["1103"])

    shown = view(world, STAVANGER, SANDNES, TRUST, actor=near, first=2023)

    assert [gap(area, 2024) for area in shown.areas] == [
        None,
        Gap.NOT_YET_PUBLISHED,
        Gap.NOT_YET_PUBLISHED,
    ]
    for area in shown.areas[1:]:
        assert area.table is not None
        assert area.table.cell(2024, "red").status is Status.NOT_PUBLISHED


def test_older_years_on_new_borders_are_marked_while_they_are_not_published(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the merger had not been known when 2019 was published.
    monkeypatch.setattr(release, "merged_later", lambda codes, year: ())
    released_round(world, 2019, {"1102": 40, "1103": 60, "1129": 20, "1141": 30, "1142": 30})
    round_id = frozen_round(world, 2020, {"1103": 60, "1108": 50, "1101": 40})
    build_release(world.database, by=world.administrator, round_id=round_id, now=NOW)

    (area,) = view(world, STAVANGER, actor=analyst(world), first=2019, last=2020).areas

    assert area.years[2019].unpublished
    assert area.years[2020].unpublished


def test_the_analysts_own_area_comes_first(world: World) -> None:
    released_round(world, 2024, PERSONS)

    assert offer_to(world, analyst(world)).own == (TRUST,)
    assert offer_to(world, None).own == ()
    assert STAVANGER in offer_to(world, world.coordinator).own


def publish(world: World) -> None:
    built = build_release(world.database, by=world.administrator, round_id=world.round_id, now=NOW)
    publish_release(world.database, by=world.administrator, release_id=built.id, now=NOW)
