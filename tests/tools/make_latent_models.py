"""Make the small latent models that tests run: `python tests/tools/make_latent_models.py`; needs the extra ``train``.

Every one is a formula, so that what the engine answers can be computed by hand:

============  ==========  =====================================================================================
linear        gaussian    x = W z + m, the columns of W at right angles: log p(x), posterior and bounds in closed
                          form; its encoder is a little off the posterior, so that the bounds differ
ink           bernoulli   sigmoid(W z + b), three latent dimensions of which the last is collapsed
colours       logistic    tanh in -1..1, channels last, z with two axes more, as foreign decoders have
codes         none        an autoencoder: linear, no prior
normal        (gaussian)  x = m + L z with L a Cholesky factor
torn          none        sqrt(z_0) everywhere: not a number left of 0, one flat grey right of it
============  ==========  =====================================================================================
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

TARGET = Path(__file__).resolve().parents[1] / "engine" / "latent_models"
OPSET, IR_VERSION = 17, 8
Array = NDArray[np.floating]


class GraphBuilder:
    """Nodes of one graph from its input on; every method names its result."""

    def __init__(self, name: str, shape: tuple[int | str, ...]) -> None:
        self.input = helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
        self.nodes: list[onnx.NodeProto] = []
        self.values: list[onnx.TensorProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []

    def value(self, array: Array | NDArray[np.int64]) -> str:
        """A constant."""
        name = f"value_{len(self.values)}"
        kept = array if array.dtype == np.int64 else array.astype(np.float32)
        self.values.append(numpy_helper.from_array(np.ascontiguousarray(kept), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """A node with one result."""
        name = f"step_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def linear(self, x: str, matrix: Array, offset: Array) -> str:
        """``x @ matrix + offset``."""
        return self.node("Add", self.node("MatMul", x, self.value(matrix)), self.value(offset))

    def shaped(self, x: str, *shape: int) -> str:
        """``x.reshape(N, *shape)``."""
        return self.node("Reshape", x, self.value(np.array([-1, *shape], np.int64)))

    def output(self, x: str, name: str, shape: tuple[int, ...]) -> None:
        """Give a result to the outside."""
        self.nodes.append(helper.make_node("Identity", [x], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape]))

    def bytes(self) -> bytes:
        """The file."""
        graph = helper.make_graph(self.nodes, "toy", [self.input], self.outputs, self.values)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        content: bytes = model.SerializeToString(deterministic=True)
        return content


def port(name: str, *axes: str) -> dict[str, Any]:
    return {"name": name, "dtype": "float32", "axes": ["batch", *axes]}


Z, IMAGE = port("z", "latent"), port("image", "channel", "row", "column")
LOG_SCALE = port("log_scale", "channel", "row", "column")
MU, LOG_VAR = port("mu", "latent"), port("log_var", "latent")


def decoder(
    matrix: Array, offset: Array, shape: tuple[int, ...], last: str = "", log_scale: Array | None = None
) -> bytes:
    """``last(z @ matrix + offset)``, and a constant log scale."""
    builder = GraphBuilder("z", ("batch", len(matrix)))
    mean = builder.linear("z", matrix, offset)
    builder.output(builder.shaped(builder.node(last, mean) if last else mean, *shape), "image", shape)
    if log_scale is not None:
        spread = builder.linear("z", 0 * matrix, log_scale)
        builder.output(builder.shaped(spread, *shape), "log_scale", shape)
    return builder.bytes()


def encoder(shape: tuple[int, ...], mu: tuple[Array, Array], log_var: tuple[Array, Array] | None) -> bytes:
    """Both linear in the picture."""
    builder = GraphBuilder("image", ("batch", *shape))
    flat = builder.shaped("image", int(np.prod(shape)))
    builder.output(builder.linear(flat, *mu), "mu", (mu[0].shape[1],))
    if log_var is not None:
        builder.output(builder.linear(flat, *log_var), "log_var", (mu[0].shape[1],))
    return builder.bytes()


def write(name: str, family: str, image: dict[str, Any], latent: dict[str, Any], graphs: dict[str, Any]) -> None:
    """A model folder: ``graphs`` are ``role: (content, inputs, outputs)``, ``latent["arrays"]`` are for latents.npz."""
    folder = TARGET / name
    folder.mkdir(parents=True, exist_ok=True)
    specs, arrays = {}, latent.pop("arrays", {})
    for role, (content, inputs, outputs) in graphs.items():
        (folder / f"{role}.onnx").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        specs[role] = {"file": f"{role}.onnx", "sha256": digest, "inputs": inputs, "outputs": outputs}
    if arrays:
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        (folder / "latents.npz").write_bytes(buffer.getvalue())
        latent |= {"file": "latents.npz", "sha256": hashlib.sha256(buffer.getvalue()).hexdigest()}
    manifest = {
        "schema": 1,
        "id": name,
        "title": f"The toy '{name}'",
        "family": family,
        "architecture": {"vae": "VAE", "autoencoder": "Autoencoder", "gaussian": "Gaussian"}[family],
        "data": "toys",
        "data_title": "Toys",
        "image": image,
        "latent": latent,
        "graphs": specs,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def linear(rng: np.random.Generator) -> None:
    """Probabilistic PCA (Tipping and Bishop 1999): posterior N(M^-1 W^T (x - m) / s^2, M^-1), M = I + W^T W / s^2."""
    directions = np.linalg.qr(rng.normal(size=(12, 2)))[0].T * np.array([[0.4], [0.2]])
    offset, scale = rng.uniform(0.3, 0.7, 12), 0.15
    precision = 1 + (directions**2).sum(axis=1) / scale**2
    gain = directions.T / scale**2 / precision * 0.95  # not quite the posterior's
    mu = (gain, -offset @ gain)
    log_var = (np.zeros((12, 2)), -np.log(precision) + 0.3)
    shape = (1, 4, 3)
    codes = rng.normal(size=(40, 2))
    labels = (codes[:, 0] > 0).astype(np.int16)
    density = np.exp(-0.5 * (np.linspace(-3, 3, 64)[:, None] ** 2 + np.linspace(-3, 3, 64) ** 2))
    arrays = {
        "code_mean": codes.mean(axis=0).astype(np.float32),
        "pca_axes": np.eye(2, dtype=np.float32),
        "pca_variance": np.array([1.1, 0.9], np.float32),
        "kl_per_dim": np.array([1.2, 0.7], np.float32),
        "class_names": np.array(["left", "right"]),
        "class_means": np.stack([codes[labels == k].mean(axis=0) for k in (0, 1)]).astype(np.float32),
        "attribute_names": np.array(["brighter"]),
        "attribute_directions": np.array([[0.5, 1.0]], np.float32),
        "codes": codes.astype(np.float16),
        "code_labels": labels,
        "density": (density / density.sum()).astype(np.float32),
        "density_extent": np.array([-3, 3, -3, 3], np.float32),
    }
    write(
        "linear",
        "vae",
        {"height": 4, "width": 3, "channels": 1, "levels": 256, "range": "0..1"},
        {"dim": 2, "prior": "normal", "likelihood": "gaussian", "beta": 1.0, "arrays": arrays},
        {
            "decoder": (
                decoder(directions, offset, shape, log_scale=np.full(12, np.log(scale))),
                {"z": Z},
                {"image": IMAGE, "log_scale": LOG_SCALE},
            ),
            "encoder": (encoder(shape, mu, log_var), {"image": IMAGE}, {"mu": MU, "log_var": LOG_VAR}),
        },
    )


def ink(rng: np.random.Generator) -> None:
    shape, size = (1, 6, 5), 30
    matrix = rng.normal(size=(3, size)) * np.array([[3.0], [2.0], [0.0]])
    gain = rng.normal(0, 0.3, (size, 3)) * np.array([1.0, 1.0, 0.0])
    log_var = (np.zeros((size, 3)), np.array([-1.0, -0.5, 0.0]))
    kl = np.array([1.5, 0.8, 0.0], np.float32)
    write(
        "ink",
        "vae",
        {"height": 6, "width": 5, "channels": 1, "levels": 2, "range": "0..1"},
        {"dim": 3, "prior": "normal", "likelihood": "bernoulli", "beta": 1.0, "arrays": {"kl_per_dim": kl}},
        {
            "decoder": (decoder(matrix, rng.normal(-1, 1, size), shape, "Sigmoid"), {"z": Z}, {"image": IMAGE}),
            "encoder": (
                encoder(shape, (gain, np.zeros(3)), log_var),
                {"image": IMAGE},
                {"mu": MU, "log_var": LOG_VAR},
            ),
        },
    )


def colours(rng: np.random.Generator) -> None:
    shape, size = (4, 4, 3), 48
    builder = GraphBuilder("z", ("batch", 2, 1, 1))
    flat = builder.shaped("z", 2)
    mean = builder.node("Tanh", builder.linear(flat, rng.normal(size=(2, size)), rng.normal(0, 0.3, size)))
    builder.output(builder.shaped(mean, *shape), "image", shape)
    spread = builder.linear(flat, rng.normal(0, 0.2, (2, size)), np.full(size, -2.0))
    builder.output(builder.shaped(spread, *shape), "log_scale", shape)
    axes = ("row", "column", "channel")
    mu = (rng.normal(0, 0.2, (size, 2)), np.zeros(2))
    log_var = (rng.normal(0, 0.02, (size, 2)), np.full(2, -1.0))
    write(
        "colours",
        "vae",
        {"height": 4, "width": 4, "channels": 3, "levels": 256, "range": "-1..1"},
        {"dim": 2, "prior": "normal", "likelihood": "logistic", "beta": 4.0},
        {
            "decoder": (
                builder.bytes(),
                {"z": port("z", "latent", "one", "one")},
                {"image": port("image", *axes), "log_scale": port("log_scale", *axes)},
            ),
            "encoder": (
                encoder(shape, mu, log_var),
                {"image": port("image", *axes)},
                {"mu": MU, "log_var": LOG_VAR},
            ),
        },
    )


def codes(rng: np.random.Generator) -> None:
    shape = (1, 4, 3)
    matrix = np.linalg.qr(rng.normal(size=(12, 2)))[0].T
    offset = np.full(12, 0.5)
    write(
        "codes",
        "autoencoder",
        {"height": 4, "width": 3, "channels": 1, "levels": 256, "range": "0..1"},
        {"dim": 2, "prior": "none", "likelihood": "none"},
        {
            "decoder": (decoder(matrix, offset, shape), {"z": Z}, {"image": IMAGE}),
            "encoder": (encoder(shape, (matrix.T, -matrix @ offset), None), {"image": IMAGE}, {"mu": MU}),
        },
    )


def normal(rng: np.random.Generator) -> None:
    factor = np.tril(rng.normal(0, 0.05, (12, 12)), -1) + np.diag(rng.uniform(0.05, 0.15, 12))
    graph = decoder(factor.T, rng.uniform(0.3, 0.7, 12), (1, 4, 3))
    write(
        "normal",
        "gaussian",
        {"height": 4, "width": 3, "channels": 1, "levels": 256, "range": "0..1"},
        {"dim": 12, "prior": "normal", "likelihood": "none"},
        {"decoder": (graph, {"z": Z}, {"image": IMAGE})},
    )


def torn() -> None:
    graph = decoder(np.array([np.ones(12), np.zeros(12)]), np.zeros(12), (1, 4, 3), "Sqrt")
    write(
        "torn",
        "vae",
        {"height": 4, "width": 3, "channels": 1, "levels": 256, "range": "0..1"},
        {"dim": 2, "prior": "normal", "likelihood": "none"},
        {"decoder": (graph, {"z": Z}, {"image": IMAGE})},
    )


def main() -> None:
    rng = np.random.default_rng(2014)
    for make in (linear, ink, colours, codes, normal):
        make(rng)
    torn()


if __name__ == "__main__":
    main()
