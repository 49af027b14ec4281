"""A file as a button: its small picture, its name, where it lies."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop.resources import SAMPLES
from desktop.widgets.icons import ICON_PX, pixmap
from desktop.widgets.theme import Tokens, tokens_of

PAD_PX = 6


@dataclass(frozen=True)
class Wide:
    """A row: picture at the left, name over folder at the right."""

    picture: QSize = QSize(48, 36)  # noqa: RUF009 - never changed
    size: QSize = QSize(440, 48)  # noqa: RUF009


@dataclass(frozen=True)
class Tall:
    """A tile: picture above, name below."""

    picture: QSize = QSize(140, 104)  # noqa: RUF009
    size: QSize = QSize(152, 140)  # noqa: RUF009


class FileCard(QAbstractButton):
    """Paints itself, so that its picture is sharp on every screen."""

    def __init__(self, path: Path, shape: Wide | Tall) -> None:
        super().__init__()
        self.path = path
        self.shape = shape
        self._image = QImage()
        self.setText(title_of(path))
        self.setToolTip(str(path))
        self.setAccessibleName(self.tr("Open {}").format(self.text()))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """That of its shape."""
        return self.shape.size

    def show_image(self, image: QImage) -> None:
        """The small picture has been read."""
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self._image = image
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, picture, words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        tokens = tokens_of(self.palette())
        self._paint_ground(painter, tokens)
        place = QRect(PAD_PX, PAD_PX, self.shape.picture.width(), self.shape.picture.height())
        self._paint_picture(painter, tokens, place)
        if isinstance(self.shape, Wide):
            self._paint_words(painter, tokens, QRect(place.right() + 12, 4, self.width(), 40))
        else:
            words = QRect(PAD_PX, place.bottom() + 2, place.width(), 28)
            painter.setPen(QColor(tokens.text))
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._fitted(self.text(), words))

    def _paint_ground(self, painter: QPainter, tokens: Tokens) -> None:
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent if self.hasFocus() else tokens.line), 1))
            painter.setBrush(QColor(tokens.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _paint_picture(self, painter: QPainter, tokens: Tokens, place: QRect) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(place), 4, 4)
        painter.fillPath(outline, QColor(tokens.panel))
        if self._image.isNull():
            corner = place.center() - QRect(0, 0, ICON_PX, ICON_PX).center()
            ratio = self.devicePixelRatioF()
            painter.drawPixmap(corner, pixmap("picture", ICON_PX, QColor(tokens.quiet), ratio))
        else:
            painter.save()
            painter.setClipPath(outline)
            painter.drawImage(place, self._image)
            painter.restore()

    def _paint_words(self, painter: QPainter, tokens: Tokens, area: QRect) -> None:
        area.setRight(self.width() - 8)
        upper, lower = area.adjusted(0, 0, 0, -20), area.adjusted(0, 20, 0, 0)
        painter.setPen(QColor(tokens.text))
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, self._fitted(self.text(), upper))
        painter.setPen(QColor(tokens.quiet))
        folder = short_folder(self.path)
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, self._fitted(folder, lower))

    def _fitted(self, text: str, area: QRect) -> str:
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, area.width())


def title_of(path: Path) -> str:
    """The name of a file; in words for the samples, which come with the program."""
    if path.parent != SAMPLES:
        return path.name
    name = path.stem.removesuffix("_bw").replace("_", " ").capitalize()
    colored = path.suffix.lower() == ".grisaille"
    return QCoreApplication.translate("FileCard", "{}, coloured").format(name) if colored else name


def short_folder(path: Path) -> str:
    """The folder of a file, with ~ for the home."""
    folder = path.parent
    return str(
        Path("~") / folder.relative_to(Path.home())
        if folder.is_relative_to(Path.home())
        else folder
    )
