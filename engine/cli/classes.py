"""Classes as a person may name them."""

from __future__ import annotations

from engine.contracts.manifest import Manifest


def class_of(manifest: Manifest, given: str) -> str:
    """The name of a class that may have been given by its number."""
    names = manifest.class_names
    if given in names or not given.isdecimal() or int(given) >= len(names):
        return given
    return names[int(given)]
