"""Telling the owner of an account that what opens it has changed."""

from __future__ import annotations

import sqlalchemy as sa

from brukerplan.access.policy import Actor
from brukerplan.actions.written import factors_changed_letter
from brukerplan.mail import MailServer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import UserAccount


def tell_of_factors(database: Database, mail: MailServer | None, *, by: Actor) -> None:
    """Tell by e-mail, where there is any: whoever did not change it must know."""
    if mail is None:
        return
    with database.read() as session:
        account = session.scalars(sa.select(UserAccount).where(UserAccount.id == by.user_id)).one()
    mail.send_all((factors_changed_letter(to=account.email, language=account.language),))
