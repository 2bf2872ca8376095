"""What the server serves while saving is measured: the application, and a bare view beside it.

Both stand behind the same timer in the same server, on the same database, and are sent the
same form.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from brukerplan.app import create_app
from brukerplan.config import load_settings
from brukerplan.persistence.engine import Database
from brukerplan.persistence.reach import MACHINE

BARE = "/bare"


class Base(DeclarativeBase):
    """The bare view's own tables."""


class BareRow(Base):
    """What the bare view inserts."""

    __tablename__ = "benchmark_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(sa.String(200))


def timed_application() -> Callable[..., Iterable[bytes]]:
    """Build both, timed; gunicorn calls this in each worker."""
    database = Database(load_settings().database_url, reach=MACHINE)
    return _timed(DispatcherMiddleware(create_app(), {BARE: bare_application(database.engine)}))


def bare_application(engine: sa.Engine) -> Flask:
    """Build a Flask application of one view that inserts one row and nothing else."""
    app = Flask("bare")

    @app.post("/")
    def insert() -> ResponseReturnValue:
        with Session(engine) as session, session.begin():
            session.add(BareRow(text=request.form["version"]))
        return jsonify(saved=True)

    return app


def _timed(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Tell in a header how long it took from the request to the answer's first line."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = time.perf_counter()

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            took = (time.perf_counter() - began) * 1000
            return start_response(
                status, [*headers, ("Server-Timing", f"app;dur={took:.3f}")], *rest
            )

        return application(environ, start)

    return serve
