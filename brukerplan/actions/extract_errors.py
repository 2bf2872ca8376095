"""What can be in the way of an extract, and what to do about it."""

from __future__ import annotations

from typing import ClassVar

from brukerplan.translation import UserError, mark


class ExtractNotFoundError(UserError):
    """No extract has this id."""

    message: ClassVar[str] = mark("Uttrekket finnes ikke. Gå tilbake til listen over uttrekk.")


class NothingChosenError(UserError):
    """The file would hold nothing."""

    message: ClassVar[str] = mark("Velg minst ett år og minst én opplysning. Ingenting er lagret.")


class NotTheirRoundsError(UserError):
    """The chosen years are not frozen, or belong to different organisations."""

    message: ClassVar[str] = mark(
        "Et uttrekk kan bare gjelde frosne runder som hører til samme organisasjon. Velg andre år."
    )


class TextMissingError(UserError):
    """A text is not written, is too long, or could hold somebody's number."""

    message: ClassVar[str] = mark(
        "Skriv prosjekt, mottaker, formål og hjemmel, eller grunnen til avslaget. Skriv ikke mer "
        "enn feltet rommer, og aldri et fødselsnummer."
    )


class LastDayError(UserError):
    """The last day has passed, or is too far ahead."""

    message: ClassVar[str] = mark(
        "Den siste dagen må være i dag eller senere, og høyst %(days)s dager fram. Velg en annen."
    )


class AlreadyDecidedError(UserError):
    """It is approved or rejected, or has ended."""

    message: ClassVar[str] = mark("Søknaden er alt avgjort. Last siden på nytt.")


class OwnExtractError(UserError):
    """Whoever asked does not decide."""

    message: ClassVar[str] = mark(
        "Du har selv søkt om uttrekket, og kan ikke avgjøre søknaden. Be en annen om det."
    )


class ClassesTooSmallError(UserError):
    """Too many would be left out, or nobody would be left."""

    message: ClassVar[str] = mark(
        "Uttrekket kan ikke godkjennes: for mange personer er i grupper på færre enn %(smallest)s. "
        "Avslå søknaden, og be om et uttrekk med grovere valg."
    )


class NotTheirExtractError(UserError):
    """Only whoever asked fetches."""

    message: ClassVar[str] = mark("Bare den som søkte om uttrekket, kan hente filen.")


class ExtractNotFetchableError(UserError):
    """It is not approved, or the access has ended and the key is destroyed."""

    message: ClassVar[str] = mark(
        "Filen kan ikke hentes: uttrekket er ikke godkjent, eller tilgangen er avsluttet. "
        "Er den avsluttet, må prosjektet søke på nytt."
    )
