"""What the documents on security name is there, and the standard is answered whole."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "security"
STANDARD = FOLDER / "asvs.md"
THREATS = FOLDER / "threat-model.md"
FINDINGS = FOLDER / "2021.md"
DOCUMENTS = (ROOT / "SECURITY.md", *sorted(FOLDER.glob("*.md")))
# The source and licence of the numbers stand in the file.
REQUIREMENTS = Path(__file__).with_name("asvs_5_0.txt")
STATUSES = ("met", "partly", "not met", "not applicable")

NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NAMED_PATH = re.compile(r"`((?:brukerplan|docs|migrations|requirements|tests|tools)/[\w./-]+)`")
NAMED_DECISIONS = re.compile(r"ADR (\d+(?:(?:, | and )\d+)*)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@cache
def functions(path: Path) -> frozenset[str]:
    """Names of the functions of a module, wherever in it they stand."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))


@cache
def anchors(path: Path) -> frozenset[str]:
    """What a link can lead to within a document."""
    found = HEADING.findall(path.read_text(encoding="utf-8"))
    return frozenset(
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found
    )


def not_there(text: str, *, folder: Path = FOLDER, root: Path = ROOT) -> list[str]:
    """What a document in ``folder`` names of the project that does not exist."""
    missing = [
        f"{path}::{name}"
        for path, name in NAMED_TEST.findall(text)
        if name not in functions(root / path)
    ]
    missing += [path for path in NAMED_PATH.findall(text) if not (root / path).exists()]
    missing += [
        f"ADR {number}"
        for numbers in NAMED_DECISIONS.findall(text)
        for number in re.findall(r"\d+", numbers)
        if not list((root / "docs" / "adr").glob(f"{int(number):04}-*.md"))
    ]
    for link in LINK.findall(text):
        place, _, anchor = link.partition("#")
        target = folder / place
        if "://" in link or not place:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(link)
    return missing


def lines(text: str, heading: str = "") -> list[list[str]]:
    """Cells of the rows of every table, below their headings; of one chapter alone if named."""
    found: list[list[str]] = []
    chapter, begun = "", False
    for line in text.splitlines():
        if line.startswith("## "):
            chapter = line.removeprefix("## ")
        if not line.startswith("|"):
            begun = False
        elif line.startswith("|--"):
            begun = True
        elif begun and chapter.startswith(heading):
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def judged(text: str) -> list[list[str]]:
    """Number, level, subject, status and reason of each requirement."""
    return [line for line in lines(text) if line[0].startswith("V")]


def requirements() -> list[tuple[str, str]]:
    """Number and level of each requirement of levels 1 and 2."""
    told = REQUIREMENTS.read_text(encoding="ascii").splitlines()
    pairs = [line.split() for line in told if not line.startswith("#")]
    return [(number, level) for number, level in pairs]


def wrong_answers(text: str) -> list[str]:
    """Requirements that are missing, answered twice, or answered with something else."""
    answers = judged(text)
    counted = Counter((line[0], line[1]) for line in answers)
    expected = Counter(requirements())
    found = [f"{number}: not once" for number, _ in (counted - expected) + (expected - counted)]
    return found + [
        f"{line[0]}: no answer"
        for line in answers
        if len(line) != 5 or line[3] not in STATUSES or not line[2] or not line[4]
    ]


def without_test(text: str, chapters: tuple[str, ...]) -> list[str]:
    """First cell of the rows that name no test that would fail."""
    return [
        line[0]
        for chapter in chapters
        for line in lines(text, chapter)
        if not NAMED_TEST.search("|".join(line))
    ]


STRIDE = ("Spoofing", "Tampering", "Repudiation", "Information", "Denial", "Elevation")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_module_decision_and_page_that_is_named_exists(document: Path) -> None:
    assert not_there(document.read_text(encoding="utf-8"), folder=document.parent) == []


def test_something_is_named() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert len(set(NAMED_TEST.findall(text))) > 100
    assert len(set(NAMED_PATH.findall(text))) > 20
    assert len(LINK.findall(text)) > 20


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (
            "`tests/architecture/test_words.py::test_that_was_renamed`",
            "tests/architecture/test_words.py::test_that_was_renamed",
        ),
        (
            "`tests/architecture/test_gone.py::test_there_are_files_to_search`",
            "tests/architecture/test_gone.py::test_there_are_files_to_search",
        ),
        ("`brukerplan/utils.py`", "brukerplan/utils.py"),
        ("as decided (ADR 1, 2 and 999)", "ADR 999"),
        ("[keys](../key.md)", "../key.md"),
        ("[keys](../keys.md#no-such-chapter)", "../keys.md#no-such-chapter"),
    ],
)
def test_what_is_gone_would_be_noticed(named: str, told: str) -> None:
    assert not_there(named) == [told]


def test_what_is_there_is_not_called_missing() -> None:
    assert (
        not_there(
            "`tests/architecture/test_words.py::test_there_are_files_to_search` "
            "`brukerplan/config/settings.py` ADR 1 and 2 [keys](../keys.md#the-master-key)"
        )
        == []
    )


def test_the_standard_has_seventy_and_a_hundred_and_eighty_three_requirements() -> None:
    assert Counter(level for _, level in requirements()) == {"1": 70, "2": 183}
    assert len(dict(requirements())) == 253


def test_every_requirement_is_answered_once_in_one_of_four_ways() -> None:
    assert wrong_answers(STANDARD.read_text(encoding="utf-8")) == []


def test_a_missing_doubled_or_other_answer_would_be_noticed() -> None:
    text = STANDARD.read_text(encoding="utf-8")
    first = next(line for line in text.splitlines() if line.startswith("| V1.1.1 "))

    assert wrong_answers(text.replace(f"{first}\n", "")) == ["V1.1.1: not once"]
    assert wrong_answers(text.replace(first, f"{first}\n{first}")) == ["V1.1.1: not once"]
    assert wrong_answers(text.replace("| V1.1.1 | 2 ", "| V1.1.1 | 1 ")) != []
    assert wrong_answers(text.replace(first, first.replace("| met |", "| mostly |"))) == [
        "V1.1.1: no answer"
    ]


def test_the_sums_are_those_of_the_table() -> None:
    text = STANDARD.read_text(encoding="utf-8")
    answers = judged(text)
    for name, levels in (("level 1", "1"), ("level 2", "2"), ("both", "12")):
        of_levels = [line[3] for line in answers if line[1] in levels]
        counts = [*(of_levels.count(status) for status in STATUSES), len(of_levels)]
        assert [name, *map(str, counts)] in lines(text)


def test_what_is_not_met_is_told_of_before_the_table() -> None:
    text = STANDARD.read_text(encoding="utf-8")
    told = text.split("## Not met")[1].split("\n## ")[0]
    assert [line[0] for line in judged(text) if line[3] == "not met" and line[0] not in told] == []


def test_every_threat_and_every_finding_has_a_test_that_would_fail() -> None:
    threats = THREATS.read_text(encoding="utf-8")
    assert all(lines(threats, chapter) for chapter in STRIDE)
    assert without_test(threats, STRIDE) == []
    assert without_test(FINDINGS.read_text(encoding="utf-8"), ("",)) == []


def test_a_threat_without_a_test_would_be_noticed() -> None:
    text = "## Tampering\n\n| threat | test |\n|---|---|\n| a wall of words | by care |\n"
    assert without_test(text, STRIDE) == ["a wall of words"]
