"""The examples that ship: pictures with a part rubbed out (alpha 0 is unknown)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.translation import tr
from engine.errors import FileError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Example:
    """``models`` are the ids it suits; ``hint`` is said beside the picture while nobody has touched it."""

    id: str
    title: str
    path: Path
    models: tuple[str, ...]
    hint: str
    attribution: str

    def read(self) -> NDArray[np.uint8]:
        """(h, w, 4) uint8, transparent where unknown; read by Qt, since the first paint need not wait for Pillow."""
        from app.widgets.imaging import to_array  # here: the list itself is read before the first paint

        image = QImage(str(self.path))
        if image.isNull():
            raise FileError(
                tr("The example {name} cannot be read.").format(name=self.path.name),
                tr("Install Reverie again to have it back."),
            )
        return to_array(image)


def read_examples(folder: Path) -> tuple[Example, ...]:
    """The examples of ``folder/examples.json`` in their order; none if there is no such file."""
    try:
        content = json.loads((folder / "examples.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(
        Example(e["id"], e["title"], folder / e["file"], tuple(e["models"]), e["hint"], e["attribution"])
        for e in content["examples"]
    )


def suiting(examples: tuple[Example, ...], model: str) -> tuple[Example, ...]:
    """Those that suit the model of this id."""
    return tuple(e for e in examples if model in e.models)
