"""What the coordinator does for a person who asks: a printout, a correction, deletion.

The number goes no further than the use case, and no page tells what was found.
"""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.correcting import ask_for_correction
from brukerplan.actions.erasing import ReceiptNotFoundError, erase_person, receipt
from brukerplan.actions.persons import print_person
from brukerplan.forms.persons import (
    KEEP,
    NAMES,
    CorrectionForm,
    ErasureForm,
    PersonForm,
    PrintoutForm,
    correction_form,
    erasure_form,
    printout_form,
)
from brukerplan.identity.errors import NationalNumberError
from brukerplan.identity.national_number import NationalNumber
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.tables.states import OrganisationKind, RightsPurpose
from brukerplan.questionnaire.registry import edition
from brukerplan.reports.printed import Words
from brukerplan.reports.printout import printout
from brukerplan.reports.receipt import Receipt, counted, explained, receipt_paper
from brukerplan.translation import LANGUAGES, UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.history import SOURCES
from brukerplan.web.i18n import LANGUAGE_NAMES, current_translator
from brukerplan.web.log_words import WORDS
from brukerplan.web.messages import say
from brukerplan.web.municipality import place_of_municipality
from brukerplan.web.query_words import ANSWERS, QUESTIONS
from brukerplan.web.registration_asked import REASONS
from brukerplan.web.services import services
from brukerplan.web.typed_number import typed_number

blueprint = Blueprint("persons", __name__, url_prefix="/kommune/<code>")
IN_WORDS = Words(acts=WORDS, sources=SOURCES, questions=QUESTIONS, answers=ANSWERS, reasons=REASONS)


def _path(code: str, **_others: object) -> tuple[int, ...] | None:
    return place_of_municipality(code)


answers_to_persons = permission(Permission.PERSON_RIGHTS, organisation=_path)


@blueprint.get("/innsyn")
@answers_to_persons
def ask(code: str) -> ResponseReturnValue:
    """Show the form by which a person is told everything that is stored about them."""
    return _ask_page(_municipality(code), _printout_form(code)())


@blueprint.post("/innsyn")
@answers_to_persons
def tell(code: str) -> ResponseReturnValue:
    """Send the printout as a file; the system keeps none."""
    # The PDF maker takes half a second to load, which no other page should wait for.
    from brukerplan.reports.pdf import paper_pdf

    place = _municipality(code)
    form = _printout_form(code)(request.form)
    number = _number(form) if form.validate() else None
    if number is None:
        return _ask_page(place, form), 400
    found = print_person(
        services().database,
        by=current_actor(),
        keys=services().keys,
        municipality_id=place.id,
        number=number,
        purpose=RightsPurpose(form.purpose.data),
        named=form.staff.data == NAMES,
        now=now(),
    )
    return _file(paper_pdf(printout(found, str(form.language.data), IN_WORDS)), "innsyn.pdf")


@blueprint.get("/retting")
@answers_to_persons
def ask_to_correct(code: str) -> ResponseReturnValue:
    """Show the form by which the units are asked to correct what they have registered."""
    return _correct_page(_municipality(code), _correction_form()())


@blueprint.post("/retting")
@answers_to_persons
def correct(code: str) -> ResponseReturnValue:
    """Open the registrations again and ask the units."""
    t = current_translator()
    place = _municipality(code)
    form = _correction_form()(request.form)
    number = _number(form) if form.validate() else None
    if number is None:
        return _correct_page(place, form), 400
    try:
        asked = ask_for_correction(
            services().database,
            by=current_actor(),
            keys=services().keys,
            municipality_id=place.id,
            number=number,
            purpose=RightsPurpose(form.purpose.data),
            variable=form.variable.data or None,
            now=now(),
        )
    except NotAllowedError:
        raise
    except UserError as error:
        return _correct_page(place, form, problem=error.text(t)), 409
    if asked.units:
        say(
            t.gettext(
                "Åpnet igjen, og spørsmål sendt til: %(units)s.", units=", ".join(asked.units)
            )
        )
    else:
        say(t.gettext("Kommunen har ingen registrering av personen som kan rettes nå."))
    if asked.too_late:
        years = ", ".join(map(str, asked.too_late))
        say(
            t.gettext(
                "Kartleggingen er avsluttet for %(years)s. Svarene der kan ikke rettes, og tallene "
                "blir stående. Personen kan få dem slettet.",
                years=years,
            )
        )
    return redirect(url_for(".ask_to_correct", code=code), code=303)


@blueprint.get("/sletting")
@answers_to_persons
def ask_to_erase(code: str) -> ResponseReturnValue:
    """Show the form by which everything about a person is deleted."""
    return _erase_page(_municipality(code), erasure_form(current_translator())())


@blueprint.post("/sletting")
@answers_to_persons
def erase(code: str) -> ResponseReturnValue:
    """Delete it, and show the receipt."""
    place = _municipality(code)
    form = erasure_form(current_translator())(request.form)
    number = _number(form) if form.validate() else None
    if number is None:
        return _erase_page(place, form), 400
    reference = erase_person(
        services().database,
        by=current_actor(),
        keys=services().keys,
        municipality_id=place.id,
        number=number,
        purpose=RightsPurpose(form.purpose.data),
        keep_opt_outs=form.opt_outs.data == KEEP,
        now=now(),
    )
    return redirect(url_for(".show_receipt", code=code, reference=reference), code=303)


@blueprint.get("/sletting/<uuid:reference>")
@answers_to_persons
def show_receipt(code: str, reference: uuid.UUID) -> ResponseReturnValue:
    """Show a receipt again."""
    found = _receipt(code, reference)
    t = current_translator()
    return render_template(
        "person_receipt.html",
        place=_municipality(code),
        receipt=found,
        counted=counted(found, t),
        explained=explained(t),
        languages=LANGUAGE_NAMES,
    )


@blueprint.get("/sletting/<uuid:reference>/<any(nb, nn, en):language>.pdf")
@answers_to_persons
def receipt_file(code: str, reference: uuid.UUID, language: str) -> ResponseReturnValue:
    """Send a receipt as a file for the person."""
    from brukerplan.reports.pdf import paper_pdf

    return _file(paper_pdf(receipt_paper(_receipt(code, reference), language)), "kvittering.pdf")


def _municipality(code: str) -> OrganisationLine:
    with services().database.read() as session:
        found = organisations.organisation_by_code(session, OrganisationKind.MUNICIPALITY, code)
    if found is None:
        abort(404)
    return found


def _receipt(code: str, reference: uuid.UUID) -> Receipt:
    try:
        return receipt(
            services().database,
            by=current_actor(),
            municipality_id=_municipality(code).id,
            reference=reference,
        )
    except ReceiptNotFoundError:
        abort(404)


def _printout_form(code: str) -> type[PrintoutForm]:
    chosen = _municipality(code).language
    return printout_form(
        current_translator(), language=chosen if chosen in LANGUAGES else LANGUAGES[0]
    )


def _correction_form() -> type[CorrectionForm]:
    t = current_translator()
    with services().database.read() as session:
        current = rounds.current_round(session)
    asked = edition(current.edition).variables if current else ()
    return correction_form(
        t, questions=[(each.id, t.pgettext(each.id, each.label)) for each in asked]
    )


def _number(form: PersonForm) -> NationalNumber | None:
    """Read the number, or say at the field what is wrong with it."""
    with services().database.read() as session:
        current = rounds.current_round(session)
    if current is None:
        abort(404)
    try:
        return typed_number(form.number.data, current, now())
    except NationalNumberError as error:
        form.number.errors = (error.text(current_translator()),)
        return None


def _file(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _ask_page(place: OrganisationLine, form: PrintoutForm) -> str:
    return render_template("person_printout.html", place=place, form=form)


def _correct_page(place: OrganisationLine, form: CorrectionForm, *, problem: str = "") -> str:
    return render_template("person_correction.html", place=place, form=form, problem=problem)


def _erase_page(place: OrganisationLine, form: ErasureForm) -> str:
    return render_template("person_erasure.html", place=place, form=form)
