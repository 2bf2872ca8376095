"""Checks across registrations: what no single answer shows to be wrong.

Pure functions over answers; the checks themselves are data in ``quality_checks``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from brukerplan.questionnaire.answers import Answers
from brukerplan.questionnaire.levels import overall_level
from brukerplan.questionnaire.quality_checks import (
    ALIKE_AT_LEAST,
    ALIKE_PERCENT,
    ALL_ALIKE,
    BIRTH_YEAR_CHANGED,
    BORN_ABROAD_CHANGED,
    CHECKS,
    DISABILITY_GONE,
    FEWER_IN_MUNICIPALITY,
    FEWER_IN_UNIT,
    FEWER_THAN_PERCENT,
    GENDER_CHANGED,
    GREENS_AT_LEAST,
    HAS_INJECTED,
    INJECTING_FORGOTTEN,
    KNOWN_LATER,
    LEAPS,
    LEVEL_LEAP,
    MUCH_UNKNOWN,
    ONLY_GREENS,
    PERSONS_LAST_YEAR,
    UNKNOWN_PERCENT,
    Check,
    Doubt,
)
from brukerplan.questionnaire.questions_background import (
    BIRTH_YEAR,
    BORN_ABROAD,
    FIRST_YEAR_KNOWN,
    GENDER,
    INTELLECTUAL_DISABILITY,
)
from brukerplan.questionnaire.questions_substances import INJECTING
from brukerplan.questionnaire.schema import UNKNOWN, LevelRule, Questionnaire
from brukerplan.translation import Translator


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """Something a check found. It names no answer.

    Parameters
    ----------
    concerns
        The registrations that a finding about a unit rests on.
    """

    check: str
    severity: Doubt
    unit_id: int | None = None
    registration_id: UUID | None = None
    values: Mapping[str, int] = field(default_factory=dict, hash=False)
    concerns: tuple[UUID, ...] = ()

    def text(self, translator: Translator) -> str:
        """Say what was found, in the translator's language."""
        return translator.gettext(CHECKS[self.check].sentence, **self.values)


@dataclass(frozen=True, slots=True)
class Checked:
    """A submitted registration as the checks see it; the answers stay out of ``repr``.

    ``before`` holds the same person's answers in the same unit in the previous round.
    """

    id: UUID
    unit_id: int
    answers: Answers = field(repr=False)
    before: Answers | None = field(default=None, repr=False)


def check_numbers(
    now: Mapping[int, int], before: Mapping[int, int], *, open_units: frozenset[int], year: int
) -> Iterator[QualityFinding]:
    """Compare the number of persons with the previous round's.

    Only what is finished is compared: a unit that is still mapping has fewer every day.

    Parameters
    ----------
    now, before
        Persons by unit. Every unit of this round is in ``now``.
    open_units
        Units that are still mapping.
    year
        Year of the previous round.
    """
    counts = {"now": sum(now.values()), "before": sum(before.values())}
    if not open_units and is_far_fewer(**counts):
        check = FEWER_IN_MUNICIPALITY
        yield QualityFinding(check.id, check.doubt, values={**counts, "year": year})
    for unit_id in now.keys() - open_units:
        counts = {"now": now[unit_id], "before": before.get(unit_id, 0)}
        if is_far_fewer(**counts):
            yield _of_unit(FEWER_IN_UNIT, unit_id, (), **counts, year=year)


def check_registrations(
    questionnaire: Questionnaire,
    registrations: Iterable[Checked],
    *,
    previous_rule: LevelRule | None = None,
    previous_year: int = 0,
) -> Iterator[QualityFinding]:
    """Run the checks of single registrations and of the units they are in.

    Parameters
    ----------
    previous_rule, previous_year
        The level rule of the previous round's edition, and its year; needed where a
        registration has answers from before.
    """
    rule = questionnaire.level_rule
    with_unknown = _with_unknown(questionnaire)
    units: dict[int, list[_Rated]] = {}
    for registration in registrations:
        rating = _rating(rule, registration.answers)
        rated = _Rated(registration.id, rating, _level(rule, rating))
        units.setdefault(registration.unit_id, []).append(rated)
        if is_much_unknown(with_unknown, registration.answers):
            yield _about(MUCH_UNKNOWN, registration)
        if registration.before is not None and previous_rule is not None:
            level_before = _level(previous_rule, _rating(previous_rule, registration.before))
            levels = frozenset({rated.level, level_before})
            for check in jumps(registration.answers, registration.before, levels):
                yield _about(check, registration, year=previous_year)
    for unit_id, found in units.items():
        yield from _check_unit(unit_id, found)


def is_far_fewer(before: int, now: int) -> bool:
    """Tell whether fewer than half of last year's persons are registered.

    Examples
    --------
    >>> is_far_fewer(before=40, now=19), is_far_fewer(before=40, now=20)
    (True, False)
    >>> is_far_fewer(before=9, now=0)
    False
    """
    return before >= PERSONS_LAST_YEAR.value and 100 * now < FEWER_THAN_PERCENT.value * before


def is_only_greens(levels: Sequence[str]) -> bool:
    """Tell whether a unit has enough registrations, and every overall level is green."""
    return len(levels) >= GREENS_AT_LEAST.value and set(levels) == {"green"}


def most_alike(ratings: Iterable[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Return the ratings of the areas that too many of a unit's registrations share."""
    counted = Counter(ratings)
    total = counted.total()
    for rating, number in counted.most_common(1):
        if number >= ALIKE_AT_LEAST.value and 100 * number >= ALIKE_PERCENT.value * total:
            return rating
    return None


def is_much_unknown(with_unknown: Mapping[str, str | None], answers: Answers) -> bool:
    """Tell whether more than half of what could be answered with unknown is.

    Numbers and years have no unknown, and a service that stands where the form starts has
    not been answered by anybody.

    Parameters
    ----------
    with_unknown
        The questions with an unknown, and where the form starts them.
    """
    given = [
        value
        for variable_id, default in with_unknown.items()
        if (value := answers.get(variable_id)) is not None and value != default
    ]
    unknown = given.count(UNKNOWN)
    unknown += sum(UNKNOWN in value for value in given if isinstance(value, frozenset))
    return 100 * unknown > UNKNOWN_PERCENT.value * len(given)


def jumps(answers: Answers, before: Answers, levels: frozenset[str]) -> Iterator[Check]:
    """Yield the checks that the same person's answers of two years on end do not pass.

    Unknown and unanswered never count as a change: nothing is concluded from silence.

    Parameters
    ----------
    levels
        The overall level of each of the two years.
    """
    for variable_id, check in _NEVER_CHANGES.items():
        earlier, later = before.get(variable_id), answers.get(variable_id)
        if not {earlier, later} & {None, UNKNOWN} and earlier != later:
            yield check
    disabled = INTELLECTUAL_DISABILITY.id
    if before.get(disabled) == "yes" and answers.get(disabled) == "no":
        yield DISABILITY_GONE
    if before.get(INJECTING.id) in HAS_INJECTED and answers.get(INJECTING.id) == "never":
        yield INJECTING_FORGOTTEN
    earlier, later = before.get(FIRST_YEAR_KNOWN.id), answers.get(FIRST_YEAR_KNOWN.id)
    if isinstance(earlier, int) and isinstance(later, int) and later > earlier:
        yield KNOWN_LATER
    if levels in LEAPS:
        yield LEVEL_LEAP


def needed_before(rule: LevelRule) -> frozenset[str]:
    """Return the variables of the previous round that `check_registrations` looks at."""
    others = {INTELLECTUAL_DISABILITY.id, INJECTING.id, FIRST_YEAR_KNOWN.id}
    return frozenset({*_NEVER_CHANGES, *others, *rule.areas})


def in_order(findings: Iterable[QualityFinding]) -> tuple[QualityFinding, ...]:
    """Sort as the page shows them: the municipality, then unit by unit, check by check."""
    place = {check_id: number for number, check_id in enumerate(CHECKS)}
    return tuple(
        sorted(
            findings,
            key=lambda found: (
                found.unit_id is not None,
                found.unit_id or 0,
                place[found.check],
                str(found.registration_id or ""),
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class _Rated:
    id: UUID
    rating: tuple[str, ...]
    level: str


_NEVER_CHANGES: Mapping[str, Check] = {
    BIRTH_YEAR.id: BIRTH_YEAR_CHANGED,
    GENDER.id: GENDER_CHANGED,
    BORN_ABROAD.id: BORN_ABROAD_CHANGED,
}


def _check_unit(unit_id: int, found: Sequence[_Rated]) -> Iterator[QualityFinding]:
    everybody = tuple(rated.id for rated in found)
    if is_only_greens([rated.level for rated in found]):
        yield _of_unit(ONLY_GREENS, unit_id, everybody, number=len(everybody))
    shared = most_alike(rated.rating for rated in found)
    if shared is not None:
        alike = tuple(rated.id for rated in found if rated.rating == shared)
        yield _of_unit(ALL_ALIKE, unit_id, alike, alike=len(alike), number=len(everybody))


def _rating(rule: LevelRule, answers: Answers) -> tuple[str, ...]:
    return tuple(str(answers.get(area, UNKNOWN)) for area in rule.areas)


# A municipality of thousands has a few hundred different ratings.
@lru_cache(maxsize=20_000)
def _level(rule: LevelRule, rating: tuple[str, ...]) -> str:
    return overall_level(rule, dict(zip(rule.areas, rating, strict=True))).level


def _with_unknown(questionnaire: Questionnaire) -> dict[str, str | None]:
    return {
        variable.id: variable.default
        for variable in questionnaire.variables
        if any(code.id == UNKNOWN for code in variable.codes)
    }


def _about(check: Check, registration: Checked, **values: int) -> QualityFinding:
    return QualityFinding(check.id, check.doubt, registration.unit_id, registration.id, values)


def _of_unit(
    check: Check, unit_id: int, concerns: tuple[UUID, ...], **values: int
) -> QualityFinding:
    return QualityFinding(check.id, check.doubt, unit_id, None, values, concerns)
