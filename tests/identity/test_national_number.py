"""Reading a typed number: what is accepted, what it tells, and what is said when refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.identity import (
    RULES_FROM_2032,
    BirthDateInFutureError,
    ControlDigitsError,
    HelpNumberError,
    InvalidDateError,
    NationalNumberError,
    NotDigitsError,
    SyntheticNotAllowedError,
    WrongLengthError,
    parse,
    synthetic_number,
)
from brukerplan.identity.control_digits import complete
from brukerplan.identity.national_number import Gender
from brukerplan.translation import translator
from tests.identity.numbers import (
    IN_2033,
    TODAY,
    birth_dates,
    fictive,
    first_number,
    genders,
    serials,
)

NB = translator("nb")


@given(birth_date=birth_dates, gender=genders, serial=serials, d_number=st.booleans())
def test_a_synthetic_number_tells_the_date_and_sex_it_was_made_for(
    birth_date: date, gender: Gender, serial: int, d_number: bool
) -> None:
    number = fictive(birth_date, gender, serial, d_number=d_number)
    assert (number.birth_date, number.gender) == (birth_date, gender)
    assert number.synthetic
    assert number.d_number is d_number


@given(birth_date=birth_dates, gender=genders, pair=st.lists(serials, min_size=2, unique=True))
def test_two_fictive_persons_never_share_a_number(
    birth_date: date, gender: Gender, pair: list[int]
) -> None:
    assert len({synthetic_number(birth_date, gender, serial) for serial in pair}) == len(pair)


@pytest.mark.parametrize("birth_date", [date(1899, 12, 31), date(2040, 1, 1)])
def test_no_synthetic_number_is_made_outside_the_series(birth_date: date) -> None:
    with pytest.raises(ValueError, match="no synthetic number for a birth in"):
        synthetic_number(birth_date, "male", 0)


def test_no_synthetic_number_is_made_beyond_the_last_serial() -> None:
    with pytest.raises(ValueError, match="has serial 250"):
        synthetic_number(date(1990, 5, 17), "male", 250)
    with pytest.raises(ValueError, match="has serial -1"):
        synthetic_number(date(1990, 5, 17), "male", -1)


def test_spaces_in_a_typed_number_do_not_matter() -> None:
    text = synthetic_number(date(1990, 5, 17), "female", 0)
    spaced = f" {text[:6]}\u00a0{text[6:]}\n"
    assert parse(spaced, today=TODAY, allow_synthetic=True) == fictive()


@pytest.mark.parametrize("text", ["", "  ", "1785900012x", "178590-00012", "Ola", "١٢٣٤٥٦٧٨٩٠١"])
def test_anything_but_digits_is_refused(text: str) -> None:
    with pytest.raises(NotDigitsError, match="bare sifre"):
        parse(text, today=TODAY, allow_synthetic=True)


@pytest.mark.parametrize("count", [1, 10, 12, 4000])
def test_a_number_of_the_wrong_length_is_refused_with_how_many_were_typed(count: int) -> None:
    with pytest.raises(WrongLengthError) as caught:
        parse("1" * count, today=TODAY, allow_synthetic=True)
    assert f"Du skrev {count}." in caught.value.text(NB)


@given(
    birth_date=birth_dates,
    serial=serials,
    place=st.integers(1, 10),
    digit=st.integers(0, 9),
)
def test_one_wrong_digit_is_always_seen(
    birth_date: date, serial: int, place: int, digit: int
) -> None:
    text = synthetic_number(birth_date, "female", serial)
    wrong = f"{text[:place]}{digit}{text[place + 1 :]}"
    if wrong != text:
        with pytest.raises(ControlDigitsError):
            parse(wrong, today=TODAY, allow_synthetic=True)


@given(birth_date=birth_dates, serial=serials, place=st.integers(0, 9))
def test_two_neighbouring_digits_in_the_wrong_order_are_always_seen(
    birth_date: date, serial: int, place: int
) -> None:
    text = synthetic_number(birth_date, "male", serial)
    wrong = f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}"
    if wrong != text:
        with pytest.raises((ControlDigitsError, HelpNumberError)):
            parse(wrong, today=TODAY, allow_synthetic=True)


@pytest.mark.parametrize("day_month_year", ["308290", "318490", "008190", "298201", "329990"])
def test_a_date_that_does_not_exist_is_refused(day_month_year: str) -> None:
    text = first_number(day_month_year, range(499))
    with pytest.raises(InvalidDateError, match="ikke en fødselsdato som finnes"):
        parse(text, today=TODAY, allow_synthetic=True)


def test_a_leap_day_is_a_date_of_birth_in_a_leap_year() -> None:
    assert fictive(date(2000, 2, 29)).birth_date == date(2000, 2, 29)


def test_a_birth_that_has_not_been_is_refused() -> None:
    text = synthetic_number(TODAY + timedelta(days=1), "female", 0)
    with pytest.raises(BirthDateInFutureError, match="fram i tid"):
        parse(text, today=TODAY, allow_synthetic=True)
    assert fictive(TODAY).birth_date == TODAY


@pytest.mark.parametrize("day_month_year", ["174590", "574590"])
def test_a_help_number_has_its_own_answer(day_month_year: str) -> None:
    text = first_number(day_month_year, range(100, 200))
    with pytest.raises(HelpNumberError) as caught:
        parse(text, today=TODAY, allow_synthetic=True)
    assert "hjelpenummer" in caught.value.text(NB)


@pytest.mark.parametrize("text", ["80000000000", "98765432109"])
def test_a_common_help_number_is_recognised_whatever_its_other_digits(text: str) -> None:
    with pytest.raises(HelpNumberError):
        parse(text, today=TODAY, allow_synthetic=True)


def test_a_test_number_is_refused_outside_demo() -> None:
    text = synthetic_number(date(1990, 5, 17), "female", 0)
    with pytest.raises(SyntheticNotAllowedError, match="bare brukes i demo"):
        parse(text, today=TODAY, allow_synthetic=False)


def test_a_number_without_the_synthetic_month_is_an_ordinary_one() -> None:
    # Born in 1856 with an individual number of that century: nobody alive has it.
    text = first_number("170556", range(500, 750))
    number = parse(text, today=TODAY, allow_synthetic=False)
    assert number.birth_date == date(1856, 5, 17)
    assert not number.synthetic
    assert not number.d_number


@pytest.mark.parametrize(
    ("year", "individuals", "born"),
    [
        (0, range(499), 1900),
        (39, range(400, 500), 1939),
        (99, range(499), 1999),
        (54, range(500, 750), 1854),
        (99, range(700, 750), 1899),
        (0, range(500, 1000), 2000),
        (26, range(960, 1000), 2026),
        (40, range(900, 1000), 1940),
        (99, range(960, 1000), 1999),
    ],
)
def test_the_individual_number_tells_the_century(year: int, individuals: range, born: int) -> None:
    text = first_number(f"0181{year:02}", individuals)
    assert parse(text, today=TODAY, allow_synthetic=True).birth_date == date(born, 1, 1)


@pytest.mark.parametrize(
    ("year", "individuals"), [(40, range(500, 900)), (53, range(500, 750)), (75, range(750, 900))]
)
def test_an_individual_number_never_given_with_the_year_is_refused(
    year: int, individuals: range
) -> None:
    text = first_number(f"0181{year:02}", individuals)
    with pytest.raises(InvalidDateError):
        parse(text, today=TODAY, allow_synthetic=True)


# The examples of the register's documentation, moved to the synthetic series.


@pytest.mark.parametrize("remainder", [1, 2, 3])
def test_a_number_of_the_new_kind_is_refused_until_it_can_have_been_given(
    remainder: int,
) -> None:
    text = first_number("309082", range(990, 1000), remainder=remainder)
    with pytest.raises(ControlDigitsError):
        parse(text, today=RULES_FROM_2032 - timedelta(days=1), allow_synthetic=True)
    number = parse(text, today=RULES_FROM_2032, allow_synthetic=True)
    assert number.birth_date == date(1982, 10, 30)
    assert number.gender is None


@pytest.mark.parametrize("remainder", range(4, 11))
def test_no_other_remainder_is_accepted_in_2032_either(remainder: int) -> None:
    text = first_number("309082", range(900, 1000), remainder=remainder)
    with pytest.raises(ControlDigitsError):
        parse(text, today=IN_2033, allow_synthetic=True)


def test_the_second_control_digit_is_as_strict_as_before() -> None:
    text = first_number("309082", range(990, 1000), remainder=2)
    wrong = text[:10] + str((int(text[10]) + 1) % 10)
    with pytest.raises(ControlDigitsError):
        parse(wrong, today=IN_2033, allow_synthetic=True)


def test_a_child_born_under_the_new_rules_has_a_number_that_tells_no_sex() -> None:
    text = first_number("028132", range(990, 1000))
    number = parse(text, today=IN_2033, allow_synthetic=True)
    assert number.birth_date == date(2032, 1, 2)
    assert number.gender is None


def test_a_new_number_whose_first_digits_look_old_tells_no_sex() -> None:
    # Remainder 0 and the series from which new numbers are dealt first.
    text = first_number("309082", range(990, 1000))
    assert parse(text, today=TODAY, allow_synthetic=True).gender is not None
    later = parse(text, today=IN_2033, allow_synthetic=True)
    assert later.birth_date == date(1982, 10, 30)
    assert later.gender is None


def test_an_individual_number_that_meant_another_century_is_read_anew_from_2032() -> None:
    text = first_number("309082", range(600, 700))
    assert parse(text, today=TODAY, allow_synthetic=True).birth_date == date(1882, 10, 30)
    number = parse(text, today=IN_2033, allow_synthetic=True)
    assert number.birth_date == date(1982, 10, 30)
    assert number.gender is None


def test_a_date_still_to_come_is_read_in_the_century_before_from_2032() -> None:
    text = first_number("018139", range(900, 1000))
    with pytest.raises(BirthDateInFutureError):
        parse(text, today=TODAY, allow_synthetic=True)
    assert parse(text, today=IN_2033, allow_synthetic=True).birth_date == date(1939, 1, 1)


@given(birth_date=st.dates(date(1904, 1, 1), TODAY), gender=genders, serial=serials)
def test_an_old_number_tells_in_2033_what_it_told_before(
    birth_date: date, gender: Gender, serial: int
) -> None:
    text = synthetic_number(birth_date, gender, serial)
    number = parse(text, today=IN_2033, allow_synthetic=True)
    assert number.birth_date == birth_date
    assert number.gender == gender


@given(nine=st.from_regex(r"[0-7][0-9]{8}", fullmatch=True), remainder=st.integers(0, 10))
def test_whatever_is_typed_gives_a_number_or_a_text_for_the_user(nine: str, remainder: int) -> None:
    text = nine + f"{remainder:02}"
    refusals: list[str] = []
    for today in (TODAY, IN_2033):
        try:
            told = parse(text, today=today, allow_synthetic=True).birth_date
        except NationalNumberError as error:
            told = None
            refusals.append(error.text(NB))
        assert told is None or told <= today
    assert not any(nine in said for said in refusals)


@pytest.mark.parametrize(("remainder", "control"), [(0, (9, 7)), (2, (0, 3))])
def test_control_digits_are_those_of_the_registers_own_example(
    remainder: int, control: tuple[int, int]
) -> None:
    # The documentation's person born 02.01.2032, who is nobody yet.
    completed = complete((0, 2, 0, 1, 3, 2, 9, 9, 9), remainder=remainder)
    assert completed is not None
    assert completed[9:] == control
