"""Keys at rest: only the right master key opens them, and only as what they were."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.identity import (
    Key,
    KeyCannotBeOpenedError,
    MasterKey,
    MasterKeyError,
    Purpose,
    new_key,
    new_master_key_text,
)
from brukerplan.translation import translator

MASTER = MasterKey(bytes(range(32)))
purposes = st.sampled_from(Purpose)


@given(
    key_id=st.text(min_size=1, max_size=40),
    purpose=purposes,
    secret=st.binary(min_size=32, max_size=32),
)
def test_a_wrapped_key_opens_as_it_was(key_id: str, purpose: Purpose, secret: bytes) -> None:
    key = Key(key_id, purpose, secret)
    wrapped = MASTER.wrap(key)
    assert secret not in wrapped
    assert MASTER.unwrap(wrapped, key_id=key_id, purpose=purpose) == key


def test_wrapping_twice_gives_different_bytes() -> None:
    key = new_key(Purpose.TRUST)
    assert MASTER.wrap(key) != MASTER.wrap(key)


def test_another_master_key_cannot_open_it_and_the_text_says_so() -> None:
    key = new_key(Purpose.TRUST, key_id="felles-2026")
    wrapped = MASTER.wrap(key)
    other = MasterKey.from_base64(new_master_key_text())
    with pytest.raises(KeyCannotBeOpenedError) as caught:
        other.unwrap(wrapped, key_id=key.id, purpose=key.purpose)
    text = caught.value.text(translator("nb"))
    assert text.startswith("Nøkkelen felles-2026 kan ikke åpnes.")
    assert "Sett inn riktig hovednøkkel" in text


@given(purpose=purposes, other=purposes)
def test_a_key_cannot_be_given_another_purpose_in_the_database(
    purpose: Purpose, other: Purpose
) -> None:
    key = new_key(purpose)
    wrapped = MASTER.wrap(key)
    if other is not purpose:
        with pytest.raises(KeyCannotBeOpenedError):
            MASTER.unwrap(wrapped, key_id=key.id, purpose=other)


def test_a_key_cannot_be_exchanged_for_another_municipalitys() -> None:
    mine, theirs = new_key(Purpose.MUNICIPALITY), new_key(Purpose.MUNICIPALITY)
    with pytest.raises(KeyCannotBeOpenedError):
        MASTER.unwrap(MASTER.wrap(theirs), key_id=mine.id, purpose=Purpose.MUNICIPALITY)


@given(at=st.integers(0, 60), bit=st.integers(0, 7))
def test_one_changed_bit_is_seen(at: int, bit: int) -> None:
    key = new_key(Purpose.TRANSFER)
    wrapped = bytearray(MASTER.wrap(key))
    wrapped[at] ^= 1 << bit
    with pytest.raises(KeyCannotBeOpenedError):
        MASTER.unwrap(bytes(wrapped), key_id=key.id, purpose=key.purpose)


@given(wrapped=st.binary(max_size=80))
def test_bytes_that_are_no_wrapped_key_are_refused(wrapped: bytes) -> None:
    with pytest.raises(KeyCannotBeOpenedError):
        MASTER.unwrap(wrapped, key_id="m", purpose=Purpose.TRUST)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hemmelig",
        "ikke base64 æøå",
        base64.b64encode(b"x" * 16).decode(),
        base64.b64encode(b"x" * 33).decode(),
    ],
)
def test_a_master_key_of_the_wrong_kind_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(MasterKeyError) as caught:
        MasterKey.from_base64(text)
    said = caught.value.text(translator("nb"))
    assert "32 byte" in said
    assert not text or text not in said


def test_a_master_key_may_have_a_line_break_after_it() -> None:
    text = new_master_key_text()
    key = new_key(Purpose.TRUST)
    wrapped = MasterKey.from_base64(text).wrap(key)
    read_with_break = MasterKey.from_base64(text + "\n")
    assert read_with_break.unwrap(wrapped, key_id=key.id, purpose=key.purpose) == key


def test_two_drawn_keys_differ_in_id_and_secret() -> None:
    one, other = new_key(Purpose.TRUST, key_id="a"), new_key(Purpose.TRUST, key_id="a")
    assert one != other
    assert new_key(Purpose.TRUST).id != new_key(Purpose.TRUST).id
