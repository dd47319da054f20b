"""What a graph promises against what a file has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.contracts.manifest import GraphSpec


@dataclass(frozen=True, slots=True)
class Declared:
    """An input or output as the file declares it: ``dtype`` as NumPy calls it, empty for what is no array; ``shape``
    with 0 for what the file leaves open."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.dtype} ({', '.join(str(size or 'any') for size in self.shape)})"


def missing_ports(spec: GraphSpec, inputs: Sequence[str], outputs: Sequence[str]) -> list[str]:
    """What does not fit, in words: ports that the manifest promises, and inputs that it does not feed."""
    promised_in = {port.name for port in spec.inputs.values()} | {state.input for state in spec.state}
    moved = {state.output for state in spec.state} - {state.input for state in spec.state}
    promised_out = {port.name for port in spec.outputs.values()} | moved
    missing = [f"the input '{name}' is missing" for name in sorted(promised_in - set(inputs))]
    missing += [f"the output '{name}' is missing" for name in sorted(promised_out - set(outputs))]
    missing += [f"the manifest does not know the input '{name}'" for name in sorted(set(inputs) - promised_in)]
    return missing


def first_unfit(declared: Sequence[Declared], given: Mapping[str, NDArray[Any]]) -> str:
    """The first array that is not as the file declares it, in words; empty if all are."""
    for port in declared:
        array = given.get(port.name)
        if not isinstance(array, np.ndarray):
            continue
        sizes = len(port.shape) == array.ndim and all(
            want in (0, size) for want, size in zip(port.shape, array.shape, strict=True)
        )
        if not sizes or port.dtype not in ("", str(array.dtype)):
            shape = ", ".join(map(str, array.shape))
            return f"it takes '{port.name}' as {port}, and was given {array.dtype} ({shape})"
    return ""
