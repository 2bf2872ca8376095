"""An explored view as lines and as plain data, for files: what the page shows and no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brukerplan.reports.explore import Measure, Point, Setting, points
from brukerplan.reports.explored import ExploredArea
from brukerplan.translation import mark

_HEAD = (
    mark("Tabell"),
    mark("Kategori"),
    mark("Gruppe"),
    mark("Nivå"),
    mark("Områdekode"),
    mark("Område"),
    mark("År"),
    mark("Antall"),
    mark("Grunnlag"),
    mark("Prosent"),
    mark("Fra prosent"),
    mark("Til prosent"),
    mark("Status"),
    mark("Grunn"),
    mark("Publisert"),
)
GROUPS = {
    "all": mark("Alle kartlagte"),
    "substance": mark("Personer med rusproblemer"),
    "mental_only": mark("Personer med bare psykiske helseproblemer"),
}
LEVELS = {
    "nation": mark("Landet"),
    "region": mark("Helseregion"),
    "trust": mark("Helseforetaksområde"),
    "municipality": mark("Kommune"),
}


def lines(setting: Setting) -> Iterator[tuple[str, ...]]:
    """Yield a line of headings and then one for each category, area and year, as texts.

    Numbers are plain digits; a number that is missing is an empty text, and the status and
    the reason beside it say why.
    """
    t, explored = setting.translator, setting.explored
    yield tuple(map(t.gettext, _HEAD))
    group = t.gettext(GROUPS[explored.population])
    for measure, area, point in _all(setting):
        yield (
            setting.title,
            measure.label,
            group,
            t.gettext(LEVELS[area.level]),
            area.years[point.year].key or area.key,
            setting.area_name(area),
            str(point.year),
            *map(_digits, (point.count, point.base, point.percent, *_limits(point))),
            point.status,
            t.gettext(point.reason) if point.reason else "",
            t.gettext("nei") if point.unpublished else t.gettext("ja"),
        )


def data(setting: Setting) -> dict[str, Any]:
    """Return the view as strings, numbers, booleans, ``None``, lists and dictionaries."""
    t, explored = setting.translator, setting.explored
    return {
        "table": explored.table,
        "label": setting.title,
        "population": explored.population,
        "language": t.language,
        "synthetic": explored.synthetic,
        "measures": [
            {"id": one.id, "label": one.label, "categories": list(one.categories)}
            for one in setting.measures
        ],
        "areas": [
            {"level": area.level, "key": area.key, "name": setting.area_name(area)}
            for area in explored.areas
        ],
        "releases": [
            {
                "year": one.year,
                "published_on": one.published_on and one.published_on.isoformat(),
                "digest": short(one.digest),
                "edition": explored.editions[one.year],
            }
            for one in explored.releases
        ],
        "cells": [
            {
                "measure": measure.id,
                "level": area.level,
                "area": area.key,
                "area_in_year": area.years[point.year].key or None,
                "year": point.year,
                "count": point.count,
                "base": point.base,
                "percent": point.percent,
                "interval": None if point.interval is None else list(point.interval),
                "status": point.status,
                "reason": t.gettext(point.reason) if point.reason else None,
                "published": not point.unpublished,
            }
            for measure, area, point in _all(setting)
        ],
    }


def short(digest: str) -> str:
    """As much of a fingerprint as a person compares."""
    return digest[:16]


def _all(setting: Setting) -> Iterator[tuple[Measure, ExploredArea, Point]]:
    explored = setting.explored
    for measure in setting.measures:
        for area in explored.areas:
            for point in points(explored, area, measure):
                yield measure, area, point


def _limits(point: Point) -> tuple[int | None, int | None]:
    return point.interval or (None, None)


def _digits(number: int | None) -> str:
    return "" if number is None else str(number)
