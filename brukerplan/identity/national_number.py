"""Fødselsnummer and D-number: read once, then only a date, a sex and a keyed digest.

What is accepted: fødselsnummer; D-number (day + 40); and, in demo and test only, the
synthetic series of the Tax Administration (month + 80), also as D-number. Help numbers
(month + 40, or a first digit of 8 or 9) are refused: they do not follow the person.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from typing import Literal

from brukerplan.identity.control_digits import (
    REMAINDERS_FROM_2032,
    complete,
    first_remainder,
    second_remainder,
)
from brukerplan.identity.errors import (
    BirthDateInFutureError,
    ControlDigitsError,
    HelpNumberError,
    InvalidDateError,
    NotDigitsError,
    SyntheticNotAllowedError,
    WrongLengthError,
)
from brukerplan.identity.opaque import Opaque

Gender = Literal["female", "male"]

RULES_FROM_2032 = date(2032, 1, 1)
"""From this day numbers are given that tell neither sex nor century (see `parse`)."""

_LENGTH = 11
_D_NUMBER = 40
_HELP_MONTH = 40
_SYNTHETIC_MONTH = 80
_OLDEST = 130
# New numbers are dealt from 999 downwards, whatever the year of birth.
_DEALT_FIRST_FROM_2032 = 900
# A number with one digit lost is still one.
_DIGITS_TO_RECOGNISE = 10


class NationalNumber(Opaque):
    """A valid number, as what may be known of it.

    Attributes
    ----------
    birth_date : date
    gender : "female", "male" or None
        None where the number does not tell; a proposal for the form, never a fact.
    synthetic : bool
        A fictive person's test number.
    d_number : bool
    """

    __slots__ = ("_digits", "birth_date", "d_number", "gender", "synthetic")

    birth_date: date
    gender: Gender | None
    synthetic: bool
    d_number: bool
    _digits: bytes

    def __init__(
        self,
        digits: str,
        *,
        birth_date: date,
        gender: Gender | None,
        synthetic: bool,
        d_number: bool,
    ) -> None:
        self._set(
            _digits=digits.encode("ascii"),
            birth_date=birth_date,
            gender=gender,
            synthetic=synthetic,
            d_number=d_number,
        )

    def keyed_digest(self, secret: bytes) -> bytes:
        """Return HMAC-SHA-256 of the number under ``secret``: 32 bytes, the only way out."""
        return hmac.new(secret, self._digits, hashlib.sha256).digest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NationalNumber):
            return NotImplemented
        return hmac.compare_digest(self._digits, other._digits)

    # A set or a dict of numbers would be a register of persons; pseudonyms are for that.
    __hash__ = None  # type: ignore[assignment]  # the documented way to be unhashable


def parse(text: str, *, today: date, allow_synthetic: bool) -> NationalNumber:
    """Read a typed number.

    Spaces are ignored. Until 2032 the individual number (digits 7–9) tells the century
    and sex. A number given from 2032 tells neither, may leave remainder 0–3, and is
    given also to those born before: it is read as the latest date of birth that is not in
    the future, which can only be wrong for somebody who got a first number at a hundred.
    A sex is then proposed only where the number must be an old one.

    Parameters
    ----------
    text
        What was typed.
    today
        Decides which numbers can have been given and which dates have been.
    allow_synthetic
        True in demo and test only.

    Raises
    ------
    NotDigitsError, WrongLengthError, ControlDigitsError, InvalidDateError, \
BirthDateInFutureError, HelpNumberError, SyntheticNotAllowedError
        All are `NationalNumberError`; none repeats the number.
    """
    compact = "".join(text.split())
    if not (compact.isascii() and compact.isdigit()):
        raise NotDigitsError
    if len(compact) != _LENGTH:
        raise WrongLengthError(count=len(compact))
    digits = tuple(map(int, compact))
    if digits[0] >= 8:
        # A common help number: its other digits carry no date, and not always control digits.
        raise HelpNumberError
    remainder = first_remainder(digits)
    new_rules = today >= RULES_FROM_2032
    remainders = REMAINDERS_FROM_2032 if new_rules else frozenset({0})
    if remainder not in remainders or second_remainder(digits) != 0:
        raise ControlDigitsError

    day, month, year = (int(compact[at : at + 2]) for at in (0, 2, 4))
    individual = int(compact[6:9])
    d_number = day > _D_NUMBER
    synthetic = month > _SYNTHETIC_MONTH
    day -= _D_NUMBER if d_number else 0
    month -= _SYNTHETIC_MONTH if synthetic else 0
    if _HELP_MONTH < month <= _HELP_MONTH + 12:
        raise HelpNumberError
    old = _date(_century(individual, year), year, month, day) if remainder == 0 else None
    can_be_new = new_rules and (
        old is None or old > today or today.year - old.year > _OLDEST or old >= RULES_FROM_2032
    )
    birth_date = _latest(year, month, day, today=today) if can_be_new else old
    if birth_date is None:
        raise InvalidDateError
    if birth_date > today:
        raise BirthDateInFutureError
    if synthetic and not allow_synthetic:
        raise SyntheticNotAllowedError
    tells_sex = not can_be_new and not (new_rules and individual >= _DEALT_FIRST_FROM_2032)
    return NationalNumber(
        compact,
        birth_date=birth_date,
        gender=_sex(individual) if tells_sex else None,
        synthetic=synthetic,
        d_number=d_number,
    )


def may_hold_number(text: str) -> bool:
    """Tell whether a text may hold somebody's number, so that it must not be kept.

    Whatever stands between the digits: a sign that is let through is one to hide behind.

    >>> may_hold_number("sak 010170 123 45"), may_hold_number("2026/1234")
    (True, False)
    >>> may_hold_number("010170_12345"), may_hold_number("010170 p 12345")
    (True, True)
    """
    return sum(map(str.isdigit, text)) >= _DIGITS_TO_RECOGNISE


def synthetic_number(
    birth_date: date, gender: Gender, serial: int, *, d_number: bool = False
) -> str:
    """Return the ``serial``-th test number (month + 80) of a fictive person.

    Numbers of one date and sex are distinct for distinct serials; about two hundred exist.

    Parameters
    ----------
    birth_date
        1900 to 2039.
    serial
        From 0.

    Raises
    ------
    ValueError
        The date is outside the series, or no number has that serial.

    Examples
    --------
    >>> synthetic_number(date(1990, 5, 17), "female", 0)[:6]
    '178590'
    """
    if not 1900 <= birth_date.year <= 2039:
        raise ValueError(f"no synthetic number for a birth in {birth_date.year}")
    day = birth_date.day + (_D_NUMBER if d_number else 0)
    month = birth_date.month + _SYNTHETIC_MONTH
    start = range(500) if birth_date.year < 2000 else range(500, 1000)
    left = serial
    for individual in start[(gender == "male") :: 2]:
        nine = f"{day:02}{month:02}{birth_date.year % 100:02}{individual:03}"
        completed = complete(tuple(map(int, nine)))
        if completed is None:
            continue
        if left == 0:
            return "".join(map(str, completed))
        left -= 1
    raise ValueError(f"no synthetic number has serial {serial}")


def _century(individual: int, year: int) -> int | None:
    """Return the first year of the century, as the individual number told until 2032."""
    if individual <= 499:
        return 1900
    if individual <= 749 and year >= 54:
        return 1800
    if year <= 39:
        return 2000
    return 1900 if individual >= 900 else None


def _date(century: int | None, year: int, month: int, day: int) -> date | None:
    if century is None:
        return None
    try:
        return date(century + year, month, day)
    except ValueError:
        return None


def _latest(year: int, month: int, day: int, *, today: date) -> date | None:
    """Return the latest such date that is not in the future."""
    candidates = (_date(century, year, month, day) for century in (2000, 1900))
    return next((found for found in candidates if found and found <= today), None)


def _sex(individual: int) -> Gender:
    return "male" if individual % 2 else "female"
