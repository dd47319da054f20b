"""What must be there before Qt is imported: Python itself, a screen, and the system's libraries.

Qt answers each of these with an abort or a traceback; this module answers with a sentence and its remedy.  Standard
library only, so that ``./run`` can ask it before anything is installed::

    python app/preflight.py --packages             the apt packages that are missing, one a line
    python app/preflight.py --check window         exit 2 and one sentence if the window could not open

It must be readable by a Python that is too old for the rest, so that it can say so: no syntax newer than 3.8.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from typing import Callable, Mapping, NamedTuple, Sequence  # noqa: UP035 -- see above

OLDEST_PYTHON = (3, 11)


class Library(NamedTuple):
    """A shared library that Qt loads, and the Debian package that it is in."""

    soname: str
    package: str


class Problem(NamedTuple):
    """What is missing, and what to do about it: one sentence each."""

    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}"


DRAWING = (
    Library("libglib-2.0.so.0", "libglib2.0-0"),
    Library("libGL.so.1", "libgl1"),
    Library("libEGL.so.1", "libegl1"),
    Library("libfontconfig.so.1", "libfontconfig1"),
    Library("libxkbcommon.so.0", "libxkbcommon0"),
    Library("libdbus-1.so.3", "libdbus-1-3"),
)
"""What Qt's drawing needs, with or without a screen."""

X11 = (
    Library("libxcb-cursor.so.0", "libxcb-cursor0"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    Library("libxcb-shape.so.0", "libxcb-shape0"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
)
"""What a window on X11 needs besides."""

WAYLAND = (
    Library("libwayland-client.so.0", "libwayland-client0"),
    Library("libwayland-cursor.so.0", "libwayland-cursor0"),
)
"""What a window on Wayland without X11 needs besides."""

XCB = Library("libxcb.so.1", "libxcb1")
OUTSIDE = ("libGL.so.1", "libEGL.so.1", *(library.soname for library in WAYLAND))
"""What the packaged app leaves to the system, besides `XCB`: it belongs to the screen's drivers."""


def loads(soname: str) -> bool:
    """Whether the system's loader finds this library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def needed(environ: Mapping[str, str], window: bool = True) -> Sequence[Library]:
    """The libraries that Qt will load: those of the platform that it will choose in this environment."""
    platform = environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    if not window or platform in ("offscreen", "minimal"):
        return DRAWING
    only_wayland = bool(environ.get("WAYLAND_DISPLAY")) and not environ.get("DISPLAY")
    if platform.startswith("wayland") or (not platform and only_wayland):
        return DRAWING + WAYLAND
    return DRAWING + X11


def needed_by_the_bundle(environ: Mapping[str, str], window: bool = True) -> Sequence[Library]:
    """Those of them that the packaged app does not carry."""
    libraries = needed(environ, window)
    carried_not = tuple(library for library in libraries if library.soname in OUTSIDE)
    return (*carried_not, XCB) if X11[0] in libraries else carried_not


def missing(libraries: Sequence[Library], load: Callable[[str], bool] = loads) -> Sequence[Library]:
    """Those of the libraries that do not load."""
    return [library for library in libraries if not load(library.soname)]


def python_problem(version: Sequence[int] = sys.version_info[:3]) -> Problem | None:
    """A Python too old, in words."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return None
    return Problem(
        f"Reverie needs Python 3.11 or newer, and this is Python {version[0]}.{version[1]}.",
        "Install a newer Python, or name one in REVERIE_PYTHON and use ./run.",
    )


def screen_problem(environ: Mapping[str, str], system: str = sys.platform) -> Problem | None:
    """No screen, in words; only Linux can be without one and not say so itself."""
    if system != "linux" or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return None
    return Problem(
        "There is no screen here: DISPLAY and WAYLAND_DISPLAY are both empty.",
        "Start the window in a desktop session; the command line (`reverie models`, `reverie complete`) needs none.",
    )


def x_server_answers() -> bool:
    """Whether the X server that ``DISPLAY`` names lets us in; True where that cannot be asked."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused


def server_problem(
    environ: Mapping[str, str], answers: Callable[[], bool] = x_server_answers, system: str = sys.platform
) -> Problem | None:
    """An X server that does not answer, in words; where there is Wayland too, Qt finds its own way."""
    if system != "linux" or environ.get("WAYLAND_DISPLAY") or needed(environ) != DRAWING + X11 or answers():
        return None
    return Problem(
        f"The screen that DISPLAY names ({environ.get('DISPLAY', '')}) does not answer.",
        "Start the window in a desktop session; the command line (`reverie models`, `reverie complete`) needs none.",
    )


def library_problem(
    libraries: Sequence[Library], load: Callable[[str], bool] = loads, system: str = sys.platform
) -> Problem | None:
    """System libraries that are missing, in words, with the line that installs them."""
    if system != "linux":
        return None
    lost = missing(libraries, load)
    if not lost:
        return None
    return Problem(
        "Qt needs system libraries that are missing: " + ", ".join(library.soname for library in lost) + ".",
        "Install them with: sudo apt-get install " + " ".join(library.package for library in lost)
        if shutil.which("apt-get")
        else "Install your system's packages that hold them.",
    )


def problem(environ: Mapping[str, str] = os.environ, window: bool = True) -> Problem | None:
    """The first thing that keeps the window (or, without ``window``, Qt without a screen) from starting, or None."""
    found = python_problem()
    if found is None and window:
        found = screen_problem(environ)
    if found is None:
        packaged = getattr(sys, "frozen", False)
        found = library_problem(needed_by_the_bundle(environ, window) if packaged else needed(environ, window))
    if found is None and window:
        found = server_problem(environ)
    return found


def main(arguments: Sequence[str]) -> int:
    """The two questions of ``./run``."""
    if list(arguments) == ["--packages"]:
        sys.stdout.write("".join(library.package + "\n" for library in missing(DRAWING + X11)))
        return 0
    if len(arguments) == 2 and arguments[0] == "--check" and arguments[1] in ("window", "offscreen"):
        found = problem(window=arguments[1] == "window")
        if found is not None:
            sys.stderr.write(str(found) + "\n")
        return 2 if found else 0
    sys.stderr.write("usage: preflight.py --packages | --check window|offscreen\n")
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
