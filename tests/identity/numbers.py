"""Fictive numbers for the tests of this room, all with month + 80."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from brukerplan.identity import NationalNumber, parse, synthetic_number
from brukerplan.identity.control_digits import complete
from brukerplan.identity.national_number import Gender

TODAY = date(2026, 11, 22)
IN_2033 = date(2033, 6, 1)

birth_dates = st.dates(date(1900, 1, 1), TODAY)
genders: st.SearchStrategy[Gender] = st.sampled_from(("female", "male"))
serials = st.integers(0, 150)


def fictive(
    birth_date: date = date(1990, 5, 17),
    gender: Gender = "female",
    serial: int = 0,
    *,
    d_number: bool = False,
) -> NationalNumber:
    text = synthetic_number(birth_date, gender, serial, d_number=d_number)
    return parse(text, today=TODAY, allow_synthetic=True)


def number_of(nine: str, *, remainder: int = 0) -> str:
    """Complete nine digits with control digits; the nine must have such digits."""
    completed = complete(tuple(map(int, nine)), remainder=remainder)
    assert completed is not None, f"{nine} cannot be completed"
    return "".join(map(str, completed))


def first_number(day_month_year: str, individuals: range, *, remainder: int = 0) -> str:
    """Return the first number of a series that has control digits."""
    for individual in individuals:
        nine = f"{day_month_year}{individual:03}"
        if complete(tuple(map(int, nine)), remainder=remainder):
            return number_of(nine, remainder=remainder)
    raise AssertionError(f"no number for {day_month_year}")
