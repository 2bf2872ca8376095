"""A paper to a person: headings, paragraphs and tables, in one language."""

from __future__ import annotations

from dataclasses import dataclass

from brukerplan.reports.html import paper_template


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading a column; the first cell of a row heads it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading, ``level`` 2 or 3, with what stands below it."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole paper in words, for the template to lay out."""

    language: str
    sender: str
    date: str
    title: str
    lead: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    marking: str = ""


def paper_document(paper: Paper) -> str:
    """Write the paper as one HTML document."""
    return paper_template().render(paper=paper)
