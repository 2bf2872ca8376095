"""E-mail through a real SMTP server."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from pathlib import Path

import pytest

from brukerplan.mail import BadMailUrlError, Letter, MailNotSentError, MailServer
from tests.mail.server import SENDER, PostOffice, certificate, free_port

SECRET = "hemmelig/passord@1"
URL = "smtp://avsender:hemmelig%2Fpassord%401@localhost"


def test_a_message_arrives_as_it_was_written() -> None:
    with PostOffice() as office:
        office.mail.send("kari@kommune.example", "Påminnelse", "Frist om tre dager.\nHilsen Æøå")

    (letter,) = office.letters
    assert letter["From"] == SENDER
    assert letter["To"] == "kari@kommune.example"
    assert letter["Subject"] == "Påminnelse"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content_charset() == "utf-8"
    assert "Frist om tre dager.\nHilsen Æøå" in letter.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"


def test_those_the_server_does_not_know_come_back_and_the_others_get_theirs() -> None:
    letters = [Letter(f"{name}@kommune.example", "Hei", "Hei") for name in ("a", "b", "c")]
    with PostOffice(refuses=frozenset({"b@kommune.example"})) as office:
        returned = office.mail.send_all(letters)

    assert returned == (letters[1],)
    assert office.recipients == ["a@kommune.example", "c@kommune.example"]


def test_a_line_break_cannot_add_a_header_or_a_recipient() -> None:
    forged = Letter("a@kommune.example", "Hei\nBcc: mange@kommune.example", "Hei")
    with PostOffice() as office:
        assert office.mail.send_all([forged]) == (forged,)

    assert office.letters == []


def test_a_server_that_is_not_there_is_said_in_plain_words() -> None:
    nobody = MailServer("127.0.0.1", free_port(), SENDER, tls="never")

    with pytest.raises(MailNotSentError, match="Prøv igjen om litt"):
        nobody.send("kari@kommune.example", "Hei", "Hei")


def waiting(server: socket.socket) -> int:
    """How many have knocked at a door that nobody opened."""
    server.setblocking(False)
    knocks = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            knocks += 1
    return knocks


def test_a_server_that_never_answers_is_not_waited_for_once_a_message() -> None:
    letters = [Letter(f"{number}@kommune.example", "Hei", "Hei") for number in range(20)]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = MailServer("127.0.0.1", silent.getsockname()[1], SENDER, tls="never", timeout=0.2)
        returned = server.send_all(letters)
        asked = waiting(silent)

    assert len(returned) == 20
    assert asked == 1


def test_a_server_that_goes_away_half_way_leaves_the_rest_unsent() -> None:
    letters = [Letter(f"{number}@kommune.example", "Hei", "Hei") for number in range(5)]
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet_and_hang_up() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"220 hei\r\n")
                connection.recv(1000)

        thread = threading.Thread(target=greet_and_hang_up)
        thread.start()
        server = MailServer("127.0.0.1", listening.getsockname()[1], SENDER, tls="never", timeout=2)
        returned = server.send_all(letters)
        thread.join()

    assert len(returned) == 5


def test_the_password_goes_over_tls_to_a_server_that_is_who_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, tls = certificate(tmp_path)
    with PostOffice(tls=tls, account=("avsender", SECRET)) as office:
        server = MailServer.from_url(f"{URL}:{office.port}?tls=starttls", sender=SENDER)
        with pytest.raises(MailNotSentError):
            server.send("kari@kommune.example", "Hei", "A certificate nobody vouches for")
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        server.send("kari@kommune.example", "Hei", "Hei")

    assert office.recipients == ["kari@kommune.example"]


def test_a_server_without_tls_is_not_spoken_to_where_tls_is_demanded() -> None:
    with PostOffice() as office:
        server = MailServer.from_url(f"{URL}:{office.port}?tls=starttls", sender=SENDER)
        with pytest.raises(MailNotSentError):
            server.send("kari@kommune.example", "Hei", "Hei")

    assert office.letters == []


def test_a_wrong_password_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, tls = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with PostOffice(tls=tls, account=("avsender", "et annet")) as office:
        server = MailServer.from_url(f"{URL}:{office.port}?tls=starttls", sender=SENDER)
        with pytest.raises(MailNotSentError):
            server.send("kari@kommune.example", "Hei", "Hei")

    assert office.letters == []


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtp://post.example", "post.example", 587, "starttls"),
        ("smtp://post.example:25", "post.example", 25, "starttls"),
        ("smtp://post.example?tls=never", "post.example", 587, "never"),
        ("smtps://post.example/", "post.example", 465, "from_start"),
        ("smtp://localhost:25", "localhost", 25, "never"),
        ("smtp://localhost:25?tls=starttls", "localhost", 25, "starttls"),
    ],
)
def test_an_address_says_where_and_how(url: str, host: str, port: int, tls: str) -> None:
    server = MailServer.from_url(url, sender=SENDER)

    assert (server.host, server.port, server.tls) == (host, port, tls)


@pytest.mark.parametrize(
    "url",
    [
        "http://post.example",
        "post.example:25",
        "smtp://",
        "smtp://post.example:0",
        "smtp://post.example:99999",
        "smtp://post.example/path",
        "smtp://post.example?tls=maybe",
        "smtps://post.example?tls=never",
        "smtp://post.example?timeout=1",
        "smtp://a:hemmelig@post.example?tls=never",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(BadMailUrlError) as caught:
        MailServer.from_url(url, sender=SENDER)

    assert "post.example" not in str(caught.value)


def test_neither_password_nor_recipient_shows_when_printed_or_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = MailServer.from_url(URL + f":{free_port()}", sender=SENDER)
    with caplog.at_level(logging.DEBUG):
        letter = Letter("kari@kommune.example", "Hei", "Om noe")
        server.send_all([letter])

    assert server.password == SECRET
    shown = repr(server) + repr(letter) + caplog.text
    assert "mail not sent" in shown
    for hidden in ("hemmelig", "avsender", "kari@", "Om noe"):
        assert hidden not in shown
