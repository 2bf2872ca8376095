"""Chapter: the report in a handful of sentences."""

from __future__ import annotations

from collections.abc import Sequence

from brukerplan.questionnaire.registry import edition
from brukerplan.reports.chapters.areas import area_sentences
from brukerplan.reports.chapters.children import child_sentence
from brukerplan.reports.chapters.living import living_sentence, substance_sentence
from brukerplan.reports.chapters.overall import overall_sentences
from brukerplan.reports.chapters.plans import plan_sentences
from brukerplan.reports.chapters.services import service_ids, service_sentences
from brukerplan.reports.chapters.who import borrowed_size, mapped
from brukerplan.reports.parts import Block, Chapter, Notice, Paragraph, Points
from brukerplan.reports.text import together
from brukerplan.reports.view import Setting, View


def summary(setting: Setting) -> Chapter:
    """Key findings; where the area's own are hidden, the larger area's, named as such."""
    t, data = setting.translator, setting.data
    own: list[str] = []
    borrowed: list[str] = []
    for view, words in _findings(setting):
        if view is not None and words:
            (own if view.own else borrowed).append(words)
    blocks: list[Block] = [Points((*mapped(setting), *own))]
    borrowed = [*borrowed_size(setting), *borrowed] if borrowed else []
    if borrowed:
        name = next((setting.name_of(level) for level in setting.aggregates), data.area_name)
        blocks.append(
            Notice(
                t.gettext("Dette kan ikke vises for %(own)s", own=data.area_name),
                (
                    t.gettext(
                        "Mye er skjult for %(own)s, slik at ingen kan kjennes igjen. Under står "
                        "det samme for %(area)s, som %(own)s er en del av. Hvordan det er i "
                        "%(own)s, kan være annerledes.",
                        own=data.area_name,
                        area=name,
                    ),
                ),
            )
        )
        blocks.append(Points(tuple(borrowed)))
    blocks.append(
        Paragraph(
            t.gettext(
                "Tallene gjelder bare personer tjenestene kjenner. De viser hvordan noe er og hva "
                "som henger sammen, men ikke hva som er årsaken, og ikke om et tiltak har virket."
            )
        )
    )
    return Chapter("summary", t.gettext("Det viktigste"), tuple(blocks))


def _findings(setting: Setting) -> tuple[tuple[View | None, str], ...]:
    overall = setting.view("overall_level")
    areas = edition(setting.data.edition).level_rule.areas
    flags = [flag for flag, _ in setting.labels.flags("substances")]
    return (
        (overall, overall_sentences(setting, overall) if overall else ""),
        (_first(setting, areas), together(*area_sentences(setting)[:1])),
        *(
            (setting.view(table_id), living_sentence(setting, table_id))
            for table_id in ("housing_situation", "main_activity")
        ),
        (_first(setting, flags), substance_sentence(setting)),
        (setting.view("individual_plan"), plan_sentences(setting)),
        (_first(setting, service_ids(setting)), together(*service_sentences(setting))),
        (setting.view("daily_care"), child_sentence(setting)),
    )


def _first(setting: Setting, table_ids: Sequence[str]) -> View | None:
    return next(iter(setting.views(table_ids)), None)
