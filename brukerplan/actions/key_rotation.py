"""Making keys, replacing them, and handing them over: for whoever runs the machine.

Nobody's permission is asked for here: no page may call these. What each costs, and why it is
done as it is, stands in ``docs/keys.md`` and ``docs/adr/0017``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.actions.keys import KeyRow, add_key, held_keys, key_in_use, open_key
from brukerplan.actions.recognising import destroy_and_log
from brukerplan.identity.errors import KeyCannotBeOpenedError
from brukerplan.identity.keyring import KeyWrapper, new_key
from brukerplan.identity.pseudonyms import Key, Purpose, trust_pseudonym
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.resting import (
    KeyLine,
    call_frozen_persons,
    frozen_persons,
    is_used,
    key_lines,
)
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import Extract, MappingRound, Organisation, PseudonymKey
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.translation import UserError, mark


class NoKeyError(UserError):
    """There is no key to replace."""

    message: ClassVar[str] = mark(
        "%(code)s har ingen slik nøkkel å bytte ut. Kjør «brukerplan keys list» og se hvem som har."
    )


class TransferKeyInUseError(UserError):
    """A new transfer key now would part those registered before it from those after."""

    message: ClassVar[str] = mark(
        "Overføringsnøkkelen kan bare byttes mellom to kartlegginger. Noen er registrert og ikke "
        "frosset ennå. Frys runden først, eller slett det som er øvd på."
    )


def list_keys(database: Database) -> tuple[KeyLine, ...]:
    """Return every key there is or was, and how much rests under it; never a secret."""
    with database.read(Door.KEYS) as session:
        return key_lines(session)


def create_keys(database: Database, *, wrapper: KeyWrapper, now: datetime) -> int:
    """Make the keys that somebody will need: return how many.

    One for every municipality, the transfer key for the top of the tree, and the trust key for
    whoever owns a round. They are also made when first needed; this does it beforehand.
    """
    with database.begin(Door.KEYS) as session:
        owners = {
            Purpose.MUNICIPALITY: sa.select(Organisation.id).where(
                Organisation.kind == OrganisationKind.MUNICIPALITY
            ),
            Purpose.TRANSFER: sa.select(Organisation.id).where(Organisation.parent_id.is_(None)),
            Purpose.TRUST: sa.select(MappingRound.owner_organisation_id).distinct(),
        }
        made = 0
        for purpose, query in owners.items():
            for owner_id in sorted(session.scalars(query)):
                if key_in_use(session, purpose, owner_id) is None:
                    held_keys(session, wrapper, purpose, owner_id, now, alone=False)
                    made += 1
                    _log(session, now, "key.created", owner_id, f"purpose={purpose}")
    return made


def rotate_municipal_key(
    database: Database, *, wrapper: KeyWrapper, organisation_id: int, now: datetime
) -> Key:
    """Give a municipality a new key for what is written from now on, while people work.

    Whoever is typed is brought under it at that moment; the earlier keys stay until nobody
    rests under them.

    Raises
    ------
    NoKeyError
        It has none.
    """
    with database.begin(Door.KEYS) as session:
        key = replace_key(session, wrapper, Purpose.MUNICIPALITY, organisation_id, now)
        _destroy_unused(session, organisation_id, now)
    database.leave_no_copies()
    return key


def rotate_transfer_key(
    database: Database, *, wrapper: KeyWrapper, organisation_id: int, now: datetime
) -> Key:
    """Replace the transfer key between two rounds.

    Until the next freeze the earlier key is kept, and whoever is registered is noted under
    both; the freeze makes one person of the two. Who is not registered in that round cannot be
    linked afterwards: they leave the panel, and come back as somebody new.

    Raises
    ------
    NoKeyError
        There is none.
    TransferKeyInUseError
        Somebody is registered and not frozen.
    """
    with database.begin(Door.KEYS) as session:
        row = hold_key(session, Purpose.TRANSFER, organisation_id)
        if is_used(session, Purpose.TRANSFER, row.id):
            raise TransferKeyInUseError
        return replace_key(session, wrapper, Purpose.TRANSFER, organisation_id, now)


def rotate_trust_key(
    database: Database, *, wrapper: KeyWrapper, organisation_id: int, now: datetime
) -> tuple[Key, int]:
    """Lay a new trust key upon every frozen pseudonym; return it and how many rows it took.

    None of the earlier keys is opened: the new one is laid upon what they made. They are kept,
    since the next freeze has to go through all of them.

    Raises
    ------
    NoKeyError
        The organisation has none.
    """
    with database.begin(Door.KEYS) as session:
        earlier = hold_key(session, Purpose.TRUST, organisation_id)
        key = replace_key(session, wrapper, Purpose.TRUST, organisation_id, now)
        persons = [
            (id_, trust_pseudonym(person, key))
            for id_, person in frozen_persons(session, earlier.id)
        ]
        call_frozen_persons(session, persons, key_id=key.id)
    database.leave_no_copies()
    return key, len(persons)


def sweep_keys(database: Database, *, now: datetime) -> int:
    """Destroy every municipality's earlier keys under which nothing rests; return how many.

    A key is destroyed when the last person under it is typed. Where the last was erased
    instead, or opted out, it is done here.
    """
    with database.begin(Door.KEYS) as session:
        owners = session.scalars(
            sa.select(PseudonymKey.organisation_id)
            .distinct()
            .where(
                PseudonymKey.purpose == Purpose.MUNICIPALITY,
                PseudonymKey.retired_at.is_not(None),
                PseudonymKey.wrapped.is_not(None),
            )
            .order_by(PseudonymKey.organisation_id)
        ).all()
        destroyed = 0
        for owner_id in owners:
            hold_key(session, Purpose.MUNICIPALITY, owner_id)
            destroyed += _destroy_unused(session, owner_id, now)
    database.leave_no_copies()
    return destroyed


def rewrap_keys(
    session: Session, *, wrapper: KeyWrapper, new_wrapper: KeyWrapper, now: datetime
) -> int:
    """Close every key anew in the caller's transaction, and return how many.

    Those that the new one opens already are left as they are, so that it may be done twice.

    Raises
    ------
    KeyCannotBeOpenedError
        Neither opens it.
    """
    rows = session.execute(
        sa.select(PseudonymKey.id, PseudonymKey.purpose, PseudonymKey.wrapped)
        .where(PseudonymKey.wrapped.is_not(None))
        .order_by(PseudonymKey.id)
        .with_for_update(key_share=True)
    ).all()
    projects = session.execute(
        sa.select(Extract.key_id, Extract.wrapped)
        .where(Extract.wrapped.is_not(None))
        .order_by(Extract.id)
        .with_for_update()
    ).all()
    rewrapped = 0
    for table, key_id, row in (
        *(
            (PseudonymKey, PseudonymKey.id, KeyRow(row.id, Purpose(row.purpose), row.wrapped))
            for row in rows
        ),
        *(
            (Extract, Extract.key_id, KeyRow(row.key_id, Purpose.EXTRACT, row.wrapped))
            for row in projects
        ),
    ):
        try:
            open_key(new_wrapper, row)
        except KeyCannotBeOpenedError:
            session.execute(
                sa.update(table)
                .where(key_id == row.id)
                .values(wrapped=new_wrapper.wrap(open_key(wrapper, row)))
            )
            rewrapped += 1
    _log(session, now, "key.rewrapped", None, f"keys={rewrapped}")
    return rewrapped


def hold_key(session: Session, purpose: Purpose, organisation_id: int) -> PseudonymKey:
    """Return the key in use once nobody else has it; nobody gets it until the end."""
    while (key_id := key_in_use(session, purpose, organisation_id)) is not None:
        row = session.scalar(
            sa.select(PseudonymKey)
            .where(PseudonymKey.id == key_id, PseudonymKey.retired_at.is_(None))
            .with_for_update(key_share=True)
        )
        # Replaced while we waited: there is another in use by now.
        if row is not None:
            return row
    code = session.scalar(sa.select(Organisation.code).where(Organisation.id == organisation_id))
    raise NoKeyError(code=code or organisation_id)


def replace_key(
    session: Session, wrapper: KeyWrapper, purpose: Purpose, organisation_id: int, now: datetime
) -> Key:
    earlier = hold_key(session, purpose, organisation_id)
    # The order of the keys is the order of the layers, also where the clock was set back.
    moment = max(now, earlier.created_at + timedelta(microseconds=1))
    session.execute(
        sa.update(PseudonymKey).where(PseudonymKey.id == earlier.id).values(retired_at=moment)
    )
    key = new_key(purpose)
    add_key(session, wrapper, key, owner_id=organisation_id, created_at=moment)
    _log(session, now, "key.rotated", organisation_id, f"purpose={purpose}", key.id)
    return key


def _destroy_unused(session: Session, organisation_id: int, now: datetime) -> int:
    earlier = session.scalars(
        sa.select(PseudonymKey.id).where(
            PseudonymKey.purpose == Purpose.MUNICIPALITY,
            PseudonymKey.organisation_id == organisation_id,
            PseudonymKey.retired_at.is_not(None),
            PseudonymKey.wrapped.is_not(None),
        )
    ).all()
    return sum(
        destroy_and_log(session, Purpose.MUNICIPALITY, organisation_id, key_id, now)
        for key_id in earlier
    )


def _log(
    session: Session,
    now: datetime,
    action: str,
    organisation_id: int | None,
    detail: str,
    key_id: str = "",
) -> None:
    log(
        session,
        at=now,
        user_id=None,
        action=action,
        organisation_id=organisation_id,
        subject=key_id,
        detail=detail,
    )
