"""Checkpoints: tensors as safetensors, the rest as JSON, written atomically.

A checkpoint is a folder with ``weights.safetensors`` (the live model), ``ema.safetensors``, ``optimizer.safetensors``
and ``state.json`` (step, recipe, CPU seconds, versions).  It is written beside its place and renamed into it, so a
killed process leaves the one before untouched.  No pickle is ever read or written.

Three names, so that one of the first two is whole at every moment, whenever the process dies::

    checkpoint        the newest
    checkpoint.old    the one before, there only between the two renames of a save, or after dying there
    checkpoint.new    being written; never read
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.errors import FileError


def save(
    folder: Path, model: nn.Module, ema: dict[str, Tensor], optimizer: torch.optim.Optimizer, state: dict[str, Any]
) -> None:
    """Write a checkpoint to ``folder``, replacing the one that is there only when the new one is complete."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    save_file(contiguous(model.state_dict()), fresh / "weights.safetensors")
    save_file(contiguous(ema), fresh / "ema.safetensors")
    save_file(contiguous(optimizer_tensors(optimizer)), fresh / "optimizer.safetensors")
    (fresh / "state.json").write_text(json.dumps(state, indent=1))
    for file in fresh.iterdir():
        flush_to_disk(file)
    old = folder.with_name(folder.name + ".old")
    if folder.exists():  # else .old may be all there is, left by a process that died between the renames
        shutil.rmtree(old, ignore_errors=True)
        folder.replace(old)
    fresh.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def save_tensors(tensors: dict[str, Tensor], path: Path) -> None:
    """Write one safetensors file that is whole or not there."""
    fresh = path.with_name(f".{path.name}")
    save_file(contiguous(tensors), fresh)
    fresh.replace(path)


def flush_to_disk(path: Path) -> None:
    """Wait until the file would survive the power going off: a rename must not be on the disk before its contents."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def newest(folder: Path) -> Path | None:
    """The checkpoint to read: ``folder``, or ``folder.old`` if the process died between the two renames."""
    for candidate in (folder, folder.with_name(folder.name + ".old")):
        if (candidate / "state.json").exists():
            return candidate
    return None


def restore(folder: Path, model: nn.Module, ema: dict[str, Tensor], optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Load a checkpoint into the three; returns its ``state.json``."""
    try:
        state: dict[str, Any] = json.loads((folder / "state.json").read_text())
        weights, averages = load_file(folder / "weights.safetensors"), load_file(folder / "ema.safetensors")
        moments = load_file(folder / "optimizer.safetensors")
    except (OSError, ValueError, SafetensorError) as error:
        remedy = "Delete that folder to begin anew."
        raise FileError(f"The checkpoint {folder} is damaged.", remedy, path=str(folder)) from error
    if misfits := unlike(model.state_dict(), weights):
        raise FileError(
            f"The checkpoint {folder} belongs to another network ({misfits[0]} differs).",
            "Resume it with the recipe it was made by, or give --name for a new run.",
            path=str(folder),
        )
    model.load_state_dict(weights)
    for name, tensor in averages.items():
        ema[name].copy_(tensor)
    set_optimizer_tensors(optimizer, moments)
    return state


def unlike(a: dict[str, Tensor], b: dict[str, Tensor]) -> list[str]:
    """The names that only one of the two has, or that differ in shape."""
    shapes = [{name: tensor.shape for name, tensor in tensors.items()} for tensors in (a, b)]
    return sorted({name for name, _ in shapes[0].items() ^ shapes[1].items()})


def contiguous(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Copies that safetensors can write: dense, apart from the graph, sharing no memory."""
    return {name: tensor.detach().contiguous().clone() for name, tensor in tensors.items()}


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Adam's moments and step counts as a flat dictionary ``"index.name"``."""
    states = optimizer.state_dict()["state"]
    return {f"{i}.{name}": torch.as_tensor(value) for i, entry in states.items() for name, value in entry.items()}


def set_optimizer_tensors(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """The inverse of `optimizer_tensors`."""
    layout = optimizer.state_dict()
    states: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        index, name = key.split(".", 1)
        states.setdefault(int(index), {})[name] = tensor
    layout["state"] = states
    optimizer.load_state_dict(layout)
