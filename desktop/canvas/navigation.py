"""Moving the view by menus, keys, wheel, touchpad, and as the window changes its size."""

from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QNativeGestureEvent, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QTextEdit, QWidget

from desktop.canvas.sheet import Sheet
from desktop.canvas.viewport import Viewport

_WHEEL_NOTCH = 120
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class Navigation(QWidget):
    """A widget that sees one sheet through its viewport; without a sheet nothing happens.

    Signals: zoom_changed(zoom), 1 being a pixel of the document on a pixel of the display;
    view_changed() - any change of the view.
    """

    zoom_changed = Signal(float)
    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet: Sheet | None = None

    @property
    def viewport(self) -> Viewport | None:
        """How the document in front is seen."""
        return self._sheet.viewport if self._sheet else None

    @property
    def pixel(self) -> float:
        """Logical pixels of the canvas per pixel of the document."""
        return self._sheet.viewport.pixel if self._sheet else 1.0

    def transform(self) -> QTransform:
        """Document to canvas."""
        return self._sheet.viewport.transform() if self._sheet else QTransform()

    def _on_view(self) -> None:
        """Zoom, place, rotation or document changed."""
        if self._sheet is not None:
            self.zoom_changed.emit(self._sheet.viewport.zoom)
        self.view_changed.emit()
        self.update()

    # What menus and keys do with the view.

    @property
    def zoom(self) -> float:
        """Physical pixels of the display per pixel of the document."""
        return self._sheet.viewport.zoom if self._sheet else 1.0

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Another zoom about a point of the canvas, its middle unless given."""
        if self._sheet is not None:
            self._sheet.viewport.zoom_to(zoom, at)
            self._on_view()

    def zoom_by_steps(self, steps: int, at: QPointF | None = None) -> None:
        """Nearer by so many of the fixed steps, or further away below 0."""
        if self._sheet is not None:
            self.set_zoom(self._sheet.viewport.step(steps), at)

    def zoom_in(self) -> None:
        """One step nearer."""
        self.zoom_by_steps(1)

    def zoom_out(self) -> None:
        """One step further away."""
        self.zoom_by_steps(-1)

    def actual_size(self) -> None:
        """A pixel of the document on a pixel of the display."""
        self.set_zoom(1.0)

    def fit(self) -> None:
        """All of the document."""
        if self._sheet is not None:
            self._sheet.viewport.fit()
            self._on_view()

    def zoom_to_region(self, x: float, y: float, width: float, height: float) -> None:
        """That part of the document as large as the canvas allows."""
        if self._sheet is not None and width > 0 and height > 0:
            viewport, ratio = self._sheet.viewport, self.devicePixelRatioF()
            viewport.zoom_to(min(self.width() / width, self.height() / height) * ratio)
            viewport.center = QPointF(x + width / 2, y + height / 2)
            self._on_view()

    def pan(self, dx: float, dy: float) -> None:
        """Push the document by logical pixels."""
        if self._sheet is not None:
            self._sheet.viewport.pan(dx, dy)
            self._on_view()

    def rotate_by(self, degrees: float) -> None:
        """Turn the view clockwise."""
        if self._sheet is not None:
            self._sheet.viewport.rotate(degrees)
            self._on_view()

    def reset_rotation(self) -> None:
        """Upright again."""
        if self._sheet is not None:
            self.rotate_by(-self._sheet.viewport.rotation)

    def mirror(self) -> None:
        """Swap left and right of the view."""
        if self._sheet is not None:
            self._sheet.viewport.mirror()
            self._on_view()

    # Wheel and touchpad.

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms, finely with Ctrl, and moves sideways with Shift; a touchpad pans."""
        turned, keys = event.angleDelta(), event.modifiers()
        if event.phase() != Qt.ScrollPhase.NoScrollPhase and not keys & _CTRL:
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else turned / 4
            self.pan(moved.x(), moved.y())
        elif keys & _SHIFT:
            self.pan(turned.x() or turned.y(), 0)
        else:
            notches = (turned.y() or turned.x()) / _WHEEL_NOTCH  # Alt swaps the axes
            if keys & _CTRL or notches != int(notches):
                self.set_zoom(self.zoom * 1.1**notches, event.position())
            elif notches:
                self.zoom_by_steps(int(notches), event.position())
        event.accept()

    def _on_gesture(self, event: QNativeGestureEvent) -> None:
        kind = event.gestureType()
        if kind == Qt.NativeGestureType.ZoomNativeGesture:
            self.set_zoom(self.zoom * (1 + event.value()), event.position())
        elif kind == Qt.NativeGestureType.RotateNativeGesture:
            self.rotate_by(event.value())
        elif kind == Qt.NativeGestureType.SmartZoomNativeGesture:
            if self.zoom < 1:
                self.actual_size()
            else:
                self.fit()

    def event(self, event: QEvent) -> bool:
        """Gestures of a touchpad, and a move to a display of another density."""
        if isinstance(event, QNativeGestureEvent):
            self._on_gesture(event)
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._take_size()
        return super().event(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Keys follow the pointer, unless somebody is typing."""
        if not isinstance(QApplication.focusWidget(), QLineEdit | QTextEdit | QAbstractSpinBox):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().enterEvent(event)

    # Size.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit again, if it was fitted."""
        self._take_size()
        super().resizeEvent(event)

    def _take_size(self) -> None:
        if self._sheet is not None:
            self._sheet.viewport.resize(QSizeF(self.size()), self.devicePixelRatioF())
            self._on_view()
