"""The receipt to a person whose registrations have been deleted. It says no more than counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from brukerplan.reports.numbers import Numbers
from brukerplan.reports.paper import Chapter, Paper, Table
from brukerplan.translation import Translator, translator


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was deleted, by kind; ``reference`` is how the receipt is found again."""

    reference: str
    municipality: str
    at: datetime
    registrations: int
    changes: int
    kept_versions: int
    queries: int
    opt_outs: int


def counted(receipt: Receipt, t: Translator) -> tuple[tuple[str, int], ...]:
    """Return what was deleted as words and counts, in the order both page and paper tell it."""
    return (
        (t.gettext("Registreringer med svar og saksmerke"), receipt.registrations),
        (t.gettext("Linjer i historikken"), receipt.changes),
        (t.gettext("Versjoner som ventet på å bli valgt"), receipt.kept_versions),
        (t.gettext("Spørsmål til tjenestene"), receipt.queries),
        (t.gettext("Reservasjoner"), receipt.opt_outs),
    )


def explained(t: Translator) -> tuple[str, ...]:
    """Return what the deletion did not reach, and why."""
    return (
        t.gettext(
            "Er en kartlegging avsluttet, er svarene med i tall uten navn, nummer eller kode som "
            "kommunen kan kjenne igjen. De kan ikke finnes med fødselsnummeret, og er derfor ikke "
            "slettet. Tall som er publisert, blir stående."
        ),
        t.gettext(
            "Loggen over hvem som har lest og endret, slettes ikke. I den står det et nummer på "
            "registreringen, men ingen svar. Nummeret fører ikke lenger til noe."
        ),
        t.gettext(
            "Kvitteringen sier ikke hvem den gjelder. Kommunen kan finne den igjen med referansen."
        ),
    )


def receipt_paper(receipt: Receipt, language: str) -> Paper:
    """Put the receipt in words: ``nb``, ``nn`` or ``en``."""
    t = translator(language)
    numbers = Numbers(t)
    return Paper(
        language=language,
        sender=receipt.municipality,
        date=numbers.moment(receipt.at),
        title=t.gettext("Kvittering for sletting"),
        lead=(
            t.gettext(
                "Kommunen har slettet det som var lagret om personen i kartleggingen, i alle "
                "år som var tatt vare på."
            ),
            t.gettext("Referanse: %(reference)s", reference=receipt.reference),
        ),
        chapters=(
            Chapter(
                t.gettext("Dette er slettet"),
                tables=(
                    Table(
                        t.gettext("Dette er slettet"),
                        (t.gettext("Hva"), t.gettext("Antall")),
                        tuple((name, numbers.count(count)) for name, count in counted(receipt, t)),
                    ),
                ),
            ),
            Chapter(t.gettext("Dette er ikke slettet"), explained(t)),
        ),
    )
