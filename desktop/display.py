"""Whether a window can open here at all, asked before Qt is: Qt itself would end the process."""

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

_PACKAGES = (
    "libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1"
)


def absent() -> bool:
    """True on a Linux machine without a display, unless Qt has been told what to draw on."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in named)


def check_plugin() -> None:
    """Raise OSError where Qt's plugin for X11 lacks a library of the system."""
    through_x11 = os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY")
    if not through_x11 or os.environ.get("QT_QPA_PLATFORM", "xcb") != "xcb":
        return
    spec = importlib.util.find_spec("PySide6")
    if spec is not None and spec.origin is not None:
        plugin = Path(spec.origin).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
        if plugin.is_file():
            ctypes.CDLL(os.fspath(plugin))


def missing_library(error: BaseException) -> str | None:
    """A sentence where an import failed for want of a library of the system, None otherwise."""
    words = str(error).replace(":", " ").split()
    library = next((word for word in words if ".so" in word), None)
    if library is None:
        return None
    return (
        f"The window cannot open because this system lacks {library}. "
        f"On Debian and Ubuntu: sudo apt install {_PACKAGES}"
    )
