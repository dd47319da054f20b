"""What a graph promises against what a file has."""

from __future__ import annotations

from collections.abc import Sequence

from engine.contracts.manifest import GraphSpec


def missing_ports(spec: GraphSpec, inputs: Sequence[str], outputs: Sequence[str]) -> list[str]:
    """The ports a manifest promises that a file lacks, and the inputs it has that the manifest does not feed."""
    promised_in = {port.name for port in spec.inputs.values()} | {state.input for state in spec.state}
    moved = {state.output for state in spec.state} - {state.input for state in spec.state}
    promised_out = {port.name for port in spec.outputs.values()} | moved
    missing = [f"input '{name}'" for name in sorted(promised_in - set(inputs))]
    missing += [f"output '{name}'" for name in sorted(promised_out - set(outputs))]
    missing += [f"promise for its input '{name}'" for name in sorted(set(inputs) - promised_in)]
    return missing
