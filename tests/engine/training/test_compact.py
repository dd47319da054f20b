"""Weights in few bytes: rounded, found again in the graph, and the runtime's numbers are torch's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="weights are rounded by torch: ./run setup --train")
onnx = pytest.importorskip("onnx", reason="the export needs onnx, which comes with torch: ./run setup --train")

from onnx import TensorProto, helper, numpy_helper

from engine.training.compact import found_grid, on_grid, store_compactly

if TYPE_CHECKING:
    import onnx
    import torch


@given(st.integers(0, 10_000), st.sampled_from([(3, 40), (8, 2, 3, 3), (1, 64)]), st.floats(1e-6, 1e6))
def test_rounded_weights_are_close_and_found_again(seed: int, shape: tuple[int, ...], scale: float) -> None:
    weight = torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * scale
    rounded = on_grid(weight)
    largest = weight.abs().reshape(shape[0], -1).amax(1).reshape(-1, *[1] * (len(shape) - 1))
    assert ((rounded - weight).abs() <= largest / 127 * 0.51).all()
    stored = found_grid(rounded.numpy())
    assert stored is not None
    whole, step = stored
    assert whole.dtype == np.int8 and np.abs(whole).max() == 127
    np.testing.assert_allclose(whole * step, rounded.numpy(), rtol=1e-6)
    assert torch.equal(on_grid(rounded), rounded), "what is rounded stays"


def test_weights_of_a_transposed_convolution_are_on_the_grid_of_their_own_channels() -> None:
    rounded = on_grid(torch.randn(6, 4, 3, 3, generator=torch.Generator().manual_seed(1)), axis=1)
    normed = rounded.numpy() * np.array([0.3, 7.1, 2.0, 1.7], np.float32)[None, :, None, None]  # a norm folded in
    stored = found_grid(normed)
    assert stored is not None and stored[1].shape == (1, 4, 1, 1)


def test_weights_on_no_grid_are_left_alone() -> None:
    assert found_grid(np.random.default_rng(0).normal(size=(16, 32)).astype(np.float32)) is None


def test_a_stored_graph_gives_the_same_numbers() -> None:
    weight = on_grid(torch.randn(32, 16, generator=torch.Generator().manual_seed(2))).numpy()
    halves = np.random.default_rng(3).normal(size=(16, 20)).astype(np.float16).astype(np.float32)
    nodes = [helper.make_node("MatMul", ["x", "a"], ["y"]), helper.make_node("MatMul", ["y", "b"], ["z"])]
    ports = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [None, d]) for n, d in (("x", 32), ("z", 20))]
    tensors = [numpy_helper.from_array(weight, "a"), numpy_helper.from_array(halves, "b")]
    graph = helper.make_graph(nodes, "g", ports[:1], ports[1:], tensors)
    opsets = [helper.make_opsetid("", 20)]
    x = np.random.default_rng(4).normal(size=(5, 32)).astype(np.float32)

    def run() -> np.ndarray:
        proto = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        onnx.checker.check_model(proto, full_check=True)
        session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
        return np.asarray(session.run(None, {"x": x})[0])

    before, size = run(), graph.ByteSize()
    store_compactly(graph)
    np.testing.assert_allclose(run(), before, rtol=1e-5, atol=1e-5)
    assert {t.data_type for t in graph.initializer} == {TensorProto.INT8, TensorProto.FLOAT16, TensorProto.FLOAT}
    assert graph.ByteSize() < 0.55 * size
