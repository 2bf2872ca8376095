"""Section F, services: is there a need, and is it met?"""

from __future__ import annotations

from brukerplan.questionnaire.codelists import SERVICE_NEED
from brukerplan.questionnaire.schema import Kind, Variable, Widget


def _service(service_id: str, label: str, help: str = "") -> Variable:
    return Variable(
        id=service_id,
        kind=Kind.ONE,
        label=label,
        help=help,
        codes=SERVICE_NEED,
        widget=Widget.SERVICE,
        # Most people need few of the services; the form starts there and stays quick.
        default="no_need",
    )


GP = _service(
    "service_gp", "Fastlege", "Behov for kontakt med fastlegen nå, ikke bare at personen har en."
)
HOME_HELP = _service("service_home_help", "Hjemmetjeneste eller praktisk bistand")
SUPPORT_CONTACT = _service("service_support_contact", "Støttekontakt")
NURSING_CARE = _service("service_nursing_care", "Pleie og omsorg")
LOW_THRESHOLD = _service("service_low_threshold", "Lavterskel helsetilbud eller møteplass")
MUNICIPAL_FOLLOW_UP = _service(
    "service_municipal_follow_up",
    "Kommunal oppfølging for rus og psykisk helse",
    "Samtaler og oppfølging fra kommunens rus- og psykisk helsetjeneste.",
)
HOUSING_FOLLOW_UP = _service("service_housing_follow_up", "Oppfølging i bolig")
ACTIVITY = _service("service_activity", "Aktivitets- eller dagtilbud")
NAV_SOCIAL_ASSISTANCE = _service("service_nav_social_assistance", "Økonomisk sosialhjelp fra NAV")
NAV_WORK_MEASURES = _service("service_nav_work_measures", "Arbeidsrettede tiltak fra NAV")
FINANCIAL_COUNSELLING = _service("service_financial_counselling", "Økonomisk rådgivning")
EDUCATION = _service("service_education", "Skole, kurs eller voksenopplæring")
CHILD_WELFARE = _service("service_child_welfare", "Tiltak fra barnevernet")
HEALTH_CENTRE = _service("service_health_centre", "Helsestasjon eller skolehelsetjeneste")
AFTERCARE = _service("service_aftercare", "Ettervern", "Oppfølging etter endt behandling.")
OUTREACH = _service("service_outreach", "Oppsøkende team")
IPS = _service("service_ips", "Individuell jobbstøtte (IPS)")

TSB_OUTPATIENT = _service(
    "service_tsb_outpatient",
    "Rusbehandling (TSB), poliklinisk",
    "Tverrfaglig spesialisert rusbehandling i spesialisthelsetjenesten.",
)
TSB_DAY = _service("service_tsb_day", "Rusbehandling (TSB), dag")
TSB_INPATIENT = _service("service_tsb_inpatient", "Rusbehandling (TSB), døgn")
DETOXIFICATION = _service("service_detoxification", "Avrusning")
LAR_TREATMENT = _service("service_lar", "LAR-behandling")
MENTAL_OUTPATIENT = _service("service_mental_outpatient", "Psykisk helsevern, poliklinisk")
MENTAL_DAY = _service("service_mental_day", "Psykisk helsevern, dag")
MENTAL_INPATIENT = _service("service_mental_inpatient", "Psykisk helsevern, døgn")
AMBULATORY_TEAM = _service(
    "service_ambulatory_team",
    "Ambulant team",
    "Team fra spesialisthelsetjenesten som kommer dit personen er.",
)
ACT_FACT = _service("service_act_fact", "ACT- eller FACT-team")
SOMATIC_ASSESSMENT = _service("service_somatic_assessment", "Somatisk utredning")
SOMATIC_HOSPITAL = _service("service_somatic_hospital", "Somatisk behandling på sykehus")
INVOLUNTARY = _service(
    "service_involuntary",
    "Tvang etter kapittel 10",
    "Vedtak etter helse- og omsorgstjenesteloven kapittel 10.",
)

MUNICIPAL_SERVICES = (
    GP,
    HOME_HELP,
    SUPPORT_CONTACT,
    NURSING_CARE,
    LOW_THRESHOLD,
    MUNICIPAL_FOLLOW_UP,
    HOUSING_FOLLOW_UP,
    ACTIVITY,
    NAV_SOCIAL_ASSISTANCE,
    NAV_WORK_MEASURES,
    FINANCIAL_COUNSELLING,
    EDUCATION,
    CHILD_WELFARE,
    HEALTH_CENTRE,
    AFTERCARE,
    OUTREACH,
    IPS,
)
SPECIALIST_SERVICES = (
    TSB_OUTPATIENT,
    TSB_DAY,
    TSB_INPATIENT,
    DETOXIFICATION,
    LAR_TREATMENT,
    MENTAL_OUTPATIENT,
    MENTAL_DAY,
    MENTAL_INPATIENT,
    AMBULATORY_TEAM,
    ACT_FACT,
    SOMATIC_ASSESSMENT,
    SOMATIC_HOSPITAL,
    INVOLUNTARY,
)
