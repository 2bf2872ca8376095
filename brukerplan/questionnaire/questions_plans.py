"""Section G, plans and cooperation."""

from __future__ import annotations

from brukerplan.questionnaire.codelists import UNKNOWN_CODE, YES_NO
from brukerplan.questionnaire.schema import Code, Kind, Variable

INDIVIDUAL_PLAN = Variable(
    id="individual_plan",
    kind=Kind.ONE,
    label="Individuell plan",
    help="Retten gjelder den som har behov for langvarige og koordinerte tjenester.",
    codes=(
        Code("has", 1, "Har plan"),
        Code("offered_declined", 2, "Tilbudt, men takket nei"),
        Code("not_offered", 3, "Ikke tilbudt"),
        Code("not_entitled", 4, "Har ikke rett til plan"),
        UNKNOWN_CODE,
    ),
)
COORDINATOR = Variable(
    id="coordinator",
    kind=Kind.ONE,
    label="Koordinator",
    help="En navngitt koordinator, også når personen ikke har individuell plan.",
    codes=YES_NO,
)
RESPONSIBILITY_GROUP = Variable(
    id="responsibility_group", kind=Kind.ONE, label="Ansvarsgruppe", codes=YES_NO
)
CRISIS_PLAN = Variable(
    id="crisis_plan",
    kind=Kind.ONE,
    label="Kriseplan",
    help="En plan for hva personen og tjenestene gjør når det blir verre.",
    codes=YES_NO,
)
ACTION_PLAN = Variable(
    id="action_plan",
    kind=Kind.ONE,
    label="Tiltaksplan eller annen plan",
    codes=YES_NO,
)
PLAN_AFTER_DISCHARGE = Variable(
    id="plan_after_discharge",
    kind=Kind.ONE,
    label="Plan for tiden etter utskrivning",
    help="Svar nei når personen ikke har vært innlagt siste tolv måneder.",
    codes=YES_NO,
)
COOPERATION_LEVEL = Variable(
    id="cooperation_level",
    kind=Kind.ONE,
    label="Samarbeid mellom tjenestene",
    help="Det nærmeste samarbeidet rundt personen nå.",
    codes=(
        Code("referral", 1, "Henvisning", "Tjenestene viser videre til hverandre."),
        Code("coordination", 2, "Koordinering", "Tjenestene avtaler hvem som gjør hva."),
        Code(
            "integrated",
            3,
            "Samtidig og integrert",
            "Tjenestene arbeider sammen, på samme tid og etter samme plan.",
        ),
        UNKNOWN_CODE,
    ),
)
USER_TOOK_PART = Variable(
    id="user_took_part",
    kind=Kind.ONE,
    label="Personen deltok i planleggingen",
    codes=YES_NO,
)
