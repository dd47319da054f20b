"""``reverie bench identity``: the naive sampler and the row-cached one draw the same pictures, pixel by pixel."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue import manifest_io
from engine.catalogue.registry import Model, Registry
from engine.cli.answers import OnFraction, progress
from engine.cli.printing import print_json, say, table
from engine.contracts.arrays import Levels, Observed
from engine.errors import RequestError
from engine.families.autoregressive import Autoregressive
from engine.numerics import noise
from engine.records.whole_file import write_whole
from engine.runtime.sessions import Sessions
from engine.sampling import autoregressive, orientation
from engine.sampling.autoregressive import Canvas, Trace
from engine.sampling.step import Step

BATCH = 25
"""Pictures of different seeds that one naive pass serves."""
LOGIT_TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures that are drawn together: they share orientation, class and what is known."""

    seeds: range
    orientation: str
    class_name: str
    known: bool


@dataclass(slots=True)
class Tally:
    """How many pictures were ``drawn`` and ``different``, and the largest logits difference of the equal ones."""

    drawn: int = 0
    different: int = 0
    max_logit_difference: float = 0.0


def identity(options: argparse.Namespace, folders: Sequence[Path], models: Sequence[Model]) -> int:
    """Compare for every model; exit code 1 if a single pixel differs."""
    if not 1 <= options.seeds <= 10_000:
        raise RequestError(f"{options.seeds} seeds cannot be compared.", "Give --seeds from 1 to 10000.")
    found = []
    for model in models:
        with progress(f"{model.manifest.id}: {options.seeds} seeds") as on_fraction:
            found.append(compare(model, folders, options.seeds, on_fraction))
        if options.write:
            write_figure(model, found[-1])
            say(f"Noted in {model.folder / manifest_io.FILE}.")
    if options.json:
        print_json({"models": dict(zip([m.manifest.id for m in models], found, strict=True))})
    else:
        _print(models, found)
    return 0 if all(f["different"] == 0 and f["max_logit_difference"] <= LOGIT_TOLERANCE for f in found) else 1


def compare(model: Model, folders: Sequence[Path], seeds: int, on_fraction: OnFraction) -> dict[str, Any]:
    """Draw ``seeds`` pictures from nothing and as many around known pixels, both ways; the figure for the manifest."""
    family = Autoregressive(model, Sessions(), Registry(folders))
    groups = list(_groups(seeds, family.manifest.orientations, family.manifest.class_names))
    from_nothing, around_known = Tally(), Tally()
    for number, group in enumerate(groups):
        tally = around_known if group.known else from_nothing
        _compare_group(family, group, tally, _part(on_fraction, number, len(groups)))
    return {
        "seeds": seeds,
        "different": from_nothing.different + around_known.different,
        "max_logit_difference": max(from_nothing.max_logit_difference, around_known.max_logit_difference),
        "orientations": list(dict.fromkeys(group.orientation for group in groups)),
        "pictures": from_nothing.drawn + around_known.drawn,
        "with_known_pixels": around_known.drawn,
        "note": "naive (one full pass a pixel) against row-cached (each alone, and up to 25 together), the same noise",
    }


def _part(on_fraction: OnFraction, number: int, of: int) -> OnFraction:
    """Tells the whole's fraction from that of one of its equal parts."""
    return lambda fraction: on_fraction((number + fraction) / of)


def _groups(seeds: int, orientations: Sequence[str], classes: Sequence[str]) -> Iterator[Group]:
    """Every orientation gets its share of the seeds; classes and "no class" take turns; all with and without pixels."""
    shares = min(len(orientations), seeds)
    edges = [seeds * i // shares for i in range(shares + 1)]
    number = 0
    for share, (start, stop) in enumerate(pairwise(edges)):
        for first in range(start, stop, BATCH):
            class_name = ("", *classes)[number % (1 + len(classes))]
            number += 1
            for known in (False, True):
                yield Group(range(first, min(first + BATCH, stop)), orientations[share], class_name, known)


def _compare_group(family: Autoregressive, group: Group, tally: Tally, on_fraction: OnFraction) -> None:
    canvas = _canvas(family, group)
    reference: list[Step] = []
    drawing = autoregressive.naive(lambda x: family.logits(x, group.class_name, group.orientation), canvas)
    for step in drawing:
        reference.append(step)
        on_fraction(len(reference) / max(1, len(canvas.rows)))
    together = _cached(family, group, canvas)
    for index in range(canvas.batch):
        alone = _cached(family, group, Canvas(canvas.known, canvas.observed, canvas.noise[index : index + 1]))
        wanted = _picture(reference, index)
        tally.drawn += 1
        if any(_differs(wanted, _picture(steps, at)) for steps, at in ((alone, 0), (together, index))):
            tally.different += 1
            continue
        for steps, at in ((alone, 0), (together, index)):
            difference = _logit_difference(wanted, _picture(steps, at), canvas.observed)
            tally.max_logit_difference = max(tally.max_logit_difference, difference)


def _cached(family: Autoregressive, group: Group, canvas: Canvas) -> list[Step]:
    return list(family.steps(canvas, group.class_name, group.orientation, None, Trace(canvas, {}, {})))


def _picture(steps: Sequence[Step], index: int) -> list[Step]:
    """One picture of a batch."""
    return [Step(step.row, step.levels[index : index + 1], step.logits[index : index + 1]) for step in steps]


def _differs(one: Sequence[Step], other: Sequence[Step]) -> bool:
    """In its rows or in any of their pixels."""
    return [step.row for step in one] != [step.row for step in other] or any(
        not np.array_equal(a.levels, b.levels) for a, b in zip(one, other, strict=True)
    )


def _logit_difference(one: Sequence[Step], other: Sequence[Step], observed: Observed) -> float:
    """The largest of any pixel that was drawn."""
    rows = [(a, b, ~observed[a.row]) for a, b in zip(one, other, strict=True) if not observed[a.row].all()]
    return max((float(np.abs(a.logits[0][drawn] - b.logits[0][drawn]).max()) for a, b, drawn in rows), default=0.0)


def _canvas(family: Autoregressive, group: Group) -> Canvas:
    """One canvas for the group's seeds: their noise, and known pixels if it has any."""
    spec = family.manifest.image
    shape = (spec.height, spec.width)
    levels, observed = np.zeros(shape, np.int64), np.zeros(shape, bool)
    if group.known:
        levels, observed = _known(family, group)
    canvases = [family.canvas(levels, observed, range(1), seed, 1.0, group.orientation) for seed in group.seeds]
    return Canvas(canvases[0].known, canvases[0].observed, np.concatenate([c.noise for c in canvases]))


def _known(family: Autoregressive, group: Group) -> tuple[Levels, Observed]:
    """Upright known pixels, of a picture that the model drew: the rows that are read first, and scattered ones."""
    seed = group.seeds.start
    spec = family.manifest.image
    shape = (spec.height, spec.width)
    blank = family.canvas(np.zeros(shape, np.int64), np.zeros(shape, bool), range(1), seed, 1.0, group.orientation)
    drawn: NDArray[np.int64] = np.zeros(blank.observed.shape, np.int64)
    for step in family.steps(blank, group.class_name, group.orientation, None, Trace(blank, {}, {})):
        drawn[step.row] = step.levels[0]
    scattered = noise.uniforms(seed, 0, noise.SCATTER, drawn.size).reshape(drawn.shape) < 0.3
    scattered[: len(scattered) * (group.seeds.start % 3) // 4] = True  # none, a quarter or half of the rows
    turned = (orientation.turn_back(array, group.orientation) for array in (drawn, scattered))
    levels, observed = (np.ascontiguousarray(array) for array in turned)
    return levels, observed


def write_figure(model: Model, figure: dict[str, Any]) -> None:
    """Note the comparison in the model's manifest, whole or not at all; nothing else in it changes."""
    path = model.folder / manifest_io.FILE
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["figures"] = {**raw.get("figures", {}), "identity": figure}
    manifest_io.from_json(raw)
    write_whole(path, (json.dumps(raw, indent=1, ensure_ascii=False) + "\n").encode())


def _print(models: Sequence[Model], found: Sequence[dict[str, Any]]) -> None:
    head = ("model", "seeds", "orientations", "pictures", "with known pixels", "different", "logits within")
    rows = [
        (
            model.manifest.id,
            str(f["seeds"]),
            str(len(f["orientations"])),
            str(f["pictures"]),
            str(f["with_known_pixels"]),
            str(f["different"]),
            f"{f['max_logit_difference']:.1e}",
        )
        for model, f in zip(models, found, strict=True)
    ]
    print(table(head, rows))
