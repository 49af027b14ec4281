"""The status bar: size, zoom, the colour under the cursor; jobs, device, memory."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QToolButton, QWidget

from desktop.canvas.view import CanvasView
from desktop.editor import Editor
from desktop.studio import Studio
from desktop.widgets.theme import tokens_of
from inference import device as devices
from inference.values import RGB, Problem

MEMORY_EVERY_MS = 2000
FIRST_MS = 50
"""The first time after the window is up: what counts memory takes a while to import."""


class StatusBar(QStatusBar):
    """Signals: jobs_asked() - show the list of jobs; zoom_asked() - the zoom was clicked."""

    jobs_asked = Signal()
    zoom_asked = Signal()

    def __init__(self, studio: Studio, canvas: CanvasView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.setSizeGripEnabled(False)
        self._size = self._field(self.tr("Size of the document"))
        self._zoom = self._button(self.tr("Zoom; click for actual pixels"), self.zoom_asked)
        self._swatch = _Swatch()
        self._color = self._field(self.tr("Colour under the cursor"))
        self._jobs = self._button(self.tr("Jobs; click for the list"), self.jobs_asked)
        self._device = self._field(self.tr("Device in use"))
        self._memory = self._field(self.tr("Memory in use by Grisaille"))
        for widget in (self._size, self._zoom, self._swatch, self._color):
            self.addWidget(widget)
        for widget in (self._jobs, self._device, self._memory):
            self.addPermanentWidget(widget)
        studio.current_changed.connect(self._on_current)
        studio.service.job_added.connect(self._on_job)
        studio.service.torch_ready.connect(self._on_torch)
        studio.preferences.changed.connect(self._on_preference)
        studio.opening_told.connect(self.showMessage, Qt.ConnectionType.QueuedConnection)
        studio.working_changed.connect(self._on_working)
        canvas.zoom_changed.connect(self._show_zoom)
        canvas.cursor_moved.connect(lambda _x, _y, rgb: self._show_color(rgb))
        self._timer = QTimer(self, interval=MEMORY_EVERY_MS)
        self._timer.timeout.connect(self._show_memory)
        self._timer.start()
        self._editor: Editor | None = None
        self._torch_is_there = False
        self._on_current(None)
        self._show_jobs()
        QTimer.singleShot(FIRST_MS, self, self._show_memory)

    def stop(self) -> None:
        """The window closes."""
        self._timer.stop()

    def _field(self, help_text: str) -> QLabel:
        label = QLabel()
        label.setToolTip(help_text)
        label.setAccessibleName(help_text)
        return label

    def _button(self, help_text: str, clicked: SignalInstance) -> QToolButton:
        button = QToolButton()
        button.setObjectName("status-button")
        button.setToolTip(help_text)
        button.setAccessibleName(help_text)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(clicked)
        return button

    def _on_current(self, editor: Editor | None) -> None:
        if self._editor is not None:
            self._editor.document.resized.disconnect(self._show_size)
        self._editor = editor
        if editor is not None:
            editor.document.resized.connect(self._show_size)
        for widget in (self._size, self._zoom):
            widget.setVisible(editor is not None)
        self._show_color(None)
        self._show_size()

    def _show_size(self) -> None:
        if self._editor is not None:
            document = self._editor.document
            self._size.setText(
                self.tr("{width} × {height} px, {depth} bit").format(
                    width=document.width, height=document.height, depth=document.depth
                )
            )

    def _show_zoom(self, zoom: float) -> None:
        percent = 100 * zoom
        self._zoom.setText(f"{percent:.1f} %" if percent < 20 else f"{percent:.0f} %")

    def _show_color(self, rgb: RGB | None) -> None:
        self._swatch.show_color(rgb)
        self._color.setText(color_text(rgb) if rgb else "")

    def _on_job(self, job: object) -> None:
        job.state_changed.connect(self._show_jobs)  # type: ignore[attr-defined]
        self._show_jobs()

    def _show_jobs(self) -> None:
        count = sum(not job.ended for job in self._studio.service.jobs)
        words = {0: self.tr("No jobs"), 1: self.tr("1 job")}
        self._jobs.setText(words.get(count, self.tr("{} jobs").format(count)))

    def _on_working(self, working: bool) -> None:
        if not working:
            self.clearMessage()  # what was being opened is there

    def _on_torch(self) -> None:
        self._torch_is_there = True
        self._show_device()

    def _on_preference(self, name: str) -> None:
        if name == "device":
            self._show_device()

    def _show_device(self) -> None:
        """The name of the device; to ask before torch is there would wait for it."""
        if not self._torch_is_there:
            return
        try:
            name = devices.name(devices.resolve(self._studio.preferences.values.device))
        except Problem as problem:
            name = self.tr("No such device")
            self._device.setToolTip(str(problem))
        self._device.setText(name)

    def _show_memory(self) -> None:
        used, _ = devices.memory("cpu")
        self._memory.setText(f"{used / 1e9:.1f} GB" if used >= 1e9 else f"{used / 1e6:.0f} MB")


class _Swatch(QWidget):
    """The colour under the cursor, as a small square."""

    def __init__(self) -> None:
        super().__init__()
        self._color: QColor | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(14, 14)

    def show_color(self, rgb: RGB | None) -> None:
        self._color = QColor(*rgb) if rgb else None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._color is not None:
            painter = QPainter(self)
            painter.setPen(QColor(tokens_of(self.palette()).line))
            painter.setBrush(self._color)
            painter.drawRect(0, 0, 13, 13)


def color_text(rgb: RGB) -> str:
    """A colour as numbers: sRGB 0..255, and CIE Lab."""
    import numpy as np

    from inference.media.color import srgb_to_lab

    light, a, b = srgb_to_lab(np.array(rgb, np.float32) / 255).tolist()
    red, green, blue = rgb
    return f"RGB {red} {green} {blue}   Lab {light:.0f} {a:+.0f} {b:+.0f}".replace("-", "−")
