"""Entry for a WSGI server: ``gunicorn wsgi:app``."""

from brukerplan.app import create_app

app = create_app()
