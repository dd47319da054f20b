"""Bringing a model of one's own: a model folder is copied among the person's models, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import engine
from app.translation import tr
from engine.errors import EngineError, FileError, ModelNotFound

MANIFEST = "manifest.json"
FILM = "film"
REPLACED = ".replaced"
"""Where broken models go that good ones took the place of."""
_AGAIN = tr("Copy the whole folder again, or export the model again.")


def is_model(path: Path) -> bool:
    """Whether this is to be opened as a model and not as a picture."""
    return path.is_dir() or path.name == MANIFEST or path.suffix.lower() == ".onnx"


def is_bare(path: Path) -> bool:
    """Whether this is an ``.onnx`` file that no manifest beside it knows: nothing is said of it yet."""
    if path.suffix.lower() != ".onnx" or path.is_dir():
        return False
    beside = path.parent / MANIFEST
    if not beside.is_file():
        return True
    try:
        graphs = json.loads(beside.read_text(encoding="utf-8"))["graphs"]
        return all(spec["file"] != path.name for spec in graphs.values())
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False  # what is wrong with the manifest is to be said


def model_folder_of(path: Path) -> Path:
    """The model folder that a person means by a folder, its manifest or one of its graphs; raises `EngineError`."""
    folder = path if path.is_dir() else path.parent
    if not (folder / MANIFEST).is_file():
        raise ModelNotFound(
            tr("{name} is no model folder: there is no {manifest} in it.").format(name=path.name, manifest=MANIFEST),
            tr("Choose a folder with a manifest.json, as `python -m engine.training export` writes it."),
        )
    return engine.model_folder((), str(folder))


def checked(path: Path) -> Path:
    """The model folder at ``path``, every graph of it there and as its manifest says; raises `EngineError`.

    Nothing of a graph is run here: that is the engine process's to do.
    """
    folder = model_folder_of(path).resolve()
    for spec in _manifest(folder)["graphs"].values():
        graph = folder / spec["file"]
        if not graph.is_file():
            raise FileError(
                tr("The model {name} is not whole: {name2} is missing.").format(name=folder.name, name2=graph.name),
                _AGAIN,
            )
        try:
            digest = _digest(graph)
        except OSError as error:
            raise FileError(
                tr("{name} of {name2} cannot be read: {strerror}.").format(
                    name=graph.name, name2=folder.name, strerror=error.strerror
                ),
                _AGAIN,
            ) from error
        if digest != spec["sha256"]:
            raise FileError(
                tr("{name} of {name2} is damaged: its manifest has another digest.").format(
                    name=graph.name, name2=folder.name
                ),
                _AGAIN,
            )
    return folder


def is_installed(folder: Path, installed: Iterable[Path]) -> bool:
    """Whether a model folder lies in one of the folders of models."""
    return any(folder.resolve().parent == place.resolve() for place in installed)


def add(path: Path, own: Path, installed: Sequence[Path]) -> Path:
    """Copy the model at ``path`` into ``own``, the person's folder of models, and say where it is now.

    A model that is installed already stays where it is.  Of the person's own models, a broken one of the same name or
    id makes room (it is kept in `REPLACED`).  Raises `engine.errors.EngineError`; then nothing has changed.
    """
    folder = model_folder_of(path).resolve()
    if is_installed(folder, installed):
        return folder
    in_the_way = find_room(checked(folder), own, installed)
    target = own / folder.name
    try:
        _copy(folder, target, in_the_way)
    except OSError as error:
        raise FileError(
            tr("The model {name} could not be copied to {own}: {value}.").format(
                name=folder.name, own=own, value=error.strerror or error
            ),
            tr("Make room there, or make the folder writable."),
        ) from error
    return target


def find_room(folder: Path, own: Path, installed: Sequence[Path]) -> set[Path]:
    """What of the person's own has to make room for the model in ``folder``, by name or id; raises `FileError`."""
    in_the_way = {place for place in (own / folder.name, *_of_same_id(folder, installed)) if place.exists()}
    for place in in_the_way:
        if place.resolve().parent != own.resolve() or not _is_broken(place):
            raise FileError(
                tr("There is a model called {name} in {parent} already.").format(name=place.name, parent=place.parent),
                tr("Rename the folder, and its id in manifest.json, or remove the old one."),
            )
    return in_the_way


def is_taken(identity: str, own: Path, installed: Sequence[Path]) -> bool:
    """Whether a model has this id, or one of the person's own this folder."""
    if (own / identity).exists():
        return True
    try:
        return is_installed(engine.model_folder(installed, identity), installed)
    except ModelNotFound:
        return False
    except EngineError:
        return True


def add_decoder(file: Path, manifest: Mapping[str, Any], own: Path) -> Path:
    """Make a bare decoder one of the person's models: its file copied, its manifest beside it; the folder's path.

    Whole or not at all.  Raises `FileError`, also where the file is no longer the one that the manifest is of.
    """
    (decoder,) = manifest["graphs"].values()
    target = own / str(manifest["id"])
    try:
        own.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".new-", dir=own))
        try:
            folder = beside / target.name
            folder.mkdir()
            shutil.copyfile(file, folder / decoder["file"])
            if _digest(folder / decoder["file"]) != decoder["sha256"]:
                raise FileError(
                    tr("{name} has changed since it was opened.").format(name=file.name), tr("Open it again.")
                )
            text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
            (folder / MANIFEST).write_text(text, encoding="utf-8")
            folder.rename(target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise FileError(
            tr("{name} could not be copied to {own}: {value}.").format(
                name=file.name, own=own, value=error.strerror or error
            ),
            tr("Make room there, or make the folder writable."),
        ) from error
    return target


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _manifest(folder: Path) -> Mapping[str, Any]:
    """The manifest of a folder whose manifest the engine has read."""
    values: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return values


def _of_same_id(folder: Path, installed: Sequence[Path]) -> list[Path]:
    """The installed model with the id of this one, if there is one."""
    try:
        found = engine.model_folder(installed, _manifest(folder)["id"])
    except EngineError:
        return []
    return [found] if is_installed(found, installed) else []


def _is_broken(folder: Path) -> bool:
    """A model folder, by its manifest, that cannot be used."""
    if not (folder / MANIFEST).is_file():
        return False
    try:
        checked(folder)
    except EngineError:
        return True
    return False


def _copy(folder: Path, target: Path, in_the_way: Iterable[Path]) -> None:
    """Copy under another name, then take the place of ``target`` at once."""
    own = target.parent
    own.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=own))
    try:
        shutil.copytree(folder, beside / target.name, ignore=_no_part_of_a_model)
        for place in in_the_way:
            (own / REPLACED).mkdir(exist_ok=True)
            place.rename(Path(tempfile.mkdtemp(prefix=f"{place.name}-", dir=own / REPLACED)) / place.name)
        (beside / target.name).rename(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _no_part_of_a_model(folder: str, names: list[str]) -> set[str]:
    """Whatever is neither an ordinary file nor the film: a pipe may never end, and folders may hold anything."""
    return {name for name in names if not (Path(folder, name).is_file() or name == FILM)}
