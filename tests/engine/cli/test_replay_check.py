"""`reverie bench replay`: pictures of every model and kind are saved, opened and made again; what differs is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.catalogue.registry import Registry
from engine.cli.replay_check import replay_all, save
from engine.contracts.manifest import Manifest
from engine.records.png_file import encode_png

Run = Callable[..., Any]
ENGINE = Path(__file__).resolve().parents[1]
FOLDERS = (ENGINE / "sample_models", ENGINE / "latent_models")


def test_all_kinds_of_all_models_come_out_again(run: Run) -> None:
    said = run("bench", "replay", "--pictures", 64, "--json", folders=FOLDERS)
    assert said.code == 0 and (said.value["saved"], said.value["identical"]) == (64, 64)
    kinds = {(found["model"], found["kind"]): found["saved"] for found in said.value["models"]}
    assert {name for name, _ in kinds} == {"plain", "told", "codes", "colours", "ink", "linear", "normal", "torn"}
    assert ("codes", "samples") not in kinds and kinds["told", "samples"] and kinds["told", "points"]
    assert set(kinds.values()) <= {4, 5}


def test_pixel_by_pixel_too(run: Run, palette: Manifest) -> None:
    said = run("bench", "replay", palette.id, "--pictures", 6)
    assert said.code == 0 and "6 of 6 pictures are pixel-identical" in said.out
    assert "samples" in said.out and "completions" in said.out


def test_a_file_that_was_changed_is_counted_and_said(tmp_path: Path) -> None:
    models = [Registry(FOLDERS).models["plain"]]
    tallies, files = save(models, FOLDERS, 8, tmp_path, lambda fraction: None)
    assert sum(tally.saved for tally in tallies) == len(files) == len(list(tmp_path.glob("*.png"))) == 8
    changed, lost = list(files)[:2]
    with Image.open(changed) as opened:
        pixels, note = np.array(opened)[..., None], opened.text["reverie"]
    pixels[0, 0] ^= 1
    changed.write_bytes(encode_png(pixels, note))
    lost.unlink()
    remarks = replay_all(FOLDERS, files, lambda fraction: None)
    assert sum(tally.identical for tally in tallies) == 6 and sum(tally.cannot for tally in tallies) == 1
    assert len(remarks) == 2 and any("1 of 12 pixels differ" in remark for remark in remarks)


@pytest.mark.parametrize("count", [0, 100_001])
def test_how_many(run: Run, count: int) -> None:
    said = run("bench", "replay", "--pictures", count, "--json", folders=FOLDERS)
    assert said.code == 2 and "cannot be made again" in said.value["error"]["problem"]
