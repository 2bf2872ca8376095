"""The accounts of the demonstration, in the one table that the sign-in page and the fill read.

Passwords stand in clear because they are offered on the demo's sign-in page. They are made
only by the demo fill, and production mode neither fills nor offers them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from brukerplan.access.roles import Role
from brukerplan.translation import mark

PASSWORD = "Bergtatt-demo-2026"  # noqa: S105 - shown on the demo's own sign-in page


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where an account's role is held.

    Parameters
    ----------
    kind
        Kind of organisation.
    code
        Municipality code, slug of the health trust, or ``"norge"``.
    unit
        Kind of unit (see ``units.UNIT_KINDS``) within the municipality.
    """

    kind: Literal["nation", "trust", "municipality", "unit"]
    code: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One invented user; ``description`` is what the sign-in page says, translated there."""

    email: str
    name: str
    description: str
    roles: tuple[tuple[Role, Workplace], ...]
    language: Literal["nb", "nn"] = "nb"
    password: str = PASSWORD


_STAVANGER_TEAM = Workplace("unit", "1103", "follow_up_team")
_SANDNES_TEAM = Workplace("unit", "1108", "follow_up_team")
_KVITSOY_UNIT = Workplace("unit", "1144", "substance_and_mental_health")

DEMO_ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount(
        "registrator.stavanger@demo.example",
        "Ronja Registrator",
        mark("Registrator, oppfølgingsteamet i Stavanger"),
        ((Role.REGISTRAR, _STAVANGER_TEAM),),
    ),
    DemoAccount(
        "leder.stavanger@demo.example",
        "Leif Enhetsleder",
        mark("Enhetsleder, oppfølgingsteamet i Stavanger"),
        ((Role.UNIT_LEAD, _STAVANGER_TEAM),),
    ),
    DemoAccount(
        "koordinator.stavanger@demo.example",
        "Kari Koordinator",
        mark("Kommunekoordinator i Stavanger"),
        ((Role.COORDINATOR, Workplace("municipality", "1103")),),
    ),
    DemoAccount(
        "personvern.stavanger@demo.example",
        "Petra Personvern",
        mark("Personvernombud i Stavanger"),
        ((Role.DATA_PROTECTION_OFFICER, Workplace("municipality", "1103")),),
    ),
    DemoAccount(
        "registrator.sandnes@demo.example",
        "Sander Registrator",
        mark("Registrator og kommunekoordinator i Sandnes"),
        (
            (Role.REGISTRAR, _SANDNES_TEAM),
            (Role.COORDINATOR, Workplace("municipality", "1108")),
        ),
    ),
    DemoAccount(
        "registrator.kvitsoy@demo.example",
        "Kari Kvitsøy",
        mark("Registrator, enhetsleder og kommunekoordinator på Kvitsøy"),
        (
            (Role.REGISTRAR, _KVITSOY_UNIT),
            (Role.UNIT_LEAD, _KVITSOY_UNIT),
            (Role.COORDINATOR, Workplace("municipality", "1144")),
        ),
        language="nn",
    ),
    DemoAccount(
        "analytiker@demo.example",
        "Anders Analytiker",
        mark("Analytiker i Helse Stavanger"),
        ((Role.TRUST_ANALYST, Workplace("trust", "stavanger")),),
    ),
    DemoAccount(
        "forvalter@demo.example",
        "Frida Forvalter",
        mark("Rundeansvarlig i Helse Stavanger: fryser, bygger og publiserer"),
        ((Role.TRUST_ADMINISTRATOR, Workplace("trust", "stavanger")),),
    ),
    DemoAccount(
        "system@demo.example",
        "Siri System",
        mark("Systemadministrator"),
        ((Role.SYSTEM_ADMINISTRATOR, Workplace("nation", "norge")),),
    ),
)
