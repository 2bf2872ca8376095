"""A real PostgreSQL server for the tests: started once, thrown away afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

from brukerplan.persistence.rights import APPLICATION

SERVICE = "brukerplan_web"


class PostgreSQLMissingError(RuntimeError):
    """The server programs are not installed; the message says how to mend it."""


class Server:
    """A server on a Unix socket of its own, so that no port can be in use."""

    def __init__(self) -> None:
        self._programs = _programs()
        self.directory = Path(tempfile.mkdtemp(prefix="bp-pg-"))
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            owner = pwd.getpwnam("postgres")
            os.chown(self.directory, owner.pw_uid, owner.pw_gid)

    def __enter__(self) -> Server:
        data = str(self.directory / "data")
        options = (
            f"-c listen_addresses= -c unix_socket_directories={self.directory} "
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off "
            "-c max_connections=200"
        )
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        log = str(self.directory / "log")
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run("pg_ctl", "-D", str(self.directory / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.directory}"

    def service_url(self, name: str) -> str:
        """The same, as the login that docs/operations.md has made for the service."""
        self.sql(
            f"DO $$ BEGIN CREATE ROLE {SERVICE} LOGIN IN ROLE {APPLICATION}; "
            "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        return self.url(name).replace("postgres@", f"{SERVICE}@")

    def sql(self, statement: str) -> None:
        """Run a statement that stands outside any transaction, such as CREATE DATABASE."""
        self._run("psql", "-h", str(self.directory), "-U", "postgres", "-qc", statement)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        # Output goes to a file-less pipe only for programs that end; pg_ctl's server would
        # otherwise hold the pipe open.
        subprocess.run(
            command,
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def _programs() -> Path:
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    if found:
        candidates.append(Path(found).resolve().parent)
    for candidate in candidates:
        if (candidate / "initdb").exists():
            return candidate
    raise PostgreSQLMissingError("PostgreSQL is missing: apt-get install postgresql")
