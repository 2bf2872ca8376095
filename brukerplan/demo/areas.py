"""The eight function areas, so that the published overall levels come out of them.

Model: each area's score is ``loading`` times the person's severity plus a part of its own;
the colours are given by quota. Two numbers are fitted in the first year and kept: how much
more or less common yellow is (this moves the overall red and worse), and the loading (this
moves the blood-red, which needs reds to gather on the same persons).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from brukerplan.demo.casework import Casework
from brukerplan.demo.latents import FLEETING
from brukerplan.demo.quotas import Codes, Mask, Scores, quota, top_share
from brukerplan.demo.shares import (
    AREA_LOADING_MENTAL_ONLY,
    AREA_UNKNOWN,
    AREAS_MENTAL_ONLY,
    AREAS_SUBSTANCE,
    YEARLY_CHANGE,
)
from brukerplan.questionnaire.schema import LevelRule

LEVELS = ("green", "yellow", "red", "blood_red", "not_computable")
_MOST_COLOURED = 0.97


@dataclass(frozen=True, slots=True)
class AreaFit:
    """``loading`` in (0, 1); ``yellow`` is added to the log-odds of every yellow share."""

    loading: float
    yellow: float = 0.0


def rate_areas(casework: Casework, fit: AreaFit | None) -> AreaFit:
    """Answer the eight areas; ``fit`` is None in the first year, which makes it."""
    rule = casework.questionnaire.level_rule
    own = {area: casework.latent(area) for area in rule.areas}
    poorly_known = casework.latent("poorly known", FLEETING)
    unknown = {
        area: top_share(
            poorly_known + 1.5 * casework.latent(f"unknown {area}", FLEETING), AREA_UNKNOWN[area]
        )
        for area in rule.areas
    }
    colours = _Colours(casework, own, unknown)
    fit = fit or _fitted(casework, colours)
    of_substance = colours.given(casework.substance, _shares_substance(casework), fit)
    of_mental = colours.given(
        ~casework.substance, AREAS_MENTAL_ONLY, AreaFit(AREA_LOADING_MENTAL_ONLY)
    )
    for area in rule.areas:
        casework.answers[area] = np.where(
            casework.substance, of_substance[area], of_mental[area]
        ).astype(np.int16)
    return fit


def overall_levels(
    rule: LevelRule, answers: Mapping[str, Codes], number: Mapping[str, int]
) -> Codes:
    """Return the overall level as an index of ``LEVELS``, by weights and cut-points.

    Faster than the frame's own, which the fitting calls a hundred times; a test holds the
    two equal. A rule that also demands a number of reds is refused.

    Parameters
    ----------
    number
        Column number of each colour; any other number counts as unknown.
    """
    assert not rule.minimum_red  # no edition has one; the fitting would need to know of it
    weights = dict(rule.weights)
    size = next(iter(answers.values())).size
    least, most = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for area in rule.areas:
        column = answers[area]
        known = np.zeros(size, dtype=np.bool_)
        for colour, weight in weights.items():
            has = column == number[colour]
            known |= has
            least[has] += weight
            most[has] += weight
        least[~known] += min(weights.values())
        most[~known] += max(weights.values())
    bounds = np.array([bound for _, bound in rule.cut_points])
    low, high = np.searchsorted(bounds, least), np.searchsorted(bounds, most)
    order = np.array([LEVELS.index(level) for level, _ in rule.cut_points])
    return np.where(low == high, order[low], LEVELS.index("not_computable")).astype(np.int16)


@dataclass(frozen=True, slots=True)
class _Colours:
    casework: Casework
    own: Mapping[str, Scores]
    unknown: Mapping[str, Mask]

    def given(
        self, group: Mask, shares: Mapping[str, tuple[float, float]], fit: AreaFit
    ) -> dict[str, Codes]:
        """Give the colours to ``group`` by quota of the whole group."""
        total = int(group.sum())
        common = fit.loading * self.casework.severity
        alone = (1 - fit.loading**2) ** 0.5
        number = {
            colour: self.casework.number("housing", colour)
            for colour in ("green", "yellow", "red", "unknown")
        }
        found = {}
        for area, (red, yellow) in shares.items():
            score = common + alone * self.own[area]
            known = np.flatnonzero(group & ~self.unknown[area])
            order = known[np.argsort(-score[known], kind="stable")]
            reds = quota(red, total)
            coloured = reds + quota(min(_moved(yellow, fit.yellow), _MOST_COLOURED - red), total)
            column = np.full(group.size, number["unknown"], dtype=np.int16)
            column[order] = number["green"]
            column[order[:coloured]] = number["yellow"]
            column[order[:reds]] = number["red"]
            found[area] = column
        return found


def _shares_substance(casework: Casework) -> dict[str, tuple[float, float]]:
    shares = {}
    for area, (red, yellow) in AREAS_SUBSTANCE.items():
        first = casework.aims.get(f"{area}_red", red)
        change = YEARLY_CHANGE.get(f"{area}_red", 0.0) * casework.years_on
        shares[area] = (first + change + casework.uneven(area), yellow)
    return shares


def _fitted(casework: Casework, colours: _Colours) -> AreaFit:
    shares = _shares_substance(casework)
    rule = casework.questionnaire.level_rule
    number = {colour: casework.number("housing", colour) for colour, _ in rule.weights}
    group = casework.substance
    blood_red_aim = casework.aims["overall_blood_red"]
    red_aim = casework.aims["overall_red"] + blood_red_aim

    def levels(fit: AreaFit) -> tuple[float, float]:
        found = overall_levels(rule, colours.given(group, shares, fit), number)[group]
        blood_red = float((found == LEVELS.index("blood_red")).mean())
        return float((found == LEVELS.index("red")).mean()) + blood_red, blood_red

    loading, yellow = 0.7, 0.0
    for _ in range(4):
        yellow = _bisected(-2.0, 2.0, lambda x: levels(AreaFit(loading, x))[0] < red_aim)  # noqa: B023
        loading = _bisected(
            0.2,
            0.97,
            lambda x: levels(AreaFit(x, yellow))[1] < blood_red_aim,  # noqa: B023
        )
    yellow = _bisected(-2.0, 2.0, lambda x: levels(AreaFit(loading, x))[0] < red_aim)
    return AreaFit(loading, yellow)


def _bisected(low: float, high: float, too_low: Callable[[float], bool]) -> float:
    for _ in range(14):
        middle = (low + high) / 2
        if too_low(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _moved(share: float, log_odds: float) -> float:
    if share <= 0:
        return 0.0
    return float(1 / (1 + (1 - share) / share * np.exp(-log_odds)))
