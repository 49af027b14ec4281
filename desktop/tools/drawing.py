"""Marks over the picture that show on white, on black and on everything between."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen

from inference.values import RGB

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
    path = QPainterPath()
    if radius >= 2:
        path.addEllipse(center, radius, radius)
    else:
        for across, down in ((1.0, 0.0), (0.0, 1.0)):
            for near, far in ((-7, -3), (3, 7)):
                path.moveTo(center + QPointF(across * near, down * near))
                path.lineTo(center + QPointF(across * far, down * far))
    two_tone(painter, path)


def swatch(painter: QPainter, center: QPointF, radius: float, rgb: RGB, edge: QColor) -> None:
    """A disc of colour with a line around it and a dark one around that."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for color, size in ((DARK, radius + 1), (edge, radius), (QColor(*rgb), radius - 2)):
        painter.setBrush(color)
        painter.drawEllipse(center, size, size)
    painter.restore()


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
