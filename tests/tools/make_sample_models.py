"""Make the small GANs and classifiers that tests run: `python tests/tools/make_sample_models.py`; needs the extra
``train``.

Every one is a formula, so that what the engine answers can be computed by hand:

============  ===========  ====================================================================================
plain         gan          tanh(z W + b) in -1..1; its discriminator, whose pictures are channels last, x v + c
told          gan          told one of three classes, as is its discriminator: x v + (x A) e_class
tells         classifier   of the set of these two: features relu(x F), logits features G; three classes
traits        classifier   of coloured pictures, by two attributes instead of a class
============  ===========  ====================================================================================
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from tests.tools.make_latent_models import IR_VERSION, OPSET, Array, GraphBuilder, port

TARGET = Path(__file__).resolve().parents[1] / "engine" / "sample_models"
GREY = {"height": 4, "width": 3, "channels": 1, "levels": 256}
COLOUR = {"height": 4, "width": 4, "channels": 3, "levels": 256}
CLASSES = ["ring", "bar", "dot"]
Z, IMAGE = port("z", "latent"), port("image", "channel", "row", "column")
CHANNEL_LAST = port("image", "row", "column", "channel")
ONE_HOT, LOGIT = port("class_one_hot", "class"), port("logit")


class ConditionedBuilder(GraphBuilder):
    """A graph that may take a class besides its first input."""

    def __init__(self, name: str, shape: tuple[int | str, ...], classes: int = 0) -> None:
        super().__init__(name, shape)
        self.inputs = [self.input]
        if classes:
            columns = helper.make_tensor_value_info("class_one_hot", TensorProto.FLOAT, ["batch", classes])
            self.inputs.append(columns)

    def bytes(self) -> bytes:
        """The file."""
        graph = helper.make_graph(self.nodes, "toy", self.inputs, self.outputs, self.values)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        content: bytes = model.SerializeToString(deterministic=True)
        return content


def generator(matrix: Array, offset: Array, shape: tuple[int, ...], last: str, by_class: Array | None = None) -> bytes:
    """``last(z @ matrix + offset)``; what a class adds is its row of ``by_class``."""
    builder = ConditionedBuilder("z", ("batch", len(matrix)), 0 if by_class is None else len(by_class))
    sums = builder.linear("z", matrix, offset)
    if by_class is not None:
        sums = builder.node("Add", sums, builder.node("MatMul", "class_one_hot", builder.value(by_class)))
    builder.output(builder.shaped(builder.node(last, sums), *shape), "image", shape)
    return builder.bytes()


def discriminator(shape: tuple[int, ...], weights: Array, offset: float, by_class: Array | None = None) -> bytes:
    """``x @ weights + offset``; a class's projection is the picture's product with its row of ``by_class``."""
    builder = ConditionedBuilder("image", ("batch", *shape), 0 if by_class is None else len(by_class))
    flat = builder.shaped("image", len(weights))
    logit = builder.linear(flat, weights[:, None], np.array([offset]))
    if by_class is not None:
        projected = builder.node("MatMul", flat, builder.value(by_class.T))
        told = builder.node("Mul", projected, "class_one_hot")
        axis = builder.value(np.array([1], np.int64))
        logit = builder.node("Add", logit, builder.node("ReduceSum", told, axis, keepdims=1))
    builder.output(builder.node("Reshape", logit, builder.value(np.array([-1], np.int64))), "logit", ())
    return builder.bytes()


def classifier(shape: tuple[int, ...], features: Array, logits: Array) -> bytes:
    """Features ``relu(x @ features)``, and logits ``features @ logits``."""
    builder = ConditionedBuilder("image", ("batch", *shape))
    flat = builder.shaped("image", len(features))
    seen = builder.node("Relu", builder.node("MatMul", flat, builder.value(features)))
    builder.output(seen, "features", (features.shape[1],))
    builder.output(builder.node("MatMul", seen, builder.value(logits)), "logits", (logits.shape[1],))
    return builder.bytes()


def write(name: str, family: str, image: dict[str, Any], graphs: dict[str, Any], **more: Any) -> None:
    """A model folder: ``graphs`` are ``role: (content, inputs, outputs)``."""
    folder, specs = TARGET / name, {}
    folder.mkdir(parents=True, exist_ok=True)
    for role, (content, inputs, outputs) in graphs.items():
        (folder / f"{role}.onnx").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        specs[role] = {"file": f"{role}.onnx", "sha256": digest, "inputs": inputs, "outputs": outputs}
    about = {"schema": 1, "id": name, "title": f"The toy '{name}'", "family": family, "image": image, "graphs": specs}
    about |= {"architecture": {"gan": "GAN", "classifier": "Classifier"}[family]} | more
    (folder / "manifest.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def plain(rng: np.random.Generator) -> None:
    drawn = generator(rng.normal(size=(2, 12)), rng.normal(0, 0.3, 12), (1, 4, 3), "Tanh")
    judged = discriminator((4, 3, 1), rng.normal(size=12), 0.25)
    write(
        "plain",
        "gan",
        GREY | {"range": "-1..1"},
        {"generator": (drawn, {"z": Z}, {"image": IMAGE}),
         "discriminator": (judged, {"image": CHANNEL_LAST}, {"logit": LOGIT})},
        latent={"dim": 2, "prior": "normal", "likelihood": "none"}, data="toys", data_title="Toys",
    )  # fmt: skip


def told(rng: np.random.Generator) -> None:
    drawn = generator(rng.normal(size=(3, 12)), np.zeros(12), (1, 4, 3), "Sigmoid", rng.normal(0, 2, (3, 12)))
    judged = discriminator((1, 4, 3), rng.normal(size=12), -0.5, rng.normal(size=(3, 12)))
    classes = {"class": ONE_HOT}
    write(
        "told",
        "gan",
        GREY | {"range": "0..1"},
        {"generator": (drawn, {"z": Z} | classes, {"image": IMAGE}),
         "discriminator": (judged, {"image": IMAGE} | classes, {"logit": LOGIT})},
        latent={"dim": 3, "prior": "normal", "likelihood": "none"}, data="toys", data_title="Toys",
        conditions=[{"name": "class", "names": CLASSES, "encoding": "one_hot", "null": False}],
    )  # fmt: skip


def looking(name: str, image: dict[str, Any], data: str, heads: dict[str, list[str]], rng: np.random.Generator) -> None:
    """A classifier with six features."""
    shape = (image["channels"], image["height"], image["width"])
    values = sum(len(names) for names in heads.values())
    graph = classifier(shape, rng.normal(size=(int(np.prod(shape)), 6)), rng.normal(size=(6, values)))
    ports = {"logits": port("logits", "value"), "features": port("features", "feature")}
    write(
        name,
        "classifier",
        image | {"range": "0..1"},
        {"classifier": (graph, {"image": IMAGE}, ports)},
        data=data,
        data_title=data.capitalize(),
        conditions=[{"name": head, "names": names, "encoding": "index"} for head, names in heads.items()],
    )


def main() -> None:
    rng = np.random.default_rng(2014)
    plain(rng)
    told(rng)
    looking("tells", GREY, "toys", {"class": CLASSES}, rng)
    looking("traits", COLOUR, "faces", {"hair": ["fair", "dark"], "mouth": ["smile", "frown", "open"]}, rng)


if __name__ == "__main__":
    main()
