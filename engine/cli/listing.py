"""``reverie models``: what is installed."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.catalogue.registry import Model, Registry
from engine.cli.printing import print_json, say, table
from engine.contracts.manifest import Manifest


def models(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """List every model, and every folder that looks like one and cannot be read."""
    registry = Registry(folders)
    found = [registry.models[manifest.id] for manifest in registry.manifests()]
    if options.json:
        broken = [{"folder": b.folder, "problem": b.error.problem, "remedy": b.error.remedy} for b in registry.broken]
        print_json({"models": [_facts(model) for model in found], "broken": broken})
        return 0
    if found:
        head = ("id", "architecture", "data", "pictures", "measured", "MB")
        print(table(head, [_row(model, _scorer(model, registry)) for model in found]))
    else:
        say(f"No model is installed in {', '.join(map(str, folders)) or 'any folder'}.")
    for broken_model in registry.broken:
        say(str(broken_model.error))
    return 0


def _facts(model: Model) -> dict[str, Any]:
    manifest = model.manifest
    image = manifest.image
    return {
        "id": manifest.id,
        "title": manifest.title,
        "family": manifest.family,
        "architecture": manifest.architecture,
        "data": manifest.data,
        "image": {
            "height": image.height,
            "width": image.width,
            "channels": image.display_channels,
            "levels": image.levels,
            "palette": image.palette is not None,
        },
        "classes": manifest.class_names,
        "orientations": manifest.orientations,
        "latent": manifest.latent,
        "scored_by": manifest.scored_by or manifest.id,
        "figures": manifest.figures,
        "folder": model.folder,
        "bytes": _bytes(model),
    }


def _scorer(model: Model, registry: Registry) -> Manifest:
    """The manifest of the model that gives the likelihood: its own, or the other one's if that is installed."""
    other = registry.models.get(model.manifest.scored_by)
    return model.manifest if other is None else other.manifest


def _row(model: Model, scorer: Manifest) -> tuple[str, ...]:
    manifest, image = model.manifest, model.manifest.image
    levels = f"{image.levels} {'colours' if image.palette else 'levels'}"
    pictures = f"{image.height}x{image.width}, {levels}"
    size = f"{_bytes(model) / 1e6:.1f}"
    figure = _figure(scorer) + (f", by {scorer.id}" if scorer is not manifest else "")
    return manifest.id, manifest.architecture, manifest.data_title, pictures, figure, size


def _figure(manifest: Manifest) -> str:
    """The test set's negative log-likelihood or the best bound on it, if one was measured."""
    for key in ("test_nll", "test_bits_per_dim", "test_iwae", "test_elbo"):
        figure = manifest.figures.get(key)
        if isinstance(figure, Mapping) and isinstance(figure.get("value"), (int, float)):
            return f"{figure['value']:.4g} {figure.get('unit', '')}".rstrip()
    return "-"


def _bytes(model: Model) -> int:
    paths = (model.folder / graph.file for graph in model.manifest.graphs.values())
    return sum(path.stat().st_size for path in paths if path.is_file())
