"""Use cases: each asks for permission, works in one transaction and leaves a log row in it.

Two do not ask: `accounts`, for whoever runs the machine, and `reporting`, which is public.
"""
