"""Frozen rounds come out of the store as one history, each on the terms it was mapped on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from brukerplan.persistence.frames import RoundNotFrozenError, load_history
from brukerplan.persistence.tables import RoundMunicipality
from brukerplan.statistics.areas import municipality_area
from brukerplan.statistics.harmonise import Terms
from brukerplan.statistics.trend import Mark, count_years
from tests.actions.history import frozen_round
from tests.actions.world import World

STAVANGER = municipality_area("1103", 2020)


def test_the_years_of_a_merged_municipality_are_one_series_and_its_terms_are_marked(
    world: World,
) -> None:
    frozen_round(
        world, 2019, {"1103": 40, "1141": 10, "1142": 10}, inclusion_rule="at_registration"
    )
    frozen_round(world, 2020, {"1103": 70, "1108": 30})
    with world.database.read() as session:
        history = load_history(session)

    series = count_years(history, "overall_level").series(STAVANGER)

    assert [(point.year, point.base) for point in series.points] == [(2019, 60), (2020, 70)]
    assert series.point(2019).marks == {Mark.INCLUSION_RULE}
    assert series.point(2020).marks == frozenset()


def test_who_was_included_is_as_the_municipality_had_it(world: World) -> None:
    round_id = frozen_round(world, 2020, {"1103": 5, "1108": 5})
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(
                RoundMunicipality.round_id == round_id,
                RoundMunicipality.municipality_id == world.municipalities["1108"],
            )
            .values(mental_only_included=False, milder_included=False)
        )
    with world.database.read() as session:
        (found,) = load_history(session, [2020]).rounds

    assert found.took_part == {
        "1103": Terms("last_12_months", mental_only_included=True, milder_included=True),
        "1108": Terms("last_12_months", mental_only_included=False, milder_included=False),
    }


def test_a_municipality_that_did_not_take_part_is_not_in_the_history(world: World) -> None:
    frozen_round(world, 2020, {"1103": 5, "1108": 0})
    with world.database.read() as session:
        (found,) = load_history(session).rounds
    # The world's other municipalities are in no round of that year.
    assert set(found.took_part) == {"1103", "1108"}


def test_years_that_are_not_frozen_are_refused_by_name(world: World) -> None:
    with world.database.read() as session, pytest.raises(RoundNotFrozenError, match="any year"):
        load_history(session)
    frozen_round(world, 2020, {"1103": 5})
    with world.database.read() as session, pytest.raises(RoundNotFrozenError, match="2026"):
        load_history(session, [2020, 2026])
