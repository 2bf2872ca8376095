"""Settings: secrets are demanded, kept, and never shown."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from brukerplan.actions.provider_links import ProviderLinkError
from brukerplan.app import mail_server, sign_in_provider
from brukerplan.config import (
    SETTINGS,
    BadSettingError,
    MissingSettingError,
    Settings,
    load_settings,
)
from brukerplan.openid import ProviderError

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
COMPLETE = {
    "BRUKERPLAN_MODE": "production",
    "BRUKERPLAN_DATABASE_URL": "postgresql://somebody:hemmelig-passord@server/db",
    "BRUKERPLAN_SECRET_KEY": "s" * 32,
    "BRUKERPLAN_MASTER_KEY": base64.b64encode(b"m" * 32).decode(),
    "BRUKERPLAN_PUBLIC_URL": "https://brukerplan.example",
}
WITH_MAIL = COMPLETE | {
    "BRUKERPLAN_SMTP_URL": "smtps://avsender:hemmelig-passord@post.example",
    "BRUKERPLAN_MAIL_FROM": "ikke-svar@kommune.example",
}


WITH_PROVIDER = COMPLETE | {
    "BRUKERPLAN_OIDC_ISSUER": "https://ansattporten.example",
    "BRUKERPLAN_OIDC_NAME": "Ansattporten",
    "BRUKERPLAN_OIDC_CLIENT_ID": "brukerplan",
    "BRUKERPLAN_OIDC_CLIENT_KEY": json.dumps(
        ECKey.generate_key("P-256", {"kid": "hemmelig"}).as_dict(private=True)
    ),
    "BRUKERPLAN_OIDC_ACR": "substantial  high",
}


def test_production_starts_with_every_setting_given() -> None:
    assert not load_settings(COMPLETE).demo


@pytest.mark.parametrize("name", [name for name in COMPLETE if name != "BRUKERPLAN_MODE"])
def test_production_refuses_to_start_without(name: str) -> None:
    without = {key: value for key, value in COMPLETE.items() if key != name}

    with pytest.raises(MissingSettingError, match=name):
        load_settings(without)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BRUKERPLAN_MODE", "prod"),
        ("BRUKERPLAN_SECRET_KEY", "short"),
        ("BRUKERPLAN_MASTER_KEY", "not base64!"),
        ("BRUKERPLAN_MASTER_KEY", base64.b64encode(b"too short").decode()),
        ("BRUKERPLAN_NEW_MASTER_KEY", "not base64!"),
        ("BRUKERPLAN_NEW_MASTER_KEY", base64.b64encode(b"too short").decode()),
        ("BRUKERPLAN_PUBLIC_URL", "brukerplan.example"),
        ("BRUKERPLAN_PUBLIC_URL", "javascript://brukerplan.example"),
        ("BRUKERPLAN_PUBLIC_URL", "https://brukerplan.example/under"),
        ("BRUKERPLAN_PUBLIC_URL", "https://brukerplan.example:port"),
        ("BRUKERPLAN_SMTP_URL", "post.example:587"),
        ("BRUKERPLAN_SMTP_URL", "smtp://post.example:99999"),
        ("BRUKERPLAN_SECOND_FACTOR", "optional"),
        ("BRUKERPLAN_SECOND_FACTOR", "off"),
        ("BRUKERPLAN_PROXIES", "many"),
        ("BRUKERPLAN_PROXIES", "99"),
        ("BRUKERPLAN_MAIL_FROM", "brukerplan"),
        ("BRUKERPLAN_OIDC_ISSUER", "http://ansattporten.example"),
        ("BRUKERPLAN_OIDC_ISSUER", "ansattporten.example"),
        ("BRUKERPLAN_OIDC_ISSUER", "https://ansattporten.example?a=b"),
        ("BRUKERPLAN_OIDC_ISSUER", "https://user@ansattporten.example"),
        ("BRUKERPLAN_MAIL_FROM", "en@kommune.example\nBcc: to@kommune.example"),
    ],
)
def test_an_unusable_setting_is_named_but_not_repeated(name: str, value: str) -> None:
    with pytest.raises(BadSettingError, match=name) as caught:
        load_settings(WITH_MAIL | {name: value})

    assert value not in str(caught.value)


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    shown = repr(load_settings(WITH_MAIL))

    assert "hemmelig" not in shown
    assert COMPLETE["BRUKERPLAN_SECRET_KEY"] not in shown
    assert COMPLETE["BRUKERPLAN_MASTER_KEY"] not in shown


def test_e_mail_needs_an_address_to_come_from() -> None:
    without = {key: value for key, value in WITH_MAIL.items() if key != "BRUKERPLAN_MAIL_FROM"}

    with pytest.raises(MissingSettingError, match="BRUKERPLAN_MAIL_FROM"):
        load_settings(without)
    assert load_settings(COMPLETE).smtp_url is None


def test_the_application_sends_by_the_server_it_is_told_of() -> None:
    server = mail_server(load_settings(WITH_MAIL))

    assert mail_server(load_settings(COMPLETE)) is None
    assert server is not None
    assert (server.host, server.port) == ("post.example", 465)
    assert server.sender == "ikke-svar@kommune.example"


def test_a_password_that_would_be_sent_in_clear_is_a_bad_setting() -> None:
    url = "smtp://avsender:hemmelig-passord@post.example?tls=never"

    with pytest.raises(BadSettingError, match="BRUKERPLAN_SMTP_URL") as caught:
        mail_server(load_settings(WITH_MAIL | {"BRUKERPLAN_SMTP_URL": url}))

    assert "hemmelig" not in str(caught.value)


def test_a_provider_needs_all_that_is_said_to_it() -> None:
    told = load_settings(WITH_PROVIDER).provider

    assert told is not None
    assert told.name == "Ansattporten"
    assert told.levels == ("substantial", "high")
    assert load_settings(COMPLETE).provider is None
    unnamed = {key: value for key, value in WITH_PROVIDER.items() if not key.endswith("_NAME")}
    assert load_settings(unnamed).provider is not None
    for needed in ("CLIENT_ID", "CLIENT_KEY", "ACR"):
        name = f"BRUKERPLAN_OIDC_{needed}"
        without = {key: value for key, value in WITH_PROVIDER.items() if key != name}
        with pytest.raises(MissingSettingError, match=name):
            load_settings(without)


def test_the_application_signs_in_at_the_provider_it_is_told_of() -> None:
    settings = load_settings(WITH_PROVIDER)
    provider = sign_in_provider(settings)

    assert sign_in_provider(load_settings(COMPLETE)) is None
    assert provider is not None
    assert "hemmelig" not in repr((settings, provider))


@pytest.mark.parametrize("key", ["hemmelig", "{}", ""])
def test_a_key_that_cannot_be_used_is_a_bad_setting(key: str) -> None:
    with pytest.raises((BadSettingError, MissingSettingError), match="OIDC_CLIENT_KEY") as caught:
        sign_in_provider(load_settings(WITH_PROVIDER | {"BRUKERPLAN_OIDC_CLIENT_KEY": key}))

    assert "hemmelig" not in str(caught.value)


def test_every_code_of_a_refused_sign_in_is_documented() -> None:
    documented = set(re.findall(r"`([a-z_]+)`", DOCUMENT.read_text(encoding="utf-8")))
    of_their_own = {
        kind.code
        for base in (ProviderError, ProviderLinkError)
        for kind in base.__subclasses__()
        if "code" in vars(kind)
    }
    given = {"answer_iss", "client_refused", "metadata", "metadata_issuer", "token_signature"}

    assert len(of_their_own) > 10
    assert of_their_own | given <= documented
    assert "made_up" not in documented


def test_links_lead_to_the_address_without_a_slash_too_many(tmp_path: Path) -> None:
    given = {"BRUKERPLAN_PUBLIC_URL": "https://brukerplan.example/"}
    demo = {"BRUKERPLAN_INSTANCE": str(tmp_path)}

    assert load_settings(COMPLETE | given).public_url == "https://brukerplan.example"
    assert load_settings(demo).public_url == "http://127.0.0.1:5000"


def test_the_demo_makes_its_own_secrets_and_keeps_them(tmp_path: Path) -> None:
    here = {"BRUKERPLAN_INSTANCE": str(tmp_path / "here")}
    there = {"BRUKERPLAN_INSTANCE": str(tmp_path / "there")}

    first = load_settings(here)

    assert load_settings(here).secret_key == first.secret_key
    assert load_settings(there).secret_key != first.secret_key
    assert (tmp_path / "here" / "demo-secrets.json").stat().st_mode & 0o077 == 0


def test_a_second_factor_is_required_in_production_and_where_the_demo_is_told_so(
    tmp_path: Path,
) -> None:
    demo = {"BRUKERPLAN_INSTANCE": str(tmp_path)}

    assert load_settings(COMPLETE).second_factor_required
    assert not load_settings(demo).second_factor_required
    assert load_settings(demo | {"BRUKERPLAN_SECOND_FACTOR": "required"}).second_factor_required


def test_no_header_names_an_address_unless_there_is_a_proxy() -> None:
    assert load_settings(COMPLETE).proxies == 0
    assert load_settings(COMPLETE | {"BRUKERPLAN_PROXIES": "1"}).proxies == 1


def test_a_database_on_the_command_line_wins_over_the_environment() -> None:
    assert load_settings(COMPLETE, database_url="sqlite://").database_url == "sqlite://"


def test_only_the_demo_accepts_test_numbers(tmp_path: Path) -> None:
    demo: Settings = load_settings({"BRUKERPLAN_INSTANCE": str(tmp_path)})

    assert demo.allow_synthetic_numbers
    assert not load_settings(COMPLETE).allow_synthetic_numbers


def lacking(document: str) -> list[str]:
    """Rows of the table of settings that the document does not hold."""
    rows = [f"| `{s.name}` | {'yes' if s.secret else 'no'} | {s.meaning} |" for s in SETTINGS]
    return [row for row in rows if row not in document]


def test_every_setting_is_documented() -> None:
    assert lacking(DOCUMENT.read_text(encoding="utf-8")) == []


def test_a_setting_that_left_the_document_would_be_noticed() -> None:
    document = DOCUMENT.read_text(encoding="utf-8").replace("BRUKERPLAN_MASTER_KEY", "X")

    assert len(lacking(document)) == 1
