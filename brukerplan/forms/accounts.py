"""The sign-in form."""

from __future__ import annotations

from wtforms import Form, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from brukerplan.translation import Translator


class SignInForm(Form):
    """E-mail address and password; the password is never given back to the page."""

    email: StringField
    password: PasswordField


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
