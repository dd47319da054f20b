"""What a graph says of itself: the manifest that the exporter put into the file, held against the folder's."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.contracts.manifest import Manifest
from engine.errors import GraphMismatch

METADATA_KEY = "reverie.manifest"
"""The metadata property that holds it, JSON without graphs and figures."""


def check_size(file: str, metadata: Mapping[str, str], manifest: Manifest) -> None:
    """Raise `GraphMismatch` where the graph ``file`` was made for pictures of another size than the manifest says.

    A graph of convolutions runs at other sizes too, and would draw what it never learnt.  Files of other programs say
    nothing, and pass.
    """
    try:
        image = json.loads(metadata.get(METADATA_KEY, "{}")).get("image", {})
        made_for = image.get("height"), image.get("width")
    except (ValueError, RecursionError, AttributeError):
        return
    now = manifest.image.height, manifest.image.width
    if all(type(side) is int for side in made_for) and made_for != now:
        raise GraphMismatch(
            f"The graph {file} was made for pictures of {made_for[0]}x{made_for[1]} pixels, and manifest.json says "
            f"{now[0]}x{now[1]}.",
            "Correct its manifest.json, or export the model again.",
        )
