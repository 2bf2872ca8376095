"""Which municipalities mapped in which year, and by which rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.tables import MappingRound, Organisation, RoundMunicipality
from brukerplan.persistence.tables.states import MunicipalityState


@dataclass(frozen=True, slots=True)
class TookPart:
    """How one municipality took part in one year."""

    code: str
    inclusion_rule: str
    mental_only_included: bool
    milder_included: bool


def taking_part(session: Session, years: Iterable[int]) -> dict[int, dict[str, TookPart]]:
    """Return by year, and by municipality code, those whose mapping was approved."""
    rows = session.execute(
        sa.select(
            MappingRound.year,
            Organisation.code,
            RoundMunicipality.inclusion_rule,
            RoundMunicipality.mental_only_included,
            RoundMunicipality.milder_included,
        )
        .join(RoundMunicipality, RoundMunicipality.round_id == MappingRound.id)
        .join(Organisation, Organisation.id == RoundMunicipality.municipality_id)
        .where(
            MappingRound.year.in_(tuple(years)),
            RoundMunicipality.takes_part,
            RoundMunicipality.state == MunicipalityState.APPROVED,
        )
    )
    found: dict[int, dict[str, TookPart]] = {}
    for row in rows:
        found.setdefault(row.year, {})[row.code] = TookPart(
            row.code, row.inclusion_rule, row.mental_only_included, row.milder_included
        )
    return found
