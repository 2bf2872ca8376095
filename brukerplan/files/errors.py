"""Why a whole file is refused, before any row of it is looked at.

No text repeats what the file holds, headings included: a national number can stand anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from brukerplan.files.columns import Column
from brukerplan.translation import Translator, UserError, mark


class FileRefusedError(UserError):
    """Base of everything that makes a file one that is not read."""

    message: ClassVar[str] = mark("Filen kan ikke leses. Bruk malen, og prøv igjen.")


class EmptyFileError(FileRefusedError):
    """No file, no rows, or nothing below the headings."""

    message: ClassVar[str] = mark(
        "Filen er tom. Velg en fil der det står minst én person under overskriftene."
    )


class FileTooLargeError(FileRefusedError):
    """More bytes than are taken."""

    message: ClassVar[str] = mark(
        "Filen er større enn %(megabytes)s MB. Del den i flere filer, eller lim radene inn i en "
        "ny mal."
    )


class TooManyRowsError(FileRefusedError):
    """More rows than are taken."""

    message: ClassVar[str] = mark(
        "Filen har for mange rader: høyst %(rows)s personer kan leses inn om gangen. Del den i "
        "flere filer, og slett tomme rader nederst i arket."
    )


class TooManyColumnsError(FileRefusedError):
    """A row that is far wider than any template."""

    message: ClassVar[str] = mark(
        "Arket har langt flere kolonner enn malen. Slett kolonnene som ikke hører til."
    )


class NotASpreadsheetError(FileRefusedError):
    """Neither a workbook nor text with columns."""

    message: ClassVar[str] = mark(
        "Filen er verken en Excel-fil (.xlsx) eller en CSV-fil. Lagre den som .xlsx og prøv igjen."
    )


class OldOrEncryptedError(FileRefusedError):
    """The container of old workbooks, and of those with a password."""

    message: ClassVar[str] = mark(
        "Filen har passord eller er lagret i et gammelt Excel-format. Ta bort passordet, lagre "
        "den som .xlsx og prøv igjen."
    )


class MacrosError(FileRefusedError):
    """A workbook that can run something."""

    message: ClassVar[str] = mark(
        "Filen inneholder makroer eller innebygde objekter. Kopier svarene til en ny mal uten "
        "makroer (.xlsx)."
    )


class ExternalLinksError(FileRefusedError):
    """A workbook that fetches values from elsewhere."""

    message: ClassVar[str] = mark(
        "Filen henter verdier fra andre filer eller kilder. Lim svarene inn som verdier i en ny "
        "mal."
    )


class PackedTooTightlyError(FileRefusedError):
    """Unpacks to more than any template could hold."""

    message: ClassVar[str] = mark(
        "Filen blir altfor stor når den pakkes ut. Kopier svarene til en ny mal."
    )


class FormulaError(FileRefusedError):
    """A cell that would be calculated."""

    message: ClassVar[str] = mark(
        "Celle %(cell)s inneholder en formel, eller begynner med =, +, - eller @. Skriv svaret "
        "selv, eller lim det inn som verdi. Ingenting er lest inn."
    )


class NoHeadingsError(FileRefusedError):
    """None of the first rows names the columns."""

    message: ClassVar[str] = mark(
        "Overskriftene mangler. De to øverste radene i malen forteller hva kolonnene er, og må "
        "stå urørt. Hent malen på nytt og lim inn radene i den."
    )


class UnknownColumnsError(FileRefusedError):
    """Columns that are not in the template; only their letters are told."""

    message: ClassVar[str] = mark(
        "Disse kolonnene er ikke i malen: %(letters)s. Slett dem. Fritekst om personer skal ikke "
        "leses inn."
    )


class ColumnsError(FileRefusedError):
    """Columns of the template that something is wrong with, by their headings."""

    message: ClassVar[str]

    def __init__(self, columns: Iterable[Column]) -> None:
        self.columns = tuple(columns)
        super().__init__(columns=", ".join(column.id for column in self.columns))

    def text(self, translator: Translator) -> str:
        """Say it with the headings the user reads."""
        headings = ", ".join(f"«{column.heading(translator)}»" for column in self.columns)
        return translator.gettext(self.message, columns=headings)


class MissingColumnsError(ColumnsError):
    """Questions that everybody is asked, without a column."""

    message: ClassVar[str] = mark(
        "Disse kolonnene mangler: %(columns)s. Hent malen på nytt og lim inn radene i den."
    )


class DoubleColumnsError(ColumnsError):
    """One question in two columns."""

    message: ClassVar[str] = mark(
        "Disse kolonnene står mer enn én gang: %(columns)s. Slett den som ikke skal være der."
    )


class ColumnsNotAskedError(ColumnsError):
    """Optional questions that the municipality has not turned on, with answers."""

    message: ClassVar[str] = mark(
        "Kommunen stiller ikke disse spørsmålene i år: %(columns)s. Slett kolonnene."
    )
