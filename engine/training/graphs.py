"""The graphs of an autoregressive model as ONNX files: planned, exported, checked, compared with torch, written.

Each graph is one file with a dynamic batch, named ports and metadata; it passes ``onnx.checker`` with the full check,
and its outputs agree with the torch module to 1e-4, or nothing is written.
"""

from __future__ import annotations

import hashlib
import logging
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.export import Dim

from engine.contracts.manifest import Condition, GraphSpec, Port, StatePort
from engine.errors import EngineError
from engine.runtime.sessions import open_graph
from engine.training.models.gated_pixelcnn import GatedPixelCNN
from engine.training.models.pixelcnn import PixelCNN
from engine.training.models.prime import GatedPrime, PixelCNNPrime
from engine.training.models.row_sampler import GatedRowSampler, PixelCNNRowSampler
from engine.training.recipes import ORIENTATIONS, Recipe

OPSET = 20
TOLERANCE = 1e-4
HALF_FROM = 256
"""Tensors of at least so many numbers are rounded to float16 for the file (log-likelihoods move by under 0.01 nats)."""

Input: TypeAlias = tuple[str, Tensor, dict[int, str], tuple[str, ...]]
"""An input's name in the file, an example, its dynamic axes, and what each axis means."""
Output: TypeAlias = tuple[str, tuple[str, ...]]
"""An output's name in the file, and what each axis means."""


class Conditioned(nn.Module):
    """A module whose condition columns come as separate inputs: ``(first.., conditions.., rest..)``."""

    def __init__(self, inner: nn.Module, conditions: int, first: int) -> None:
        super().__init__()
        self.inner, self.conditions, self.first = inner, conditions, first

    def forward(self, *inputs: Tensor) -> Any:
        before = inputs[: self.first]
        columns = inputs[self.first : self.first + self.conditions]
        after = inputs[self.first + self.conditions :]
        joined = [torch.cat(columns, dim=1)] if columns else []
        return self.inner(*before, *joined, *after)


@dataclass(frozen=True)
class Planned:
    """A graph before it is written: its module, its inputs and outputs (name, axes) by meaning, its states."""

    role: str
    module: nn.Module
    inputs: dict[str, Input]
    outputs: dict[str, Output]
    state: tuple[StatePort, ...] = ()


def conditions_of(recipe: Recipe) -> tuple[Condition, ...]:
    """The manifest's conditions of a recipe; a model trained upright only still has the orientation columns."""
    if not recipe.condition_width:
        return ()
    out = []
    if recipe.class_names:
        out.append(Condition(name="class", names=recipe.class_names, null=True))
    spare = len(ORIENTATIONS) - len(recipe.orientations)
    names = recipe.orientations
    out.append(Condition(name="orientation", names=names, null=False, columns=len(names) + spare))
    return tuple(out)


def plan(recipe: Recipe, model: nn.Module, size: int) -> list[Planned]:
    """The three graphs of an autoregressive model for ``size`` x ``size`` pictures."""
    conditions = conditions_of(recipe)
    columns: dict[str, Input] = {
        c.name: (f"{c.name}_one_hot", _one_hot(2, c.width), {0: "batch"}, ("batch", c.name)) for c in conditions
    }
    return [
        _likelihood(model, len(conditions), columns, size),
        _sampler_row(model, len(conditions), columns, size, recipe.levels),
        _sampler_prime(model, len(conditions), columns, size),
    ]


_IMAGE = ("batch", "channel", "row", "column")
_LOGITS = ("logits", ("batch", "level", "channel", "row", "column"))


def _likelihood(model: nn.Module, conditions: int, columns: dict[str, Input], size: int) -> Planned:
    image = torch.zeros(2, 1, size, size, dtype=torch.int64)
    inputs: dict[str, Input] = {"image": ("image_levels", image, {0: "batch"}, _IMAGE)} | columns
    return Planned("likelihood", Conditioned(model, conditions, 1), inputs, {"logits": _LOGITS})


def row_sampler(model: nn.Module, size: int) -> GatedRowSampler | PixelCNNRowSampler:
    """The row sampler of either architecture."""
    if isinstance(model, GatedPixelCNN):
        return GatedRowSampler(model, size)
    assert isinstance(model, PixelCNN)
    return PixelCNNRowSampler(model, size)


def _sampler_row(model: nn.Module, conditions: int, columns: dict[str, Input], size: int, levels: int) -> Planned:
    row = row_sampler(model, size)
    states = _states(row, 2)
    pixel, dynamic = ("column", "batch"), {1: "batch"}
    inputs: dict[str, Input] = {
        "noise": ("noise", torch.zeros(size, 2, levels), dynamic, (*pixel, "level")),
        "known": ("known", torch.zeros(size, 2, 1, dtype=torch.int64), dynamic, (*pixel, "channel")),
        "observed": ("observed", torch.zeros(size, 2, 1, dtype=torch.bool), dynamic, (*pixel, "channel")),
    }
    inputs |= columns
    inputs |= {s.input: (s.input, t, {s.batch_axis: "batch"}, ()) for s, t in states}
    outputs: dict[str, Output] = {
        "levels": ("levels", pixel),
        "logits": ("logits", (*pixel, "level")),
    }
    outputs |= {s.output: (s.output, ()) for s, _ in states if s.output.startswith("next_")}
    module = Conditioned(row.for_export(), conditions, 3)
    return Planned("sampler_row", module, inputs, outputs, tuple(s for s, _ in states))


def _sampler_prime(model: nn.Module, conditions: int, columns: dict[str, Input], size: int) -> Planned:
    prime = GatedPrime(model) if isinstance(model, GatedPixelCNN) else PixelCNNPrime(model)  # type: ignore[arg-type]
    above = torch.zeros(2, 1, 5, size, dtype=torch.int64)
    inputs: dict[str, Input] = {"image": ("rows_above", above, {0: "batch", 2: "rows"}, _IMAGE)} | columns
    states = [s for s, _ in _states(row_sampler(model, size), 2)]
    outputs: dict[str, Output] = {"logits": _LOGITS}
    outputs |= {s.input: (s.input.replace("state_", "primed_"), ()) for s in states}
    return Planned("sampler_prime", Conditioned(prime, conditions, 1), inputs, outputs)


def _one_hot(batch: int, width: int) -> Tensor:
    return torch.eye(width)[torch.arange(batch) % width]


def _states(row: GatedRowSampler | PixelCNNRowSampler, batch: int) -> list[tuple[StatePort, Tensor]]:
    out = []
    shapes, successors = row.state_shapes, row.state_successors
    for name, shape in shapes.items():
        axis = shape.index(0)
        dtype = "int64" if name == "rows" else "float32"
        after = successors[name]
        output = f"state_{after}" if after in shapes and after != name else f"next_{after}"
        port = StatePort(input=f"state_{name}", output=output, batch_axis=axis, shape=shape, dtype=dtype)
        example = torch.zeros([batch if n == 0 else n for n in shape], dtype=getattr(torch, dtype))
        out.append((port, example))
    return out


def write_graph(planned: Planned, path: Path, metadata: dict[str, str]) -> GraphSpec:
    """Export, check, compare with torch, then write; returns the manifest's entry."""
    proto = to_onnx(planned)
    strip_traces(proto.graph)
    store_halves(proto)
    for key, value in metadata.items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(proto, full_check=True)
    fresh = path.with_suffix(".onnx.new")
    fresh.write_bytes(proto.SerializeToString())
    worst = parity(planned, fresh)
    if worst > TOLERANCE:
        fresh.unlink()
        raise EngineError(
            f"The graph {path.name} differs from its torch module by {worst:.1e}.", "Nothing was written; report this."
        )
    os.replace(fresh, path)
    states = {s.input for s in planned.state} | {s.output for s in planned.state}
    return GraphSpec(
        file=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        inputs={
            m: Port(name=n, dtype=str(t.dtype).removeprefix("torch."), axes=axes)
            for m, (n, t, _, axes) in planned.inputs.items()
            if m not in states
        },
        outputs={
            m: Port(name=n, dtype="", axes=axes)
            for m, (n, axes) in planned.outputs.items()
            if m not in states or not planned.state
        },
        state=planned.state,
    )


def to_onnx(planned: Planned) -> onnx.ModelProto:
    """The exporter's call: dynamo, one file, named dynamic axes."""
    dims = {name: Dim(name, min=1, max=65536) for name in ("batch", "rows")}
    shapes = tuple({axis: dims[d] for axis, d in dynamic.items()} for _, _, dynamic, _ in planned.inputs.values())
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            planned.module.eval().requires_grad_(False),
            tuple(t for _, t, _, _ in planned.inputs.values()),
            dynamo=True,
            input_names=[n for n, _, _, _ in planned.inputs.values()],
            output_names=[n for n, _ in planned.outputs.values()],
            dynamic_shapes=(shapes,),
            opset_version=OPSET,
            external_data=False,
            verbose=False,
        )
    assert program is not None
    return program.model_proto


def strip_traces(graph: onnx.GraphProto) -> None:
    """Remove what the exporter notes on every node (stack traces with this machine's paths among it)."""
    graph.ClearField("doc_string")
    del graph.value_info[:]
    for node in graph.node:
        del node.metadata_props[:]
        node.ClearField("doc_string")
        for attribute in node.attribute:
            if attribute.HasField("g"):
                strip_traces(attribute.g)


def store_halves(proto: onnx.ModelProto) -> None:
    """Store the large float32 initializers that float16 holds exactly as float16 and a ``Cast``: half the file.

    `load_weights` has rounded the weights to float16 before, so nothing changes; the runtime folds the casts at load.
    """
    graph = proto.graph
    for index, tensor in enumerate(graph.initializer):
        if tensor.data_type != onnx.TensorProto.FLOAT or int(np.prod(tensor.dims)) < HALF_FROM:
            continue
        values = numpy_helper.to_array(tensor)
        half = values.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), values):
            continue
        name = tensor.name
        graph.initializer[index].CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        cast = onnx.helper.make_node("Cast", [f"{name}.half"], [name], f"{name}.cast", to=onnx.TensorProto.FLOAT)
        graph.node.insert(0, cast)


def parity(planned: Planned, path: Path) -> float:
    """The largest absolute difference to torch over batches of 1, 2 and 5 with random inputs."""
    graph = open_graph(path)
    generator = torch.Generator().manual_seed(0)
    worst = 0.0
    for batch in (1, 2, 5):
        inputs = [_random(t, dynamic, batch, generator) for _, t, dynamic, _ in planned.inputs.values()]
        with torch.no_grad():
            expected = planned.module(*inputs)
        expected = (expected,) if isinstance(expected, Tensor) else expected
        names = [n for n, _, _, _ in planned.inputs.values()]
        given = graph.run({name: t.numpy() for name, t in zip(names, inputs, strict=True)})
        for (name, _), want in zip(planned.outputs.values(), expected, strict=True):
            if tuple(given[name].shape) != tuple(want.shape):
                return float("inf")
            difference = float(np.abs(given[name].astype(np.float64) - want.double().numpy()).max())
            if not np.isfinite(difference):
                return float("inf")
            worst = max(worst, difference)
    return worst


def _random(example: Tensor, dynamic: dict[int, str], batch: int, generator: torch.Generator) -> Tensor:
    shape = [batch if dynamic.get(axis) == "batch" else n for axis, n in enumerate(example.shape)]
    if example.dtype == torch.bool:
        return torch.rand(shape, generator=generator) < 0.3
    if example.dtype == torch.int64:
        return torch.randint(0, 2, shape, generator=generator)
    if example.ndim == 2:  # one-hot columns
        return torch.eye(shape[1])[torch.randint(0, shape[1], (shape[0],), generator=generator)]
    return torch.randn(shape, generator=generator)
