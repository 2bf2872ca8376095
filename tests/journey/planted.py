"""A small world that the real server can serve: users who can sign in, each with a draft."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from brukerplan.access.roles import Role
from brukerplan.actions.passwords import hash_password
from brukerplan.demo.accounts import PASSWORD
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import Membership, UserAccount
from tests.actions.world import NOW, World, build

MASTER_KEY = base64.b64encode(b"m" * 32).decode("ascii")


@dataclass(frozen=True, slots=True)
class Planted:
    """A registrar with one registration of their own."""

    email: str
    registration_id: uuid.UUID

    @property
    def address(self) -> str:
        """Where the registration is filled in."""
        return f"/registrering/{self.registration_id}"


def environment(folder: Path) -> dict[str, str]:
    """Settings that serve such a world."""
    return {
        "BRUKERPLAN_MODE": "demo",
        "BRUKERPLAN_INSTANCE": str(folder),
        "BRUKERPLAN_MASTER_KEY": MASTER_KEY,
    }


def plant(database: Database, number: int) -> tuple[World, tuple[Planted, ...]]:
    """Build the world in a migrated database, with ``number`` registrars in its two units."""
    world = build(database)
    # Once: hashing is slow on purpose.
    password_hash = hash_password(PASSWORD)
    emails = [f"registrar{serial}@eksempel.no" for serial in range(number)]
    with database.begin() as session:
        for serial, email in enumerate(emails):
            user_id = session.execute(
                sa.insert(UserAccount)
                .values(email=email, name=f"Registrar {serial}", password_hash=password_hash)
                .returning(UserAccount.id)
            ).scalar_one()
            session.execute(
                sa.insert(Membership).values(
                    user_id=user_id,
                    organisation_id=world.units["1103"][serial % 2],
                    role=Role.REGISTRAR,
                    granted_at=NOW,
                )
            )
    return world, tuple(
        Planted(
            email,
            world.start(serial, label=f"S-{serial}", unit_id=world.units["1103"][serial % 2]),
        )
        for serial, email in enumerate(emails)
    )
