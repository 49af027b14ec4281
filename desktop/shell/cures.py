"""What the button beside a problem does: the word and the deed for each cure that it can name."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.editor import Editor
from desktop.shell import layering
from desktop.shell.action import T
from inference.values import Cure, Problem

if TYPE_CHECKING:
    from desktop.shell.strips import Strip
    from desktop.shell.window import Window


@dataclass(frozen=True)
class Deed:
    """A word for the button, and what it does with the window and the problem's subject.

    Where that gives False (the person closed the dialog), the trouble is still there.
    """

    text: str
    run: "Callable[[Window, str], object]"


def offer_cure(window: "Window", strip: "Strip", problem: Problem, editor: Editor | None) -> None:
    """Give a strip the button that cures its problem, where the window can do that.

    editor: whose problem it is, None where no document is open.
    """
    if problem.cure is None:
        return
    deed = CURES[problem.cure]

    def cure() -> object:
        if problem.cure not in WITHOUT_DOCUMENT:
            if editor not in window.studio.editors:
                return None  # it is closed, and so is the matter
            window.studio.set_current(editor)
        return deed.run(window, problem.subject)

    strip.add_button(QCoreApplication.translate("Cures", deed.text), cure)


def _export(window: "Window", what: str) -> object:
    return window.files.export_film() if what == "film" else window.files.export()


def _allow_cpu(window: "Window", _subject: str) -> None:
    window.studio.preferences.choose(allow_cpu=True)
    _try_again(window, "")


def _best_device(window: "Window", _subject: str) -> None:
    window.studio.preferences.choose(device="auto")
    _try_again(window, "")


def _try_again(window: "Window", _subject: str) -> None:
    for making in window.editor.makings:
        making.try_again()
    window.editor.filming.try_again()


# fmt: off
CURES: dict[Cure, Deed] = {
    Cure.UNLOCK_LAYER: Deed(T("Cures", "Unlock layer"),
                            lambda w, layer: layering.unlock(w.editor, layer)),
    Cure.SHOW_LAYER: Deed(T("Cures", "Show layer"),
                          lambda w, layer: layering.show(w.editor, layer)),
    Cure.NEW_LAYER: Deed(T("Cures", "New layer"), lambda w, _: layering.new(w.editor)),
    Cure.OPEN_ANOTHER: Deed(T("Cures", "Open another file …"), lambda w, _: w.files.open()),
    Cure.OPEN_COPY: Deed(T("Cures", "Open a copy"),
                         lambda w, path: w.studio.open_copy(Path(path))),
    Cure.OPEN_SAVED: Deed(T("Cures", "Open the saved version"),
                          lambda w, path: w.studio.open(Path(path))),
    Cure.SAVE_ELSEWHERE: Deed(T("Cures", "Save as …"), lambda w, _: w.files.save_as()),
    Cure.EXPORT_ELSEWHERE: Deed(T("Cures", "Export as …"), _export),
    Cure.FIND_CLIP: Deed(T("Cures", "Find the clip …"), lambda w, _: w.files.find_clip(w.editor)),
    Cure.OTHER_REFERENCE: Deed(T("Cures", "Choose a reference …"),
                               lambda w, _: w.files.open_reference()),
    Cure.OTHER_STYLE: Deed(T("Cures", "Choose another style …"), lambda w, _: w.files.open_style()),
    Cure.SHOW_MODELS: Deed(T("Cures", "Show models"), lambda w, _: w.show_page("models")),
    Cure.ALLOW_CPU: Deed(T("Cures", "Allow the CPU"), _allow_cpu),
    Cure.BEST_DEVICE: Deed(T("Cures", "Use the best device"), _best_device),
    Cure.TRY_AGAIN: Deed(T("Cures", "Try again"), _try_again),
}
# fmt: on

WITHOUT_DOCUMENT = (Cure.OPEN_ANOTHER, Cure.OPEN_COPY, Cure.OPEN_SAVED, Cure.SHOW_MODELS)
"""The others are done to the document whose problem it was, if that is still open."""
