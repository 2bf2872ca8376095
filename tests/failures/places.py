"""What fails in these tests fails for real: a full disk, a disk that takes no writing."""

from __future__ import annotations

import errno
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from tests.conftest import EVERYTHING
from tests.journey.clerk import Answer, Clerk, OpenForm
from tests.kill.ledger import Promise, answers_of
from tests.log_key import LOG_KEY

MOST_SAVES = 3_000


@contextmanager
def small_disk(place: Path, size: str, *, owner: int = 0) -> Iterator[Path]:
    """A disk of its own of this size."""
    place.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={size},uid={owner},gid={owner},mode=0700", "tmpfs", place)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def unwritable(folder: Path, place: Path) -> Iterator[Path]:
    """The folder once more, at a place where nothing can be written."""
    place.mkdir()
    _mount("--bind", folder, place)
    try:
        _mount("-o", "remount,bind,ro", place)
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def _mount(*arguments: object) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk for the test")
    command = ["mount", *map(str, arguments)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The database at the address; closed afterwards."""
    database = Database(url, log_key=LOG_KEY, reach=EVERYTHING)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def migrated(url: str) -> Iterator[Database]:
    """The same, with today's tables."""
    with opened(url) as database:
        upgrade(database)
        yield database


def fill_up(disk: Path) -> Path:
    """Leave no room at all; return what to delete to have it again."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file:
        for size in (1 << 20, 4_096, 1):
            while room_for(file, size):
                pass
    return filler


def room_for(file: IO[bytes], size: int) -> bool:
    """Write so many bytes if there is room for them."""
    try:
        return file.write(bytes(size)) == size
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False


class Work:
    """One registration that is saved again and again, with what was promised."""

    def __init__(self, clerk: Clerk, form: OpenForm, promise: Promise) -> None:
        self.clerk, self.form, self.promise = clerk, form, promise
        self._serial = 0

    def save(self) -> Answer:
        """Save the next answers as the page's script does; what was not taken is sent again."""
        for name, value in answers_of(self._serial).items():
            self.form.fields[name] = [str(value)]
        self.promise.sending(self._serial)
        answer = self.clerk.save(self.form)
        if answer.status == 200:
            self.promise.told(self.form.version)
            self._serial += 1
        return answer

    def save_until_refused(self) -> Answer:
        """Save until the server no longer can."""
        for _ in range(MOST_SAVES):
            answer = self.save()
            if answer.status != 200:
                return answer
        raise AssertionError("everything was saved: nothing failed")

    def save_again(self) -> Answer:
        """Try again as the page's script does, until it is taken or has waited long enough."""
        end = time.monotonic() + 30
        while (answer := self.save()).status != 200 and time.monotonic() < end:
            time.sleep(0.2)
        return answer

    def send_without_script(self) -> Answer:
        """Send the same form as a browser without JavaScript does."""
        sent = [(name, value) for name, values in self.form.fields.items() for value in values]
        return self.clerk.ask("POST", self.form.address, sent)
