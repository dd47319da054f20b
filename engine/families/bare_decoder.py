"""Describing and trying a bare decoder: the ``.onnx`` is opened here, in the engine, and nowhere near a window."""

from __future__ import annotations

import hashlib
import stat
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.catalogue import decoders, external_data, manifest_io
from engine.catalogue.registry import Model
from engine.contracts.decoders import DECODER_RANGES, ClassInput, DecoderDescription, DecoderTrial
from engine.contracts.manifest import GraphSpec, Port
from engine.contracts.requests import DescribeDecoder, TryDecoder
from engine.errors import FileError, GraphMismatch, RequestError, SessionError
from engine.families.latent import BROKEN
from engine.families.latent_graphs import LatentGraphs, Output
from engine.numerics import priors
from engine.numerics.pixels import RANGES
from engine.runtime.sessions import Graph, Sessions, open_graph
from engine.sampling.step import Progress

MAX_BYTES = 2 * 2**30
"""What one ONNX file can hold; greater ones keep their weights elsewhere."""
MAX_COUNT = 64
PASS_VALUES = 2**18
"""About how many numbers one pass gives: a picture shows as soon as it is there, and a large one by itself."""
_CHUNK, _FIELDS = 2**22, 10_000
"""Bytes, and fields of the file's messages, between two steps at which a stop is heeded."""


class BareDecoders:
    """Answers `DescribeDecoder` and `TryDecoder`; the newest file stays open, so that each answer is tried at once.

    Any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: tuple[str, str, Graph] | None = None

    def answer(self, request: DescribeDecoder | TryDecoder) -> Generator[Progress, None, Any]:
        """A generator of `Progress` that returns the answer of the request's kind."""
        if isinstance(request, TryDecoder):
            return (yield from self._try(request))
        return (yield from self._describe(Path(request.path)))

    def _describe(self, path: Path) -> Generator[Progress, None, DecoderDescription]:
        digest, graph = yield from self._opened(path, "")
        z, dim, told = decoders.read_inputs(path.name, [(p.name, p.dtype, p.shape) for p in graph.inputs])
        outputs = _first_run(graph, z, dim, told)
        layouts = decoders.read_outputs(
            path.name, [(n, o.dtype.name, (0, *o.shape[1:])) for n, o in outputs.items() if o.ndim]
        )
        metadata = graph.metadata()
        return DecoderDescription(
            path=str(path),
            sha256=digest,
            size=path.stat().st_size,
            producer=graph.producer,
            z=z,
            dim=dim,
            batch=graph.batch,
            layouts=layouts,
            class_input=told,
            range=_said_range(metadata, layouts[0].image),
            title=metadata.get("title", "")[:100],
        )

    def _opened(self, path: Path, wanted: str) -> Generator[Progress, None, tuple[str, Graph]]:
        """The file's digest and its graph; ``wanted`` is the digest it has to have, empty for whatever is there."""
        with self._lock:  # held at no step, for a job that stops there may never come back
            if wanted and self._open is not None and self._open[:2] == (str(path), wanted):
                return wanted, self._open[2]
            self._open = None
        digest = yield from _read_through(path)
        if wanted not in ("", digest):
            raise FileError(f"{path.name} has changed since it was opened.", "Open it again.")
        with _worded("Export it again, as an ONNX file that ONNX Runtime can load."):
            graph = open_graph(path)
        with self._lock:
            self._open = (str(path), digest, graph)
        return digest, graph

    def _try(self, request: TryDecoder) -> Generator[Progress, None, DecoderTrial]:
        """Pictures as the manifest would have them, and what the decoder really gave."""
        began = time.perf_counter()
        if not 1 <= request.count <= MAX_COUNT:
            raise RequestError(f"{request.count} pictures are asked for.", f"Ask for 1 to {MAX_COUNT} of them.")
        manifest = manifest_io.from_json(dict(request.manifest))
        if manifest.latent_spec is None:
            raise RequestError(f"{manifest.title} is described as no decoder.", "Describe it as an autoencoder.")
        path = Path(request.path)
        _, graph = yield from self._opened(path, request.sha256)
        graphs = LatentGraphs(Model(manifest, path.parent), _OneGraph(graph))
        trial = _Trial(graphs, request.count)
        z = priors.draw(graphs.spec.prior, request.seed, range(request.count), graphs.spec.dim)
        classes = np.arange(request.count) % max(1, len(manifest.class_names))
        step = max(1, PASS_VALUES // manifest.image.dims)
        for start in range(0, request.count, step):
            rows = slice(start, min(start + step, request.count))
            with _worded("Export it again; it should take any number of vectors at once, or one."):
                values = graphs.values(z[rows], classes[rows])["image"]
            trial.add(rows, values)
            yield Progress(trial.images.copy(), trial.drawn(rows.stop), rows.stop / request.count)
        return trial.answer(classes, 1e3 * (time.perf_counter() - began))


class _OneGraph(Sessions):
    """Stands in for all open graphs where there is one, whatever the manifest calls its file."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self._graph = graph

    def graph(self, folder: Path, spec: GraphSpec) -> Graph:
        """The one, as the manifest says to run it: opened anew, the file alone may not know how many rows it takes."""
        self._graph.batch = spec.batch or self._graph.batch
        return self._graph


class _Trial:
    """The pictures so far, and the decoder's own values."""

    def __init__(self, graphs: LatentGraphs, count: int) -> None:
        image = graphs.model.manifest.image
        self._intensities = graphs.intensities
        self._low, self._high = RANGES[image.range]
        self.images = np.zeros((count, image.height, image.width, image.channels), np.uint8)
        self._broken, self._constant = np.zeros(count, bool), np.zeros(count, bool)
        self._least, self._greatest, self._sum = np.inf, -np.inf, 0.0
        self._values = self._finite = self._outside = 0

    def add(self, rows: slice, values: NDArray[np.float32]) -> None:
        """The decoder's values ``(n, C, H, W)`` of these pictures."""
        output = Output(self._intensities.from_graph(values), None)
        self._broken[rows], self._constant[rows] = output.broken(), output.constant()
        self.images[rows] = self._intensities.display(output.mean)
        self.images[rows][self._broken[rows]] = BROKEN
        finite = values[np.isfinite(values)]
        self._values += values.size
        self._finite += finite.size
        if finite.size:
            self._least = min(self._least, float(finite.min()))
            self._greatest = max(self._greatest, float(finite.max()))
            self._sum += float(finite.sum(dtype=np.float64))
            slack = 1e-3 * (self._high - self._low) if np.isfinite(self._high) else 0.0
            self._outside += int(((finite < self._low - slack) | (finite > self._high + slack)).sum())

    def drawn(self, count: int) -> NDArray[np.bool_]:
        """``(N, H, W)``: True where there is a picture."""
        made = np.zeros(self.images.shape[:3], bool)
        made[:count] = True
        return made

    def answer(self, classes: NDArray[np.int64], total_ms: float) -> DecoderTrial:
        """All of it; pictures of a class are compared with the first of it."""
        firsts = np.argmax(classes[:, None] == classes, axis=1)
        whole = len(self.images) > len(set(classes.tolist())) and not self._broken.any() and not self._constant.all()
        return DecoderTrial(
            images=self.images,
            broken=self._broken,
            constant=self._constant,
            alike=bool(whole and (self.images == self.images[firsts]).all()),
            low=self._least if self._finite else 0.0,
            high=self._greatest if self._finite else 0.0,
            mean=self._sum / self._finite if self._finite else 0.0,
            finite=self._finite / self._values,
            outside=self._outside / self._values,
            total_ms=total_ms,
        )


@contextmanager
def _worded(remedy: str) -> Iterator[None]:
    """What ONNX Runtime says, with a remedy for who has a file and no model yet."""
    try:
        yield
    except (SessionError, GraphMismatch) as error:
        raise type(error)(error.problem, remedy, **error.facts) from error


def _first_run(graph: Graph, z: Port, dim: int, told: ClassInput | None) -> dict[str, NDArray[Any]]:
    """What the graph makes of zeros, one row or its batch; a graph that cannot do two at once has a batch of 1 from now
    on."""
    with _worded("Export it again, and run it once where it was made."):
        outputs = graph.run(_zeros(graph.batch or 1, z, dim, told))
    if not graph.batch:
        try:
            two = graph.run(_zeros(2, z, dim, told))
            many = all(two[name].shape == (2, *one.shape[1:]) for name, one in outputs.items() if one.ndim)
        except SessionError:
            many = False
        graph.batch = 0 if many else 1
    return outputs


def _zeros(count: int, z: Port, dim: int, told: ClassInput | None) -> dict[str, NDArray[Any]]:
    """Vectors of zeros, of the first class."""
    fed: dict[str, NDArray[Any]] = {z.name: np.zeros((count, dim, 1, 1)[: len(z.axes)], z.dtype)}
    if told is not None:
        fed[told.port.name] = np.zeros((count, told.width or 1)[: len(told.port.axes)], told.port.dtype)
        if told.encoding == "one_hot":
            fed[told.port.name][:, 0] = 1
    return fed


def _said_range(metadata: dict[str, str], image: Port) -> str:
    """What a file says of its values: by its metadata, by their type, or by their name."""
    said = metadata.get("range", metadata.get("image_range", "")).replace(" ", "")
    if said in DECODER_RANGES:
        return said
    return "0..255" if image.dtype == "uint8" else "logits" if "logit" in image.name.lower() else ""


def _read_through(path: Path) -> Generator[Progress, None, str]:
    """The SHA-256 of a file that is whole by itself; raises `FileError` for any other."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe or a device may never end
            raise FileError(f"{path.name} is no file.", "Choose an .onnx file.")
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > MAX_BYTES:
                    raise FileError(f"{path.name} is larger than 2 GB.", "Choose a smaller decoder.")
                digest.update(chunk)
                yield _nothing_yet()
            yield from _check_whole(path, file, size)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(f"{path.name} cannot be read: {reason}.", "Choose another file, or copy it again.") from error
    return digest.hexdigest()


def _check_whole(path: Path, file: BinaryIO, size: int) -> Generator[Progress, None, None]:
    """Weights beside the file would stay behind when it is copied."""
    try:
        for count, other in enumerate(external_data.external_files(file, size)):
            if other is not None:
                raise FileError(
                    f"{path.name} keeps its weights in another file, {other[:100] or 'which it does not name'}.",
                    "Export it as one file that holds them too.",
                )
            if count % _FIELDS == _FIELDS - 1:
                yield _nothing_yet()
    except external_data.TornFile:
        return  # ONNX Runtime says what is wrong with it


def _nothing_yet() -> Progress:
    """A step at which a stop is heeded, before there is a picture."""
    return Progress(np.zeros((1, 1, 1, 1), np.uint8), np.zeros((1, 1, 1), bool), 0.0)
