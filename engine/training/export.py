"""From a finished run to a model folder: graphs, manifest, figures, card, preview, film.

Each graph is one file with a dynamic batch, named ports and metadata; it passes ``onnx.checker`` with the full check, and
its outputs agree with the torch module to 1e-4, or nothing is written.

The film is 12 sheets of samples from the log-spaced snapshots of the run, all from the same noise, so that a person can
watch the model learn.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import hashlib
import json
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.export import Dim

from engine.catalogue import manifest_io
from engine.contracts.manifest import Condition, GraphSpec, ImageSpec, Manifest, Port, StatePort
from engine.errors import EngineError
from engine.runtime.sessions import open_graph
from engine.training import checkpoints, data
from engine.training.loop import build
from engine.training.models.gated_pixelcnn import GatedPixelCNN
from engine.training.models.row_sampler import (
    GatedPrime,
    GatedRowSampler,
    PixelCNNPrime,
    PixelCNNRowSampler,
    RowSampler,
)
from engine.training.recipes import ORIENTATIONS, RECIPES, Recipe

OPSET = 20
TOLERANCE = 1e-4
HALF_FROM = 256
"""Tensors of at least so many numbers are rounded to float16 for the file (log-likelihoods move by under 0.01 nats)."""
METADATA_KEY = "reverie.manifest"


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


@dataclasses.dataclass(frozen=True)
class Planned:
    """A graph before it is written: the module, example inputs, which axes are dynamic, and its ports."""

    role: str
    module: nn.Module
    inputs: dict[str, tuple[str, Tensor, dict[int, str], tuple[str, ...]]]  # meaning -> name, example, dynamic, axes
    outputs: dict[str, tuple[str, tuple[str, ...]]]  # meaning -> name, axes
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
    batch, k = 2, recipe.levels
    conditions = conditions_of(recipe)
    columns = {
        c.name: (f"{c.name}_one_hot", _one_hot(batch, c.width), {0: "batch"}, ("batch", c.name)) for c in conditions
    }
    n = len(conditions)
    row = GatedRowSampler(model, size) if isinstance(model, GatedPixelCNN) else PixelCNNRowSampler(model, size)  # type: ignore[arg-type]
    prime = GatedPrime(model) if isinstance(model, GatedPixelCNN) else PixelCNNPrime(model)  # type: ignore[arg-type]
    pixel = ("column", "batch")
    states = _states(row, batch)
    image = torch.zeros(batch, 1, size, size, dtype=torch.int64)
    above = torch.zeros(batch, 1, 5, size, dtype=torch.int64)
    axes = ("batch", "channel", "row", "column")
    return [
        Planned(
            "likelihood",
            Conditioned(model, n, 1),
            {"image": ("image_levels", image, {0: "batch"}, axes)} | columns,
            {"logits": ("logits", ("batch", "level", "channel", "row", "column"))},
        ),
        Planned(
            "sampler_row",
            Conditioned(row.for_export(), n, 3),
            {
                "noise": ("noise", torch.zeros(size, batch, k), {1: "batch"}, (*pixel, "level")),
                "known": ("known", torch.zeros(size, batch, 1, dtype=torch.int64), {1: "batch"}, (*pixel, "channel")),
                "observed": (
                    "observed",
                    torch.zeros(size, batch, 1, dtype=torch.bool),
                    {1: "batch"},
                    (*pixel, "channel"),
                ),
            }
            | columns
            | {s.input: (s.input, t, {s.batch_axis: "batch"}, ()) for s, t in states},
            {"levels": ("levels", pixel), "logits": ("logits", (*pixel, "level"))}
            | {s.output: (s.output, ()) for s, _ in states if s.output.startswith("next_")},
            tuple(s for s, _ in states),
        ),
        Planned(
            "sampler_prime",
            Conditioned(prime, n, 1),
            {"image": ("rows_above", above, {0: "batch", 2: "rows"}, axes)} | columns,
            {"logits": ("logits", ("batch", "level", "channel", "row", "column"))}
            | {s.input: (s.input.replace("state_", "primed_"), ()) for s, _ in states},
        ),
    ]


def _one_hot(batch: int, width: int) -> Tensor:
    return torch.eye(width)[torch.arange(batch) % width]


def _states(row: RowSampler, batch: int) -> list[tuple[StatePort, Tensor]]:
    out = []
    shapes: dict[str, tuple[int, ...]] = row.state_shapes  # type: ignore[assignment]
    successors: dict[str, str] = row.state_successors  # type: ignore[assignment]
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
            worst = max(worst, float(np.abs(given[name].astype(np.float64) - want.double().numpy()).max()))
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


def load_weights(recipe: Recipe, run: Path, snapshot: Path | None = None) -> nn.Module:
    """The network with the averaged weights of a run's newest checkpoint, or of one snapshot, rounded to float16."""
    model = build(recipe)
    if snapshot is None:
        found = checkpoints.newest(run / "checkpoint")
        if found is None:
            raise EngineError(
                f"The run {run} has no checkpoint.", "Train it first, or name another folder with --runs."
            )
        snapshot = found / "ema.safetensors"
    tensors = load_file(snapshot)
    halves = {k: t.half().float() if t.numel() >= HALF_FROM and t.is_floating_point() else t for k, t in tensors.items()}
    model.load_state_dict(halves)
    return model.eval()


def image_spec(recipe: Recipe, loaded: data.DataSet) -> ImageSpec:
    """The manifest's picture format."""
    height, width = loaded.train.pixels.shape[1:3]
    palette = None
    if loaded.palette is not None:
        palette = tuple((int(r), int(g), int(b)) for r, g, b in loaded.palette)
    return ImageSpec(height=height, width=width, channels=1, levels=recipe.levels, palette=palette)


def curve(run: Path) -> list[dict[str, float]]:
    """The rows of a run's ``log.csv``."""
    with (run / "log.csv").open(newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def export(recipe: Recipe, run: Path, target: Path, loaded: data.DataSet, *, snapshot: Path | None = None) -> Manifest:
    """Write the model folder ``target`` (graphs and manifest); figures are added by `engine.training.figures`."""
    from engine.training.cards import describe  # the words of the shipped models

    model = load_weights(recipe, run, snapshot)
    image = image_spec(recipe, loaded)
    target.mkdir(parents=True, exist_ok=True)
    manifest = Manifest(
        id=recipe.name,
        title=recipe.title,
        family="autoregressive",
        image=image,
        graphs={},
        conditions=conditions_of(recipe),
        training=training_facts(recipe, run),
        **describe(recipe),
    )
    metadata = graph_metadata(manifest)
    graphs = {}
    for planned in plan(recipe, model, image.width):
        print(f"exporting {planned.role}", file=sys.stderr, flush=True)
        graphs[planned.role] = write_graph(planned, target / f"{planned.role}.onnx", metadata)
    previous = target / manifest_io.FILE
    figures = manifest_io.read(target).figures if previous.exists() else {}
    manifest = dataclasses.replace(manifest, graphs=graphs, figures=figures)
    write_manifest(manifest, target)
    return manifest


def write_manifest(manifest: Manifest, target: Path) -> None:
    """Write ``manifest.json`` atomically."""
    fresh = target / (manifest_io.FILE + ".new")
    fresh.write_text(json.dumps(manifest_io.to_json(manifest), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(fresh, target / manifest_io.FILE)


def graph_metadata(manifest: Manifest) -> dict[str, str]:
    """ONNX's ``Image.*`` keys, and the manifest less graphs and figures as one JSON value."""
    plain = manifest_io.to_json(manifest)
    plain.pop("graphs", None)
    plain.pop("figures", None)
    return {
        "Image.BitmapPixelFormat": "Rgb8" if manifest.image.palette else "Gray8",
        "Image.ColorSpaceGamma": "SRGB",
        "Image.NominalPixelRange": "NominalRange_0_255",
        METADATA_KEY: json.dumps(plain, ensure_ascii=False),
    }


def training_facts(recipe: Recipe, run: Path) -> dict[str, Any]:
    """What the manifest says about how the weights came about."""
    found = checkpoints.newest(run / "checkpoint")
    state = json.loads((found / "state.json").read_text()) if found else {}
    return {
        "recipe": {k: v for k, v in dataclasses.asdict(recipe).items() if k not in ("name", "title", "class_names")},
        "seed": recipe.seed,
        "steps": state.get("step", 0),
        "images": state.get("step", 0) * recipe.batch,
        "cpu_minutes": round(state.get("cpu_seconds", 0.0) / 60, 1),
        "machine": state.get("machine", ""),
        "versions": state.get("versions", {}),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m engine.training export RECIPE``."""
    parser = argparse.ArgumentParser(prog="python -m engine.training export", description=__doc__)
    parser.add_argument("recipe", choices=sorted(RECIPES))
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--run-name", help="the run's folder, if it is not the recipe's name")
    parser.add_argument("--models", type=Path, default=Path("onnx_models"))
    parser.add_argument("--snapshot", type=Path, help="a snapshot's weights instead of the newest checkpoint")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    recipe = RECIPES[args.recipe]
    loaded = data.load(recipe.data, data.data_folder(args.data_dir), recipe.validation)
    run = args.runs / (args.run_name or recipe.name)
    export(recipe, run, args.models / recipe.name, loaded, snapshot=args.snapshot)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
