"""The primary button of a page: it asks for the work, shows how far it is, and stops it."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.widgets.progress_button import ProgressButton
from inference.request import Progress

BUSY_AFTER_MS = 300
"""Work that is over sooner does not turn the button into Cancel; it would only flicker."""


class WorkButton(ProgressButton):
    """Signals: run_asked(), cancel_asked()."""

    run_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, verb: str, cancel: str, parent: QWidget | None = None) -> None:
        super().__init__(verb, parent)
        self._verb, self._cancel = verb, cancel
        self._actions: tuple[QAction, QAction] | None = None
        self._busy_shown = False
        self._progress = Progress()
        self._soon = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._soon.timeout.connect(lambda: self._show_busy(busy=True))
        self.clicked.connect(self._ask)

    def offer(self, run: QAction, cancel: QAction) -> None:
        """Tell the keys of these actions in the tooltip."""
        self._actions = run, cancel
        run.changed.connect(self._show)  # it may get other keys
        self._show()

    def begin_with(self, *, busy: bool) -> None:
        """Another thing is shown, at work or not."""
        self._soon.stop()
        self._progress = Progress()
        self._show_busy(busy=busy)

    def follow_busy(self, busy: bool) -> None:
        """The work began, or ended."""
        if not busy:
            self._soon.stop()
            self._show_busy(busy=False)
        elif not self._busy_shown and not self._soon.isActive():
            self._progress = Progress()
            self._soon.start()

    def follow_progress(self, progress: Progress) -> None:
        """The work went on."""
        self._progress = progress
        if self._busy_shown:
            self._show()

    def _show_busy(self, *, busy: bool) -> None:
        self._busy_shown = busy
        self._show()

    def _show(self) -> None:
        fraction = self._progress.fraction
        text = self._verb
        if self._busy_shown:
            text = self._cancel
            if fraction is not None:
                text += self.tr(" · {percent} %").format(percent=round(100 * fraction))
        self.setText(text)
        action = self._actions[self._busy_shown] if self._actions else None
        self.setToolTip(action.toolTip() if action else "")
        self.show_progress(self._busy_shown, fraction)

    def _ask(self) -> None:
        (self.cancel_asked if self._busy_shown else self.run_asked).emit()
