"""Who is mapped where each year: staying, leaving, returning, moving, and who takes part.

A person is in the services of one municipality or in none. Those in services are mapped
when their municipality takes part that year. Each year most stay, some leave, some of those
who left come back, a few move, and new persons fill up to the size the municipality has
that year. Municipalities merge and are split as they did; persons follow their address.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from brukerplan.demo.calibration import Area
from brukerplan.demo.participation import Place, places_in, size_of_year, successors_of
from brukerplan.demo.quotas import apportion

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SUBSTANCE, MENTAL_ONLY = 0, 1

STAYS = 0.76
STAYS_PER_FRAILTY = 0.05
MOVES = 0.025
RETURNS = 0.08
RETURNS_WITHIN_YEARS = 4
CHANGES_GROUP = 0.01
NEVER = -100


@dataclass(frozen=True, slots=True)
class YearOfPersons:
    """Those mapped in one year: person indices ascending, and where each of them was."""

    year: int
    person: Ints
    municipality: npt.NDArray[np.str_]
    group: npt.NDArray[np.int8]
    took_part: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Movements:
    """All years, and what is fixed about each person who ever was mapped.

    ``first_year`` is when the person was first mapped, ``first_group`` in which group;
    ``frailty`` is the part of the severity that never changes (standard normal).
    """

    years: dict[int, YearOfPersons]
    frailty: npt.NDArray[np.float64]
    first_year: Ints
    first_group: Ints


def movements(*, area: Area, years: range, rng: np.random.Generator) -> Movements:
    """Move an invented population through ``years``."""
    people = _People(rng)
    told: dict[int, YearOfPersons] = {}
    places: dict[str, Place] = {}
    for year in years:
        if places:
            people.follow_borders(year)
        places = places_in(area, year, before=places)
        if told:
            people.live_a_year(year, places)
        taking_part = {code for code, place in places.items() if place.takes_part}
        people.fill_up(
            year, [places[code] for code in sorted(taking_part)], size_of_year(area, year)
        )
        told[year] = people.mapped(year, taking_part)
    return Movements(told, people.frailty, people.first_year, people.first_group)


@dataclass(slots=True)
class _People:
    rng: np.random.Generator
    frailty: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    group: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    first_group: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    first_year: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    address: npt.NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, dtype="U4"))
    in_services: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    left: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def follow_borders(self, year: int) -> None:
        """Give everyone the code their address has in ``year``."""
        for old in np.unique(self.address).tolist():
            new = successors_of(old, year)
            if new == ((old, 1.0),):
                continue
            here = np.flatnonzero(self.address == old)
            codes = np.array([code for code, _ in new])
            bounds = np.cumsum([share for _, share in new])[:-1]
            self.address[here] = codes[np.searchsorted(bounds, self.rng.random(here.size))]

    def live_a_year(self, year: int, places: dict[str, Place]) -> None:
        """Let some leave, some return, some move and a few change group."""
        chance = self.rng.random((4, self.frailty.size))
        stays = np.clip(STAYS + STAYS_PER_FRAILTY * self.frailty, 0.4, 0.92)
        leaves = self.in_services & (chance[0] > stays)
        away = ~self.in_services & (year - self.left <= RETURNS_WITHIN_YEARS)
        returns = away & (chance[1] < RETURNS)
        self.left[leaves] = year
        self.in_services = (self.in_services & ~leaves) | returns
        moves = np.flatnonzero(self.in_services & (chance[2] < MOVES))
        codes = sorted(places)
        weights = np.array([places[code].inhabitants for code in codes], dtype=np.float64)
        self.address[moves] = self.rng.choice(codes, size=moves.size, p=weights / weights.sum())
        turns = self.in_services & (chance[3] < CHANGES_GROUP)
        self.group[turns] = 1 - self.group[turns]

    def fill_up(self, year: int, places: list[Place], size: tuple[int, int]) -> None:
        """Bring each group of each municipality to its size, by new persons or by fewer."""
        weights = np.array([place.weight for place in places])
        codes = np.array([place.code for place in places])
        for group, total in enumerate(size):
            wanted = apportion(weights, total)
            here = np.flatnonzero(
                self.in_services & (self.group == group) & np.isin(self.address, codes)
            )
            at = np.searchsorted(codes, self.address[here])
            have = np.bincount(at, minlength=codes.size)
            # A random order within each municipality; those beyond its size leave.
            order = np.lexsort((self.rng.random(here.size), at))
            starts = np.concatenate(([0], np.cumsum(have)[:-1]))
            place_in_line = np.arange(here.size) - starts[at[order]]
            surplus = here[order[place_in_line >= wanted[at[order]]]]
            self.in_services[surplus] = False
            self.left[surplus] = year
            self._add(year, group, np.repeat(codes, np.maximum(wanted - have, 0)))

    def mapped(self, year: int, taking_part: set[str]) -> YearOfPersons:
        """Tell who is mapped."""
        codes = tuple(sorted(taking_part))
        person = np.flatnonzero(self.in_services & np.isin(self.address, codes))
        return YearOfPersons(
            year, person, self.address[person], self.group[person].astype(np.int8), codes
        )

    def _add(self, year: int, group: int, address: npt.NDArray[np.str_]) -> None:
        count = address.size
        self.frailty = np.concatenate((self.frailty, self.rng.standard_normal(count)))
        self.group = np.concatenate((self.group, np.full(count, group)))
        self.first_group = np.concatenate((self.first_group, np.full(count, group)))
        self.first_year = np.concatenate((self.first_year, np.full(count, year)))
        self.address = np.concatenate((self.address, address))
        self.in_services = np.concatenate((self.in_services, np.ones(count, dtype=np.bool_)))
        self.left = np.concatenate((self.left, np.full(count, NEVER)))
