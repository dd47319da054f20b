"""Bringing a model of one's own: a model folder is copied among the person's models, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import engine
from engine.errors import FileError, ModelNotFound

MANIFEST = "manifest.json"


def is_model(path: Path) -> bool:
    """Whether this is to be opened as a model and not as a picture."""
    return path.is_dir() or path.name == MANIFEST or path.suffix.lower() == ".onnx"


def model_folder_of(path: Path) -> Path:
    """The model folder that a person means by a folder, its manifest or one of its graphs; raises `EngineError`."""
    folder = path if path.is_dir() else path.parent
    if not (folder / MANIFEST).is_file():
        raise ModelNotFound(
            f"{path.name} is no model folder: there is no {MANIFEST} in it.",
            "Choose a folder with a manifest.json, as `python -m engine.training export` writes it.",
        )
    return engine.model_folder((), str(folder))


def add(path: Path, own: Path, installed: Sequence[Path]) -> Path:
    """Copy the model at ``path`` into ``own``, the person's folder of models, and say where it is now.

    A model that is installed already stays where it is.  Raises `engine.errors.EngineError`.
    """
    folder = model_folder_of(path).resolve()
    if any(folder.parent == place.resolve() for place in installed):
        return folder
    target = own / folder.name
    if target.exists():
        raise FileError(
            f"There is a model called {folder.name} in {own} already.", "Rename the folder, or remove the old one."
        )
    try:
        own.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".new-", dir=own))
        try:
            shutil.copytree(folder, beside / folder.name)
            (beside / folder.name).rename(target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise FileError(
            f"The model {folder.name} could not be copied to {own}: {error.strerror or error}.",
            "Make room there, or make the folder writable.",
        ) from error
    return target
