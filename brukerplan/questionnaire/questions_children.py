"""Section E, children and violence."""

from __future__ import annotations

from brukerplan.questionnaire.codelists import YES_NO, answer_in, any_of
from brukerplan.questionnaire.schema import Kind, Variable

CHILDREN_UNDER_18 = Variable(
    id="children_under_18",
    kind=Kind.COUNT,
    label="Antall barn under 18 år",
    help="Egne barn, uansett hvor de bor. Skriv 0 hvis personen ikke har noen.",
    minimum=0,
    maximum=20,
)
DAILY_CARE = Variable(
    id="daily_care",
    kind=Kind.ONE,
    label="Daglig omsorg for barn under 18 år",
    help="Gjelder også barn av partner, og barn med delt bosted.",
    codes=YES_NO,
)
CONTACT = Variable(
    id="contact",
    kind=Kind.ONE,
    label="Samvær med barn under 18 år",
    help="Jevnlig samvær med egne barn som bor et annet sted.",
    codes=YES_NO,
)
WITH_CARE_OR_CONTACT = any_of(answer_in(DAILY_CARE, "yes"), answer_in(CONTACT, "yes"))

CHILD_WELFARE_INVOLVED = Variable(
    id="child_welfare_involved",
    kind=Kind.ONE,
    label="Barnevernet er i kontakt med familien",
    codes=YES_NO,
    show_if=WITH_CARE_OR_CONTACT,
)
CHILD_FOLLOWED_UP = Variable(
    id="child_followed_up",
    kind=Kind.ONE,
    label="Barna er fulgt opp som pårørende",
    help="Svar ja bare når oppfølgingen er dokumentert.",
    codes=YES_NO,
    show_if=WITH_CARE_OR_CONTACT,
)
CONCERN_REPORTED = Variable(
    id="concern_reported",
    kind=Kind.ONE,
    label="Bekymringsmelding er sendt",
    help="Melding til barnevernet siste tolv måneder, så langt tjenesten vet.",
    codes=YES_NO,
    show_if=WITH_CARE_OR_CONTACT,
)
VIOLENCE_EXPOSED = Variable(
    id="violence_exposed",
    kind=Kind.ONE,
    label="Utsatt for vold",
    help="Fysisk, psykisk eller seksuell vold siste tolv måneder, så langt tjenesten vet.",
    codes=YES_NO,
)
VIOLENCE_EXPOSES_OTHERS = Variable(
    id="violence_exposes_others",
    kind=Kind.ONE,
    label="Utsetter andre for vold",
    help="Fysisk, psykisk eller seksuell vold siste tolv måneder, så langt tjenesten vet.",
    codes=YES_NO,
)
