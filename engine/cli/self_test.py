"""``reverie self-test``: every installed model is what its manifest says, and works."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from engine.catalogue.registry import Model, Registry, digest_errors
from engine.cli import latent_checks
from engine.cli.answers import Answers, progress
from engine.cli.bench_processes import said_by_window
from engine.cli.pictures import half
from engine.cli.printing import print_json, say
from engine.contracts.arrays import Levels
from engine.contracts.requests import CompleteImage, LoadModel, SampleImages, ScoreImages
from engine.errors import EngineError
from engine.families.autoregressive import Autoregressive
from engine.runtime.sessions import Sessions
from engine.sampling.autoregressive import Logits
from engine.sampling.causality import Leak, audit

FIRST_COMPLETION = "--bench-first-completion"
WINDOW = "window"
CUTS = 48
"""Places in a picture at which it is tried whether what comes after shows before; all of them would take minutes."""


def self_test(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Check the models that are named, or all; exit code 1 and a list if anything is wrong."""
    registry = Registry(folders)
    models = [registry.find(name) for name in options.models] or list(registry.models.values())
    failures: dict[str, list[str]] = {}
    if not options.models:
        failures |= {str(broken.folder): [str(broken.error)] for broken in registry.broken}
    if not models:
        failures["models"] = ["No model is installed. Set REVERIE_MODELS to a folder of model folders."]
    own = [model.folder.absolute().parent for model in models] if options.models else []
    with Answers([*own, *folders]) as engine, progress("checking") as on_fraction:
        for number, model in enumerate(models):
            if found := list(problems(model, engine, registry, options.quick)):
                failures[model.manifest.id] = found
            on_fraction((number + 1) / len(models))
    window = _window(failures) if options.window else {}
    _report(options.json, [model.manifest.id for model in models], failures, window)
    return 1 if failures else 0


def _window(failures: dict[str, list[str]]) -> dict[str, float]:
    """Milliseconds from the start of a window of nobody's to its first paint and its first completion, or a failure.

    It is a process of its own that starts the engine process, as it is when a person starts it; without a screen it
    opens on none.
    """
    try:
        said = said_by_window([FIRST_COMPLETION], {"REVERIE_MODELS": ""}, wanted="first_completion_ms")
    except EngineError as error:
        failures[WINDOW] = [str(error)]
        return {}
    return {name: float(said[name]) for name in ("first_paint_ms", "completion_begins_ms", "first_completion_ms")}


def problems(model: Model, engine: Answers, registry: Registry, quick: bool = False) -> Iterator[str]:
    """What is wrong with a model, a sentence each; ``quick`` leaves out what needs many passes, raster order."""
    if wrong := digest_errors(model):
        yield from (f"{error}." for error in wrong)
        return  # a file that is not the one that was checked is not run
    if model.manifest.family == "classifier":
        yield from _looks(model)
        return
    own = _LATENT if model.manifest.latent_spec is not None else _AUTOREGRESSIVE
    for check in (_loads, *(check for check in own if not (quick and check is _is_causal))):
        try:
            problem = check(model, engine, registry)
        except EngineError as error:
            problem = str(error)
        if problem:
            yield problem
            return


def _looks(model: Model) -> Iterator[str]:
    """A classifier answers a grey picture with numbers; nothing else asks it anything yet."""
    image, spec = model.manifest.image, model.manifest.graphs["classifier"]
    grey = np.full((1, image.channels, image.height, image.width), 0.5, np.float32)
    try:
        found = Sessions().graph(model.folder, spec).run({spec.inputs["image"].name: grey})
    except EngineError as error:
        yield str(error)
        return
    if not all(np.isfinite(values).all() for values in found.values()):
        yield "Its features of a grey picture are no numbers."


def _loads(model: Model, engine: Answers, _: Registry) -> str:
    engine.ask(LoadModel(model=model.manifest.id))
    return ""


def _draws(model: Model, engine: Answers, _: Registry) -> str:
    """Two pictures of the promised shape; not the same, for their noise is not."""
    request = SampleImages(model=model.manifest.id, count=2, orientation="auto")
    images = engine.completion(request, _nobody).images
    image = model.manifest.image
    if images.shape != (2, image.height, image.width, image.display_channels):
        return f"The pictures have the shape {images.shape}."
    return "" if (images[0] != images[1]).any() else "Two pictures of different noise are the same."


def _keeps_and_scores(model: Model, engine: Answers, _: Registry) -> str:
    """Known pixels stay, in any place; a completed picture has a likelihood."""
    manifest = model.manifest
    drawn = engine.completion(SampleImages(model=manifest.id, count=1, orientation="auto"), _nobody).images[0]
    observed = half("left", manifest.image.height, manifest.image.width)
    observed[-1] = True
    request = CompleteImage(model=manifest.id, pixels=drawn, observed=observed, count=2, seed=1)
    images = engine.completion(request, _nobody).images
    if (images[:, observed] != drawn[observed]).any():
        return "Known pixels were changed."
    nats = engine.scores(ScoreImages(model=manifest.id, pixels=images[:1]), _nobody).nats
    return "" if np.isfinite(nats).all() and (nats < 0).all() else f"A picture's log-likelihood is {nats[0]}."


def _is_causal(model: Model, _: Answers, registry: Registry) -> str:
    """No prediction depends on a pixel that comes after it, and some on one before."""
    family, image = Autoregressive(model, Sessions(), registry), model.manifest.image

    def logits(levels: Levels) -> Logits:
        return family.logits(levels, "", model.manifest.orientations[0])

    steps = audit(logits, image.height, image.width, image.levels, most=CUTS)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            leak: Leak | None = end.value
            break
    if leak is not None:
        return f"It does not keep to raster order, so its likelihoods are worthless: {leak}."
    flat = np.zeros((2, image.height, image.width), np.int64)
    flat[1, 0, 0] = 1
    before, after = logits(flat)
    return "" if (before != after).any() else "The logits do not depend on the pixels before."


Check: TypeAlias = Callable[[Model, Answers, Registry], str]
_AUTOREGRESSIVE: tuple[Check, ...] = (_is_causal, _draws, _keeps_and_scores)
"""Causality first: one that looks ahead draws all kinds of nonsense, and this says why."""
_LATENT: tuple[Check, ...] = (
    latent_checks.reads_latents,
    latent_checks.decodes,
    latent_checks.keeps_its_range,
    latent_checks.samples,
    latent_checks.encodes_and_scores,
)


def _nobody(_: float) -> None:
    """Nobody watches the fraction of one model."""


def _report(as_json: bool, models: Sequence[str], failures: dict[str, list[str]], window: Mapping[str, float]) -> None:
    if as_json:
        shown = {"window": dict(window)} if window else {}
        print_json({"models": models, "failures": failures, "passed": not failures} | shown)
        return
    for model in models:
        print(f"{model}  {'FAILED' if model in failures else 'ok'}")
    if window:
        paint, completion = window["first_paint_ms"], window["first_completion_ms"]
        print(f"{WINDOW}  ok, painted after {paint:,.0f} ms, its first completion whole after {completion:,.0f} ms")
    for name, found in failures.items():
        for problem in found:
            say(f"{name}: {problem}")
