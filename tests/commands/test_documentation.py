"""docs/commands.md against the commands there are: neither says more than the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from brukerplan.cli import main

DOCUMENT = Path(__file__).parents[2] / "docs" / "commands.md"


def commands(command: click.Command = main, name: str = "brukerplan") -> Iterator[str]:
    """Headings of every command that does something, with the row of each parameter below."""
    if isinstance(command, click.Group):
        for below, found in sorted(command.commands.items()):
            yield from commands(found, f"{name} {below}")
        return
    yield f"## `{name}`"
    for parameter in command.params:
        yield f"{name}: {row(parameter)}"


def row(parameter: click.Parameter) -> str:
    """How the table's row of a parameter begins; the meaning that follows is free."""
    called = parameter.human_readable_name
    given = parameter.to_info_dict()["default"]
    default = "–" if given is None else f"`{given}`"
    takes = f"`{(parameter.metavar or parameter.type.name).upper()}`"
    if isinstance(parameter.type, click.Choice):
        takes = ", ".join(f"`{choice}`" for choice in parameter.type.choices)
    if isinstance(parameter, click.Option):
        called = ", ".join(parameter.opts)
        if parameter.is_flag:
            takes, default = "–", "no"
    if parameter.envvar:
        default = "setting"
    if parameter.required:
        default = "required"
    return f"| `{called}` | {takes} | {default} |"


def documented(document: str) -> Iterator[str]:
    """The same of the document: its headings and its rows that have a meaning."""
    name = ""
    for line in document.splitlines():
        if heading := re.fullmatch(r"## `(.+)`", line):
            name = heading[1]
            yield line
        elif found := re.fullmatch(r"(\| `[^|]+` \| [^|]+ \| [^|]+ \|) \S.* \|", line):
            yield f"{name}: {found[1]}"


def differences(document: str) -> list[str]:
    """What only one of them has."""
    return sorted(set(commands()) ^ set(documented(document)))


def test_every_command_and_option_is_documented_and_no_other() -> None:
    assert differences(DOCUMENT.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("## `brukerplan migrate`", "## `brukerplan upgrade`"),
        ("| `--keep` | – | no |", "| `--hold` | – | no |"),
        ("| `--seed` | `INTEGER` | `2015` |", "| `--seed` | `INTEGER` | `1` |"),
        ("| `stavanger`, `national` | `stavanger` |", "| `stavanger` | `stavanger` |"),
        ("| from 1 to 65535 |", "| |"),
    ],
)
def test_a_document_that_lags_behind_would_be_noticed(there: str, instead: str) -> None:
    document = DOCUMENT.read_text(encoding="utf-8")

    assert document.count(there) == 1
    assert differences(document.replace(there, instead)) != []


def test_a_new_option_is_missed_in_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = main.commands["demo"]
    monkeypatch.setattr(demo, "params", [*demo.params, click.Option(["--year"], type=int)])

    assert differences(DOCUMENT.read_text(encoding="utf-8")) == [
        "brukerplan demo: | `--year` | `INTEGER` | – |"
    ]


def test_the_example_prints_what_the_document_says() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    example = re.search(r"\$ echo '(.+)' \| brukerplan level\n(.+)\n", document)
    assert example is not None

    result = CliRunner().invoke(main, ["level"], input=example[1])

    assert json.loads(result.output) == json.loads(example[2])
