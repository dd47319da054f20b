"""A toy model of the autoregressive family: graphs of table look-ups in place of ONNX files, counted as they run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.catalogue.registry import Model, Registry
from engine.contracts.manifest import Condition, GraphSpec, ImageSpec, Manifest, Port, StatePort
from engine.families.autoregressive import Autoregressive
from engine.sampling.orientation import NAMES
from engine.sampling.step import Progress

SIZE, LEVELS = 3, 2
CLASS = Condition(name="class", names=("a", "b"), null=True)
ORIENTATION = Condition(name="orientation", names=NAMES)
STATES = (
    StatePort(input="state_above", output="next_above", batch_axis=1, shape=(SIZE, 0), dtype="int64"),
    StatePort(input="state_higher", output="state_above", batch_axis=1, shape=(SIZE, 0), dtype="int64"),
    StatePort(input="state_memory", output="next_memory", batch_axis=0, shape=(0,), dtype="int64"),
)
Arrays = Mapping[str, NDArray[Any]]


def toy_manifest(**changes: Any) -> Manifest:
    """3 x 3 ink, two classes, eight orientations, all three graphs."""
    conditions = changes.setdefault("conditions", (CLASS, ORIENTATION))
    columns = {c.name: Port(name=f"{c.name}_one_hot") for c in conditions}

    def graph(role: str, inputs: dict[str, str], outputs: dict[str, str], **more: Any) -> GraphSpec:
        ports = ({meaning: Port(name=name) for meaning, name in names.items()} for names in (inputs, outputs))
        given, made = ports
        return GraphSpec(file=f"{role}.onnx", sha256="", inputs=given | columns, outputs=made, **more)

    graphs = {
        "likelihood": graph("likelihood", {"image": "levels_in"}, {"logits": "logits_out"}),
        "sampler_row": graph(
            "sampler_row",
            {"noise": "n", "known": "k", "observed": "o"},
            {"levels": "x", "logits": "logits_out"},
            state=STATES,
        ),
        "sampler_prime": graph(
            "sampler_prime",
            {"image": "rows_above"},
            {"logits": "logits_out"} | {s.input: s.input.replace("state", "primed") for s in STATES},
        ),
    }
    described = dict.fromkeys(("id", "title", "architecture", "data", "data_title"), "toy")
    image = ImageSpec(height=SIZE, width=SIZE, channels=1, levels=LEVELS)
    return Manifest(**{"family": "autoregressive", "image": image, "graphs": graphs} | described | changes)


class ToyWeights:
    """Logits looked up by (memory of all rows, two rows up, one row up, left), plus what the conditions add."""

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        k = LEVELS + 1
        self.table = rng.normal(0, 1.2, (5, k, k, k, LEVELS)).astype(np.float32)
        self.added = {c.name: rng.normal(0, 0.8, (c.width, LEVELS)).astype(np.float32) for c in (CLASS, ORIENTATION)}

    def offset(self, inputs: Arrays, batch: int) -> NDArray[np.float32]:
        """(B, K) from one-hot columns, each of which has to be one."""
        total = np.zeros((batch, LEVELS), np.float32)
        for name, table in self.added.items():
            columns = inputs.get(f"{name}_one_hot")
            if columns is not None:
                assert columns.shape == (batch, len(table)) and columns.dtype == np.float32
                assert (columns.sum(axis=1) == 1).all() and np.isin(columns, (0, 1)).all()
                total += table[columns.argmax(axis=1)]
        return total

    def pixel(self, state: list[NDArray[Any]], left: Any, column: int) -> NDArray[np.float32]:
        above, higher, memory = state
        return np.asarray(self.table[memory, higher[column], above[column], left])

    def start(self, batch: int) -> list[NDArray[Any]]:
        return [np.zeros([batch if n == 0 else n for n in s.shape], np.int64) for s in STATES]

    def below(self, row: NDArray[np.int64], state: list[NDArray[Any]]) -> list[NDArray[Any]]:
        """``row`` is (W, B)."""
        return [row + 1, state[0], (3 * state[2] + np.arange(1, SIZE + 1) @ row + 1) % 5]


class ToyGraph:
    """One of the three graphs; ``runs`` keeps what it was fed."""

    def __init__(self, role: str, weights: ToyWeights) -> None:
        self.role, self.weights = role, weights
        self.runs: list[Arrays] = []

    def metadata(self) -> dict[str, str]:
        return {}

    def run(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        self.runs.append(inputs)
        if self.role == "sampler_row":
            return self._row(inputs)
        levels = inputs["levels_in" if self.role == "likelihood" else "rows_above"]
        assert levels.dtype == np.int64 and levels.shape[1] == 1
        logits, state = self._pass(levels[:, 0], self.weights.offset(inputs, len(levels)))
        out = {"logits_out": np.moveaxis(logits, -1, 1)[:, :, None]}  # (B, K, 1, H, W)
        return out | {s.input.replace("state", "primed"): array for s, array in zip(STATES, state, strict=True)}

    def _pass(self, levels: NDArray[np.int64], offset: NDArray[np.float32]) -> tuple[NDArray[np.float32], list[Any]]:
        logits = np.zeros((*levels.shape, LEVELS), np.float32)
        state = self.weights.start(len(levels))
        for i in range(levels.shape[1]):
            for j in range(SIZE):
                left = levels[:, i, j - 1] + 1 if j else np.zeros(len(levels), np.int64)
                logits[:, i, j] = self.weights.pixel(state, left, j) + offset
            state = self.weights.below(levels[:, i].T, state)
        return logits, state

    def _row(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        noise, known, observed = inputs["n"], inputs["k"], inputs["o"]
        batch = noise.shape[1]
        assert known.shape == observed.shape == (SIZE, batch, 1) and observed.dtype == np.bool_
        offset = self.weights.offset(inputs, batch)
        state = [inputs[s.input] for s in STATES]
        levels, logits = np.zeros((SIZE, batch), np.int64), np.zeros(noise.shape, np.float32)
        for j in range(SIZE):
            left = levels[j - 1] + 1 if j else np.zeros(batch, np.int64)
            logits[j] = self.weights.pixel(state, left, j) + offset
            levels[j] = np.where(observed[j, :, 0], known[j, :, 0], (logits[j] + noise[j]).argmax(-1))
        above, _, memory = self.weights.below(levels, state)
        return {"x": levels, "logits_out": logits, "next_above": above, "next_memory": memory}


class ToySessions:
    """In place of `engine.runtime.sessions.Sessions`: a folder's weights, whose seed is the folder's name."""

    def __init__(self) -> None:
        self.graphs: dict[tuple[Path, str], ToyGraph] = {}

    def graph(self, folder: Path, spec: GraphSpec) -> ToyGraph:
        key = (folder, spec.file)
        if key not in self.graphs:
            self.graphs[key] = ToyGraph(spec.file.removesuffix(".onnx"), ToyWeights(int(folder.name)))
        return self.graphs[key]

    def runs(self, role: str) -> int:
        """How often graphs of this role have run."""
        return sum(len(graph.runs) for (_, file), graph in self.graphs.items() if file == f"{role}.onnx")


class ToyFamily(Autoregressive):
    """An `Autoregressive` whose sessions are toys."""

    toys: ToySessions


MakeFamily = Callable[..., ToyFamily]


@pytest.fixture(scope="session")
def make_family() -> MakeFamily:
    """``make_family(cached=True, others=(), **manifest changes)``: a fresh family with sessions of its own."""

    def make(cached: bool = True, others: tuple[Manifest, ...] = (), **changes: Any) -> ToyFamily:
        manifest = toy_manifest(**changes)
        if not cached:
            manifest = dataclasses.replace(manifest, graphs={"likelihood": manifest.graphs["likelihood"]})
        registry = Registry([])
        for number, other in enumerate(others, start=1):
            registry.models[other.id] = Model(other, Path(str(number)))
        toys = ToySessions()
        family = ToyFamily(Model(manifest, Path("0")), toys, registry)  # type: ignore[arg-type]
        family.toys = toys
        return family

    return make


@pytest.fixture(scope="session")
def manifest_of() -> Callable[..., Manifest]:
    return toy_manifest


@pytest.fixture(scope="session")
def ask() -> Callable[..., Any]:
    """``ask(family, request)``: the answer; ``ask(family, request, seen)`` also collects the progress."""

    def run(family: Autoregressive, request: Any, seen: list[Progress] | None = None) -> Any:
        answering: Generator[Progress, None, Any] = family.answer(request)
        while True:
            try:
                progress = next(answering)
            except StopIteration as end:
                return end.value
            if seen is not None:
                seen.append(progress)

    return run
