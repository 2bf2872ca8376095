"""Sending e-mail through an SMTP server: plain text, nothing else.

The server is told of by an address (``smtp://user:password@host:587``). What is sent goes
over TLS, unless the server is on the machine itself or the address says ``?tls=never``; a
password is never sent in clear.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import ClassVar, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from brukerplan.translation import UserError, mark

Tls = Literal["never", "starttls", "from_start"]

_log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0
_PORTS = {"smtp": 587, "smtps": 465}
_OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}


class BadMailUrlError(ValueError):
    """The address of a mail server cannot be read; it is not repeated: it holds a password."""


class MailNotSentError(UserError):
    """The server could not be reached, or did not take the message."""

    message: ClassVar[str] = mark(
        "E-posten ble ikke sendt. E-posttjeneren svarer ikke, eller tar ikke imot. Prøv igjen om "
        "litt."
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one person. Neither text nor address shows in ``repr``."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes messages. User and password stay out of ``repr``.

    Parameters
    ----------
    sender
        The address messages come from.
    tls
        ``starttls`` begins in clear and refuses to go on without TLS.
    timeout
        Seconds to wait for each answer of the server.
    """

    host: str
    port: int
    sender: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    tls: Tls = "starttls"
    timeout: float = TIMEOUT_SECONDS

    @classmethod
    def from_url(cls, url: str, *, sender: str) -> MailServer:
        """Read ``smtp://user:password@host:port`` or ``smtps://…``.

        Raises
        ------
        BadMailUrlError
            For any other address, and for a password that would be sent in clear.

        >>> MailServer.from_url("smtps://post.example", sender="a@b.example").port
        465
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise BadMailUrlError("not an address") from error
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        tls: Tls = "from_start" if parts.scheme == "smtps" else "starttls"
        if tls == "starttls" and parts.hostname in _OWN_MACHINE:
            tls = "never"
        wanted = options.pop("tls", tls)
        if parts.scheme == "smtp" and wanted in ("never", "starttls"):
            tls = "never" if wanted == "never" else "starttls"
        elif wanted != tls:
            raise BadMailUrlError("tls is never or starttls, and only for smtp")
        if parts.scheme not in _PORTS or not parts.hostname or options or parts.fragment:
            raise BadMailUrlError("not smtp://host or smtps://host")
        if parts.path not in ("", "/") or port == 0:
            raise BadMailUrlError("not smtp://host or smtps://host")
        if parts.password and tls == "never" and parts.hostname not in _OWN_MACHINE:
            raise BadMailUrlError("the password would be sent in clear")
        return cls(
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            sender=sender,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
        )

    def send(self, to: str, subject: str, text: str) -> None:
        """Send one message.

        Raises
        ------
        MailNotSentError
            It was not taken.
        """
        if self.send_all((Letter(to, subject, text),)):
            raise MailNotSentError

    def send_all(self, letters: Iterable[Letter]) -> tuple[Letter, ...]:
        """Send each, over one connection, and return those that were not taken.

        A server that stops answering is not asked again: the rest come back at once.
        """
        waiting = list(letters)
        refused: list[Letter] = []
        if not waiting:
            return ()
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            _failed(error)
            return tuple(waiting)
        try:
            while waiting:
                try:
                    server.send_message(self._message(waiting[0]))
                except _REFUSED as error:
                    _failed(error)
                    refused.append(waiting[0])
                del waiting[0]
        except (OSError, smtplib.SMTPException) as error:
            _failed(error)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()
        return (*refused, *waiting)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self.tls == "from_start":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.tls == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2] or None)
        # Nobody's holiday notice is to answer.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


# Refusals of one message; anything else is about the connection.
_REFUSED = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
    # What was to stand in a header has a line break.
    ValueError,
)


def _failed(error: Exception) -> None:
    # The type alone: what a server answers may repeat the address.
    _log.warning("mail not sent: %s", type(error).__name__)
