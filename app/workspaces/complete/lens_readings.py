"""From the engine's answers to what a lens shows: maps, shares, figures.  Pure numpy."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.workspaces.complete.lens_state import LensMap
from engine.contracts.arrays import Observed
from engine.contracts.particles import Evidence
from engine.contracts.probes import Examination, Influence

BIT = float(np.log(2.0))
"""Nats a bit."""
LEAST_SCALE = 1.0
"""Bits at the end of a scale at least: a picture without any surprise is not blown up to one."""
_FLIPS = ("upright", "flip_horizontal", "flip_vertical", "rotate_180")


@lru_cache(maxsize=64)
def reading_order(orientation: str, height: int, width: int) -> NDArray[np.int32]:
    """Upright flat pixel indices (H * W,) in the order in which an orientation reads them; unknown names: upright."""
    places = np.arange(height * width, dtype=np.int32).reshape(height, width)
    transposed = orientation.startswith("transpose")
    flip = orientation.removeprefix("transpose").removeprefix("_") or "upright"
    code = _FLIPS.index(flip) if flip in _FLIPS else 0
    turned = places[:: -1 if code & 2 else 1, :: -1 if code & 1 else 1]
    order = np.ascontiguousarray(turned.T if transposed else turned).reshape(-1)
    order.setflags(write=False)
    return order


def ranks(orientation: str, height: int, width: int) -> NDArray[np.int32]:
    """(H, W): the how-manieth to be read every pixel is, from 0."""
    order = reading_order(orientation, height, width)
    found = np.empty(order.size, np.int32)
    found[order] = np.arange(order.size, dtype=np.int32)
    return found.reshape(height, width)


def foreseen(known: Observed, orientation: str) -> Observed:
    """(H, W): pixels before which nothing unknown is read, so that their distribution means something."""
    order = reading_order(orientation, *known.shape)
    flat = known.reshape(-1)[order]
    first = flat.size if flat.all() else int(np.argmin(flat))
    found = np.zeros(flat.size, np.bool_)
    found[order[: first + 1]] = True
    return found.reshape(known.shape)


def exact_order(observed: Observed, orientations: tuple[str, ...]) -> bool:
    """Whether one of these orders reads all given pixels before the first unknown one."""
    return any(bool((foreseen(observed, name) | ~observed).all()) for name in orientations)


def bits_of(examination: Examination) -> NDArray[np.float32]:
    """-log2 p of what is there, (H, W)."""
    return np.asarray(np.maximum(-examination.log_prob / BIT, 0.0), np.float32)


def entropy_of(examination: Examination) -> NDArray[np.float32]:
    """Bits, (H, W)."""
    return np.asarray(np.maximum(examination.entropy / BIT, 0.0), np.float32)


def bits_map(bits: NDArray[np.float32], where: Observed, most: float | None = None) -> LensMap:
    """Bits over the picture, coloured ``where`` they mean something; the scale ends at ``most``, else the largest."""
    largest = float(bits[where].max()) if where.any() else 0.0
    top = max(largest if most is None else most, LEAST_SCALE)
    values = np.where(where, bits / np.float32(top), np.float32(np.nan)).astype(np.float32)
    return LensMap(values, high=f"{top:.1f}", unit="bits")


def surprise_share(bits: NDArray[np.float32], where: Observed) -> tuple[int, float]:
    """Of how many of the most surprising pixels (a twentieth, one at least) the share in all bits is meant, and that
    share, 0..1."""
    found = np.sort(bits[where])[::-1]
    count = max(1, round(found.size / 20))
    total = float(found.sum())
    return count, float(found[:count].sum()) / total if total > 0 else 0.0


def influence_map(influence: Influence) -> LensMap:
    """Influence on a scale of square roots, so that weak ones are seen; the pixel itself and later ones are apart."""
    height, width = influence.nats.shape
    place = ranks(influence.orientation, height, width)
    own = place[influence.row, influence.column]
    matters = influence.nats > 0
    before, largest = place < own, max(float(influence.nats.max()), 1e-9)
    values = np.where(matters, np.sqrt(influence.nats / largest), np.nan).astype(np.float32)
    return LensMap(values, before & ~matters, (place > own) & ~matters, high=f"{largest:.2g}", unit="nats (√)")


def field_size(influence: Influence) -> tuple[int, int]:
    """How many pixels matter, and how many are read before."""
    place = ranks(influence.orientation, *influence.nats.shape)
    return int((influence.nats > 0).sum()), int(place[influence.row, influence.column])


def evidence_of(evidence: Evidence) -> tuple[float, float]:
    """Log p(given pixels) over classes of equal prior weight, nats, and its standard deviation over the repeats."""
    by_repeat = _log_mean(evidence.estimates)
    spread = float(by_repeat.std(ddof=1)) if by_repeat.size > 1 else 0.0
    return float(_log_mean(evidence.log_evidence[:, None])[0]), spread


def _log_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log mean exp over the first axis."""
    top = values.max(axis=0)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(top + np.log(np.exp(values - top).mean(axis=0)))


def speaks_for(given: Examination, without: Examination, where: Observed) -> LensMap:
    """Where the picture speaks for a class: log p(pixel | before, class) - log p(pixel | before), nats."""
    gain = given.log_prob - without.log_prob
    largest = max(float(np.abs(gain[where]).max()) if where.any() else 0.0, 0.1)
    values = np.where(where, np.clip(gain / largest, -1, 1), np.nan).astype(np.float32)
    return LensMap(values, low=f"−{largest:.1f}", high=f"+{largest:.1f}", unit="nats", diverging=True)
