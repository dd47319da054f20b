"""A whole run on a tiny recipe: what it learns, leaves behind, and resumes bit for bit."""

from __future__ import annotations

import csv
import dataclasses
import itertools
import json
import math
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from safetensors.torch import load_file

from engine.errors import EngineError
from engine.training.data import DataSet, Split
from engine.training.loop import Run, build, film_steps, learning_rate
from engine.training.models.gated_pixelcnn import GatedPixelCNNConfig
from engine.training.models.pixelcnn import PixelCNNConfig
from engine.training.progress import Bar, Lines

if TYPE_CHECKING:
    from torch import Tensor

    from engine.training.recipe import AutoregressiveRecipe

Make = Callable[..., "AutoregressiveRecipe"]


class At(Lines):
    """A reporter that does something once a step is reached."""

    def __init__(self, step: int, act: Callable[[], object]) -> None:
        self.at, self.act = step, act

    def step(self, step: int, loss: float) -> None:
        if step == self.at:
            self.act()


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "log.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def files(folder: Path) -> dict[str, dict[str, Tensor]]:
    return {path.name: load_file(path) for path in (folder / "checkpoint").glob("*.safetensors")}


def assert_same(one: Path, two: Path) -> None:
    """The live weights, the averages and the optimizer of two runs are identical."""
    a, b = files(one), files(two)
    assert set(a) == set(b) == {"weights.safetensors", "ema.safetensors", "optimizer.safetensors"}
    for name in a:
        assert a[name].keys() == b[name].keys()
        assert a[name]
        assert all(torch.equal(a[name][key], b[name][key]) for key in a[name]), f"{name} differs"


@pytest.mark.parametrize("kind", ["gated", "palette", "plain"])
@pytest.mark.parametrize("bf16", [True, False])
def test_three_steps_and_three_resumed_are_six(
    tiny_recipe: Make, tiny_data: DataSet, tmp_path: Path, kind: str, bf16: bool
) -> None:
    recipe, data = tiny_recipe(), tiny_data
    if kind == "palette":
        small, part = Split(data.train.pixels % 5, data.train.labels), Split(data.test.pixels % 5, data.test.labels)
        data = DataSet("tiny", small, part, part, np.zeros((5, 3), np.uint8))
        colours = GatedPixelCNNConfig(levels=5, condition_width=12, channels=8, layers=2, head=8, palette=True)
        recipe = dataclasses.replace(recipe, levels=5, model=colours)
    elif kind == "plain":
        plain = PixelCNNConfig(levels=2, channels=8, blocks=2, head=8)
        recipe = dataclasses.replace(recipe, model=plain, class_names=(), orientations=("upright",), upright_share=1.0)
    whole = Run(recipe, data, tmp_path / "whole", resume=False, bf16=bf16)
    assert whole.train()

    first = Run(recipe, data, tmp_path / "parts", resume=False, bf16=bf16)
    assert not first.train(reporter=At(3, first.ask_stop))
    assert json.loads((tmp_path / "parts/checkpoint/state.json").read_text())["step"] == 3
    with pytest.raises(AssertionError):
        assert_same(tmp_path / "whole", tmp_path / "parts")  # the comparison can fail
    torch.manual_seed(99)  # the global generator is none of a run's business
    second = Run(recipe, data, tmp_path / "parts", resume=True, bf16=bf16)
    assert second.step == 3
    assert second.train()
    assert_same(tmp_path / "whole", tmp_path / "parts")


def test_a_run_leaves_what_the_card_needs(tiny_recipe: Make, tiny_data: DataSet, tmp_path: Path) -> None:
    recipe = tiny_recipe(steps=40, learning_rate=1e-2)
    run = Run(recipe, tiny_data, tmp_path, resume=False)
    assert run.train(evaluate_every=15)

    log = rows(tmp_path)
    assert list(log[0]) == ["step", "images", "cpu_seconds", "train_nats", "validation_nats"]
    frames = film_steps(40)
    assert [int(row["step"]) for row in log] == sorted({*frames, 15, 30, 40})
    assert [int(row["images"]) for row in log] == [int(row["step"]) * recipe.batch for row in log]
    assert all(float(row["cpu_seconds"]) > 0 for row in log)

    snapshots = sorted((tmp_path / "snapshots").iterdir())
    assert [int(path.stem) for path in snapshots] == frames
    model = build(recipe)
    model.load_state_dict(load_file(snapshots[-1]))  # a film frame is the whole network
    last = files(tmp_path)["ema.safetensors"]
    assert all(torch.equal(last[name], value) for name, value in model.state_dict().items())

    state = json.loads((tmp_path / "checkpoint/state.json").read_text())
    assert state["step"] == 40
    assert state["recipe"]["name"] == "tiny"
    assert set(state) == {"step", "cpu_seconds", "recipe", "versions", "machine", "bf16"}


def test_it_learns_what_can_be_learnt(tiny_recipe: Make, tmp_path: Path) -> None:
    """Pictures all black or all white: after the first pixel there is nothing left to guess, so ln 2 nats."""
    pixels = np.repeat(np.array([0, 255], np.uint8), 32)[:, None, None] * np.ones((1, 5, 5), np.uint8)
    part = Split(pixels, np.zeros(64, np.uint8))
    data = DataSet("two", part, part, part)
    recipe = tiny_recipe(steps=150, learning_rate=3e-2, class_names=(), ema_decay=0.9)
    model = GatedPixelCNNConfig(levels=2, condition_width=8, channels=8, layers=1, head=8)
    run = Run(dataclasses.replace(recipe, model=model), data, tmp_path, resume=False)
    assert run.train(evaluate_every=150)
    nats = [float(row["validation_nats"]) for row in rows(tmp_path)]
    assert nats[0] > 2
    assert math.log(2) - 0.01 < nats[-1] < math.log(2) + 0.05


def test_twelve_log_spaced_frames() -> None:
    for recipe_steps in (4000, 4500, 8000, 10000):
        frames = film_steps(recipe_steps)
        assert len(frames) == 12
        assert frames[0] == 10
        assert frames[-1] == recipe_steps
        ratios = np.diff(np.log(frames))
        assert ratios.max() / ratios.min() < 1.2  # whole steps, so not exactly equal
    assert film_steps(8000) == [10, 18, 34, 62, 114, 209, 383, 704, 1292, 2373, 4357, 8000]
    assert film_steps(3) == [3]


def test_learning_rate_warms_up_then_falls_to_nothing(tiny_recipe: Make) -> None:
    recipe = dataclasses.replace(tiny_recipe(steps=100, learning_rate=1.0), warmup_steps=10)
    rates = [learning_rate(recipe, step) for step in range(101)]
    assert rates[:10] == pytest.approx(np.arange(1, 11) / 10)
    assert rates[10] == 1
    assert rates[55] == pytest.approx(0.5)
    assert rates[100] == pytest.approx(0)
    assert all(a > b for a, b in itertools.pairwise(rates[10:]))


def test_learning_rate_stays_low_at_the_end_where_the_recipe_says_so(tiny_recipe: Make) -> None:
    """The cosine ends at 70 % of the steps, at a fiftieth of the peak: what is learnt after it is convergence."""
    recipe = tiny_recipe(steps=100, learning_rate=1.0, decay_share=0.7, final_rate=0.02)
    recipe = dataclasses.replace(recipe, warmup_steps=10)
    rates = [learning_rate(recipe, step) for step in range(101)]
    assert rates[10] == 1
    assert rates[40] == pytest.approx(0.51)
    assert rates[70:] == pytest.approx([0.02] * 31)
    assert all(a > b for a, b in itertools.pairwise(rates[10:71]))


def test_initial_weights_are_the_seeds_and_leave_the_global_generator_alone(tiny_recipe: Make) -> None:
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    one, two = build(tiny_recipe()), build(tiny_recipe())
    other = build(tiny_recipe(seed=1))
    assert torch.equal(torch.random.get_rng_state(), before)
    weights = [model.state_dict()["head_out.weight"] for model in (one, two, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    assert float(weights[0][0, 0, 0, 0]) == pytest.approx(GOLDEN_WEIGHT, abs=1e-7)


GOLDEN_WEIGHT = -0.0221933499
"""Runs that are under way are resumed by what `build` makes of their seed: it may not change."""


def test_the_average_follows_the_weights(tiny_recipe: Make, tiny_data: DataSet, tmp_path: Path) -> None:
    run = Run(tiny_recipe(), tiny_data, tmp_path, resume=False)
    start = {name: value.clone() for name, value in run.ema.items()}
    run.one_step()
    for name, value in run.model.state_dict().items():
        assert torch.allclose(run.ema[name], start[name].lerp(value, 0.9))  # decay (1 + 0) / (10 + 0)


def test_rows_after_the_checkpoint_are_not_logged_twice(tiny_recipe: Make, tiny_data: DataSet, tmp_path: Path) -> None:
    """Killed after a row and before the next checkpoint: the resumed run takes those steps again."""
    recipe = tiny_recipe(steps=20)
    run = Run(recipe, tiny_data, tmp_path, resume=False)

    class Killed(Exception):
        pass

    def kill() -> None:
        raise Killed

    with pytest.raises(Killed):
        run.train(checkpoint_every=5, evaluate_every=4, reporter=At(9, kill))
    assert 8 in [int(row["step"]) for row in rows(tmp_path)]
    again = Run(recipe, tiny_data, tmp_path, resume=True)
    assert again.step == 5
    assert again.train(checkpoint_every=5, evaluate_every=4)
    assert [int(row["step"]) for row in rows(tmp_path)] == sorted({4, 8, 12, 16, 20, *film_steps(20)})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_after_the_step_in_hand(
    tiny_recipe: Make, tiny_data: DataSet, tmp_path: Path, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    run = Run(tiny_recipe(), tiny_data, tmp_path, resume=False)
    assert not run.train(reporter=At(2, lambda: os.kill(os.getpid(), number)))
    assert json.loads((tmp_path / "checkpoint/state.json").read_text())["step"] == 2
    assert signal.getsignal(number) is before  # the handlers of whoever called it are back


def test_a_loss_that_is_no_number_does_not_overwrite_the_checkpoint(
    tiny_recipe: Make, tiny_data: DataSet, tmp_path: Path
) -> None:
    run = Run(tiny_recipe(), tiny_data, tmp_path, resume=False)

    def poison() -> None:
        with torch.no_grad():
            next(run.model.parameters()).fill_(float("nan"))

    with pytest.raises(EngineError, match=r"no longer a number at step 3\. The last checkpoint is unharmed"):
        run.train(checkpoint_every=2, reporter=At(3, poison))
    assert json.loads((tmp_path / "checkpoint/state.json").read_text())["step"] == 2
    assert all(torch.isfinite(tensor).all() for tensor in files(tmp_path)["weights.safetensors"].values())


def test_the_bar_shows_loss_speed_and_rows(tiny_recipe: Make, tiny_data: DataSet, tmp_path: Path) -> None:
    import io

    from rich.console import Console

    out = io.StringIO()
    run = Run(tiny_recipe(), tiny_data, tmp_path, resume=False)
    with Bar(Console(file=out, force_terminal=True, width=120, color_system=None)) as bar:
        bar.downloading("train-images.gz", 10, 20)
        assert run.train(reporter=bar)
    text = out.getvalue()
    for expected in ("tiny", "6/6", "loss", "nats", "img/s", "validation_nats=", "train-images.gz"):
        assert expected in text


def test_lines_for_a_log_file(
    tiny_recipe: Make, tiny_data: DataSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Run(tiny_recipe(), tiny_data, tmp_path, resume=False).train()
    first, *rest = capsys.readouterr().err.splitlines()
    assert first == "tiny: starting at step 0 of 6"
    row: Mapping[str, str] = dict(pair.split("=") for pair in rest[-1].split())
    assert row["step"] == "6"
    assert float(row["validation_nats"]) > 0
