"""Who the packaged app is, to a desktop."""

from __future__ import annotations

from pathlib import Path

import engine

NAME = "Reverie"
APP_ID = "io.github.reverie.Reverie"
"""Names the .desktop file, the metainfo, the icon and, in `app.shell.start`, the window; whoever publishes the program
puts an address of theirs in its place."""
SCENE_TYPE = "application/x-reverie-scene"
"""The MIME type of scenes, the files that end in .reverie; its icon is named as a desktop expects it."""
SCENE_ICON = SCENE_TYPE.replace("/", "-")
VERSION: str = engine.__version__
FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
