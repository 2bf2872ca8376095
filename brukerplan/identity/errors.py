"""What can be wrong with a typed number or a configured key.

No text repeats what was typed: error pages and logs must not hold a national number.
"""

from __future__ import annotations

from brukerplan.translation import UserError, mark


class NationalNumberError(UserError):
    """Base of everything that can be wrong with a typed number."""

    message = mark("Nummeret er ikke gyldig. Se etter skrivefeil og prøv igjen.")


class NotDigitsError(NationalNumberError):
    """Something else than digits was typed, or nothing."""

    message = mark("Skriv fødselsnummeret eller D-nummeret med bare sifre, elleve i alt.")


class WrongLengthError(NationalNumberError):
    """Not eleven digits."""

    message = mark(
        "Et fødselsnummer eller D-nummer har elleve sifre. Du skrev %(count)s. "
        "Se etter om et siffer mangler eller står to ganger."
    )


class ControlDigitsError(NationalNumberError):
    """The last two digits do not agree with the first nine."""

    message = mark(
        "Sifrene stemmer ikke med hverandre. Se etter skrivefeil, for eksempel to sifre som "
        "har byttet plass."
    )


class InvalidDateError(NationalNumberError):
    """The first six digits are no date of birth."""

    message = mark("De seks første sifrene er ikke en fødselsdato som finnes. Se etter skrivefeil.")


class BirthDateInFutureError(InvalidDateError):
    """The date of birth has not come yet."""

    message = mark("Fødselsdatoen i nummeret ligger fram i tid. Se etter skrivefeil.")


class HelpNumberError(NationalNumberError):
    """An H-number or a common help number: local, changing, and not the same everywhere."""

    message = mark(
        "Dette er et hjelpenummer (H-nummer), ikke et fødselsnummer eller D-nummer. "
        "Et hjelpenummer følger ikke personen fra tjeneste til tjeneste og kan ikke brukes her. "
        "Finn fødselsnummeret eller D-nummeret."
    )


class SyntheticNotAllowedError(NationalNumberError):
    """A synthetic test number outside demo and test."""

    message = mark(
        "Dette er et syntetisk testnummer. Det kan bare brukes i demo. "
        "Skriv personens fødselsnummer eller D-nummer."
    )


class MasterKeyError(UserError):
    """The master key is missing or not a master key."""

    message = mark(
        "Hovednøkkelen er ikke gyldig. Den skal være 32 byte skrevet som base64 (44 tegn)."
    )


class KeyCannotBeOpenedError(UserError):
    """A stored key was wrapped by another master key, or its row was changed."""

    message = mark(
        "Nøkkelen %(key_id)s kan ikke åpnes. Enten er hovednøkkelen en annen enn da nøkkelen "
        "ble lagret, eller så er den lagrede nøkkelen endret. Sett inn riktig hovednøkkel."
    )


class WrongKeyError(TypeError):
    """A key made for one purpose was given to another: a mistake in the program."""
