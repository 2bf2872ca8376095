"""Questions about a registration: asked, answered by a code, closed."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import NotAllowedError
from brukerplan.access.roles import Role
from brukerplan.actions import query_reading, querying
from brukerplan.actions.accounts import grant
from brukerplan.actions.query_errors import (
    AlreadyAnsweredError,
    AlreadyAskedError,
    AlreadyClosedError,
    CannotAnswerError,
    NobodyToAskError,
    NotAskedInFormError,
    NothingCorrectedError,
    NotYoursToCloseError,
    QueryNotFoundError,
)
from brukerplan.actions.query_reading import prepare_to_ask, read_query
from brukerplan.actions.querying import (
    answer_query,
    ask,
    close_query,
    count_open_queries,
    open_queries_of_municipality,
    queries_of,
)
from brukerplan.actions.registering import reopen_registration, save_draft
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    RegistrationNotFoundError,
    RoundNotOpenError,
)
from brukerplan.persistence.queries.accesses import log_lines
from brukerplan.persistence.queries.asked import QueryLine
from brukerplan.persistence.queries.registrations import my_list, registration
from brukerplan.persistence.tables import (
    MappingRound,
    Registration,
    RegistrationQuery,
    RoundMunicipality,
    UserAccount,
)
from brukerplan.persistence.tables.states import QueryAnswer, QueryQuestion
from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.quality_world import close_units, members
from tests.actions.world import NOW, YEAR, World, complete, somebody

LATER = NOW + timedelta(hours=1)
LATEST = NOW + timedelta(hours=2)
RIGHT = QueryQuestion.IS_THE_ANSWER_RIGHT


@pytest.fixture
def asked(world: World) -> uuid.UUID:
    """A submitted registration of the registrar's, in a unit with members."""
    members(world)
    return world.submit(1)


def put_question(
    world: World,
    registration_id: uuid.UUID,
    *,
    variable: str | None = "birth_year",
    assignee_id: int | None = None,
    who: str = "coordinator",
) -> uuid.UUID:
    return ask(
        world.database,
        by=getattr(world, who),
        registration_id=registration_id,
        question=RIGHT,
        variable=variable,
        assignee_id=assignee_id,
        now=NOW,
    ).id


def reply(
    world: World,
    query_id: uuid.UUID,
    code: QueryAnswer = QueryAnswer.RIGHT_AS_IT_IS,
    *,
    who: str = "registrar",
    at: datetime = LATEST,
) -> str:
    return answer_query(
        world.database, by=getattr(world, who), query_id=query_id, answer=code, now=at
    ).state


def close(world: World, query_id: uuid.UUID, *, who: str = "coordinator") -> str:
    return close_query(world.database, by=getattr(world, who), query_id=query_id, now=LATEST).state


def stored(world: World, registration_id: uuid.UUID) -> QueryLine:
    with world.database.read() as session:
        (line,) = queries_of(session, registration_id)
    return line


def still_open(world: World) -> int:
    with world.database.read() as session:
        municipality_id = world.municipalities["1103"]
        counted = count_open_queries(session, municipality_id, world.round_id)
        listed = open_queries_of_municipality(session, municipality_id, world.round_id)
    assert counted == len(listed)
    return counted


def test_a_question_is_asked_answered_and_closed(world: World, asked: uuid.UUID) -> None:
    query_id = put_question(world, asked)
    line = stored(world, asked)
    assert (line.id, line.state, line.variable) == (query_id, "open", "birth_year")
    assert line.asked_by_name == "Kari Koordinator"
    assert still_open(world) == 1

    assert reply(world, query_id) == "answered"
    line = stored(world, asked)
    assert (line.answer, line.answered_by_name) == ("right_as_it_is", "Rita Registrerer")
    assert still_open(world) == 1, "nobody has read the answer yet"

    assert close(world, query_id) == "closed"
    line = stored(world, asked)
    assert (line.state, line.answer) == ("closed", "right_as_it_is")
    assert still_open(world) == 0


def test_what_is_asked_and_answered_is_logged_as_codes(world: World, asked: uuid.UUID) -> None:
    query_id = put_question(world, asked)
    reply(world, query_id)
    close(world, query_id)

    with world.database.read() as session:
        acts = {
            (line.action, line.detail, line.user_name)
            for line in log_lines(session, (world.unit,))
            if line.action.startswith("query.")
        }
    assert acts == {
        ("query.asked", "question=is_the_answer_right", "Kari Koordinator"),
        ("query.answered", "answer=right_as_it_is", "Rita Registrerer"),
        ("query.closed", "question=is_the_answer_right", "Kari Koordinator"),
    }


def test_my_list_counts_the_questions_that_wait_for_the_unit(
    world: World, asked: uuid.UUID
) -> None:
    def waiting() -> int:
        with world.database.read() as session:
            (line,) = my_list(session, world.unit, world.round_id)
        return line.open_queries

    assert waiting() == 0
    query_id = put_question(world, asked)
    assert waiting() == 1
    reply(world, query_id)
    assert waiting() == 0


def test_who_changed_the_registration_last_is_asked(world: World, asked: uuid.UUID) -> None:
    put_question(world, asked)
    assert stored(world, asked).assignee_id == world.registrar.user_id


def test_who_has_left_the_unit_is_not_asked(world: World) -> None:
    done = world.submit(1)
    grant(
        world.database,
        user_id=world.lead.user_id,
        organisation_id=world.unit,
        role=Role.UNIT_LEAD,
        now=NOW,
    )
    put_question(world, done)
    assert stored(world, done).assignee_id == world.lead.user_id


def test_a_unit_without_members_has_nobody_to_ask(world: World) -> None:
    done = world.submit(1)
    # The coordinator is a member above it, and cannot answer for it.
    grant(
        world.database,
        user_id=world.coordinator.user_id,
        organisation_id=world.municipalities["1103"],
        role=Role.COORDINATOR,
        now=NOW,
    )
    with pytest.raises(NobodyToAskError):
        put_question(world, done)


def test_a_chosen_member_is_asked(world: World, asked: uuid.UUID) -> None:
    put_question(world, asked, assignee_id=world.lead.user_id)
    assert stored(world, asked).assignee_name == "Liv Leder"


@pytest.mark.parametrize("who", ["colleague", "coordinator"])
def test_only_those_who_may_write_in_the_unit_are_asked(
    world: World, asked: uuid.UUID, who: str
) -> None:
    with pytest.raises(CannotAnswerError):
        put_question(world, asked, assignee_id=getattr(world, who).user_id)


def test_an_account_that_is_shut_is_not_asked(world: World, asked: uuid.UUID) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.update(UserAccount)
            .where(UserAccount.id == world.registrar.user_id)
            .values(active=False)
        )
    put_question(world, asked)
    assert stored(world, asked).assignee_id == world.lead.user_id


def test_the_same_is_not_asked_twice_until_it_is_closed(world: World, asked: uuid.UUID) -> None:
    query_id = put_question(world, asked)
    with pytest.raises(AlreadyAskedError):
        put_question(world, asked)
    put_question(world, asked, variable=None)
    reply(world, query_id)
    with pytest.raises(AlreadyAskedError):
        put_question(world, asked)
    close(world, query_id)
    put_question(world, asked)


def test_two_who_ask_the_same_in_the_same_moment_ask_once(world: World, asked: uuid.UUID) -> None:
    refused: list[AlreadyAskedError] = []
    together = threading.Barrier(2)

    def both(who: str) -> None:
        together.wait()
        try:
            put_question(world, asked, who=who)
        except AlreadyAskedError as error:
            refused.append(error)

    threads = [threading.Thread(target=both, args=(who,)) for who in ("coordinator", "lead")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert still_open(world) == 1


def test_a_registration_that_goes_in_the_same_moment_is_not_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes = world.submit(7)
    with world.database.read() as session:
        as_it_was = registration(session, goes)
    with world.database.begin() as session:
        session.execute(sa.delete(Registration).where(Registration.id == goes))
    # Read the moment before it was deleted.
    monkeypatch.setattr(querying, "_open", lambda *_: as_it_was)
    monkeypatch.setattr(query_reading, "readable", lambda *_: as_it_was)

    for assignee in (None, world.registrar.user_id):
        with pytest.raises(RegistrationNotFoundError):
            ask(
                world.database,
                by=world.coordinator,
                registration_id=goes,
                question=RIGHT,
                assignee_id=assignee,
                now=NOW,
            )
    asking = prepare_to_ask(world.database, by=world.coordinator, registration_id=goes, now=NOW)
    assert asking.proposed in {None, *(writer.id for writer in asking.writers)}


@pytest.mark.parametrize("variable", ["no_such", "samlet", "overall_level", ""])
def test_only_questions_of_the_form_are_asked_about(
    world: World, asked: uuid.UUID, variable: str
) -> None:
    with pytest.raises(NotAskedInFormError):
        put_question(world, asked, variable=variable)


@pytest.mark.parametrize("who", ["registrar", "colleague", "officer", "administrator", "stranger"])
def test_only_the_coordinator_and_the_units_lead_ask(
    world: World, asked: uuid.UUID, who: str
) -> None:
    with pytest.raises(NotAllowedError):
        put_question(world, asked, who=who)
    with pytest.raises(NotAllowedError):
        prepare_to_ask(world.database, by=getattr(world, who), registration_id=asked, now=NOW)
    put_question(world, asked, who="lead")


def test_another_municipalitys_coordinator_neither_asks_nor_closes(
    world: World, asked: uuid.UUID
) -> None:
    query_id = put_question(world, asked)
    sandnes = world.coordinates("1108")
    with pytest.raises(NotAllowedError):
        ask(world.database, by=sandnes, registration_id=asked, question=RIGHT, now=NOW)
    with pytest.raises(NotAllowedError):
        close_query(world.database, by=sandnes, query_id=query_id, now=NOW)


def test_only_those_who_write_in_the_unit_answer(world: World, asked: uuid.UUID) -> None:
    query_id = put_question(world, asked)
    for who in ("colleague", "coordinator", "officer", "administrator", "stranger"):
        with pytest.raises(NotAllowedError):
            reply(world, query_id, who=who)
        with pytest.raises(NotAllowedError):
            read_query(world.database, by=getattr(world, who), query_id=query_id, now=NOW)
    # Not only the one it was assigned to: people fall ill.
    assert reply(world, query_id, who="lead") == "answered"


def test_an_answer_is_given_once(world: World, asked: uuid.UUID) -> None:
    query_id = put_question(world, asked)
    reply(world, query_id)
    with pytest.raises(AlreadyAnsweredError):
        reply(world, query_id, QueryAnswer.NOT_KNOWN)
    close(world, query_id)
    with pytest.raises(AlreadyAnsweredError):
        reply(world, query_id, QueryAnswer.NOT_KNOWN)
    assert stored(world, asked).answer == "right_as_it_is"


def test_corrected_is_not_answered_before_something_is(world: World, asked: uuid.UUID) -> None:
    query_id = put_question(world, asked)
    with pytest.raises(NothingCorrectedError, match="åpne den igjen"):
        reply(world, query_id, QueryAnswer.CORRECTED)
    opened = reopen_registration(
        world.database, by=world.registrar, registration_id=asked, version=2, now=LATER
    )
    with pytest.raises(NothingCorrectedError):
        reply(world, query_id, QueryAnswer.CORRECTED)

    save_draft(
        world.database,
        by=world.registrar,
        registration_id=asked,
        version=opened.version,
        page="p",
        answers=complete(edition_for_year(YEAR), birth_year=1984),
        now=LATER,
    )

    assert reply(world, query_id, QueryAnswer.CORRECTED) == "answered"


def test_a_submitted_unit_answers_and_must_be_opened_to_correct(
    world: World, asked: uuid.UUID
) -> None:
    close_units(world, world.round_id, world.unit)
    first = put_question(world, asked)
    second = put_question(world, asked, variable=None)

    assert reply(world, first, QueryAnswer.NOT_KNOWN) == "answered"
    with pytest.raises(NothingCorrectedError):
        reply(world, second, QueryAnswer.CORRECTED)


def test_who_asked_closes_and_the_coordinator_closes_all(world: World, asked: uuid.UUID) -> None:
    own = put_question(world, asked, who="lead")
    others = put_question(world, asked, variable=None)
    with pytest.raises(NotYoursToCloseError):
        close(world, others, who="lead")
    with pytest.raises(NotAllowedError):
        close(world, own, who="registrar")

    assert close(world, own, who="lead") == "closed"
    with pytest.raises(AlreadyClosedError):
        close(world, own)
    third = put_question(world, asked, who="lead")
    assert close(world, third) == "closed", "also without an answer: it is withdrawn"


def test_what_does_not_exist_is_not_found(world: World) -> None:
    nothing = uuid.uuid4()
    with pytest.raises(RegistrationNotFoundError):
        put_question(world, nothing)
    with pytest.raises(RegistrationNotFoundError):
        prepare_to_ask(world.database, by=world.coordinator, registration_id=nothing, now=NOW)
    with pytest.raises(QueryNotFoundError):
        reply(world, nothing)
    with pytest.raises(QueryNotFoundError):
        close(world, nothing)
    with pytest.raises(QueryNotFoundError):
        read_query(world.database, by=world.registrar, query_id=nothing, now=NOW)


def test_nothing_is_asked_or_answered_once_the_municipality_is_approved(
    world: World, asked: uuid.UUID
) -> None:
    query_id = put_question(world, asked)
    close_units(world, world.round_id, *world.units["1103"])
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.municipality_id == world.municipalities["1103"])
            .values(state="approved", approved_at=NOW)
        )

    acts = (
        lambda: put_question(world, asked, variable=None),
        lambda: reply(world, query_id),
        lambda: close(world, query_id),
    )
    for act in acts:
        with pytest.raises(MunicipalityApprovedError):
            act()
    with world.database.begin() as session:
        session.execute(sa.update(MappingRound).values(state="frozen", frozen_at=NOW))
    for act in acts:
        with pytest.raises(RoundNotOpenError):
            act()


def test_other_municipalities_questions_are_not_counted(world: World, asked: uuid.UUID) -> None:
    put_question(world, asked)
    unit_id = world.units["1108"][0]
    somebody_there = somebody(world.database, "Sanna Sandnes", Role.REGISTRAR, unit_id)
    grant(
        world.database,
        user_id=somebody_there.user_id,
        organisation_id=unit_id,
        role=Role.REGISTRAR,
        now=NOW,
    )
    ask(
        world.database,
        by=world.coordinates("1108"),
        registration_id=world.submit(2, unit_id=unit_id),
        question=RIGHT,
        now=NOW,
    )

    assert still_open(world) == 1


def test_who_asks_sees_the_case_and_who_can_answer(world: World, asked: uuid.UUID) -> None:
    asking = prepare_to_ask(world.database, by=world.coordinator, registration_id=asked, now=NOW)

    assert asking.case_label == "S-1"
    assert [writer.name for writer in asking.writers] == ["Liv Leder", "Rita Registrerer"]
    assert asking.proposed == world.registrar.user_id
    assert "S-1" not in repr(asking)


def test_the_database_keeps_the_states_and_their_moments_together(
    world: World, asked: uuid.UUID
) -> None:
    query_id = put_question(world, asked)
    for values in (
        {"state": "closed"},
        {"state": "answered"},
        {"answer": "corrected"},
        {"state": "gone"},
    ):
        with pytest.raises(sa.exc.IntegrityError), world.database.begin() as session:
            session.execute(
                sa.update(RegistrationQuery)
                .where(RegistrationQuery.id == query_id)
                .values(**values)
            )
