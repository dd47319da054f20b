"""What a graph promises against what a file has."""

from __future__ import annotations

from collections.abc import Sequence

from engine.contracts.manifest import GraphSpec


def missing_ports(spec: GraphSpec, inputs: Sequence[str], outputs: Sequence[str]) -> list[str]:
    """What does not fit, in words: ports that the manifest promises, and inputs that it does not feed."""
    promised_in = {port.name for port in spec.inputs.values()} | {state.input for state in spec.state}
    moved = {state.output for state in spec.state} - {state.input for state in spec.state}
    promised_out = {port.name for port in spec.outputs.values()} | moved
    missing = [f"the input '{name}' is missing" for name in sorted(promised_in - set(inputs))]
    missing += [f"the output '{name}' is missing" for name in sorted(promised_out - set(outputs))]
    missing += [f"the manifest does not know the input '{name}'" for name in sorted(set(inputs) - promised_in)]
    return missing
