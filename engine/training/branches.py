"""Two ways through one graph: a ``Scan`` beside another graph for small batches, under one ``If``.

torch can export either way by itself but not the choice between them (torch 2.13: a loop inside ``torch.cond`` passes
``torch.export`` and fails on its way to ONNX), so the two are joined here, on the file's own structures.

Weights live in the graph that uses them.  ONNX Runtime 1.31 lays out a convolution's weights for the processor only
where its own graph holds them, and a product's only one level up: so convolutions stay outside the ``If``, and each
branch has its own copy of what its loop multiplies (a tenth of the file).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
from onnx import helper, numpy_helper


def choose_by_batch(many: onnx.ModelProto, few: onnx.ModelProto, up_to: int, batch: tuple[str, int]) -> None:
    """Let ``many`` run ``few`` in its ``Scan``'s place for batches of at most ``up_to`` pictures; changes ``many``.

    An input ``scan_3`` of ``few`` is the scan's input 3; its outputs stand for the scan's last ones.  ``batch`` says
    where the batch is read: an input of ``many``, and its axis.
    """
    graph = many.graph
    at = next(index for index, node in enumerate(graph.node) if node.op_type == "Scan")
    scan = graph.node[at]
    outputs = list(scan.output)[-len(few.graph.output) :]

    then_branch = helper.make_graph(few.graph.node, "few", [], few.graph.output, few.graph.initializer)
    outside = {f"scan_{index}": name for index, name in enumerate(scan.input)}
    _rename(then_branch, lambda name: outside.get(name, f"few.{name}"))

    weights = _weights_of(scan, graph)
    else_branch = helper.make_graph([scan], "many", [], few.graph.output, weights)
    for port, name in zip(else_branch.output, outputs, strict=True):
        port.name = name
    moved = {tensor.name for tensor in weights} | set(scan.output)
    _rename(else_branch, lambda name: f"many.{name}" if name in moved else name)

    source, axis = batch
    graph.initializer.append(numpy_helper.from_array(np.array([up_to], np.int64), "up_to"))
    graph.initializer.append(numpy_helper.from_array(np.array([], np.int64), "scalar"))
    choice = [
        helper.make_node("Shape", [source], ["batch_size"], start=axis, end=axis + 1),
        helper.make_node("LessOrEqual", ["batch_size", "up_to"], ["is_few_1"]),
        helper.make_node("Reshape", ["is_few_1", "scalar"], ["is_few"]),
        helper.make_node("If", ["is_few"], outputs, then_branch=then_branch, else_branch=else_branch),
    ]
    nodes = [*graph.node[:at], *choice, *graph.node[at + 1 :]]
    del graph.node[:]
    graph.node.extend(nodes)
    left = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in left]
    del graph.initializer[:]
    graph.initializer.extend(kept)


def _weights_of(scan: onnx.NodeProto, graph: onnx.GraphProto) -> list[onnx.TensorProto]:
    """The initializers of ``graph`` that the scan's body reads."""
    body = next(attribute.g for attribute in scan.attribute if attribute.name == "body")
    read = {name for node in body.node for name in node.input}
    return [tensor for tensor in graph.initializer if tensor.name in read]


def _rename(graph: onnx.GraphProto, new_name: Callable[[str], str]) -> None:
    """Rename every value of a graph, in branches and loop bodies too."""
    for port in (*graph.input, *graph.output, *graph.initializer):
        port.name = new_name(port.name)
    for node in graph.node:
        for values in (node.input, node.output):
            values[:] = [new_name(name) if name else name for name in values]  # no name: an input left out
        for attribute in node.attribute:
            if attribute.HasField("g"):
                _rename(attribute.g, new_name)
