"""docs/performance.md: its tables are what was measured, and have a place for every row that the bench knows."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from engine.catalogue.registry import Registry
from engine.cli.bench import Row
from engine.cli.bench_tables import GROUPS, markdown
from engine.cli.printing import number

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tests" / "tools" / "performance_tables.py"
MACHINE = {
    "cpu": "A processor", "cores": 2, "system": "Linux", "python": "3.11.7", "onnxruntime": "1.23.0", "numpy": "2.3.0",
    "date": "2026-11-30", "reverie": "0.1.0", "quick": False, "load_before": 0.1, "load_after": 1.25,
}  # fmt: skip


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("performance_tables", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["performance_tables"] = module
    spec.loader.exec_module(module)
    return module


def documented() -> set[str]:
    """The rows of the bench's table in docs/cli.md, ``<model>`` in place of a model."""
    section = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8").split("\n## bench\n")[1].split("\n### ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([a-z][^`]*)`", cell)}


def placed() -> set[str]:
    return {f"{g.prefix}.<model>.{m}" if g.prefix else m for g in GROUPS for m in g.heads}


def rows(model: str = "a.model-2d") -> list[Row]:
    """A row of every name, each with figures of its own; every third has no baseline."""
    found = []
    for at, name in enumerate(sorted(placed()), 3):
        ratio = None if at % 3 == 0 else at / 2
        baseline = None if ratio is None else 2 * at
        found.append(Row(name=name.replace("<model>", model), ratio=ratio, value=at, baseline=baseline, n=5, note="so"))
    return found


def parsed(page: str) -> list[list[list[str]]]:
    """The tables of a page: their lines, their cells."""
    blocks = re.findall(r"(?:^\|.*\|$\n?)+", page, re.MULTILINE)
    return [[[c.strip() for c in line.strip("|").split("|")] for line in block.splitlines()] for block in blocks]


def test_every_row_of_the_bench_has_its_place_in_a_table() -> None:
    assert placed() == documented()


def test_every_figure_is_in_the_tables_and_each_line_is_whole() -> None:
    page = markdown(rows(), MACHINE)
    tables = parsed(page)
    assert len(tables) == 2 * 4 + 1  # ratios and values of what models have, and one of the program
    for table in tables:
        assert {len(line) for line in table} == {len(table[0])} and set(table[1]) == {"---"}
    cells = [cell for table in tables for line in table[2:] for cell in line]
    for row in rows():
        assert sum(cell.split(" ")[0] == f"{row.value:,.2f}" for cell in cells) == 1, row.name
        assert row.ratio is None or f"**{row.ratio:,.2f}x**" in cells, row.name
    assert "2026-11-30, 2 cores (A processor), load 0.1 before; load 1.2 after; Linux, Reverie 0.1.0" in page


def test_what_was_not_measured_says_why() -> None:
    page = markdown([Row(name="app.start.vs_bare_qt", note="not measured: PySide6 is not installed")], MACHINE)
    assert "* `app.start.vs_bare_qt`: not measured: PySide6 is not installed" in page
    assert [line[1:] for line in parsed(page)[0][2:]] == [["", "-"]]


def test_a_row_without_a_place_is_not_lost() -> None:
    with pytest.raises(KeyError, match="ar.m.b32.vs_naive"):
        markdown([Row(name="ar.m.b32.vs_naive", value=1.0)], MACHINE)


def test_models_side_by_side_are_lines_of_one_table() -> None:
    table = parsed(markdown([*rows("one"), *rows("two")], MACHINE))[0]
    assert [line[0] for line in table[2:]] == ["`one`", "`two`"]


def test_newer_rows_take_the_place_of_older_ones(tool: ModuleType) -> None:
    before = {"machine": {"date": "old"}, "rows": [{"name": "a", "value": 1}, {"name": "b", "value": 2}]}
    now = {"machine": {"date": "new"}, "rows": [{"name": "c", "value": 3}, {"name": "b", "value": 4}]}
    assert tool.merged(before, now) == {
        "machine": {"date": "new"},
        "rows": [{"name": "a", "value": 1}, {"name": "b", "value": 4}, {"name": "c", "value": 3}],
    }
    assert tool.merged({}, now) == now


def test_the_page_is_what_was_measured(tool: ModuleType) -> None:
    assert tool.main(["--check"]) == 0, "run: python tests/tools/performance_tables.py"
    if not tool.MEASURED.exists():
        pytest.skip("nothing has been measured yet: python tests/tools/performance_tables.py")
    measured: dict[str, Any] = json.loads(tool.MEASURED.read_text(encoding="utf-8"))
    assert measured["rows"] and {"date", "cpu", "cores", "load_before", "load_after"} <= set(measured["machine"])
    page = tool.PAGE.read_text(encoding="utf-8")
    for row in measured["rows"]:
        if row["ratio"] is not None:
            assert f"**{number(row['ratio'])}x**" in page, row["name"]


def test_the_page_has_every_row_of_every_model_that_ships(tool: ModuleType) -> None:
    """As soon as the whole bench has run; a run of one model is of that one."""
    measured = json.loads(tool.MEASURED.read_text(encoding="utf-8")) if tool.MEASURED.exists() else {"rows": []}
    names = {row["name"] for row in measured["rows"]}
    if "app.start.vs_bare_qt" not in names:
        pytest.skip("the whole bench has not been run yet: python tests/tools/performance_tables.py")
    prefixes = {"autoregressive": ("ar", "complete", "gallery"), "gan": ("gallery",)}
    wanted = {name for name in placed() if "<model>" not in name}
    for manifest in Registry([ROOT / "onnx_models"]).manifests():
        for prefix in prefixes.get(manifest.family, ("latent", "gallery")):
            if prefix == "gallery" and manifest.latent_spec is not None and manifest.latent_spec.prior == "none":
                continue  # nothing says where to draw
            own = (name for name in placed() if name.startswith(f"{prefix}.") and "naive_full" not in name)
            wanted |= {name.replace("<model>", manifest.id) for name in own}
    assert names >= wanted, sorted(wanted - names)


def test_a_measurement_is_written_into_the_page(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not timed: what the command would say is given."""
    page, kept = tmp_path / "performance.md", tmp_path / "performance.json"
    page.write_text(f"Before.\n\n{tool.BEGIN}\nold\n{tool.END}\n\nAfter.\n")
    asked: list[list[str]] = []

    def said(words: list[str]) -> dict[str, Any]:
        asked.append(list(words))
        plain = {"name": "engine.restart_ms", "ratio": None, "value": 312.0, "baseline": None, "unit": "ms", "n": 3}
        return {"machine": MACHINE, "rows": [plain | {"note": "killed"}]}

    monkeypatch.setattr(tool, "PAGE", page)
    monkeypatch.setattr(tool, "MEASURED", kept)
    monkeypatch.setattr(tool, "measure", said)
    assert tool.main([]) == 0 and tool.main(["a-model", "--quick"]) == 0
    assert asked == [[], ["a-model", "--quick"]]
    text = page.read_text()
    assert text.startswith("Before.\n\n") and text.endswith("\n\nAfter.\n") and "old" not in text
    assert "| engine killed to completions again |  | 312 ms |" in text
    assert tool.main(["--check"]) == 0
    page.write_text(text.replace("312", "31"))
    assert tool.main(["--check"]) == 1
