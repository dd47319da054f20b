"""``./run bundle``: the packaged app, from PyInstaller's folder to an archive that may be handed out.

Runs in an environment of its own (``.venv-bundle``: the program's dependencies and PyInstaller, neither torch nor what
tests), and fails rather than leave something that is too large, carries what it should not, or lacks a licence.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from app import preflight
from bundle import archiving, audit, built, desktop, icu_data, licensing, trimming
from bundle.errors import BundleError
from bundle.identity import FOLDER, ROOT, VERSION


def main(arguments: Sequence[str] | None = None) -> int:
    """Build; 0, or 1 and a sentence."""
    parser = argparse.ArgumentParser(prog="./run bundle", description="Build the packaged app.")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="where it goes (default dist)")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bundle", help="for what is made on the way")
    parser.add_argument("--keep-frozen", action="store_true", help="take PyInstaller's folder of last time as it is")
    options = parser.parse_args(arguments)
    try:
        bundle, archive = build(options.output.absolute(), options.work.absolute(), options.keep_frozen)
    except BundleError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{bundle}  {built.bytes_of(bundle) / audit.MEGABYTE:.1f} MB, {len(built.files(bundle))} files")
    print(f"{archive}  {archive.stat().st_size / audit.MEGABYTE:.1f} MB")
    print(f"Try it: {built.executable(bundle)} --self-test")
    return 0


def build(output: Path, work: Path, keep_frozen: bool = False) -> tuple[Path, Path]:
    """The bundle's folder and its archive; raises `BundleError`."""
    check_machine()
    if not keep_frozen:
        desktop.write_icon_files(work / "icons")
        freeze(work)
    bundle = output / "reverie"
    shutil.rmtree(bundle, ignore_errors=True)
    shutil.copytree(work / "frozen" / "reverie", bundle, symlinks=True)
    if sys.platform == "linux":
        say("Trimming")
        trimming.strip(bundle / built.INSIDE)
        trimming.drop_unreached(bundle / built.INSIDE)
        for library in (bundle / built.INSIDE / "PySide6" / "Qt" / "lib").glob("libicudata.so.*"):
            icu_data.empty(library)
    modules = built.modules(bundle)
    desktop.write_share(bundle / "share", desktop.release_date())
    shutil.copy(FOLDER / "share" / "README.txt", bundle / "README.txt")
    licensing.gather(bundle, built.distributions(modules))
    if found := list(audit.problems(bundle, modules)):
        raise BundleError("The bundle is not fit to be handed out. " + " ".join(found))
    say("Packing")
    archiving.write_sums(bundle)
    name = f"reverie-{VERSION}-{sys.platform}-{platform.machine()}"
    archive = output / f"{name}.tar.gz"
    archiving.pack(bundle, archive, name, int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    if problem := audit.archive_problem(archive):
        raise BundleError(problem)
    return bundle, archive


def check_machine() -> None:
    """Raises `BundleError` where the build would lack something that a person then misses."""
    if sys.platform == "linux" and (lost := preflight.missing(preflight.DRAWING + preflight.X11)):
        packages = " ".join(library.package for library in lost)
        raise BundleError(f"The bundle would lack system libraries. Install them with: sudo apt-get install {packages}")


def freeze(work: Path) -> None:
    """Run PyInstaller on the spec; what it says goes to a file."""
    say("Collecting the program with PyInstaller (a minute or two)")
    log = work / "pyinstaller.log"
    places = ("--distpath", str(work / "frozen"), "--workpath", str(work / "parts"))
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", *places, str(FOLDER / "reverie.spec")]
    with log.open("wb") as file:
        done = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        last = (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["it says nothing"])[-1]
        raise BundleError(f"PyInstaller failed: {last} The whole story is in {log}.")


def say(text: str) -> None:
    """Progress, for a person."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
