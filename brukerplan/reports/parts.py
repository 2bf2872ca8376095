"""What a report consists of, once it is written: the web and the PDF print the same parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; a hidden one carries the word for it, and why."""

    text: str
    hidden: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its heading; ``level`` gives the heading a level's symbol, ``total`` a line."""

    heading: str
    cells: tuple[Cell, ...]
    level: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``head`` has one entry more than each row has cells.

    ``head_levels`` gives a column heading a level's symbol (empty text: none).
    """

    id: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    head_levels: tuple[str, ...] = ()
    kind: ClassVar[str] = "table"

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Column headings with their levels."""
        levels = self.head_levels or ("",) * len(self.head)
        return tuple(zip(self.head, levels, strict=True))


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart that answers the question in its title, its finding, and the same numbers."""

    id: str
    title: str
    finding: str
    svg: str
    table: Table
    area_name: str
    own: bool = True
    kind: ClassVar[str] = "figure"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences that stand each for itself."""

    items: tuple[str, ...]
    kind: ClassVar[str] = "points"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must know before the numbers: what is hidden, what differs."""

    title: str
    sentences: tuple[str, ...]
    kind: ClassVar[str] = "notice"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a chapter."""

    id: str
    title: str
    kind: ClassVar[str] = "heading"


@dataclass(frozen=True, slots=True)
class Level:
    """One line of the key to the colours."""

    level: str
    word: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Key:
    """How to read the colours."""

    levels: tuple[Level, ...]
    kind: ClassVar[str] = "key"


Block = Table | Figure | Paragraph | Points | Notice | Heading | Key


@dataclass(frozen=True, slots=True)
class Chapter:
    """A numbered chapter."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report in one language.

    ``synthetic_note`` is empty for real numbers; otherwise it stands on every page.
    """

    title: str
    area_name: str
    year: int
    language: str
    subtitle: str
    source: str
    synthetic_note: str
    date: str
    date_iso: str
    chapters: tuple[Chapter, ...]

    @property
    def figures(self) -> dict[str, Figure]:
        """All figures by id, in the order of the report."""
        return {block.id: block for block in self._blocks() if isinstance(block, Figure)}

    @property
    def tables(self) -> dict[str, Table]:
        """All tables by id, those of the figures included."""
        found = (
            block.table if isinstance(block, Figure) else block
            for block in self._blocks()
            if isinstance(block, Figure | Table)
        )
        return {table.id: table for table in found}

    def chapter(self, chapter_id: str) -> Chapter:
        """Return a chapter; ``KeyError`` if the report has none such."""
        for chapter in self.chapters:
            if chapter.id == chapter_id:
                return chapter
        raise KeyError(chapter_id)

    def _blocks(self) -> Iterator[Block]:
        for chapter in self.chapters:
            yield from chapter.blocks
