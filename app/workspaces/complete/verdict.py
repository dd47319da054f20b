"""What is said of completions, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.contracts.particles import Particles

EXACT, LATE, RELIABLE, FEW, POOR = "exact", "late", "reliable", "few", "poor"
RUNNING, UNFINISHED = "running", "unfinished"


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What is said of completions.

    kind
        One of this module's constants.
    title, sentence
        The word, and why.
    help
        What stands behind it, for a tooltip.
    button, advice
        What may be done about it: a button's words, and the parameters that it sets.
    particles, low
        The figures, and the effective sample size under which they are low; None where nothing was weighed.
    """

    kind: str
    title: str
    sentence: str
    help: str = ""
    button: str = ""
    advice: Mapping[str, Any] | None = None
    particles: Particles | None = None
    low: float = 0.0
