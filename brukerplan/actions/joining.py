"""What becomes of two registrations of one person: worked out, nothing stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from brukerplan.persistence.answers import encode, write_confirmed
from brukerplan.persistence.queries.changes import Change, changes_between
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.tables.states import ChangeSource, RegistrationState
from brukerplan.questionnaire.answers import Answers, Value, check, progress, route
from brukerplan.questionnaire.findings import Finding, hard
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import UNKNOWN, Variable
from brukerplan.translation import UserError, mark

Side = Literal["keep", "other"]


class NotChosenError(UserError):
    """Where the two differ, one must be chosen; ``variables`` are those that were not."""

    message: ClassVar[str] = mark(
        "Velg ett av svarene på hvert spørsmål der registreringene er ulike. "
        "Antall spørsmål som mangler valg: %(missing)s."
    )

    def __init__(self, *, variables: tuple[str, ...]) -> None:
        super().__init__(missing=len(variables))
        self.variables = variables


@dataclass(frozen=True, slots=True)
class Difference:
    """A question the two answer differently. ``suggested`` says whose answer tells more."""

    variable: str
    first: Value | None = field(repr=False)
    second: Value | None = field(repr=False)
    suggested: Literal["first", "second"]


@dataclass(frozen=True, slots=True)
class Joined:
    """The registration that is left: its state, its columns, its history.

    ``missing`` is what keeps a draft from being submitted.
    """

    state: str
    values: Mapping[str, Any] = field(repr=False)
    changes: tuple[Change, ...] = field(repr=False)
    missing: tuple[Finding, ...]


def compare(
    first: RegistrationView, second: RegistrationView
) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    """Return the questions answered differently, and those answered alike."""
    different: list[Difference] = []
    same: list[str] = []
    for section in edition(first.edition).sections:
        for variable in section.variables:
            a, b = first.answers.get(variable.id), second.answers.get(variable.id)
            if a != b:
                better = _worth(variable, section.id, second) > _worth(variable, section.id, first)
                different.append(
                    Difference(variable.id, a, b, suggested="second" if better else "first")
                )
            elif a is not None:
                same.append(variable.id)
    return tuple(different), tuple(same)


def join(kept: RegistrationView, other: RegistrationView, choices: Mapping[str, Side]) -> Joined:
    """Put together what was chosen.

    Raises
    ------
    NotChosenError
        Where the two differ and ``choices`` does not say which stands.
    """
    q = edition(kept.edition)
    chosen = _chosen(kept, other, choices, [variable.id for variable in q.variables])
    routed = route(q, chosen)
    asked = check(q, routed, year=kept.round_year, optional=kept.optional, complete=True)
    rules = {finding.rule for finding in asked}
    confirmed = {
        rule: reason
        for rule, reason in {**other.confirmed, **kept.confirmed}.items()
        if rule in rules
    }
    unaccepted = _unaccepted(kept, other, choices)
    missing = (
        *(
            hard(section.variables[0].id, "unconfirmed")
            for section in q.sections
            if section.id in unaccepted
        ),
        *(finding for finding in asked if finding.rule not in confirmed),
    )
    stays = kept.state == RegistrationState.SUBMITTED and not missing
    answers = routed if stays else chosen
    done = progress(q, answers, kept.optional)
    values: dict[str, Any] = {
        **encode(answers),
        "answered": done.answered,
        "asked": done.asked,
        "confirmed_soft": write_confirmed(confirmed),
        "unconfirmed_sections": " ".join(sorted(unaccepted)),
    }
    if not stays:
        values |= {
            "state": RegistrationState.DRAFT,
            "submitted_at": None,
            "submitted_by": None,
        }
    return Joined(
        state=RegistrationState.SUBMITTED if stays else RegistrationState.DRAFT,
        values=values,
        changes=_history(kept.answers, other.answers, chosen, answers),
        missing=() if stays else missing,
    )


def _chosen(
    kept: RegistrationView,
    other: RegistrationView,
    choices: Mapping[str, Side],
    names: list[str],
) -> Answers:
    different = [name for name in names if kept.answers.get(name) != other.answers.get(name)]
    without = tuple(name for name in different if choices.get(name) not in ("keep", "other"))
    if without:
        raise NotChosenError(variables=without)
    chosen = dict(kept.answers)
    for name in different:
        if choices[name] == "keep":
            continue
        if name in other.answers:
            chosen[name] = other.answers[name]
        else:
            del chosen[name]
    return chosen


def _unaccepted(
    kept: RegistrationView, other: RegistrationView, choices: Mapping[str, Side]
) -> frozenset[str]:
    """Sections with answers of last year that nobody has looked over: the unit must do that."""
    taken = {
        section.id
        for section in edition(kept.edition).sections
        if any(choices.get(variable.id) == "other" for variable in section.variables)
    }
    return kept.unconfirmed | (other.unconfirmed & taken)


def _history(
    kept: Answers, other: Answers, chosen: Answers, answers: Answers
) -> tuple[Change, ...]:
    """First everything the other said comes in, then what was chosen: so both can be read,
    and undoing the changes one by one still leads back to what was.
    """
    return (
        *changes_between(kept, other, ChangeSource.MERGED),
        *changes_between(other, chosen, ChangeSource.MERGED),
        *changes_between(chosen, answers, ChangeSource.ROUTED),
    )


def _worth(
    variable: Variable, section: str, found: RegistrationView
) -> tuple[int, bool, bool, datetime]:
    """How much an answer tells: more if it is known, looked over, finished, newer."""
    return (
        _knowledge(variable, found.answers.get(variable.id)),
        section not in found.unconfirmed,
        found.state == RegistrationState.SUBMITTED,
        found.updated_at,
    )


def _knowledge(variable: Variable, value: Value | None) -> int:
    if value is None:
        return 0
    if value in (UNKNOWN, frozenset({UNKNOWN})):
        return 1
    # «None of these» and «no need» stand in the form to begin with.
    return 2 if value in (frozenset(), variable.default) else 3
