"""The real application, served by the real command, for a real browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

from tests.mail.server import free_port

START_SECONDS = 60
LOG_END = 10_000
COMMAND = (str(Path(sys.executable).with_name("brukerplan")), "serve")


class Site:
    """``brukerplan serve`` with everything it prints kept in ``log``.

    The port is a free one where none is chosen.
    """

    def __init__(
        self,
        database_url: str,
        folder: Path,
        environment: dict[str, str],
        *,
        command: tuple[str, ...] = COMMAND,
        port: int | None = None,
        by_name: bool = False,
    ) -> None:
        self.command = command
        self.log = folder / "server.log"
        self.port = port or free_port()
        self.address = f"http://{'localhost' if by_name else '127.0.0.1'}:{self.port}"
        self._environment = (
            os.environ
            | {"PYTHONFAULTHANDLER": "1"}
            | environment
            | {"BRUKERPLAN_DATABASE_URL": database_url}
        )
        if by_name:
            # Browsers make no passkeys for a numeric address.
            self._environment["BRUKERPLAN_PUBLIC_URL"] = self.address

    def __enter__(self) -> Site:
        self.start()
        return self

    def start(self) -> None:
        """Start the server and wait until it answers; also again, on the same port."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.command, "--port", str(self.port)],
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own, so that `kill` ends the workers and nobody else.
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(self.address + "/helse", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self._process.kill()
        raise RuntimeError("the server did not start:\n" + self.log.read_text())

    def what_it_was_doing(self) -> str:
        """Return the end of the log, with where each thread of the workers stands.

        The workers end by it, and the server starts others. The signal is one that the
        interpreter answers with its stacks, and gunicorn does not take for itself.
        """
        pid = self._process.pid
        workers = Path(f"/proc/{pid}/task/{pid}/children")
        for worker in workers.read_text().split() if workers.exists() else ():
            os.kill(int(worker), signal.SIGSEGV)
        time.sleep(1)
        return self.log.read_text(errors="replace")[-LOG_END:]

    def kill(self) -> None:
        """End the server and its workers at once, as a power cut does: nothing is tidied up."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=30)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)
