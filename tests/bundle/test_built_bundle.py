"""The packaged app as a person gets it: small, complete, and at work where they put it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bundle import audit
from tests.bundle.conftest import Installed, in_environment

pytestmark = [pytest.mark.slow]
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
MODEL_OK, WINDOW_OK = re.compile(r"^(\S+)  ok$", re.MULTILINE), re.compile(r"^window  ok, painted", re.MULTILINE)
PATIENCE_S = 120


def wait(until: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """It gave up with 2 and one line."""
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    return done.stderr


def children(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task").glob("*/children")
    return [int(word) for path in told for word in path.read_text(encoding="ascii").split()]


@contextmanager
def display() -> Iterator[str]:
    """A real X server, and the name of its screen."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1440x900x24", "-noreset", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as told:
        number = told.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(10)


def passes_its_self_test(installed: Installed, project: Path, environment: dict[str, str], *options: str) -> None:
    before = installed.look()
    done = installed.run("--self-test", *options, environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(MODEL_OK.findall(done.stdout)) == {
        path.parent.name for path in project.glob("onnx_models/*/manifest.json")
    }
    assert WINDOW_OK.search(done.stdout)
    assert installed.look() == before, "it must write nothing where it lies"


def test_it_passes_its_self_test_on_no_screen(installed: Installed, project: Path) -> None:
    passes_its_self_test(installed, project, OFFSCREEN, "--quick")


def test_it_passes_its_self_test_in_an_empty_environment(installed: Installed, project: Path) -> None:
    """The whole of it, once: what a model's files are does not change with the screen.  Elsewhere ``--quick`` loads all
    models, draws, completes and scores with each, and opens the window."""
    passes_its_self_test(installed, project, {})


@pytest.mark.xvfb
@pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is not installed")
def test_it_passes_its_self_test_on_a_real_screen(installed: Installed, project: Path) -> None:
    with display() as name:
        passes_its_self_test(installed, project, {"DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}, "--quick")


def test_it_is_small_and_carries_neither_training_nor_tests(output: Path) -> None:
    assert list(audit.problems(output / "reverie", [])) == []
    (archive,) = output.glob("reverie-*.tar.gz")
    assert not audit.archive_problem(archive)
    code = "import sys; from pathlib import Path; from bundle import audit, built"
    code += "; names = built.modules(Path(sys.argv[1])); print(len(names)); print(*audit.unwanted_modules(names))"
    done = in_environment("-c", code, str(output / "reverie"))
    count, unwanted = done.stdout.splitlines()
    assert int(count) > 500 and unwanted == ""


def test_every_file_has_its_sum_and_every_part_its_licence(output: Path) -> None:
    bundle = output / "reverie"
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=bundle, timeout=120)
    assert done.returncode == 0
    listed = {line.split("  ", 1)[1] for line in (bundle / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    there = {p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file() and not p.is_symlink()}
    assert listed == there - {"SHA256SUMS"}
    table = (bundle / "licences" / "README.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][2:]
    parts = {row[0].lower() for row in rows}
    assert {"reverie", "python", "numpy", "onnxruntime", "pillow", "pyside6_essentials", "pyinstaller"} <= parts
    assert all((bundle / "licences" / row[3]).exists() for row in rows if len(row) == 4)


def test_without_a_screen_it_says_so(installed: Installed) -> None:
    assert "There is no screen here" in one_sentence(installed.run(environment={}))
    assert "does not answer" in one_sentence(installed.run(environment={"DISPLAY": ":987"}))
    assert "no command or file /gone.png" in one_sentence(installed.run("/gone.png", environment=OFFSCREEN))


def test_without_the_drivers_libraries_it_names_them(installed: Installed, home: Path) -> None:
    (home / "libEGL.so.1").write_bytes(b"")  # found first, and no library
    said = one_sentence(installed.run(environment={**OFFSCREEN, "LD_LIBRARY_PATH": str(home)}))
    assert "libEGL.so.1." in said and "libGL.so.1" not in said
    assert "Install" in said


def test_two_at_once_keep_their_work_apart_and_each_starts_itself_as_engine(installed: Installed, home: Path) -> None:
    environment = {**OFFSCREEN, "REVERIE_HOME": str(home)}
    damaged = home / "config" / "settings.json"
    damaged.parent.mkdir()
    damaged.parent.chmod(0o777)
    damaged.write_text('{"schema": 1, "theme"')
    first = installed.start(environment=environment)
    wait((home / "state" / "window.lock").exists)
    second = installed.start(environment=environment)
    wait((home / "state" / "window-2" / "window.lock").exists)
    for process in (first, second):
        wait(lambda process=process: children(process.pid))
        (engine,) = children(process.pid)
        cmdline = Path(f"/proc/{engine}/cmdline")
        wait(lambda cmdline=cmdline: b"--engine-process" in cmdline.read_bytes())  # its parent's, until it is itself
        assert Path(f"/proc/{engine}/exe").resolve() == installed.folder / "reverie"
    ends_well(first, second)
    aside = damaged.with_name("settings.broken-1.json")
    assert aside.read_text() == '{"schema": 1, "theme"', "a damaged settings file is kept, and hinders nothing"


@pytest.mark.parametrize("full", [False, True], ids=["read-only", "full"])
def test_with_a_home_that_cannot_be_written_it_works_and_says_so(installed: Installed, home: Path, full: bool) -> None:
    home.chmod(0o777 if full else 0o555)
    process = installed.start(environment={**OFFSCREEN, "HOME": str(home)}, full=full)
    wait(lambda: children(process.pid))
    said = ends_well(process)
    home.chmod(0o777)
    assert not [path for path in home.rglob("*") if path.is_file() and path.stat().st_size]
    assert "The settings could not be saved" in said and len(said.splitlines()) == 1, said


def test_a_model_that_is_damaged_is_named_and_the_others_work(installed: Installed, home: Path) -> None:
    damaged = installed.beside(home / "bundle")
    graph = damaged.folder / "_internal" / "onnx_models" / "mnist-dcgan" / "generator.onnx"
    graph.unlink()
    graph.write_bytes(b"not a model")
    models = ("mnist-dcgan", "mnist-vae-2d")
    done = damaged.run("self-test", "--quick", *models, environment={"REVERIE_HOME": str(home / "mine")})
    assert done.returncode == 1 and MODEL_OK.findall(done.stdout) == ["mnist-vae-2d"]
    assert "mnist-dcgan: generator: generator.onnx has another SHA-256" in done.stderr, done.stderr


def ends_well(*processes: subprocess.Popen[str]) -> str:
    """Told to end, they do, and without a traceback; what they had to say."""
    said = ""
    for process in processes:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0 and "Traceback" not in err, err
        said += err
    return said
