"""The chapters of a report, one function each: ``Setting`` in, ``Chapter`` out."""
