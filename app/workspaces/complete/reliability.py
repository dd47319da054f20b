"""How far completions can be relied on, in a word: the one place where figures become a verdict.

Raster order is exact where no given pixel comes after the first unknown one; later ones it ignores.  Particles weigh
those, by an estimate that fails in two ways, and both show in figures that the engine sends:

* the *effective sample size* (N equal weights count N, one that outweighs all others counts 1) falls so low at the end
  of a row that everything after it is built on what a handful of particles happened to have drawn;
* the pictures shown are copies of few.

The numbers below were set beside completions of digits and portraits: 64 particles over 20 % scattered pixels of a
digit come to 11 of 64 from 3 ancestors, and are good; of a portrait in 64 colours to 1 of 64 from 1, and are not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from app.workspaces.complete import reliability_words as words
from app.workspaces.complete.desk import Made, can_weigh
from app.workspaces.complete.verdict import EXACT, FEW, LATE, POOR, RELIABLE, RUNNING, UNFINISHED, Verdict
from engine.contracts.controls import PARTICLES
from engine.contracts.manifest import Manifest
from engine.contracts.particles import Particles
from engine.contracts.requests import CompleteImage

LOW_SHARE = 0.05
"""An effective sample size below this share of a run's particles is low,"""
LOW_NUMBER = 3.0
"""and below this number it is so whatever they were."""
FEW_ANCESTORS = 3
"""From fewer than so many first rows a run, completions are variations of one or two pictures."""
FEW_SHOWN = 0.75
"""Where less than this share of the pictures shown are different ones, they are said to be few."""
MORE = 4
"""How many times as many particles are offered where these were too few."""


def low_mark(each: int) -> float:
    """The effective sample size of a run of so many particles below which it is low."""
    return min(float(each), max(LOW_SHARE * each, LOW_NUMBER))


def verdict(made: Made, manifest: Manifest) -> Verdict:
    """What is said of finished completions."""
    if late_pixels(made) == 0:
        given = bool(made.request.observed.any())
        return Verdict(EXACT, words.EXACT, words.ALL_USED if given else words.NOTHING_GIVEN, words.EXACT_HELP)
    found = made.completion.particles
    return _of_raster(made, manifest) if found is None else _of_particles(made, found)


def compared(made: Made, manifest: Manifest, weighed: bool) -> Verdict:
    """What is said of the same request in raster order, below completions that were ``weighed`` or were not."""
    if late_pixels(made) == 0:
        return Verdict(EXACT, words.EXACT, words.SAME_AS_ABOVE, words.EXACT_HELP)
    instead = words.NOT_SHAPED if weighed else words.THESE_TOO
    return replace(_of_raster(made, manifest, instead), button="", advice=None)


def running() -> Verdict:
    """What is said while particles are drawn and shown."""
    return Verdict(RUNNING, words.RUNNING, words.MAY_CHANGE, words.PARTICLES_HELP)


def unfinished() -> Verdict:
    """What is said of particles that were stopped on the way."""
    return Verdict(UNFINISHED, words.UNFINISHED, words.STOPPED_EARLY, words.PARTICLES_HELP)


def late_pixels(made: Made) -> int:
    """How many given pixels the order comes to after the first unknown one."""
    flat = made.request.observed.reshape(-1)[made.completion.order]
    return 0 if flat.all() else int(flat[int(np.argmin(flat)) :].sum())


def _of_raster(made: Made, manifest: Manifest, instead: str = "") -> Verdict:
    """``instead`` of what could be done about it."""
    count, possible = late_pixels(made), can_weigh(manifest)
    offered = possible and made.request.temperature > 0
    why = instead or (words.WEIGHABLE if offered else words.BEYOND if possible else words.CANNOT)
    button, advice = (words.USE_PARTICLES, {"method": "auto"}) if offered else ("", None)
    return Verdict(LATE, words.ignores(count), words.after_a_hole(count, why), button=button, advice=advice)


def _of_particles(made: Made, found: Particles) -> Verdict:
    images = made.completion.images
    count = len(images)
    shown = len(np.unique(images.reshape(count, -1), axis=0))
    kind, title, sentence = _judged(found, shown, count)
    request, most = made.request, int(PARTICLES.maximum or 1)
    usual: Any = CompleteImage.__dataclass_fields__["particles"].default
    more = min(max(MORE * request.particles, usual), most)
    offered = kind == POOR and more > request.particles
    return Verdict(
        kind,
        title,
        sentence,
        help="\n".join((words.PARTICLES_HELP, "", *(f"{name}: {figure}" for name, figure in words.facts(found)))),
        button=words.take(more) if offered else "",
        advice={"particles": more} if offered else None,
        particles=found,
        low=low_mark(found.each),
    )


def _judged(found: Particles, shown: int, count: int) -> tuple[str, str, str]:
    """Kind, title and sentence; ``shown`` of the ``count`` pictures are different ones.

    Copies are no fault where different beginnings came to them (more ancestors than answers): there was little to
    choose.
    """
    lowest, copies = found.lowest * found.each, shown < FEW_SHOWN * count
    if lowest < low_mark(found.each) or found.each == 1:
        if found.ancestors < FEW_ANCESTORS * max(1, len(found.ess)):
            return POOR, words.POOR, words.poor(lowest, found.each, found.ancestors)
        return FEW, words.FEW, words.repeated(shown, count) if copies else words.narrow(lowest, found.each)
    if not copies:
        return RELIABLE, words.RELIABLE, words.ENOUGH
    if found.distinct < found.ancestors:
        return RELIABLE, words.RELIABLE, words.alike(shown, count)
    return FEW, words.FEW, words.repeated(shown, count)
