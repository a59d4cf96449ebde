"""``Validated[T]``: what has passed the gate. Only this package can make one."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")

_TOKEN = object()


class Validated(Generic[T]):
    """A value that the gate has approved; immutable.

    The writer accepts nothing else, so a change that was not checked has the wrong type. The token is private to this
    package: :func:`validation.gate.approve` is the one place that makes one.

    Raises:
        TypeError: made, changed or copied anywhere else.
    """

    __slots__ = ("_value",)
    _value: T

    def __init__(self, value: T, token: object) -> None:
        if token is not _TOKEN:
            raise TypeError("Only the validation gate makes Validated values: call validation.gate.approve.")
        object.__setattr__(self, "_value", value)

    @property
    def value(self) -> T:
        """What was validated."""
        return self._value

    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError("Validated values cannot be changed.")

    def __delattr__(self, name: str) -> None:
        raise TypeError("Validated values cannot be changed.")

    def __reduce__(self) -> str:
        raise TypeError("Validated values are not copied between processes: validate where you write.")

    def __repr__(self) -> str:
        return f"Validated({self._value!r})"


def _seal(value: T) -> Validated[T]:
    """For :func:`validation.gate.approve` only."""
    return Validated(value, _TOKEN)
