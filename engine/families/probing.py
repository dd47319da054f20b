"""Looking into a density: what a model says of every pixel of a picture, and what one of its predictions depends on."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.probes import MOST_TOLD, Examination, Influence
from engine.contracts.requests import ExamineImage, MeasureInfluence
from engine.numerics import categorical
from engine.sampling import orientation, receptive_field
from engine.sampling.step import Progress

if TYPE_CHECKING:
    from engine.families.autoregressive import Autoregressive


def examine(family: Autoregressive, request: ExamineImage) -> Generator[Progress, None, Examination]:
    """Answer an `ExamineImage`: one pass, without a step on the way, since a hand is waiting for it."""
    yield from ()
    began = time.perf_counter()
    levels = family.codec.encode(request.pixels, "nearest")
    name = _orientation(family, request)
    turned = np.ascontiguousarray(orientation.turn(levels, name))
    logits = orientation.turn_back(family.logits(turned[None], request.class_name, name)[0], name)
    log_p = categorical.log_softmax(np.ascontiguousarray(logits), request.temperature)  # (H, W, K), once for all
    p = np.exp(log_p)
    return Examination(
        log_prob=np.take_along_axis(log_p, levels[..., None], axis=-1)[..., 0].astype(np.float32),
        entropy=categorical.entropy_of(log_p, p).astype(np.float32),
        levels=levels.astype(np.int32),
        distribution=p.astype(np.float16) if p.size <= MOST_TOLD else None,
        orientation=name,
        total_ms=(time.perf_counter() - began) * 1e3,
    )


def measure(family: Autoregressive, request: MeasureInfluence) -> Generator[Progress, None, Influence]:
    """Answer a `MeasureInfluence`; progress shows the picture where it has been tried, from the pixel outwards."""
    began = time.perf_counter()
    levels = family.codec.encode(request.pixels, "nearest")
    name = _orientation(family, request)
    turned = np.ascontiguousarray(orientation.turn(levels, name))
    pixel = _turned_place(levels.shape, request, name)
    steps = receptive_field.influence(
        lambda pictures: family.logits(pictures, request.class_name, name),
        turned,
        pixel,
        family.manifest.image.levels,
        fewer_rows=_takes_fewer_rows(family),
    )
    while True:
        try:
            fraction, known = next(steps)
        except StopIteration as end:
            found: receptive_field.ReceptiveField = end.value
            break
        yield Progress(request.pixels[None], _upright(np.isfinite(known), name)[None], fraction)
    before = found.nats.reshape(-1)[: pixel[0] * turned.shape[1] + pixel[1]]
    return Influence(
        nats=_upright(found.nats, name),
        row=int(request.row),
        column=int(request.column),
        orientation=name,
        causal=found.causal,
        blind=int((before == 0).sum()),
        total_ms=(time.perf_counter() - began) * 1e3,
    )


def _orientation(family: Autoregressive, request: ExamineImage | MeasureInfluence) -> str:
    return family.manifest.orientations[0] if request.orientation == "auto" else request.orientation


def _turned_place(shape: tuple[int, ...], request: MeasureInfluence, name: str) -> tuple[int, int]:
    """Where the pixel is in the orientation's frame."""
    here = np.zeros(shape, bool)
    here[request.row, request.column] = True
    row, column = np.argwhere(orientation.turn(here, name))[0]
    return int(row), int(column)


def _takes_fewer_rows(family: Autoregressive) -> bool:
    """Whether the file of the full pass is the one that takes any number of rows from the top."""
    graphs = family.manifest.graphs
    return "sampler_prime" in graphs and graphs["sampler_prime"].file == graphs["likelihood"].file


def _upright(array: NDArray[Any], name: str) -> NDArray[Any]:
    return np.ascontiguousarray(orientation.turn_back(array, name))
