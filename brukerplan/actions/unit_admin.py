"""The coordinator makes units and names them."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.actions.legal_bases import state_service
from brukerplan.actions.people import hold
from brukerplan.actions.scope import (
    require_at,
)
from brukerplan.actions.unit_rounds import (
    log_unit,
    own_unit,
    put_in,
    require_expected,
    require_round,
)
from brukerplan.identity import may_hold_number
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.organisations import organisation
from brukerplan.persistence.tables import Organisation
from brukerplan.persistence.tables.states import (
    TAKES_NEW,
    OrganisationKind,
)
from brukerplan.translation import UserError, mark

SHORTEST_NAME = 2
LONGEST_NAME = 80
_CODE_LENGTH = 30


class UnitNameError(UserError):
    """The name cannot be used."""

    message: ClassVar[str] = mark(
        "Navnet på tjenesten må ha fra %(shortest)s til %(longest)s tegn og kan ikke inneholde "
        "et fødselsnummer."
    )


class UnitNameTakenError(UserError):
    """Two units of a municipality cannot be told apart."""

    message: ClassVar[str] = mark(
        "Kommunen har allerede en tjeneste med dette navnet. Velg et annet."
    )


def create_unit(
    database: Database,
    *,
    by: Actor,
    municipality_id: int,
    name: str,
    service: str,
    round_id: int,
    expected: int = 0,
    now: datetime,
) -> int:
    """Make a unit, put it in the round, and return its id. Its code comes from the name.

    Raises
    ------
    NotAllowedError
        The actor does not administer the municipality.
    UnitNameError, UnitNameTakenError, UnknownServiceError, ExpectedError
        It cannot be made like this.
    RoundNotFoundError, NotInRoundError, RoundNotOpenError, MunicipalityApprovedError
        The round takes no new unit now.
    """
    name = _clean(name)
    require_expected(expected)
    with database.begin() as session:
        require_at(session, by, Permission.MUNICIPALITY_ADMINISTER, municipality_id)
        found = organisation(session, municipality_id)
        if found is None or found.kind != OrganisationKind.MUNICIPALITY:
            raise NotAllowedError
        require_round(session, municipality_id, round_id, TAKES_NEW)
        hold(session, municipality_id)
        _require_free(session, municipality_id, name)
        row = Organisation(
            kind=OrganisationKind.UNIT,
            code=_free_code(session, municipality_id, name),
            name=name,
            parent_id=municipality_id,
            language=found.language,
        )
        session.add(row)
        session.flush()
        log_unit(session, by, now, "unit.created", row.id)
        state_service(session, row.id, service, user_id=by.user_id, now=now)
        put_in(session, by, row.id, round_id, expected, now)
        return row.id


def rename_unit(database: Database, *, by: Actor, unit_id: int, name: str, now: datetime) -> None:
    """Give a unit another name; its code stays.

    Raises
    ------
    NotAllowedError, UnitNameError, UnitNameTakenError
        It cannot be named so, or not by this actor.
    """
    name = _clean(name)
    with database.begin() as session:
        unit, municipality_id = own_unit(session, by, unit_id)
        if unit.name == name:
            return
        hold(session, municipality_id)
        _require_free(session, municipality_id, name, but=unit_id)
        session.execute(sa.update(Organisation).where(Organisation.id == unit_id).values(name=name))
        log_unit(session, by, now, "unit.renamed", unit_id)


def _clean(name: str) -> str:
    clean = " ".join(name.split())
    usable = clean.isprintable() and any(map(str.isalpha, clean)) and not may_hold_number(clean)
    if not SHORTEST_NAME <= len(clean) <= LONGEST_NAME or not usable:
        raise UnitNameError(shortest=SHORTEST_NAME, longest=LONGEST_NAME)
    return clean


def _require_free(session: Session, municipality_id: int, name: str, *, but: int = 0) -> None:
    taken = session.execute(
        sa.select(Organisation.id, Organisation.name).where(
            Organisation.parent_id == municipality_id, Organisation.id != but
        )
    )
    # Compared here: SQLite's own lower() does not know æ, ø and å.
    if any(row.name.casefold() == name.casefold() for row in taken):
        raise UnitNameTakenError


def _free_code(session: Session, municipality_id: int, name: str) -> str:
    plain = name.lower().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    code = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:_CODE_LENGTH] or "tjeneste"
    taken = set(
        session.scalars(
            sa.select(Organisation.code).where(Organisation.parent_id == municipality_id)
        )
    )
    number = 1
    free = code
    while free in taken:
        number += 1
        free = f"{code}-{number}"
    return free
