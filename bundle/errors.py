"""What can go wrong while the packaged app is built."""

from __future__ import annotations


class BundleError(Exception):
    """A sentence on what is wrong with the build, and one on what to do."""
