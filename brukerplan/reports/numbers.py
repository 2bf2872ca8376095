"""Numbers as a person writes them, in the three languages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from brukerplan.translation import Translator, mark

_OSLO = ZoneInfo("Europe/Oslo")
_LOCALES = {
    "nb": Locale("nb", "NO"),
    "nn": Locale("nn", "NO"),
    "en": Locale("en", "GB"),
}

# Percentages near enough to a simple fraction to be called "about" it, with the fraction.
_FRACTIONS: tuple[tuple[range, int, int, str], ...] = (
    (range(9, 12), 1, 10, mark("én av ti")),
    (range(19, 22), 1, 5, mark("én av fem")),
    (range(24, 28), 1, 4, mark("én av fire")),
    (range(29, 32), 3, 10, mark("tre av ti")),
    (range(32, 36), 1, 3, mark("én av tre")),
    (range(39, 42), 2, 5, mark("to av fem")),
    (range(48, 53), 1, 2, mark("halvparten")),
    (range(59, 62), 3, 5, mark("tre av fem")),
    (range(65, 69), 2, 3, mark("to av tre")),
    (range(69, 72), 7, 10, mark("sju av ti")),
    (range(73, 78), 3, 4, mark("tre av fire")),
    (range(79, 82), 4, 5, mark("fire av fem")),
    (range(89, 92), 9, 10, mark("ni av ti")),
)


class Numbers:
    """Writes counts, shares, dates and lists in the translator's language."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self._locale = _LOCALES[translator.language]

    def count(self, number: int) -> str:
        """Whole number with the language's thousands sign (a no-break space in Norwegian)."""
        return str(format_decimal(number, locale=self._locale))

    def rate(self, number: Decimal) -> str:
        """One decimal, as in rates per thousand."""
        return str(format_decimal(number, format="#,##0.0", locale=self._locale))

    def cell(self, percent: int) -> str:
        """Percentage as it stands in a table: ``26 %``, or ``26%`` in English."""
        return str(format_percent(Decimal(percent) / 100, locale=self._locale))

    def between(self, low: int, high: int) -> str:
        """Limits of a percentage as they stand in a table: ``22–30 %``, or ``22–30%``."""
        return f"{low}–{self.cell(high)}"

    def share(self, count: int, base: int, percent: int | None) -> str:
        """Say a share with its base: ``om lag én av fire (26 prosent av 412)``.

        Without a percentage (base too small for one) the counts themselves are said.
        A simple fraction that is not exact is called "about".
        """
        t = self._translator
        if percent is None:
            return t.gettext(
                "%(count)s av %(base)s", count=self.count(count), base=self.count(base)
            )
        values = {"percent": self.count(percent), "base": self.count(base)}
        for near, over, under, words in _FRACTIONS:
            if percent in near:
                values["fraction"] = t.gettext(words)
                if count * under == base * over:
                    return t.gettext("%(fraction)s (%(percent)s prosent av %(base)s)", **values)
                return t.gettext("om lag %(fraction)s (%(percent)s prosent av %(base)s)", **values)
        return t.gettext("%(percent)s prosent (av %(base)s)", **values)

    def percent(self, percent: int) -> str:
        """Percentage in running text: ``26 prosent``."""
        return self._translator.gettext("%(percent)s prosent", percent=self.count(percent))

    def listed(self, items: Iterable[str]) -> str:
        """``a, b og c``."""
        return str(format_list(list(items), locale=self._locale))

    def either(self, items: Iterable[str]) -> str:
        """``a, b eller c``."""
        return str(format_list(list(items), style="or", locale=self._locale))

    def date(self, day: date) -> str:
        """``22. november 2026``."""
        return str(format_date(day, format="long", locale=self._locale))

    def moment(self, moment: datetime) -> str:
        """``22. nov. 2026, 10:30``, in Norwegian time."""
        day = format_date(moment.astimezone(_OSLO), format="medium", locale=self._locale)
        return f"{day}, {moment.astimezone(_OSLO):%H:%M}"

    def years(self, years: Iterable[int]) -> str:
        """Years with runs joined: ``2015–2019 og 2021``."""
        runs: list[list[int]] = []
        for year in sorted(years):
            if runs and year == runs[-1][1] + 1:
                runs[-1][1] = year
            else:
                runs.append([year, year])
        return self.listed(
            str(first) if first == last else f"{first}–{last}" for first, last in runs
        )


def sentence(text: str) -> str:
    """Begin a phrase with a capital letter; the rest is left as it is.

    >>> sentence("om lag én av fire")
    'Om lag én av fire'
    """
    return text[:1].upper() + text[1:]
