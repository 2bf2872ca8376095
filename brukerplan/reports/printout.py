"""The person's printout: everything that is stored about them, and who has been there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from brukerplan.questionnaire.answers import Answers, Value, check
from brukerplan.questionnaire.registry import all_variables, edition
from brukerplan.questionnaire.schema import Variable
from brukerplan.questionnaire.words import value_in_words
from brukerplan.reports.numbers import Numbers
from brukerplan.reports.paper import Chapter, Paper, Table
from brukerplan.reports.printed import PrintedAct, PrintedRegistration, Printout, Words
from brukerplan.translation import Translator, mark, translator

STATES = {"draft": mark("Påbegynt, ikke sendt inn"), "submitted": mark("Sendt inn")}
LANGUAGES = {"nb": mark("bokmål"), "nn": mark("nynorsk"), "en": mark("engelsk")}


def printout(found: Printout, language: str, words: Words) -> Paper:
    """Put the printout in words: ``nb``, ``nn`` or ``en``."""
    writer = _Writer(translator(language), words)
    return writer.paper(found)


class _Writer:
    def __init__(self, t: Translator, words: Words) -> None:
        self._t = t
        self._words = words
        self._numbers = Numbers(t)
        self._variables = {each.id: each for each in all_variables()}

    def paper(self, found: Printout) -> Paper:
        t = self._t
        return Paper(
            language=t.language,
            sender=found.municipality,
            date=self._numbers.date(found.written_on),
            title=t.gettext("Det kommunen har lagret om deg i kartleggingen"),
            lead=self._lead(found),
            chapters=(
                *(
                    chapter
                    for registration in found.registrations
                    for chapter in self._registration(registration)
                ),
                self._opt_outs(found),
                *self._acts(found),
                self._rights(),
            ),
            marking=(
                t.gettext("Øving: Dette gjelder en oppdiktet person.")
                if any(each.practice for each in found.registrations)
                else ""
            ),
        )

    def _lead(self, found: Printout) -> tuple[str, ...]:
        t = self._t
        if not found.registrations:
            return (
                t.gettext(
                    "Kommunen har ingen registrering om deg i de kartleggingene som er tatt vare "
                    "på. Vi har lett med fødselsnummeret du oppga. Nummeret er ikke lagret."
                ),
            )
        return (
            t.gettext(
                "Her står alt kommunen har lagret om deg i de kartleggingene som er tatt vare på, "
                "og hvem som har lest eller endret det. Fødselsnummeret ditt er ikke lagret. "
                "Kommunen kjenner deg igjen på en kode som er regnet ut av nummeret. Koden er ikke "
                "tatt med her, for den sier ingenting i seg selv."
            ),
            t.gettext(
                "Er en kartlegging avsluttet, er svarene også med i tall uten navn, nummer eller "
                "kode som kommunen kan kjenne igjen. Der kan ingen finne deg, og de er derfor ikke "
                "med her."
            ),
        )

    def _registration(self, one: PrintedRegistration) -> tuple[Chapter, ...]:
        t = self._t
        facts = [
            (t.gettext("Saksmerke"), one.case_label),
            (t.gettext("Tilstand"), t.gettext(STATES[one.state])),
            (t.gettext("Påbegynt"), self._moment(one.created_at)),
            (t.gettext("Sist endret"), self._moment(one.updated_at)),
            (t.gettext("Sendt inn"), self._moment(one.submitted_at)),
            (t.gettext("Brev sendt til deg"), self._moment(one.informed_at)),
            (t.gettext("Språk i brevet"), t.gettext(LANGUAGES[one.letter_language])),
            (t.gettext("Kontrollert av en leder"), self._moment(one.verified_at)),
        ]
        if one.carried_from:
            facts.append((t.gettext("Svar hentet fra året"), str(one.carried_from)))
        title = t.gettext("%(year)s: %(unit)s", year=one.year, unit=one.unit)
        about = Table(
            t.gettext("Om registreringen"),
            (t.gettext("Opplysning"), t.gettext("Lagret")),
            tuple(facts),
        )
        chapters = [Chapter(title, tables=(about,)), self._answers(one)]
        for at, answers in one.kept_versions:
            chapters.append(
                Chapter(
                    t.gettext("En annen versjon, skrevet %(when)s", when=self._moment(at)),
                    (
                        t.gettext(
                            "To skrev samtidig. Begge versjonene er tatt vare på til én er valgt."
                        ),
                    ),
                    (self._table(one.edition, answers, t.gettext("Svarene i denne versjonen")),),
                    level=3,
                )
            )
        chapters += [self._queries(one), self._history(one)]
        return tuple(chapters)

    def _answers(self, one: PrintedRegistration) -> Chapter:
        t = self._t
        questionnaire = edition(one.edition)
        tables = []
        for section in questionnaire.sections:
            rows = self._rows(section.variables, one.answers)
            if rows:
                title = t.pgettext(f"section.{section.id}", section.title)
                tables.append(Table(title, self._head(), rows))
        confirmed = self._confirmed(one)
        if confirmed:
            tables.append(confirmed)
        paragraphs = () if tables else (t.gettext("Ingen spørsmål er besvart."),)
        return Chapter(t.gettext("Svarene"), paragraphs, tuple(tables), level=3)

    def _confirmed(self, one: PrintedRegistration) -> Table | None:
        """Return the answers that are unusual together, and that the service stood by."""
        t = self._t
        questionnaire = edition(one.edition)
        texts = {
            found.rule: found.text(t)
            for found in check(questionnaire, one.answers, year=one.year, complete=True)
        }
        rows = tuple(
            (texts.get(rule, rule), t.gettext(self._words.reasons.get(reason, reason)))
            for rule, reason in sorted(one.confirmed.items())
        )
        if not rows:
            return None
        head = (t.gettext("Uvanlig"), t.gettext("Hvorfor tjenesten mener det er riktig"))
        return Table(t.gettext("Uvanlige svar som tjenesten har bekreftet"), head, rows)

    def _table(self, edition_id: str, answers: Answers, caption: str) -> Table:
        variables = edition(edition_id).variables
        return Table(caption, self._head(), self._rows(variables, answers))

    def _head(self) -> tuple[str, str]:
        return (self._t.gettext("Spørsmål"), self._t.gettext("Svar"))

    def _rows(self, variables: Iterable[Variable], answers: Answers) -> tuple[tuple[str, str], ...]:
        return tuple(
            (self._name(each.id), value_in_words(each, answers[each.id], self._t))
            for each in variables
            if each.id in answers
        )

    def _queries(self, one: PrintedRegistration) -> Chapter:
        t = self._t
        rows = tuple(
            (
                self._moment(each.asked_at),
                (f"{self._name(each.variable)}: " if each.variable else "")
                + t.gettext(self._words.questions[each.question]),
                t.gettext(self._words.answers[each.answer])
                if each.answer
                else t.gettext("Ikke besvart"),
            )
            for each in one.queries
        )
        title = t.gettext("Spørsmål til tjenesten om registreringen")
        if not rows:
            return Chapter(title, (t.gettext("Ingen spørsmål er stilt."),), level=3)
        head = (t.gettext("Når"), *self._head())
        return Chapter(title, tables=(Table(title, head, rows),), level=3)

    def _history(self, one: PrintedRegistration) -> Chapter:
        t = self._t
        title = t.gettext("Hva som er endret")
        rows = tuple(
            (
                self._moment(each.at),
                self._who(each.who),
                t.gettext(self._words.sources.get(each.source, each.source)),
                self._name(each.variable) if each.variable else "",
                self._answer(each.variable, each.before),
                self._answer(each.variable, each.after),
            )
            for each in one.history
        )
        if not rows:
            return Chapter(title, (t.gettext("Ingenting er endret."),), level=3)
        head = (
            t.gettext("Når"),
            t.gettext("Hvem"),
            t.gettext("Hvordan"),
            t.gettext("Spørsmål"),
            t.gettext("Før"),
            t.gettext("Etter"),
        )
        return Chapter(title, tables=(Table(title, head, rows),), level=3)

    def _opt_outs(self, found: Printout) -> Chapter:
        t = self._t
        title = t.gettext("Reservasjoner")
        if not found.opt_outs:
            return Chapter(title, (t.gettext("Ingen reservasjon er registrert."),))
        head = (t.gettext("Kartlegging"), t.gettext("Registrert"))
        rows = tuple((str(year), self._moment(at)) for year, at in found.opt_outs)
        return Chapter(title, tables=(Table(title, head, rows),))

    def _acts(self, found: Printout) -> tuple[Chapter, ...]:
        t = self._t
        title = t.gettext("Hvem som har lest eller endret opplysningene")
        if not found.acts:
            return (Chapter(title, (t.gettext("Ingen har lest noe om deg."),)),)
        head = (t.gettext("Når"), t.gettext("Hvem"), t.gettext("Hva"), t.gettext("Hvor"))
        chapters = [Chapter(title, tables=(Table(title, head, self._act_rows(found.acts)),))]
        if found.lists:
            lists = t.gettext("Lister og uttrekk du kan ha stått i")
            explained = t.gettext(
                "Loggen over lister sier når og hvor, men ikke hvem som sto i dem. Her er alle fra "
                "du ble registrert."
            )
            rows = self._act_rows(found.lists)
            chapters.append(Chapter(lists, (explained,), (Table(lists, head, rows),), level=3))
        return tuple(chapters)

    def _act_rows(self, acts: Iterable[PrintedAct]) -> tuple[tuple[str, ...], ...]:
        return tuple(
            (
                self._moment(each.at),
                self._who(each.who),
                self._t.gettext(self._words.acts.get(each.act, each.act)),
                each.where,
            )
            for each in acts
        )

    def _rights(self) -> Chapter:
        t = self._t
        return Chapter(
            t.gettext("Hva du kan be om"),
            (
                t.gettext(
                    "Er noe feil, kan du be kommunen rette det. Du kan også be kommunen slette alt "
                    "som er lagret om deg. Mener du at noen har lest opplysninger uten grunn, kan "
                    "du ta det opp med personvernombudet i kommunen. Du kan klage til Datatilsynet "
                    "(datatilsynet.no)."
                ),
            ),
        )

    def _name(self, variable_id: str) -> str:
        return self._t.pgettext(variable_id, self._variables[variable_id].label)

    def _answer(self, variable_id: str | None, value: Value | None) -> str:
        if variable_id is None or value is None:
            return ""
        return value_in_words(self._variables[variable_id], value, self._t)

    def _who(self, name: str | None) -> str:
        return self._t.gettext("Programmet") if name is None else name

    def _moment(self, moment: datetime | None) -> str:
        return self._numbers.moment(moment) if moment else self._t.gettext("Nei")
