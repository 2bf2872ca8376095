"""Figures of other sources are kept whole, with their source, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from brukerplan.actions.context import (
    SeriesExistsError,
    SeriesIdError,
    SeriesNotFoundError,
    SeriesTextError,
    import_context,
    kept_series,
)
from brukerplan.files import ContextProblemsError
from brukerplan.geography import YearTooFarAheadError
from brukerplan.persistence.tables import AccessLog, ContextValueRow
from brukerplan.statistics.context import REST, ContextSeries, Figure
from tests.actions.world import NOW, World
from tests.figures import TSB_EPISODES

FEW = b"code;year;value;denominator\n1103;2020;12;40\n1108;2020;5;\n"


def kept(world: World, content: bytes = FEW, **given: Any) -> ContextSeries:
    asked = {"series_id": "few", "title": "Tittel", "source": "Kilde", "unit": "antall", **given}
    return import_context(world.database, content=content, now=NOW, **asked)


def stored(world: World) -> int:
    with world.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(ContextValueRow)) or 0


def test_a_series_comes_back_as_it_was_laid_in(world: World) -> None:
    laid_in = kept(
        world,
        TSB_EPISODES.read_bytes(),
        series_id="tsb-episodes",
        title=" Episoder  i TSB ",
        borders_of=2016,
    )
    found = kept_series(world.database, "tsb-episodes")
    assert (found.title, found.source, found.unit, found.borders_of) == (
        "Episoder i TSB",
        "Kilde",
        "antall",
        2016,
    )
    assert set(found.figures) == set(laid_in.figures)
    assert len(found.figures) == 126
    assert {figure.code for figure in found.figures} > {REST, "1103"}


def test_denominators_come_back_too(world: World) -> None:
    kept(world)
    assert kept_series(world.database, "few").of_year(2020) == (
        Figure("1103", 2020, 12, 40),
        Figure("1108", 2020, 5),
    )


def test_one_wrong_cell_keeps_the_whole_file_out(world: World) -> None:
    with pytest.raises(ContextProblemsError):
        kept(world, FEW + b"9999;2020;1;\n")
    assert stored(world) == 0
    with pytest.raises(SeriesNotFoundError, match="Disse finnes: –"):
        kept_series(world.database, "few")


def test_a_series_is_replaced_only_when_asked_and_then_whole(world: World) -> None:
    kept(world)
    other = b"code;year;value\n1103;2021;7\n"
    with pytest.raises(SeriesExistsError, match="few"):
        kept(world, other)
    assert stored(world) == 2
    kept(world, other, title="Ny", replace=True)
    found = kept_series(world.database, "few")
    assert (found.title, found.figures) == ("Ny", (Figure("1103", 2021, 7),))
    # A file with a wrong cell replaces nothing.
    with pytest.raises(ContextProblemsError):
        kept(world, other + b"1103;2021;8\n", replace=True)
    assert kept_series(world.database, "few") == found


@pytest.mark.parametrize("series_id", ["", "Episoder", "1-first", "a b", "å", "x" * 41, "../x"])
def test_an_id_that_is_none_is_refused(world: World, series_id: str) -> None:
    with pytest.raises(SeriesIdError, match="høyst 40"):
        kept(world, series_id=series_id)


@pytest.mark.parametrize(
    "given", [{"title": " "}, {"source": ""}, {"unit": "x" * 41}, {"source": "x" * 501}]
)
def test_a_series_without_title_source_or_unit_is_refused(
    world: World, given: dict[str, Any]
) -> None:
    with pytest.raises(SeriesTextError):
        kept(world, **given)
    assert stored(world) == 0


def test_borders_of_a_year_nobody_knows_are_refused(world: World) -> None:
    with pytest.raises(YearTooFarAheadError):
        kept(world, borders_of=2400)


def test_a_series_that_is_not_there_is_refused_with_those_there_are(world: World) -> None:
    kept(world)
    with pytest.raises(SeriesNotFoundError, match="Disse finnes: few"):
        kept_series(world.database, "other")
    with pytest.raises(SeriesNotFoundError, match="«…»"):
        kept_series(world.database, "01017012345")


def test_that_figures_were_laid_in_stands_in_the_access_log(world: World) -> None:
    kept(world)
    with world.database.read() as session:
        act = session.scalars(
            sa.select(AccessLog).where(AccessLog.action == "context.imported")
        ).one()
    assert (act.user_id, act.subject, act.detail) == (None, "few", "figures=2 from=2020 to=2020")


@pytest.mark.parametrize(
    "values",
    [
        {"value": -1},
        {"value": 5, "denominator": 4},
        {"value": 0, "denominator": 0},
        {"code": "110"},
        {"year": 1500},
    ],
)
def test_the_database_refuses_what_the_program_does(world: World, values: dict[str, Any]) -> None:
    kept(world)
    row = {"series_id": "few", "code": "1144", "year": 2020, "value": 3} | values
    with pytest.raises(sa.exc.IntegrityError), world.database.begin() as session:
        session.execute(sa.insert(ContextValueRow).values(row))
    row |= {"value": 3, "denominator": 4, "code": "1144", "year": 2020}
    with world.database.begin() as session:
        session.execute(sa.insert(ContextValueRow).values(row))
