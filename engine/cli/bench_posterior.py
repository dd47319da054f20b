"""``reverie bench posterior``: a generative classifier.  p(class | picture) by exact Bayes from a model that gives
log p(picture | class), all classes equally likely beforehand, on test pictures."""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry
from engine.cli import completion_cases, completion_trials
from engine.cli.answers import Answers, OnFraction
from engine.cli.bench import load, machine
from engine.cli.bench_completion import DATA, PICTURES, QUALITY, QUICK, steps
from engine.cli.completion_cases import Pictures
from engine.cli.completion_figures import Bar, Mean, mean_of
from engine.cli.completion_tables import bars_text, tabled
from engine.cli.printing import print_json
from engine.contracts.manifest import Manifest
from engine.contracts.requests import ScoreImages
from engine.errors import RequestError

BATCH = 20
ACCURACY, AIM = 0.96, 0.98
HEAD = ("model", "scored by", "pictures", "right", "log p(class)", "least certain of the right", "CPU ms a picture")


@dataclass(frozen=True, slots=True)
class Posterior:
    """What was found: the share of pictures whose likeliest class is theirs, and the mean log of the probability that
    their class is given, nats; ``doubt`` the least probability that a right answer was given with."""

    model: str
    scored_by: str
    source: str
    pictures: int
    accuracy: Mean
    log_class: Mean
    doubt: float
    cpu_ms: float
    wrong: tuple[int, ...]


def posterior(options: argparse.Namespace, folders: Sequence[Path], words: Sequence[str]) -> int:
    """Measure the models named, or those of `DATA` with classes: ``--full`` on all test pictures, else on those that
    `reverie bench completion` completes."""
    found: list[tuple[Posterior, list[Bar]]] = []
    for model in chosen(words, folders):
        places = [*dict.fromkeys((model.folder.absolute().parent, *folders))]
        one = measure(model, places, options)
        found.append((one, bars(one, model.manifest)))
    where = {**machine(), "load_after": load()}
    if options.json:
        values = [asdict(one) | {"bars": [asdict(bar) for bar in some]} for one, some in found]
        print_json({"machine": where, "models": values})
        return 0
    print(tabled(HEAD, [_cells(one) for one, _ in found], options.markdown))
    print()
    for one, some in found:
        print(f"{one.model}: {one.source}. All classes equally likely beforehand, log p(picture | class) exact.\n")
        print(bars_text(some, options.markdown), end="\n\n" if some else "")
    print(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in where.items()))
    return 0


def chosen(words: Sequence[str], folders: Sequence[Path]) -> list[Model]:
    """The models named, or all of `DATA` that are told a class and that no other of them scores for."""
    registry = Registry(folders)
    if words:
        found = [registry.find(word) for word in words]
    else:
        others = {manifest.scored_by for manifest in registry.manifests()}
        found = [registry.find(m.id) for m in registry.manifests() if m.data in DATA and m.id not in others]
        found = [model for model in found if model.manifest.family == "autoregressive" and _told(model.manifest)]
    for model in found:
        if model.manifest.family != "autoregressive" or not _told(model.manifest):
            raise RequestError(f"{model.manifest.title} is told no class.", "Choose a PixelCNN with classes.")
    if not found:
        raise RequestError("There is no model with classes to measure.", "`reverie models` lists what is installed.")
    return found


def _told(manifest: Manifest) -> bool:
    return len(manifest.class_names) > 1


def measure(model: Model, folders: Sequence[Path], options: argparse.Namespace) -> Posterior:
    """Score every picture under every class."""
    manifest = model.manifest
    with Answers(folders) as engine:
        whole = completion_cases.test_pictures(manifest, folders)
        whole = completion_trials.with_classes(whole, manifest, engine.ask)
        count = options.pictures or (QUICK if options.quick else PICTURES)
        pictures = whole if options.full else completion_cases.second_half(whole, count)
        with steps(f"{manifest.id}: {len(pictures):,} pictures under every class") as on_fraction:
            began = time.process_time()
            log_p, scored_by = class_nats(engine, manifest.id, pictures, on_fraction)
            cpu_ms = 1e3 * (time.process_time() - began) / len(pictures)
    return summed(log_p, pictures, manifest.id, scored_by, cpu_ms)


def class_nats(
    engine: Answers, model: str, pictures: Pictures, on_fraction: OnFraction
) -> tuple[NDArray[np.float64], str]:
    """Log p(picture | class): ``(N, C)`` nats, and who gave it."""
    found, scored_by = [], ""
    for start in range(0, len(pictures), BATCH):
        answer = engine.ask(ScoreImages(model=model, pixels=pictures.images[start : start + BATCH]))
        found.append(answer.class_nats)
        scored_by = answer.scored_by
        on_fraction(min(1.0, (start + BATCH) / len(pictures)))
    return np.concatenate(found), scored_by


def summed(
    log_p: NDArray[np.float64], pictures: Pictures, model: str, scored_by: str, cpu_ms: float = math.nan
) -> Posterior:
    """The posterior of log p(picture | class) ``(N, C)``, held against the pictures' classes."""
    log_class = log_p - np.logaddexp.reduce(log_p, axis=1)[:, None]
    rows = np.arange(len(log_p))
    right = log_class.argmax(axis=1) == pictures.labels
    own = log_class[rows, pictures.labels]
    return Posterior(
        model=model,
        scored_by=scored_by,
        source=pictures.source,
        pictures=len(log_p),
        accuracy=mean_of(right),
        log_class=mean_of(own),
        doubt=float(np.exp(own[right].min())) if right.any() else math.nan,
        cpu_ms=cpu_ms,
        wrong=tuple(np.flatnonzero(~right).tolist()),
    )


def bars(found: Posterior, manifest: Manifest) -> list[Bar]:
    """Whether it is right as often as it has to be; of other data sets nothing was asked."""
    if manifest.data != QUALITY:
        return []
    value, said = found.accuracy.value, f"{found.accuracy.value:.4f} ±{found.accuracy.error:.4f}"
    name = f"class posterior of {found.pictures:,} pictures"
    return [Bar(name, f">= {ACCURACY:g}", said, value >= ACCURACY), Bar(name, f"aim {AIM:g}", said, value >= AIM)]


def _cells(one: Posterior) -> tuple[str, ...]:
    right = f"{one.accuracy.value:.4f} ±{one.accuracy.error:.4f}"
    return (
        one.model,
        one.scored_by,
        f"{one.pictures:,}",
        right,
        str(one.log_class),
        f"{one.doubt:.3f}",
        f"{one.cpu_ms:.0f}",
    )
