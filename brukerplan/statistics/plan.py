"""An escalation plan as data: goals, and indicators that say whether things move its way.

A plan is one TOML file; a new plan needs no code. Every text stands in all three languages,
and everything an indicator counts is a category of a table that some edition has: a file that
says otherwise is refused as it is read, with the place in it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from brukerplan.questionnaire.registry import EDITIONS
from brukerplan.statistics.tables import tables_for
from brukerplan.translation import LANGUAGES

T = TypeVar("T")


class PlanFileError(ValueError):
    """A plan file says something that cannot be; the text names the place and what to mend."""


class Measure(StrEnum):
    """What is followed: a share of those asked, or how many there are."""

    SHARE = "share"
    NUMBER = "number"


class Wanted(StrEnum):
    """Which way the plan wants it to move."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Cells:
    """Some categories of one table."""

    table: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One number that is followed.

    Parameters
    ----------
    title, definition
        By language.
    counted
        Whom it counts.
    among
        Who is in the base: whoever all of these are true of, and who was asked about
        ``counted``. Of a table that is counted and is here too, only these categories are.
    target
        In percent, or how many; ``None`` where the plan names none.
    """

    id: str
    title: Mapping[str, str]
    definition: Mapping[str, str]
    measure: Measure
    wanted: Wanted
    counted: Cells
    among: tuple[Cells, ...]
    target: Decimal | None


@dataclass(frozen=True, slots=True)
class Goal:
    """What the plan wants, and the indicators that tell of it."""

    id: str
    title: Mapping[str, str]
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan for some years, compared with the year before it began."""

    id: str
    title: Mapping[str, str]
    source: str
    first_year: int
    last_year: int
    baseline_year: int
    goals: tuple[Goal, ...]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators, in the order of the goals."""
        return tuple(one for goal in self.goals for one in goal.indicators)


@cache
def plans() -> tuple[Plan, ...]:
    """Return the plans that come with the program, the newest first."""
    folder = resources.files(__package__) / "plans"
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    found = [parse_plan((folder / name).read_text(encoding="utf-8")) for name in files]
    return tuple(sorted(found, key=lambda plan: -plan.first_year))


def parse_plan(text: str) -> Plan:
    """Read a plan file.

    Raises
    ------
    PlanFileError
        It is no TOML, lacks something, names a table or category that no edition has, or
        leaves out one of the languages.
    """
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanFileError(f"the plan file is no TOML: {error}") from error
    plan = _Place("the plan", read)
    found = Plan(
        id=plan.text("id"),
        title=plan.languages("title"),
        source=plan.text("source"),
        first_year=plan.year("first_year"),
        last_year=plan.year("last_year"),
        baseline_year=plan.year("baseline_year"),
        goals=tuple(_goal(place) for place in plan.places("goals")),
    )
    plan.nothing_else()
    if not found.baseline_year <= found.first_year <= found.last_year:
        raise PlanFileError("the plan: baseline_year, first_year and last_year are not in order")
    _require_unique("goal", (goal.id for goal in found.goals))
    _require_unique("indicator", (one.id for one in found.indicators))
    return found


def _goal(place: _Place) -> Goal:
    goal = Goal(
        id=place.text("id"),
        title=place.languages("title"),
        indicators=tuple(_indicator(each) for each in place.places("indicators")),
    )
    place.nothing_else()
    return goal


def _indicator(place: _Place) -> Indicator:
    found = Indicator(
        id=place.text("id"),
        title=place.languages("title"),
        definition=place.languages("definition"),
        measure=place.one_of("measure", Measure, default=Measure.SHARE),
        wanted=place.one_of("wanted", Wanted),
        counted=_cells(place.place("counted")),
        among=tuple(_cells(each) for each in place.places("among", needed=False)),
        target=place.target(),
    )
    place.nothing_else()
    tables = [cells.table for cells in found.among]
    if len(set(tables)) != len(tables):
        raise PlanFileError(f"{place.name}: among names a table twice")
    for cells in found.among:
        inside = set(cells.categories)
        if cells.table == found.counted.table and not set(found.counted.categories) <= inside:
            raise PlanFileError(f"{place.name}: counts categories that its own base leaves out")
    return found


def _cells(place: _Place) -> Cells:
    found = Cells(place.text("table"), place.texts("categories"))
    place.nothing_else()
    known = _categories().get(found.table)
    if known is None:
        raise PlanFileError(f"{place.name}: no edition has the table {found.table!r}")
    if strange := sorted(set(found.categories) - known):
        raise PlanFileError(f"{place.name}: {found.table} has no category {strange[0]!r}")
    return found


@cache
def _categories() -> dict[str, frozenset[str]]:
    """The categories of every table in any edition."""
    found: dict[str, frozenset[str]] = {}
    for q in EDITIONS:
        for spec in tables_for(q):
            found[spec.id] = found.get(spec.id, frozenset()) | set(spec.category_ids)
    return found


def _require_unique(kind: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for id_ in ids:
        if id_ in seen:
            raise PlanFileError(f"the {kind} {id_!r} is there twice")
        seen.add(id_)


class _Place:
    """A part of the file, and what has been read of it."""

    def __init__(self, name: str, read: Mapping[str, Any]) -> None:
        self.name = name
        self._read = read
        self._left = set(read)

    def text(self, key: str) -> str:
        return self._typed(key, str, "a text")

    def texts(self, key: str) -> tuple[str, ...]:
        found = self._typed(key, list, "a list of texts")
        if not found or not all(isinstance(each, str) for each in found):
            raise PlanFileError(f"{self.name}: {key} must be a list of texts")
        return tuple(found)

    def year(self, key: str) -> int:
        return self._typed(key, int, "a year")

    def languages(self, key: str) -> dict[str, str]:
        place = self.place(key)
        found = {language: place.text(language) for language in LANGUAGES}
        place.nothing_else()
        return found

    def one_of(self, key: str, kind: Callable[[str], T], *, default: T | None = None) -> T:
        if default is not None and key not in self._read:
            return default
        try:
            return kind(self.text(key))
        except ValueError as error:
            raise PlanFileError(f"{self.name}: {key}: {error}") from error

    def target(self) -> Decimal | None:
        if "target" not in self._read:
            return None
        try:
            return Decimal(self.text("target"))
        except InvalidOperation as error:
            raise PlanFileError(f"{self.name}: target must be a number in quotes") from error

    def place(self, key: str) -> _Place:
        read = self._typed(key, dict, "a table")
        return _Place(f"{self.name}, {key}", read)

    def places(self, key: str, *, needed: bool = True) -> tuple[_Place, ...]:
        if not needed and key not in self._read:
            return ()
        found = self._typed(key, list, "a list of tables")
        if not found or not all(isinstance(each, dict) for each in found):
            raise PlanFileError(f"{self.name}: {key} must be a list of tables")
        return tuple(
            _Place(f"{self.name}, {key} {each.get('id', number)!r}", each)
            for number, each in enumerate(found, start=1)
        )

    def nothing_else(self) -> None:
        if self._left:
            raise PlanFileError(f"{self.name}: what is {sorted(self._left)[0]!r}?")

    def _typed(self, key: str, kind: type[T], wanted: str) -> T:
        if key not in self._read:
            raise PlanFileError(f"{self.name}: {key} is missing")
        found = self._read[key]
        if not isinstance(found, kind) or isinstance(found, bool):
            raise PlanFileError(f"{self.name}: {key} must be {wanted}")
        self._left.discard(key)
        return found
