"""The examples in the documentation are true."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from brukerplan.reports import colours, numbers


@pytest.mark.parametrize("module", [colours, numbers])
def test_the_examples_hold(module: ModuleType) -> None:
    found = doctest.testmod(module)

    assert found.attempted > 0
    assert found.failed == 0
