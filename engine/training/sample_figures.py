"""How good samples are: Frechet distance, precision and recall, classes and their variety, beside other models'.

All in the features of the data set's own classifier (`engine.training.models.classifier`), against the test set, over
several draws.  Training pictures against the test set are the floor: what pictures as good as real ones come to.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry
from engine.contracts.arrays import Images
from engine.errors import EngineError
from engine.numerics import sample_quality as quality
from engine.runtime.sessions import open_graph
from engine.training.classifier_task import decided
from engine.training.data import DataSet, Split
from engine.training.latent_data import as_input
from engine.training.sample_sources import Drawn, as_shown, decoded, draw, prior_codes

DRAWS = 5
"""Draws of as many pictures as the test set has; the spread over them is the error bar."""
BOUNDS = (2.0, 1.5, 1.0, 0.5)
"""Truncations that are tried."""
PASS = 250
Shares = NDArray[np.float64]


class Judge:
    """A classifier that looks at pictures: ``look(images)`` gives features (N, F) and decisions (N, T)."""

    def __init__(self, registry: Registry, data: str) -> None:
        found = registry.feature_space(data)
        if found is None:
            raise EngineError(
                f"There is no classifier of {data} to measure samples with.",
                "Train and export it first: `python -m engine.training list` names it.",
            )
        self.manifest, spec = found.manifest, found.manifest.graphs["classifier"]
        self.graph = open_graph(found.folder / spec.file, spec)
        self.heads = tuple(len(condition.names) for condition in self.manifest.conditions)

    def look(self, images: Images) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Features and decisions about display values (N, H, W, C)."""
        features, logits = [], []
        for at in range(0, len(images), PASS):
            given = self.graph.run({"image": as_input(images[at : at + PASS])})
            features.append(given["features"])
            logits.append(given["logits"])
        return np.concatenate(features), decided(np.concatenate(logits), self.heads)


class Reference:
    """Real pictures that samples are compared with; what depends on them alone is computed once."""

    def __init__(self, judge: Judge, images: Images) -> None:
        self.features, self.decisions = judge.look(images)
        self.radii = quality.neighbour_radii(self.features)

    def compare(self, features: NDArray[np.float32]) -> dict[str, float]:
        """Frechet distance, precision and recall of drawn pictures' features."""
        distance = quality.frechet_distance(self.features, features)
        precision = quality.share_within(features, self.features, self.radii)
        recall = quality.share_within(self.features, features, quality.neighbour_radii(features))
        return {"frechet": distance, "precision": precision, "recall": recall}


def row(title: str, reference: str, draws: Sequence[dict[str, float]]) -> dict[str, Any]:
    """A row of the table: means and standard deviations over the draws."""
    out: dict[str, Any] = {"title": title, "reference": reference, "draws": len(draws)}
    for key in draws[0]:
        values = [each[key] for each in draws]
        out |= {key: round(float(np.mean(values)), 4), f"{key}_spread": round(float(np.std(values, ddof=1)), 4)}
    return out


def quality_table(
    model: Model, registry: Registry, judge: Judge, loaded: DataSet, test: Split, beside: Sequence[str], kept: Path
) -> tuple[dict[str, Any], Reference]:
    """The table of the model, of the floor, and of other models; and the test set that the model is compared with.

    Other models' rows are kept in the file ``kept``: they stand beside several GANs and take half an hour.
    """
    images, told = as_shown(test, model.manifest)
    reference = Reference(judge, images)

    def floor(seed: int) -> dict[str, float]:
        return reference.compare(judge.look(some_of(loaded.train, len(test), seed))[0])

    own = over_draws(lambda seed: _own(model, registry, len(test), seed, judge, reference))
    rows = [row(model.manifest.title, f"test set {told}", own)]
    rows.append(row("training pictures (the floor)", f"test set {told}", over_draws(floor)))
    for name in beside:
        rows.append(_beside(registry.find(name), registry, judge, test, kept))
    protocol = (
        f"In the {reference.features.shape[1]} features of `{judge.manifest.id}`; {len(test)} pictures a draw, mean "
        f"and standard deviation over {DRAWS} draws; precision and recall with k = {quality.NEIGHBOURS}."
    )
    return {"protocol": protocol, "classifier": judge.manifest.id, "n": len(test), "rows": rows}, reference


def over_draws(measure: Callable[[int], dict[str, float]]) -> list[dict[str, float]]:
    """What is measured with each of the seeds."""
    out = []
    for seed in range(DRAWS):
        out.append(measure(seed))
        print("  " + " ".join(f"{key} {value:.4f}" for key, value in out[-1].items()), file=sys.stderr, flush=True)
    return out


def _own(
    model: Model, registry: Registry, count: int, seed: int, judge: Judge, reference: Reference
) -> dict[str, float]:
    return reference.compare(judge.look(draw(model, registry, count, seed).images)[0])


def _beside(other: Model, registry: Registry, judge: Judge, test: Split, kept: Path) -> dict[str, Any]:
    """The row of another model of the same data, against the test set in that model's own form."""
    digests = [graph.sha256 for manifest in (other.manifest, judge.manifest) for graph in manifest.graphs.values()]
    key = " ".join((other.manifest.id, str(len(test)), str(DRAWS), *sorted(digests)))
    known: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}
    if key in known:
        return dict(known[key])
    print(f"beside: {other.manifest.id}", file=sys.stderr, flush=True)
    images, told = as_shown(test, other.manifest)
    reference = Reference(judge, images)
    measured = over_draws(lambda seed: _own(other, registry, len(test), seed, judge, reference))
    found = row(other.manifest.title, f"test set {told}", measured)
    kept.write_text(json.dumps(known | {key: found}))
    return found


def some_of(split: Split, count: int, seed: int) -> Images:
    """``count`` different pictures, (count, H, W, C)."""
    chosen = np.random.default_rng(seed).permutation(len(split))[:count]
    pixels = split.pixels[chosen]
    return pixels.reshape(*pixels.shape[:3], -1)


def class_table(judge: Judge, reference: Reference, test: Split, drawn: Drawn) -> dict[str, dict[str, float]]:
    """By class: accuracy and diversity of pictures that were asked for, else the share among drawn and real ones; by
    attribute, where there are no classes: how far the shares of its values are from the real ones'."""
    features, decisions = judge.look(drawn.images)
    if len(judge.heads) > 1:
        return attribute_table(judge, decisions, reference.decisions)
    names = judge.manifest.class_names
    if drawn.asked is None:
        shares, real = (quality.class_shares(d[:, 0], len(names)) for d in (decisions, reference.decisions))
        return {name: _numbers(share=shares[i], real_share=real[i]) for i, name in enumerate(names)}
    accuracy = quality.class_accuracy(drawn.asked, decisions[:, 0], len(names))
    real_accuracy = quality.class_accuracy(test.labels.astype(np.int64), reference.decisions[:, 0], len(names))
    of_pixels = diversity(flat(drawn.images), drawn.asked, flat(test.pixels), test.labels, len(names))
    of_features = diversity(features, drawn.asked, reference.features, test.labels, len(names))
    return {
        name: _numbers(
            accuracy=accuracy[i], real_accuracy=real_accuracy[i], pixel_diversity=of_pixels[i],
            feature_diversity=of_features[i],
        )
        for i, name in enumerate(names)
    }  # fmt: skip


def mean_of_tables(tables: Sequence[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """The means of several draws' tables: a class's few odd pictures are most of its variance, and come by chance."""
    return {
        name: {key: round(float(np.mean([table[name][key] for table in tables])), 4) for key in entry}
        for name, entry in tables[0].items()
    }


def attribute_table(judge: Judge, decisions: NDArray[np.int64], real: NDArray[np.int64]) -> dict[str, dict[str, float]]:
    """Half the summed difference of the shares of an attribute's values, and how many values are never drawn."""
    out = {}
    for index, condition in enumerate(judge.manifest.conditions):
        width = len(condition.names)
        drawn_shares, real_shares = (quality.class_shares(d[:, index], width) for d in (decisions, real))
        off = 0.5 * np.abs(drawn_shares - real_shares).sum()
        never = ((drawn_shares == 0) & (real_shares > 0)).sum()
        out[condition.name] = _numbers(shares_off_by=off, values_never_drawn=float(never))
    return out


def diversity(
    drawn: NDArray[np.float32],
    drawn_classes: NDArray[np.integer],
    real: NDArray[np.float32],
    real_classes: NDArray[np.integer],
    count: int,
) -> Shares:
    """The variance within each class of drawn pictures over real ones', (count,)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return quality.within_class_variance(drawn, drawn_classes, count) / quality.within_class_variance(
            real, real_classes, count
        )


def flat(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pictures as rows of numbers in [0, 1]."""
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


def class_figures(table: dict[str, dict[str, float]]) -> dict[str, Any]:
    """The card's lines that sum the table up."""
    columns = {key: {name: entry[key] for name, entry in table.items()} for key in next(iter(table.values()))}
    out: dict[str, Any] = {}
    if "accuracy" in columns:
        mean = float(np.mean(list(columns["accuracy"].values())))
        out["class_accuracy"] = {"unit": "", "value": round(mean, 4), "label": "samples taken for the class asked for"}
    for key, label in (
        ("pixel_diversity", "least variance of pixels in a class, over real ones'"),
        ("feature_diversity", "least variance of features in a class, over real ones'"),
        ("share", "smallest share of a class among samples"),
    ):
        if key in columns:
            least = min(columns[key], key=lambda name: columns[key][name])
            out[f"least_{key}"] = {"unit": "", "value": columns[key][least], "label": f"{label} ({least})"}
    if "shares_off_by" in columns:
        mean = float(np.mean(list(columns["shares_off_by"].values())))
        label = "mean distance of attribute shares from real ones'"
        out["attribute_shares_off_by"] = {"unit": "", "value": round(mean, 4), "label": label}
    return out


def truncation_rows(model: Model, judge: Judge, reference: Reference, count: int) -> list[dict[str, float]]:
    """Frechet distance, precision and recall of one draw at each bound of z."""
    manifest = model.manifest
    graph = open_graph(model.folder / manifest.graphs["generator"].file, manifest.graphs["generator"])
    names, out = manifest.class_names, []
    asked = np.arange(count, dtype=np.int64) % len(names) if names else None
    assert manifest.latent is not None
    for bound in BOUNDS:
        z = prior_codes(manifest.latent["dim"], count, 0, bound)
        found = reference.compare(judge.look(decoded(graph, manifest, z, asked))[0])
        out.append({"bound": bound} | {key: round(value, 4) for key, value in found.items()})
    return out


def models_beside(registry: Registry, own: str, data: str, named: Sequence[str] | None) -> list[str]:
    """The models that stand beside one in its card: those named, else every VAE of the data set."""
    if named is not None:
        return list(named)
    return [m.id for m in registry.manifests() if m.data == data and m.family == "vae" and m.id != own]


def _numbers(**values: float) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in values.items()}


def registry_around(target: Path) -> Registry:
    """The models in the folder that a model lies in."""
    return Registry([target.parent])
