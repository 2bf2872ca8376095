"""Forms of signing in: address and password, codes, new passwords, and a colleague's address."""

from __future__ import annotations

from wtforms import Form, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from brukerplan.translation import Translator


class SignInForm(Form):
    """E-mail address and password; the password is never given back to the page."""

    email: StringField
    password: PasswordField


class CodeForm(Form):
    """A code from the app or from paper; never given back to the page."""

    code: StringField


class NameForm(Form):
    """A passkey's name."""

    name: StringField


class NewPasswordForm(Form):
    """A new password, chosen by whoever holds a link."""

    new: PasswordField


class ChangePasswordForm(NewPasswordForm):
    """The password one has, and a new one."""

    old: PasswordField


class AddressForm(Form):
    """An e-mail address."""

    email: StringField


def code_form(translator: Translator, *, paper: bool) -> type[CodeForm]:
    """Return the form of a code; ``paper`` where one from paper is taken too."""
    t = translator

    class Translated(CodeForm):
        code = StringField(
            t.gettext("Kode"),
            [
                DataRequired(t.gettext("Skriv koden.")),
                Length(max=40, message=t.gettext("Koden er for lang.")),
            ],
            description=(
                t.gettext("Seks sifre fra appen, eller en av gjenopprettingskodene dine.")
                if paper
                else t.gettext("Seks sifre fra appen.")
            ),
        )

    return Translated


def passkey_name_form(translator: Translator) -> type[NameForm]:
    """Return the form of a passkey's name."""
    t = translator

    class Translated(NameForm):
        name = StringField(
            t.gettext("Navn på passnøkkelen"),
            [
                DataRequired(t.gettext("Skriv et navn.")),
                Length(max=60, message=t.gettext("Navnet er for langt.")),
            ],
            filters=[lambda text: text.strip() if text else text],
            description=t.gettext("Så du kjenner den igjen, for eksempel «Sikkerhetsnøkkel»."),
        )

    return Translated


def new_password_form(translator: Translator, *, shortest: int) -> type[NewPasswordForm]:
    """Return the form of a new password."""

    class Translated(NewPasswordForm):
        new = _new_password(translator, shortest)

    return Translated


def change_password_form(translator: Translator, *, shortest: int) -> type[ChangePasswordForm]:
    """Return the form of the password one has, and a new one."""
    t = translator

    class Translated(ChangePasswordForm):
        old = PasswordField(
            t.gettext("Passordet du har nå"),
            [
                DataRequired(t.gettext("Skriv passordet du har nå.")),
                Length(max=1000, message=t.gettext("Passordet er for langt.")),
            ],
        )
        new = _new_password(t, shortest)

    return Translated


def address_form(translator: Translator, label: str) -> type[AddressForm]:
    """Return the form of one e-mail address under a label."""

    class Translated(AddressForm):
        email = _address(translator, label)

    return Translated


def _new_password(t: Translator, shortest: int) -> PasswordField:
    return PasswordField(
        t.gettext("Nytt passord"),
        [
            DataRequired(t.gettext("Skriv et nytt passord.")),
            Length(max=1000, message=t.gettext("Passordet er for langt.")),
        ],
        description=t.gettext("Minst %(shortest)s tegn. Bruk gjerne flere ord.", shortest=shortest),
    )


def _address(t: Translator, label: str) -> StringField:
    return StringField(
        label,
        [
            DataRequired(t.gettext("Skriv e-postadressen.")),
            Length(max=254, message=t.gettext("E-postadressen er for lang.")),
        ],
        filters=[lambda text: text.strip() if text else text],
    )


def sign_in_form(translator: Translator) -> type[SignInForm]:
    """Return the sign-in form with labels and messages in the translator's language."""
    t = translator

    class Translated(SignInForm):
        email = StringField(
            t.gettext("E-postadresse"),
            [
                DataRequired(t.gettext("Skriv e-postadressen din.")),
                Length(max=254, message=t.gettext("E-postadressen er for lang.")),
            ],
            filters=[lambda text: text.strip() if text else text],
        )
        password = PasswordField(
            t.gettext("Passord"),
            [
                DataRequired(t.gettext("Skriv passordet ditt.")),
                Length(max=1000, message=t.gettext("Passordet er for langt.")),
            ],
        )

    return Translated
