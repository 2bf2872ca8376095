"""Signing in at a provider that speaks OpenID Connect: Ansattporten, ID-porten and the like.

Of what the provider answers only who it was is kept, as a digest, and how surely: no token,
name or number leaves this package, and nothing of them is logged.
"""

from __future__ import annotations

from brukerplan.openid.errors import ProviderError
from brukerplan.openid.provider import Attempt, Identified, Provider

__all__ = ["Attempt", "Identified", "Provider", "ProviderError"]
