"""Marks over the picture that show on white, on black and on everything between."""

import math
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen

from inference.values import RGB, Array

DARK = QColor(0, 0, 0, 190)
LIGHT = QColor(255, 255, 255)


def two_tone(painter: QPainter, path: QPainterPath, width: float = 1.0) -> None:
    """A light line with a dark one around it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, extra in ((DARK, 2.0), (LIGHT, 0.0)):
        pen = QPen(color, width + extra)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)
    painter.restore()


def ring(painter: QPainter, center: QPointF, radius: float) -> None:
    """A two-tone circle; a cross below four pixels, where a circle would be a dot."""
    if radius > _STAMPED:
        _draw_ring(painter, center, radius)
        return
    ratio = painter.device().devicePixelRatioF()
    half = _half(_ring_room(radius), ratio)
    x, y = (round((value - half) * ratio) / ratio for value in center.toTuple())
    painter.drawImage(QPointF(x, y), _ring_image(radius, ratio))


def swatch(painter: QPainter, center: QPointF, radius: float, rgb: RGB, edge: QColor) -> None:
    """A disc of colour with a line around it and a dark one around that."""
    swatches(painter, np.array([[center.x(), center.y()]]), radius, [rgb], edge)


def swatches(
    painter: QPainter, centers: Array, radius: float, colors: Iterable[RGB], edge: QColor
) -> None:
    """The same at many places (n, 2) at once."""
    ratio, rim = painter.device().devicePixelRatioF(), edge.rgba()
    half = _half(radius + 2, ratio)
    corners = np.round((centers - half) * ratio) / ratio
    for (x, y), rgb in zip(corners.tolist(), colors, strict=True):
        painter.drawImage(QPointF(x, y), _swatch_image(radius, rgb, rim, ratio))


# Thousands of marks may be seen at once: each kind is drawn once, into an image that is then laid
# down wherever it is wanted, on the grid of the display, where it stays sharp.

_STAMPED = 64.0  # logical pixels; larger circles are few, and their images would be large


@lru_cache(maxsize=256)
def _ring_image(radius: float, ratio: float) -> QImage:
    image, middle = _square_around(_ring_room(radius), ratio)
    painter = QPainter(image)
    _draw_ring(painter, middle, radius)
    painter.end()
    return image


@lru_cache(maxsize=8192)
def _swatch_image(radius: float, rgb: RGB, edge: int, ratio: float) -> QImage:
    image, middle = _square_around(radius + 2, ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for color, size in ((DARK, radius + 1), (QColor.fromRgba(edge), radius), (rgb, radius - 2)):
        painter.setBrush(QColor(*color) if isinstance(color, tuple) else color)
        painter.drawEllipse(middle, size, size)
    painter.end()
    return image


def _square_around(radius: float, ratio: float) -> tuple[QImage, QPointF]:
    """Clear, with room for a circle, and its middle; ratio is of pixels to logical ones."""
    half = _half(radius, ratio)
    side = round(2 * half * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image, QPointF(half, half)


def _half(radius: float, ratio: float) -> float:
    """Half the side of the square around a circle: a whole number of pixels of the display."""
    return math.ceil(radius * ratio) / ratio


def _ring_room(radius: float) -> float:
    return max(radius, 7.0) + 2  # a cross reaches seven pixels


def _draw_ring(painter: QPainter, center: QPointF, radius: float) -> None:
    path = QPainterPath()
    if radius >= 2:
        path.addEllipse(center, radius, radius)
    else:
        for across, down in ((1.0, 0.0), (0.0, 1.0)):
            for near, far in ((-7, -3), (3, 7)):
                path.moveTo(center + QPointF(across * near, down * near))
                path.lineTo(center + QPointF(across * far, down * far))
    two_tone(painter, path)


def ants() -> QBrush:
    """Diagonal black and white stripes: a line drawn with them looks dashed, however it bends."""
    side = 8
    image = QImage(side, side, QImage.Format.Format_RGB32)
    for y in range(side):
        for x in range(side):
            image.setPixel(x, y, 0xFFFFFFFF if (x + y) % side < side // 2 else 0xFF000000)
    return QBrush(image)


def dashed(painter: QPainter, path: QPainterPath) -> None:
    """A line of black and white dashes, for what is selected."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ants(), 1))
    painter.drawPath(path)
    painter.restore()


def box(first: QPointF, second: QPointF) -> QRectF:
    """The rectangle between two corners, whichever way it was drawn."""
    return QRectF(first, second).normalized()
