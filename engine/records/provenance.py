"""What a picture was made with, and what it was: versions, machine, digest of its pixels."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import engine

PACKAGES = ("onnxruntime", "numpy")
"""What calculates: another version of these may round otherwise."""


def made_with() -> dict[str, str]:
    """Versions of what makes pictures here, and the kind of machine; nothing that tells whose it is."""
    return dict(_made_with())


@cache
def _made_with() -> tuple[tuple[str, str], ...]:
    versions = ((name, _version(name)) for name in PACKAGES)
    return ("reverie", engine.__version__), *versions, ("machine", _machine())


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"


def _machine() -> str:
    """System, architecture and processor: the kernels that ONNX Runtime takes depend on them."""
    return ", ".join(filter(None, (f"{platform.system()} {platform.machine()}".strip(), _processor())))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def pixels_sha256(pixels: NDArray[np.uint8]) -> str:
    """SHA-256 of display pixels, of one picture (H, W, C) or of several (N, H, W, C), in the order of their axes."""
    return hashlib.sha256(np.ascontiguousarray(pixels, np.uint8).data).hexdigest()
