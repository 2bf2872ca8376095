"""Where an organisation stands in the tree, and which ones an actor belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from brukerplan.access.policy import Actor, Membership
from brukerplan.access.roles import Role
from brukerplan.persistence.tables import Base, Organisation, UserAccount
from brukerplan.persistence.tables import Membership as MembershipRow
from brukerplan.persistence.tables.states import OrganisationKind

# An address may name a larger number than any column holds, which the engines refuse.
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation as lists show it."""

    id: int
    kind: str
    code: str
    name: str
    parent_id: int | None
    language: str


def organisation(session: Session, organisation_id: int) -> OrganisationLine | None:
    """Return the organisation, or ``None``."""
    return next(iter(organisations(session, (organisation_id,))), None)


def organisations(session: Session, ids: Iterable[int]) -> tuple[OrganisationLine, ...]:
    """Return these organisations by name."""
    rows = session.execute(
        _lines().where(Organisation.id.in_(tuple(ids))).order_by(Organisation.name)
    )
    return tuple(OrganisationLine(*row) for row in rows)


def organisation_by_code(session: Session, kind: str, code: str) -> OrganisationLine | None:
    """Return the organisation of this kind and code; for units the code is not enough."""
    row = session.execute(
        _lines().where(Organisation.kind == kind, Organisation.code == code)
    ).first()
    return None if row is None else OrganisationLine(*row)


def organisation_path(session: Session, organisation_id: int) -> tuple[int, ...]:
    """Return the organisation and its ancestors, from itself to the top.

    Empty for an organisation that does not exist: nobody has anything there.
    """
    if not 0 < organisation_id <= _LARGEST_ID:
        return ()
    return tuple(session.scalars(_path_query(), {"organisation_id": organisation_id}))


def below(session: Session, organisation_id: int) -> tuple[int, ...]:
    """Return the organisation and everything below it."""
    start = sa.select(Organisation.id).where(Organisation.id == organisation_id)
    tree = start.cte("tree", recursive=True)
    child = aliased(Organisation)
    tree = tree.union_all(sa.select(child.id).where(child.parent_id == tree.c.id))
    return tuple(session.scalars(sa.select(tree.c.id)))


def organisations_of(
    session: Session, actor: Actor, kind: OrganisationKind | str
) -> tuple[OrganisationLine, ...]:
    """Return the organisations of a kind in which the actor has a membership of their own."""
    ids = {membership.organisation_id for membership in actor.memberships}
    rows = session.execute(
        _lines()
        .where(Organisation.id.in_(ids), Organisation.kind == kind)
        .order_by(Organisation.name)
    )
    return tuple(OrganisationLine(*row) for row in rows)


def units_of(session: Session, actor: Actor) -> tuple[OrganisationLine, ...]:
    """Return the units the actor is a member of, by name."""
    return organisations_of(session, actor, OrganisationKind.UNIT)


def actor(session: Session, user_id: int) -> Actor | None:
    """Return the active user with all memberships, or ``None``."""
    rows = session.execute(_actor_query(), {"user_id": user_id}).all()
    if not rows:
        return None
    return Actor(
        user_id=rows[0].id,
        name=rows[0].name,
        memberships=frozenset(
            Membership(Role(row.role), row.organisation_id) for row in rows if row.role is not None
        ),
    )


def user_language(session: Session, user_id: int) -> str | None:
    """Return the language a user has chosen."""
    return session.scalar(sa.select(UserAccount.language).where(UserAccount.id == user_id))


def _lines() -> sa.Select[int, str, str, str, int | None, str]:
    return sa.select(
        Organisation.id,
        Organisation.kind,
        Organisation.code,
        Organisation.name,
        Organisation.parent_id,
        Organisation.language,
    )


@cache
def _actor_query() -> sa.Select[Any]:
    # Made once, of tables: every request begins with it.
    account = Base.metadata.tables[UserAccount.__tablename__]
    held = Base.metadata.tables[MembershipRow.__tablename__]
    return (
        sa.select(account.c.id, account.c.name, held.c.role, held.c.organisation_id)
        .select_from(account.outerjoin(held, held.c.user_id == account.c.id))
        .where(account.c.id == sa.bindparam("user_id"), account.c.active)
    )


@cache
def _path_query() -> sa.Select[int]:
    # Made once: every request asks it, and making it takes longer than answering it.
    start = sa.select(
        Organisation.id, Organisation.parent_id, sa.literal(0).label("distance")
    ).where(Organisation.id == sa.bindparam("organisation_id"))
    path = start.cte("path", recursive=True)
    above = aliased(Organisation)
    path = path.union_all(
        sa.select(above.id, above.parent_id, path.c.distance + 1).where(
            above.id == path.c.parent_id
        )
    )
    return sa.select(path.c.id).order_by(path.c.distance)
