"""Which municipalities take part each year, how large they are, and how they continue.

Sizes and numbers of municipalities are published for 2015, 2018, 2019 and 2020 only; the
other years are interpolated, and from 2021, when collection stopped, invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from brukerplan.demo.calibration import Area, aims
from brukerplan.geography import municipalities_in, population_18_plus
from brukerplan.geography.changes import predecessors, successors

# Mental-health-only users per user with substance problems, national 2019.
MENTAL_ONLY_RATIO = 36_386 / 22_404

# Year: municipalities taking part, users with substance problems.
NATIONAL_YEARS = {
    2015: (222, 18_913),
    2016: (229, 20_100),
    2017: (246, 21_300),
    2018: (254, 22_570),
    2019: (257, 22_404),
    2020: (168, 14_481),
    2021: (176, 15_300),
    2022: (188, 16_600),
    2023: (201, 18_000),
    2024: (212, 19_300),
    2025: (221, 20_500),
    2026: (225, 20_900),
}
NATIONAL_COVERAGE = 0.68
STAVANGER_GROWTH = 0.009

SMALL = 3_000
SMALL_SKIPS = 0.22
# The years everyone in the Stavanger area takes part: the calibrated one, the last
# released one and the open one.
STAVANGER_ALL = frozenset({2015, 2025, 2026})
# Small, but parts of what are now Stavanger and Sandnes: a year without one of them would be
# a gap in the series of today's municipality.
NEVER_SKIP = frozenset({"1129", "1141"})

# Where the demo accounts work, so that they have something to show in the national demo
# too, and the largest cities, each of which alone would move the coverage by several points.
ALWAYS = frozenset({"1102", "1103", "1108", "1144"}) | {"0301", "1201", "1601", "4601", "5001"}

# Inhabitants' share of each part where a municipality was split, rounded.
SPLIT_SHARES = {
    "1850": {"1806": 0.55, "1875": 0.45},
    "5012": {"5055": 0.45, "5056": 0.15, "5059": 0.40},
    "1507": {"1508": 0.86, "1580": 0.14},
}


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality in one year. ``weight`` is its inhabitants 18+ times its own noise."""

    code: str
    inhabitants: float
    weight: float
    takes_part: bool


def places_in(area: Area, year: int, *, before: dict[str, Place]) -> dict[str, Place]:
    """Return the municipalities of ``area`` in ``year`` by code.

    A municipality without a known population in the first year cannot take part.
    """
    trust = "stavanger" if area == "stavanger" else None
    codes = [place.code for place in municipalities_in(year, health_trust=trust)]
    inhabitants = {code: _inhabitants(code, year, before) for code in codes}
    chosen = _taking_part(area, year, inhabitants)
    return {
        code: Place(code, count, count * _own_level(code, count), code in chosen)
        for code, count in inhabitants.items()
    }


def successors_of(code: str, year: int) -> tuple[tuple[str, float], ...]:
    """Return where the people of last year's ``code`` live in ``year``, with shares."""
    new = sorted(successors(code, year))
    if len(new) == 1:
        return ((new[0], 1.0),)
    shares = SPLIT_SHARES[code]
    return tuple((part, shares[part]) for part in new)


def size_of_year(area: Area, year: int) -> tuple[int, int]:
    """Return how many users with substance problems and with mental-health problems only."""
    if area == "national":
        substance = NATIONAL_YEARS[year][1]
    else:
        first = aims("stavanger")["substance_users"]
        substance = round(first * (1 + STAVANGER_GROWTH * (year - 2015)))
    return substance, round(substance * MENTAL_ONLY_RATIO)


def _inhabitants(code: str, year: int, before: dict[str, Place]) -> float:
    known = population_18_plus(code, year)
    if known is not None:
        return float(known)
    # Beyond the last figures, people stay where they are; only borders move.
    return sum(
        dict(successors_of(old, year))[code] * before[old].inhabitants
        for old in sorted(predecessors(code, year))
        if old in before
    )


def _taking_part(area: Area, year: int, inhabitants: dict[str, float]) -> frozenset[str]:
    if area == "national":
        return _national(year, inhabitants)
    return frozenset(
        code
        for code, count in inhabitants.items()
        if year in STAVANGER_ALL
        or count >= SMALL
        or code in NEVER_SKIP
        or _chance(f"{code}/{year}") >= SMALL_SKIPS
    )


def _national(year: int, inhabitants: dict[str, float]) -> frozenset[str]:
    """Choose the number published, leaning to large places until the coverage fits.

    Mostly the same ones take part every year: a place's readiness is its own, the year
    adds a little.
    """
    wanted = NATIONAL_YEARS[year][0]
    codes = [code for code, count in inhabitants.items() if count > 0]
    size = np.array([inhabitants[code] for code in codes])
    readiness = np.array(
        [_chance(f"{code}/ready") + 0.1 * _chance(f"{code}/{year}") for code in codes]
    )
    always = np.isin(codes, sorted(ALWAYS))
    low, high = -1.0, 1.0
    chosen = np.zeros(len(codes), dtype=np.bool_)
    for _ in range(30):
        lean = (low + high) / 2
        score = (1 - lean) * readiness + lean * np.log(size) / np.log(size).max() + 10 * always
        chosen[:] = False
        chosen[np.argsort(-score, kind="stable")[:wanted]] = True
        if size[chosen].sum() < NATIONAL_COVERAGE * size.sum():
            low = lean
        else:
            high = lean
    return frozenset(code for code, taken in zip(codes, chosen.tolist(), strict=True) if taken)


def _own_level(code: str, inhabitants: float) -> float:
    """A municipality's own level of use, lasting; the smaller the place, the wider."""
    spread = 0.25 * min(1.0, (5_000 / max(inhabitants, 1.0)) ** 0.5)
    return float(np.exp(spread * (2 * _chance(f"{code}/level") - 1) * 1.7))


def _chance(name: str) -> float:
    """A number in [0, 1) that belongs to a name, the same for every seed and year."""
    return crc32(name.encode()) / 2**32
