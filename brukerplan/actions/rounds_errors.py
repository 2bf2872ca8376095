"""What can be wrong when a round is planned or moved."""

from __future__ import annotations

from typing import ClassVar

from brukerplan.translation import UserError, mark


class RoundExistsError(UserError):
    """The year has its round."""

    message: ClassVar[str] = mark("Det finnes allerede en kartleggingsrunde for %(year)s.")


class RoundDatesError(UserError):
    """The deadline is before the opening."""

    message: ClassVar[str] = mark(
        "Fristen må være samme dag som åpningen eller senere. Rett datoene."
    )


class OtherYearError(UserError):
    """The opening is in another year than the round's."""

    message: ClassVar[str] = mark(
        "Åpningen må være i %(year)s, som er året det kartlegges for. Rett datoen."
    )


class NobodyTakesPartError(UserError):
    """A round without municipalities."""

    message: ClassVar[str] = mark("Velg minst én kommune som skal være med.")


class EarlierRoundGoesOnError(UserError):
    """Everybody works in one round at a time."""

    message: ClassVar[str] = mark(
        "Kartleggingen for %(year)s er ikke frosset ennå. Frys den før du planlegger en ny runde."
    )


class RoundMoveError(UserError):
    """The round is not in the state that this is done from."""

    message: ClassVar[str] = mark(
        "Runden for %(year)s er ikke på det steget siden viste. Noen andre kan ha flyttet den. "
        "Last siden på nytt og se hva som er neste steg."
    )


class ReasonMissingError(UserError):
    """Opening again says why."""

    message: ClassVar[str] = mark("Velg hvorfor det åpnes igjen.")


class NotOptionalError(UserError):
    """Turned on something that is not an optional question of the edition."""

    message: ClassVar[str] = mark(
        "%(variables)s er ikke valgfrie spørsmål i spørreskjemaet for %(year)s."
    )


class SomebodyOptedOutError(UserError):
    """Whoever has said no could not be told from others any more."""

    message: ClassVar[str] = mark(
        "Noen har reservert seg mot årets kartlegging. Uten fødselsnummer kan de ikke kjennes "
        "igjen, så kommunen kan ikke gå over til å kartlegge anonymt i år."
    )
