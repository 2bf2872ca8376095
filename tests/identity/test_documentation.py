"""The examples in the documentation are true."""

from __future__ import annotations

import doctest

from brukerplan.identity import national_number


def test_the_examples_hold() -> None:
    result = doctest.testmod(national_number)
    assert result.attempted > 0
    assert result.failed == 0
