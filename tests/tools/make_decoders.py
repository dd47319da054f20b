"""Make the bare decoders that tests open: `python tests/tools/make_decoders.py`; needs the extra ``train``.

==============  ==================================================================================================
grey            z (N, 3) -> (N, 1, 8, 6), sigmoid of a matrix
tanh            z (N, 6, 1, 1) -> (N, 8, 8, 3), tanh: channels last
row             z (N, 4) -> 'logits' (N, 192): a flat RGB picture of 8 x 8, or a grey one of 12 x 16
bytes           z (N, 2) -> (N, 8, 8) uint8
half            z (N, 2) -> (N, 1, 8, 8), both float16
single          z (1, 3) -> (1, 1, 8, 8): one picture at a time, as the file says
counted         z (2, 3) -> (2, 1, 8, 8) and 'count' (): two pictures at a time, and a number besides
baked           z (N, 3) -> (1, 1, 8, 8): one picture at a time, as the file does not say
numbered        z (N, 3), label (N) int64 -> (N, 1, 8, 8): the class by number, of four
told            z (N, 3), label (N, 4) -> (N, 1, 8, 8): the class one-hot
torn            the square root of -1 - z_0^2: never a number
half_torn       the square root of z_0: a number on the right, and one flat colour there
flat            1/4 whatever z is
deaf            the same picture whatever z is
two             z (N, 3), w (N, 5): refused
whole           z (N, 3) int64: refused
few             z (N, 3) -> (N, 10): refused
deep            z (N, 3) -> (N, 7, 8, 8): refused
long            z (N, ?): refused
elsewhere       weights in elsewhere.bin: refused
==============  ==================================================================================================
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, external_data_helper, helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.tools.make_latent_models import IR_VERSION, OPSET, GraphBuilder

TARGET = Path(__file__).resolve().parents[1] / "engine" / "decoders"
FLOAT, HALF, INT64, UINT8 = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64, TensorProto.UINT8


class Decoder(GraphBuilder):
    """A graph of z, and of more inputs where they are given; ``sizes`` are those behind the batch."""

    def __init__(self, *sizes: int | str, kind: int = FLOAT, batch: int | str = "batch") -> None:
        super().__init__("z", (batch, *sizes))
        self.batch = batch
        self.inputs = [helper.make_tensor_value_info("z", kind, [batch, *sizes])]

    def more(self, name: str, kind: int, *sizes: int | str) -> str:
        """Another input."""
        self.inputs.append(helper.make_tensor_value_info(name, kind, [self.batch, *sizes]))
        return name

    def gives(self, x: str, *sizes: int | str, name: str = "image", kind: int = FLOAT) -> None:
        """The output."""
        self.nodes.append(helper.make_node("Identity", [x], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, kind, [self.batch, *sizes]))

    def model(self) -> onnx.ModelProto:
        """All of it."""
        graph = helper.make_graph(self.nodes, "decoder", self.inputs, self.outputs, self.values)
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="toys"
        )

    def write(self, name: str) -> None:
        """Into the folder of decoders."""
        model = self.model()
        onnx.checker.check_model(model, full_check=True)
        (TARGET / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def waves(dim: int, *sides: int) -> np.ndarray:
    """A matrix whose rows are smooth pictures of these sides, flat: ``(dim, H * W ...)``."""
    random = np.random.default_rng(dim)
    steps = np.meshgrid(*(np.linspace(0, np.pi, side) for side in sides), indexing="ij")
    tempi, phases = random.uniform(0.5, 2.0, (dim, len(sides))), random.uniform(0, np.pi, (dim, len(sides)))
    rows = [
        np.prod([np.cos(t * s + p) for t, s, p in zip(tempi[n], steps, phases[n], strict=True)], axis=0)
        for n in range(dim)
    ]
    return 2 * np.stack(rows).reshape(dim, -1)


def zeros(count: int) -> np.ndarray:
    return np.zeros(count)


def readable() -> None:
    """Those that can be read in one way or another."""
    made = Decoder(3)
    made.gives(made.shaped(made.node("Sigmoid", made.linear("z", waves(3, 8, 6), zeros(48))), 1, 8, 6), 1, 8, 6)
    made.write("grey")

    made = Decoder(6, 1, 1)
    linear = made.linear(made.shaped("z", 6), waves(6, 8, 8, 3), zeros(192))
    made.gives(made.shaped(made.node("Tanh", linear), 8, 8, 3), 8, 8, 3)
    made.write("tanh")

    made = Decoder(4)
    made.gives(made.linear("z", waves(4, 3, 8, 8), zeros(192)), 192, name="logits")
    made.write("row")

    made = Decoder(2)
    light = made.node("Sigmoid", made.linear("z", waves(2, 8, 8), zeros(64)))
    scaled = made.node("Cast", made.node("Mul", light, made.value(np.array(255.0))), to=UINT8)
    made.gives(made.shaped(scaled, 8, 8), 8, 8, kind=UINT8)
    made.write("bytes")

    made = Decoder(2, kind=HALF)
    light = made.node("Sigmoid", made.linear(made.node("Cast", "z", to=FLOAT), waves(2, 8, 8), zeros(64)))
    made.gives(made.shaped(made.node("Cast", light, to=HALF), 1, 8, 8), 1, 8, 8, kind=HALF)
    made.write("half")


def of_one() -> None:
    """Those that make one picture at a time."""
    for name, batch in (("single", 1), ("baked", "batch")):
        made = Decoder(3, batch=batch)
        light = made.node("Sigmoid", made.linear("z", waves(3, 8, 8), zeros(64)))
        made.gives(made.node("Reshape", light, made.value(np.array([1, 1, 8, 8], np.int64))), 1, 8, 8)
        made.write(name)

    made = Decoder(3, batch=2)
    light = made.node("Sigmoid", made.linear("z", waves(3, 8, 8), zeros(64)))
    made.gives(made.shaped(light, 1, 8, 8), 1, 8, 8)
    made.nodes.append(helper.make_node("Size", ["z"], ["count"]))
    made.outputs.append(helper.make_tensor_value_info("count", INT64, []))
    made.write("counted")


def with_classes() -> None:
    """Those that are told what to draw."""
    for name in ("numbered", "told"):
        made = Decoder(3)
        table = made.value(4 * waves(4, 8, 8))
        if name == "told":
            chosen = made.node("MatMul", made.more("label", FLOAT, 4), table)
        else:
            chosen = made.node("Gather", table, made.more("label", INT64), axis=0)
        light = made.node("Sigmoid", made.node("Add", made.linear("z", waves(3, 8, 8), zeros(64)), chosen))
        made.gives(made.shaped(light, 1, 8, 8), 1, 8, 8)
        made.write(name)


def out_of_order() -> None:
    """Those that give nothing that is worth showing, and one that does so half of the time."""
    first = np.zeros((3, 64))
    first[0] = 1
    made = Decoder(3)
    square = made.node("Mul", made.linear("z", first, zeros(64)), made.linear("z", first, zeros(64)))
    made.gives(
        made.shaped(made.node("Sqrt", made.node("Sub", made.value(np.full(64, -1.0)), square)), 1, 8, 8), 1, 8, 8
    )
    made.write("torn")

    made = Decoder(3)
    made.gives(made.shaped(made.node("Sqrt", made.linear("z", first, zeros(64))), 1, 8, 8), 1, 8, 8)
    made.write("half_torn")

    for name, picture in (("flat", np.full(64, 0.25)), ("deaf", np.linspace(0, 1, 64))):
        made = Decoder(3)
        made.gives(made.shaped(made.linear("z", 0 * first, picture), 1, 8, 8), 1, 8, 8)
        made.write(name)


def refused() -> None:
    """Those that no answer makes a decoder of pictures."""
    made = Decoder(3)
    other = made.linear(made.more("w", FLOAT, 5), waves(5, 8, 8), zeros(64))
    made.gives(made.shaped(made.node("Add", made.linear("z", waves(3, 8, 8), zeros(64)), other), 1, 8, 8), 1, 8, 8)
    made.write("two")

    made = Decoder(3, kind=INT64)
    made.gives(made.shaped(made.linear(made.node("Cast", "z", to=FLOAT), waves(3, 8, 8), zeros(64)), 1, 8, 8), 1, 8, 8)
    made.write("whole")

    made = Decoder(3)
    made.gives(made.linear("z", waves(3, 2, 5), zeros(10)), 10)
    made.write("few")

    made = Decoder(3)
    made.gives(made.shaped(made.linear("z", waves(3, 7, 8, 8), zeros(448)), 7, 8, 8), 7, 8, 8)
    made.write("deep")

    made = Decoder("long")
    mean = made.node("ReduceMean", "z", axes=[1], keepdims=1)
    made.gives(made.shaped(made.linear(mean, waves(1, 8, 8), zeros(64)), 1, 8, 8), 1, 8, 8)
    made.write("long")


def elsewhere() -> None:
    """One whose weights lie in another file, which is not there."""
    made = Decoder(3)
    made.gives(made.shaped(made.linear("z", waves(3, 8, 8), zeros(64)), 1, 8, 8), 1, 8, 8)
    model = made.model()
    weights = model.graph.initializer[0]
    external_data_helper.set_external_data(weights, "elsewhere.bin", offset=0, length=len(weights.raw_data))
    weights.ClearField("raw_data")
    (TARGET / "elsewhere.onnx").write_bytes(model.SerializeToString(deterministic=True))


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for make in (readable, of_one, with_classes, out_of_order, refused, elsewhere):
        make()


if __name__ == "__main__":
    main()
