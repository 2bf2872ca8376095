"""The coordinator's forms for units and people, and the one an invited person fills in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import Field, Form, PasswordField, RadioField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, Regexp, ValidationError

from brukerplan.access.services import SERVICE_KINDS
from brukerplan.translation import Translator

MOST_DIGITS = 4
_EXPECTED = "expected_"


class UnitForm(Form):
    """A new unit: its name, what kind of service it is, how many persons it expects."""

    name: StringField
    service: RadioField
    expected: StringField


class NameForm(Form):
    """A unit's name."""

    name: StringField


class ServiceForm(Form):
    """What kind of service a unit is."""

    service: RadioField


class ExpectedForm(Form):
    """How many persons each unit expects: one field a unit."""

    def numbers(self) -> dict[int, int]:
        """Return the number of each unit; only after the form is validated."""
        return {
            int(field.name.removeprefix(_EXPECTED)): int(field.data or 0)
            for field in self
            if field.name.startswith(_EXPECTED)
        }


class InviteForm(Form):
    """An e-mail address and a role."""

    email: StringField
    role: RadioField


class AcceptForm(Form):
    """What an invited person writes; the password is never given back to the page."""

    name: StringField
    password: PasswordField


def unit_form(translator: Translator) -> type[UnitForm]:
    """Return the form of a new unit."""
    t = translator

    class Translated(UnitForm):
        name = _name(t)
        service = _service(t)
        expected = StringField(
            t.gettext("Ventet antall personer"),
            [whole_number(t)],
            default="0",
            filters=[_stripped],
            description=t.gettext("Et anslag. Det kan endres senere."),
        )

    return Translated


def name_form(translator: Translator) -> type[NameForm]:
    """Return the form that gives a unit another name."""

    class Translated(NameForm):
        name = _name(translator)

    return Translated


def service_form(translator: Translator) -> type[ServiceForm]:
    """Return the form that says what kind of service a unit is."""

    class Translated(ServiceForm):
        service = _service(translator)

    return Translated


def expected_form(
    translator: Translator, *, units: Sequence[tuple[int, str, int]]
) -> type[ExpectedForm]:
    """Return the form with a field for each unit in the round.

    Parameters
    ----------
    units
        Id, name and the number it expects now.
    """
    t = translator
    fields = {
        f"{_EXPECTED}{unit_id}": StringField(
            t.gettext("Ventet antall, %(unit)s", unit=name),
            [whole_number(t)],
            default=str(expected),
            filters=[_stripped],
        )
        for unit_id, name, expected in units
    }
    return type("Translated", (ExpectedForm,), fields)


def expected_field(unit_id: int) -> str:
    """Return the name of a unit's field."""
    return f"{_EXPECTED}{unit_id}"


def invite_form(translator: Translator, *, roles: Sequence[tuple[str, str]]) -> type[InviteForm]:
    """Return the invitation, with the roles (code and label) that are given here."""
    t = translator
    only = roles[0][0] if len(roles) == 1 else None
    choices: Any = dict(roles)

    class Translated(InviteForm):
        email = StringField(
            t.gettext("E-postadresse"),
            [
                DataRequired(t.gettext("Skriv e-postadressen til den du inviterer.")),
                Length(max=254, message=t.gettext("E-postadressen er for lang.")),
                # Roughly, so that it is said together with what else is wrong.
                Regexp(
                    r"[^@\s]+@[^@\s]+$",
                    message=t.gettext("Skriv en e-postadresse, for eksempel navn@kommune.no."),
                ),
            ],
            filters=[_stripped],
        )
        role = RadioField(
            t.gettext("Rolle"),
            [AnyOf([code for code, _ in roles], message=t.gettext("Velg en rolle."))],
            choices=choices,
            default=only,
            validate_choice=False,
        )

    return Translated


def accept_form(translator: Translator, *, has_account: bool, shortest: int) -> type[AcceptForm]:
    """Return the form of an invited person: with an account only the password is asked for."""
    t = translator
    name_rules = [] if has_account else [DataRequired(t.gettext("Skriv navnet ditt."))]
    password_rules: list[object] = [
        DataRequired(t.gettext("Skriv passordet ditt.")),
        Length(max=1000, message=t.gettext("Passordet er for langt.")),
    ]
    if not has_account:
        too_short = t.gettext(
            "Passordet må ha minst %(shortest)s tegn. Velg et lengre.", shortest=shortest
        )
        password_rules.append(Length(min=shortest, message=too_short))

    class Translated(AcceptForm):
        name = StringField(
            t.gettext("Navnet ditt"),
            [
                *name_rules,
                Length(max=120, message=t.gettext("Navnet er for langt.")),
            ],
            filters=[_stripped],
            description=t.gettext("Slik kollegene dine kjenner deg."),
        )
        password = PasswordField(
            t.gettext("Passord"),
            password_rules,
            description=(
                t.gettext("Det du ellers logger inn med.")
                if has_account
                else t.gettext("Minst %(shortest)s tegn. Bruk gjerne flere ord.", shortest=shortest)
            ),
        )

    return Translated


def whole_number(t: Translator) -> object:
    """Return the check that a field holds a whole number of at most `MOST_DIGITS` digits."""

    def check(_form: Form, field: Field) -> None:
        text = str(field.data or "")
        # isdecimal alone would take digits of every script, which int() reads too.
        if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
            raise ValidationError(
                t.gettext("Skriv et helt tall fra 0 til %(most)s.", most=10**MOST_DIGITS - 1)
            )

    return check


def _name(t: Translator) -> StringField:
    return StringField(
        t.gettext("Navn på tjenesten"),
        [
            DataRequired(t.gettext("Skriv navnet på tjenesten.")),
            Length(max=80, message=t.gettext("Navnet kan ha høyst %(longest)s tegn.", longest=80)),
        ],
        filters=[_stripped],
        description=t.gettext("For eksempel «Rus- og psykisk helsetjeneste»."),
    )


def _service(t: Translator) -> RadioField:
    kinds: Any = {kind.id: t.gettext(kind.label) for kind in SERVICE_KINDS.values()}
    return RadioField(
        t.gettext("Hva slags tjeneste er det?"),
        [AnyOf(list(kinds), message=t.gettext("Velg hva slags tjeneste det er."))],
        choices=kinds,
        validate_choice=False,
        description=t.gettext(
            "NAV, barnevern og andre tjenester kan ikke registrere noen før kommunens "
            "personvernombud har registrert et rettslig grunnlag."
        ),
    )


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else text
