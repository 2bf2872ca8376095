"""The registrar's list: who is done, who is next, and the way to start one more."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, allows
from brukerplan.actions.reading import list_not_started, list_registrations
from brukerplan.actions.start import (
    CaseLabelError,
    FictiveOnlyError,
    RegisteredElsewhereError,
    UnderAgeError,
    start_registration,
)
from brukerplan.actions.units import declare_nothing_to_report, reopen_unit, submit_unit
from brukerplan.forms import StartForm, start_form
from brukerplan.identity.errors import NationalNumberError
from brukerplan.identity.national_number import NationalNumber
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries import legal_bases, organisations, rounds
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.rounds import MunicipalityTerms, RoundLine, UnitProgress
from brukerplan.persistence.tables.states import (
    TAKES_NEW,
    IdentityMode,
    MunicipalityState,
)
from brukerplan.questionnaire.levels import OVERALL_LEVEL
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator, in_oslo
from brukerplan.web.messages import say
from brukerplan.web.reopening import UNIT_REASONS, reason_given, reasons
from brukerplan.web.services import services
from brukerplan.web.typed_number import typed_number

blueprint = Blueprint("my_list", __name__, url_prefix="/min-liste")


class _UnitUseCase(Protocol):
    """Submitting, declaring nothing, opening again: they are called alike."""

    def __call__(
        self, database: Database, *, by: Actor, unit_id: int, round_id: int, now: datetime
    ) -> object: ...


class Place(NamedTuple):
    """Where the registrar works now."""

    units: tuple[OrganisationLine, ...]
    unit: OrganisationLine
    round: RoundLine
    progress: UnitProgress | None
    terms: MunicipalityTerms | None

    @property
    def takes_new(self) -> bool:
        """Whether a person can be registered now."""
        return (
            self.progress is not None
            and self.progress.state == "open"
            and self.round.state in TAKES_NEW
            and self.terms is not None
            and self.terms.takes_part
            and self.terms.state == MunicipalityState.OPEN
        )

    @property
    def anonymous(self) -> bool:
        """Whether the municipality registers without numbers."""
        return self.terms is not None and self.terms.identity_mode == IdentityMode.ANONYMOUS

    @property
    def deadline(self) -> date:
        """The municipality's own deadline, or the round's."""
        return self.round.deadline if self.terms is None else self.terms.deadline


def place_of_unit(unit_id: int) -> tuple[int, ...] | None:
    """Find the unit with its ancestors."""
    with services().database.read() as session:
        return organisations.organisation_path(session, unit_id) or None


@blueprint.get("")
@permission(Permission.REGISTRATION_WRITE)
def mine() -> ResponseReturnValue:
    """Show the list of one of the actor's units."""
    place = _place(request.args.get("tjeneste", ""))
    if place is None:
        return render_template("my_list_empty.html")
    return _page(place, _form_class(place)())


@blueprint.post("")
@permission(Permission.REGISTRATION_WRITE)
def start() -> ResponseReturnValue:
    """Start on a person, or find the one already started. The number goes no further."""
    place = _place(request.form.get("unit", ""))
    if place is None:
        abort(404)
    t = current_translator()
    form = _form_class(place)(request.form)
    if not form.validate():
        return _page(place, form), 400
    moment = now()
    try:
        started = start_registration(
            services().database,
            by=current_actor(),
            keys=services().keys,
            unit_id=int(form.unit.data),
            round_id=place.round.id,
            number=_number(form, place, moment),
            case_label=str(form.case_label.data or ""),
            also_elsewhere="also_elsewhere" in request.form,
            now=moment,
        )
    except RegisteredElsewhereError:
        return _page(place, form, elsewhere=True), 409
    except (NationalNumberError, UnderAgeError, FictiveOnlyError) as error:
        at = form.case_label if form.number is None else form.number
        at.errors = (error.text(t),)
        return _page(place, form), 400
    except CaseLabelError as error:
        form.case_label.errors = (error.text(t),)
        return _page(place, form), 400
    except UserError as error:
        return _page(place, form, problem=error.text(t)), 409
    if started.already_own:
        say(t.gettext("Tjenesten hadde alt begynt på denne registreringen. Her er den."))
    return redirect(url_for("registration.fill_in", registration_id=started.id), code=303)


@blueprint.post("/<int:unit_id>/lever")
@permission(Permission.UNIT_SUBMIT, organisation=place_of_unit)
def submit(unit_id: int) -> ResponseReturnValue:
    """Submit the unit's mapping."""
    t = current_translator()
    return _end(unit_id, submit_unit, t.gettext("Tjenestens kartlegging er levert."))


@blueprint.post("/<int:unit_id>/ingenting")
@permission(Permission.UNIT_SUBMIT, organisation=place_of_unit)
def nothing(unit_id: int) -> ResponseReturnValue:
    """Declare that the unit has nobody to report."""
    t = current_translator()
    return _end(
        unit_id,
        declare_nothing_to_report,
        t.gettext("Tjenesten har meldt at den ikke har noen å registrere."),
    )


@blueprint.post("/<int:unit_id>/apne")
@permission(Permission.UNIT_REOPEN, organisation=place_of_unit)
def open_again(unit_id: int) -> ResponseReturnValue:
    """Open the unit's mapping again, for one of the reasons that a unit may have."""

    def for_the_reason_given(database: Database, **place: Any) -> None:
        reopen_unit(database, reason=reason_given(UNIT_REASONS), **place)

    t = current_translator()
    return _end(unit_id, for_the_reason_given, t.gettext("Tjenestens kartlegging er åpnet igjen."))


def _number(form: StartForm, place: Place, moment: datetime) -> NationalNumber | None:
    if form.number is None:
        return None
    return typed_number(form.number.data, place.round, moment)


def _end(unit_id: int, use_case: _UnitUseCase, done: str) -> ResponseReturnValue:
    place = _place(str(unit_id))
    if place is None:
        abort(404)
    try:
        use_case(
            services().database,
            by=current_actor(),
            unit_id=unit_id,
            round_id=place.round.id,
            now=now(),
        )
    except UserError as error:
        problem = error.text(current_translator())
        return _page(place, _form_class(place)(), problem=problem), 409
    say(done)
    return redirect(url_for(".mine", tjeneste=unit_id), code=303)


def _place(wanted: str) -> Place | None:
    """Find the unit asked for among the actor's own, or take the first."""
    actor = current_actor()
    with services().database.read() as session:
        current = rounds.current_round(session)
        units = tuple(
            unit
            for unit in organisations.units_of(session, actor)
            if allows(actor, Permission.REGISTRATION_WRITE, (unit.id,))
        )
        if current is None or not units:
            return None
        unit = next((unit for unit in units if str(unit.id) == wanted), units[0])
        progress = rounds.unit_progress(session, unit.id, current.id)
        assert unit.parent_id is not None  # a unit belongs to a municipality
        terms = rounds.municipality_terms(session, unit.parent_id, current.id)
    return Place(units, unit, current, progress, terms)


def _form_class(place: Place) -> type[StartForm]:
    return start_form(
        current_translator(),
        units=((place.unit.id, place.unit.name),),
        anonymous=place.anonymous,
    )


def _page(place: Place, form: StartForm, *, problem: str = "", elsewhere: bool = False) -> str:
    actor = current_actor()
    moment = now()
    t = current_translator()
    lines = list_registrations(
        services().database,
        by=actor,
        unit_id=place.unit.id,
        round_id=place.round.id,
        now=moment,
    )
    left = list_not_started(
        services().database,
        by=actor,
        unit_id=place.unit.id,
        round_id=place.round.id,
        now=moment,
    )
    with services().database.read() as session:
        lawful = legal_bases.has_basis(session, place.unit.id, moment)
    return render_template(
        "my_list.html",
        place=place,
        lawful=lawful,
        # What waits for somebody first; what is done last.
        drafts=[line for line in lines if line.state == "draft" or line.open_queries],
        done=[line for line in lines if line.state != "draft" and not line.open_queries],
        not_started=left if place.takes_new else (),
        level_names={
            code.id: t.pgettext(OVERALL_LEVEL.id, code.label) for code in OVERALL_LEVEL.codes
        },
        reopening_reasons=reasons(UNIT_REASONS),
        form=form,
        problem=problem,
        elsewhere=elsewhere,
        days_left=(place.deadline - in_oslo(moment).date()).days,
        may_submit_unit=allows(actor, Permission.UNIT_SUBMIT, (place.unit.id,)),
        may_reopen_unit=allows(actor, Permission.UNIT_REOPEN, (place.unit.id,)),
    )
