"""What was made last time, as long as it was made of the very same things: so that states keep their identity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Kept:
    """One value by name, with the key that it was made for."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def keep(self, name: str, key: tuple[Any, ...], make: Callable[..., Any], *arguments: Any) -> Any:
        """What ``make`` made for this key last time, as long as the key's parts are the very same or equal.

        Arrays may be parts: another array is another part, whatever it holds.
        """
        kept = self._kept.get(name)
        if kept is None or len(kept[0]) != len(key) or any(not _same(a, b) for a, b in zip(kept[0], key, strict=True)):
            kept = (key, make(*arguments))
            self._kept[name] = kept
        return kept[1]


def _same(a: Any, b: Any) -> bool:
    return a is b or (type(a) is type(b) and not hasattr(a, "__array__") and bool(a == b))
