"""The program as `python main.py` starts it, with somebody at it who does what the arguments say.

    crashing.py work PICTURE   opens, colours and adds a layer, says "ready", waits to be killed
    crashing.py recover OUT    takes the offer in the strip, writes what is seen, ends
    crashing.py bug PICTURE    changes something, then a slot fails; prints what was kept and told

Prints one line of JSON. Folders are those of the environment.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QPushButton

from desktop import app
from desktop.shell.window import Window

Script = Iterator[Callable[[], object]]
"""Yields what has to come true before it goes on."""


def work(window: Window, picture: str) -> Script:
    """Colour a picture, add a layer, and wait until the autosave has both."""
    window.studio.open(Path(picture))
    yield lambda: window.studio.current
    editor = window.editor
    editor.coloring.run()
    yield lambda: not editor.coloring.busy and not editor.busy
    window.actions_.run("layer.new")
    done = time.time()
    yield lambda: any(path.stat().st_mtime > done for path in manifests()) and not editor.busy
    say(digest=digest_of(window))
    yield lambda: False


def recover(window: Window, _: str) -> Script:
    """Take the offer."""
    yield lambda: window.strips.shown()
    [strip] = window.strips.shown()
    words = strip.findChild(QLabel).text()
    next(b for b in strip.findChildren(QPushButton) if b.property("primary")).click()
    yield lambda: window.studio.current and not window.studio.background.busy
    editor = window.editor
    say(
        words=words,
        digest=digest_of(window),
        layers=[layer.name for layer in editor.document.walk()],
        modified=editor.modified,
        strips=len(window.strips.shown()),
    )
    sys.stdout.flush()
    window.studio.close(editor)
    window.close()


def bug(window: Window, picture: str) -> Script:
    """Change something, then fail in a slot."""
    window.studio.open(Path(picture))
    yield lambda: window.studio.current
    window.actions_.run("layer.new")
    assert not manifests()
    QTimer.singleShot(0, window, fail)
    yield lambda: window.strips.shown()
    [strip] = window.strips.shown()
    window.actions_.run("layer.new")  # the person goes on
    kept = len(manifests())
    say(words=strip.findChild(QLabel).text(), detail=strip.detail, kept=kept)
    window.studio.close(window.editor)
    window.close()


def fail() -> None:
    """What is wrong in here is not the matter."""
    raise LookupError("a mistake of ours")


def manifests() -> list[Path]:
    """One for each document that is kept aside."""
    return list(app.state_folder().glob("*/manifest.json"))


def digest_of(window: Window) -> str:
    """What is seen, in short."""
    return hashlib.sha256(window.editor.document.flatten().pixels.tobytes()).hexdigest()


def say(**values: object) -> None:
    """One line for the test."""
    print(json.dumps(values), flush=True)


def main() -> int:
    """Let the program begin as always, then have the script go on with every beat of a timer."""
    act = {"work": work, "recover": recover, "bug": bug}[sys.argv[1]]
    begin = app._after_shown

    def begin_and_act(window: Window, *others: object) -> None:
        begin(window, *others)
        script = act(window, sys.argv[2])
        waiting = [next(script)]

        def beat() -> None:
            if waiting[0]():
                following = next(script, None)
                if following is None:
                    timer.stop()
                else:
                    waiting[0] = following

        timer = QTimer(window, interval=20)
        timer.timeout.connect(beat)
        timer.start()

    app._after_shown = begin_and_act
    return app.main([])


if __name__ == "__main__":
    sys.exit(main())
