"""A small valid manifest as JSON, and model folders made of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def port(name: str) -> dict[str, Any]:
    return {"name": name, "dtype": "float32", "axes": ["batch", "row"]}


@pytest.fixture
def raw() -> dict[str, Any]:
    """A fresh one, for tests to break."""
    state = {"input": "state_rows", "output": "next_rows", "batch_axis": 1, "shape": [3, 0], "dtype": "int64"}
    conditions = {"class": port("class_one_hot")}
    graphs = {
        "likelihood": {"inputs": {"image": port("x")}, "outputs": {"logits": port("logits")}},
        "sampler_row": {
            "inputs": {name: port(name) for name in ("noise", "known", "observed")},
            "outputs": {name: port(name) for name in ("levels", "logits")},
            "state": [state],
        },
        "sampler_prime": {
            "inputs": {"image": port("rows")},
            "outputs": {"logits": port("logits"), "state_rows": port("primed_rows")},
        },
    }
    for role, graph in graphs.items():
        graph |= {"file": f"{role}.onnx", "sha256": hashlib.sha256(role.encode()).hexdigest()}
        graph["inputs"] |= conditions
    return {
        "schema": 1,
        "id": "toy",
        "title": "A toy",
        "family": "autoregressive",
        "architecture": "PixelCNN",
        "data": "toys",
        "data_title": "Toys",
        "image": {"height": 2, "width": 3, "channels": 1, "levels": 3, "palette": [[0, 0, 0], [9, 9, 9], [255, 0, 1]]},
        "conditions": [{"name": "class", "names": ["a", "b"], "null": True}],
        "graphs": graphs,
        "figures": {"test": {"nats": 80.5, "n": 10000}},
        "references": ["A paper, 2016"],
    }


@pytest.fixture
def install(raw: dict[str, Any]) -> Callable[..., Path]:
    """``install(folder, **changes)`` writes a model folder, graphs (their role as content) included."""

    def write(folder: Path, **changes: Any) -> Path:
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps(raw | changes), encoding="utf-8")
        for role in raw["graphs"]:
            (folder / f"{role}.onnx").write_bytes(role.encode())
        return folder

    return write
