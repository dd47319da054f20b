"""Who the packaged app is, to a desktop."""

from __future__ import annotations

from pathlib import Path

import engine

NAME = "Reverie"
APP_ID = "io.github.reverie.Reverie"
"""Names the .desktop file, the metainfo, the icon and, in `app.shell.start`, the window; whoever publishes the program
puts an address of theirs in its place."""
VERSION: str = engine.__version__
FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
