"""Reports: protected tables in, a web page or a tagged PDF out.

Nothing here sees persons, a frame or a database session: every number comes from a
``SafeTable``, which only the disclosure room can make.
"""
