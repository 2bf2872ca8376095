"""A synthetic population that is mapped year after year; nobody in it exists.

Method: who is mapped where is moved from year to year (``movements``). What is answered
about each person rests on slowly changing latent scores (``latents``), of which one, the
severity, is shared by areas, problems, services and plans. Codes are given by rank until the
published shares are met (``quotas``, ``calibration``), so that marginals are right while
persons change only a little at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from brukerplan.demo import shares
from brukerplan.demo.areas import AreaFit, rate_areas
from brukerplan.demo.calibration import Area, aims
from brukerplan.demo.casework import Casework
from brukerplan.demo.latents import Latents
from brukerplan.demo.lives import (
    tell_background,
    tell_children,
    tell_living,
    tell_problems,
    tell_substances,
    tell_yes_and_no,
)
from brukerplan.demo.movements import SUBSTANCE, Movements, movements
from brukerplan.demo.quotas import Codes, top_by_stratum
from brukerplan.demo.support import tell_plans, tell_services
from brukerplan.demo.units import unit_kinds
from brukerplan.identity.national_number import Gender, synthetic_number
from brukerplan.questionnaire.registry import edition_for_year

YEARS = range(2015, 2027)
DEFAULT_SEED = 2015

_YOUNGEST, _OLDEST_NEW = 16, 88
# Those who turn 16 in the year are born before November: no round begins earlier.
_BORN_BEFORE = 304
# About two hundred test numbers exist for a date of birth and a sex.
_SAME_BIRTHDAY_AND_SEX = 150


@dataclass(frozen=True, slots=True)
class Persons:
    """The fictive persons; arrays as long as there are persons in all years together.

    ``serial`` tells those with the same date of birth and sex apart.
    """

    birth_date: npt.NDArray[np.datetime64]
    female: npt.NDArray[np.bool_]
    serial: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.female.size)

    def national_number(self, person: int) -> str:
        """Return the person's test number (month + 80); no two persons share one."""
        born: date = self.birth_date[person].astype("datetime64[D]").item()
        gender: Gender = "female" if self.female[person] else "male"
        return synthetic_number(born, gender, int(self.serial[person]))


@dataclass(frozen=True, slots=True)
class MappedYear:
    """One year's registrations, one row a person.

    Parameters
    ----------
    person
        Indices into ``Persons``, ascending.
    municipality
        Code valid in ``year``, a row.
    unit_kind
        Index into ``units.UNIT_KINDS``, a row.
    answers
        int16 by column of the edition; ``NULL`` (-32768) is no answer.
    took_part
        Codes of the municipalities that took part, those without anybody included.
    """

    year: int
    edition: str
    person: npt.NDArray[np.int64]
    municipality: npt.NDArray[np.str_]
    unit_kind: npt.NDArray[np.int8]
    answers: Mapping[str, Codes]
    took_part: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.person.size)


@dataclass(frozen=True, slots=True)
class Population:
    """Persons and the years they were mapped."""

    area: Area
    seed: int
    persons: Persons
    years: Mapping[int, MappedYear]


def synthetic_population(*, area: Area, seed: int, years: range = YEARS) -> Population:
    """Make the population of ``area``; the same seed and years give the same population.

    Parameters
    ----------
    area
        ``"stavanger"``, the health trust's catchment, about 5,000 a year; or
        ``"national"``, about 50,000.
    years
        Consecutive, from 2015: the first year is the one calibrated.

    Raises
    ------
    ValueError
        ``years`` does not begin in 2015, goes beyond 2026 or leaves years out.
    """
    if years.step != 1 or years.start != YEARS.start or not years.start < years.stop <= YEARS.stop:
        raise ValueError(f"years must be consecutive, from {YEARS.start} to {YEARS.stop - 1}")
    moved = movements(area=area, years=years, rng=np.random.default_rng([seed, 1]))
    persons = _persons(moved, aims(area)["women"], seed)
    latents = Latents(seed=seed, persons=len(persons))
    told: dict[int, MappedYear] = {}
    fit: AreaFit | None = None
    for year in years:
        told[year], fit = _mapped_year(moved, persons, latents, aims(area), year, fit)
    return Population(area, seed, persons, MappingProxyType(told))


def _persons(moved: Movements, women: float, seed: int) -> Persons:
    """Give everyone a date of birth and a sex, each year's newcomers from their own stream."""
    size = moved.first_year.size
    female, birth_date = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype="datetime64[D]")
    for year in np.unique(moved.first_year).tolist():
        new = np.flatnonzero(moved.first_year == year)
        rng, users = np.random.default_rng([seed, 2, year]), moved.first_group[new] == SUBSTANCE
        female[new] = top_by_stratum(
            rng.random(new.size), [(users, women), (~users, shares.WOMEN_MENTAL_ONLY)]
        )
        ages = shares.AGE_FIRST_YEAR if year == YEARS.start else shares.AGE_NEWCOMERS
        mean, spread = np.array(ages)[moved.first_group[new]].T
        age = _ages(mean, spread, rng)
        days = np.where(age == _YOUNGEST, _BORN_BEFORE, 365)
        birth_year = (year - age - 1970).astype("datetime64[Y]").astype("datetime64[D]")
        birth_date[new] = birth_year + np.floor(days * rng.random(new.size)).astype(np.int64)
    return Persons(birth_date, female, _serials(birth_date, female))


def _ages(
    mean: npt.NDArray[np.float64], spread: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Draw ages, anew for those outside the bounds, so that none pile up at sixteen."""
    age = np.floor(mean + spread * rng.standard_normal(mean.size))
    while (outside := (age < _YOUNGEST) | (age > _OLDEST_NEW)).any():
        again = mean[outside] + spread[outside] * rng.standard_normal(int(outside.sum()))
        age[outside] = np.floor(again)
    return age.astype(np.int64)


def _serials(
    birth_date: npt.NDArray[np.datetime64], female: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Number those of the same date of birth and sex from 0."""
    order = np.lexsort((female, birth_date))
    date_in_order, female_in_order = birth_date[order], female[order]
    starts = np.ones(order.size, dtype=np.bool_)
    starts[1:] = (date_in_order[1:] != date_in_order[:-1]) | (
        female_in_order[1:] != female_in_order[:-1]
    )
    first = np.maximum.accumulate(np.where(starts, np.arange(order.size), 0))
    serial = np.empty(order.size, dtype=np.int64)
    serial[order] = np.arange(order.size) - first
    assert serial.max(initial=0) < _SAME_BIRTHDAY_AND_SEX
    return serial


def _mapped_year(
    moved: Movements,
    persons: Persons,
    latents: Latents,
    aimed: Mapping[str, float],
    year: int,
    fit: AreaFit | None,
) -> tuple[MappedYear, AreaFit]:
    who = moved.years[year]
    birth_year = persons.birth_date[who.person].astype("datetime64[Y]").astype(np.int64) + 1970
    questionnaire = edition_for_year(year)
    casework = Casework(
        questionnaire=questionnaire,
        year=year,
        person=who.person,
        substance=who.group == SUBSTANCE,
        age=year - birth_year,
        female=persons.female[who.person],
        frailty=moved.frailty[who.person],
        latents=latents,
        aims=aimed,
    )
    tell_background(casework, birth_year)
    fit = rate_areas(casework, fit)
    tell_problems(casework)
    tell_substances(casework)
    tell_living(casework)
    tell_children(casework)
    tell_yes_and_no(casework)
    tell_services(casework)
    tell_plans(casework)
    casework.route()
    mapped = MappedYear(
        year=year,
        edition=questionnaire.edition,
        person=who.person,
        municipality=who.municipality,
        unit_kind=unit_kinds(who.municipality, latents.of("unit", who.person, persistence=0.97)),
        answers=MappingProxyType(casework.columns()),
        took_part=who.took_part,
    )
    return mapped, fit
