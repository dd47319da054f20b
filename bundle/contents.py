"""What goes into the packaged app and what stays out.  Read by the spec, checked again by `audit` when it is built."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

ABSENT = (
    *("torch", "onnx", "onnxscript", "safetensors", "engine.training"),
    *("pytest", "_pytest", "pytestqt", "hypothesis", "xdist", "mypy", "ruff", "importlinter", "grimp", "tests"),
)
"""Modules whose presence fails the build: training, and everything that tests."""

EXCLUDED = [
    *ABSENT,
    *("tkinter", "_tkinter", "turtle", "idlelib", "lib2to3", "ensurepip", "venv", "pydoc_data", "unittest", "doctest"),
    *("setuptools", "pkg_resources", "pip", "wheel", "PyInstaller"),
    *("matplotlib", "scipy", "pandas", "sympy", "IPython", "pyqtgraph"),
    *("pygments", "markdown_it", "mdurl"),  # rich colours code and renders Markdown with them; we do neither
    *("numpy.f2py", "numpy.distutils", "numpy.testing", "numpy._pyinstaller", "numpy.typing.mypy_plugin"),
    *("onnxruntime.tools", "onnxruntime.transformers", "onnxruntime.quantization", "onnxruntime.datasets"),
    *("onnxruntime.backend", "google.protobuf", "google"),
    *("PIL.ImageQt", "PIL.ImageTk", "PIL.ImageShow", "PIL._avif", "PIL.AvifImagePlugin", "PIL._imagingcms"),
    *("ssl", "_ssl", "_hashlib"),  # nothing here goes to the network; without OpenSSL, hashlib has its own SHA-256
    *("numpy._core._multiarray_tests", "_codecs_cn", "_codecs_hk", "_codecs_jp", "_codecs_kr", "_codecs_tw"),
    *(f"PySide6.Qt{module}" for module in ("Network", "Qml", "Quick", "QuickWidgets", "Sql", "Test", "Xml", "Help")),
    *(f"PySide6.Qt{module}" for module in ("Designer", "UiTools", "PrintSupport", "Concurrent", "DBus")),
]
"""Modules that PyInstaller is told to leave out."""

HIDDEN = ("secrets", "PySide6.QtSvg")
"""`numpy.random` imports `secrets` where PyInstaller does not see it; icons are drawn by QtSvg."""

PLUGINS = {
    "platforms": ("qxcb", "qwayland", "qoffscreen", "qwindows", "qcocoa"),
    "platformthemes": ("qxdgdesktopportal",),
    "imageformats": ("qsvg", "qjpeg"),
    "iconengines": ("qsvgicon",),
    "platforminputcontexts": ("composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"),
    "wayland-shell-integration": ("xdg-shell",),
    "wayland-decoration-client": ("bradient",),
    "styles": ("qwindowsvistastyle", "qmodernwindowsstyle", "qmacstyle"),
}
"""Qt's plug-ins that are used, by folder.  The window is painted by the processor, so no OpenGL integration is; the
gtk3 theme would bring all of GTK."""

_DROPPED = re.compile(
    r"^(?:PySide6/Qt/(?:translations|qml|resources|libexec)/"
    r"|(?:lib)?(?:gtk-3|gdk-3|gdk_pixbuf|atk-1|atk-bridge|atspi|cairo|pango|epoxy|colord|avif|krb5|gssapi|k5crypto)"
    r"|.*\.(?:pyi|h|hpp|c|pyx|pxd|cmake|prl|la|a)$"
    r"|.*/(?:tests?|test_data)/"
    r"|.*\.dist-info/(?:RECORD|INSTALLER|REQUESTED|WHEEL|direct_url\.json)$)"
)
SHEETS = ("card.md", "preview.png", "samples.png", "plane.png", "reconstructions.png", "truncation.png")
"""What a model's folder has for whoever reads the source tree: its card and the card's pictures.  The program draws its
card of the manifest."""
_PLUGIN = re.compile(r"(?:^|/)plugins/(?P<folder>[^/]+)/(?:lib)?(?P<name>[^/.]+)\.[^/]+$")


def is_wanted(destination: str) -> bool:
    """Whether a file belongs in the bundle, by its path there."""
    path = PurePosixPath(destination.replace("\\", "/"))
    if plugin := _PLUGIN.search(str(path)):
        return any(plugin["name"] == name for name in PLUGINS.get(plugin["folder"], ()))
    return not _DROPPED.match(str(path)) and not _DROPPED.match(path.name)


def hidden_imports(root: Path) -> list[str]:
    """Our own modules, for verbs, families and workspaces are imported by name; without training."""
    modules = []
    for top in ("app", "engine"):
        for path in sorted((root / top).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if not name.startswith("engine.training") and name != "app.__main__":
                modules.append(name)
    return [*modules, *HIDDEN]


def data_files(root: Path) -> list[tuple[str, str]]:
    """(source, folder in the bundle) of what the program reads beside its code; of models without their `SHEETS`."""
    return [
        (str(path), str(path.relative_to(root).parent))
        for top in ("assets", "onnx_models")
        for path in sorted((root / top).rglob("*"))
        if path.is_file() and path.name not in (".DS_Store", *SHEETS)
    ]
