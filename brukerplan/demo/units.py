"""The demonstration's units: two or three a municipality.

The follow-up team is NAV's: the demo's data protection officer has recorded what it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brukerplan.demo.quotas import Scores


@dataclass(frozen=True, slots=True)
class UnitKind:
    """``name`` is bokmål, as organisations' names are; the municipality's name follows it.

    ``service`` is the kind of service, as in ``access/services.py``.
    """

    id: str
    name: str
    service: str


UNIT_KINDS = (
    UnitKind(
        "substance_and_mental_health", "Rus- og psykisk helsetjeneste", "substance_mental_health"
    ),
    UnitKind("home_services", "Hjemmetjenesten", "home_service"),
    UnitKind("follow_up_team", "Oppfølgingsteamet", "nav"),
)
SERVICE, HOME, TEAM = range(3)

HOME_SHARE = 0.30
# A team follows up about forty persons; small municipalities have none.
TEAM_SIZE = 40
TEAM_FROM = 120


def unit_kinds(municipality: npt.NDArray[np.str_], score: Scores) -> npt.NDArray[np.int8]:
    """Place each person in a unit of the municipality, as index into ``UNIT_KINDS``.

    Parameters
    ----------
    score
        Slowly changing, so that most persons stay in their unit; the highest go to the
        team, the next to the home services.
    """
    _, at, size = np.unique(municipality, return_inverse=True, return_counts=True)
    order = np.lexsort((-score, at))
    starts = np.concatenate(([0], np.cumsum(size)[:-1]))
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size) - starts[at[order]]
    team = np.where(size >= TEAM_FROM, TEAM_SIZE, 0)
    home = team + np.floor(HOME_SHARE * (size - team)).astype(np.int64)
    kind = np.full(order.size, SERVICE, dtype=np.int8)
    kind[rank < home[at]] = HOME
    kind[rank < team[at]] = TEAM
    return kind
