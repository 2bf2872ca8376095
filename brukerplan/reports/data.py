"""What a report is made from: protected tables and the few facts beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from brukerplan.disclosure.release import SafeTable

TableKey = tuple[str, str]
"""(table id, population), e.g. ``("housing", "all")``."""
Tables = Mapping[TableKey, SafeTable]

MUNICIPALITY, TRUST, REGION, NATION = "municipality", "trust", "region", "nation"
ALL, SUBSTANCE, MENTAL_ONLY = "all", "substance", "mental_only"


@dataclass(frozen=True, slots=True)
class Participation:
    """How the area took part in one year; the report warns where years differ.

    Parameters
    ----------
    inclusion_rule
        ``at_registration`` or ``last_12_months``: when the person received a municipal
        service. ``None`` for an aggregate whose municipalities differ.
    mental_only_included, milder_included
        Whether people with mental-health problems only, and milder cases, were mapped.
    """

    inclusion_rule: str | None
    mental_only_included: bool
    milder_included: bool


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything a report of one area for one year may say.

    Parameters
    ----------
    area_name, area_key, level
        ``Kvitsøy``, ``1144``, ``municipality``.
    year
        The year reported.
    years
        Years with a published release up to ``year``, ascending, ``year`` included
        where published. The series stops at a split: earlier years are simply not here,
        and ``series_stopped_by_split`` says so.
    edition
        Questionnaire edition of ``year``.
    tables
        The area's own protected tables.
    comparisons, comparison_names
        The same for ``trust``, ``region`` and ``nation``, and their bare names
        (``Stavanger``); the report writes what kind of area it is.
    participation
        By year; a year that is missing here is one the area did not take part in.
    synthetic
        Made from the demonstration's fictive persons; said on every page.
    published_on
        Date of publication; the only date in the document, so that it is reproducible.
    population_18_plus, population_year
        Inhabitants 18 or older and the year they were counted, where known.
    series_stopped_by_split
        The municipality was split within the period.
    policy_digest
        Digest of the disclosure policy the release was made with.
    notes
        Further sentences for the method chapter, already in the report's language.
    """

    area_name: str
    area_key: str
    level: str
    year: int
    years: tuple[int, ...]
    edition: str
    tables: Tables
    comparisons: Mapping[str, Tables] = field(default_factory=dict)
    comparison_names: Mapping[str, str] = field(default_factory=dict)
    participation: Mapping[int, Participation] = field(default_factory=dict)
    synthetic: bool = False
    published_on: date | None = None
    population_18_plus: int | None = None
    population_year: int | None = None
    series_stopped_by_split: bool = False
    policy_digest: str = ""
    notes: tuple[str, ...] = ()

    def table(self, table_id: str, population: str = ALL) -> SafeTable | None:
        """Return the area's own table, or ``None`` where the release has none."""
        return self.tables.get((table_id, population))

    def comparison(self, level: str, table_id: str, population: str = ALL) -> SafeTable | None:
        """Return the same table of the trust area or the country."""
        return self.comparisons.get(level, {}).get((table_id, population))
