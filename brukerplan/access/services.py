"""Kinds of municipal service, and the legal grounds a registration can rest on: as data.

Both lists are our proposal. A municipality's data protection officer decides which ground a
service has; another owner's lists take the place of these without other code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from brukerplan.translation import mark


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """A kind of service.

    Parameters
    ----------
    default_ground
        The ground its registrations rest on until the officer says otherwise; ``None``: it
        is off until the officer has recorded one.
    """

    id: str
    label: str
    default_ground: str | None


@dataclass(frozen=True, slots=True)
class LegalGround:
    """A ground in law; ``in_force`` is the day before which it gives nobody anything."""

    id: str
    label: str
    in_force: date


# The municipality's own health and care services map those they already serve, to plan and
# evaluate these services: what the letter to each person says too.
HEALTH = "health_care_3_1"

SERVICE_KINDS: Mapping[str, ServiceKind] = MappingProxyType(
    {
        kind.id: kind
        for kind in (
            ServiceKind("substance_mental_health", mark("Rus- og psykisk helsetjeneste"), HEALTH),
            ServiceKind("home_service", mark("Hjemmetjeneste"), HEALTH),
            ServiceKind("health_centre", mark("Helsestasjon og skolehelsetjeneste"), HEALTH),
            ServiceKind("other_health", mark("Annen helse- og omsorgstjeneste"), HEALTH),
            # Found in 2021 to have given data without a legal basis.
            ServiceKind("nav", mark("NAV"), None),
            ServiceKind("child_welfare", mark("Barnevern"), None),
            # Neither health nor care: nothing is known of what its registrations could rest on.
            ServiceKind("other", mark("Annen tjeneste"), None),
        )
    }
)

LEGAL_GROUNDS: Mapping[str, LegalGround] = MappingProxyType(
    {
        ground.id: ground
        for ground in (
            LegalGround(HEALTH, mark("Helse- og omsorgstjenesteloven § 3-1"), date(2012, 1, 1)),
            LegalGround("public_health_5", mark("Folkehelseloven § 5"), date(2012, 1, 1)),
            LegalGround(
                "social_services_12",
                mark("Lov om sosiale tjenester i NAV § 12"),
                date(2010, 1, 1),
            ),
            LegalGround("child_welfare_15_1", mark("Barnevernsloven § 15-1"), date(2023, 1, 1)),
            LegalGround(
                "consent",
                mark("Samtykke fra den enkelte (personvernforordningen artikkel 6 og 9)"),
                date(2018, 7, 20),
            ),
            LegalGround(
                "own_decision",
                mark("Annet grunnlag, som står i kommunens vedtak"),
                date(2012, 1, 1),
            ),
        )
    }
)
