"""Words this product does not use about people, and names that do not belong in it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Written apart, so that this file does not find itself.
DISRESPECTFUL = re.compile("mis" + "bruker", re.IGNORECASE)
TEXT = {".py", ".html", ".po", ".md", ".css", ".js", ".csv", ".svg", ".toml"}


def own_files() -> list[Path]:
    """Every text of the project; what set-up fetches is others' words."""
    rooms = ("brukerplan", "docs", "migrations", "tests", "tools", "translations")
    below = [path for room in rooms for path in (ROOT / room).rglob("*")]
    return [
        path
        for path in (*below, *ROOT.glob("*.md"))
        if path.suffix in TEXT and "vendor" not in path.parts
    ]


def speaking_of(word: re.Pattern[str], files: list[Path]) -> list[str]:
    return [str(path) for path in files if word.search(path.read_text(encoding="utf-8"))]


def test_people_are_never_called_by_their_problem() -> None:
    assert speaking_of(DISRESPECTFUL, own_files()) == []


def test_the_word_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>Rus" + "Mis" + "brukere</p>", encoding="utf-8")

    assert speaking_of(DISRESPECTFUL, [page]) == [str(page)]


def test_there_are_files_to_search() -> None:
    assert len(own_files()) > 50
