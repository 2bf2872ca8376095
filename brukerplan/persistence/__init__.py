"""The store: tables, migrations and scoped reads. The only home of SQLAlchemy."""
