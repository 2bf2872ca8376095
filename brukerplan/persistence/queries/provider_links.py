"""Whose account somebody at a sign-in provider has."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.tables import ProviderLink


def linked_user(session: Session, issuer: str, subject_digest: bytes) -> int | None:
    """Return the id of the account this subject has, open or closed."""
    return session.scalar(
        sa.select(ProviderLink.user_id).where(
            ProviderLink.issuer == issuer, ProviderLink.subject_digest == subject_digest
        )
    )


def linked_since(session: Session, user_id: int, issuer: str) -> datetime | None:
    """Return when the account was linked to a subject of this issuer, if it is."""
    return session.scalar(
        sa.select(ProviderLink.linked_at).where(
            ProviderLink.user_id == user_id, ProviderLink.issuer == issuer
        )
    )
