"""Services, plans and cooperation."""

from __future__ import annotations

import numpy as np

from brukerplan.demo import shares
from brukerplan.demo.casework import Casework
from brukerplan.demo.latents import CHANGING, FLEETING
from brukerplan.demo.quotas import Mask, Scores, quota, top, top_by_stratum, top_share

TSB = ("service_tsb_outpatient", "service_tsb_inpatient")
SPECIALIST_MENTAL = ("service_mental_outpatient", "service_mental_inpatient")
RECEIVED = ("receives_covers", "receives_not_covers")
_INPATIENT_SHARE = 0.24
_ALSO_OUTPATIENT = 0.35
_NOT_COVERED = 0.27


def tell_services(casework: Casework) -> None:
    """Answer every service the edition asks about."""
    users = casework.substance
    rop = _rop(casework)
    receives = _receives_tsb(casework, rop)
    _tell_pair(casework, TSB, receives, among=users, needed=0.07)
    _tell_pair(
        casework, SPECIALIST_MENTAL, _receives_mental(casework, rop), among=~_no_mental(casework),
        needed=0.08,
    )  # fmt: skip
    for service, (received, needed, uncovered, loading) in shares.SERVICES.items():
        if not casework.asks(service):
            continue
        score = casework.latent(service) * (1 - loading**2) ** 0.5 + loading * casework.severity
        gets = top_by_stratum(score, [(users, received[0]), (~users, received[1])])
        lacks = top_by_stratum(
            score + casework.latent(f"lacks {service}", CHANGING),
            [
                (users & ~gets, needed[0] / (1 - received[0])),
                (~users & ~gets, needed[1] / (1 - received[1])),
            ],
        )
        _answer(casework, service, gets, lacks, uncovered)
    if casework.asks("service_lar"):
        _answer(
            casework,
            "service_lar",
            casework.answered("lar", "in_lar"),
            casework.answered("lar", "wants_or_waiting"),
            0.15,
        )
    if casework.asks("service_child_welfare"):
        involved = casework.answered("child_welfare_involved", "yes")
        near = casework.answered("daily_care", "yes") | casework.answered("contact", "yes")
        gets = top_share(casework.latent("child welfare"), 0.7, among=involved & near)
        _answer(casework, "service_child_welfare", gets, np.zeros_like(gets), 0.25)


def tell_plans(casework: Casework) -> None:
    """Answer plans and the responsibility group, which follow whether TSB is received."""
    users, aims = casework.substance, casework.aims
    in_tsb = users & receives(casework, TSB)
    outside = users & ~in_tsb
    share = in_tsb.sum() / max(users.sum(), 1)

    def elsewhere(overall: float, within: float) -> float:
        return float(max(0.0, (overall - share * within) / (1 - share)))

    engaged = casework.latent("cooperation") + 0.4 * casework.severity
    group_in_tsb = aims["tsb_responsibility_group"]
    group = top_by_stratum(
        engaged + 0.7 * casework.latent("responsibility group"),
        [(in_tsb, group_in_tsb), (outside, elsewhere(aims["responsibility_group"], group_in_tsb))],
    )
    any_in_tsb = shares.PLAN_OR_GROUP_IN_TSB
    any_elsewhere = elsewhere(1 - aims["no_plan_no_group"], any_in_tsb)
    # Those with a plan but no group: they get the action plan first, so that all have one.
    plan_only = _among_without(engaged, group, in_tsb, any_in_tsb)
    plan_only |= _among_without(engaged, group, outside, any_elsewhere)
    can_have = group | plan_only
    planned = engaged + casework.latent("action plan", CHANGING) + 20.0 * plan_only
    action = _quota_among(planned, in_tsb, aims["tsb_action_plan"], can_have)
    action |= _quota_among(planned, outside, shares.ACTION_PLAN_OUTSIDE_TSB, can_have)
    individual_share = aims["individual_plan"] + (
        shares.YEARLY_CHANGE["individual_plan"] * casework.years_on
    )
    own = engaged + casework.latent("individual plan") + 0.5 * group
    individual = _quota_among(own, in_tsb, aims["tsb_individual_plan"], can_have)
    individual |= _quota_among(
        own, outside, elsewhere(individual_share, aims["tsb_individual_plan"]), can_have
    )
    crisis_score = engaged + casework.latent("crisis plan") + 0.5 * casework.severity
    crisis = _quota_among(crisis_score, in_tsb, aims["tsb_crisis_plan"], can_have)
    crisis |= _quota_among(crisis_score, outside, shares.CRISIS_PLAN_OUTSIDE_TSB, can_have)
    of_mental = {
        plan: top_share(engaged + casework.latent(f"{plan} mental"), part, among=~users)
        for plan, part in shares.PLANS_MENTAL_ONLY.items()
    }
    casework.give_yes_no("responsibility_group", group | of_mental["responsibility_group"])
    casework.give_yes_no("crisis_plan", crisis | of_mental["crisis_plan"])
    casework.give_yes_no("action_plan", action | of_mental["action_plan"])
    has = individual | of_mental["individual_plan"]
    casework.give_spread(
        "individual_plan",
        {"offered_declined": 0.17, "not_offered": 0.46, "unknown": 0.03, "not_entitled": 1.0},
        casework.latent("plan offered", CHANGING) + 0.5 * casework.severity,
        among=~has,
    )
    casework.give("individual_plan", "has", has)
    if casework.asks("cooperation_level"):
        everyone = np.ones(casework.size, dtype=np.bool_)
        casework.give_spread(
            "cooperation_level", {**shares.COOPERATION_LEVEL, "unknown": 1.0}, engaged,
            among=everyone,
        )  # fmt: skip


def receives(casework: Casework, services: tuple[str, ...]) -> Mask:
    """Who receives at least one of the services."""
    found: Mask = np.any([casework.answered(service, *RECEIVED) for service in services], axis=0)
    return found


def _rop(casework: Casework) -> Mask:
    return casework.answered("substance_problem", "serious") & casework.answered(
        "mental_problem", "serious"
    )


def _no_mental(casework: Casework) -> Mask:
    return casework.answered("mental_problem", "none")


def _receives_tsb(casework: Casework, rop: Mask) -> Mask:
    users, share = casework.substance, casework.aims["rop_receives_tsb"]
    others = users & ~rop
    elsewhere = (shares.TSB_SHARE * users.sum() - share * rop.sum()) / max(others.sum(), 1)
    score = casework.latent("receives tsb") + 0.6 * casework.answered("lar", "in_lar")
    score += 0.5 * casework.answered("substance_problem", "serious")
    return top_by_stratum(score, [(rop, share), (others, elsewhere)])


def _receives_mental(casework: Casework, rop: Mask) -> Mask:
    users, only = casework.substance, _no_mental(casework)
    serious = casework.answered("mental_problem", "serious")
    less = casework.answered("mental_problem", "less_serious")
    of_users, of_mental = shares.RECEIVES_MENTAL, shares.RECEIVES_MENTAL_ONLY
    return top_by_stratum(
        casework.latent("receives mental") + 0.3 * casework.severity,
        [
            (rop, casework.aims["rop_receives_mental"]),
            (users & serious & ~rop, of_users["other_serious"]),
            (users & less, of_users["less_serious"]),
            (users & only, of_users["substance_only"]),
            (~users & serious, of_mental["serious"]),
            (~users & less, of_mental["less_serious"]),
        ],
    )


def _tell_pair(
    casework: Casework, pair: tuple[str, str], received: Mask, *, among: Mask, needed: float
) -> None:
    """Divide those who receive between outpatient and inpatient, some both."""
    outpatient, inpatient = pair
    stays = casework.latent(inpatient, CHANGING) + 0.4 * casework.severity
    inside = top_share(stays, _INPATIENT_SHARE, among=received)
    both = top_share(casework.latent(outpatient), _ALSO_OUTPATIENT, among=inside)
    lacks = casework.latent(f"lacks {outpatient}", CHANGING) + 0.5 * casework.severity
    _answer(
        casework, outpatient, received & ~inside | both,
        top_share(lacks, needed, among=among & ~received), _NOT_COVERED,
    )  # fmt: skip
    lacks = casework.latent(f"lacks {inpatient}", CHANGING) + 0.8 * casework.severity
    _answer(casework, inpatient, inside, top_share(lacks, needed / 2, among=among & ~inside), 0.2)


def _answer(casework: Casework, service: str, gets: Mask, lacks: Mask, uncovered: float) -> None:
    casework.give(service, "no_need", np.ones(casework.size, dtype=np.bool_))
    unsure = top_share(casework.latent(f"unknown {service}", FLEETING), 0.008)
    casework.give(service, "unknown", unsure)
    casework.give(service, "needs_not_received", lacks & ~gets)
    casework.give(service, "receives_covers", gets)
    wants_more = casework.latent(f"uncovered {service}", CHANGING) + 0.5 * casework.severity
    casework.give(service, "receives_not_covers", top_share(wants_more, uncovered, among=gets))


def _among_without(engaged: Scores, group: Mask, stratum: Mask, any_share: float) -> Mask:
    """Who in the stratum has a plan without a group, so that ``any_share`` has either."""
    total = int(stratum.sum())
    wanted = quota(any_share, total) - int((group & stratum).sum())
    return top(engaged, wanted, among=stratum & ~group)


def _quota_among(score: Scores, stratum: Mask, share: float, can_have: Mask) -> Mask:
    """Give ``share`` of the stratum a plan, only among those who can have one."""
    return top(score, quota(share, int(stratum.sum())), among=stratum & can_have)
