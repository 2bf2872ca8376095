"""A research project's file: rows in, bytes out, in the form its statistics program reads.

No database, no Flask, and no file on any disk: what is written here is handed over at once.
"""

from brukerplan.extracts.codebook import Facts
from brukerplan.extracts.labels import Column, columns_of
from brukerplan.extracts.written import Form, packed

__all__ = ["Column", "Facts", "Form", "columns_of", "packed"]
