"""What submitting finds, and what it makes of the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.actions.saving import PAGE_LENGTH, how_far, store
from brukerplan.persistence.answers import write_confirmed
from brukerplan.persistence.queries.changes import Change, changes_between
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.tables.states import ChangeSource, RegistrationState
from brukerplan.questionnaire.answers import Answers, applicable, check, route
from brukerplan.questionnaire.findings import Finding, hard
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Questionnaire, Severity

CONFIRMATION_REASONS: tuple[str, ...] = ("situation", "recent_change", "not_sure")
"""Why an odd answer is right all the same: it is the person's situation; something changed
recently; nobody is sure. Codes: a text could be about the person.
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """What submitting makes of the answers: left as they were typed when something is wrong."""

    answers: Answers = field(repr=False)
    changes: list[Change]
    findings: tuple[Finding, ...]
    unconfirmed: frozenset[str]
    confirmed: Mapping[str, str] = field(repr=False)
    outside: str | None

    @property
    def complete(self) -> bool:
        """Nothing is missing or wrong, and the municipality maps such a person."""
        return not self.findings and self.outside is None


def judge(
    found: RegistrationView,
    typed: Answers,
    accepted: frozenset[str],
    confirmed: Mapping[str, str],
    outside: str | None,
) -> Judged:
    """Judge what is to be submitted.

    Parameters
    ----------
    confirmed
        Soft rules with the code of a reason; those of no known reason are not confirmed.
    outside
        The group that the municipality does not map, if the person belongs to one.
    """
    q = edition(found.edition)
    routed = route(q, typed)
    asked = check(q, routed, year=found.round_year, optional=found.optional, complete=True)
    soft = {finding.rule for finding in asked if finding.severity is Severity.SOFT}
    given = {rule: reason for rule, reason in confirmed.items() if reason in CONFIRMATION_REASONS}
    stands = {rule: why for rule, why in {**found.confirmed, **given}.items() if rule in soft}
    unconfirmed = found.unconfirmed - accepted
    findings = (
        *(_to_look_over(q, found, routed, unconfirmed)),
        *(finding for finding in asked if finding.rule not in stands),
    )
    complete = not findings and outside is None
    changes = changes_between(found.answers, typed, ChangeSource.FORM)
    if complete:
        changes += changes_between(typed, routed, ChangeSource.ROUTED)
    return Judged(
        answers=routed if complete else typed,
        changes=changes,
        findings=findings,
        unconfirmed=frozenset() if complete else unconfirmed,
        confirmed=stands,
        outside=outside,
    )


def sent_again(found: RegistrationView, page: str, judged: Judged) -> bool:
    """Tell whether the page that submitted it sends the same once more, its answer lost."""
    return (
        found.state == RegistrationState.SUBMITTED
        and page != ""
        and found.saved_from == page[:PAGE_LENGTH]
        and judged.complete
        and judged.answers == found.answers
    )


def store_judged(
    session: Session,
    found: RegistrationView,
    judged: Judged,
    accepted: frozenset[str],
    by: Actor,
    page: str,
    now: datetime,
) -> int | None:
    """Store the registration as submitted, or what was typed as a draft; as `store` does."""
    values: dict[str, Any] = {}
    if judged.confirmed != found.confirmed:
        values["confirmed_soft"] = write_confirmed(judged.confirmed)
    if judged.complete:
        values |= {
            "state": RegistrationState.SUBMITTED,
            "submitted_by": by.user_id,
            "submitted_at": now,
            "unconfirmed_sections": "",
        }
    return store(
        session,
        found,
        judged.answers,
        judged.changes,
        done=how_far(found, judged.answers),
        by=by,
        now=now,
        page=page,
        action="registration.submitted" if judged.complete else "registration.saved",
        accepted=accepted,
        values=values,
    )


def _to_look_over(
    q: Questionnaire, found: RegistrationView, answers: Answers, sections: frozenset[str]
) -> Iterator[Finding]:
    asked = applicable(q, answers)
    for section in q.sections:
        if section.id not in sections:
            continue
        for variable in section.variables:
            if variable.id in asked and (not variable.optional or variable.id in found.optional):
                yield hard(variable.id, "unconfirmed")
                break
