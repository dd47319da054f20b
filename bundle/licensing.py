"""The folder ``licences`` of a bundle: the terms of everything that is in it."""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path

from bundle import built
from bundle.errors import BundleError
from bundle.identity import FOLDER, ROOT

_LICENCE = re.compile(r"(?:^|[-_.])(?:licen[cs]es?|copying|notice|authors|thirdpartynotices)(?:[-_.]|$)", re.IGNORECASE)
_LIBRARY = re.compile(r"^lib.+\.so(?:\.[\d.]+)?$")
QT = ("pyside6", "shiboken6")
"""Distributions without a licence file: Qt's is in our own folder."""


def gather(bundle: Path, found: Sequence[importlib.metadata.Distribution]) -> list[str]:
    """Write the folder; the names of what it covers.  Raises `BundleError` if something inside has no licence text."""
    target = bundle / "licences"
    target.mkdir()
    shutil.copy(ROOT / "LICENSE", target / "Reverie.txt")
    for text in sorted((FOLDER / "licences").glob("*.txt")):
        shutil.copy(text, target / text.name)
    rows = [("Reverie", built_version(), "MIT", "Reverie.txt")]
    rows.append(("Python", sysconfig.get_python_version(), "PSF-2.0", _python(target)))
    rows += [_distribution(distribution, target) for distribution in found]
    rows += _system_libraries(bundle / built.INSIDE, target)
    (target / "models-and-data.md").write_text(models_and_data(ROOT), encoding="utf-8")
    (target / "README.md").write_text(_contents(rows), encoding="utf-8")
    return [row[0] for row in rows]


def built_version() -> str:
    """Reverie's."""
    from bundle.identity import VERSION

    return VERSION


def licence_files(distribution: importlib.metadata.Distribution) -> list[Path]:
    """The licence texts that a distribution brought along."""
    paths = [path for path in distribution.files or () if path.suffix.lower() not in (".py", ".pyc")]
    named = [path for path in paths if _LICENCE.search(path.name)]
    located = [Path(str(distribution.locate_file(path))) for path in named]
    return sorted({path.resolve() for path in located if path.is_file()})


def licence_name(distribution: importlib.metadata.Distribution) -> str:
    """What a distribution says of its licence, in a few words."""
    metadata = distribution.metadata
    said = next((metadata[key] for key in ("License-Expression", "License") if key in metadata), "").strip()
    kinds = [kind for kind in metadata.get_all("Classifier") or () if kind.startswith("License ::")]
    words = said.split("\n")[0] or ", ".join(kind.rpartition(":: ")[2] for kind in kinds)
    return words[:80] or "see its text"


def _distribution(distribution: importlib.metadata.Distribution, target: Path) -> tuple[str, str, str, str]:
    name, version = distribution.metadata["Name"], distribution.version
    if name.lower().startswith(QT):
        return name, version, "LGPL-3.0-only", "qt.txt"
    texts = licence_files(distribution)
    if not texts:
        raise BundleError(f"{name} {version} brings no licence text. Put one into bundle/licences.")
    folder = target / name
    folder.mkdir()
    for text in texts:
        free = folder / text.name
        shutil.copy(text, free if not free.exists() else folder / f"{text.parent.name}-{text.name}")
    return name, version, licence_name(distribution), f"{name}/"


def _python(target: Path) -> str:
    """Python's own; distributions put it in different places."""
    library = Path(sysconfig.get_path("stdlib"))
    version = sysconfig.get_python_version()
    places = (library / "LICENSE.txt", library / "LICENSE", Path(f"/usr/share/doc/python{version}/copyright"))
    for place in (*places, Path(f"/usr/share/doc/libpython{version}-stdlib/copyright")):
        if place.is_file():
            shutil.copy(place, target / "Python.txt")
            return "Python.txt"
    raise BundleError("Python's licence was not found beside its library. Install it there as LICENSE.txt.")


def _system_libraries(inside: Path, target: Path) -> list[tuple[str, str, str, str]]:
    """Of the libraries that came from the system (Debian and its like; elsewhere they are only named)."""
    names = sorted(path.name for path in inside.glob("lib*") if not path.is_symlink() and _LIBRARY.match(path.name))
    names = [name for name in names if not name.startswith("libpython")]
    rows, packages = [], debian_packages(names)
    for name in names:
        package = packages.get(name, "")
        text = Path(f"/usr/share/doc/{package}/copyright")
        if package and text.is_file():
            (target / "system").mkdir(exist_ok=True)
            shutil.copy(text, target / "system" / f"{package}.txt")
            rows.append((name, "", "see its text", f"system/{package}.txt"))
        else:
            rows.append((name, "", "of the system that this was built on", ""))
    return rows


def debian_packages(libraries: Sequence[str]) -> dict[str, str]:
    """The packages that libraries came from, by the libraries' names; without those of which that cannot be said.

    Asked all at once: every question reads the lists of all packages anew.
    """
    if not libraries or not shutil.which("dpkg"):
        return {}
    asked = [f"*/{library}*" for library in libraries]
    said = subprocess.run(["dpkg", "-S", *asked], capture_output=True, text=True, check=False).stdout
    found: dict[str, str] = {}
    for line in said.splitlines():
        package, _, path = line.partition(": ")
        if line.startswith("diversion by "):
            continue
        for library in libraries:
            if library not in found and Path(path).name.startswith(library):
                found[library] = package.partition(":")[0].partition(",")[0]
    return found


def models_and_data(root: Path) -> str:
    """Markdown: models, examples and reference pictures, their licences and whose work they are."""
    lines = ["# Models and data", "", "| model | licence | stands on |", "| --- | --- | --- |"]
    for path in sorted((root / "onnx_models").glob("*/manifest.json")):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not manifest.get("licence") or not manifest.get("attribution"):
            raise BundleError(
                f"{path.parent.name} names no licence or attribution. Write it in its recipe, export again."
            )
        lines.append(f"| {manifest['id']} | {manifest['licence']} | {manifest['attribution']} |")
    lines += ["", "| example | licence | from |", "| --- | --- | --- |"]
    for example in json.loads((root / "assets/examples/examples.json").read_text(encoding="utf-8"))["examples"]:
        lines.append(f"| {example['file']} | {example['licence']} | {example['attribution']} |")
    reference = (root / "assets/reference/README.md").read_text(encoding="utf-8")
    return "\n".join(lines) + "\n\n" + re.sub(r"^#", "##", reference, flags=re.MULTILINE)


def _contents(rows: Iterable[tuple[str, str, str, str]]) -> str:
    head = "# What is in here, and on what terms\n\nModels and data: models-and-data.md.\n\n"
    table = "| part | version | licence | text |\n| --- | --- | --- | --- |\n"
    return head + table + "".join(f"| {' | '.join(row)} |\n" for row in rows)
