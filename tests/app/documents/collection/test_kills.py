"""A program that is killed while it keeps pictures loses none that it had acknowledged.

`python tests/tools/store_kills.py` kills 200 times and prints the figures; here are a few kills, and the proof that
those who look after the child would see a loss.
"""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[3] / "tools" / "store_kills.py"


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool as a module."""
    spec = importlib.util.spec_from_file_location("store_kills", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def test_ten_kills(kills: ModuleType, tmp_path: Path) -> None:
    figures = kills.measure(tmp_path, 10, seed=1)
    assert (figures.kills, figures.unreadable, figures.lost) == (10, 0, 0), str(figures)
    assert figures.acknowledged > 0, "the children did nothing"


@pytest.mark.parametrize(("boasts", "lost"), [(0, 0), (1, 1), (5, 1)])
def test_a_child_that_acknowledges_what_it_has_not_done_is_found_out(
    boasts: int, lost: int, kills: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(path: Path, seed: int, number: int, rng: random.Random) -> tuple[int, int]:
        store = kills.KeptPictures(path)
        numbers = {picture.origin.seed: picture.identity for picture in kills.every_picture(store)}
        for each in range(number, number + 20):
            kills.done(store, kills.action(seed, each), numbers)
        store.close()
        return number + 20 + boasts, 20 + boasts

    monkeypatch.setattr(kills, "killed", killed)
    assert kills.measure(tmp_path, 3, seed=5).lost == lost


def test_a_file_that_cannot_be_read_is_found_out(
    kills: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(path: Path, seed: int, number: int, rng: random.Random) -> tuple[int, int]:
        path.write_bytes(b"\0" * 5_000)
        return number, 0

    monkeypatch.setattr(kills, "killed", killed)
    assert kills.measure(tmp_path, 3, seed=1).unreadable == 1
