"""A registration page that somebody has open: what it shows, what is typed, what it sends."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from brukerplan.access.policy import Actor
from brukerplan.actions.reading import open_registration
from brukerplan.actions.registering import ConflictError, SavedDraft, save_draft
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.questionnaire.answers import Value
from tests.actions.world import NOW, World


@dataclass
class OpenPage:
    """Keeps what was typed, and knows the version it was opened from, as a page does."""

    world: World
    registration_id: uuid.UUID
    by: Actor
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    version: int = 0
    answers: dict[str, Value] = field(default_factory=dict)
    conflict: uuid.UUID | None = None
    typed: set[str] = field(default_factory=set)
    # What a server that reads before it saves has just read; however long ago that was.
    seen: RegistrationView | None = None

    def __post_init__(self) -> None:
        found = open_registration(
            self.world.database, by=self.by, registration_id=self.registration_id, now=NOW
        )
        self.version, self.answers, self.seen = found.version, dict(found.answers), found

    def save(self, **typed: Value) -> int:
        """Send what is typed, and hear the version it became."""
        self.version = self.save_unheard(**typed)
        return self.version

    def save_unheard(self, **typed: Value) -> int:
        """Send what is typed; the answer is lost on the way."""
        self.answers |= typed
        try:
            return self.send().version
        except ConflictError as conflict:
            self.conflict = conflict.conflict_id
            raise

    def send(self) -> SavedDraft:
        """Save as the page does."""
        return save_draft(
            self.world.database,
            by=self.by,
            registration_id=self.registration_id,
            version=self.version,
            page=self.key,
            answers=self.answers,
            seen=self.seen,
            now=NOW,
        )


def stored(world: World, registration_id: uuid.UUID) -> dict[str, Value]:
    """The answers as they are stored now."""
    by = world.works_in(world.unit)
    found = open_registration(world.database, by=by, registration_id=registration_id, now=NOW)
    return dict(found.answers)
