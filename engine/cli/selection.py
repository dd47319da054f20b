"""Which pictures of the given files are scored, and what the manifest says of just these."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import RequestError


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """``rows``: the places of the pictures among all ``of``, in order.

    ``last``: how many from the end they were taken from (all of them where nothing was said); ``leading``: they are
    the first of these.
    """

    rows: NDArray[np.int64]
    of: int
    last: int
    leading: bool

    @property
    def words(self) -> str:
        """What to say behind a sentence on the result; empty if every picture was scored."""
        tail = f"the last {self.last} of " if self.last < self.of else ""
        if len(self.rows) == self.last:
            return f", {tail}{self.of} pictures" if tail else ""
        part = f"the first {len(self.rows)} of" if self.leading else "a random subset of"
        return f", {part} {tail}{self.of} pictures"


def check_selection(options: argparse.Namespace) -> None:
    """Raises `RequestError` for numbers of pictures that make no sense."""
    for flag, count in (("limit", options.limit), ("first", options.first), ("last", options.last)):
        if count is not None and count < 1:
            raise RequestError(
                f"--{flag} is {count}, and one picture is the least.", f"Give --{flag} 1 or more, or leave it out."
            )
    if options.limit is not None and options.first is not None:
        raise RequestError("--limit and --first both say which pictures to score.", "Give one of them.")


def select(options: argparse.Namespace, count: int) -> Selection:
    """The pictures that ``--last``, ``--first`` or ``--limit`` leave of ``count``."""
    last = min(count, options.last or count)
    start = count - last
    if options.limit is None:
        return Selection(np.arange(start, start + min(last, options.first or last)), count, last, True)
    # A stream of its own: the choice must not depend on whether the same seed has also binarized the pictures.
    chosen = np.random.default_rng([options.seed, 1]).permutation(last)[: options.limit]
    return Selection(start + np.sort(chosen), count, last, len(chosen) == last)


def noted(figure: object, selection: Selection, seed: int) -> float | str:
    """What a figure of the manifest says of the pictures selected, or a sentence on why it says nothing of them.

    A figure has a ``value`` over the first ``n`` pictures of ``of`` (all of them where that is not said), and in
    ``first`` further values over fewer; the noise that enters some is that of their ``seed``.
    """
    if not isinstance(figure, Mapping) or not isinstance(figure.get("value"), (int, float)):
        return "The manifest has no such figure."
    if figure.get("seed", seed) != seed:
        return f"The figure was measured with --seed {figure['seed']}, and this with {seed}."
    n = len(selection.rows)
    full = figure.get("n", selection.last)
    whole = figure.get("of", full)
    measured = [*((entry.get("n"), entry.get("value")) for entry in _entries(figure)), (full, figure["value"])]
    values = {count: value for count, value in measured if type(count) is int}
    value = values.get(n)
    if whole == selection.last and selection.leading and isinstance(value, (int, float)):
        return float(value)
    counts = " or ".join(str(count) for count in sorted(values))
    first = f" of the first {counts}" if whole != full or len(values) > 1 else ""
    return f"{n} of {selection.last} pictures were scored, and the figure is{first} of {whole}."


def _entries(figure: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = figure.get("first")
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, (list, tuple)) else []
