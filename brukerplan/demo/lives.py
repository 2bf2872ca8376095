"""Problems, substances, LAR, housing, activity, income, children and violence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from brukerplan.demo import shares
from brukerplan.demo.areas import LEVELS, overall_levels
from brukerplan.demo.casework import Casework
from brukerplan.demo.latents import FLEETING, LASTING
from brukerplan.demo.quotas import Mask, Scores, quota, top, top_by_stratum, top_share
from brukerplan.questionnaire.schema import flag_column

PUBLISHED_SUBSTANCES = (
    "heroin",
    "illegal_lar_medicines",
    "other_medicines",
    "cannabis",
    "central_stimulants",
)
OPIOIDS = ("heroin", "illegal_lar_medicines", "other_opioids")
# Which substance is named as the main one when several are used.
MAIN_WEIGHT = {
    "alcohol": 1.6,
    "heroin": 1.8,
    "central_stimulants": 1.0,
    "ghb": 0.8,
    "other_opioids": 0.8,
    "cannabis": 0.5,
}


def levels_of(casework: Casework) -> dict[str, Mask]:
    """Return who has each overall level."""
    rule = casework.questionnaire.level_rule
    number = {colour: casework.number("housing", colour) for colour, _ in rule.weights}
    found = overall_levels(rule, casework.answers, number)
    return {level: found == at for at, level in enumerate(LEVELS)}


def tell_background(
    casework: Casework, birth_year: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> None:
    """Answer year of birth and gender; a few say neither woman nor man."""
    casework.answers["birth_year"] = birth_year.astype(np.int16)
    casework.give("gender", "female", casework.female)
    casework.give("gender", "male", ~casework.female)
    casework.give("gender", "other", top_share(casework.latent("gender", 1.0), shares.OTHER_GENDER))


def tell_problems(casework: Casework) -> None:
    """Answer how serious the two problems are; ROP follows the overall level."""
    users, mental_only = casework.substance, ~casework.substance
    aims = casework.aims
    mental = casework.latent("mental problem", LASTING) + _points(casework, "mental_health")
    substance = casework.latent("substance problem", LASTING) + _points(casework, "substance_use")
    rop = _by_severity(
        casework,
        mental + substance + 0.5 * casework.severity,
        share=aims["rop"],
        severe_part=aims["rop_red_or_blood_red"],
    )
    total = int(users.sum())
    red_mental = casework.answered("mental_health", "red")
    only = top(-mental, quota(aims["substance_only"], total), among=users & ~rop & ~red_mental)
    beyond = casework.aims.get("mental_serious", aims["rop"] + shares.SERIOUS_MENTAL_BEYOND_ROP)
    serious_mental = top(
        mental - substance, quota(beyond - aims["rop"], total), among=users & ~rop & ~only
    )
    serious_substance = rop | top(
        substance,
        quota(shares.SERIOUS_SUBSTANCE_BEYOND_ROP, total),
        among=users & ~rop & ~serious_mental,
    )
    casework.give("substance_problem", "none", mental_only)
    casework.give("substance_problem", "less_serious", users)
    casework.give("substance_problem", "serious", serious_substance)
    serious_mental |= rop | top_share(
        mental + 0.5 * casework.severity, shares.SERIOUS_MENTAL_ONLY, among=mental_only
    )
    casework.give("mental_problem", "less_serious", ~only)
    casework.give("mental_problem", "none", only)
    casework.give("mental_problem", "serious", serious_mental)


def tell_substances(casework: Casework) -> None:
    """Answer LAR and substances so that published shares hold and few outside LAR use none."""
    users, aims = casework.substance, casework.aims
    illicit = casework.latent("illicit use", LASTING) - 0.02 * (casework.age - 42)
    opioid = casework.latent("opioid use", LASTING) + 0.6 * illicit
    in_lar = _in_lar(casework, opioid)
    known = {name: aims[f"uses_{name}"] for name in PUBLISHED_SUBSTANCES}
    rest = aims["substances_each"] - sum(known.values()) - aims["uses_alcohol"]
    known |= shares.SUBSTANCES_UNPUBLISHED
    known["other"] = rest - sum(shares.SUBSTANCES_UNPUBLISHED.values())
    uses_any = np.zeros(casework.size, dtype=np.bool_)
    for name, share in known.items():
        driver = opioid if name in OPIOIDS else illicit
        score = casework.latent(f"uses {name}") + 0.9 * driver
        score += _points(casework, "substance_use") * 0.3
        if name == "anabolic_steroids":
            score -= 0.1 * (casework.age - 30) + 2.0 * casework.female
        uses = top_share(score, share, among=users)
        casework.answers[flag_column("substances", name)] = uses.astype(np.int16)
        uses_any |= uses
    # Outside LAR everyone has at least one: alcohol first goes to those without another.
    score = casework.latent("uses alcohol") - 0.5 * illicit + 0.02 * (casework.age - 42)
    alcohol = top_share(score + 20.0 * (~uses_any & ~in_lar), aims["uses_alcohol"], among=users)
    casework.answers[flag_column("substances", "alcohol")] = alcohol.astype(np.int16)
    _tell_main_substance(casework)
    _tell_lar(casework, in_lar, opioid)
    if casework.asks("injecting"):
        heavy = opioid + illicit + 0.5 * casework.severity + casework.latent("injects")
        casework.give_spread("injecting", {**shares.INJECTING, "never": 1.0}, heavy, among=users)


def tell_living(casework: Casework) -> None:
    """Answer housing situation, main activity and main income in step with the areas."""
    housing = casework.latent("housing situation")
    for at, group in enumerate((casework.substance, ~casework.substance)):
        for colour, situations in shares.HOUSING_SITUATION.items():
            among = group & casework.answered("housing", colour)
            casework.give_spread(
                "housing_situation",
                {code: share[at] for code, share in situations.items()},
                0.03 * (casework.age - 42) + housing - 0.3 * casework.severity,
                among=among,
            )
    casework.give("housing_situation", "without_housing", casework.answered("housing", "red"))
    casework.give("housing_situation", "unknown", casework.answered("housing", "unknown"))
    _tell_activity(casework)
    _tell_income(casework)


def tell_children(casework: Casework) -> None:
    """Answer care of and contact with children, care following the overall level."""
    users, level, aims = casework.substance, levels_of(casework), casework.aims
    age = casework.latent("children", LASTING) - np.abs(casework.age - 36) / 9
    care_score = age + 0.8 * casework.female
    care = aims["daily_care"] + shares.YEARLY_CHANGE["daily_care"] * min(casework.years_on, 6)
    parts = {"red": aims["care_red"], "blood_red": aims["care_blood_red"]}
    rest = users & ~level["red"] & ~level["blood_red"]
    strata = [
        (users & level[name], care * part * users.sum() / max((users & level[name]).sum(), 1))
        for name, part in parts.items()
    ]
    strata.append((rest, care * (1 - sum(parts.values())) * users.sum() / max(rest.sum(), 1)))
    strata.append((~users, shares.CARE_MENTAL_ONLY))
    has_care = top_by_stratum(care_score, strata)
    contact = top(
        age - 0.5 * casework.female,
        quota(aims["contact"], int(users.sum())),
        among=users & ~has_care,
    ) | top_share(age, shares.CONTACT_MENTAL_ONLY, among=~users & ~has_care)
    casework.give_yes_no("daily_care", has_care, unknown=0.01)
    casework.give_yes_no("contact", contact, unknown=0.02)
    if casework.asks("children_under_18"):
        parent = has_care | contact | top_share(age, 0.04, among=~has_care & ~contact)
        number = 1 + np.clip(np.floor(np.abs(casework.latent("siblings", 1.0)) * 1.2), 0, 5)
        casework.answers["children_under_18"] = np.where(parent, number, 0).astype(np.int16)


def tell_yes_and_no(casework: Casework) -> None:
    """Answer the yes/no questions that need no model of their own."""
    for variable, ((of_users, of_mental), loading) in shares.YES_SHARES.items():
        if not casework.asks(variable):
            continue
        score = casework.latent(variable) * (1 - loading**2) ** 0.5 + loading * casework.severity
        yes = top_by_stratum(
            score, [(casework.substance, of_users), (~casework.substance, of_mental)]
        )
        casework.give_yes_no(variable, yes, unknown=0.04)


def _points(casework: Casework, area: str) -> Scores:
    """0, 1 or 2 for the area's colour; unknown counts as yellow."""
    found = np.ones(casework.size)
    found[casework.answered(area, "green")] = 0
    found[casework.answered(area, "red")] = 2
    return found


def _by_severity(casework: Casework, score: Scores, *, share: float, severe_part: float) -> Mask:
    """Choose ``share`` of users, ``severe_part`` of them with overall level red or worse."""
    level, users = levels_of(casework), casework.substance
    severe = users & (level["red"] | level["blood_red"])
    wanted = share * users.sum()
    return top_by_stratum(
        score,
        [
            (severe, wanted * severe_part / max(severe.sum(), 1)),
            (users & ~severe, wanted * (1 - severe_part) / max((users & ~severe).sum(), 1)),
        ],
    )


def _in_lar(casework: Casework, opioid: Scores) -> Mask:
    aims = casework.aims
    older = 0.02 * np.clip(casework.age - 42, -20, 15)
    return _by_severity(
        casework,
        opioid + older + casework.latent("lar", LASTING),
        share=aims["in_lar"] + shares.YEARLY_CHANGE["in_lar"] * casework.years_on,
        severe_part=aims["lar_red_or_blood_red"],
    )


def _tell_lar(casework: Casework, in_lar: Mask, opioid: Scores) -> None:
    casework.give("lar", "not_in_lar", casework.substance)
    unsure = top_share(casework.latent("unknown lar", FLEETING), 0.01, among=casework.substance)
    casework.give("lar", "unknown", unsure)
    waiting = top_share(opioid, shares.WAITING_FOR_LAR, among=casework.substance & ~in_lar)
    casework.give("lar", "wants_or_waiting", waiting)
    casework.give("lar", "in_lar", in_lar)
    if casework.asks("lar_follow_up"):
        score = casework.latent("lar follow-up") - casework.severity
        casework.give_spread("lar_follow_up", shares.LAR_FOLLOW_UP, score, among=in_lar)


def _tell_main_substance(casework: Casework) -> None:
    codes = casework.questionnaire.variable("substances").codes
    scores = np.full((len(codes), casework.size), -np.inf)
    for at, code in enumerate(codes):
        uses = casework.uses(code.id)
        score = casework.latent(f"main {code.id}") + MAIN_WEIGHT.get(code.id, 0.0)
        scores[at, uses] = score[uses]
    numbers = np.array([code.number for code in codes])
    main = numbers[scores.argmax(axis=0)].astype(np.int16)
    unsure = top_share(casework.latent("unknown main", FLEETING), 0.02)
    unsure |= ~np.isfinite(scores.max(axis=0))
    main[unsure] = casework.number("main_substance", "unknown")
    casework.answers["main_substance"] = main


def _tell_activity(casework: Casework) -> None:
    aims, on = casework.aims, casework.years_on
    work = aims["in_work"] + shares.YEARLY_CHANGE["in_work"] * on
    published = {
        "work_full_time": work * shares.FULL_TIME_OF_WORKERS,
        "work_part_time": work * (1 - shares.FULL_TIME_OF_WORKERS),
        "pupil_student": aims["pupil_student"],
    }
    activity = casework.latent("activity")
    red = casework.answered("work_activity", "red")
    fit = activity - 1.2 * _points(casework, "work_activity") - 0.3 * casework.severity - 50 * red
    old = 3.0 * (casework.age >= 67)
    scores = {
        "work_full_time": fit - old,
        "work_part_time": fit - old,
        "pupil_student": fit - 0.25 * np.abs(casework.age - 19),
        "labour_market_measure": fit - old - 0.03 * casework.age,
        "adapted_work": fit + casework.latent("adapted work"),
    }
    casework.give("main_activity", "none", np.ones(casework.size, dtype=np.bool_))
    for at, group in enumerate((casework.substance, ~casework.substance)):
        left, total = group.copy(), int(group.sum())
        for code, share in shares.MAIN_ACTIVITY.items():
            wanted = published.get(code, share[at]) if at == 0 else share[at]
            if code == "adapted_work":
                wanted += shares.YEARLY_CHANGE["adapted_work"] * on
            chosen = top(scores[code], quota(wanted, total), among=left)
            casework.give("main_activity", code, chosen)
            left &= ~chosen
    unsure = casework.answered("work_activity", "unknown") & casework.answered(
        "main_activity", "none"
    )
    casework.give("main_activity", "unknown", unsure)


def _tell_income(casework: Casework) -> None:
    """Wages follow work, pensions age; other incomes by quota among the rest."""
    in_work = casework.answered("main_activity", "work_full_time")
    in_work |= top_share(
        casework.latent("part-time wages"),
        0.6,
        among=casework.answered("main_activity", "work_part_time"),
    )
    casework.give("main_income", "wages", in_work)
    score = casework.latent("income") + 0.05 * casework.age + 1.5 * (casework.age >= 67)
    for at, group in enumerate((casework.substance, ~casework.substance)):
        incomes: Mapping[str, float] = {
            **{code: share[at] for code, share in shares.MAIN_INCOME.items()},
            "sickness_unemployment": 0.04,
            "other": 0.05,
            "unknown": 0.02,
            "none": 1.0,
        }
        casework.give_spread("main_income", incomes, score, among=group & ~in_work)
