"""Undo and redo over values: every step holds the whole value, which is cheap because values share their arrays."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")

LIMIT = 200
"""Steps that can be undone."""


class History(Generic[T]):
    """A line of values with a place on it."""

    def __init__(self, value: T, limit: int = LIMIT) -> None:
        self._values: list[T] = [value]
        self._at = 0
        self._limit = limit
        self._merge_key: str | None = None

    @property
    def value(self) -> T:
        """The value at the present place."""
        return self._values[self._at]

    def push(self, value: T, merge_key: str | None = None) -> None:
        """A new step, which ends what could be redone.

        Steps that follow one another with the same ``merge_key`` are one step: a stroke, the drag of a slider.
        """
        if value is self.value:
            return
        del self._values[self._at + 1 :]
        if merge_key is not None and merge_key == self._merge_key and self._at > 0:
            self._values[self._at] = value
        else:
            self._values.append(value)
            del self._values[: -self._limit - 1]
            self._at = len(self._values) - 1
        self._merge_key = merge_key

    def replace(self, value: T) -> None:
        """Put a value in the present one's place; no step."""
        self._values[self._at] = value

    def seal(self) -> None:
        """The next push is a step of its own, whatever its key."""
        self._merge_key = None

    def has_passed(self, value: T) -> bool:
        """Whether this very value is the present one or can be undone to."""
        return any(passed is value for passed in self._values[: self._at + 1])

    @property
    def can_undo(self) -> bool:
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        return self._at < len(self._values) - 1

    def undo(self) -> T:
        """One step back, as far as there is one."""
        self.seal()
        self._at = max(0, self._at - 1)
        return self.value

    def redo(self) -> T:
        """One step forward, as far as there is one."""
        self.seal()
        self._at = min(len(self._values) - 1, self._at + 1)
        return self.value
