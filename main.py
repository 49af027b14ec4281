"""The door: no arguments or a file opens the window, a command word runs the command line."""

import multiprocessing
import os
import sys
from pathlib import Path

WINDOW_OPTIONS = ("--sample", "--measure-start")


def main(arguments: list[str]) -> int:
    """Open the window or run a command; returns the exit code."""
    if not _for_window(arguments):
        from desktop.cli import main as run_command

        return run_command(arguments)
    if "--measure-start" in arguments and _no_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if _no_display():
        return _without_display(arguments)
    return _open_window(arguments)


def _for_window(arguments: list[str]) -> bool:
    if not arguments or any(option in arguments for option in WINDOW_OPTIONS):
        return True
    first = Path(arguments[0])
    return bool(first.suffix) and first.is_file()  # a command word has no suffix


def _no_display() -> bool:
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in named)


def _without_display(arguments: list[str]) -> int:
    if "--sample" in arguments:
        from desktop.cli import main as run_command

        return run_command(["tour"])
    return _refuse(
        "There is no display to open the window on. "
        "`python main.py --help` shows what works without one."
    )


def _open_window(arguments: list[str]) -> int:
    try:
        _check_platform_plugin()
        from desktop.app import main as run_window
    except (ImportError, OSError) as error:
        if ".so" not in str(error):
            raise
        return _refuse(_missing_library(str(error)))
    return run_window(arguments)


def _check_platform_plugin() -> None:
    """Raise OSError where Qt's X11 plugin lacks a library: Qt itself would end the process."""
    if not sys.platform.startswith("linux") or not os.environ.get("DISPLAY"):
        return
    if os.environ.get("QT_QPA_PLATFORM", "xcb") != "xcb" or os.environ.get("WAYLAND_DISPLAY"):
        return
    import ctypes

    import PySide6

    plugin = Path(PySide6.__path__[0]) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if plugin.is_file():
        ctypes.CDLL(os.fspath(plugin))


def _missing_library(reason: str) -> str:
    words = reason.replace(":", " ").split()
    library = next((word for word in words if ".so" in word), "a library")
    return (
        f"The window cannot open because the system lacks {library}. On Debian and Ubuntu: "
        "sudo apt install libegl1 libgl1 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 "
        "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1"
    )


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 2


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main(sys.argv[1:]))
