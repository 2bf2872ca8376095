"""The e-mails that are sent: to colleagues, about the work, never about a person.

Nothing is written here that a stranger who reads the message could use: no case, no count of
persons, no link that opens anything without signing in but the invitation's own.
"""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from brukerplan.access.roles import Role
from brukerplan.mail import Letter
from brukerplan.translation import Translator, mark, translator

ROLE_NAMES = {
    Role.REGISTRAR: mark("registrator"),
    Role.UNIT_LEAD: mark("enhetsleder"),
    Role.COORDINATOR: mark("kommunekoordinator"),
    Role.DATA_PROTECTION_OFFICER: mark("personvernombud"),
    Role.TRUST_ANALYST: mark("analytiker"),
    Role.TRUST_ADMINISTRATOR: mark("rundeansvarlig"),
    Role.SYSTEM_ADMINISTRATOR: mark("systemadministrator"),
}
_DATES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


def invitation_letter(
    *,
    to: str,
    language: str,
    role: Role,
    place: str,
    inviter: str | None,
    link: str,
    last_day: date,
) -> Letter:
    """Somebody is invited; the link is theirs alone and works once.

    ``inviter`` is ``None`` where whoever runs the machine invites.
    """
    t = translator(language)
    given = {"role": t.gettext(ROLE_NAMES[role]), "place": place}
    return _letter(
        t,
        to,
        t.gettext("Invitasjon til brukerplan"),
        t.gettext("Du er invitert til brukerplan som %(role)s i %(place)s.", **given)
        if inviter is None
        else t.gettext(
            "%(inviter)s inviterer deg til brukerplan som %(role)s i %(place)s.",
            inviter=inviter,
            **given,
        ),
        t.gettext("Åpne lenken for å ta imot invitasjonen:") + f"\n{link}",
        t.gettext(
            "Lenken er bare til deg, virker én gang og gjelder til og med %(date)s.",
            date=_day(last_day, language),
        ),
        t.gettext("Har du ikke ventet denne e-posten, trenger du ikke gjøre noe."),
    )


def granted_letter(
    *, to: str, language: str, role: Role, place: str, inviter: str, address: str
) -> Letter:
    """Somebody who has an account got one more role."""
    t = translator(language)
    return _letter(
        t,
        to,
        t.gettext("Ny tilgang i brukerplan"),
        t.gettext(
            "%(inviter)s har gitt deg tilgang som %(role)s i %(place)s.",
            inviter=inviter,
            role=t.gettext(ROLE_NAMES[role]),
            place=place,
        ),
        t.gettext("Logg inn som vanlig:") + f"\n{address}",
        t.gettext("Er dette feil, gi beskjed til koordinatoren i kommunen."),
    )


def reminder_letter(
    *, to: str, language: str, unit: str, year: int, deadline: date, days_left: int, address: str
) -> Letter:
    """A unit has not finished: which, how many days are left, and where to go on."""
    t = translator(language)
    if days_left > 0:
        when = t.ngettext("Det er %(num)s dag igjen.", "Det er %(num)s dager igjen.", days_left)
    elif days_left == 0:
        when = t.gettext("Fristen er i dag.")
    else:
        when = t.ngettext(
            "Fristen gikk ut for %(num)s dag siden.",
            "Fristen gikk ut for %(num)s dager siden.",
            -days_left,
        )
    return _letter(
        t,
        to,
        t.gettext("Påminnelse: kartleggingen %(year)s", year=year),
        t.gettext(
            "%(unit)s er ikke ferdig med kartleggingen for %(year)s. Fristen er %(date)s.",
            unit=unit,
            year=year,
            date=_day(deadline, language),
        )
        + f" {when}",
        t.gettext("Min liste:") + f"\n{address}",
        t.gettext(
            "Har tjenesten ingen å registrere, kan enhetslederen melde det på samme side. Er "
            "dere ferdige, må enhetslederen levere."
        ),
    )


def new_password_letter(*, to: str, language: str, link: str) -> Letter:
    """Somebody has forgotten the password; the link is theirs alone and works once."""
    t = translator(language)
    return _letter(
        t,
        to,
        t.gettext("Nytt passord til brukerplan"),
        t.gettext("Åpne lenken for å velge et nytt passord:") + f"\n{link}",
        t.gettext("Lenken er bare til deg, virker én gang og gjelder i én time."),
        t.gettext("Har du ikke bedt om dette, trenger du ikke gjøre noe. Passordet er som før."),
    )


def password_changed_letter(*, to: str, language: str) -> Letter:
    """The password was changed: who did not do it must know."""
    t = translator(language)
    return _letter(
        t,
        to,
        t.gettext("Passordet ditt er endret"),
        t.gettext("Passordet ditt i brukerplan er endret, og du er logget ut alle andre steder."),
        t.gettext("Var det ikke deg, gi beskjed til koordinatoren i kommunen med en gang."),
    )


def factors_changed_letter(*, to: str, language: str) -> Letter:
    """An app, a passkey, a link to a provider or the codes came or went: its owner must know."""
    t = translator(language)
    return _letter(
        t,
        to,
        t.gettext("Innloggingen din er endret"),
        t.gettext(
            "Måten du logger inn i brukerplan på, er endret: en app, en passnøkkel, en ekstern "
            "innlogging eller gjenopprettingskodene. Du ser hva som gjelder nå, under "
            "«Kontoen min»."
        ),
        t.gettext("Var det ikke deg, gi beskjed til koordinatoren i kommunen med en gang."),
    )


def factor_reset_letter(*, to: str, language: str, helper: str | None) -> Letter:
    """Somebody has taken away the second factor: who did not ask for it must know.

    ``helper`` is ``None`` where it was whoever runs the machine.
    """
    t = translator(language)
    return _letter(
        t,
        to,
        t.gettext("Totrinnsinnloggingen din er nullstilt"),
        t.gettext(
            "%(name)s har nullstilt totrinnsinnloggingen din i brukerplan. Logg inn med "
            "passordet, så setter du opp en ny.",
            name=helper or t.gettext("Den som drifter løsningen,"),
        ),
        t.gettext("Har du ikke bedt om det, gi beskjed til koordinatoren i kommunen med en gang."),
    )


def _letter(t: Translator, to: str, subject: str, *paragraphs: str) -> Letter:
    greeting = t.gettext("Hei!")
    foot = t.gettext("E-posten er sendt automatisk. Du kan ikke svare på den.")
    return Letter(to, subject, "\n\n".join((greeting, *paragraphs, foot)) + "\n")


def _day(day: date, language: str) -> str:
    return format_date(day, format="long", locale=_DATES[language])
