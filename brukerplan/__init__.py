"""brukerplan: yearly mapping of people with substance or mental-health problems."""

__version__ = "0.1.0"
