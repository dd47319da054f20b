"""The graphs of an autoregressive model as ONNX files: planned, exported, checked, compared with torch, written.

Each graph is one file with a dynamic batch, named ports and metadata; it passes ``onnx.checker`` with the full check,
and its outputs agree with the torch module to 1e-4, or nothing is written.
"""

from __future__ import annotations

import hashlib
import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.export import Dim

from engine.contracts.manifest import Condition, GraphSpec, Port, StatePort
from engine.errors import EngineError
from engine.runtime.sessions import open_graph
from engine.training.branches import choose_by_batch
from engine.training.compact import store_compactly
from engine.training.models.gated_pixelcnn import GatedPixelCNN
from engine.training.models.gated_row_sampler import GatedRowSampler, RowSweeps
from engine.training.models.pixelcnn import PixelCNN
from engine.training.models.pixelcnn_row_sampler import PixelCNNRowSampler
from engine.training.models.prime import GatedPrime, PixelCNNPrime
from engine.training.recipe import ORIENTATIONS, AutoregressiveRecipe

OPSET = 20
TOLERANCE = 1e-4
PER_PICTURE = frozenset({"noise", "known", "observed"})
"""A row graph's inputs that every picture has for itself; conditions and state may be shared."""

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
    few: Few | None = None


@dataclass(frozen=True)
class Few:
    """What a row graph runs instead of its scan for batches of at most ``up_to``: see `choose_by_batch`."""

    up_to: int
    module: nn.Module
    inputs: dict[str, Input]
    outputs: tuple[str, ...]


def conditions_of(recipe: AutoregressiveRecipe) -> tuple[Condition, ...]:
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


def plan(recipe: AutoregressiveRecipe, model: nn.Module, size: int) -> list[Planned]:
    """The graphs of an autoregressive model for ``size`` x ``size`` pictures: a row, and the rows above it; see
    `engine.training.export.likelihood_of`."""
    conditions = conditions_of(recipe)
    columns: dict[str, Input] = {
        c.name: (f"{c.name}_one_hot", _one_hot(2, c.width), {0: "batch"}, ("batch", c.name)) for c in conditions
    }
    return [
        _sampler_row(model, len(conditions), columns, size, recipe.levels),
        _sampler_prime(model, len(conditions), columns, size),
    ]


_IMAGE = ("batch", "channel", "row", "column")
_LOGITS = ("logits", ("batch", "level", "channel", "row", "column"))


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
    few = _few(row) if isinstance(row, GatedRowSampler) and row.sweep_up_to else None
    return Planned("sampler_row", module, inputs, outputs, tuple(s for s, _ in states), few)


def _few(row: GatedRowSampler) -> Few:
    """The row by sweeps: what the scan takes (the left edge, the chances, the constants), the chances first."""
    batch, config = 2, row.config
    chances = torch.zeros(row.width, batch, config.levels)
    constant = torch.zeros(row.width, batch, config.channels)
    edge = row.left_edge(chances)
    taken = [(x, 0) for x in edge] + [(chances, 1)]
    taken += [(constant, 1)] * (2 * len(row.layers))
    order = [len(edge), *range(len(edge)), *range(len(edge) + 1, len(taken))]  # torch 2.13 fails with an edge first
    inputs: dict[str, Input] = {
        f"scan_{at}": (f"scan_{at}", taken[at][0].clone(), {taken[at][1]: "batch"}, ()) for at in order
    }
    return Few(row.sweep_up_to, RowSweeps(row).for_export(), inputs, ("levels", "hidden"))


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
    proto = to_onnx(planned.module, planned.inputs, [name for name, _ in planned.outputs.values()])
    strip_traces(proto.graph)
    if planned.few:
        few = to_onnx(planned.few.module, planned.few.inputs, planned.few.outputs)
        strip_traces(few.graph)
        choose_by_batch(proto, few, planned.few.up_to, ("noise", 1))
    if planned.state:
        let_share(proto.graph)
    for graph in (proto.graph, *inner_graphs(proto.graph)):  # the branches of an If hold weights of their own
        store_compactly(graph)
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
        shares_state=planned.role == "sampler_row",
    )


def to_onnx(module: nn.Module, inputs: Mapping[str, Input], outputs: Sequence[str]) -> onnx.ModelProto:
    """The exporter's call: dynamo, one file, named dynamic axes."""
    dims = {name: Dim(name, min=1, max=65536) for name in ("batch", "rows")}
    shapes = tuple({axis: dims[d] for axis, d in dynamic.items()} for _, _, dynamic, _ in inputs.values())
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module.eval().requires_grad_(False),
            tuple(t for _, t, _, _ in inputs.values()),
            dynamo=True,
            input_names=[n for n, _, _, _ in inputs.values()],
            output_names=list(outputs),
            dynamic_shapes=(shapes,),
            opset_version=OPSET,
            external_data=False,
            verbose=False,
        )
    assert program is not None
    return program.model_proto


def strip_traces(graph: onnx.GraphProto) -> None:
    """Remove what the exporter notes on every node (stack traces with this machine's paths among it)."""
    for part in (graph, *inner_graphs(graph)):
        part.ClearField("doc_string")
        del part.value_info[:]
        for node in part.node:
            del node.metadata_props[:]
            node.ClearField("doc_string")


def let_share(graph: onnx.GraphProto) -> None:
    """Name the batch of conditions and state otherwise than the noise's, since it may be 1: the runtime reuses memory
    between values that it takes to be of one size.  Inside loops a batch is either, so it has no name there."""
    apart = PER_PICTURE | {"levels", "logits", "next_rows"}
    for port in (*graph.input, *graph.output):
        for dim in port.type.tensor_type.shape.dim:
            if port.name not in apart and dim.dim_param == "batch":
                dim.dim_param = "batch_above"
    for inner in inner_graphs(graph):
        for port in (*inner.input, *inner.output):
            for dim in port.type.tensor_type.shape.dim:
                dim.ClearField("dim_param")


def inner_graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """Branches and loop bodies, and theirs."""
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield attribute.g
                yield from inner_graphs(attribute.g)


def parity(planned: Planned, path: Path) -> float:
    """The largest absolute difference to torch over batches of 1, 2 and 5 with random inputs; for a row graph also with
    a state that the pictures share."""
    graph = open_graph(path)
    generator = torch.Generator().manual_seed(0)
    worst = 0.0
    for batch, shared in ((1, False), (2, False), (5, False), *(((2, True), (5, True)) if planned.state else ())):
        drawn = planned.inputs if not shared else {n: i for n, i in planned.inputs.items() if n in PER_PICTURE}
        inputs = {
            name: _random(meaning, t, dynamic, batch if meaning in drawn else 1, generator)
            for meaning, (name, t, dynamic, _) in planned.inputs.items()
        }
        with torch.no_grad():
            expected = planned.module(*inputs.values())
        expected = (expected,) if isinstance(expected, Tensor) else expected
        given = graph.run({name: t.numpy() for name, t in inputs.items()})
        for (name, _), want in zip(planned.outputs.values(), expected, strict=True):
            if tuple(given[name].shape) != tuple(want.shape):
                return float("inf")
            difference = float(np.abs(given[name].astype(np.float64) - want.double().numpy()).max())
            if not np.isfinite(difference):
                return float("inf")
            worst = max(worst, difference)
    return worst


def _random(meaning: str, example: Tensor, dynamic: dict[int, str], batch: int, generator: torch.Generator) -> Tensor:
    shape = [batch if dynamic.get(axis) == "batch" else n for axis, n in enumerate(example.shape)]
    if example.dtype == torch.bool:
        return torch.rand(shape, generator=generator) < 0.3
    if example.dtype == torch.int64:
        return torch.randint(0, 2, shape, generator=generator)
    if meaning == "image":  # of intensities
        return torch.rand(shape, generator=generator)
    if example.ndim == 2 and meaning != "z":  # one-hot columns
        return torch.eye(shape[1])[torch.randint(0, shape[1], (shape[0],), generator=generator)]
    return torch.randn(shape, generator=generator)
