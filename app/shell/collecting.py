"""When Python looks for garbage: never for long under a person's hand.

A full collection goes through all objects there are.  Some seventy thousand live as long as the window (modules,
widgets, models' cards); looking at those took 36 to 42 ms, more than two frames, once or twice in the minute in which
a wall of thousands is drawn.  Told that they stay, the collector goes through the young ones alone.
"""

from __future__ import annotations

import gc


def spare_the_hand() -> None:
    """All objects there are now stay as long as the process: call it once, when the window stands."""
    gc.collect()
    gc.freeze()
