"""Why a share or a mean changed: other answers, or more people in other municipalities.

Kitagawa, E. M. (1955), Components of a difference between two rates,
Journal of the American Statistical Association 50(272), 1168-1194: each municipality's own
change at the average of its two shares of all persons, and the change of those shares at the
average of its two means. One without persons in one of the years has no change of its own;
it counts as mix alone.

Exact, as `decompose` is: the two parts sum to the change. The mix says how the numbers of
persons moved between municipalities that differ; it is nobody's doing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from brukerplan.statistics.decompose import Part, shown_parts
from brukerplan.statistics.describe import CountTable


@dataclass(frozen=True, slots=True)
class MunicipalitiesDecomposition:
    """The change of a mean: within municipalities, and of how many live in which.

    ``only_before`` and ``only_after`` name those with persons in one of the years alone.
    """

    total: Fraction
    within: Fraction
    mix: Fraction
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    def shown(self, places: int, *, scale: int = 100) -> tuple[Decimal, tuple[Decimal, ...]]:
        """Return the change and its two parts (within, mix), rounded to sum."""
        return shown_parts((self.within, self.mix), places, scale)


def decompose_municipalities(
    before: Mapping[str, Part], after: Mapping[str, Part]
) -> MunicipalitiesDecomposition:
    """Split the change of a mean into change within municipalities and change in their mix.

    Parameters
    ----------
    before, after
        Persons and sum by municipality; across a merger relabelled by `relabel` first.

    Raises
    ------
    BaseTooSmallError
        A year without persons.

    Examples
    --------
    >>> half, all_ = Part(2, Fraction(1)), Part(2, Fraction(2))
    >>> found = decompose_municipalities({"a": half, "b": all_}, {"a": half})
    >>> found.total, found.within, found.mix
    (Fraction(-1, 4), Fraction(0, 1), Fraction(-1, 4))
    """
    nobody = Part(0, Fraction(0))
    whole_before, whole_after = (sum(each.values(), nobody) for each in (before, after))
    total = whole_after.mean - whole_before.mean
    within = mix = Fraction(0)
    only_before, only_after = [], []
    for name in sorted({*before, *after}):
        a, b = before.get(name, nobody), after.get(name, nobody)
        weight_before = Fraction(a.persons, whole_before.persons)
        weight_after = Fraction(b.persons, whole_after.persons)
        if a.persons and b.persons:
            within += (weight_before + weight_after) / 2 * (b.mean - a.mean)
            mix += (a.mean + b.mean) / 2 * (weight_after - weight_before)
        elif a.persons:
            only_before.append(name)
            mix -= weight_before * a.mean
        elif b.persons:
            only_after.append(name)
            mix += weight_after * b.mean
    return MunicipalitiesDecomposition(total, within, mix, tuple(only_before), tuple(only_after))


def parts_by_municipality(
    counted: CountTable, chosen: Collection[str], *, base: Collection[str] | None = None
) -> dict[str, Part]:
    """Return the persons and how many are in the chosen categories, by municipality.

    ``base`` are the categories of the base, default all.
    """
    categories = None if base is None else tuple(base)
    persons = np.stack([counted.of(part, categories) for part in counted.spec.parts])
    having = np.stack([counted.of(part, tuple(chosen)) for part in counted.spec.parts])
    return {
        code: Part(int(n), Fraction(int(h)))
        for code, n, h in zip(
            counted.municipalities, persons.sum(axis=0), having.sum(axis=0), strict=True
        )
    }


def relabel(parts: Mapping[str, Part], names: Mapping[str, str]) -> dict[str, Part]:
    """Give municipalities the names of what they became, and add up those that became one."""
    found: dict[str, Part] = {}
    for code, part in parts.items():
        name = names.get(code, code)
        found[name] = found[name] + part if name in found else part
    return found
