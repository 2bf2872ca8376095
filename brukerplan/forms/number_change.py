"""The form by which a changed number is recorded: two numbers that are never shown again."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import Form, PasswordField, RadioField

from brukerplan.forms.opting_out import InOurLanguage, municipality_field, number_field
from brukerplan.translation import Translator


class NumberChangeForm(Form):
    """The number the person had, the one they have, and where."""

    earlier: PasswordField
    later: PasswordField
    municipality: RadioField


def number_change_form(
    translator: Translator, *, municipalities: Sequence[tuple[int, str]]
) -> type[NumberChangeForm]:
    """Return the form in the translator's language; ``municipalities`` as for an opt-out."""
    t = translator

    class Translated(NumberChangeForm):
        earlier = number_field(t, t.gettext("Nummeret personen hadde"))
        later = number_field(t, t.gettext("Nummeret personen har nå"))
        municipality = municipality_field(t, municipalities)

        class Meta(NumberChangeForm.Meta):  # type: ignore[misc]  # its stubs leave it untyped
            def get_translations(self, form: object) -> InOurLanguage:  # noqa: ARG002
                return InOurLanguage(t)

    return Translated
