"""Reads, each scoped by organisation; they return frozen dataclasses and no rows."""
