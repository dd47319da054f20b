"""The packaged app as a desktop sees it: entry, metainfo, icon, one name for all of them."""

from __future__ import annotations

import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

import engine
from app.documents.scene import SUFFIX, Scene, to_text
from app.shell import start
from bundle import desktop
from bundle.identity import APP_ID, SCENE_ICON, SCENE_TYPE, VERSION

DATE = "2026-12-01"
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
ICONS = [("apps", APP_ID), ("mimetypes", SCENE_ICON)]


@pytest.fixture
def share(tmp_path: Path) -> Path:
    desktop.write_share(tmp_path / "share", DATE)
    return tmp_path / "share"


def test_the_window_belongs_to_the_entry() -> None:
    assert start.APP_ID == APP_ID
    assert engine.__version__ == VERSION


def test_the_entry_has_what_a_menu_needs(share: Path) -> None:
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(share / "applications" / f"{APP_ID}.desktop", encoding="utf-8")
    said = dict(entry["Desktop Entry"])
    assert (said["Type"], said["Name"], said["Icon"]) == ("Application", "Reverie", APP_ID)
    assert said["Exec"] == "reverie %F"
    for several in ("Categories", "Keywords", "MimeType"):
        assert said[several].endswith(";"), "a list ends with a semicolon"
    assert SCENE_TYPE in said["MimeType"].split(";")
    assert "@" not in "".join(said.values())


def test_the_metainfo_names_this_version_and_the_entry(share: Path) -> None:
    root = ElementTree.parse(share / "metainfo" / f"{APP_ID}.metainfo.xml").getroot()
    assert root.get("type") == "desktop-application"
    assert root.findtext("id") == APP_ID
    assert root.findtext("launchable") == f"{APP_ID}.desktop"
    release = root.find("releases/release")
    assert release is not None and release.attrib == {"version": VERSION, "date": DATE}
    assert root.findtext("provides/mediatype") == SCENE_TYPE
    assert root.findtext("metadata_license") and root.findtext("project_license") == "MIT"
    summary = root.findtext("summary") or ""
    assert summary and not summary.endswith(".") and len(summary) < 70


def test_scenes_have_a_type_that_a_desktop_knows_by_name_and_by_content(share: Path) -> None:
    kind = ElementTree.parse(share / "mime" / "packages" / f"{APP_ID}.xml").getroot().find(f"{MIME}mime-type")
    assert kind is not None and kind.get("type") == SCENE_TYPE
    globs = [glob.get("pattern") for glob in kind.iter(f"{MIME}glob")]
    icons = [icon.get("name") for icon in kind.iter(f"{MIME}icon")]
    assert (globs, icons) == ([f"*{SUFFIX}"], [SCENE_ICON])
    match = kind.find(f"{MIME}magic/{MIME}match")
    assert match is not None
    first, last = map(int, match.attrib["offset"].split(":"))
    assert first <= to_text(Scene(workspaces={})).index(match.attrib["value"]) <= last, "where `to_text` writes it"


@pytest.mark.parametrize(("kind", "name"), ICONS)
def test_the_icons_are_there_in_every_size(share: Path, kind: str, name: str) -> None:
    for size in desktop.SIZES:
        image = QImage(str(share / f"icons/hicolor/{size}x{size}/{kind}/{name}.png"))
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(0, 0).alpha() == 0 and image.pixelColor(size // 2, size // 8).alpha() == 255
    assert (share / f"icons/hicolor/scalable/{kind}/{name}.svg").is_file()


@pytest.mark.skipif(not shutil.which("update-mime-database"), reason="update-mime-database is not installed")
def test_the_type_is_taken_into_the_database(share: Path) -> None:
    command = ["update-mime-database", str(share / "mime")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert f"{SCENE_TYPE}:*{SUFFIX}" in (share / "mime" / "globs2").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("appstreamcli"), reason="appstreamcli is not installed")
def test_appstream_finds_nothing_wrong(share: Path) -> None:
    path = share / "metainfo" / f"{APP_ID}.metainfo.xml"
    done = subprocess.run(
        ["appstreamcli", "validate", "--no-net", str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-validate is not installed")
def test_the_entry_is_valid(share: Path) -> None:
    path = share / "applications" / f"{APP_ID}.desktop"
    done = subprocess.run(["desktop-file-validate", str(path)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")
