"""The engine's front door: everything the app, scripts and tests may use.

Names are resolved lazily (PEP 562), so that ``import engine`` loads neither NumPy nor ONNX Runtime, and the window,
which reads the catalogue before its first paint, never loads the runtime at all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.catalogue.installed import broken_models, installed_models, model_folder
    from engine.host.client import EngineProcess
    from engine.inference import InferenceEngine

__version__ = "0.1.0"

_HOMES = {
    "EngineProcess": "engine.host.client",
    "InferenceEngine": "engine.inference",
    "broken_models": "engine.catalogue.installed",
    "installed_models": "engine.catalogue.installed",
    "model_folder": "engine.catalogue.installed",
}

__all__ = ["EngineProcess", "InferenceEngine", "broken_models", "installed_models", "model_folder"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'engine' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
