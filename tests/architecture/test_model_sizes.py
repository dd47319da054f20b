"""What is downloaded with the program stays small."""

from __future__ import annotations

from pathlib import Path

MB = 2**20


def test_every_graph_and_all_models_together_are_small(project: Path) -> None:
    files = [path for path in (project / "onnx_models").rglob("*") if path.is_file()]
    assert max(path.stat().st_size for path in files if path.suffix == ".onnx") < 6 * MB
    assert sum(path.stat().st_size for path in files) <= 60 * MB
