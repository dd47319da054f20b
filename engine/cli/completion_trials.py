"""Trials of `reverie bench completion`: one picture after the other, completed under every mask by every method in
turns, beside plain pictures of the same run."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.cli import completion_cases
from engine.cli.completion_cases import Pictures
from engine.cli.completion_figures import METHODS, Trial
from engine.contracts.arrays import Images, Observed
from engine.contracts.events import Completion
from engine.contracts.manifest import Manifest
from engine.contracts.requests import ClassifyImages, CompleteImage, Request, SampleImages, ScoreImages
from engine.errors import RequestError
from engine.sampling import orientation

PARTICLES, DRAWS = 64, 4
"""Particles of a completion, and how many draws of them, by weight, are scored and shown to the classifier."""
PLAIN = 999
SEEDS = 1000
"""Every drawing has a seed of its own, picture number times this and more: nothing is taken over from one to the next,
which would make it cheaper than it is."""

Ask: TypeAlias = Callable[[Request], Any]
"""Asks the engine for one answer."""
Own: TypeAlias = Callable[[Images], NDArray[np.float64]]
"""Log p of pictures ``(N, H, W, C)`` by the model that draws, upright, a mixture over its classes: ``(N,)`` nats."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A completion that was timed: its ``draws (d, H, W, C)``, and what a `Trial` tells of it."""

    mask: str
    method: str
    answer: Completion
    draws: Images
    cpu_ms: float
    wall_ms: float


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What is said of pictures, ``(n,)`` each: log p as `ScoreImages` tells it and by the model that draws, nats; and
    the classes that the classifier takes them for, where there is one."""

    nats: NDArray[np.float64]
    own: NDArray[np.float64]
    classes: NDArray[np.int64] | None


def with_classes(pictures: Pictures, manifest: Manifest, ask: Ask) -> Pictures:
    """The same pictures; where nobody tells their classes, with those that the classifier takes them for."""
    if not (pictures.labels < 0).any():
        return pictures
    found = classes(pictures.originals, manifest, ask)
    if found is None:
        return pictures
    return replace(pictures, labels=found, source=f"{pictures.source}; classes as the classifier takes them")


def classes(images: Images, manifest: Manifest, ask: Ask) -> NDArray[np.int64] | None:
    """What the data set's classifier takes pictures for, ``(N,)``; None where none tells one class."""
    try:
        told = ask(ClassifyImages(model=manifest.id, pixels=images))
    except RequestError:
        return None
    return np.asarray(told.classes[:, 0], np.int64) if len(told.heads) == 1 else None


def trials(
    manifest: Manifest, pictures: Pictures, ask: Ask, own: Own, particles: int, masks: Sequence[str] = ()
) -> Iterator[list[Trial]]:
    """All trials of a picture at a time, under these masks or all; the first drawings, which are slower, are not among
    them."""
    masks = masks or completion_cases.masks_of(manifest.data)
    shape = (manifest.image.height, manifest.image.width)
    for method in METHODS:  # opens sessions and lays out memory
        ask(_request(manifest, pictures.images[0], masks[0], shape, 2**32 - 1, method, particles, 0))
    for number in range(len(pictures)):
        yield _picture(manifest, pictures, number, masks, ask, own, particles)


def _picture(
    manifest: Manifest, pictures: Pictures, number: int, masks: Sequence[str], ask: Ask, own: Own, particles: int
) -> list[Trial]:
    image, shape = pictures.images[number], (manifest.image.height, manifest.image.width)
    drawn: list[Drawn] = []
    label = int(pictures.labels[number])
    told = manifest.class_names[label] if manifest.class_names and label >= 0 else ""
    plain = SampleImages(model=manifest.id, count=particles, seed=number * SEEDS + PLAIN, class_name=told)
    plain_at, plain_ms = masks[number % len(masks)], 0.0
    for mask in masks:
        place = completion_cases.masks_of(manifest.data).index(mask)
        methods = methods_of(manifest, completion_cases.observed(mask, *shape, number))
        turn = (number + place) % len(methods)
        for method in (*methods[turn:], *methods[:turn]):
            seed = number * SEEDS + place * len(METHODS) + METHODS.index(method)
            request = _request(manifest, image, mask, shape, seed, method, particles, number)
            answer, cpu_ms, wall_ms = timed(ask, request)
            draws = by_weight(answer.images, seed)
            drawn.append(Drawn(mask, method, answer, draws, cpu_ms, wall_ms))
        if mask == plain_at:
            answer, plain_ms, wall_ms = timed(ask, plain)
            draws = by_weight(answer.images, number)
            drawn.insert(0, Drawn(completion_cases.NOTHING, METHODS[0], answer, draws, plain_ms, wall_ms))
    truth, *judgements = judged(manifest, image, [one.draws for one in drawn], ask, own)
    return [
        _trial(number, one, truth, judgement, label, plain_ms) for one, judgement in zip(drawn, judgements, strict=True)
    ]


def methods_of(manifest: Manifest, given: Observed) -> tuple[str, ...]:
    """`METHODS`, less ``auto`` where it turns nothing: then it is one of the others."""
    upright, name = manifest.orientations[0], orientation.best(given, manifest.orientations)
    return METHODS if name != upright else tuple(method for method in METHODS if method != "auto")


def _request(
    manifest: Manifest,
    image: NDArray[np.uint8],
    mask: str,
    shape: tuple[int, int],
    seed: int,
    method: str,
    particles: int,
    number: int,
) -> CompleteImage:
    return CompleteImage(
        model=manifest.id,
        pixels=image,
        observed=completion_cases.observed(mask, *shape, number),
        count=particles,
        particles=particles,
        seed=seed,
        method=method,
        orientation="auto" if method == "auto" else "upright",
    )


def timed(ask: Ask, request: Request) -> tuple[Any, float, float]:
    """The answer, the CPU milliseconds of all threads of this process that it took, and those of the clock."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = ask(request)
    return answer, 1e3 * (time.process_time() - cpu), 1e3 * (time.perf_counter() - wall)


def by_weight(images: Images, seed: int) -> Images:
    """`DRAWS` of all completions: they are a systematic sample of the particles by weight, and every k-th of them from
    a first one by chance is a smaller one; raster's are independent anyway."""
    step = max(1, len(images) // DRAWS)
    return images[np.random.default_rng(seed).integers(step) :: step][:DRAWS]


def judged(
    manifest: Manifest, image: NDArray[np.uint8], draws: Sequence[Images], ask: Ask, own: Own
) -> list[Judgement]:
    """What is said of the picture (first), and of each drawing's draws.  Equal pictures are judged once."""
    whole = np.concatenate([image[None], *draws])
    some, inverse = np.unique(whole.reshape(len(whole), -1), axis=0, return_inverse=True)
    pixels, places = np.ascontiguousarray(some.reshape(-1, *image.shape)), inverse.reshape(-1)
    nats = np.asarray(ask(ScoreImages(model=manifest.id, pixels=pixels)).nats)
    told = classes(pixels, manifest, ask)
    by_itself = own(pixels)
    edges = np.cumsum([1, *(len(some) for some in draws)])[:-1]
    return [
        Judgement(nats[part], by_itself[part], None if told is None else told[part]) for part in np.split(places, edges)
    ]


def _trial(number: int, one: Drawn, truth: Judgement, judgement: Judgement, label: int, plain_ms: float) -> Trial:
    found, images = one.answer.particles, one.answer.images
    distinct = len(np.unique(images.reshape(len(images), -1), axis=0))
    told = judgement.classes
    return Trial(
        number=number,
        mask=one.mask,
        method=one.method,
        way=f"{one.answer.method} {one.answer.orientation}",
        count=len(images),
        kept=math.nan if told is None or label < 0 else float(np.mean(told == label)),
        nats=judgement.nats,
        truth=float(truth.nats[0]),
        own_gap=float(judgement.own.mean() - truth.own[0]),
        lowest_ess=found.lowest * found.each if found else math.nan,
        distinct=found.distinct if found else distinct,
        ancestors=found.ancestors if found else math.nan,
        evidence=float(found.log_evidence.mean()) if found else math.nan,
        cpu_ms=one.cpu_ms,
        wall_ms=one.wall_ms,
        plain_ms=plain_ms,
    )
