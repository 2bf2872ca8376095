"""The examples in the documentation are true, and each data file names its source."""

from __future__ import annotations

import doctest
from importlib import import_module
from importlib.resources import files

import pytest


@pytest.mark.parametrize("module", ["municipalities", "population", "register"])
def test_the_examples_hold(module: str) -> None:
    result = doctest.testmod(import_module(f"brukerplan.geography.{module}"))
    assert result.attempted > 0
    assert result.failed == 0


def test_every_data_file_has_a_source_and_a_date() -> None:
    data = files("brukerplan.geography").joinpath("data")
    readme = data.joinpath("README.md").read_text(encoding="utf-8")
    assert "Checked November 2026" in readme
    assert "NLOD" in readme
    names = {entry.name for entry in data.iterdir() if entry.name.endswith(".csv")}
    assert names
    assert all(f"`{name}`" in readme for name in names)
