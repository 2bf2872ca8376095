"""Use cases: each asks for permission, works in one transaction and leaves a log row in it."""
