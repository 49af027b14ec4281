"""Icons by what they mean, drawn from the Phosphor font: sharp at every scale, in every theme.

The font comes with qtawesome. It is used directly, since importing qtawesome takes 0.16 s of the
start, and its icons keep the colour of the theme that they were made in.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPixmap,
    QRawFont,
    QTransform,
)
from PySide6.QtWidgets import QApplication

from desktop.widgets.theme import Tokens, tokens_of

ICON_PX = 18

NAMES = {
    # files
    "open": "folder-open",
    "save": "floppy-disk",
    "export": "export",
    "paste": "clipboard",
    "copy": "copy",
    "picture": "image",
    "project": "file",
    # doing
    "undo": "arrow-u-up-left",
    "redo": "arrow-u-up-right",
    "search": "magnifying-glass",
    "add": "plus",
    "remove": "minus",
    "delete": "trash",
    "close": "x",
    "accept": "check",
    "cancel": "x-circle",
    "more": "dots-three",
    "settings": "sliders-horizontal",
    "preferences": "gear",
    "reset": "arrow-counter-clockwise",
    "refresh": "arrows-clockwise",
    "link": "link-simple",
    "keyboard": "keyboard",
    "help": "question",
    "guide": "book-open",
    "about": "info",
    "info": "info",
    "warning": "warning",
    "recovery": "clock-counter-clockwise",
    # view
    "zoom-in": "magnifying-glass-plus",
    "zoom-out": "magnifying-glass-minus",
    "fit": "corners-out",
    "actual-size": "frame-corners",
    "rotate-left": "arrow-counter-clockwise",
    "rotate-right": "arrow-clockwise",
    "mirror": "arrows-left-right",
    "split": "square-half",
    "surround": "circle-half",
    "panels": "layout",
    "theme": "moon",
    # layers
    "layers": "stack",
    "layer": "image",
    "group": "folder-simple",
    "duplicate": "copy",
    "merge-down": "arrow-line-down",
    "flatten": "arrows-in-line-vertical",
    "mask": "circle-half-tilt",
    "rename": "pencil-simple",
    "up": "arrow-up",
    "down": "arrow-down",
    "visible": "eye",
    "hidden": "eye-slash",
    "locked": "lock-simple",
    "unlocked": "lock-simple-open",
    "hints": "map-pin",
    "generated": "sparkle",
    "caret-down": "caret-down",
    "caret-right": "caret-right",
    "drag": "dots-six-vertical",
    # selection
    "select-all": "selection-all",
    "select-none": "selection-slash",
    "select-invert": "selection-inverse",
    # colour
    "colorize": "palette",
    "suggest": "dice-five",
    "next": "caret-right",
    "previous": "caret-left",
    "keep-grey": "drop-half",
    "reference": "image-square",
    "wheel": "palette",
    "swatches": "swatches",
    # film
    "film": "film-strip",
    "play": "play",
    "pause": "pause",
    "backward": "rewind",
    "forward": "fast-forward",
    "to-start": "skip-back",
    "to-end": "skip-forward",
    "loop": "repeat",
    "mark-in": "sign-in",
    "mark-out": "sign-out",
    # panels
    "history": "clock-counter-clockwise",
    "jobs": "list-bullets",
    "models": "cube",
    "device": "cpu",
    "done": "check-circle",
    "failed": "warning-circle",
    "waiting": "hourglass-simple",
    "running": "spinner",
    # tools
    "hand": "hand",
    "hint": "map-pin",
    "brush": "paint-brush",
    "eraser": "eraser",
    "fill": "paint-bucket",
    "gradient": "line-segment",
    "select-rectangle": "selection",
    "select-ellipse": "circle-dashed",
    "select-lasso": "scribble-loop",
    "move": "arrows-out-cardinal",
    "crop": "crop",
    "eyedropper": "eyedropper",
    "zoom": "magnifying-glass",
}
"""What an icon means, and the glyph of Phosphor that says it."""


def icon(name: str) -> QIcon:
    """The icon of that meaning, or of a glyph ("ph.hand"); KeyError if there is none."""
    return QIcon(_FontIcon(_glyph(name)))


def pixmap(name: str, size: int, color: QColor, ratio: float = 1.0) -> QPixmap:
    """The icon in one colour, sharp on a screen of that pixel ratio."""
    image = QPixmap(QSize(size, size) * ratio)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    _paint(painter, QRect(0, 0, size, size), _glyph(name), color)
    painter.end()
    return image


def _glyph(name: str) -> str:
    return name.removeprefix("ph.") if name.startswith("ph.") else NAMES[name]


class _FontIcon(QIconEngine):
    """Paints a glyph in the colours of the theme that holds while it is painted."""

    def __init__(self, glyph: str) -> None:
        super().__init__()
        self._glyph = glyph

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        _paint(painter, rect, self._glyph, _color(tokens_of(QApplication.palette()), mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        image = QPixmap(size)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return image

    def clone(self) -> QIconEngine:
        return _FontIcon(self._glyph)


def _color(tokens: Tokens, mode: QIcon.Mode, state: QIcon.State) -> QColor:
    if mode == QIcon.Mode.Disabled:
        return QColor(tokens.disabled)
    return QColor(tokens.accent if state == QIcon.State.On else tokens.text)


def _paint(painter: QPainter, rect: QRect, glyph: str, color: QColor) -> None:
    side = min(rect.width(), rect.height())
    left = rect.x() + (rect.width() - side) / 2
    top = rect.y() + (rect.height() - side) / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(left, top)
    painter.scale(side, side)
    painter.fillPath(_outline(glyph), color)
    painter.restore()


@cache
def _outline(glyph: str) -> QPainterPath:
    """The glyph as a shape in the unit square."""
    font, characters = _phosphor()
    path = font.pathForGlyph(font.glyphIndexesForString(chr(int(characters[glyph], 16)))[0])
    path.setFillRule(Qt.FillRule.WindingFill)
    em = font.pixelSize()
    return QTransform(1 / em, 0, 0, 1 / em, 0, font.ascent() / em).map(path)


@cache
def _phosphor() -> tuple[QRawFont, dict[str, str]]:
    """The font, and the hexadecimal code of each glyph's name."""
    package = find_spec("qtawesome")
    assert package is not None
    assert package.origin is not None
    fonts = Path(package.origin).parent / "fonts"
    characters = json.loads(next(fonts.glob("phosphor-charmap-*.json")).read_text())
    return QRawFont(str(next(fonts.glob("phosphor-[0-9]*.ttf"))), 256.0), characters
