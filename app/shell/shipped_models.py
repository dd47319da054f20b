"""Whether the models that came with the packaged app are still there: a folder that is gone says nothing by itself."""

from __future__ import annotations

import sys
from pathlib import Path

from app import paths
from app.translation import tr

_LIST = "SHA256SUMS"
_MOST_NAMED = 2


def lost_models() -> tuple[str, ...]:
    """The ids of the models that the packaged app's list of files has, and its folder of models has not, in order; none
    where there is no list: in the source tree."""
    if not paths.frozen():
        return ()
    shipped = paths.shipped_models()
    top = Path(sys.executable).parent
    try:
        lines = (top / _LIST).read_text(encoding="utf-8").splitlines()
        inside = shipped.relative_to(top).as_posix()
    except (OSError, ValueError):  # also where it is no text
        return ()
    files = (line.partition("  ")[2] for line in lines)
    listed = {
        name.split("/")[-2] for name in files if name.startswith(f"{inside}/") and name.endswith("/manifest.json")
    }
    return tuple(sorted(model for model in listed if not (shipped / model / "manifest.json").is_file()))


def lost_words() -> str:
    """A sentence on those models and what to do; empty where all are there."""
    lost = lost_models()
    if not lost:
        return ""
    named, more = ", ".join(lost[:_MOST_NAMED]), len(lost) - _MOST_NAMED
    if more > 0:
        named = tr("{names} and {more} more").format(names=named, more=more)
    return tr(
        "Gone from the folder of models that came with Reverie: {names}. Unpack it again to have them back."
    ).format(names=named)
