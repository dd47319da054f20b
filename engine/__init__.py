"""The engine's front door: everything the app, scripts and tests may use.

Names are resolved lazily (PEP 562), so that ``import engine`` loads neither NumPy nor ONNX Runtime, and the window,
which reads the catalogue before its first paint, never loads the runtime at all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.catalogue.decoders import decoder_manifest
    from engine.catalogue.installed import (
        broken_models,
        installed_classifiers,
        installed_models,
        latent_arrays,
        model_folder,
    )
    from engine.catalogue.references import References, read_references
    from engine.host.client import EngineProcess
    from engine.inference import InferenceEngine
    from engine.numerics.latents import lerp, normal_grid, plain_grid, principal_axes, slerp
    from engine.numerics.normal import inverse_normal_cdf, kl_divergence, normal_cdf
    from engine.numerics.planes import Plane, coordinate_plane, plane_through, spanned_plane

__version__ = "0.1.0"

_HOMES = {
    "EngineProcess": "engine.host.client",
    "InferenceEngine": "engine.inference",
    "Plane": "engine.numerics.planes",
    "References": "engine.catalogue.references",
    "broken_models": "engine.catalogue.installed",
    "coordinate_plane": "engine.numerics.planes",
    "decoder_manifest": "engine.catalogue.decoders",
    "installed_classifiers": "engine.catalogue.installed",
    "installed_models": "engine.catalogue.installed",
    "inverse_normal_cdf": "engine.numerics.normal",
    "kl_divergence": "engine.numerics.normal",
    "latent_arrays": "engine.catalogue.installed",
    "lerp": "engine.numerics.latents",
    "model_folder": "engine.catalogue.installed",
    "normal_cdf": "engine.numerics.normal",
    "normal_grid": "engine.numerics.latents",
    "plain_grid": "engine.numerics.latents",
    "plane_through": "engine.numerics.planes",
    "principal_axes": "engine.numerics.latents",
    "read_references": "engine.catalogue.references",
    "slerp": "engine.numerics.latents",
    "spanned_plane": "engine.numerics.planes",
}

__all__ = [
    "EngineProcess",
    "InferenceEngine",
    "Plane",
    "References",
    "broken_models",
    "coordinate_plane",
    "decoder_manifest",
    "installed_classifiers",
    "installed_models",
    "inverse_normal_cdf",
    "kl_divergence",
    "latent_arrays",
    "lerp",
    "model_folder",
    "normal_cdf",
    "normal_grid",
    "plain_grid",
    "plane_through",
    "principal_axes",
    "read_references",
    "slerp",
    "spanned_plane",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'engine' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
