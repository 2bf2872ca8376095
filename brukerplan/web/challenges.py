"""What a passkey is asked, kept in the browser's signed cookie until it is answered."""

from __future__ import annotations

from flask import Response, jsonify, session

from brukerplan.actions.passkey_asking import Asked, Site
from brukerplan.actions.passkeys import CHALLENGE_LIFETIME, PasskeyRefusedError
from brukerplan.web.clock import now
from brukerplan.web.services import services

_KEPT = "passkey"


def site() -> Site:
    """Return what passkeys are made for.

    Raises
    ------
    PasskeyRefusedError
        Browsers make none at this address.
    """
    found = services().passkey_site
    if found is None:
        raise PasskeyRefusedError
    return found


def put(asked: Asked) -> Response:
    """Answer the page's script with the options, and keep the challenge."""
    session[_KEPT] = {"challenge": asked.challenge, "at": now().timestamp()}
    response = jsonify(asked.options)
    response.headers["Cache-Control"] = "no-store"
    return response


def taken() -> str:
    """Return the challenge that was kept, and forget it.

    Raises
    ------
    PasskeyRefusedError
        Nothing was asked, or too long ago.
    """
    kept = session.pop(_KEPT, None)
    if kept is None or now().timestamp() - kept["at"] >= CHALLENGE_LIFETIME.total_seconds():
        raise PasskeyRefusedError
    return str(kept["challenge"])
