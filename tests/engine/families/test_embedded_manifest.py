"""What a graph says of itself against what its folder says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.catalogue import manifest_io
from engine.contracts.manifest import Manifest
from engine.errors import GraphMismatch
from engine.families.embedded_manifest import METADATA_KEY, check_size


@pytest.fixture(scope="module")
def palette(project: Path) -> Manifest:
    """A shipped PixelCNN of 16x16 pixels."""
    return manifest_io.read(project / "onnx_models" / "portraits-gated-pixelcnn")


def said(**image: object) -> dict[str, str]:
    return {METADATA_KEY: json.dumps({"image": image})}


def test_the_size_that_the_graph_was_made_for_passes(palette: Manifest) -> None:
    check_size("row.onnx", said(height=palette.image.height, width=palette.image.width), palette)


@pytest.mark.parametrize("side", ["height", "width"])
def test_another_size_is_refused_with_both(palette: Manifest, side: str) -> None:
    size = {"height": palette.image.height, "width": palette.image.width}
    taller = replace(palette, image=replace(palette.image, **{side: 2 * size[side]}))
    with pytest.raises(GraphMismatch, match=r"row.onnx was made for pictures of 16x16 pixels") as raised:
        check_size("row.onnx", said(**size), taller)
    assert "32" in raised.value.problem and "manifest.json" in raised.value.remedy


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {METADATA_KEY: "{torn"},
        {METADATA_KEY: "[1]"},
        {METADATA_KEY: '{"image": 3}'},
        {METADATA_KEY: "[" * 100_000},
        said(height="16", width=None),
        said(height=True, width=16),
    ],
)
def test_files_that_say_nothing_of_it_pass(palette: Manifest, metadata: dict[str, str]) -> None:
    check_size("row.onnx", metadata, palette)
