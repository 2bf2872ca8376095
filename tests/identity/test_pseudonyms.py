"""Pseudonyms: stable for one key, unrelated for two, and never for another purpose."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.identity import (
    Key,
    NationalNumber,
    Purpose,
    WrongKeyError,
    extract_pseudonym,
    municipal_pseudonym,
    new_key,
    transfer_pseudonym,
    trust_pseudonym,
)
from brukerplan.identity.national_number import Gender
from tests.identity.numbers import birth_dates, fictive, genders, serials

secrets = st.binary(min_size=32, max_size=32)
numbers = st.builds(fictive, birth_dates, genders, serials, d_number=st.booleans())


def municipality_key(secret: bytes) -> Key:
    return Key("m", Purpose.MUNICIPALITY, secret)


def transfer_key(secret: bytes) -> Key:
    return Key("t", Purpose.TRANSFER, secret)


def trust_key(secret: bytes) -> Key:
    return Key("f", Purpose.TRUST, secret)


@given(number=numbers, one=secrets, two=secrets)
def test_every_pseudonym_is_32_bytes_and_the_same_each_time(
    number: NationalNumber, one: bytes, two: bytes
) -> None:
    first = municipal_pseudonym(number, municipality_key(one))
    transfer = transfer_pseudonym(number, transfer_key(one))
    panel = trust_pseudonym(transfer, trust_key(two))
    assert len(first) == len(transfer) == len(panel) == 32
    assert first == municipal_pseudonym(number, municipality_key(one))
    assert panel == trust_pseudonym(transfer_pseudonym(number, transfer_key(one)), trust_key(two))


@given(number=numbers, drawn=st.lists(secrets, min_size=3, max_size=3, unique=True))
def test_keys_of_different_purposes_give_unrelated_pseudonyms(
    number: NationalNumber, drawn: list[bytes]
) -> None:
    municipal, transfer, trust = drawn
    first = municipal_pseudonym(number, municipality_key(municipal))
    second = transfer_pseudonym(number, transfer_key(transfer))
    third = trust_pseudonym(second, trust_key(trust))
    assert len({first, second, third}) == 3


@given(number=numbers, drawn=st.lists(secrets, min_size=2, max_size=2, unique=True))
def test_two_municipalities_cannot_compare_their_pseudonyms(
    number: NationalNumber, drawn: list[bytes]
) -> None:
    here, there = map(municipality_key, drawn)
    assert municipal_pseudonym(number, here) != municipal_pseudonym(number, there)


@given(
    birth_date=birth_dates,
    gender=genders,
    pair=st.lists(serials, min_size=2, max_size=2, unique=True),
)
def test_two_persons_have_two_pseudonyms(birth_date: date, gender: Gender, pair: list[int]) -> None:
    key = new_key(Purpose.MUNICIPALITY)
    one, other = (fictive(birth_date, gender, serial) for serial in pair)
    assert municipal_pseudonym(one, key) != municipal_pseudonym(other, key)


@given(birth_date=birth_dates, gender=genders, serial=serials)
def test_a_d_number_and_the_number_that_follows_it_differ(
    birth_date: date, gender: Gender, serial: int
) -> None:
    key = new_key(Purpose.MUNICIPALITY)
    before = fictive(birth_date, gender, serial, d_number=True)
    after = fictive(birth_date, gender, serial)
    assert before != after
    assert municipal_pseudonym(before, key) != municipal_pseudonym(after, key)


def test_the_method_is_hmac_sha_256() -> None:
    secret = bytes(range(32))
    transfer = transfer_pseudonym(fictive(), transfer_key(secret))
    expected = hmac.new(secret, transfer, hashlib.sha256).digest()
    assert trust_pseudonym(transfer, trust_key(secret)) == expected


@pytest.mark.parametrize("purpose", [Purpose.TRANSFER, Purpose.TRUST])
def test_only_a_municipality_key_makes_a_municipal_pseudonym(purpose: Purpose) -> None:
    with pytest.raises(WrongKeyError, match="not for municipality"):
        municipal_pseudonym(fictive(), new_key(purpose))


@pytest.mark.parametrize("purpose", [Purpose.MUNICIPALITY, Purpose.TRUST])
def test_only_the_transfer_key_makes_a_transfer_pseudonym(purpose: Purpose) -> None:
    with pytest.raises(WrongKeyError, match="not for transfer"):
        transfer_pseudonym(fictive(), new_key(purpose))


@pytest.mark.parametrize("purpose", [Purpose.MUNICIPALITY, Purpose.TRANSFER])
def test_no_municipality_can_make_a_trust_pseudonym(purpose: Purpose) -> None:
    transfer = transfer_pseudonym(fictive(), new_key(Purpose.TRANSFER))
    with pytest.raises(WrongKeyError, match="not for trust"):
        trust_pseudonym(transfer, new_key(purpose))


@pytest.mark.parametrize("count", [0, 11, 31, 33])
def test_a_number_is_never_hashed_under_the_trust_key(count: int) -> None:
    with pytest.raises(ValueError, match="a transfer pseudonym is 32 bytes"):
        trust_pseudonym(b"1" * count, new_key(Purpose.TRUST))


@pytest.mark.parametrize("count", [0, 16, 31, 33, 64])
def test_a_short_or_long_secret_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Key("m", Purpose.MUNICIPALITY, b"x" * count)


@given(
    transfer=st.binary(min_size=32, max_size=32),
    drawn=st.lists(secrets, min_size=3, max_size=3, unique=True),
)
def test_a_further_trust_key_gives_what_all_of_them_give_in_order(
    transfer: bytes, drawn: list[bytes]
) -> None:
    first, second, third = map(trust_key, drawn)
    rotated = trust_pseudonym(trust_pseudonym(trust_pseudonym(transfer, first), second), third)
    assert trust_pseudonym(transfer, first, second, third) == rotated
    assert trust_pseudonym(transfer, first, third, second) != rotated
    assert trust_pseudonym(transfer, third) != rotated


def test_no_layer_is_laid_by_a_key_of_another_purpose() -> None:
    key, other = trust_key(b"f" * 32), municipality_key(b"m" * 32)
    with pytest.raises(WrongKeyError):
        trust_pseudonym(b"t" * 32, key, other)


@given(
    trust=st.binary(min_size=32, max_size=32),
    drawn=st.lists(secrets, min_size=2, max_size=2, unique=True),
)
def test_two_projects_call_a_person_differently_and_so_do_two_years(
    trust: bytes, drawn: list[bytes]
) -> None:
    one, other = (Key("p", Purpose.EXTRACT, secret) for secret in drawn)
    names = {
        extract_pseudonym(trust, key, year=year)
        for key in (one, other)
        for year in (None, 2025, 2026)
    }

    assert len(names) == 6
    assert trust not in names
    assert extract_pseudonym(trust, one) == hmac.new(drawn[0], trust, hashlib.sha256).digest()


@pytest.mark.parametrize("purpose", [each for each in Purpose if each is not Purpose.EXTRACT])
def test_only_a_projects_key_makes_what_a_person_is_called_in_its_file(purpose: Purpose) -> None:
    with pytest.raises(WrongKeyError, match="not for extract"):
        extract_pseudonym(b"t" * 32, new_key(purpose))
    with pytest.raises(ValueError, match="a trust pseudonym is 32 bytes"):
        extract_pseudonym(b"12345678901", new_key(Purpose.EXTRACT))
