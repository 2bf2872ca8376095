"""PostgreSQL as it is run in production, which keeps what it has acknowledged; it can be killed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.postgresql import Server

END_SECONDS = 30


class DurableServer(Server):
    """A server with its own settings for durability, unlike the tests' hasty one."""

    def __enter__(self) -> DurableServer:
        data = str(self.directory / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        return self

    def start(self) -> None:
        """Start it; also again, on what is on the disk."""
        options = f"-c listen_addresses= -c unix_socket_directories={self.directory}"
        data, log = str(self.directory / "data"), str(self.directory / "log")
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Stop it as for maintenance: whoever is connected is cut off."""
        self._run("pg_ctl", "-D", str(self.directory / "data"), "-m", "fast", "-w", "stop")

    def kill(self) -> None:
        """End it and everything it has started at once, as a power cut does."""
        pid_file = self.directory / "data" / "postmaster.pid"
        own = int(pid_file.read_text().split()[0])
        family = [own, *_children(own)]
        for pid in family:
            os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + END_SECONDS
        while any(_alive(pid) for pid in family) and time.monotonic() < end:
            time.sleep(0.01)
        # The numbers of the dead may belong to somebody, or to nobody whom the system has buried.
        for lock in (pid_file, *self.directory.glob(".s.PGSQL.*.lock")):
            lock.unlink()


def _children(parent: int) -> list[int]:
    return [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if _parent(stat) == parent
    ]


def _parent(stat: Path) -> int | None:
    try:
        # The name in brackets may hold spaces.
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
