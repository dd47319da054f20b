"""Weights in few bytes: rounded before they are measured, stored as what they were rounded to."""

from __future__ import annotations

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

HALF_FROM = 256
"""Tensors of at least so many numbers are rounded to float16 for the file (log-likelihoods move by under 0.01 nats), a
GAN's to 8 bits."""
MOST_WHOLE = 127
LAST_DIGIT = 4 * float(np.finfo(np.float32).eps)
STEP_BITS = 11
"""The bits of a grid's step: with the 7 of a whole number they fit in a float32, so that products are exact."""


def on_grid(weight: Tensor, axis: int = 0) -> Tensor:
    """The nearest weights that are, channel by channel of an axis, whole multiples of a step, at most 127 of them.

    The largest stays 127 steps, so that the step can be told from the weights alone.
    """
    flat = weight.detach().transpose(0, axis).flatten(1).double()
    largest = flat.abs().amax(1, keepdim=True).clamp_min(1e-12)
    mantissa, exponent = torch.frexp(largest / MOST_WHOLE)
    step = torch.ldexp(torch.round(mantissa * 2**STEP_BITS) / 2**STEP_BITS, exponent)
    rounded = torch.round(flat / step).clamp(-MOST_WHOLE, MOST_WHOLE) * step
    return rounded.reshape(weight.transpose(0, axis).shape).transpose(0, axis).to(weight.dtype)


def found_grid(values: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]] | None:
    """The whole numbers and the steps, whose product is ``values``, by whichever axis is that of the channels; None for
    weights on no grid.

    But for their last digit: the exporter may have multiplied a channel by the norm that follows.
    """
    for axis in range(values.ndim):
        others = tuple(i for i in range(values.ndim) if i != axis)
        largest = np.abs(values).max(axis=others, keepdims=True)
        step = largest / np.float32(MOST_WHOLE)
        whole = np.rint(values / np.where(step > 0, step, np.float32(1)))
        if (np.abs(whole * step - values) <= LAST_DIGIT * largest).all():
            return whole.astype(np.int8), step
    return None


def store_compactly(graph: onnx.GraphProto) -> None:
    """Store the large float32 initializers in fewer bytes, as what they are: whole numbers of 8 bits and a factor
    for each channel, else as float16.

    The weights have been rounded before (`load_weights`, `on_grid`), so nothing changes; the runtime folds the casts
    and factors at load.
    """
    for index, tensor in enumerate(graph.initializer):
        if tensor.data_type != onnx.TensorProto.FLOAT or int(np.prod(tensor.dims)) < HALF_FROM:
            continue
        name, values = tensor.name, numpy_helper.to_array(tensor)
        half = values.astype(np.float16)
        stored = found_grid(values) if values.ndim > 1 else None
        if stored is not None:
            whole, step = stored
            graph.initializer[index].CopyFrom(numpy_helper.from_array(whole, f"{name}.whole"))
            graph.initializer.append(numpy_helper.from_array(step, f"{name}.step"))
            to_float = onnx.helper.make_node(
                "Cast", [f"{name}.whole"], [f"{name}.float"], f"{name}.cast", to=onnx.TensorProto.FLOAT
            )
            graph.node.insert(0, onnx.helper.make_node("Mul", [f"{name}.float", f"{name}.step"], [name], f"{name}.mul"))
            graph.node.insert(0, to_float)
        elif np.array_equal(half.astype(np.float32), values):
            graph.initializer[index].CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
            cast = onnx.helper.make_node("Cast", [f"{name}.half"], [name], f"{name}.cast", to=onnx.TensorProto.FLOAT)
            graph.node.insert(0, cast)
