"""A new installation is entered as docs/operations.md says, and its doors are kept."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from brukerplan.actions.operating import HELD_AT
from brukerplan.actions.sign_in import SignInRefusedError, sign_in
from brukerplan.app import create_app
from brukerplan.cli import main
from brukerplan.cli.accounts import ROLES
from brukerplan.config import load_settings
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import (
    AccessLog,
    Membership,
    TotpFactor,
    UserAccount,
    UserSession,
)
from brukerplan.persistence.tables.states import FactorState
from brukerplan.web.services import services
from tests.actions.world import NOW
from tests.commands.test_operations import told
from tests.mail.server import SENDER, PostOffice
from tests.web.browser import Browser

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
EMAIL, PASSWORD = "koordinator@kommune.example", "tre ville svaner"
PUBLIC = "https://kartlegging.example"
LINK = re.compile(rf"{PUBLIC}(/invitasjon/[\w-]{{43}})")


@pytest.fixture
def environment(service_url: str) -> dict[str, str]:
    """A new installation in production, its tables made and nothing in them."""
    return {
        "BRUKERPLAN_MODE": "production",
        "BRUKERPLAN_DATABASE_URL": service_url,
        "BRUKERPLAN_SECRET_KEY": "s" * 32,
        "BRUKERPLAN_MASTER_KEY": base64.b64encode(b"m" * 32).decode(),
        "BRUKERPLAN_PUBLIC_URL": PUBLIC,
    }


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env=environment)


def documented(*names: str) -> list[list[str]]:
    return [command for command in told(OPERATIONS) if command[0] in names]


@pytest.fixture
def planted(environment: dict[str, str]) -> dict[str, str]:
    """The organisations that step 7 makes."""
    for command in documented("organisations"):
        result = run(environment, *command)
        assert result.exit_code == 0, result.output
    return environment


@pytest.fixture
def browser(environment: dict[str, str]) -> Iterator[Browser]:
    """A browser at the installation; what it is asked for by is the machine's own name."""
    app = create_app(load_settings(environment))
    app.test_client_class = Browser
    client = app.test_client()
    assert isinstance(client, Browser)
    yield client
    with app.app_context():
        services().database.dispose()


def invite(environment: dict[str, str], *, role: str = "coordinator", code: str = "1103") -> Result:
    return run(environment, "invite", "--email", EMAIL, "--organisation", code, "--role", role)


def enter(browser: Browser, invited: Result) -> None:
    """Follow the link on standard output, and make the account."""
    found = LINK.fullmatch(invited.stdout.strip())
    assert found is not None, "the link, and nothing else"
    assert browser.get(found[1]).status_code == 303
    page = browser.page("/invitasjon")
    assert "Du er invitert som" in page.main
    response = browser.send(page, "/invitasjon", name="Nina Ny", password=PASSWORD)
    assert response.status_code == 303


def acts(database: Database, action: str) -> list[AccessLog]:
    with database.read() as session:
        return list(session.scalars(sa.select(AccessLog).where(AccessLog.action == action)))


def test_the_steps_make_a_tree_and_invite_those_who_go_on(
    planted: dict[str, str], database: Database
) -> None:
    invited = [run(planted, *command) for command in documented("invite")]

    assert len(invited) == 4
    assert all(LINK.fullmatch(each.stdout.strip()) for each in invited)
    made = acts(database, "invitation.made")
    assert [act.user_id for act in made] == [None] * 4
    assert [act.detail for act in made] == [
        "system_administrator command_line",
        "trust_administrator command_line",
        "coordinator command_line",
        "data_protection_officer command_line",
    ]


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("system_administrator", "norge"),
        ("trust_administrator", "stavanger"),
        ("coordinator", "1103"),
        ("data_protection_officer", "1103"),
    ],
)
def test_each_of_the_first_comes_in_by_the_printed_link_and_sets_up_a_second_factor(
    planted: dict[str, str], browser: Browser, database: Database, role: str, code: str
) -> None:
    invited = invite(planted, role=role, code=code)

    enter(browser, invited)
    page = browser.page("/logg-inn")
    response = browser.send(page, "/logg-inn", email=EMAIL, password=PASSWORD)

    assert EMAIL not in invited.output
    assert response.headers["Location"].startswith("/konto/totrinn")
    assert "krever en kode fra telefonen" in browser.page("/konto/totrinn").main
    with database.read() as session:
        assert session.scalars(sa.select(Membership.granted_by)).all() == [None]
        assert session.scalars(sa.select(Membership.role)).all() == [role]


def test_by_e_mail_the_link_is_printed_nowhere(planted: dict[str, str], browser: Browser) -> None:
    with PostOffice() as office:
        mail = {
            "BRUKERPLAN_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
            "BRUKERPLAN_MAIL_FROM": SENDER,
        }
        invited = invite(planted | mail)

    assert invited.stdout == ""
    assert "invitasjon/" not in invited.output
    assert LINK.search(office.text_to(EMAIL))


def test_every_command_about_an_account_does_what_it_says(
    planted: dict[str, str], browser: Browser, database: Database
) -> None:
    enter(browser, invite(planted))
    commands = documented("accounts")
    assert [command[1] for command in commands] == [
        "reset-factor", "password-link", "close", "open",
    ]  # fmt: skip

    for command in commands[:3]:
        assert run(planted, *command).exit_code == 0
    with pytest.raises(SignInRefusedError):
        sign_in(database, email=EMAIL, password=PASSWORD, now=NOW)
    assert run(planted, *commands[3]).exit_code == 0

    assert sign_in(database, email=EMAIL, password=PASSWORD, now=NOW).memberships
    for action in ("factor_reset", "link_handed_over", "closed", "opened"):
        (act,) = acts(database, f"user.{action}")
        assert (act.user_id, act.detail) == (None, "command_line")


def test_a_lost_factor_is_gone_also_where_the_database_holds_the_command_to_its_doors(
    planted: dict[str, str], browser: Browser, database: Database
) -> None:
    enter(browser, invite(planted))
    with database.begin() as session:
        owner = session.scalars(sa.select(UserAccount.id)).one()
        session.add(
            TotpFactor(user_id=owner, state=FactorState.IN_USE, sealed_secret=b"s", made_at=NOW)
        )

    assert run(planted, "accounts", "reset-factor", "--email", EMAIL).exit_code == 0

    with database.read() as session:
        for what_opens in (TotpFactor, UserSession):
            assert session.scalars(sa.select(what_opens)).all() == []


def test_a_printed_password_link_opens_the_page_of_a_new_password(
    planted: dict[str, str], browser: Browser
) -> None:
    enter(browser, invite(planted))

    printed = run(planted, "accounts", "password-link", "--email", EMAIL).stdout.strip()

    assert browser.get(printed.removeprefix(PUBLIC)).status_code == 303
    assert EMAIL in browser.page("/nytt-passord").html


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("invite", "--email", EMAIL, "--organisation", "1108", "--role", "coordinator"),
         "there is no municipality with the code 1108"),
        (("invite", "--email", "nina", "--organisation", "1103", "--role", "coordinator"),
         "Skriv en e-postadresse"),
        (("accounts", "close", "--email", EMAIL), "Brukeren finnes ikke"),
        (("organisations", "add", "--kind", "municipality", "--code", "0301"), "oslo"),
        (("organisations", "add", "--kind", "municipality", "--code", "1103"), "1103"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_line_and_names_nobody(
    planted: dict[str, str], arguments: tuple[str, ...], says: str
) -> None:
    result = run(planted, *arguments)

    assert result.exit_code == 1
    assert says in result.output
    assert len(result.output.splitlines()) == 1
    assert EMAIL not in result.output


def test_the_roles_that_are_offered_are_those_that_can_be_given() -> None:
    assert set(ROLES) == set(HELD_AT)
