"""Where things are: what ships with the program, and what belongs to the person.

In the source tree, ``assets`` and ``onnx_models`` lie beside the packages; in a packaged app they lie in the bundle's
folder.  The person's own folders are the platform's customary ones, or all under ``REVERIE_HOME`` when that is set (a
portable installation, a test).  Nothing here creates a folder; who writes, makes it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APP = "reverie"
WINDOW = "REVERIE_WINDOW"
"""Names the environment variable that holds a further window's number."""


def frozen() -> bool:
    """Whether this is the packaged app and not the source tree."""
    return bool(getattr(sys, "frozen", False))


def program_folder() -> Path:
    """What the program ships with lies in here."""
    if frozen():
        return Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent))
    return Path(__file__).resolve().parents[1]


def assets() -> Path:
    """Icons, examples, lessons."""
    return program_folder() / "assets"


def shipped_models() -> Path:
    """The models that ship with the program, one folder each."""
    return program_folder() / "onnx_models"


def own_models() -> Path:
    """The models that the person added."""
    return data() / "models"


def model_folders() -> tuple[Path, ...]:
    """Where models are looked for: ``REVERIE_MODELS`` (folders separated as in PATH), the person's own, the shipped."""
    extra = os.environ.get("REVERIE_MODELS", "")
    return (*(Path(p) for p in extra.split(os.pathsep) if p), own_models(), shipped_models())


def config() -> Path:
    """Settings."""
    return _home("config") or platformdirs.user_config_path(APP, appauthor=False)


def data() -> Path:
    """What the person made or added and did not save elsewhere."""
    return _home("data") or platformdirs.user_data_path(APP, appauthor=False)


def kept_pictures() -> Path:
    """The pictures that the person starred, labelled or collected: one file for all windows."""
    return data() / "kept-pictures.sqlite3"


def state() -> Path:
    """What may be lost without harm but should survive a restart: recovery files; every further window has its own."""
    folder = _home("state") or platformdirs.user_state_path(APP, appauthor=False)
    window = os.environ.get(WINDOW, "")
    return folder / f"window-{window}" if window else folder


def logs() -> Path:
    """The engine process's and the window's logs."""
    return _home("log") or platformdirs.user_log_path(APP, appauthor=False)


def settings_file() -> Path:
    """What `app.settings` reads and writes."""
    return config() / "settings.json"


def _home(kind: str) -> Path | None:
    home = os.environ.get("REVERIE_HOME", "")
    return Path(home) / kind if home else None
