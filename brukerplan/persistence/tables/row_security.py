"""Which rows of every table a transaction reaches, and what the application may do with them.

PostgreSQL holds the application to this, whatever its queries ask for. A table that is not
here does not get in. How a transaction says whose it is, stands in `reach`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from brukerplan.persistence.reach import Door
from brukerplan.persistence.rights import APPLICATION
from brukerplan.persistence.tables.base import Base
from brukerplan.persistence.tables.row_conditions import (
    FUNCTIONS,
    Rows,
    any_of,
    both,
    in_municipality,
    own,
    seen_with,
    through,
    within,
)


class UndeclaredTableError(ValueError):
    """A table says nothing of whose its rows are, or something is said of no table."""


_EVERY = Rows({})

ROWS: Mapping[str, Rows] = {
    # Names and codes of public bodies.
    "organisation": _EVERY,
    # Those who work here. Signing in asks before anybody is known, and histories name whoever
    # wrote, wherever they work now.
    "user_account": _EVERY,
    # Read at every request, before it is known who asks. Granted, never taken.
    "membership": Rows(
        {
            "SELECT": "true",
            "ALL": any_of(
                within("organisation_id", "reached_below('persons')"),
                through(Door.INVITATION, Door.MACHINE),
            ),
        }
    ),
    "invitation": Rows(
        {
            "ALL": any_of(
                within("organisation_id", "reached_below('persons')"),
                through(Door.INVITATION, Door.MACHINE),
            )
        }
    ),
    # As membership is read. A session and a link tell of colleagues, by digests that nothing
    # follows from.
    "user_session": Rows({"SELECT": "true", "ALL": any_of(own("user_id"), through(Door.SIGN_IN))}),
    "provider_link": Rows(
        {"SELECT": "true", "ALL": any_of(own("user_id"), through(Door.INVITATION))}
    ),
    # What opens an account. Under another master key, the secrets are closed anew and the
    # codes are gone.
    "totp_factor": Rows({"ALL": any_of(own("user_id"), through(Door.SIGN_IN, Door.KEYS))}),
    "recovery_code": Rows({"ALL": any_of(own("user_id"), through(Door.SIGN_IN, Door.KEYS))}),
    "passkey": Rows({"ALL": any_of(own("user_id"), through(Door.SIGN_IN))}),
    "password_reset": Rows({"ALL": any_of(own("user_id"), through(Door.SIGN_IN))}),
    # Digests of what was tried and of what was answered: counted before anybody is known.
    "sign_in_attempts": _EVERY,
    "used_challenge": _EVERY,
    # About no person: which years are mapped, by which edition, and until when it is kept.
    "mapping_round": _EVERY,
    "round_retention": _EVERY,
    # On which terms a municipality took part stands in its published report.
    "round_municipality": Rows(
        {
            "SELECT": "true",
            "ALL": any_of(
                in_municipality("municipality_id"),
                within("municipality_id", "reached_below('rounds')"),
                through(Door.MACHINE),
            ),
        }
    ),
    "round_optional_variable": Rows(
        {
            "SELECT": "true",
            "ALL": any_of(
                within("municipality_id", "reached_below('persons')"),
                within("municipality_id", "reached_below('rounds')"),
                through(Door.MACHINE),
            ),
        }
    ),
    "round_unit": Rows(
        {
            "ALL": any_of(
                within("unit_id", "reached('units')"),
                within("unit_id", "reached_below('persons')"),
                within("unit_id", "reached_below('rounds')"),
                through(Door.MACHINE),
            )
        }
    ),
    # About no person: what an office is, and what its registrations rest on. The freeze asks,
    # and whoever registers there. Stated by the municipality, recorded by its officer.
    "unit_service": Rows(
        {
            "SELECT": "true",
            "ALL": any_of(
                within("unit_id", "reached_below('persons')"),
                through(Door.MACHINE),
            ),
        }
    ),
    "legal_basis": Rows(
        {
            "SELECT": "true",
            "ALL": any_of(
                within("unit_id", "reached_below('persons')"),
                within("unit_id", "reached_below('bases')"),
                through(Door.MACHINE),
            ),
        }
    ),
    # A unit's own, and the municipality's coordinator's. No trust reads a registration.
    "registration": Rows(
        {
            "SELECT": through(Door.PROGRESS),
            "ALL": any_of(
                within("unit_id", "reached('units')"),
                within("municipality_id", "reached_below('persons')"),
                both(through(Door.MUNICIPALITY), within("municipality_id", "reached_around()")),
                through(Door.TRAINING, Door.FREEZE, Door.KEYS, Door.MACHINE),
            ),
        }
    ),
    "registration_change": Rows({"ALL": seen_with("registration", "registration_id")}),
    "registration_conflict": Rows({"ALL": seen_with("registration", "registration_id")}),
    "conflict_answer": Rows({"ALL": seen_with("registration_conflict", "conflict_id")}),
    "registration_query": Rows({"ALL": seen_with("registration", "registration_id")}),
    # Pseudonyms alone: every unit must know who has said no.
    "opt_out": Rows(
        {
            "ALL": any_of(
                in_municipality("municipality_id"),
                through(Door.TRAINING, Door.KEYS, Door.MACHINE),
            )
        }
    ),
    "number_change": Rows(
        {"ALL": any_of(in_municipality("municipality_id"), through(Door.KEYS, Door.MACHINE))}
    ),
    "transfer_link": Rows(
        {
            "ALL": any_of(
                seen_with("registration", "registration_id"),
                seen_with("number_change", "number_change_id"),
                through(Door.FREEZE, Door.KEYS),
            )
        }
    ),
    # A municipality's own, and the transfer key for whoever registers. The trust key opens at
    # the freeze's door and where keys are replaced.
    "pseudonym_key": Rows(
        {
            "ALL": any_of(
                both("purpose = 'municipality'", f"({in_municipality('organisation_id')})"),
                "(purpose = 'transfer' AND (reached('units') IS NOT NULL "
                "OR reached('persons') IS NOT NULL))",
                both("purpose != 'trust'", through(Door.MACHINE)),
                through(Door.FREEZE, Door.KEYS),
            )
        }
    ),
    "frozen_registration": Rows(
        {
            "SELECT": through(Door.RELEASE, Door.EXTRACT),
            "ALL": through(Door.FREEZE, Door.KEYS),
        },
        rights="SELECT, INSERT, UPDATE (trust_pseudonym, trust_key_id)",
    ),
    # Counts of what is gone: of a person, for the municipality that erased it; of a round.
    "deletion_receipt": Rows(
        {
            "SELECT": "municipality_id IS NULL",
            "ALL": any_of(
                within("municipality_id", "reached_below('persons')"), through(Door.MACHINE)
            ),
        },
        rights="SELECT, INSERT",
    ),
    # What a project is handed, for those who ask, decide and watch over it; and its own key.
    "extract": Rows(
        {
            "ALL": any_of(
                within("organisation_id", "reached_below('extracts')"),
                through(Door.KEYS, Door.MACHINE),
            )
        }
    ),
    "extract_year": Rows({"ALL": seen_with("extract", "extract_id")}),
    "extract_variable": Rows({"ALL": seen_with("extract", "extract_id")}),
    # Past both doors.
    "release": _EVERY,
    "released_area": _EVERY,
    "released_cell": _EVERY,
    # Figures that others have published, laid in by whoever runs the machine.
    "context_series": Rows({"SELECT": "true", "ALL": through(Door.MACHINE)}),
    "context_value": Rows({"SELECT": "true", "ALL": through(Door.MACHINE)}),
    # Whoever does something adds a row in their own name; where somebody signs in, in that of
    # whom it turns out to be. Nobody changes or removes one.
    "access_log": Rows(
        {
            "SELECT": any_of(
                within("organisation_id", "reached_below('logs')"),
                # Signing in has no place: it is watched over where the person is a member.
                both("organisation_id IS NULL", within("user_id", "reached_members('logs')")),
                both(through(Door.HISTORY), within("organisation_id", "reached('units')")),
                # What has been done with an extract stands on its page.
                both(
                    "starts_with(action, 'extract.')",
                    within("organisation_id", "reached_below('extracts')"),
                ),
                through(Door.MACHINE),
            ),
            "INSERT": "user_id IS NULL OR user_id = ANY ("
            "coalesce((SELECT reached('user_id'))::integer[], ARRAY[user_id])) "
            f"OR {through(Door.SIGN_IN, Door.INVITATION)}",
        },
        rights="SELECT, INSERT",
    ),
    # Numbers and seals. Every writer finds the end of their chain and moves it.
    "access_log_head": Rows({}, rights="SELECT, INSERT, UPDATE"),
    "access_log_seen": Rows(
        {"ALL": any_of(within("municipality_id", "reached_below('logs')"), through(Door.MACHINE))},
        rights="SELECT, INSERT",
    ),
    # The checking of the log, which opens them, is the owner's.
    "earlier_log_key": Rows({"ALL": through(Door.KEYS)}, rights="SELECT, INSERT, UPDATE"),
}


def statements() -> Iterator[str]:
    """Return what lays the policies upon the tables.

    Raises
    ------
    UndeclaredTableError
        Names the tables without a declaration, and the declarations without a table.
    """
    if apart := ROWS.keys() ^ Base.metadata.tables.keys():
        raise UndeclaredTableError(f"whose are the rows of {', '.join(sorted(apart))}?")
    yield from FUNCTIONS
    for table, rows in ROWS.items():
        if rows.policies:
            yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        for command, condition in rows.policies.items():
            kind = "WITH CHECK" if command == "INSERT" else "USING"
            name = f"{table}_{command.lower()}"
            yield f"CREATE POLICY {name} ON {table} FOR {command} {kind} ({condition})"


def grants() -> Iterator[str]:
    """Return what gives the application its rights."""
    yield f"GRANT SELECT ON alembic_version TO {APPLICATION}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}"
    for table, rows in ROWS.items():
        yield f"GRANT {rows.rights} ON {table} TO {APPLICATION}"


def attach() -> None:
    """Let ``create_all`` lay the policies too, as the migrations do. Rights are the migrations'."""

    def lay(_metadata: sa.MetaData, connection: sa.Connection, **_options: object) -> None:
        if connection.dialect.name == "postgresql":
            for statement in statements():
                connection.exec_driver_sql(statement.replace("%", "%%"))

    sa.event.listen(Base.metadata, "after_create", lay)
