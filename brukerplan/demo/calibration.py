"""Published figures the synthetic population is calibrated on, as data.

Each target names its source, how near the population of its year has to come, and whether
it was followed. Where published figures contradict each other both stand here, and ``note``
says which was followed and why. The figures are copied from public plans and pages; nothing
is read from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from brukerplan.demo.figures_national import NATIONAL_FIGURES
from brukerplan.demo.figures_stavanger import STAVANGER_FIGURES
from brukerplan.demo.targets import AREAS, Area, Target

__all__ = ["AREAS", "TARGETS", "Area", "Target", "aims", "targets_for"]

TARGETS: tuple[Target, ...] = (*STAVANGER_FIGURES, *NATIONAL_FIGURES)


def targets_for(area: Area) -> tuple[Target, ...]:
    """Return the targets the population of ``area`` follows."""
    return tuple(target for target in TARGETS if area in target.areas)


def aims(area: Area) -> Mapping[str, float]:
    """Return by measure what ``area`` aims at, percent as shares of one.

    When more than one year is published the earliest stands here; how the population moves
    from it is in ``shares.YEARLY_CHANGE``.
    """
    found: dict[str, float] = {}
    for target in sorted(targets_for(area), key=lambda target: target.year):
        value = target.value / 100 if target.unit == "percent" else target.value
        found.setdefault(target.id, value)
    return MappingProxyType(found)
