"""Checkpoints: tensors as safetensors, the rest as JSON, written atomically.

A checkpoint is a folder with ``weights.safetensors`` (the live model), ``ema.safetensors``, ``optimizer.safetensors``
and ``state.json`` (step, recipe, CPU seconds, versions).  It is written beside its place and renamed into it, so a
killed process leaves the one before untouched.  No pickle is ever read or written.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


def save(folder: Path, model: nn.Module, ema: dict[str, Tensor], optimizer: torch.optim.Optimizer, state: dict[str, Any]) -> None:
    """Write a checkpoint to ``folder``, replacing the one that is there only when the new one is complete."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    save_file(contiguous(model.state_dict()), fresh / "weights.safetensors")
    save_file(contiguous(ema), fresh / "ema.safetensors")
    save_file(contiguous(optimizer_tensors(optimizer)), fresh / "optimizer.safetensors")
    (fresh / "state.json").write_text(json.dumps(state, indent=1))
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)


def newest(folder: Path) -> Path | None:
    """The checkpoint to read: ``folder``, or ``folder.old`` if the process died between the two renames."""
    for candidate in (folder, folder.with_name(folder.name + ".old")):
        if (candidate / "state.json").exists():
            return candidate
    return None


def restore(folder: Path, model: nn.Module, ema: dict[str, Tensor], optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Load a checkpoint into the three; returns its ``state.json``."""
    model.load_state_dict(load_file(folder / "weights.safetensors"))
    for name, tensor in load_file(folder / "ema.safetensors").items():
        ema[name].copy_(tensor)
    set_optimizer_tensors(optimizer, load_file(folder / "optimizer.safetensors"))
    state: dict[str, Any] = json.loads((folder / "state.json").read_text())
    return state


def contiguous(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
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
