"""Where somebody has a task that any unit of a municipality may have, and in which round."""

from __future__ import annotations

from typing import NamedTuple

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.web.guards import current_actor
from brukerplan.web.services import services


class TaskPlace(NamedTuple):
    """Where the actor has the task, and the round it is about."""

    municipalities: tuple[OrganisationLine, ...]
    round: RoundLine | None

    @property
    def choices(self) -> list[tuple[int, str]]:
        """The municipalities as a form's field takes them."""
        return [(one.id, one.name) for one in self.municipalities]


def place_of_task(needed: Permission) -> TaskPlace:
    """Find the round, and the municipalities in which the actor has the task, or in a unit of."""
    actor = current_actor()
    with services().database.read() as session:
        own = [
            place
            for kind in (OrganisationKind.MUNICIPALITY, OrganisationKind.UNIT)
            for place in organisations.organisations_of(session, actor, kind)
            if allows(actor, needed, (place.id,))
        ]
        ids = {
            place.parent_id if place.kind == OrganisationKind.UNIT else place.id for place in own
        }
        return TaskPlace(
            organisations.organisations(session, [place for place in ids if place is not None]),
            rounds.current_round(session),
        )
