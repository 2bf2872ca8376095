"""Error pages: what happened, what to do, the right status, and nothing else."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, g, jsonify, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from brukerplan import geography
from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.mode import RealRoundError
from brukerplan.actions.reporting import DidNotTakePartError, YearNotReleasedError
from brukerplan.persistence.engine import (
    DatabaseFullError,
    DatabaseNotMigratedError,
    DatabaseReadOnlyError,
    DatabaseUnavailableError,
)
from brukerplan.translation import UserError, mark
from brukerplan.web.i18n import current_translator

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorText:
    """Heading and advice of one status, in bokmål."""

    heading: str
    advice: str


TEXTS = {
    400: ErrorText(
        mark("Det du sendte, kunne ikke leses"),
        mark("Gå tilbake, last siden på nytt og prøv igjen. Det som er lagret, er trygt."),
    ),
    403: ErrorText(
        mark("Du har ikke tilgang til denne siden"),
        mark(
            "Trenger du siden i arbeidet ditt, så be kommunekoordinatoren eller helseforetaket "
            "om tilgang."
        ),
    ),
    404: ErrorText(
        mark("Vi finner ikke siden"),
        mark("Adressen er feil, eller siden er ikke din. Begynn på forsiden."),
    ),
    405: ErrorText(
        mark("Siden kan ikke brukes på denne måten"),
        mark("Gå til forsiden og finn siden derfra."),
    ),
    413: ErrorText(
        mark("Det du sendte, er for stort"),
        mark("Skjemaet skal aldri bli så stort. Last siden på nytt og prøv igjen."),
    ),
    429: ErrorText(
        mark("For mange forsøk"),
        mark("Vent fem minutter og prøv igjen."),
    ),
    500: ErrorText(
        mark("Noe gikk galt hos oss"),
        mark("Feilen er skrevet ned. Det som er lagret, er trygt. Prøv igjen om litt."),
    ),
    503: ErrorText(
        mark("Databasen svarer ikke"),
        mark("Vent litt og prøv igjen. Varer det, gi beskjed til den som drifter løsningen."),
    ),
}


# Of the database's troubles, those that the error itself tells more of than the status does.
HEADINGS: dict[type[UserError], str] = {
    DatabaseFullError: mark("Det er ikke plass til mer"),
    DatabaseReadOnlyError: mark("Databasen tar ikke imot endringer"),
    RealRoundError: mark("Databasen er ikke for en demo"),
}


# What an address may name that is not there; the error says what to ask for instead.
NOT_A_PLACE: tuple[type[UserError], ...] = (
    geography.UnknownMunicipalityError,
    geography.MunicipalityNoLongerExistsError,
    geography.MunicipalityDoesNotExistYetError,
    geography.UnknownHealthTrustError,
    geography.UnknownRegionalHealthAuthorityError,
    geography.YearNotCoveredError,
    geography.YearTooFarAheadError,
    DidNotTakePartError,
    YearNotReleasedError,
)


def install(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(CSRFError, session_ended)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotAllowedError, _not_allowed)
    app.register_error_handler(DatabaseUnavailableError, _unavailable)
    app.register_error_handler(DatabaseNotMigratedError, _unavailable)
    app.register_error_handler(RealRoundError, _unavailable)
    for kind in NOT_A_PLACE:
        app.register_error_handler(kind, _not_a_place)
    app.register_error_handler(UserError, _user_error)
    app.register_error_handler(500, _unexpected)
    app.logger.addFilter(_without_values)


def wants_json() -> bool:
    """Whether our own script asked, which shows messages itself."""
    return request.accept_mimetypes.best == "application/json"


def error_page(
    status: int,
    *,
    heading: str = "",
    advice: str = "",
    sign_in: str = "",
    keep: bool = False,
    reference: str = "",
) -> Response:
    """Render the page of ``status``; a status without a text of its own borrows one.

    Parameters
    ----------
    sign_in
        Address of the sign-in page, when signing in is what is needed.
    keep
        Put the answers of a registration that could not be saved into the page, to be sent
        again from there.
    reference
        What the line in the server's log is found by.
    """
    t = current_translator()
    text = TEXTS.get(status) or TEXTS[400 if status < 500 else 500]
    heading = heading or t.gettext(text.heading)
    advice = advice or t.gettext(text.advice)
    if wants_json():
        response = jsonify(message=f"{heading}. {advice}", heading=heading, reference=reference)
    else:
        response = make_response(
            render_template(
                "error.html",
                heading=heading,
                advice=advice,
                status=status,
                reference=reference,
                sign_in=sign_in,
                kept=_sent_answers() if keep else [],
            )
        )
    response.status_code = status
    # An error page may stand where a personal page will be.
    response.headers["Cache-Control"] = "no-store"
    return response


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = error_page(error.code)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def session_ended(_error: CSRFError) -> Response:
    """Say that the form was not taken, and how to send it without typing it again."""
    t = current_translator()
    kept = bool(_sent_answers())
    return error_page(
        400,
        heading=t.gettext("Økten er utløpt"),
        advice=(
            t.gettext("Du må logge inn igjen før du kan gå videre.")
            if kept
            else t.gettext("Skjemaet ble ikke sendt. Logg inn igjen og fyll det ut på nytt.")
        ),
        sign_in=url_for("account.sign_in", til=None if kept else _page_before()),
        keep=True,
    )


def _sent_answers() -> list[tuple[str, str]]:
    """What a registration's form sent. No other form is kept: one holds a national number."""
    if request.endpoint != "registration.save":
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def _page_before() -> str | None:
    """Path of the page of ours that held the form, to come back to."""
    before = urlsplit(request.referrer or "")
    return before.path if before.netloc == request.host else None


def _not_allowed(error: NotAllowedError) -> Response:
    return error_page(403, advice=error.text(current_translator()))


def _not_a_place(error: UserError) -> Response:
    return error_page(404, advice=error.text(current_translator()))


def _unknown_host(_error: SecurityError) -> Response:
    # Without templates: their addresses would be made from the very name that is not ours.
    response = make_response("Ukjent adresse. Ukjend adresse. Unknown address.\n", 400)
    response.mimetype = "text/plain"
    return response


def _unavailable(error: UserError) -> Response:
    reference = _write_down(type(error).__name__, error.__cause__ or error)
    if not hasattr(g, "_login_user"):
        # The page says who is signed in; where that is not known yet, it cannot be asked now.
        g.actor_unreadable = True
    heading = HEADINGS.get(type(error))
    if heading is None:
        return error_page(503, keep=True, reference=reference)
    t = current_translator()
    return error_page(
        503, heading=t.gettext(heading), advice=error.text(t), keep=True, reference=reference
    )


def _user_error(error: UserError) -> Response:
    """A user's error that no page has caught: still its own text, never a traceback."""
    t = current_translator()
    return error_page(400, heading=t.gettext("Dette gikk ikke"), advice=error.text(t))


def _without_values(record: logging.LogRecord) -> bool:
    """Flask logs the whole exception, and its message may hold what somebody typed."""
    record.exc_info = None
    record.exc_text = None
    return True


def _unexpected(error: InternalServerError) -> Response:
    return error_page(
        500, keep=True, reference=_write_down("unexpected", error.original_exception or error)
    )


def _write_down(event: str, error: BaseException) -> str:
    """Log where it happened, never with what: messages and frames may hold personal data.

    Returns the reference that the page shows and the line is found by.
    """
    reference = secrets.token_hex(4)
    kind = type(error).__name__
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown"
    _log.error("%s: %s", event, kind, extra={"id": reference, "kind": kind, "place": place})
    return reference
