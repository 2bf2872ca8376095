"""What can go wrong between us and the provider, each with the code that is logged."""

from __future__ import annotations

from typing import ClassVar

from brukerplan.translation import UserError, mark


class BadClientKeyError(ValueError):
    """The private key cannot be used; it is not repeated."""


class ProviderError(UserError):
    """Signing in at the provider came to nothing. ``code`` is all that is logged of it."""

    code: str


class UnavailableError(ProviderError):
    """The provider does not answer, or answers with its own fault."""

    code = "unavailable"
    message: ClassVar[str] = mark(
        "%(provider)s svarer ikke. Prøv igjen om litt, eller logg inn på en annen måte."
    )


class BrokenError(ProviderError):
    """What the provider says of itself, or what we are there, does not fit."""

    message: ClassVar[str] = mark(
        "Innlogging med %(provider)s virker ikke nå: oppsettet stemmer ikke. Logg inn på en "
        "annen måte, og gi beskjed til den som drifter løsningen."
    )

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(**values)
        self.code = code


class DeniedError(ProviderError):
    """The person turned back, or the provider let nobody in."""

    code = "denied"
    message: ClassVar[str] = mark(
        "Innloggingen ble avbrutt hos %(provider)s. Prøv på nytt hvis det ikke var meningen."
    )


class RefusedError(ProviderError):
    """The provider did not do what it was asked."""

    code = "refused"
    message: ClassVar[str] = mark("%(provider)s fullførte ikke innloggingen. Prøv på nytt.")


class WrongStateError(ProviderError):
    """The answer is not to anything this browser has begun, or was used already."""

    code = "wrong_state"
    message: ClassVar[str] = mark(
        "Svaret fra %(provider)s hører ikke til en innlogging som er i gang i denne nettleseren. "
        "Det kan være brukt allerede, eller du har begynt på nytt i en annen fane. Prøv på nytt."
    )


class TooLateError(ProviderError):
    """The answer came long after it was asked for."""

    code = "too_late"
    message: ClassVar[str] = mark("Det gikk for lang tid. Prøv på nytt.")


class CodeRefusedError(ProviderError):
    """The provider does not know the code in the answer, or has seen it before."""

    code = "code_refused"
    message: ClassVar[str] = mark(
        "Svaret fra %(provider)s er brukt allerede, eller for gammelt. Prøv på nytt."
    )


class UntrustedAnswerError(ProviderError):
    """The answer cannot be trusted: its ``code`` says which check it failed."""

    message: ClassVar[str] = mark(
        "Svaret fra %(provider)s kunne ikke godtas. Prøv på nytt. Skjer det igjen, gi beskjed "
        "til den som drifter løsningen."
    )

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(**values)
        self.code = code


class TooWeakError(ProviderError):
    """Signed in, but less surely than is asked here."""

    code = "weak_acr"
    message: ClassVar[str] = mark(
        "Du logget inn hos %(provider)s på en måte som ikke er sikker nok her. Prøv på nytt og "
        "velg en sikrere innlogging, for eksempel BankID."
    )
