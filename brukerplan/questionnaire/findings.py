"""What the checks find: a place, a rule, how serious, and a text that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from brukerplan.questionnaire.schema import Severity
from brukerplan.translation import Translator, mark


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the answers make wrong (hard) or odd (soft).

    Parameters
    ----------
    variable
        Where the form shows it.
    rule
        Id of the rule. A soft finding is confirmed by this id.
    message
        Bokmål text with ``%(name)s`` places for ``values``. Never echoes what was typed:
        a national number can have been typed into any field.
    """

    variable: str
    rule: str
    severity: Severity
    message: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def text(self, translator: Translator) -> str:
        """Say it in the translator's language."""
        return translator.pgettext(f"rule.{self.rule}", self.message, **self.values)


# The rules that hold for every variable of a kind, or that need the round's year.
MESSAGES: Mapping[str, str] = {
    "missing": mark("Spørsmålet er ikke besvart. Velg et svar; velg «ukjent» hvis du ikke vet."),
    "missing_choice": mark("Spørsmålet er ikke besvart. Velg et svar."),
    "missing_year": mark("Årstallet mangler. Skriv det med fire sifre, for eksempel 1985."),
    "unconfirmed": mark("Se over svarene fra forrige kartlegging og bekreft dem."),
    "missing_number": mark("Tallet mangler. Skriv det, eller bekreft at det ikke er kjent."),
    "none_chosen": mark(
        "Ingen av svarene er valgt. Velg dem som gjelder, eller bekreft at ingen gjør det."
    ),
    "unknown_code": mark("Svaret er ikke blant valgene. Velg ett av svarene i listen."),
    "several_answers": mark("Det er gitt flere svar. Velg bare ett."),
    "not_a_number": mark("Svaret er ikke et helt tall. Skriv for eksempel 2."),
    "not_a_year": mark("Svaret er ikke et årstall. Skriv fire sifre, for eksempel 1985."),
    "too_low": mark("Tallet er for lavt. Skriv et tall fra %(minimum)s til %(maximum)s."),
    "too_high": mark("Tallet er for høyt. Skriv et tall fra %(minimum)s til %(maximum)s."),
    "not_among_chosen": mark(
        "Hovedrusmiddelet er ikke blant rusmidlene som er valgt. Velg ett av dem, eller velg det "
        "også i listen over rusmidler."
    ),
    "too_young": mark(
        "Med dette fødselsåret er personen under %(minimum_age)s år i %(year)s og skal ikke "
        "kartlegges. Rett fødselsåret hvis det er feil."
    ),
    "too_old": mark(
        "Med dette fødselsåret er personen over %(maximum_age)s år i %(year)s. Rett fødselsåret."
    ),
    "known_before_birth": mark(
        "Personen kan ikke ha vært kjent før fødselsåret. Rett ett av årstallene."
    ),
    "known_after_round": mark(
        "Året er etter kartleggingsåret %(year)s. Skriv %(year)s eller et tidligere år."
    ),
}


def hard(variable: str, rule: str, **values: object) -> Finding:
    """Make a finding, by one of the rules in ``MESSAGES``, that stops submission."""
    return Finding(variable, rule, Severity.HARD, MESSAGES[rule], values)


def soft(variable: str, rule: str, **values: object) -> Finding:
    """Make a finding, by one of the rules in ``MESSAGES``, that asks for confirmation."""
    return Finding(variable, rule, Severity.SOFT, MESSAGES[rule], values)
