"""The canvas: shows the document in front, moves the view, hands the pointer to the tool."""

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTabletEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.canvas.holds import DragSplit, Hold, Pan, Scale, Turn, UseTool
from desktop.canvas.navigation import Navigation
from desktop.canvas.overlays import Split, checkerboard
from desktop.canvas.progress import HEIGHT, ProgressLine
from desktop.canvas.sheet import Sheet
from desktop.editor import Editor
from desktop.studio import Studio
from desktop.tools import tool_class
from desktop.tools.tool import NO_KEYS, Pointer, Tool
from desktop.widgets.theme import SURROUND_18, tokens_of
from desktop.widgets.wires import Wires

PAINT_BUDGET_S = 0.010
"""So long may one paint render tiles; the rest follows in the next."""
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class CanvasView(Navigation):
    """Follows the studio: its document in front, its tool in hand.

    Signals, besides those of Navigation: cursor_moved(x, y, rgb or None), in pixels of the
    document; rgb is None outside of it. space_tapped() - the key went down and up, and nothing
    was moved with it.
    """

    cursor_moved = Signal(float, float, object)
    space_tapped = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.pointer: Pointer | None = None
        self.outline_shown = True
        self.split = Split()
        self._wires = Wires(self)
        self._sheets: dict[Editor, Sheet] = {}
        self._tool: Tool | None = None
        self._hold: Hold | None = None
        self._button = Qt.MouseButton.NoButton  # that the hold began with
        self._space = self._space_used = False
        self._before_only = False
        self.progress_line = ProgressLine(self)
        self.progress_line.cancelled.connect(self._cancel_job)
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

    def _on_current(self, editor: Editor | None) -> None:
        self._wires.cut()
        if self._sheet is not None:
            self._sheet.rest()
        self._put_tool_away()
        self._sheet = None
        if editor is not None:
            self._sheet = self._sheet_of(editor)
            self._sheet.viewport.resize(QSizeF(self.size()), self.devicePixelRatioF())
            for making in editor.makings:
                self._wires.connect(making.busy_changed, self._on_busy)
                self._wires.connect(making.progress_changed, self.progress_line.show_progress)
            self._on_tool(self.studio.tool)
        self._on_busy(editor is not None and any(making.busy for making in editor.makings))
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

    def _on_preference(self, name: str) -> None:
        if name == "surround_18":
            self.update()

    # The job of the document in front.

    def _on_busy(self, busy: bool) -> None:
        if not busy:
            self.progress_line.end()
        elif self.progress_line.isHidden():
            self.progress_line.begin()

    def _cancel_job(self) -> None:
        if self._sheet is not None:
            for making in self._sheet.editor.makings:
                making.cancel()

    # What menus and keys do, besides moving the view.

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

    def refresh(self) -> None:
        """Paint the tool's marks again."""
        self._show_cursor()
        self.update()

    # Painting.

    def render_all(self) -> None:
        """Have all tiles ready that the view needs, however long it takes: for screenshots."""
        if self._sheet is not None:
            for before in (False, True) if self.split.shown else (self._before_only,):
                self._sheet.prepare(before=before, budget_s=math.inf)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surround, picture, marks."""
        painter = QPainter(self)
        tokens = tokens_of(self.palette())
        middle_grey = self.studio.preferences.values.surround_18
        painter.fillRect(self.rect(), QColor(SURROUND_18 if middle_grey else tokens.surround))
        if self._sheet is not None:
            self._sheet.tell_scale()
            self._sheet.viewport.origin = QPointF(self.mapTo(self.window(), QPoint()))
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
        complete = sheet.prepare(before=before, budget_s=PAINT_BUDGET_S)
        if complete and not sheet.opaque:  # until then, gaps are not taken for transparency
            painter.setBrush(checkerboard(tokens_of(self.palette()).name == "dark"))
            outline = QRectF(0, 0, viewport.width, viewport.height)
            painter.drawPolygon(viewport.transform().map(outline))
        sheet.draw(painter, before=before)
        painter.restore()
        return complete

    def _paint_marks(self, painter: QPainter, sheet: Sheet) -> None:
        if self._before_only:
            return
        kept_grey = self._tool is not None and self._tool.shows_kept_grey
        sheet.draw_marks(painter, outline=self.outline_shown, kept_grey=kept_grey)
        if self._tool is not None:
            self._tool.paint(painter)
        if self.split.shown:
            self.split.paint(painter, sheet.viewport, self.font())

    # Pointer.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A button went down."""
        self._press(self._pointer(event.position(), event.modifiers()), event.button())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The pointer moved."""
        self._move(self._pointer(event.position(), event.modifiers()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A button went up."""
        self._release(self._pointer(event.position(), event.modifiers()), event.button())

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen, with its pressure."""
        pointer = self._pointer(event.position(), event.modifiers(), event.pressure())
        if event.type() == QEvent.Type.TabletPress:
            self._press(pointer, event.button())
        elif event.type() == QEvent.Type.TabletMove:
            self._move(pointer)
        elif event.type() == QEvent.Type.TabletRelease:
            self._release(pointer, event.button())
        event.accept()  # or Qt would send the same as a mouse

    def _pointer(
        self, at: QPointF, modifiers: Qt.KeyboardModifier, pressure: float = 1.0
    ) -> Pointer:
        place = self._sheet.viewport.to_document(at) if self._sheet else at
        return Pointer(place.x(), place.y(), QPointF(at), pressure, modifiers)

    def _press(self, pointer: Pointer, button: Qt.MouseButton) -> None:
        if self._sheet is None or self._hold is not None:
            return
        if button == Qt.MouseButton.RightButton and self._tool is not None:
            self._tool.menu(pointer)
        else:
            self._hold, self._button = self._begin(pointer, button), button
        self.refresh()

    def _begin(self, pointer: Pointer, button: Qt.MouseButton) -> Hold | None:
        assert self._sheet is not None
        viewport, at = self._sheet.viewport, pointer.view
        if button == Qt.MouseButton.MiddleButton or self._space:
            self._space_used = True
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

    def _release(self, pointer: Pointer, button: Qt.MouseButton) -> None:
        if self._hold is not None and button == self._button:
            hold, self._hold = self._hold, None
            hold.finish(pointer)
            self.refresh()

    def _over_split(self, at: QPointF) -> bool:
        if self._sheet is None or not self.split.shown or self._before_only:
            return False
        return self.split.is_near(at.x(), self._sheet.viewport)

    def _tell_cursor(self, pointer: Pointer) -> None:
        if self._sheet is not None:
            color = self._sheet.color_at(pointer.x, pointer.y)
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

    def leaveEvent(self, event: QEvent) -> None:
        """No pointer, no brush cursor."""
        self.pointer = None
        self.cursor_moved.emit(0.0, 0.0, None)
        self.update()
        super().leaveEvent(event)

    # Keys.

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here come here before menus get them."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Backslash):
            return event.modifiers() in (NO_KEYS, _SHIFT, _CTRL)
        # Within a stroke nothing else may happen: an undo would pull the ground from under it.
        return isinstance(self._hold, UseTool) or self._on_key(event) is not None

    def _on_key(self, event: QKeyEvent) -> Callable[[], None] | None:
        tool = self._tool
        if event.key() == Qt.Key.Key_Escape and (self._hold or (tool and tool.busy)):
            return self._cancel
        if tool is None or self._hold is not None:
            return None
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
            self._space, self._space_used = True, event.modifiers() != NO_KEYS
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
            tapped = self._space and not self._space_used
            self._space = False
            self._show_cursor()
            if tapped:
                self.space_tapped.emit()
        elif event.key() == Qt.Key.Key_Backslash:
            self.show_before(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever goes elsewhere lets go of the held keys there."""
        self._space = False
        self.show_before(False)
        self._show_cursor()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The line of progress keeps to the upper edge."""
        self.progress_line.setGeometry(0, 0, self.width(), HEIGHT)
        super().resizeEvent(event)
