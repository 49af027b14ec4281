"""The canvas: shows the document in front, moves the view, hands the pointer to the tool."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTabletEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QTextEdit, QWidget

from desktop.canvas.holds import DragSplit, Hold, Pan, Scale, Turn, UseTool
from desktop.canvas.overlays import Split, checkerboard
from desktop.canvas.progress import ProgressLine
from desktop.canvas.sheet import Sheet
from desktop.canvas.viewport import Viewport
from desktop.editor import Editor
from desktop.studio import Studio
from desktop.theme import SURROUND_18, tokens_of
from desktop.tools import tool_class
from desktop.tools.picking import color_at
from desktop.tools.tool import NO_KEYS, Pointer, Tool
from inference.features import Progress

PAINT_BUDGET_S = 0.010
"""So long may one paint render tiles; the rest follows in the next."""
_WHEEL_NOTCH = 120
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class CanvasView(QWidget):
    """Follows the studio: its document in front, its tool in hand.

    Signals: zoom_changed(zoom), 1 being a pixel of the document on a pixel of the display;
    cursor_moved(x, y, rgb or None), rgb being None outside of the document;
    view_changed() - rotation, mirror, split line, selection outline.
    """

    zoom_changed = Signal(float)
    cursor_moved = Signal(float, float, object)
    view_changed = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.pointer: Pointer | None = None
        self.outline_shown = True
        self.split = Split()
        self._sheets: dict[Editor, Sheet] = {}
        self._sheet: Sheet | None = None
        self._tool: Tool | None = None
        self._hold: Hold | None = None
        self._space = False
        self._before_only = False
        self._progress = ProgressLine(self)
        self._progress.cancelled.connect(self._cancel_job)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(self.tr("The picture, as large as the zoom shows it."))
        studio.current_changed.connect(self._on_current)
        studio.editor_closed.connect(self._on_closed)
        studio.tool_changed.connect(self._on_tool)
        studio.brush.changed.connect(self.update)
        studio.preferences.changed.connect(self._on_preference)
        self._on_current(studio.current)

    # What is shown.

    @property
    def editor(self) -> Editor:
        """The editor in front; only while there is one."""
        assert self._sheet is not None
        return self._sheet.editor

    @property
    def tool(self) -> Tool | None:
        """The tool in hand on the document in front."""
        return self._tool

    @property
    def viewport(self) -> Viewport | None:
        """How the document in front is seen."""
        return self._sheet.viewport if self._sheet else None

    def _on_current(self, editor: Editor | None) -> None:
        if self._sheet is not None:
            self._sheet.editor.coloring.busy_changed.disconnect(self._on_busy)
            self._sheet.editor.coloring.progress_changed.disconnect(self._on_progress)
        self._put_tool_away()
        self._sheet = None
        if editor is not None:
            self._sheet = self._sheet_of(editor)
            self._sheet.viewport.resize(QSizeF(self.size()), self.devicePixelRatioF())
            editor.coloring.busy_changed.connect(self._on_busy)
            editor.coloring.progress_changed.connect(self._on_progress)
            self._on_tool(self.studio.tool)
        self._on_busy(editor is not None and editor.coloring.busy)
        self._on_view()

    def _sheet_of(self, editor: Editor) -> Sheet:
        if editor not in self._sheets:
            sheet = self._sheets[editor] = Sheet(editor, self)
            sheet.changed.connect(self.update)
            sheet.resized.connect(self._on_view)
        return self._sheets[editor]

    def _on_closed(self, editor: Editor) -> None:
        if editor in self._sheets:
            self._sheets.pop(editor).close()

    def _on_tool(self, name: str) -> None:
        self._put_tool_away()
        if self._sheet is not None:
            self._tool = tool_class(name)(self)
        self._show_cursor()
        self.update()

    def _put_tool_away(self) -> None:
        if self._tool is not None:
            self._tool.cancel()
        self._tool = self._hold = None

    def _on_view(self) -> None:
        """Zoom, place, rotation or document changed."""
        if self._sheet is not None:
            self.zoom_changed.emit(self._sheet.viewport.zoom)
        self.view_changed.emit()
        self.update()

    def _on_preference(self, name: str) -> None:
        if name == "surround_18":
            self.update()

    # The job of the document in front.

    def _on_busy(self, busy: bool) -> None:
        if busy and self._progress.isHidden():
            self._progress.begin()
        self._progress.setVisible(busy)

    def _on_progress(self, progress: Progress) -> None:
        self._progress.show_progress(progress)

    def _cancel_job(self) -> None:
        if self._sheet is not None:
            self._sheet.editor.coloring.cancel()

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

    def set_split(self, shown: bool) -> None:
        """Show the line between before and after."""
        self.split.shown = shown
        self._on_view()

    def show_before(self, on: bool) -> None:
        """Show the picture before it was coloured, while a key is held."""
        self._before_only = on
        self.update()

    def set_outline_shown(self, on: bool) -> None:
        """Show the edge of the selection."""
        self.outline_shown = on
        self._on_view()

    # What tools ask for.

    @property
    def pixel(self) -> float:
        """Logical pixels of the canvas per pixel of the document."""
        return self._sheet.viewport.pixel if self._sheet else 1.0

    def transform(self) -> QTransform:
        """Document to canvas."""
        return self._sheet.viewport.transform() if self._sheet else QTransform()

    def refresh(self) -> None:
        """Paint the tool's marks again."""
        self._show_cursor()
        self.update()

    # Painting.

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surround, picture, marks."""
        painter = QPainter(self)
        tokens = tokens_of(self.palette())
        middle_grey = self.studio.preferences.values.surround_18
        painter.fillRect(self.rect(), QColor(SURROUND_18 if middle_grey else tokens.surround))
        if self._sheet is not None:
            if not self._paint_picture(painter, self._sheet):
                QTimer.singleShot(0, self, self.update)
            self._paint_marks(painter, self._sheet)
        painter.end()

    def _paint_picture(self, painter: QPainter, sheet: Sheet) -> bool:
        whole = QRectF(self.rect())
        if self._before_only:
            return self._paint_side(painter, sheet, whole, before=True)
        if not self.split.shown:
            return self._paint_side(painter, sheet, whole, before=False)
        x = self.split.x(sheet.viewport)
        left = self._paint_side(painter, sheet, QRectF(0, 0, x, self.height()), before=True)
        rest = QRectF(x, 0, self.width() - x, self.height())
        return self._paint_side(painter, sheet, rest, before=False) and left

    def _paint_side(self, painter: QPainter, sheet: Sheet, part: QRectF, *, before: bool) -> bool:
        viewport = sheet.viewport
        painter.save()
        painter.setClipRect(part)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(checkerboard(tokens_of(self.palette()).name == "dark"))
        painter.drawPolygon(viewport.transform().map(QRectF(0, 0, viewport.width, viewport.height)))
        complete = sheet.paint(painter, sheet.before if before else sheet.after, PAINT_BUDGET_S)
        painter.restore()
        return complete

    def _paint_marks(self, painter: QPainter, sheet: Sheet) -> None:
        if self._before_only:
            return
        selection = sheet.editor.document.selection
        if self.outline_shown and selection is not None:
            sheet.outline.paint(painter, selection, sheet.viewport)
        if self._tool is not None:
            self._tool.paint(painter)
        if self.split.shown:
            self.split.paint(painter, sheet.viewport, self.font())

    # Pointer.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A button went down."""
        if self._sheet is None or self._hold is not None:
            return
        pointer = self._pointer(event.position(), event.modifiers())
        if event.button() == Qt.MouseButton.RightButton and self._tool is not None:
            self._tool.menu(pointer)
        else:
            self._hold = self._begin(pointer, event.button())
        self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The pointer moved."""
        self._move(self._pointer(event.position(), event.modifiers()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A button went up."""
        if event.button() != Qt.MouseButton.RightButton:
            self._release(self._pointer(event.position(), event.modifiers()))

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen, with its pressure."""
        pointer = self._pointer(event.position(), event.modifiers(), event.pressure())
        if event.type() == QEvent.Type.TabletPress and self._sheet and self._hold is None:
            self._hold = self._begin(pointer, event.button())
        elif event.type() == QEvent.Type.TabletMove:
            self._move(pointer)
        elif event.type() == QEvent.Type.TabletRelease:
            self._release(pointer)
        event.accept()  # or Qt would send the same as a mouse

    def _pointer(
        self, at: QPointF, modifiers: Qt.KeyboardModifier, pressure: float = 1.0
    ) -> Pointer:
        place = self._sheet.viewport.to_document(at) if self._sheet else at
        return Pointer(place.x(), place.y(), QPointF(at), pressure, modifiers)

    def _begin(self, pointer: Pointer, button: Qt.MouseButton) -> Hold | None:
        assert self._sheet is not None
        viewport, at = self._sheet.viewport, pointer.view
        if button == Qt.MouseButton.MiddleButton or self._space:
            if pointer.holds(_SHIFT):
                return Turn(viewport, at)
            return Scale(viewport, at) if pointer.holds(_CTRL) else Pan(viewport, at)
        if button != Qt.MouseButton.LeftButton:
            return None
        if self._over_split(at):
            return DragSplit(viewport, at, self.split)
        return UseTool(self._tool, pointer) if self._tool is not None else None

    def _move(self, pointer: Pointer) -> None:
        self.pointer = pointer
        if self._hold is not None:
            self._hold.move(pointer)
            if not isinstance(self._hold, UseTool):
                self._on_view()
        elif self._tool is not None:
            self._tool.hover(pointer)
        self._tell_cursor(pointer)
        self.refresh()

    def _release(self, pointer: Pointer) -> None:
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.finish(pointer)
        self.refresh()

    def _over_split(self, at: QPointF) -> bool:
        if self._sheet is None or not self.split.shown or self._before_only:
            return False
        return abs(at.x() - self.split.x(self._sheet.viewport)) <= Split.REACH

    def _tell_cursor(self, pointer: Pointer) -> None:
        if self._sheet is not None:
            color = color_at(self.editor.document, pointer.x, pointer.y)
            self.cursor_moved.emit(pointer.x, pointer.y, color)

    def _show_cursor(self) -> None:
        self.setCursor(self._cursor())

    def _cursor(self) -> Qt.CursorShape:
        if isinstance(self._hold, Pan):
            return Qt.CursorShape.ClosedHandCursor
        if self._space:
            return Qt.CursorShape.OpenHandCursor
        if isinstance(self._hold, DragSplit) or (
            self._hold is None and self.pointer is not None and self._over_split(self.pointer.view)
        ):
            return Qt.CursorShape.SplitHCursor
        return self._tool.cursor if self._tool is not None else Qt.CursorShape.ArrowCursor

    def enterEvent(self, event: QEnterEvent) -> None:
        """Keys follow the pointer, unless somebody is typing."""
        if not isinstance(QApplication.focusWidget(), QLineEdit | QTextEdit | QAbstractSpinBox):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No pointer, no brush cursor."""
        self.pointer = None
        self.cursor_moved.emit(0.0, 0.0, None)
        self.update()
        super().leaveEvent(event)

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
            self.actual_size() if self.zoom < 1 else self.fit()

    # Keys.

    def event(self, event: QEvent) -> bool:
        """Gestures, and keys that mean something here before menus get them."""
        if isinstance(event, QNativeGestureEvent):
            self._on_gesture(event)
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._is_ours(event):
                event.accept()
                return True
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self._take_size()
        return super().event(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Backslash):
            return event.modifiers() in (NO_KEYS, _SHIFT, _CTRL)
        return self._on_key(event) is not None

    def _on_key(self, event: QKeyEvent):  # type: ignore[no-untyped-def]
        tool = self._tool
        if tool is None:
            return None
        if event.key() == Qt.Key.Key_Escape and (self._hold is not None or tool.busy):
            return self._cancel
        return tool.on_key(event.key(), event.modifiers())

    def _cancel(self) -> None:
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.cancel()
        elif self._tool is not None:
            self._tool.cancel()
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space takes hold of the document, backslash shows it before; the rest is the tool's."""
        if event.isAutoRepeat() and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Backslash):
            return
        if event.key() == Qt.Key.Key_Space:
            self._space = True
            self._show_cursor()
        elif event.key() == Qt.Key.Key_Backslash:
            self.show_before(True)
        elif (action := self._on_key(event)) is not None:
            action()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The held keys are let go."""
        if event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_Space:
            self._space = False
            self._show_cursor()
        elif event.key() == Qt.Key.Key_Backslash:
            self.show_before(False)
        else:
            super().keyReleaseEvent(event)

    # Size.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit again, if it was fitted."""
        self._progress.setGeometry(0, 0, self.width(), self._progress.sizeHint().height())
        self._take_size()
        super().resizeEvent(event)

    def _take_size(self) -> None:
        if self._sheet is not None:
            self._sheet.viewport.resize(QSizeF(self.size()), self.devicePixelRatioF())
            self._on_view()
