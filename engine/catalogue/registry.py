"""Folders of model folders, and finding a model by id, folder or file.

Reading a catalogue opens JSON files only: no graph is loaded and no ``onnxruntime`` imported, so the window may do it
before its first paint.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from engine.catalogue import manifest_io
from engine.contracts.manifest import Manifest
from engine.errors import ManifestError, ModelNotFound


@dataclass(frozen=True, slots=True)
class Model:
    """An installed model: its manifest, and the folder its files lie in."""

    manifest: Manifest
    folder: Path


@dataclass(frozen=True, slots=True)
class BrokenModel:
    """A folder that looks like a model and cannot be read, and why."""

    folder: Path
    error: ManifestError


class Registry:
    """The models in ``folders`` (each a folder of model folders; an earlier one wins an id).  Any thread."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        self.models: dict[str, Model] = {}
        self.broken: list[BrokenModel] = []
        for folder in self.folders:
            self._scan(folder)

    def _scan(self, folder: Path) -> None:
        if not folder.is_dir():
            return
        for path in sorted(p.parent for p in folder.glob(f"*/{manifest_io.FILE}")):
            try:
                self._add(Model(manifest_io.read(path), path))
            except ManifestError as error:
                self.broken.append(BrokenModel(path, error))

    def _add(self, model: Model) -> None:
        """Take a model in whose files are there and whose id is free; one in a later folder is hidden on purpose."""
        for role, spec in model.manifest.graphs.items():
            if not (model.folder / spec.file).is_file():
                raise ManifestError(
                    f"The model {model.folder.name} lacks the file {spec.file} (its {role} graph).",
                    "Put the file there, or install the model again.",
                )
        first = self.models.setdefault(model.manifest.id, model)
        if first is not model and first.folder.parent == model.folder.parent:
            raise ManifestError(
                f"The model folders {first.folder.name} and {model.folder.name} have the same id, {model.manifest.id}.",
                "Give one of them another id in its manifest.json.",
            )

    def manifests(self) -> tuple[Manifest, ...]:
        """All that draw pictures, by data set and title."""
        found = (model.manifest for model in self.models.values() if model.manifest.family != "classifier")
        return tuple(sorted(found, key=lambda m: (m.data_title, m.title)))

    def feature_space(self, data: str) -> Model | None:
        """The classifier whose features pictures of a data set are measured in, if it is installed."""
        found = (m for m in self.models.values() if m.manifest.family == "classifier" and m.manifest.data == data)
        return next(found, None)

    def find(self, model: str) -> Model:
        """A model by id, by folder, or by an ``.onnx`` file in a model folder.

        Raises
        ------
        ModelNotFound
            Nothing of that name; close ids are named.
        ManifestError
            A folder or file was named whose manifest cannot be read.
        """
        if model in self.models:
            return self.models[model]
        if not model:
            raise ModelNotFound("No model is named.", "'reverie models' lists what is installed.", model=model)
        path = Path(model)
        if path.suffix == ".onnx" and os.path.isfile(path):  # noqa: PTH113 - a name too long for a file is no error
            path = path.parent
        if os.path.isdir(path):  # noqa: PTH112
            return Model(manifest_io.read(path), path)
        for broken in self.broken:
            if broken.folder.name == model:
                raise broken.error
        close = get_close_matches(model, self.models, n=1)
        hint = f"Did you mean '{close[0]}'?" if close else "'reverie models' lists what is installed."
        raise ModelNotFound(f"There is no model '{model}'.", hint, model=model)


def digest_errors(model: Model) -> list[str]:
    """The files of a model whose SHA-256 is not the manifest's, or which are missing."""
    files = [(role, spec.file, spec.sha256) for role, spec in model.manifest.graphs.items()]
    latent = model.manifest.latent_spec
    if latent is not None and latent.file:
        files.append(("latents", latent.file, latent.sha256))
    wrong = []
    for role, name, sha256 in files:
        path = model.folder / name
        if not path.is_file():
            wrong.append(f"{role}: {name} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            wrong.append(f"{role}: {name} has another SHA-256 than its manifest")
    return wrong
