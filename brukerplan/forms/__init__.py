"""Forms as plain WTForms: no Flask, no database, so that they are tested by calling them."""

from brukerplan.forms.accounts import SignInForm, sign_in_form
from brukerplan.forms.registration import FormSection, RegistrationForm, registration_form
from brukerplan.forms.routing import condition_text, routing_data
from brukerplan.forms.start import StartForm, start_form

__all__ = [
    "FormSection",
    "RegistrationForm",
    "SignInForm",
    "StartForm",
    "condition_text",
    "registration_form",
    "routing_data",
    "sign_in_form",
    "start_form",
]
