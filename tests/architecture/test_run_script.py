"""./run in a copy of its own, with pretended tools around it: what it says and does on machines that lack something.

The copy's folder has a space and an umlaut in its name.  `python3`, `apt-get`, `sudo` and `id` are pretended; nothing
is fetched or installed.  Every test runs under each POSIX shell that is there.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="./run is for POSIX shells")

TOOLS = ("cat", "chmod", "cksum", "cp", "cut", "dirname", "env", "grep", "mkdir", "mv", "rm", "sed", "sleep", "sort")
TOOLS += ("tail", "tr", "uname")
SHELLS = [path for name in ("sh", "dash", "bash", "busybox") if (path := shutil.which(name))]

PRETENDED_PYTHON = """#!/bin/sh
[ -z "${PRETEND_OLD:-}" ] || case "$*" in *version_info*"(3, 11)"*) exit 1 ;; esac
[ -z "${PRETEND_NO_VENV:-}" ] || case "$*" in *ensurepip*) [ -f "$TALLY/apt" ] || exit 1 ;; esac
case "$*" in
*"version_info[:2]"*) echo 3.11 ;;
*--packages*) [ -f "$TALLY/apt" ] || printf '%s' "${PRETEND_MISSING:-}" ;;
*"--check window"*)
    [ -f "$TALLY/apt" ] || [ -z "${PRETEND_MISSING:-}" ] || { echo "Install them: $PRETEND_MISSING" >&2; exit 2; }
    ;;
"-m venv"*)
    echo venv >>"$TALLY/calls"
    mkdir -p "$4/bin"
    cp "$0" "$4/bin/python"
    ;;
"-m pip --version"*) case "$0" in *.venv*) ;; *) exit 1 ;; esac ;;
"-m pip install"*)
    echo "$*" >>"$TALLY/calls"
    sleep "${PRETEND_SLOW:-0}"
    [ -z "${PRETEND_OFFLINE:-}" ] || { echo "NewConnectionError: Network is unreachable"; exit 1; }
    [ -z "${PRETEND_BROKEN:-}" ] || { echo "error: no space left on device"; exit 1; }
    ;;
"-m app"*) echo "app from $PWD: $*" ;;
"-m bundle.build"*) echo "bundle from $PWD with $PYTHONPATH: $*" ;;
esac
"""


class Box:
    """A copy of ./run in a folder of its own, with the tools that it may see."""

    def __init__(self, folder: Path, project: Path, shell: str) -> None:
        self.shell = [shell, "sh"] if shell.endswith("busybox") else [shell]
        self.tree = folder / "a tree, möglich"
        self.bin = folder / "bin"
        self.tally = folder / "tally"
        for made in (self.tree / "app", self.bin, self.tally):
            made.mkdir(parents=True)
        for name in ("run", "pyproject.toml", "constraints.txt", "app/preflight.py"):
            shutil.copy(project / name, self.tree / name)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or f"/usr/bin/{tool}")
        (self.bin / "sh").symlink_to("/bin/sh")
        self.pretend("python3", PRETENDED_PYTHON)
        self.pretend("id", "#!/bin/sh\necho 1000\n")
        self.pretend("uname", "#!/bin/sh\necho Linux\n")

    def pretend(self, name: str, script: str) -> None:
        """Put a script in the place of a tool."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(script, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def environ(self, **extra: str) -> dict[str, str]:
        """Nothing of the person's own environment but what is given."""
        return {"PATH": str(self.bin), "TALLY": str(self.tally), "HOME": str(self.tally), "DISPLAY": ":0"} | extra

    def run(self, *words: str, cwd: Path | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
        """./run with these words, and these variables in its environment."""
        return subprocess.run(
            [*self.shell, str(self.tree / "run"), *words],
            env=self.environ(**extra), cwd=cwd or self.tally, capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def calls(self) -> list[str]:
        """What the pretended tools were asked to do: environments made, packages installed."""
        file = self.tally / "calls"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


@pytest.fixture(params=SHELLS, ids=lambda path: Path(path).name)
def box(request: pytest.FixtureRequest, tmp_path: Path, project: Path) -> Iterator[Box]:
    yield Box(tmp_path, project, request.param)


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The last line of what it said; it must have given up with 2 and told nothing on stdout."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    return done.stderr.strip().splitlines()[-1]


def test_the_first_start_sets_up_and_the_second_does_nothing(box: Box) -> None:
    first = box.run()
    assert first.returncode == 0, first.stderr
    assert first.stdout == f"app from {box.tally}: -m app\n"
    assert "Installing" in first.stderr
    assert [c.split()[0] for c in box.calls()] == ["venv", "-m"]
    second = box.run(PRETEND_OFFLINE="1")
    assert (second.returncode, second.stderr) == (0, "")
    assert len(box.calls()) == 2, "a second start must fetch nothing"


def test_any_other_first_word_goes_to_reverie_where_the_person_stands(box: Box, tmp_path: Path) -> None:
    box.run("setup")
    here = tmp_path / "some where"
    here.mkdir()
    done = box.run("complete", "model", "my picture.png", "--json", cwd=here)
    assert done.stdout == f"app from {here}: -m app complete model my picture.png --json\n"
    assert done.stderr == ""


def test_a_changed_pyproject_installs_again_with_the_same_extras(box: Box) -> None:
    box.run("setup", "--train")
    with (box.tree / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert box.run().returncode == 0
    assert [c.rsplit("-e ", 1)[-1] for c in box.calls()] == ["venv", ".[test,train]", ".[test,train]"]


def test_extras_are_added_when_they_are_wanted(box: Box) -> None:
    box.run()
    box.run("setup")
    box.run("setup", "--train")
    box.run("setup")
    assert [c.rsplit("-e ", 1)[-1] for c in box.calls()] == ["venv", ".", ".[test]", ".[test,train]"]


def test_a_tree_that_was_moved_is_set_up_where_it_is(box: Box, tmp_path: Path) -> None:
    box.run("setup")
    box.tree = box.tree.rename(tmp_path / "moved")
    assert box.run("setup").returncode == 0
    assert len(box.calls()) > 2


def test_without_python_it_says_which_one_is_needed(box: Box) -> None:
    said = one_sentence(box.run(PRETEND_OLD="1"))
    assert "Python 3.11 or newer" in said
    assert "apt-get" not in said
    box.pretend("apt-get", "#!/bin/sh\nexit 1\n")
    assert "apt-get" not in one_sentence(box.run(PRETEND_OLD="1")), "apt's python3 is the one that is too old"
    (box.bin / "python3").unlink()
    assert "sudo apt-get install python3 python3-venv" in one_sentence(box.run())
    (box.bin / "apt-get").unlink()
    assert "apt-get" not in one_sentence(box.run())


def test_a_newer_name_that_does_not_run_is_passed_over(box: Box) -> None:
    """A version manager leaves such names on the path for versions that are not chosen."""
    box.pretend("python3.13", "#!/bin/sh\nexit 127\n")
    assert box.run("setup").returncode == 0


def test_a_python_of_ones_own_choice(box: Box) -> None:
    box.pretend("my-python", PRETENDED_PYTHON)
    (box.bin / "python3").unlink()
    assert box.run("setup", REVERIE_PYTHON=str(box.bin / "my-python")).returncode == 0
    shutil.rmtree(box.tree / ".venv")
    said = one_sentence(box.run("setup", REVERIE_PYTHON=str(box.bin / "no-such-python")))
    assert "no-such-python" in said
    assert "REVERIE_PYTHON" in said


def test_without_a_screen_it_says_so_before_anything_is_installed(box: Box) -> None:
    said = one_sentence(box.run(DISPLAY=""))
    assert "no screen" in said
    assert not box.calls()
    assert box.run(DISPLAY="", WAYLAND_DISPLAY="wayland-0").returncode == 0
    assert box.run("models", DISPLAY="").returncode == 0


def test_without_the_network_it_says_so(box: Box) -> None:
    said = one_sentence(box.run(PRETEND_OFFLINE="1"))
    assert "network does not answer" in said
    assert box.run().returncode == 0, "and the next try starts afresh"


def test_when_installing_fails_it_shows_why_and_where_to_read_on(box: Box) -> None:
    done = box.run(PRETEND_BROKEN="1")
    assert ".venv.log" in one_sentence(done)
    assert "no space left on device" in done.stderr
    assert not (box.tree / ".venv.lock").exists()


def test_without_the_venv_module_it_says_what_to_install(box: Box) -> None:
    assert "venv module" in one_sentence(box.run(PRETEND_NO_VENV="1"))
    box.pretend("apt-get", "#!/bin/sh\nexit 1\n")
    said = one_sentence(box.run(PRETEND_NO_VENV="1", PRETEND_MISSING="libgl1\nlibegl1\n"))
    assert "sudo apt-get install python3.11-venv libgl1 libegl1" in said, "all in one line, not one after the other"


def test_missing_system_libraries_are_named(box: Box) -> None:
    said = one_sentence(box.run(PRETEND_MISSING="libgl1 libegl1"))
    assert "libgl1 libegl1" in said
    assert box.run("models", PRETEND_MISSING="libgl1 libegl1").returncode == 0, "the command line draws no window"


@pytest.mark.parametrize("how", ["root", "sudo"])
def test_where_it_may_it_installs_system_packages_itself(box: Box, how: str) -> None:
    box.pretend("apt-get", '#!/bin/sh\necho "apt-get $*" >>"$TALLY/apt-calls"\n[ "$1" = update ] || : >"$TALLY/apt"\n')
    if how == "root":
        box.pretend("id", "#!/bin/sh\necho 0\n")
    else:
        box.pretend("sudo", '#!/bin/sh\n[ "$1" = -n ] || exit 1\nshift\n"$@"\n')
    done = box.run(PRETEND_MISSING="libgl1\nlibegl1\n", PRETEND_NO_VENV="1")
    assert done.returncode == 0, done.stderr
    asked = (box.tally / "apt-calls").read_text(encoding="utf-8").splitlines()
    assert asked[0] == "apt-get update"
    assert sum(line == "apt-get update" for line in asked) == 1
    assert all("--no-install-recommends" in line for line in asked[1:])
    assert asked[1].endswith("python3.11-venv libgl1 libegl1")


def test_sudo_that_asks_for_a_password_is_not_used(box: Box) -> None:
    box.pretend("apt-get", '#!/bin/sh\n: >"$TALLY/apt"\n')
    box.pretend("sudo", "#!/bin/sh\nexit 1\n")
    assert "libgl1" in one_sentence(box.run(PRETEND_MISSING="libgl1"))
    assert not (box.tally / "apt").exists()


def test_two_at_once_set_up_once(box: Box) -> None:
    command = [*box.shell, str(box.tree / "run"), "setup"]
    slowly = box.environ(PRETEND_SLOW="1")
    both = [subprocess.Popen(command, env=slowly, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert [c.split()[0] for c in box.calls()] == ["venv", "-m"]
    assert not (box.tree / ".venv.lock").exists()


def test_the_lock_of_a_process_that_is_gone_is_taken_away(box: Box) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    lock = box.tree / ".venv.lock"
    lock.mkdir()
    (lock / "pid").write_text(f"{gone.pid}\n", encoding="utf-8")
    assert box.run("setup").returncode == 0
    assert not lock.exists()
    assert not list(box.tree.glob(".venv.lock*"))


def test_one_that_is_stopped_leaves_no_lock(box: Box) -> None:
    command = [*box.shell, str(box.tree / "run"), "setup"]
    process = subprocess.Popen(command, env=box.environ(PRETEND_SLOW="30"), stderr=subprocess.DEVNULL)
    give_up = time.monotonic() + 30
    while len(box.calls()) < 2 and time.monotonic() < give_up:
        time.sleep(0.05)
    process.terminate()
    assert process.wait(timeout=40) == 143
    assert not (box.tree / ".venv.lock").exists()
    assert not (box.tree / ".venv" / "reverie-setup").exists()


def test_wrong_words_are_one_sentence(box: Box) -> None:
    assert "--train" in one_sentence(box.run("setup", "--everything"))
    assert not box.calls()


def test_the_bundle_is_built_in_an_environment_of_its_own(box: Box) -> None:
    assert box.run("setup", "--bundle").returncode == 0
    assert not (box.tree / ".venv").exists()
    done = box.run("bundle", "--output", "here")
    assert done.stdout == f"bundle from {box.tally} with {box.tree}: -m bundle.build --output here\n"
    assert [c.rsplit("-e ", 1)[-1] for c in box.calls()] == ["venv", ".[bundle]"]


def test_help_needs_nothing(box: Box) -> None:
    (box.bin / "python3").unlink()
    for word in ("help", "-h", "--help"):
        done = box.run(word)
        assert done.returncode == 0
        assert "./run test" in done.stdout


@pytest.mark.parametrize("script", ["run", ".ci/run"])
def test_the_scripts_are_shell_and_may_be_run(script: str, project: Path) -> None:
    path = project / script
    assert path.stat().st_mode & stat.S_IXUSR
    shells = SHELLS if script == "run" else [s for s in SHELLS if s.endswith("bash")]
    for shell in shells:
        words = [shell, "sh"] if shell.endswith("busybox") else [shell]
        done = subprocess.run([*words, "-n", str(path)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr


def test_shellcheck_finds_nothing(project: Path) -> None:
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    done = subprocess.run(
        ["shellcheck", "run", ".ci/run"], cwd=project, capture_output=True, text=True, timeout=60
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
