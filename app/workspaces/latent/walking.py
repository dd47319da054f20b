"""The verbs of a path through latent space: its key pictures, playing it, and writing it to files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from app.documents.latent_path import KINDS, MAX_KEYS, LatentPath
from app.workspaces.latent import words
from app.workspaces.latent.desk import Desk
from app.workspaces.latent.encoding import Encoding
from app.workspaces.latent.exporting import EXPORTS, export_of

LEG_MS, TICK_MS = 1600.0, 16.0
"""How long one goes from a key to the next, and how often the point moves."""


class Walking(Encoding):
    """Paths through latent space."""

    # --- keys

    def add_key(self) -> None:
        """Put the point at the end of the path."""
        desk = self._input()
        if desk is None:
            return
        path = desk.now.path.with_key(np.asarray(desk.now.z, np.float64))
        if path is desk.now.path:
            self._say(words.too_many_keys(MAX_KEYS))
            return
        self._repath(desk, path)

    def remove_key(self, index: int) -> None:
        """Take a key out of the path."""
        desk = self._input()
        if desk is not None and 0 <= index < len(desk.now.path.keys):
            self._repath(desk, desk.now.path.without_key(index))

    def shift_key(self, index: int, by: int) -> None:
        """Move a key along the line."""
        desk = self._input()
        if desk is not None:
            self._repath(desk, desk.now.path.with_key_moved(index, by))

    def go_to_key(self, index: int) -> None:
        """Bring the point to a key."""
        desk = self._input()
        if desk is not None and 0 <= index < len(desk.now.path.keys):
            self._halt()
            self._went(desk.now.with_z(desk.now.path.keys[index]))

    def set_path_kind(self, kind: str) -> None:
        """Go on great circles or straight."""
        desk = self._input()
        if desk is not None and kind in KINDS and kind != desk.now.path.kind:
            self._repath(desk, replace(desk.now.path, kind=kind))

    def set_path_loop(self, loop: bool) -> None:
        """Lead from the last key back to the first, or not."""
        desk = self._input()
        if desk is not None and loop != desk.now.path.loop:
            self._repath(desk, replace(desk.now.path, loop=loop))

    def _repath(self, desk: Desk, path: LatentPath) -> None:
        self._halt()
        if path is not desk.now.path:
            self._went(replace(desk.now, path=path))
        self._publish()

    # --- playing

    def toggle_walk(self) -> None:
        """Walk along the path, or stand."""
        desk = self._input()
        if desk is None:
            return
        if self._walk.playing:
            self._halt()
        elif not desk.now.path.legs:
            self._message = words.NO_PATH
        else:
            at_end = desk.now.walked >= 1.0 and not desk.now.path.loop
            self._walk.position = 0.0 if at_end else desk.now.walked
            self._walk.since_ms = self._clock.now_ms()
            self._walk.number += 1
            self._walk.timer = self._clock.call_later(TICK_MS, self._tick)
        self._publish()

    def scrub(self, position: float, final: bool = True) -> None:
        """Stand at a place of the path, in [0, 1]."""
        desk = self._input()
        if desk is None or not desk.now.path.legs:
            return
        self._halt()
        self._stand(desk, position, "scrub")
        if final:
            desk.history.seal()

    def _tick(self) -> None:
        desk = self._desk
        if desk is None or not self._walk.playing or not desk.now.path.legs:
            self._halt()
            return
        now = self._clock.now_ms()
        position = self._walk.position + (now - self._walk.since_ms) / (LEG_MS * desk.now.path.legs)
        self._walk.since_ms = now
        if position >= 1.0 and not desk.now.path.loop:
            self._halt()
            self._stand(desk, 1.0, f"walk:{self._walk.number}")
            return
        self._walk.timer = self._clock.call_later(TICK_MS, self._tick)
        self._stand(desk, position % 1.0, f"walk:{self._walk.number}")

    def _stand(self, desk: Desk, position: float, merge_key: str) -> None:
        self._walk.position = min(max(position, 0.0), 1.0)
        there = desk.now.with_z(desk.now.path.at(self._walk.position))
        desk.hint = ""
        self._push(replace(there, walked=self._walk.position), merge_key)

    # --- files

    def export(self, kind: str, target: Path) -> None:
        """Decode the path and write it: a ``png`` strip, a ``gif`` film, or an ``npz`` of points and pictures."""
        desk = self._input()
        if desk is None or not desk.now.path.legs or kind not in EXPORTS:
            self._say(words.NO_PATH)
            return
        export = export_of(desk, kind, target)
        self._exports.start(export)
        self._say(words.exporting(export.target.name))
