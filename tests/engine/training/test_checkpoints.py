"""A checkpoint on disk is whole at every moment, and brings back everything exactly."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from safetensors.torch import save_file

from engine.errors import FileError
from engine.training import checkpoints

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.optim import Optimizer

Kit = tuple["nn.Module", "dict[str, Tensor]", "Optimizer"]


def kit(value: float, width: int = 4) -> Kit:
    """A model with all weights ``value``, its average, and an optimizer that has taken a step."""
    torch.set_num_threads(1)
    model = torch.nn.Linear(width, width)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
    model(torch.full((1, width), float(value))).sum().backward()
    optimizer.step()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(value)
    return model, {k: v.detach().clone() for k, v in model.state_dict().items()}, optimizer


def save(folder: Path, value: int) -> None:
    checkpoints.save(folder, *kit(value), {"step": value})


def load(folder: Path) -> tuple[dict[str, Any], Kit]:
    found = checkpoints.newest(folder)
    assert found is not None, "no checkpoint is left"
    into = kit(-1)
    return checkpoints.restore(found, *into), into


def assert_whole(folder: Path) -> int:
    """The newest checkpoint loads, and all of it is of one step, which is returned."""
    state, (model, ema, optimizer) = load(folder)
    step = state["step"]
    assert all((p == step).all() for p in model.parameters())
    assert all((p == step).all() for p in ema.values())
    assert optimizer.state_dict()["state"][0]["exp_avg"][0, 0] == pytest.approx(step * 0.1)
    return int(step)


def test_round_trip_is_exact(tmp_path: Path) -> None:
    model, ema, optimizer = kit(3)
    checkpoints.save(tmp_path / "checkpoint", model, ema, optimizer, {"step": 3, "nested": {"a": [1, 2]}})
    state, (other, other_ema, other_optimizer) = load(tmp_path / "checkpoint")
    assert state == {"step": 3, "nested": {"a": [1, 2]}}
    for one, two in ((model.state_dict(), other.state_dict()), (ema, other_ema)):
        assert all(torch.equal(one[name], two[name]) for name in one)
    before, after = optimizer.state_dict()["state"], other_optimizer.state_dict()["state"]
    assert all(torch.equal(before[i][name], after[i][name]) for i in before for name in before[i])
    assert sorted(p.name for p in (tmp_path / "checkpoint").iterdir()) == [
        "ema.safetensors",
        "optimizer.safetensors",
        "state.json",
        "weights.safetensors",
    ]


def test_before_the_first_step_there_are_no_moments_to_save(tmp_path: Path) -> None:
    model = torch.nn.Linear(2, 2)
    optimizer = torch.optim.AdamW(model.parameters())
    checkpoints.save(tmp_path / "checkpoint", model, dict(model.state_dict()), optimizer, {"step": 0})
    into = torch.nn.Linear(2, 2)
    ema = {k: v.detach().clone() for k, v in into.state_dict().items()}
    state = checkpoints.restore(tmp_path / "checkpoint", into, ema, torch.optim.AdamW(into.parameters()))
    assert state["step"] == 0
    assert torch.equal(into.weight, model.weight)


class Died(BaseException):
    """Stands for the process ending: nothing of ours catches it."""


@pytest.mark.parametrize("interrupted_before", [False, True])
def test_dying_at_any_operation_on_the_disk_leaves_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interrupted_before: bool
) -> None:
    """Death at the k-th rename, removal or write, for every k; also when the save before had died between renames."""
    died = 0
    for k in range(40):
        folder = tmp_path / str(k) / "checkpoint"
        save(folder, 1)
        if interrupted_before:
            folder.rename(folder.with_name("checkpoint.old"))
        calls = 0

        def dying(real: Callable[..., Any], k: int = k) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == k + 1:
                    if real is shutil.rmtree and Path(args[0]).exists():  # dies in the middle of a removal
                        next(Path(args[0]).glob("weights*")).unlink()
                    raise Died
                return real(*args, **kwargs)

            return call

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", dying(Path.replace))
            patch.setattr(shutil, "rmtree", dying(shutil.rmtree))
            patch.setattr(checkpoints, "save_file", dying(save_file))
            patch.setattr(Path, "write_text", dying(Path.write_text))
            try:
                save(folder, 2)
            except Died:
                died += 1
        assert assert_whole(folder) in (1, 2)
        save(folder, 3)  # and the next save is not disturbed by what is lying about
        assert assert_whole(folder) == 3
        if calls <= k:
            break
    assert died >= 7


KILLED = """
import importlib.util, os, random, signal, sys, time
from pathlib import Path
spec = importlib.util.spec_from_file_location("these_tests", sys.argv[1])
tests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tests)
folder, pause = Path(sys.argv[2]), random.Random(4)
tests.save(folder, 1)
last = rounds = 1
while rounds <= 15 or last <= 10:
    rounds += 1
    child = os.fork()
    if not child:
        step = last
        while True:
            step += 1
            tests.save(folder, step)
    time.sleep(pause.uniform(0.005, 0.1 + 0.01 * rounds))  # longer in the end, for a slow machine
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = tests.assert_whole(folder)
    assert found >= last, "an older checkpoint came back"
    last = found
print(last)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork()")
def test_killed_at_random_moments_a_whole_one_is_left(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, __file__, str(tmp_path / "checkpoint")]
    root = str(Path(checkpoints.__file__).parents[2])
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10  # it did save between the kills


def test_a_damaged_checkpoint_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    save(folder, 1)
    weights = (folder / "weights.safetensors").read_bytes()
    for broken in (weights[:100], weights[:-3], b"", np.random.default_rng(0).bytes(300)):
        (folder / "weights.safetensors").write_bytes(broken)
        with pytest.raises(FileError, match=r"checkpoint is damaged\. Delete that folder"):
            load(folder)
    (folder / "weights.safetensors").write_bytes(weights)
    (folder / "state.json").write_text("{")
    with pytest.raises(FileError, match="is damaged"):
        load(folder)


def test_a_checkpoint_of_another_network_is_one_sentence(tmp_path: Path) -> None:
    save(tmp_path / "checkpoint", 1)
    with pytest.raises(FileError, match=r"belongs to another network \((bias|weight) differs\)\. Resume it with"):
        checkpoints.restore(tmp_path / "checkpoint", *kit(1, width=5))


def test_nothing_is_found_where_nothing_was_saved(tmp_path: Path) -> None:
    assert checkpoints.newest(tmp_path / "checkpoint") is None
    (tmp_path / "checkpoint.new").mkdir()
    (tmp_path / "checkpoint.new" / "state.json").write_text(json.dumps({"step": 9}))
    assert checkpoints.newest(tmp_path / "checkpoint") is None  # an unfinished one is never read
