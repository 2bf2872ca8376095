"""What the pages about units and people show, and how what they send is carried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import abort, redirect, render_template
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from wtforms import Form

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.people import GRANTABLE, members
from brukerplan.actions.written import ROLE_NAMES
from brukerplan.forms.people import (
    ExpectedForm,
    InviteForm,
    expected_field,
    expected_form,
    invite_form,
    name_form,
    service_form,
    unit_form,
)
from brukerplan.persistence.queries import legal_bases, organisations, people, rounds
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.people import UnitOfMunicipality
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.municipality_place import municipality_path
from brukerplan.web.services import services


class Place(NamedTuple):
    """A municipality in a round."""

    municipality: OrganisationLine
    round: RoundLine


guard = permission(Permission.MUNICIPALITY_ADMINISTER, organisation=municipality_path)
"""Every route about units and people is for who administers the municipality."""


def carry_out(
    act: Callable[[], object], *, done: str, then: str, page: Callable[[str], str]
) -> ResponseReturnValue:
    """Do it and say so, or show the page again with why it could not be done."""
    try:
        act()
    except NotAllowedError:
        raise
    except UserError as error:
        return page(error.text(current_translator())), 409
    say(done)
    return redirect(then, code=303)


def municipality_place(code: str, year: int) -> Place:
    """Find the municipality and the round that the address names."""
    with services().database.read() as session:
        found = organisations.organisation_by_code(session, OrganisationKind.MUNICIPALITY, code)
        current = rounds.round_of_year(session, year)
        if found is None or current is None:
            abort(404)
        if rounds.municipality_terms(session, found.id, current.id) is None:
            abort(404)
    return Place(found, current)


def units_of(place: Place) -> tuple[UnitOfMunicipality, ...]:
    """Return every unit of the municipality, in the round or not."""
    with services().database.read() as session:
        return people.units_of_municipality(session, place.municipality.id, place.round.id)


def unit_of(place: Place, unit_id: int) -> UnitOfMunicipality:
    """Find one of the municipality's units; another's is not found."""
    found = next((each for each in units_of(place) if each.id == unit_id), None)
    if found is None:
        abort(404)
    return found


def organisation_here(place: Place, organisation_id: int) -> OrganisationLine:
    """Find the municipality itself or one of its units; nothing else is found here."""
    with services().database.read() as session:
        path = organisations.organisation_path(session, organisation_id)
        found = organisations.organisation(session, path[0]) if path else None
    if found is None or place.municipality.id not in path[:2]:
        abort(404)
    return found


def address_in(place: Place, where: OrganisationLine) -> str:
    """Return where the organisation's members stand."""
    code, year = place.municipality.code, place.round.year
    if where.kind == OrganisationKind.MUNICIPALITY:
        return address_of("people.units", code=code, year=year)
    return address_of("people.unit", code=code, year=year, unit_id=where.id)


def page_of(
    place: Place, where: OrganisationLine, *, form: InviteForm | None = None, problem: str = ""
) -> str:
    """Show the page where the organisation's members stand."""
    if where.kind == OrganisationKind.MUNICIPALITY:
        return units_page(place, invitation=form, problem=problem)
    return unit_page(place, unit_of(place, where.id), invitation=form, problem=problem)


def units_page(
    place: Place,
    *,
    expected: ExpectedForm | None = None,
    new: Form | None = None,
    invitation: InviteForm | None = None,
    problem: str = "",
) -> str:
    """Show the municipality's units and coordinators, with what was typed in the forms."""
    lines = units_of(place)
    return render_template(
        "people.html",
        place=place,
        units=lines,
        expected=expected or numbers_form(lines)(),
        expected_field=expected_field,
        new=new or unit_form(current_translator())(),
        problem=problem,
        **_people(place.municipality, invitation),
    )


def unit_page(
    place: Place,
    line: UnitOfMunicipality,
    *,
    name: Form | None = None,
    service: Form | None = None,
    invitation: InviteForm | None = None,
    problem: str = "",
) -> str:
    """Show a unit, with what was typed in the forms."""
    with services().database.read() as session:
        kind = legal_bases.service_of(session, line.id)
        lawful = legal_bases.has_basis(session, line.id, now())
    return render_template(
        "people_unit.html",
        place=place,
        unit=line,
        name=name or name_form(current_translator())(name=line.name),
        service=service or service_form(current_translator())(service=kind),
        lawful=lawful,
        problem=problem,
        **_people(organisation_here(place, line.id), invitation),
    )


def _people(where: OrganisationLine, form: InviteForm | None) -> dict[str, object]:
    """What the part about members and invitations shows, on either page."""
    t = current_translator()
    with services().database.read() as session:
        return {
            "where": where,
            "members": members(session, where.id),
            # One to a role that is not the coordinator's to give is not theirs to take back.
            "invitations": [
                each
                for each in people.waiting_invitations(session, (where.id,))
                if each.role in GRANTABLE[where.kind]
            ],
            "invitation": form or invitation_form(where)(),
            "role_names": {role: t.gettext(name) for role, name in ROLE_NAMES.items()},
            "moment": now(),
        }


def invitation_form(where: OrganisationLine) -> type[InviteForm]:
    """Return the form that invites, with the roles that are given there."""
    t = current_translator()
    roles = [(str(role), t.gettext(ROLE_NAMES[role])) for role in GRANTABLE[where.kind]]
    return invite_form(t, roles=roles)


def numbers_form(lines: tuple[UnitOfMunicipality, ...]) -> type[ExpectedForm]:
    """Return the form of the numbers the units in the round expect."""
    taking_part = [
        (line.id, line.name, line.expected) for line in lines if line.expected is not None
    ]
    return expected_form(current_translator(), units=taking_part)
