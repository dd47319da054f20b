"""What an action did, as a value: enough to undo it, and to do it again."""

from __future__ import annotations

from dataclasses import dataclass

from app.documents.collection.picture import Marks


@dataclass(frozen=True, slots=True)
class Shift:
    """One picture's marks before and after an action."""

    identity: int
    before: Marks
    after: Marks


@dataclass(frozen=True, slots=True)
class Change:
    """An acknowledged action: it is on the disk.  ``action`` is the word for it ("star", "delete"); every picture that
    it was asked of is among ``shifts``, changed or not."""

    action: str
    shifts: tuple[Shift, ...]

    @property
    def identities(self) -> tuple[int, ...]:
        """The pictures, in the order in which they were given."""
        return tuple(shift.identity for shift in self.shifts)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different from before."""
        return all(shift.before == shift.after for shift in self.shifts)

    @property
    def reverse(self) -> Change:
        """The change that undoes this one."""
        return Change(self.action, tuple(Shift(s.identity, s.after, s.before) for s in self.shifts))
