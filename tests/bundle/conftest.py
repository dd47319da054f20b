"""The packaged app, built once for all tests, and where a person might have put it.

It is built where ``.venv-bundle`` is (``./run setup --bundle``, or another environment named in REVERIE_BUNDLE_PYTHON);
REVERIE_BUNDLE names one that is built already.
"""

from __future__ import annotations

import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = Path(os.environ.get("REVERIE_BUNDLE_PYTHON") or ROOT / ".venv-bundle" / "bin" / "python")
BUILT = os.environ.get("REVERIE_BUNDLE", "")
BUILD_S, SELF_TEST_S = 1500, 600
NOBODY = 65534


def in_environment(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the environment's Python in the source tree."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [str(PYTHON), *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=BUILD_S, check=False
    )


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the bundle and its archive; built by the first test that asks, in whatever process that runs."""
    if sys.platform != "linux":
        pytest.skip("the packaged app has been built on Linux only")
    if BUILT:
        return Path(BUILT)
    if not PYTHON.exists() or in_environment("-c", "import PyInstaller").returncode:
        pytest.skip("PyInstaller is not installed; `./run setup --bundle` adds it in an environment of its own")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, verdict = shared / "bundle", shared / "bundle-verdict"
    try:
        (shared / "bundle-lock").mkdir()
    except FileExistsError:
        deadline = time.monotonic() + BUILD_S
        while not verdict.exists():
            assert time.monotonic() < deadline, "the process that builds the bundle never ended"
            time.sleep(1)
    else:
        done = in_environment("-m", "bundle.build", "--output", str(folder), "--work", str(shared / "bundle-work"))
        written = shared / "bundle-verdict.part"
        written.write_text("" if done.returncode == 0 else done.stderr or "it says nothing", encoding="utf-8")
        written.rename(verdict)
    assert not verdict.read_text(encoding="utf-8"), verdict.read_text(encoding="utf-8")
    return folder


class Installed:
    """The bundle in a read-only folder with an awkward name, started by somebody who may not write there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def command(self, *words: str) -> list[str]:
        """What starts it."""
        return [str(self.folder / "reverie"), *words]

    def start(self, *words: str, environment: Mapping[str, str], full: bool = False) -> subprocess.Popen[str]:
        """A process of it, in this environment and nothing else of ours; by nobody, where we are root.  ``full``: files
        can be made, and nothing can be written into them, as where the disk is full."""
        owner = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            self.command(*words),
            env=dict(environment),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))) if full else None,
            **owner,
        )

    def run(self, *words: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """From its start to its end."""
        process = self.start(*words, environment=environment)
        out, err = process.communicate(timeout=SELF_TEST_S)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def beside(self, folder: Path) -> Installed:
        """The same bundle once more, with other names for its files, in a folder where names can be taken away."""
        shutil.copytree(self.folder, folder, symlinks=True, copy_function=linked)
        for path in (folder, *folder.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
        return Installed(folder)

    def look(self) -> dict[str, tuple[int, int, int]]:
        """What lies there: size, time of the last change and permissions by name."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            status = path.lstat()
            found[str(path.relative_to(self.folder))] = (status.st_size, status.st_mtime_ns, status.st_mode)
        return found


@pytest.fixture(scope="session")
def installed(output: Path) -> Iterator[Installed]:
    above = Path(tempfile.mkdtemp(prefix="reverie-bundle-"))
    above.chmod(0o755)
    folder = above / "Bilder & Träume 夢"
    # What was built for the tests alone may be made read-only itself: every process has its names of the same files.
    shutil.copytree(output / "reverie", folder, symlinks=True, copy_function=shutil.copy2 if BUILT else linked)
    places = [folder, *folder.rglob("*")]
    for path in places:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    yield Installed(folder)
    for path in places:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(above)


def linked(source: str, target: str) -> None:
    """Another name for the same file; a copy where there can be none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder of whoever starts the bundle."""
    folder = Path(tempfile.mkdtemp(prefix="reverie-home-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)
