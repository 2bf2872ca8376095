"""Objects that hold a secret and never show it."""

from __future__ import annotations

from typing import NoReturn, Self


class SecretNotShownError(TypeError):
    """Something tried to copy a secret out of the process: pickle, a cache, a job queue."""


class Opaque:
    """Base of what must not reach a log, a page, a traceback or a file.

    Not a dataclass: ``asdict``, the generated ``repr`` and pickling would each read the
    secret out. Subclasses keep it in a slot whose name starts with an underscore and are
    written once, by ``_set``.
    """

    __slots__ = ()

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: not shown>"

    # str() falls back on repr, and a format specification must not find a way round it.
    def __format__(self, _specification: str, /) -> str:
        return repr(self)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __reduce_ex__(self, _protocol: object, /) -> NoReturn:
        raise SecretNotShownError(f"{type(self).__name__} is not written anywhere")

    def __getstate__(self) -> NoReturn:
        raise SecretNotShownError(f"{type(self).__name__} is not written anywhere")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, object], /) -> Self:
        return self
