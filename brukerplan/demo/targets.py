"""What a published figure is, as a target of calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Area = Literal["stavanger", "national"]
AREAS: tuple[Area, ...] = ("stavanger", "national")

SUBSTANCE_USERS = "users with substance problems"


@dataclass(frozen=True, slots=True)
class Target:
    """A published figure.

    Parameters
    ----------
    id
        Name of the measure (see ``measures.MEASURES``).
    areas
        The populations that follow it; empty when it is not followed.
    value, tolerance
        In ``unit``. The tolerance is how far the population of ``year`` may be from it.
    unit
        ``percent``, ``persons``, ``years``, ``municipalities`` or ``mean``.
    """

    id: str
    areas: tuple[Area, ...]
    year: int
    population: str
    measure: str
    value: float
    unit: str
    tolerance: float
    source: str
    note: str = ""

    @property
    def followed(self) -> bool:
        """Whether any of the two populations is calibrated on it."""
        return bool(self.areas)
