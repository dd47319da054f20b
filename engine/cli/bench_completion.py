"""``reverie bench completion``: how well and how honestly pixels that were not given are filled in, with error bars.

Test pictures are completed under several masks in raster order, by particles, and as ``auto`` chooses; holes that are
small enough are compared with the exact answer.  Nothing is kept between runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry
from engine.cli import completion_cases, completion_exactness, completion_figures, completion_tables, completion_trials
from engine.cli.answers import Answers, OnFraction, progress
from engine.cli.bench import load, machine
from engine.cli.completion_cases import Pictures
from engine.cli.completion_figures import Trial
from engine.cli.completion_tables import Report
from engine.cli.printing import print_json, say
from engine.contracts.arrays import Images
from engine.errors import RequestError
from engine.families.autoregressive import Autoregressive
from engine.numerics.likelihood import log_mean_exp
from engine.runtime.sessions import Sessions

PICTURES, QUICK = 200, 5
CASES, QUICK_CASES, QUICK_RUNS, QUICK_COMPLETIONS = 20, 2, 12, 64
DATA = ("mnist", "pixel_portraits")
"""The data sets whose models are measured where none is named."""
QUALITY = "mnist"
"""The data set that the bars of quality are of; cost and exactness have theirs everywhere."""
MOST = 10_000
SCORED = 8
"""Pictures a pass."""


def completion(options: argparse.Namespace, folders: Sequence[Path], words: Sequence[str]) -> int:
    """Measure the models named, or those of `DATA`; exit code 1 if an enumerable hole is not filled as it has to be.

    On Ctrl-C what was measured until then is printed, and said to be a part.
    """
    models = chosen(words, folders)
    count = options.pictures or (QUICK if options.quick else PICTURES)
    if not 1 <= count <= MOST:
        raise RequestError(f"{count} pictures cannot be completed.", f"Give --pictures from 1 to {MOST}.")
    reports: list[Report] = []
    before = load()
    try:
        for model in models:
            places = [*dict.fromkeys((model.folder.absolute().parent, *folders))]
            _measure(model, places, options, count, reports)
    except KeyboardInterrupt:
        if reports and reports[-1].pictures + len(reports[-1].cases) < 1:
            reports.pop()
        _print(reports, options, before)
        raise
    _print(reports, options, before)
    exact = [bar for report in reports for bar in completion_exactness.bars(report.cases)]
    return 1 if any(bar.reached is False for bar in exact) else 0


def chosen(words: Sequence[str], folders: Sequence[Path]) -> list[Model]:
    """The models named, or all of `DATA` that are told an orientation; each must draw row by row."""
    registry = Registry(folders)
    if words:
        found = [registry.find(word) for word in words]
        for model in found:
            if "sampler_row" not in model.manifest.graphs:
                raise RequestError(f"{model.manifest.title} completes nothing by particles.", "Choose a PixelCNN.")
        return found
    every = [registry.find(manifest.id) for manifest in registry.manifests()]
    found = [m for m in every if m.manifest.data in DATA and "sampler_row" in m.manifest.graphs]
    found = [m for m in found if len(m.manifest.orientations) > 1]
    if not found:
        raise RequestError("There is no model whose completions could be measured.", "Name one: `reverie models`.")
    return found


def _measure(
    model: Model, folders: Sequence[Path], options: argparse.Namespace, count: int, reports: list[Report]
) -> None:
    """Add a report of one model, which grows as it is measured."""
    manifest, family = model.manifest, Autoregressive(model, Sessions(), Registry(folders))
    with Answers(folders) as engine:
        whole = completion_cases.test_pictures(manifest, folders)
        whole = completion_trials.with_classes(whole, manifest, engine.ask) if manifest.class_names else whole
        pictures = completion_cases.second_half(whole, count)
        report = Report(
            model=manifest.id,
            source=pictures.source,
            particles=completion_trials.PARTICLES,
            draws=completion_trials.DRAWS,
            scored_by=manifest.scored_by or manifest.id,
            stopped=True,
        )
        reports.append(report)
        if options.part != "exact":
            _table(family, pictures, engine, report, options.mask)
    if options.part != "table":
        _exactness(family, pictures, options.quick, report)
    report.stopped = False


def _table(
    family: Autoregressive, pictures: Pictures, engine: Answers, report: Report, asked: Sequence[str] | None
) -> None:
    manifest = family.manifest
    masks = [mask for mask in completion_cases.masks_of(manifest.data) if not asked or mask in asked]
    if not masks:
        named = ", ".join(completion_cases.masks_of(manifest.data))
        raise RequestError(f"No such mask is for {manifest.title}.", f"Choose from {named}.")

    def own(images: Images) -> NDArray[np.float64]:
        levels = family.codec.encode(images)
        parts = [levels[start : start + SCORED] for start in range(0, len(levels), SCORED)]
        by_class = [
            np.concatenate([family.log_prob(part, name).sum(axis=(1, 2)) for part in parts])
            for name in manifest.class_names or ("",)
        ]
        return log_mean_exp(np.stack(by_class), axis=0)

    found: list[Trial] = []
    with steps(f"{manifest.id}: {len(pictures)} pictures") as on_fraction:
        found_by_picture = completion_trials.trials(manifest, pictures, engine.ask, own, report.particles, masks)
        for done, of_one in enumerate(found_by_picture, 1):
            found += of_one
            report.pictures = done
            report.lines = completion_figures.lines(found)
            report.bars = completion_figures.bars(report.lines, manifest.data == QUALITY)
            on_fraction(done / len(pictures))


def _exactness(family: Autoregressive, pictures: Pictures, quick: bool, report: Report) -> None:
    some = pictures.part(np.arange(min(len(pictures), QUICK_CASES if quick else CASES)), pictures.source)
    report.runs = QUICK_RUNS if quick else completion_exactness.RUNS
    most = QUICK_COMPLETIONS if quick else completion_exactness.MOST_COMPLETIONS
    of_table = list(report.bars)
    of = len(some) * (2 if family.manifest.class_names else 1)
    with steps(f"{family.manifest.id}: {of} enumerable holes") as on_fraction:
        for done, case in enumerate(completion_exactness.measure(family, some, report.runs, most), 1):
            report.cases.append(case)
            report.bars = of_table + completion_exactness.bars(report.cases)
            on_fraction(done / of)


@contextmanager
def steps(title: str) -> Iterator[OnFraction]:
    """A progress bar on a terminal; elsewhere a line on stderr each tenth."""
    if sys.stderr.isatty():
        with progress(title) as on_fraction:
            yield on_fraction
        return
    said = 0

    def on_tenth(fraction: float) -> None:
        nonlocal said
        if int(fraction * 10 + 1e-9) > said:
            said = int(fraction * 10 + 1e-9)
            say(f"{title}, {said}0 % done")

    say(f"{title} ...")
    yield on_tenth


def _print(reports: Sequence[Report], options: argparse.Namespace, before: float | None) -> None:
    where: dict[str, Any] = {**machine(), "load_before": before, "load_after": load()}
    if options.json:
        print_json({"machine": where, "models": [completion_tables.as_value(report) for report in reports]})
        return
    for report in reports:
        print(completion_tables.as_text(report, options.markdown))
        print()
    print(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in where.items()))
