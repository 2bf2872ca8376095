"""The states things are in, as the store spells them."""

from __future__ import annotations

from enum import StrEnum


class OrganisationKind(StrEnum):
    """The levels of the organisation tree, from the top."""

    NATION = "nation"
    REGION = "region"
    TRUST = "trust"
    MUNICIPALITY = "municipality"
    UNIT = "unit"


class RoundState(StrEnum):
    """A round is practised on, mapped, corrected, then frozen for ever, then released."""

    TRAINING = "training"
    OPEN = "open"
    CORRECTION = "correction"
    FROZEN = "frozen"
    RELEASED = "released"


ROUND_MOVES: frozenset[tuple[RoundState, RoundState]] = frozenset(
    {
        (RoundState.TRAINING, RoundState.OPEN),
        (RoundState.OPEN, RoundState.CORRECTION),
        (RoundState.CORRECTION, RoundState.OPEN),
        (RoundState.OPEN, RoundState.FROZEN),
        (RoundState.CORRECTION, RoundState.FROZEN),
        (RoundState.FROZEN, RoundState.RELEASED),
    }
)
"""Every legal move of a round; the database refuses the others too."""

CHANGEABLE: frozenset[RoundState] = frozenset(
    {RoundState.TRAINING, RoundState.OPEN, RoundState.CORRECTION}
)
"""Rounds in which registrations may be changed."""

TAKES_NEW: frozenset[RoundState] = frozenset({RoundState.TRAINING, RoundState.OPEN})
"""Rounds in which registrations may be started."""


class IdentityMode(StrEnum):
    """Whether persons can be followed over the years."""

    PSEUDONYMOUS = "pseudonymous"
    ANONYMOUS = "anonymous"


class ReopeningReason(StrEnum):
    """Why something submitted or approved was opened again. A code: a text could be about
    a person.
    """

    PERSON_MISSING = "person_missing"
    ANSWER_WRONG = "answer_wrong"
    DUPLICATE = "duplicate"
    ASKED_BY_TRUST = "asked_by_trust"
    SUBMITTED_TOO_EARLY = "submitted_too_early"
    TRAINING_OVER = "training_over"
    """Set by the program alone, when the practice round is wiped."""


class InclusionRule(StrEnum):
    """When the person had to have a municipal service."""

    AT_REGISTRATION = "at_registration"
    LAST_12_MONTHS = "last_12_months"


class MunicipalityState(StrEnum):
    """Whether the coordinator has approved the municipality's mapping."""

    OPEN = "open"
    APPROVED = "approved"


class UnitState(StrEnum):
    """Whether the unit is still mapping."""

    OPEN = "open"
    SUBMITTED = "submitted"
    NOTHING_TO_REPORT = "nothing_to_report"


class RegistrationState(StrEnum):
    """A draft may be incomplete; a submitted registration is complete."""

    DRAFT = "draft"
    SUBMITTED = "submitted"


class ChangeSource(StrEnum):
    """Where a changed answer came from."""

    FORM = "form"
    NUMBER = "number"
    """Birth year and gender proposed from the national number."""
    CARRIED_OVER = "carried_over"
    IMPORTED = "imported"
    MERGED = "merged"
    CHOSEN = "chosen"
    """Chosen where two had written at the same time."""
    ROUTED = "routed"
    """Left out when submitted, because the question does not apply."""


class QueryState(StrEnum):
    """How far a question about a registration has come."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class QueryQuestion(StrEnum):
    """What may be asked: codes, since a text could be about the person."""

    IS_THE_ANSWER_RIGHT = "is_the_answer_right"
    LARGE_CHANGE = "large_change"
    MUCH_UNKNOWN = "much_unknown"
    SAME_AS_OTHERS = "same_as_others"
    STILL_A_USER = "still_a_user"


class QueryAnswer(StrEnum):
    """What may be answered."""

    RIGHT_AS_IT_IS = "right_as_it_is"
    CORRECTED = "corrected"
    NOT_KNOWN = "not_known"


class ReleaseState(StrEnum):
    """A built release is looked at and may be built anew; a published one stands."""

    BUILT = "built"
    PUBLISHED = "published"


class StandsOut(StrEnum):
    """What in the access log somebody ought to look at."""

    OUTSIDE = "outside"
    """Read in a unit the person is no member of."""
    NIGHT = "night"
    """Done at night."""
    MANY = "many"
    """Opened many registrations in short time."""
    REFUSED = "refused"
    """Was refused at sign-in several times in a row."""


class Deletion(StrEnum):
    """What a receipt is for: a person who asked, or a round whose time is over."""

    ERASURE = "erasure"
    PURGE = "purge"


class RightsPurpose(StrEnum):
    """On whose word a person's registrations are looked up, or deleted."""

    PERSON_ASKED = "person_asked"
    REPRESENTATIVE_ASKED = "representative_asked"
    AUTHORITY_DECIDED = "authority_decided"


class Assurance(StrEnum):
    """What somebody has shown to be signed in."""

    PASSWORD = "password"  # noqa: S105 - a way to sign in, not one
    SECOND_FACTOR = "second_factor"
    """A password, and then a code or a passkey."""
    PASSKEY = "passkey"
    """A passkey alone, which has verified who uses it."""
    FEDERATED = "federated"


class FactorState(StrEnum):
    """An authenticator app waits until its first code has come."""

    WAITING = "waiting"
    IN_USE = "in_use"


class ExtractState(StrEnum):
    """An extract is asked for, decided on by somebody else, and ends."""

    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    ENDED = "ended"


EXTRACT_MOVES: frozenset[tuple[ExtractState, ExtractState]] = frozenset(
    {
        (ExtractState.ASKED, ExtractState.APPROVED),
        (ExtractState.ASKED, ExtractState.REJECTED),
        (ExtractState.APPROVED, ExtractState.ENDED),
    }
)
"""Every legal move of an extract; the database refuses the others too."""
