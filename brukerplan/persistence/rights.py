"""The application as PostgreSQL knows it: a role that owns nothing, and whose transactions are.

Every connection of the program takes this role as it is made; only migrations, backups and
checks of the whole stay what the address says, which is the tables' owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from brukerplan.persistence.reach import NOBODY, Reach
from brukerplan.translation import UserError, mark

APPLICATION = "brukerplan_app"
"""The role that the policies hold."""


class RoleMissingError(UserError):
    """The role is not there or not ours to take, and this login may not mend it."""

    message: ClassVar[str] = mark(
        "Databasebrukeren %(login)s må være medlem av rollen %(role)s, og kan ikke ordne det "
        "selv. Kjør dette som administrator av PostgreSQL: createuser --no-login %(role)s (hvis "
        'rollen ikke finnes) og psql -c "GRANT %(role)s TO %(login)s". Kjør så «brukerplan '
        "migrate» på nytt."
    )


def make_role(connection: sa.Connection) -> None:
    """Make the role where it is missing, and let whoever is logged in take it.

    Raises
    ------
    RoleMissingError
        It takes somebody with more rights; the message has the commands.
    """
    try:
        # Roles are the whole server's: another database may be making it in this moment.
        with connection.begin_nested():
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            if not connection.scalar(_EXISTS, {"role": APPLICATION}):
                connection.exec_driver_sql(f"CREATE ROLE {APPLICATION} NOLOGIN")
            if not connection.scalar(_IS_MEMBER, {"role": APPLICATION}):
                connection.exec_driver_sql(f"GRANT {APPLICATION} TO CURRENT_USER")
    except ProgrammingError as error:
        login = str(connection.scalar(sa.text("SELECT current_user")))
        raise RoleMissingError(role=APPLICATION, login=login) from error


def may_step_over(connection: sa.Connection) -> bool:
    """Tell whether the login could leave the application's role for one that nothing holds."""
    return connection.dialect.name == "postgresql" and bool(connection.scalar(_STEPS_OVER))


def begin_as(connection: sa.Connection, reach: Reach) -> None:
    """Begin a transaction and say whose it is, in one round trip."""
    _send(connection, f"BEGIN; {reach.settings()}")


@contextmanager
def read_as(session: Session, reach: Reach, *, then: Reach | None) -> Iterator[None]:
    """Let a reading session be somebody's inside; ``then`` whose it was before.

    Where it is nobody's, each statement stays a transaction by itself.
    """
    connection = session.connection()
    _turn(connection, then or NOBODY, reach)
    try:
        yield
    finally:
        _turn(connection, reach, then or NOBODY)


def _turn(connection: sa.Connection, before: Reach, after: Reach) -> None:
    ends = "" if before == NOBODY else "ROLLBACK; "
    begins = "" if after == NOBODY else f"BEGIN READ ONLY; {after.settings()}"
    # What was lost on the way is told by the next who asks.
    if (ends or begins) and not connection.invalidated:
        _send(connection, ends + begins)


def _send(connection: sa.Connection, statements: str) -> None:
    # Past the driver, which takes one statement at a time and would begin a transaction itself.
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    result = driver.pgconn.exec_(statements.encode("ascii"))
    if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
        said = result.error_message.decode("utf-8", "replace")
        lost = psycopg.OperationalError(said)
        raise sa.exc.OperationalError("BEGIN", None, lost, connection_invalidated=True)


_LOCK = 20_261_129
_EXISTS = sa.text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :role)")
_IS_MEMBER = sa.text("SELECT pg_has_role(current_user, CAST(:role AS name), 'MEMBER')")
_STEPS_OVER = sa.text("""
SELECT rolsuper OR rolbypassrls OR EXISTS (
           SELECT FROM pg_class
            WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
              AND pg_has_role(session_user, relowner, 'MEMBER'))
  FROM pg_roles WHERE rolname = session_user
""")
