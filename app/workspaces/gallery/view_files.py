"""Asking where pictures go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.translation import tr
from app.workspaces.gallery.outgoing import as_kind, as_target


def ask_for_file(parent: QWidget, kind: str, name: str, count: int) -> Path | None:
    """A file for ``count`` pictures of this kind, ``name`` to begin with; None where a person thought better of it."""
    path, _ = QFileDialog.getSaveFileName(parent, tr("Save"), str(Path.home() / name))
    return Path(path) if path and _may_write(parent, Path(path), as_target(Path(path), as_kind(kind, count))) else None


def _may_write(parent: QWidget, typed: Path, target: Path) -> bool:
    """Ask before another file is replaced than the one that the dialog has asked about."""
    if target == typed or not target.exists():
        return True
    yes = QMessageBox.StandardButton.Yes
    return QMessageBox.question(parent, "Save", f"{target.name} is there already. Replace it?") == yes
