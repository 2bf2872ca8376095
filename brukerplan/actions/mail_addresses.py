"""What is taken for an e-mail address."""

from __future__ import annotations

import re
from typing import ClassVar

from brukerplan.translation import UserError, mark

LONGEST_ADDRESS = 254
# One address, as people have them; what mail servers could take besides is not worth a hole.
_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zæøå0-9](?:[a-zæøå0-9.-]*[a-zæøå0-9])?")


class MailAddressError(UserError):
    """It is not an e-mail address."""

    message: ClassVar[str] = mark("Skriv en e-postadresse, for eksempel navn@kommune.no.")


def clean_address(email: str) -> str:
    """Return the address as it is stored: in lower case, without spaces around it.

    Raises
    ------
    MailAddressError
        It is not one address.
    """
    clean = email.strip().lower()
    if len(clean) > LONGEST_ADDRESS or not clean.isprintable() or not _ADDRESS.fullmatch(clean):
        raise MailAddressError
    return clean
