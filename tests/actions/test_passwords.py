"""Which passwords are good enough."""

from __future__ import annotations

import pytest

from brukerplan.actions.passwords import (
    SHORTEST_PASSWORD,
    PasswordHoldsNameError,
    PasswordOfOurWordsError,
    PasswordTooCommonError,
    PasswordTooShortError,
    hash_password,
    require_good,
    verify,
)

EMAIL = "rita.registrerer@eksempel.no"


@pytest.mark.parametrize(
    "password",
    ["tre ville svaner", "et langt passord for prøven", "Bergtatt-demo-2026", "x7f9q2m4k8w1" * 80],
)
def test_length_and_nothing_everyone_chooses_is_enough(password: str) -> None:
    require_good(password, email=EMAIL)


@pytest.mark.parametrize("password", ["", "kort", "elleve tegn"])
def test_a_short_one_is_refused(password: str) -> None:
    assert len(password) < SHORTEST_PASSWORD
    with pytest.raises(PasswordTooShortError, match="12"):
        require_good(password, email=EMAIL)


@pytest.mark.parametrize(
    "password",
    ["123456789012", "passord123456", "qwertyuiop12", "aaaaaaaaaaaaaa", "sommersommer"],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordTooCommonError):
        require_good(password, email=EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        "brukerplan2026",
        "BrukerPlan-2026!",
        "stavangerkommune",
        "Stavanger kommune 2026",
        "Tromso_kommune1",
        "tromsø i kommunen",
        "sandnes-helse-1",
        "eksempelkommune",
        "sommeren2026!",
        "Brukerpl@n2026",
    ],
)
def test_what_is_made_of_our_own_words_is_refused(password: str) -> None:
    with pytest.raises(PasswordTooCommonError):
        require_good(password, email=EMAIL)


def test_why_is_said() -> None:
    with pytest.raises(PasswordOfOurWordsError, match="navnet på kommunen"):
        require_good("stavanger kommune 2026", email=EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        "stavanger regner ofte",
        "en kommune full av gåter",
        "bruker ikke paraply",
        "oslo om vinteren er mørk",
    ],
)
def test_a_word_of_ours_among_others_does_no_harm(password: str) -> None:
    require_good(password, email=EMAIL)


@pytest.mark.parametrize(
    "password", ["rita.registrerer 1 2 3", "Registrerer og hav", "bratt-RITA-fjell"]
)
def test_the_name_in_the_address_is_refused(password: str) -> None:
    with pytest.raises(PasswordHoldsNameError):
        require_good(password, email=EMAIL)


def test_digits_alone_are_no_words_of_ours() -> None:
    require_good("83920 17462 99051", email=EMAIL)
    with pytest.raises(PasswordTooCommonError) as refused:
        require_good("123456789012", email=EMAIL)
    assert not isinstance(refused.value, PasswordOfOurWordsError)


def test_a_short_name_stands_in_words_by_chance() -> None:
    require_good("bo i lyngen om våren", email="bo@eksempel.no")


def test_a_hash_fits_its_password_alone() -> None:
    hashed = hash_password("tre ville svaner")

    assert verify(hashed, "tre ville svaner")
    assert not verify(hashed, "tre ville svaner ")
    assert not verify(None, "nobody has this password")
