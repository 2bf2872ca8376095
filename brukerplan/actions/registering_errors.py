"""Why a registration was not saved, submitted, opened again or deleted."""

from __future__ import annotations

import uuid
from typing import ClassVar

from brukerplan.questionnaire.answers import Answers
from brukerplan.questionnaire.findings import Finding
from brukerplan.translation import UserError, mark


class ConflictError(UserError):
    """Somebody else saved in between. Both versions are kept, until one is chosen.

    ``typed`` is what was not saved, for the page to keep showing.
    """

    message: ClassVar[str] = mark(
        "Noen andre har endret registreringen mens du hadde den åpen. Begge versjonene er tatt "
        "vare på. Se forskjellene og velg hva som skal gjelde."
    )

    def __init__(self, *, conflict_id: uuid.UUID, typed: Answers) -> None:
        super().__init__()
        self.conflict_id = conflict_id
        self.typed = typed


class NewerVersionError(UserError):
    """What is stored is newer than what was looked at; nothing was typed that could be lost."""

    message: ClassVar[str] = mark(
        "Registreringen er endret etter at du åpnet siden. Se over den på nytt, og prøv igjen."
    )

    def __init__(self, *, current_version: int) -> None:
        super().__init__()
        self.current_version = current_version


class AlreadySubmittedError(UserError):
    """A submitted registration is taken back before it is changed."""

    message: ClassVar[str] = mark(
        "Registreringen er sendt inn. Velg «Åpne registreringen igjen» hvis noe skal endres."
    )


class NotSubmittedError(UserError):
    """Only a submitted registration can be taken back."""

    message: ClassVar[str] = mark("Registreringen er ikke sendt inn. Du kan endre den som den er.")


class NotCompleteError(UserError):
    """Something is missing, wrong or to be confirmed. The answers are saved as a draft.

    ``findings`` say what, hard ones and soft ones not confirmed; ``version`` is that of the
    draft; ``unconfirmed`` are the sections carried over and not accepted.
    """

    message: ClassVar[str] = mark(
        "Registreringen er lagret, men ikke sendt inn. Antall punkter som må rettes eller "
        "bekreftes: %(findings)s."
    )

    def __init__(
        self, *, findings: tuple[Finding, ...], version: int, unconfirmed: frozenset[str]
    ) -> None:
        super().__init__(findings=len(findings))
        self.findings = findings
        self.version = version
        self.unconfirmed = unconfirmed


class ConflictNotFoundError(UserError):
    """No two versions are waiting under this id."""

    message: ClassVar[str] = mark(
        "Det er ikke lenger to versjoner å velge mellom. Åpne registreringen fra listen."
    )


class ChoiceMissingError(UserError):
    """An answer differs and neither version of it was chosen. ``variables`` say which."""

    message: ClassVar[str] = mark(
        "Velg hvilken versjon som skal gjelde for hvert av svarene som er ulike. Antall svar som "
        "mangler valg: %(missing)s."
    )

    def __init__(self, *, variables: tuple[str, ...]) -> None:
        super().__init__(missing=len(variables))
        self.variables = variables
