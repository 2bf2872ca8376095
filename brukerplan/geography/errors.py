"""What can be wrong with a place or a year that somebody names."""

from __future__ import annotations

from brukerplan.translation import UserError, mark

_MOST_DIGITS = 6


def said_back(text: str) -> str:
    """Return what somebody typed as far as an error may repeat it.

    It may be pasted from anywhere, a national number too, and ends up in pages and logs.
    """
    plain = text.replace("-", "").replace(" ", "")
    short = len(text) <= 40 and sum(map(str.isdigit, text)) <= _MOST_DIGITS
    return text.strip() if plain.isalnum() and short else "«…»"


class UnknownMunicipalityError(UserError):
    """No municipality has had the code since the first year covered."""

    message = mark(
        "Det finnes ingen kommune med nummer %(code)s. "
        "Skriv et kommunenummer med fire sifre, for eksempel 1103 for Stavanger."
    )


class MunicipalityNoLongerExistsError(UserError):
    """The municipality is gone and another has its area."""

    message = mark("%(code)s %(name)s finnes ikke etter %(last)s. Bruk %(successors)s.")


class MunicipalityWasSplitError(MunicipalityNoLongerExistsError):
    """The municipality is gone and its area went to several."""

    message = mark(
        "%(code)s %(name)s finnes ikke etter %(last)s. Området ble delt. "
        "Bruk den det gjelder av: %(successors)s."
    )


class MunicipalityDoesNotExistYetError(UserError):
    """The municipality came later than the year asked for."""

    message = mark(
        "%(code)s %(name)s finnes først fra og med %(first)s. "
        "Området hørte i %(year)s til: %(predecessors)s. Bruk nummeret som gjaldt det året."
    )


class YearNotCoveredError(UserError):
    """The lists do not reach that far back."""

    message = mark(
        "Kommunelisten går ikke så langt tilbake som %(year)s. Velg et år fra og med %(first)s."
    )


class YearTooFarAheadError(YearNotCoveredError):
    """Nobody can know the municipalities of that year yet."""

    message = mark(
        "Kommunelisten ble sist kontrollert i %(checked)s og gjelder ikke så langt fram som "
        "%(year)s. Velg et år til og med %(last)s."
    )


class UnknownHealthTrustError(UserError):
    """No health trust has the key or name."""

    message = mark(
        "Det finnes ikke noe helseforetaksområde som heter %(trust)s. Velg ett av: %(known)s."
    )


class UnknownRegionalHealthAuthorityError(UserError):
    """No regional health authority has the key or name."""

    message = mark(
        "Det finnes ikke noe regionalt helseforetak som heter %(region)s. Velg ett av: %(known)s."
    )
