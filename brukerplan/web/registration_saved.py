"""What the registration page's script is told when it has saved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from brukerplan.actions.registering import SavedDraft
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.questionnaire.answers import Answers
from brukerplan.questionnaire.findings import Finding
from brukerplan.questionnaire.levels import OverallLevel
from brukerplan.questionnaire.registry import edition
from brukerplan.web.clock import now
from brukerplan.web.i18n import clock, current_translator, day, in_oslo
from brukerplan.web.registration_page import Standing, standing


def told(
    found: RegistrationView,
    answers: Answers,
    findings: Iterable[Finding],
    saved: SavedDraft,
    *,
    moment: datetime,
) -> dict[str, Any]:
    """Return version, level, ticks and what is wrong where, as data."""
    t = current_translator()
    now_at = standing_of(found, answers, saved.unconfirmed, saved.level)
    errors: dict[str, list[str]] = {}
    for finding in findings:
        errors.setdefault(finding.variable, []).append(finding.text(t))
    return {
        "version": saved.version,
        "saved": saved_text(moment, errors),
        "level": {
            "id": now_at.level.level,
            "label": now_at.level.label,
            "why": now_at.level.why,
        },
        "finished": sorted(now_at.finished),
        "unconfirmed": sorted(saved.unconfirmed),
        "errors": errors,
    }


def standing_of(
    found: RegistrationView,
    answers: Answers,
    unconfirmed: frozenset[str],
    level: OverallLevel | None = None,
) -> Standing:
    """Work out how far the registration has come with these answers."""
    return standing(
        edition(found.edition),
        answers,
        current_translator(),
        optional=found.optional,
        unconfirmed=unconfirmed,
        level=level,
    )


def saved_text(moment: datetime, wrong: object) -> str:
    """Say when; a page that tells of an error elsewhere tells of it here, where it is heard."""
    t = current_translator()
    time = clock(moment)
    if in_oslo(moment).date() != in_oslo(now()).date():
        time = f"{day(moment)} {t.gettext('kl.')} {time}"
    if wrong:
        return t.gettext("Lagret %(time)s, men noe må rettes", time=time)
    return t.gettext("Lagret %(time)s", time=time)
