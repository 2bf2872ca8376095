"""A national number as spreadsheets hand it over: with its first zero lost, or rounded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from brukerplan.identity.errors import (
    ControlDigitsError,
    InvalidDateError,
    NationalNumberError,
)
from brukerplan.identity.national_number import NationalNumber, parse

_DIGITS = 11
# A whole number as some spreadsheets write it.
_POINTLESS = re.compile(r"(\d+)[.,]0+")
# What spreadsheets make of a long number in a narrow column.
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadNumber:
    """The number, or what is wrong: the id of a message, or an error that says it itself.

    ``mended``: the zero that a spreadsheet had taken away is put back. It is certain: with
    it, both control digits hold.
    """

    number: NationalNumber | None = field(default=None, repr=False)
    wrong: str | NationalNumberError = ""
    mended: bool = False


def read_number(text: str, *, today: date, allow_synthetic: bool) -> ReadNumber:
    """Read what stands in the number's cell; the errors never repeat it."""
    compact = whole("".join(text.split()))
    if not compact:
        return ReadNumber(wrong="no_number")
    if _ROUNDED.fullmatch(compact):
        return ReadNumber(wrong="rounded_number")
    lost_zero = len(compact) == _DIGITS - 1 and compact.isascii() and compact.isdigit()
    try:
        number = parse(
            f"0{compact}" if lost_zero else compact, today=today, allow_synthetic=allow_synthetic
        )
    except NationalNumberError as error:
        still_wrong = lost_zero and isinstance(error, (ControlDigitsError, InvalidDateError))
        return ReadNumber(wrong="lost_zero" if still_wrong else error)
    return ReadNumber(number, mended=lost_zero)


def whole(text: str) -> str:
    """Return a whole number without the decimals that a spreadsheet has put there.

    >>> whole("3.0"), whole("2,00"), whole("2,5"), whole("to")
    ('3', '2', '2,5', 'to')
    """
    found = _POINTLESS.fullmatch(text)
    return found[1] if found else text
