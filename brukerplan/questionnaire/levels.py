"""Variables derived from the answers: overall level, user group, ROP group, age group.

The overall level and the ROP group are this project's own rules. Publicly the level is
only described as built from "the sum of the eight areas"; no formula is public. Both
rules are data, so that an owner can put the official one in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from brukerplan.questionnaire.answers import Answers, Value
from brukerplan.questionnaire.questions_background import MENTAL_PROBLEM, SUBSTANCE_PROBLEM
from brukerplan.questionnaire.schema import UNKNOWN, Code, Kind, LevelRule, Questionnaire, Variable
from brukerplan.translation import UserError, mark

NOT_COMPUTABLE = "not_computable"


class UnknownFunctionAreaError(UserError):
    """A rating for something that is not one of the rule's function areas."""

    message: ClassVar[str] = mark("%(area)s er ikke et funksjonsområde. Bruk disse: %(areas)s.")


class UnknownRatingError(UserError):
    """A rating that is neither a colour nor unknown."""

    message: ClassVar[str] = mark(
        "%(rating)s er ikke en vurdering av %(area)s. Bruk en av disse: %(ratings)s."
    )


@dataclass(frozen=True, slots=True)
class OverallLevel:
    """The level, and the least and greatest sum that the unknown areas leave possible."""

    sum_min: int
    sum_max: int
    level: str


def ratings(questionnaire: Questionnaire, answers: Answers) -> dict[str, str]:
    """Return the answers to the areas that the edition's level rule sums."""
    found: dict[str, str] = {}
    for area in questionnaire.level_rule.areas:
        value = answers.get(area)
        if isinstance(value, str):
            found[area] = value
    return found


def overall_level(rule: LevelRule, ratings: Mapping[str, str]) -> OverallLevel:
    """Return the overall level (samlet funksjonsnivå).

    Method: the project's own rule. The weights of the areas are summed and compared with
    the rule's cut-points. Unknown areas are given every possible value; when all lead to
    one level, that is the level, otherwise it is ``not_computable``.

    Parameters
    ----------
    ratings
        Rating by area. An area left out counts as unknown, so that the form can show the
        level while it is being filled in; only submission demands that unknown is chosen.

    Raises
    ------
    UnknownFunctionAreaError, UnknownRatingError
        For an area or a rating that the rule does not have.

    Examples
    --------
    >>> from brukerplan.questionnaire.rules import SUM_OF_EIGHT_2026 as rule
    >>> known = dict.fromkeys(rule.areas, "yellow")
    >>> overall_level(rule, known)
    OverallLevel(sum_min=8, sum_max=8, level='red')
    >>> overall_level(rule, known | {"housing": "unknown", "network": "green"})
    OverallLevel(sum_min=6, sum_max=8, level='not_computable')
    """
    _must_be_known(rule, ratings)
    return _level_of_areas(rule, tuple(ratings.get(area, UNKNOWN) for area in rule.areas))


def user_group(answers: Answers) -> str | None:
    """Return which kinds of problem the person has; ``None`` if unanswered or neither."""
    substance, mental = _problems(answers)
    if substance is None or mental is None:
        return None
    return _USER_GROUPS.get((substance != "none", mental != "none"))


def rop_group(answers: Answers, level: str) -> str | None:
    """Return the ROP group of a person with both problems, ``None`` for everyone else.

    Method: the project's own rule, ``ROP_RULE``. Where it looks at the overall level and
    that is not computable, neither is the group.
    """
    problems = _problems(answers)
    for row in ROP_RULE:
        if (row.substance_problem, row.mental_problem) == problems:
            if row.levels is None or level in row.levels:
                return row.group
            if level == NOT_COMPUTABLE:
                return NOT_COMPUTABLE
    return None


def age_group(birth_year: int, year: int) -> str | None:
    """Return the age group by the age reached in the round's year; ``None`` if under 16."""
    age = year - birth_year
    for group, lowest in reversed(_AGE_GROUPS):
        if age >= lowest:
            return group
    return None


@dataclass(frozen=True, slots=True)
class RopRow:
    """One line of the ROP rule; ``levels`` is ``None`` where the overall level is not asked."""

    substance_problem: str
    mental_problem: str
    levels: frozenset[str] | None
    group: str


ROP_RULE = (
    RopRow("less_serious", "less_serious", frozenset({"green", "yellow"}), "group_1"),
    RopRow("less_serious", "less_serious", frozenset({"red", "blood_red"}), "group_2"),
    RopRow("serious", "less_serious", None, "group_3"),
    RopRow("less_serious", "serious", None, "group_4"),
    RopRow("serious", "serious", None, "group_5"),
)

_USER_GROUPS = {
    (True, False): "substance_only",
    (True, True): "substance_and_mental",
    (False, True): "mental_only",
}

# Each group with the lowest age in it.
_AGE_GROUPS = (
    ("16_17", 16),
    ("18_25", 18),
    ("26_35", 26),
    ("36_45", 36),
    ("46_55", 46),
    ("56_65", 56),
    ("66_plus", 66),
)

OVERALL_LEVEL = Variable(
    id="overall_level",
    kind=Kind.ONE,
    label="Samlet funksjonsnivå",
    help="Summen av de åtte funksjonsområdene. Prosjektets egen regel.",
    codes=(
        Code("green", 1, "Grønt"),
        Code("yellow", 2, "Gult"),
        Code("red", 3, "Rødt"),
        Code("blood_red", 4, "Blålys", "Det mest alvorlige nivået, kalt blodrødt før 2018."),
        Code(
            NOT_COMPUTABLE,
            5,
            "Kan ikke beregnes",
            "Så mange områder er ukjente at flere nivåer er mulige.",
        ),
    ),
)
USER_GROUP = Variable(
    id="user_group",
    kind=Kind.ONE,
    label="Brukergruppe",
    codes=(
        Code("substance_only", 1, "Bare rusproblem"),
        Code("substance_and_mental", 2, "Rusproblem og psykisk helseproblem"),
        Code("mental_only", 3, "Bare psykisk helseproblem"),
    ),
)
ROP_GROUP = Variable(
    id="rop_group",
    kind=Kind.ONE,
    label="ROP-gruppe",
    help="Samtidig rusproblem og psykisk helseproblem. Prosjektets egen regel.",
    codes=(
        Code("group_1", 1, "Gruppe 1, lettere"),
        Code("group_2", 2, "Gruppe 2, middels"),
        Code("group_3", 3, "Gruppe 3, middels"),
        Code("group_4", 4, "Gruppe 4, middels"),
        Code("group_5", 5, "Gruppe 5, alvorlig"),
        Code(NOT_COMPUTABLE, 6, "Kan ikke beregnes", "Samlet funksjonsnivå kan ikke beregnes."),
    ),
)
AGE_GROUP = Variable(
    id="age_group",
    kind=Kind.ONE,
    label="Aldersgruppe",
    help="Alderen personen fyller i kartleggingsåret.",
    codes=(
        Code("16_17", 1, "16–17 år"),
        Code("18_25", 2, "18–25 år"),
        Code("26_35", 3, "26–35 år"),
        Code("36_45", 4, "36–45 år"),
        Code("46_55", 5, "46–55 år"),
        Code("56_65", 6, "56–65 år"),
        Code("66_plus", 7, "66 år og eldre"),
    ),
)
DERIVED = (OVERALL_LEVEL, USER_GROUP, ROP_GROUP, AGE_GROUP)


def _problems(answers: Answers) -> tuple[Value | None, Value | None]:
    return answers.get(SUBSTANCE_PROBLEM.id), answers.get(MENTAL_PROBLEM.id)


# Asked at every save, and for everybody in a municipality at once: a few hundred are different.
@lru_cache(maxsize=20_000)
def _level_of_areas(rule: LevelRule, areas: tuple[str, ...]) -> OverallLevel:
    weights = dict(rule.weights)
    # The sums that are possible, each with the number of red areas in it. Few, since the
    # areas are exchangeable; no need to go through all combinations.
    possible = {(0, 0)}
    for rating in areas:
        values = weights if rating == UNKNOWN else {rating: weights[rating]}
        possible = {
            (total + weight, reds + (value == "red"))
            for total, reds in possible
            for value, weight in values.items()
        }
    levels = {_level_of(rule, total, reds) for total, reds in possible}
    sums = [total for total, _ in possible]
    return OverallLevel(min(sums), max(sums), levels.pop() if len(levels) == 1 else NOT_COMPUTABLE)


def _level_of(rule: LevelRule, total: int, reds: int) -> str:
    minimum_red = dict(rule.minimum_red)
    levels = [level for level, _ in rule.cut_points]
    place = next(i for i, (_, greatest) in enumerate(rule.cut_points) if total <= greatest)
    while place > 0 and reds < minimum_red.get(levels[place], 0):
        place -= 1
    return levels[place]


def _must_be_known(rule: LevelRule, ratings: Mapping[str, str]) -> None:
    allowed = (*dict(rule.weights), UNKNOWN)
    for area, rating in ratings.items():
        if area not in rule.areas:
            raise UnknownFunctionAreaError(area=area, areas=", ".join(rule.areas))
        if rating not in allowed:
            raise UnknownRatingError(area=area, rating=rating, ratings=", ".join(allowed))
