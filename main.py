"""The door: no arguments or a file opens the window, a command word runs the command line."""

import gc
import os
import signal
import sys
import warnings

WINDOW_OPTIONS = ("--sample", "--measure-start")


def main(arguments: list[str]) -> int:
    """Open the window or run a command; returns the exit code."""
    if not _for_window(arguments):
        return _run_command(arguments)
    from desktop import display

    if "--measure-start" in arguments and display.absent():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if not display.absent():
        return _open_window(arguments)
    if "--sample" in arguments:
        return _run_command(["tour"])
    return _refuse(
        "There is no display to open the window on. "
        "`python main.py --help` shows what works without one."
    )


def _for_window(arguments: list[str]) -> bool:
    if not arguments or any(option in arguments for option in WINDOW_OPTIONS):
        return True
    return _is_file(arguments[0])


def _is_file(word: str) -> bool:
    """A file, numbered pictures (shot_%04d.png), or a folder of them: "shots/", not a bare word."""
    # no pathlib here: it takes a while, and Ctrl+C may come at any time
    folder, name = os.path.split(word)
    if os.path.isdir(word):  # noqa: PTH112
        return bool(folder)  # a folder may be called as a command is
    suffix = os.path.splitext(name)[1]  # noqa: PTH122
    return bool(suffix) and (os.path.isfile(word) or "%" in name or "#" in name)  # noqa: PTH113


def _run_command(arguments: list[str]) -> int:
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):  # an import cannot go on once it was broken off
        signal.signal(number, lambda received, _frame: asked.append(received))
    from desktop.cli.account import listen_for_stop
    from desktop.cli.main import main as run_command

    listen_for_stop(asked=bool(asked))
    return run_command(arguments)


def _open_window(arguments: list[str]) -> int:
    from desktop import display

    # Nothing of what is imported becomes garbage, so to look for it takes time for nothing; once
    # the window is built, the service looks after that.
    gc.disable()
    try:
        display.check_plugin()
        from desktop.app import main as run_window
    except (ImportError, OSError) as error:
        sentence = display.missing_library(error)
        if sentence is None:
            raise
        return _refuse(sentence)
    gc.freeze()
    return run_window(arguments)


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 2


def _start() -> int:
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # they are for developers
    try:
        if getattr(sys, "frozen", False):
            import multiprocessing

            multiprocessing.freeze_support()
        return main(sys.argv[1:])
    except KeyboardInterrupt:  # while something was still being imported
        _refuse("Cancelled.")
        return 130


if __name__ == "__main__":
    sys.exit(_start())
