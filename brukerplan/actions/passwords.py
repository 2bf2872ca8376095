"""Passwords: which are good enough, and hashed with Argon2id in the library's own strength."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import ClassVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from brukerplan.geography import place_names
from brukerplan.translation import UserError, mark

SHORTEST_PASSWORD = 12
# Longer ones are refused unhashed: hashing megabytes is a way to stop a server.
LONGEST_PASSWORD = 1_000
# zxcvbn's scale: below it a password is guessed within a million tries. What is longer than
# it reads is judged by its beginning.
WEAKEST_SCORE = 2
_JUDGED = 72
# A name this short stands in words by chance.
_SHORTEST_NAME = 4
# What whoever tries passwords here tries first, with the places' names: the product,
# the service, the field, and what people put a year behind.
_OUR_WORDS = """
    brukerplan bruker brukar plan kartlegging kartlegginga kartleggingen kommune kommunen kommuna
    fylke helse helseforetak helseføretak helsetjenesten helsetenesta psykisk psykiatri rusmiddel
    rustjenesten rustenesta oppfølging oppfølgingstjenesten hjemmetjenesten heimetenesta tjenesten
    tenesta registrator registrering koordinator passord password velkommen innlogging
    norge noreg norway sommer sommar sommeren sommaren vinter vinteren høsten hausten våren
"""
_FOLDED = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})

NO_PASSWORD = "!"  # noqa: S105 - the hash of an account that has none
"""No hash looks like this, and no password fits it."""

_HASHER = PasswordHasher()


class PasswordTooShortError(UserError):
    """The password is too short."""

    message: ClassVar[str] = mark("Passordet må ha minst %(shortest)s tegn. Velg et lengre.")


class PasswordTooCommonError(UserError):
    """It is among the first that are tried."""

    message: ClassVar[str] = mark(
        "Passordet er for lett å gjette. Bruk heller tre eller fire ord som ikke hører sammen."
    )


class PasswordOfOurWordsError(PasswordTooCommonError):
    """It is made of the words one would try here."""

    message: ClassVar[str] = mark(
        "Passordet består av ord som er lette å gjette her, som navnet på kommunen eller "
        "tjenesten. Bruk heller tre eller fire ord som ikke hører sammen."
    )


class PasswordHoldsNameError(UserError):
    """It holds the name in the e-mail address."""

    message: ClassVar[str] = mark(
        "Passordet inneholder navnet i e-postadressen din. Velg et annet."
    )


def require_good(password: str, *, email: str) -> None:
    """Refuse a password that is easily guessed. No demands of digits or signs, which make
    passwords alike; length, and not what everyone chooses (NIST SP 800-63B).

    Raises
    ------
    PasswordTooShortError, PasswordTooCommonError, PasswordOfOurWordsError, PasswordHoldsNameError
        It is not good enough.
    """
    # Read when the first password is chosen: its lists of words take a while.
    from zxcvbn import zxcvbn

    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShortError(shortest=SHORTEST_PASSWORD)
    written = password.casefold()
    names = (email.split("@")[0], *email.split("@")[0].replace("_", ".").split("."))
    if any(len(name) >= _SHORTEST_NAME and name.casefold() in written for name in names):
        raise PasswordHoldsNameError
    ours = _our_words() | _words(email.replace(".", " "))
    if _made_of(ours, written):
        raise PasswordOfOurWordsError
    judged = zxcvbn(password[:_JUDGED], user_inputs=sorted(ours), max_length=_JUDGED)
    if judged["score"] < WEAKEST_SCORE:
        raise PasswordTooCommonError


def hash_password(password: str) -> str:
    """Hash a password with a salt of its own."""
    return _HASHER.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Tell whether the password fits.

    ``None`` is an unknown user; that, and an account without a password, take as long.
    """
    has_none = password_hash in (None, NO_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        _HASHER.verify(_nobodys_hash() if has_none else str(password_hash), password)
    except (VerificationError, InvalidHashError):
        return False
    return not has_none


@cache
def _our_words() -> frozenset[str]:
    return _words(" ".join((_OUR_WORDS, *place_names())))


def _words(text: str) -> frozenset[str]:
    """Return the words of a text as they are compared, the short ones left out."""
    folded = (_folded(each) for each in re.split(r"[\W_]+", text.casefold()))
    return frozenset(word for word in folded if len(word) >= _SHORTEST_NAME)


def _made_of(words: frozenset[str], written: str) -> bool:
    """Tell whether there are words of these, and beside them no word of another kind."""
    whole = left = _folded(written)
    for word in sorted(words, key=len, reverse=True):
        # A space, so that what stood on either side does not become a word of its own.
        left = left.replace(word, " ")
    return left != whole and sum(letter.isalpha() for letter in left) < _SHORTEST_NAME


def _folded(text: str) -> str:
    """Return the text as it is typed by whoever has no «ø»."""
    plain = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
