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
from app.shell import start
from bundle import desktop
from bundle.identity import APP_ID, VERSION

DATE = "2026-12-01"


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
    assert "@" not in "".join(said.values())


def test_the_metainfo_names_this_version_and_the_entry(share: Path) -> None:
    root = ElementTree.parse(share / "metainfo" / f"{APP_ID}.metainfo.xml").getroot()
    assert root.get("type") == "desktop-application"
    assert root.findtext("id") == APP_ID
    assert root.findtext("launchable") == f"{APP_ID}.desktop"
    release = root.find("releases/release")
    assert release is not None and release.attrib == {"version": VERSION, "date": DATE}
    assert root.findtext("metadata_license") and root.findtext("project_license") == "MIT"
    summary = root.findtext("summary") or ""
    assert summary and not summary.endswith(".") and len(summary) < 70


def test_the_icon_is_there_in_every_size(share: Path) -> None:
    for size in desktop.SIZES:
        image = QImage(str(share / f"icons/hicolor/{size}x{size}/apps/{APP_ID}.png"))
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(0, 0).alpha() == 0 and image.pixelColor(size // 2, size // 8).alpha() == 255
    assert (share / f"icons/hicolor/scalable/apps/{APP_ID}.svg").is_file()


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
