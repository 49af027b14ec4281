"""Pictures as Qt's images, small ones sharp at every scale of the screen."""

import cv2
import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from inference.values import Array, Picture, in_depth

CHECKER_PX = 4
CHECKER = (QColor(120, 120, 120), QColor(160, 160, 160))


def image_of(samples: Array) -> QImage:
    """(H, W, 1, 3 or 4) samples of any depth as an image of its own (straight alpha)."""
    shallow = np.ascontiguousarray(in_depth(samples, np.uint8))
    height, width, channels = shallow.shape
    kind = {
        1: QImage.Format.Format_Grayscale8,
        3: QImage.Format.Format_RGB888,
        4: QImage.Format.Format_RGBA8888,
    }[channels]
    return QImage(shallow.data, width, height, width * channels, kind).copy()


def reduced(samples: Array, side: int) -> Array:
    """The samples with their long side at most `side`; every n-th pixel, then averaged.

    Pixels are skipped first where there are far too many, so that 100 megapixels take no time.
    """
    skip = max(1, max(samples.shape[:2]) // (side * 4))
    few = np.ascontiguousarray(samples[::skip, ::skip])
    factor = side / max(few.shape[:2])
    if factor >= 1:
        return few
    width, height = (max(1, round(n * factor)) for n in (few.shape[1], few.shape[0]))
    small: Array = cv2.resize(few, (width, height), interpolation=cv2.INTER_AREA)
    return small.reshape(height, width, -1)


def pixmap_of(picture: Picture, side: int, scale: float) -> QPixmap:
    """The picture within a square of `side` logical pixels, on a screen of that scale."""
    pixmap = QPixmap.fromImage(image_of(reduced(picture.pixels, round(side * scale))))
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def paint_checker(painter: QPainter, area: QRectF) -> None:
    """The pattern behind what is transparent."""
    painter.save()
    painter.setClipRect(area)
    painter.fillRect(area, CHECKER[0])
    for row in range(int(area.height() // CHECKER_PX) + 1):
        for column in range(row % 2, int(area.width() // CHECKER_PX) + 1, 2):
            x, y = area.x() + column * CHECKER_PX, area.y() + row * CHECKER_PX
            painter.fillRect(QRectF(x, y, CHECKER_PX, CHECKER_PX), CHECKER[1])
    painter.restore()
