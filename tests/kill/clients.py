"""Clients that save without pause, lose the server, and go on when it is back."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Sequence

from tests.journey.clerk import Clerk, OpenForm
from tests.journey.planted import Planted
from tests.kill.ledger import Promise, answers_of

AGAIN_SECONDS = 0.1
# Whatever is raised on a connection that the server has left.
GONE = (OSError, http.client.HTTPException)


class Client(threading.Thread):
    """Somebody who changes a registration all the time, as the page's script would save it."""

    def __init__(self, port: int, planted: Planted) -> None:
        super().__init__(daemon=True)
        self.promise = Promise(planted.registration_id)
        self.refused: list[str] = []
        self.lost = 0
        self._clerk = Clerk(port)
        self._clerk.sign_in(planted.email)
        self._form: OpenForm = self._clerk.open(planted.address)
        self._over = threading.Event()
        self._paused = threading.Event()
        self._resting = threading.Event()

    def run(self) -> None:
        """Save one change after the other; one the server did not answer is sent again."""
        serial = 0
        while not self._over.is_set():
            if self._paused.is_set():
                self._resting.set()
                time.sleep(AGAIN_SECONDS / 10)
                continue
            for name, value in answers_of(serial).items():
                self._form.fields[name] = [str(value)]
            self.promise.sending(serial)
            try:
                answer = self._clerk.save(self._form)
            except GONE:
                self.lost += 1
                self._rest()
                continue
            if answer.status >= 500:
                # The database is away: nothing is acknowledged, and the page tries again.
                self.lost += 1
                self._rest()
                continue
            if answer.status != 200:
                self.refused.append(f"{answer.status}: {answer.text[:300]}")
                return
            self.promise.told(self._form.version)
            serial += 1

    def _rest(self) -> None:
        # The promise stands still while the store is looked at.
        self._resting.set()
        time.sleep(AGAIN_SECONDS)

    def pause(self) -> None:
        """Begin nothing more."""
        self._resting.clear()
        self._paused.set()

    def wait(self) -> None:
        """Wait until the save under way has been answered or lost."""
        if self.is_alive():
            self._resting.wait(timeout=30)

    def go_on(self) -> None:
        """Save again."""
        self._paused.clear()

    def end(self) -> None:
        """Stop after the save under way."""
        self._over.set()
        self.join(timeout=60)


def stand_still(clients: Sequence[Client]) -> None:
    """Let every client come to rest, with what it was promised written down."""
    for client in clients:
        client.pause()
    for client in clients:
        client.wait()
