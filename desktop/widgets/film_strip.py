"""A clip as a strip: small pictures, shots, the part that is worked on, the playhead to drag."""

import bisect
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.widgets.images import image_of
from desktop.widgets.theme import tokens_of
from inference.values import Array

RULER_PX, BAND_PX = 18, 52
MARGIN_PX = 12
HEIGHT = RULER_PX + BAND_PX + 8
_LABEL_PX = 88  # between two labels of the ruler at least
_HEAD = 6.0
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


class FilmStrip(QWidget):
    """Times are timestamps; what is shown is told.

    Signals: moved(time) - the person wants the playhead there; stepped(frames) - by the wheel.
    """

    moved = Signal(float)
    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first, self._end, self._base = 0, 1, 1.0
        self._part = (0, 0)
        self._place = 0
        self._shots: Sequence[int] = ()
        self._small: Mapping[int, Array] = {}
        self._aspect = 16 / 9
        self._label: Callable[[float], str] = str
        self._ground: QPixmap | None = None
        self._drawn_in = ""  # the theme
        self.setFixedHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.tr("Timeline of the film"))
        self.setToolTip(self.tr("Drag to any frame; the wheel goes frame by frame."))

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(600, HEIGHT)

    # What is shown.

    def show_span(self, first: int, end: int, base: float, label: Callable[[float], str]) -> None:
        """From the first frame to the end of the last one; base: seconds of one unit of time.

        label: seconds from the first frame on as text.
        """
        self._first, self._end, self._base = first, max(end, first + 1), base
        self._label = label
        self._redraw()

    def show_small(self, small: Mapping[int, Array], aspect: float) -> None:
        """Small pictures, (h, w, 3) uint8 RGB, by their time; aspect: width / height of a frame."""
        self._small, self._aspect = small, aspect
        self._redraw()

    def show_shots(self, shots: Sequence[int]) -> None:
        """When each shot begins."""
        self._shots = shots
        self._redraw()

    def show_part(self, start: int, end: int) -> None:
        """What is worked on, to the end of its last frame; what lies outside is dimmed."""
        self._part = (start, end)
        self.update()

    def show_place(self, place: int) -> None:
        """Where the playhead is."""
        for time in (self._place, place):
            self.update(QRectF(self._x(time) - 8, 0, 16, HEIGHT).toAlignedRect())
        self._place = place

    def place_at(self, x: float) -> float:
        """The time at a place of the strip."""
        share = (x - MARGIN_PX) / max(1, self.width() - 2 * MARGIN_PX)
        return self._first + min(max(share, 0.0), 1.0) * (self._end - self._first)

    def _x(self, time: float) -> float:
        share = (time - self._first) / (self._end - self._first)
        return MARGIN_PX + share * (self.width() - 2 * MARGIN_PX)

    @property
    def _band(self) -> QRect:
        """Where the pictures are."""
        return QRect(MARGIN_PX, RULER_PX, self.width() - 2 * MARGIN_PX, BAND_PX)

    # The person.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the playhead there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.moved.emit(self.place_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.moved.emit(self.place_at(event.position().x()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A frame on, or back."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            self.stepped.emit(-1 if turned > 0 else 1)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other pictures fit."""
        self._redraw()
        super().resizeEvent(event)

    # Painting.

    def _redraw(self) -> None:
        self._ground = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """What seldom changes comes from a picture of it; then the part and the playhead."""
        ratio = self.devicePixelRatioF()
        tokens = tokens_of(self.palette())
        stale = self._ground is None or self._ground.devicePixelRatio() != ratio
        if stale or self._drawn_in != tokens.name:
            self._ground, self._drawn_in = self._drawn(ratio), tokens.name
        assert self._ground is not None
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, self._ground)
        self._paint_part(painter)
        self._paint_head(painter)
        painter.end()

    def _drawn(self, ratio: float) -> QPixmap:
        ground = QPixmap(self.size() * ratio)
        ground.setDevicePixelRatio(ratio)
        ground.fill(QColor(tokens_of(self.palette()).panel))
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_ruler(painter)
        self._paint_pictures(painter)
        self._paint_shots(painter)
        painter.end()
        return ground

    def _paint_ruler(self, painter: QPainter) -> None:
        tokens = tokens_of(self.palette())
        seconds = (self._end - self._first) * self._base
        least = seconds * _LABEL_PX / max(1, self.width())
        step = next((s for s in _STEPS_S if s >= least), math.ceil(least / 3600) * 3600)
        painter.setPen(QColor(tokens.quiet))
        font = self.font()
        font.setPixelSize(11)
        painter.setFont(font)
        for number in range(int(seconds / step) + 1):
            x = self._x(self._first + number * step / self._base)
            painter.fillRect(QRectF(round(x), RULER_PX - 5, 1, 5), QColor(tokens.line))
            place = QRectF(x + 4, 0, _LABEL_PX, RULER_PX)
            if place.left() + 60 < self.width():
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._label(number * step))

    def _paint_pictures(self, painter: QPainter) -> None:
        tokens = tokens_of(self.palette())
        painter.fillRect(self._band, QColor(tokens.raised))
        times = sorted(self._small)
        if not times:
            painter.setPen(QColor(tokens.quiet))
            painter.drawText(
                self._band.adjusted(8, 0, 0, 0),
                Qt.AlignmentFlag.AlignVCenter,
                self.tr("Looking for shots …"),
            )
            return
        for shot, after in pairwise((*self._shots, self._end)):
            left, right = self._x(shot), self._x(after)
            painter.setClipRect(QRectF(left, RULER_PX, right - left, BAND_PX))
            self._paint_shot(painter, times, left, right)
        painter.setClipping(False)

    def _paint_shot(self, painter: QPainter, times: list[int], left: float, right: float) -> None:
        """Small pictures side by side, each of the middle of what it covers."""
        wide = min(max(BAND_PX * self._aspect, 16.0), 4.0 * BAND_PX)
        gap = (times[-1] - times[0]) / max(1, len(times) - 1)
        for number in range(math.ceil((right - left) / wide)):
            start = left + number * wide
            time = self.place_at((start + min(start + wide, right)) / 2)
            if time > times[-1] + 2 * gap + 1:
                return  # not looked at yet
            nearest = times[max(0, bisect.bisect_right(times, time) - 1)]
            place = QRectF(start, RULER_PX, wide, BAND_PX)
            painter.drawImage(place, image_of(self._small[nearest]))

    def _paint_shots(self, painter: QPainter) -> None:
        tokens = tokens_of(self.palette())
        for number, shot in enumerate(self._shots, 1):
            x = round(self._x(shot))
            if number > 1:
                painter.fillRect(QRect(x - 1, RULER_PX - 4, 3, BAND_PX + 4), QColor(tokens.panel))
                painter.fillRect(QRect(x, RULER_PX - 4, 1, BAND_PX + 4), QColor(tokens.text))
            if len(self._shots) > 1 and self._room_after(number) > 22:
                words = QRect(x + 4, RULER_PX + BAND_PX - 18, 18, 14)
                painter.fillRect(words, QColor(0, 0, 0, 150))
                painter.setPen(QColor(235, 235, 235))
                painter.drawText(words, Qt.AlignmentFlag.AlignCenter, str(number))

    def _room_after(self, number: int) -> float:
        """Pixels of a shot, counted from 1."""
        end = self._shots[number] if number < len(self._shots) else self._end
        return self._x(end) - self._x(self._shots[number - 1])

    def _paint_part(self, painter: QPainter) -> None:
        start, end = self._part
        tokens = tokens_of(self.palette())
        dim, accent = QColor(tokens.window), QColor(tokens.accent)
        dim.setAlpha(190)
        if start > self._first:
            x = self._x(start)
            painter.fillRect(QRectF(self._band).intersected(QRectF(0, 0, x, HEIGHT)), dim)
            self._paint_bracket(painter, x, 1, accent)
        if end < self._end:
            x = self._x(end)
            painter.fillRect(QRectF(self._band).intersected(QRectF(x, 0, 1e5, HEIGHT)), dim)
            self._paint_bracket(painter, x, -1, accent)

    def _paint_bracket(self, painter: QPainter, x: float, side: int, color: QColor) -> None:
        painter.fillRect(QRectF(x - (0 if side > 0 else 2), RULER_PX, 2, BAND_PX), color)
        for y in (RULER_PX, RULER_PX + BAND_PX - 2):
            painter.fillRect(QRectF(x if side > 0 else x - 7, y, 7, 2), color)

    def _paint_head(self, painter: QPainter) -> None:
        tokens, x = tokens_of(self.palette()), round(self._x(self._place)) + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(x - 1.5, RULER_PX - 6, 3, BAND_PX + 8), QColor(0, 0, 0, 120))
        painter.fillRect(QRectF(x - 0.5, RULER_PX - 6, 1, BAND_PX + 8), QColor(tokens.text))
        painter.setBrush(QColor(tokens.text))
        top = RULER_PX - 12.0
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x - _HEAD + 1, top),
                    QPointF(x + _HEAD - 1, top),
                    QPointF(x + _HEAD - 1, top + 5),
                    QPointF(x, top + 11),
                    QPointF(x - _HEAD + 1, top + 5),
                ]
            )
        )
