"""Who is who in the panel: trust pseudonyms, and what makes two of them one person.

A person has two transfer pseudonyms in a round when the transfer key was replaced since the
last one, or when their number was. Both were computed while the number was at hand. The freeze
turns them into trust pseudonyms, and gives what is frozen under the earlier one the later one:
nobody has to know who it is, and nothing that leads to a number is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.actions.recognising import destroy_and_log
from brukerplan.identity.pseudonyms import Key, Purpose, trust_pseudonym
from brukerplan.persistence.queries.resting import call_frozen_persons, frozen_persons
from brukerplan.persistence.tables import PseudonymKey, TransferLink


@dataclass(frozen=True, slots=True)
class Panel:
    """Turns transfer pseudonyms into trust pseudonyms, in one freeze.

    ``later`` leads from a person's earlier transfer pseudonyms to the one they have now.
    """

    layers: tuple[Key, ...]
    later: Mapping[bytes, bytes] = field(repr=False)

    def person(self, transfer: bytes) -> bytes:
        """Return the trust pseudonym of whoever this is."""
        return trust_pseudonym(_last(transfer, self.later), *self.layers)


def panel_of(session: Session, round_id: int, layers: tuple[Key, ...]) -> Panel:
    """Return the panel as the round's registrations and changed numbers say it is."""
    rows = session.execute(
        sa.select(TransferLink.earlier_transfer_pseudonym, TransferLink.transfer_pseudonym)
        .where(TransferLink.round_id == round_id)
        # Where two municipalities say different things of one number, the last word counts.
        .order_by(TransferLink.id)
    )
    return Panel(layers, {row[0]: row[1] for row in rows})


def follow_persons(session: Session, panel: Panel) -> int:
    """Give what is frozen already the pseudonyms its persons have now; return how many rows."""
    if not panel.later:
        return 0
    now_called = {
        trust_pseudonym(earlier, *panel.layers): panel.person(earlier) for earlier in panel.later
    }
    key_id = panel.layers[-1].id
    changed = [
        (id_, now_called[person])
        for id_, person in frozen_persons(session, key_id)
        if person in now_called
    ]
    call_frozen_persons(session, changed, key_id=key_id)
    return len(changed)


def forget_transfers(session: Session, round_id: int, top_id: int, now: datetime) -> None:
    """Remove the links of a frozen round, and the transfer keys that were kept for them."""
    session.execute(sa.delete(TransferLink).where(TransferLink.round_id == round_id))
    kept = session.scalars(
        sa.select(PseudonymKey.id).where(
            PseudonymKey.purpose == Purpose.TRANSFER,
            PseudonymKey.organisation_id == top_id,
            PseudonymKey.retired_at.is_not(None),
            PseudonymKey.wrapped.is_not(None),
        )
    ).all()
    for key_id in kept:
        destroy_and_log(session, Purpose.TRANSFER, top_id, key_id, now)


def _last(transfer: bytes, later: Mapping[bytes, bytes]) -> bytes:
    # Two municipalities could say that each of two numbers took over from the other.
    seen = set()
    while transfer in later and transfer not in seen:
        seen.add(transfer)
        transfer = later[transfer]
    return transfer
