"""Whether the desktop asks for less motion, where Qt does not hand that on: KDE's and GTK's files, GNOME's settings."""

from __future__ import annotations

import configparser
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

GNOME = ("GNOME", "Unity", "Budgie", "X-Cinnamon", "Pantheon")
"""Desktops, by their name in the environment, whose settings ``gsettings`` reads."""
_NO = ("0", "false")


def files_ask_for_none(config: Path) -> bool:
    """What the configuration files below ``config`` say; False where there are none or they cannot be read."""
    kde = _value(config / "kdeglobals", "KDE", "AnimationDurationFactor")
    if kde:
        try:
            return float(kde) <= 0
        except ValueError:
            return False
    return any(
        _value(config / folder / "settings.ini", "Settings", "gtk-enable-animations").lower() in _NO
        for folder in ("gtk-4.0", "gtk-3.0")
    )


def _value(path: Path, section: str, key: str) -> str:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return ""
    return parser.get(section, key, fallback="").strip()


class SystemMotion(QObject):
    """Tells ``told`` what the desktop wants: at once what files say, and in a moment what GNOME does.

    The answer comes by the event loop, from a process that nobody waits for.
    """

    def __init__(
        self, told: Callable[[bool], None], parent: QObject, environment: Mapping[str, str] = os.environ
    ) -> None:
        super().__init__(parent)
        self._told = told
        self._process = QProcess(self)
        if not sys.platform.startswith("linux"):
            return  # Qt's style knows it there
        home = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
        told(files_ask_for_none(Path(home)))
        desktops = environment.get("XDG_CURRENT_DESKTOP", "").split(":")
        program = shutil.which("gsettings", path=environment.get("PATH", ""))
        if program is not None and any(desktop in GNOME for desktop in desktops):
            self._ask(program, environment)

    def _ask(self, program: str, environment: Mapping[str, str]) -> None:
        clean = QProcessEnvironment()
        for key, value in environment.items():
            clean.insert(key, value)
        if "LD_LIBRARY_PATH_ORIG" in environment:  # the packaged app has libraries of its own on the path
            clean.insert("LD_LIBRARY_PATH", environment["LD_LIBRARY_PATH_ORIG"])
        elif getattr(sys, "frozen", False):
            clean.remove("LD_LIBRARY_PATH")
        self._process.setProcessEnvironment(clean)
        self._process.finished.connect(self._answered)
        self._process.start(program, ["get", "org.gnome.desktop.interface", "enable-animations"])

    def _answered(self) -> None:
        said = bytes(self._process.readAllStandardOutput().data()).decode("ascii", "replace").strip()
        if said in ("true", "false"):
            self._told(said == "false")
