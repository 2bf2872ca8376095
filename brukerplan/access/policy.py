"""The one question: may this person do this here? Unknown means no."""

from __future__ import annotations

from dataclasses import dataclass

from brukerplan.access.permissions import PUBLIC, Permission
from brukerplan.access.roles import BOUND_TO_OWN_ORGANISATION, PERMISSIONS, Role
from brukerplan.translation import UserError, mark


class NotAllowedError(UserError):
    """Somebody asked for what none of their roles here allows."""

    message = mark(
        "Du har ikke tilgang til dette. Tilgang gis av koordinatoren i kommunen din "
        "eller av helseforetaket."
    )


@dataclass(frozen=True, slots=True)
class Membership:
    """A role held in one organisation."""

    role: Role
    organisation_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a signed-in user and the roles granted to them."""

    user_id: int
    name: str
    memberships: frozenset[Membership] = frozenset()


def allows(
    actor: Actor | None, permission: Permission, organisation_path: tuple[int, ...] = ()
) -> bool:
    """Tell whether ``actor`` may do what ``permission`` names in an organisation.

    Parameters
    ----------
    actor
        None when nobody is signed in.
    permission
        Anything that is not a known permission is denied.
    organisation_path
        Ids of the organisation itself, then its ancestors upwards. Empty allows only what
        is public.
    """
    if permission in PUBLIC:
        return True
    if actor is None:
        return False
    return any(_grants(held, permission, organisation_path) for held in actor.memberships)


def require(
    actor: Actor | None, permission: Permission, organisation_path: tuple[int, ...] = ()
) -> None:
    """Do nothing where `allows` says yes.

    Raises
    ------
    NotAllowedError
        Otherwise. The permission is in its ``values``, for the log.
    """
    if not allows(actor, permission, organisation_path):
        raise NotAllowedError(permission=str(permission))


def _grants(held: Membership, permission: Permission, path: tuple[int, ...]) -> bool:
    if permission not in PERMISSIONS.get(held.role, frozenset()):
        return False
    reach = path[:1] if held.role in BOUND_TO_OWN_ORGANISATION else path
    return held.organisation_id in reach
