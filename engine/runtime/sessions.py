"""ONNX Runtime sessions: the only door to ``onnxruntime``.

One thread a run and no spinning: two spinning threads on two busy cores measured twice as slow.  Creating a session
holds the GIL and concurrent creation races, so sessions are made under one lock, once a file; running them releases
the GIL and needs no lock.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.manifest import GraphSpec
from engine.errors import GraphMismatch, SessionError
from engine.runtime import graph
from engine.runtime.graph import Declared

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read while it is loaded; else it reports home, and keeps an id in the home

import onnxruntime as ort

__all__ = ["Declared", "Graph", "Sessions", "open_graph", "runtime_version", "session_options"]

MOST_OPEN = 10
"""Graphs open at a time: what the lecture's page asks for (three models, their scorer and a classifier), and one."""
EXTERNAL = "External data path"
"""What ONNX Runtime's errors about weights in a file of their own have in common."""
_FATAL_ONLY = 4
"""ONNX Runtime's own log, on the terminal; its errors come as exceptions, which we word."""


def session_options() -> ort.SessionOptions:
    """One thread, no spinning, no log, and never the ``.ort`` format (its parser is not for strangers' files).

    No arena either: each session would keep the most that it ever needed, twice as much as the pictures themselves
    over all that ship.  Where the C library keeps what is freed (`engine.host.limits`) runs are as quick without.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = _FATAL_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return options


class Graph:
    """An open graph: ``run(inputs)`` takes and gives arrays by their names in the file.  Any thread."""

    def __init__(self, session: ort.InferenceSession, path: Path) -> None:
        self._session, self._path = session, path
        self.inputs = tuple(_declared(port) for port in session.get_inputs())
        self.outputs = tuple(_declared(port) for port in session.get_outputs())
        self.output_names: list[str] = [port.name for port in self.outputs]
        self.input_names: list[str] = [port.name for port in self.inputs]
        self.batch = max((port.shape[0] for port in self.inputs if port.shape), default=0)
        """How many rows the graph takes at once, where the first axis is the batch; 0 is any number."""

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """One pass; raises `SessionError` with the runtime's own words."""
        try:
            values = self._session.run(self.output_names, dict(inputs))
        except Exception as error:  # the runtime has a dozen exception types and no common base
            unfit = graph.first_unfit(self.inputs, inputs)
            raise SessionError(
                f"The graph {self._path.name} could not run: {unfit or _first_line(error)}.",
                "Export the model again, or correct manifest.json (docs/own_model.md says how).",
            ) from error
        return {name: np.asarray(value) for name, value in zip(self.output_names, values, strict=True)}

    def run_rows(self, inputs: Mapping[str, NDArray[Any]], outputs: Sequence[str]) -> dict[str, NDArray[Any]]:
        """`run` where the first axis of the inputs and of these outputs is the batch: a graph of a fixed batch runs as
        often as it takes.  What else it gives, such as the number of its parameters, is not looked at."""
        count = len(next(iter(inputs.values())))
        if self.batch in (0, count):
            out = self.run(inputs)
            return {name: out[name] for name in outputs}
        parts = []
        for start in range(0, count, self.batch):
            rows = np.minimum(np.arange(start, start + self.batch), count - 1)  # the last part is filled up
            parts.append(self.run({name: value[rows] for name, value in inputs.items()}))
        for name in outputs:
            self._check_rows(name, [part[name] for part in parts])
        return {name: np.concatenate([part[name] for part in parts])[:count] for name in outputs}

    def _check_rows(self, name: str, parts: Sequence[NDArray[Any]]) -> None:
        if any(part.ndim == 0 or part.shape[1:] != parts[0].shape[1:] for part in parts):
            raise GraphMismatch(
                f"The graph {self._path.name} gives '{name}' of shape {parts[0].shape}, which has no axis of rows.",
                "Export the model again, or correct manifest.json.",
            )

    @property
    def producer(self) -> str:
        """What wrote the file, in its own words."""
        return str(self._session.get_modelmeta().producer_name)

    def metadata(self) -> dict[str, str]:
        """The file's metadata properties."""
        return dict(self._session.get_modelmeta().custom_metadata_map)


class Sessions:
    """The open graphs of an engine, by file: the latest that were asked for.  Any thread.

    One that had to go stays open for whoever still runs it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[Path, Graph] = {}

    def graph(self, folder: Path, spec: GraphSpec) -> Graph:
        """The graph of ``spec`` in ``folder``, opened and checked against its manifest the first time."""
        path = folder / spec.file
        with self._lock:
            found = self._open.pop(path, None)
            if found is None:
                found = open_graph(path, spec)
            self._open[path] = found
            while len(self._open) > MOST_OPEN:
                del self._open[next(iter(self._open))]
            return found

    def close(self) -> None:
        """Forget every session."""
        with self._lock:
            self._open.clear()


def open_graph(path: Path, spec: GraphSpec | None = None) -> Graph:
    """Open one file; with ``spec``, check its ports.

    Raises
    ------
    SessionError
        The file is missing, or ONNX Runtime will not load it.
    GraphMismatch
        Its inputs or outputs are not those of the manifest.
    """
    if not path.is_file():
        raise SessionError(f"The model file {path.name} is missing from {path.parent}.", "Install the model again.")
    try:
        session = ort.InferenceSession(str(path), session_options(), providers=["CPUExecutionProvider"])
    except Exception as error:
        if EXTERNAL in (words := _first_line(error)):
            raise SessionError(
                f"The weights of {path.name} are in another file that is not there.",
                "Export it as one file (torch.onnx.export with external_data=False).",
            ) from error
        raise SessionError(
            f"ONNX Runtime cannot load {path.name}: {words}.", "Export or download the file again."
        ) from error
    opened = Graph(session, path)
    if spec is not None:
        missing = graph.missing_ports(spec, opened.input_names, opened.output_names)
        if missing:
            raise GraphMismatch(
                f"{path.name} does not fit its manifest: {', '.join(missing)}.",
                "Export the model again, or correct manifest.json.",
                missing=missing,
            )
        opened.batch = spec.batch or opened.batch
    return opened


def _declared(port: Any) -> Declared:
    """ONNX Runtime's ``tensor(float)`` and ``[None, 'batch', 3]`` in our words."""
    element = str(port.type).removeprefix("tensor(").removesuffix(")") if str(port.type).startswith("tensor(") else ""
    dtype = {"float": "float32", "double": "float64"}.get(element, element)
    return Declared(port.name, dtype, tuple(size if isinstance(size, int) else 0 for size in port.shape or ()))


def runtime_version() -> str:
    """The version of ONNX Runtime in use."""
    return str(ort.__version__)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")
