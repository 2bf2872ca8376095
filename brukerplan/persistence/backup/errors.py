"""What can be wrong with a backup, or with where it is to go; each says what to do."""

from __future__ import annotations

from typing import ClassVar

from brukerplan.translation import UserError, mark


class NotABackupError(UserError):
    """The file is something else, or its format is newer than this program."""

    message: ClassVar[str] = mark(
        "Filen er ikke en sikkerhetskopi denne versjonen av brukerplan kan lese."
    )


class BackupDamagedError(UserError):
    """Something in the file is not as it was written."""

    message: ClassVar[str] = mark(
        "Sikkerhetskopien er skadet eller ikke hel. Ingenting er lest inn. Bruk en annen kopi."
    )


class WrongBackupKeyError(UserError):
    """The file was sealed with another key."""

    message: ClassVar[str] = mark(
        "Sikkerhetskopien er laget med en annen nøkkel. Sett BRUKERPLAN_BACKUP_KEY til nøkkelen "
        "som gjaldt da kopien ble laget."
    )


class BackupOfUnknownVersionError(UserError):
    """Made by a version of the program that this one does not know."""

    message: ClassVar[str] = mark(
        "Sikkerhetskopien er laget av en annen versjon av programmet (%(program)s, tabeller "
        "%(revision)s). Installer den versjonen, eller en nyere, og prøv igjen."
    )


class BackupNotWrittenError(UserError):
    """The file could not be written; there is none under its name."""

    message: ClassVar[str] = mark("Sikkerhetskopien kan ikke skrives (%(reason)s).")


class BackupUnreadableError(UserError):
    """The file could not be opened or read."""

    message: ClassVar[str] = mark("Sikkerhetskopien kan ikke leses (%(reason)s).")


class BackupExistsError(UserError):
    """There is a file of that name: a backup is never written over another."""

    message: ClassVar[str] = mark(
        "Filen finnes fra før. En sikkerhetskopi skrives ikke over en annen: velg et nytt navn."
    )


class DatabaseNotEmptyError(UserError):
    """Restoring over something would mix two states."""

    message: ClassVar[str] = mark(
        "Databasen er ikke tom. En sikkerhetskopi kan bare legges inn i en ny, tom database."
    )


class RestoredOtherwiseError(UserError):
    """What was restored is not what was backed up."""

    message: ClassVar[str] = mark(
        "Det som ble lagt inn, er ikke likt sikkerhetskopien i %(tables)s. Ikke bruk denne "
        "databasen."
    )
