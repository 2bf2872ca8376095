"""What must be mended, confirmed or accepted before a registration can be submitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import request

from brukerplan.questionnaire.findings import Finding
from brukerplan.questionnaire.schema import Questionnaire, Severity
from brukerplan.translation import Translator, mark

# In the order of the keys that choose them.
REASONS: Mapping[str, str] = {
    "situation": mark("Slik er situasjonen"),
    "recent_change": mark("Det har endret seg nylig"),
    "not_sure": mark("Jeg er usikker, men dette er det beste svaret"),
}
PREFIX = "confirm-"
# How to mend these stands at the question: twenty times in a row, nobody reads it.
UNANSWERED = frozenset({"missing", "missing_choice"})


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A soft rule that asks something: where, about what, and the reason given so far."""

    rule: str
    variable: str
    labels: tuple[str, ...]
    text: str
    reason: str

    @property
    def field(self) -> str:
        """Name of the field that takes the reason."""
        return f"{PREFIX}{self.rule}"


def reasons_sent() -> dict[str, str]:
    """Return the reason sent for each soft rule; what is not one of ours is left out."""
    return {
        name.removeprefix(PREFIX): value
        for name, value in request.form.items()
        if name.startswith(PREFIX) and value in REASONS
    }


def confirmations(
    findings: Iterable[Finding],
    questionnaire: Questionnaire,
    translator: Translator,
    *,
    given: Mapping[str, str],
) -> tuple[Confirmation, ...]:
    """Group the soft findings: one confirmation a rule, with every question it concerns."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity is Severity.SOFT:
            grouped.setdefault(finding.rule, []).append(finding)
    return tuple(
        Confirmation(
            rule=rule,
            variable=found[0].variable,
            labels=tuple(_label(each.variable, questionnaire, translator) for each in found),
            text=found[0].text(translator),
            reason=given.get(rule, ""),
        )
        for rule, found in grouped.items()
    )


def summary(
    findings: Iterable[Finding],
    unconfirmed: Iterable[str],
    questionnaire: Questionnaire,
    translator: Translator,
    *,
    given: Mapping[str, str],
) -> list[tuple[str, str]]:
    """Return what is left, in the order of the page: where to go, and what is wrong there."""
    t = translator
    left: dict[str, list[tuple[str, str]]] = {}
    for finding in findings:
        label = _label(finding.variable, questionnaire, t)
        soft = finding.severity is Severity.SOFT
        if soft and finding.rule in given:
            continue
        target = f"{PREFIX}{finding.rule}" if soft else f"q-{finding.variable}"
        text = t.gettext("ikke besvart") if finding.rule in UNANSWERED else finding.text(t)
        line = (target, f"{label}: {text}")
        lines = left.setdefault(finding.variable, [])
        if line not in lines:
            lines.append(line)
    waiting = frozenset(unconfirmed)
    shown: list[tuple[str, str]] = []
    for section in questionnaire.sections:
        if section.id in waiting:
            title = t.pgettext(f"section.{section.id}", section.title)
            text = t.gettext(
                "%(section)s: hentet fra forrige kartlegging og ikke bekreftet.", section=title
            )
            shown.append((f"del-{section.id}", text))
        for variable in section.variables:
            shown += left.get(variable.id, [])
    return shown


def _label(variable_id: str, questionnaire: Questionnaire, translator: Translator) -> str:
    return translator.pgettext(variable_id, questionnaire.variable(variable_id).label)
