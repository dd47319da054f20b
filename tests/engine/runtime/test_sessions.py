"""ONNX Runtime's door: every refusal is one sentence, a file is opened once, and a run gives arrays by name."""

from __future__ import annotations

import base64
import dataclasses
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from engine.contracts.manifest import GraphSpec, Port, StatePort
from engine.errors import GraphMismatch, SessionError
from engine.runtime import sessions
from engine.runtime.graph import missing_ports
from engine.runtime.sessions import Graph, Sessions, open_graph, runtime_version

ADD = base64.b64decode(
    "CAg6UgoOCgF4CgF3EgF5IgNBZGQSAWcqEQgCEAEiCAAAgD8AAABAQgF3WhQKAXgSDwoNCAESCQoDEgFuCgIIAmIUCgF5Eg8KDQgBEgkKAxIBbgoC"
    "CAJCBAoAEBFyBgoBaxIBdg=="
)
"""A graph of one node, y = x + [1, 2] for x float32 (n, 2), with the metadata k = v."""
ADDED = np.array([1, 2], np.float32)
SPEC = GraphSpec(file="add.onnx", sha256="", inputs={"in": Port(name="x")}, outputs={"out": Port(name="y")})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "add.onnx").write_bytes(ADD)
    return tmp_path


def test_a_graph_takes_and_gives_arrays_by_name(folder: Path) -> None:
    graph = open_graph(folder / "add.onnx", SPEC)
    for n in (1, 3):
        x = np.arange(2 * n, dtype=np.float32).reshape(n, 2)
        out = graph.run({"x": x})
        assert list(out) == ["y"] and out["y"].dtype == np.float32
        np.testing.assert_array_equal(out["y"], x + ADDED)
    assert graph.input_names == ["x"] and graph.output_names == ["y"] and graph.metadata() == {"k": "v"}


def test_sessions_take_one_thread_and_do_not_spin() -> None:
    options = sessions.session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert runtime_version().split(".")[0] == "1"


def test_onnx_runtime_reports_to_nobody_and_writes_nothing_in_a_home(
    folder: Path, tmp_path: Path, project: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (graph,) = folder.glob("*.onnx")
    code = "import sys, time; from pathlib import Path; from engine.runtime.sessions import open_graph\n"
    code += "open_graph(Path(sys.argv[1])); time.sleep(0.5)"
    environment = {**os.environ, "HOME": str(home)} | dict.fromkeys(("XDG_CACHE_HOME", "ORT_DISABLE_TELEMETRY"), "")
    done = subprocess.run(
        [sys.executable, "-c", code, str(graph)], env=environment, cwd=project, timeout=120, check=False
    )
    assert done.returncode == 0 and not list(home.rglob("*"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "add.onnx", tmp_path / "nowhere" / "add.onnx"):
        with pytest.raises(SessionError) as refused:
            open_graph(path)
        assert "add.onnx is missing" in refused.value.problem and refused.value.remedy


@pytest.mark.parametrize(
    "content", [b"", b"no graph at all", ADD[:50], b"\0" * 1000, b"version https://git-lfs.github.com/spec/v1\n"]
)
def test_a_file_that_is_no_graph_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "add.onnx"
    path.write_bytes(content)
    with pytest.raises(SessionError) as refused:
        open_graph(path)
    assert "add.onnx" in refused.value.problem and "\n" not in str(refused.value) and refused.value.remedy


def test_a_folder_in_place_of_a_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "add.onnx").mkdir()
    with pytest.raises(SessionError, match="missing"):
        open_graph(tmp_path / "add.onnx")


STATE = (StatePort(input="s", output="t", batch_axis=0, shape=(0, 1)),)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"inputs": {"in": Port(name="z")}}, ["input 'z' is missing", "does not know the input 'x'"]),
        ({"outputs": {"out": Port(name="z")}}, ["output 'z' is missing"]),
        ({"inputs": {}}, ["does not know the input 'x'"]),
        ({"state": STATE}, ["input 's' is missing", "output 't' is missing"]),
    ],
)
def test_ports_that_do_not_fit_are_named(folder: Path, changes: dict[str, object], words: list[str]) -> None:
    with pytest.raises(GraphMismatch) as refused:
        open_graph(folder / "add.onnx", dataclasses.replace(SPEC, **changes))  # type: ignore[arg-type]
    assert all(word in refused.value.problem for word in words) and "add.onnx" in refused.value.problem
    assert len(refused.value.facts["missing"]) == len(words) and refused.value.remedy


def test_a_state_may_take_the_place_of_another_state() -> None:
    """Rows above move up by one: state b's next value is the input a, which no output has to give."""
    moved = StatePort(input="b", output="a", batch_axis=0, shape=(0, 1))
    fresh = StatePort(input="a", output="next_a", batch_axis=0, shape=(0, 1))
    spec = dataclasses.replace(SPEC, state=(fresh, moved))
    assert missing_ports(spec, ["x", "a", "b"], ["y", "next_a"]) == []
    assert missing_ports(spec, ["x", "a", "b"], ["y"]) == ["the output 'next_a' is missing"]


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"z": np.zeros((1, 2), np.float32)},
        {"x": np.zeros((1, 2), np.float64)},
        {"x": np.zeros((1, 3), np.float32)},
        {"x": np.zeros(2, np.float32)},
        {"x": "text"},
    ],
)
def test_a_run_that_fails_is_one_sentence_and_the_graph_goes_on(folder: Path, inputs: dict[str, np.ndarray]) -> None:
    graph = open_graph(folder / "add.onnx")
    with pytest.raises(SessionError) as refused:
        graph.run(inputs)
    assert "add.onnx could not run" in refused.value.problem and "\n" not in str(refused.value) and refused.value.remedy
    assert graph.run({"x": np.zeros((1, 2), np.float32)})["y"].tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.zeros((1, 2), np.float64), "it takes 'x' as float32 (any, 2), and was given float64 (1, 2)"),
        (np.zeros((4, 3), np.float32), "it takes 'x' as float32 (any, 2), and was given float32 (4, 3)"),
        (np.zeros(2, np.float32), "it takes 'x' as float32 (any, 2), and was given float32 (2)"),
    ],
)
def test_a_run_that_fails_says_what_the_file_takes(folder: Path, given: np.ndarray, said: str) -> None:
    with pytest.raises(SessionError) as refused:
        open_graph(folder / "add.onnx").run({"x": given})
    assert said in refused.value.problem and "ONNXRuntimeError" not in refused.value.problem


def test_weights_in_another_file_are_said(tmp_path: Path, project: Path) -> None:
    shutil.copy(project / "tests" / "engine" / "decoders" / "elsewhere.onnx", tmp_path)
    with pytest.raises(SessionError) as refused:
        open_graph(tmp_path / "elsewhere.onnx")
    assert "weights of elsewhere.onnx are in another file" in refused.value.problem
    assert "external_data=False" in refused.value.remedy


def test_a_graph_is_opened_once_under_concurrency(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def slow(path: Path, spec: GraphSpec | None = None) -> Graph:
        opened.append(path)
        time.sleep(0.02)  # long enough for the others to come and wait
        return open_graph(path, spec)

    monkeypatch.setattr(sessions, "open_graph", slow)
    shared, together = Sessions(), threading.Barrier(8)

    def ask(_: int) -> Graph:
        together.wait(10)
        return shared.graph(folder, SPEC)

    with ThreadPoolExecutor(8) as pool:
        graphs = list(pool.map(ask, range(8)))
    assert opened == [folder / "add.onnx"] and all(graph is graphs[0] for graph in graphs)


def test_the_latest_graphs_stay_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST_OPEN", 2)
    specs = {name: dataclasses.replace(SPEC, file=f"{name}.onnx") for name in "abc"}
    for spec in specs.values():
        (tmp_path / spec.file).write_bytes(ADD)
    shared = Sessions()
    first = {name: shared.graph(tmp_path, specs[name]) for name in "ab"}
    assert shared.graph(tmp_path, specs["a"]) is first["a"]
    shared.graph(tmp_path, specs["c"])
    assert shared.graph(tmp_path, specs["a"]) is first["a"], "asked for since"
    assert shared.graph(tmp_path, specs["b"]) is not first["b"]
    np.testing.assert_array_equal(first["b"].run({"x": np.zeros((1, 2), np.float32)})["y"], ADDED[None])


def test_a_graph_may_be_run_by_many_threads(folder: Path) -> None:
    graph = open_graph(folder / "add.onnx")

    def ask(n: int) -> bool:
        x = np.full((n + 1, 2), n, np.float32)
        return all(np.array_equal(graph.run({"x": x})["y"], x + ADDED) for _ in range(50))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(8)))


def test_what_failed_to_open_is_tried_again_and_closing_forgets(tmp_path: Path) -> None:
    shared = Sessions()
    with pytest.raises(SessionError):
        shared.graph(tmp_path, SPEC)
    (tmp_path / "add.onnx").write_bytes(ADD)
    first = shared.graph(tmp_path, SPEC)
    assert shared.graph(tmp_path, SPEC) is first
    shared.close()
    assert shared.graph(tmp_path, SPEC) is not first
