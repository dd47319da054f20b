"""The catalogue's questions that the window asks before the engine process is up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.catalogue import latents_io
from engine.catalogue.registry import Registry
from engine.contracts.latents import LatentArrays
from engine.contracts.manifest import Manifest


def installed_models(folders: Sequence[Path]) -> tuple[Manifest, ...]:
    """The manifests of every readable model in ``folders``, by data set and title."""
    return Registry(folders).manifests()


def installed_classifiers(folders: Sequence[Path]) -> Mapping[str, Manifest]:
    """The manifests of the classifiers in ``folders`` that pictures are judged by, by data set."""
    models = Registry(folders).models.values()
    return {m.manifest.data: m.manifest for m in reversed(models) if m.manifest.family == "classifier"}


def broken_models(folders: Sequence[Path]) -> tuple[str, ...]:
    """What is wrong with the model folders that cannot be read: a sentence and its remedy each."""
    return tuple(str(broken.error) for broken in Registry(folders).broken)


def model_folder(folders: Sequence[Path], model: str) -> Path:
    """Where a model's card, preview and film lie; raises as `Registry.find`."""
    return Registry(folders).find(model).folder


def latent_arrays(folders: Sequence[Path], model: str) -> LatentArrays:
    """What a model's ``latents.npz`` holds, nothing if it has none; raises as `Registry.find`, and `FileError`."""
    return latents_io.read(Registry(folders).find(model))
