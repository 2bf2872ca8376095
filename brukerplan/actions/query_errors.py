"""Why a question cannot be asked, answered or closed, and what to do instead."""

from __future__ import annotations

from typing import ClassVar

from brukerplan.translation import UserError, mark


class QueryNotFoundError(UserError):
    """No question has this id."""

    message: ClassVar[str] = mark("Spørsmålet finnes ikke. Gå tilbake til listen.")


class NotAskedInFormError(UserError):
    """The edition has no such question to ask about."""

    message: ClassVar[str] = mark(
        "Skjemaet har ikke dette spørsmålet. Velg et av spørsmålene i listen, eller spør om "
        "registreringen som helhet."
    )


class NobodyToAskError(UserError):
    """The unit has no member who may write."""

    message: ClassVar[str] = mark(
        "Ingen i tjenesten kan svare. Gi noen tilgang til tjenesten først, og spør igjen."
    )


class CannotAnswerError(UserError):
    """The chosen person is not one of the unit's who may write."""

    message: ClassVar[str] = mark(
        "Den du valgte, kan ikke svare for tjenesten. Velg en av dem som registrerer der."
    )


class AlreadyAskedError(UserError):
    """The same is asked and not closed."""

    message: ClassVar[str] = mark(
        "Det samme er allerede spurt om denne registreringen. Vent på svaret, eller avslutt "
        "spørsmålet før du spør på nytt."
    )


class AlreadyAnsweredError(UserError):
    """Only an open question can be answered."""

    message: ClassVar[str] = mark(
        "Spørsmålet er allerede besvart eller avsluttet. Last siden på nytt."
    )


class NothingCorrectedError(UserError):
    """«Corrected» was answered, and nothing has changed since the question."""

    message: ClassVar[str] = mark(
        "Registreringen er ikke endret etter at spørsmålet ble stilt. Rett svaret i "
        "registreringen først, og svar etterpå. Har tjenesten levert, må enhetslederen eller "
        "koordinatoren åpne den igjen før noe kan rettes."
    )


class NotYoursToCloseError(UserError):
    """Somebody else asked."""

    message: ClassVar[str] = mark(
        "Bare den som spurte, eller koordinatoren i kommunen, kan avslutte spørsmålet."
    )


class AlreadyClosedError(UserError):
    """It is closed already."""

    message: ClassVar[str] = mark("Spørsmålet er allerede avsluttet. Last siden på nytt.")
