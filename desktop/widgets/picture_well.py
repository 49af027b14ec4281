"""A place to drop a picture, or to click for choosing one."""

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from desktop.widgets.buttons import icon_button
from desktop.widgets.icons import icon
from desktop.widgets.images import pixmap_of
from inference.values import Picture

EMPTY_PX = 60
ICON_PX = 18


class PictureWell(QAbstractButton):
    """Empty it says what to do, filled it shows the picture and its name.

    Signals: clicked() - choose a file; dropped(Path) - one was dropped; cleared().
    """

    dropped = Signal(object)
    cleared = Signal()

    def __init__(self, invitation: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self._invitation = invitation
        self._over = False
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clear_button = icon_button("close", self.tr("Take the picture away"))
        self.clear_button.clicked.connect(self.cleared)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 8, 0)
        line.addStretch(1)
        line.addWidget(self.clear_button)
        self.show_picture(None, "")

    def show_picture(self, picture: Picture | None, name: str) -> None:
        """Show a picture and its name, or the invitation."""
        self._picture = picture
        said = name if picture is not None else self._invitation
        self.setText(said)
        self.setAccessibleName(said)
        self.setToolTip(self._invitation)
        self.clear_button.setVisible(picture is not None)
        self.update()

    def sizeHint(self) -> QSize:
        """Wide, and low."""
        return QSize(200, EMPTY_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A dashed frame with the invitation, or the picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        self._paint_frame(painter, area)
        if self._picture is None:
            self._paint_invitation(painter, area)
        else:
            self._paint_picture(painter, area.adjusted(4, 4, -4, -4), self._picture)

    def _paint_frame(self, painter: QPainter, area: QRectF) -> None:
        lit = self._over or self.hasFocus()
        dashed = self._picture is None and not lit
        near = self.underMouse() or self._picture is None
        quiet = self.palette().placeholderText() if near else self.palette().mid()
        brush = self.palette().highlight() if lit else quiet
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(brush, 1, style))
        painter.drawRoundedRect(area, 4, 4)

    def _paint_invitation(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(self.palette().placeholderText().color())
        text_width = painter.fontMetrics().horizontalAdvance(self.text())
        room = area.width() - 24 - ICON_PX - 8
        left = 12 + max(0.0, (room - text_width) / 2)
        middle = area.center().y()
        square = QRectF(left, middle - ICON_PX / 2, ICON_PX, ICON_PX).toAlignedRect()
        icon("reference").paint(painter, square)
        words = QRectF(left + ICON_PX + 8, area.top(), min(room, text_width + 2.0), area.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(words, flags, self.text())

    def _paint_picture(self, painter: QPainter, area: QRectF, picture: Picture) -> None:
        pixmap = pixmap_of(picture, 256, self.devicePixelRatioF())
        size = pixmap.deviceIndependentSize()
        size.scale(area.height() * 1.6, area.height(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(area.x(), area.center().y() - size.height() / 2, *size.toTuple())
        corner = QPainterPath()
        corner.addRoundedRect(place, 2, 2)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(corner)
        painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
        painter.setClipping(False)
        words = area.adjusted(place.width() + 8, 0, -36, 0)
        name = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, int(words.width())
        )
        painter.setPen(self.palette().text().color())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            self._over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Never mind."""
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """The first file is the picture."""
        self._over = False
        self.update()
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.dropped.emit(Path(files[0]))
