"""Chapters: how to read the colours, and method and limits."""

from __future__ import annotations

from brukerplan.questionnaire.registry import edition
from brukerplan.reports.data import Participation
from brukerplan.reports.exhibits import LEVELS
from brukerplan.reports.parts import (
    Block,
    Cell,
    Chapter,
    Heading,
    Key,
    Level,
    Notice,
    Paragraph,
    Points,
    Row,
    Table,
)
from brukerplan.reports.view import Setting


def colours(setting: Setting) -> Chapter:
    """The key to the colours and signs."""
    t = setting.translator
    meanings = {
        "green": t.gettext("Forholdsvis god fungering."),
        "yellow": t.gettext("Betydelige negative følger for hverdagen."),
        "red": t.gettext("Svært alvorlige følger for fungeringen."),
        "blood_red": t.gettext(
            "Det mest alvorlige nivået. Brukes bare om helheten, aldri om ett område."
        ),
        "not_computable": t.gettext(
            "For mange områder er vurdert som ukjent til at samlet nivå kan regnes ut."
        ),
    }
    blocks: list[Block] = [
        Paragraph(
            t.gettext(
                "Fagfolk i kommunen har vurdert åtte områder i livet til hver person ut fra det "
                "de allerede vet. Hver farge har et eget tegn, slik at figurene kan leses i "
                "svart-hvitt og av den som ikke skiller farger. Fargene blir mørkere jo mer "
                "alvorlig det er."
            )
        ),
        Key(
            tuple(
                Level(level, setting.labels.code("overall_level", level), meanings[level])
                for level in LEVELS
            )
        ),
        Paragraph(
            t.gettext(
                "Et felt med skrå striper og stiplet kant er skjult av hensyn til personvernet. "
                "Det er ikke null. Alt som er skjult i en stolpe, er samlet til høyre i den. Der "
                "det står «ikke kartlagt», finnes det ingen tall for året."
            )
        ),
    ]
    return Chapter("colours", t.gettext("Slik leser du fargene"), tuple(blocks))


def method(setting: Setting) -> Chapter:
    """Where the numbers come from, which rules were used, and what they cannot say."""
    t, data = setting.translator, setting.data
    blocks: list[Block] = [
        Heading("method-source", t.gettext("Hvor tallene kommer fra")),
        Paragraph(
            t.gettext(
                "Kommunens tjenester har kartlagt personer på 16 år eller mer som fikk minst én "
                "kommunal tjeneste, og som har et kjent rusproblem eller psykisk helseproblem som "
                "går ut over hverdagen eller forholdet til andre. Fagfolk har svart ut fra det de "
                "vet; personene er ikke intervjuet. Den som har reservert seg, er ikke med. Hver "
                "andel er regnet av dem det finnes et svar for. «Ukjent» er et svar og regnes "
                "med. Prosent er rundet av til hele tall."
            )
        ),
    ]
    if data.synthetic:
        blocks.append(
            Notice(
                t.gettext("Syntetiske tall"),
                (
                    t.gettext(
                        "Alle tall i denne rapporten er laget av en datamaskin om fiktive "
                        "personer. De sier ingenting om virkelige mennesker eller kommuner."
                    ),
                ),
            )
        )
    blocks += [
        Heading("method-limits", t.gettext("Hva tallene ikke kan si")),
        Points(
            (
                t.gettext(
                    "Kjente brukere er ikke alle. Personer som ingen tjeneste kjenner, er ikke "
                    "med, og en kommune med gode tjenester kan kjenne flere."
                ),
                t.gettext(
                    "Personer som får legemiddelassistert rehabilitering (LAR) uten å få tjenester "
                    "fra kommunen eller NAV, er ikke med."
                ),
                t.gettext(
                    "En kartlegging viser hva som henger sammen, aldri hva som virker. At en andel "
                    "er blitt større eller mindre, kan skyldes at andre personer er kartlagt, at "
                    "reglene er endret, eller tilfeldigheter."
                ),
                t.gettext(
                    "Vurderingene er gjort med skjønn, og tjenester kan bruke fargene noe ulikt."
                ),
                t.gettext(
                    "Samlet funksjonsnivå er regnet ut etter prosjektets egen regel: %(rule)s "
                    "Regelen er ikke offisiell.",
                    rule=_rule(setting),
                ),
                *data.notes,
            )
        ),
    ]
    if data.series_stopped_by_split:
        blocks.append(
            Paragraph(
                t.gettext(
                    "%(area)s har vært delt i perioden. Tall fra før delingen gjelder et annet "
                    "område og er ikke tatt med.",
                    area=data.area_name,
                )
            )
        )
    blocks.append(
        Paragraph(
            t.gettext(
                "I %(year)s ble %(edition)s-utgaven av spørreskjemaet brukt. Tall fra år før en "
                "kommunesammenslåing er summen for kommunene som ble slått sammen.",
                year=setting.year,
                edition=data.edition,
            )
        )
    )
    blocks += _participation(setting)
    return Chapter("method", t.gettext("Metode og begrensninger"), tuple(blocks))


def _rule(setting: Setting) -> str:
    """Spell the edition's rule out, from its own numbers."""
    t = setting.translator
    rule = edition(setting.data.edition).level_rule
    weights = t.gettext(
        "grønt gir %(green)s, gult %(yellow)s og rødt %(red)s poeng på hvert område.",
        **dict(rule.weights),
    )
    low, parts = 0, []
    for level, high in rule.cut_points:
        word = setting.labels.code("overall_level", level).lower()
        parts.append(
            t.gettext("%(low)s–%(high)s poeng er %(level)s", low=low, high=high, level=word)
        )
        low = high + 1
    return f"{weights} {setting.numbers.listed(parts).capitalize()}."


def _participation(setting: Setting) -> list[Block]:
    t, known = setting.translator, setting.data.participation
    if not known:
        return []
    years = range(min(*known, setting.year), setting.year + 1)
    rows = tuple(
        Row(str(year), tuple(map(Cell, _rules(setting, known.get(year))))) for year in years
    )
    return [
        Heading("method-rules", t.gettext("Hvilke regler ble brukt, år for år")),
        Table(
            "method-rules-table",
            t.gettext("Deltakelse og regler for hvem som skulle kartlegges"),
            (
                t.gettext("År"),
                t.gettext("Deltok"),
                t.gettext("Kommunal tjeneste"),
                t.gettext("Bare psykiske helseproblemer"),
                t.gettext("Mildere problemer"),
            ),
            rows,
        ),
    ]


def _rules(setting: Setting, year: Participation | None) -> tuple[str, str, str, str]:
    t = setting.translator
    yes, no = t.gettext("ja"), t.gettext("nei")
    if year is None:
        return (no, "–", "–", "–")
    rule = {
        "at_registration": t.gettext("ved registreringen"),
        "last_12_months": t.gettext("siste tolv måneder"),
        None: t.gettext("varierer mellom kommunene"),
    }[year.inclusion_rule]
    included, left_out = t.gettext("tatt med"), t.gettext("ikke tatt med")
    return (
        yes,
        rule,
        included if year.mental_only_included else left_out,
        included if year.milder_included else left_out,
    )
