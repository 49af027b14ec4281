"""Small buttons that hold a colour, or the reference picture to take one from."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget, QWidgetAction

from desktop.editor import Editor
from desktop.studio import Brush, Studio
from desktop.tools.picking import color_of, take_color
from desktop.widgets.color_disc import ColorDisc, lab_of, with_lightness
from desktop.widgets.icons import icon
from desktop.widgets.images import pixmap_of
from desktop.widgets.setting_row import NumberRow
from inference.settings import Control
from inference.values import RGB, Picture

_LIGHTNESS = Control(
    "Lightness", "How light the colour is; a hint keeps the picture's own.", 0, 100, 1
)
_REFERENCE_SIDE = 360


class ColorWell(QToolButton):
    """Shows the colour of the brush; a click opens a disc of hue and chroma, and the lightness."""

    def __init__(self, brush: Brush) -> None:
        super().__init__()
        self._brush = brush
        self.disc = ColorDisc()
        self._lightness = NumberRow(_LIGHTNESS, 50.0)
        self.disc.chosen.connect(lambda rgb, _goes_on: brush.choose(color=rgb, hint_grey=False))
        self._lightness.chosen.connect(lambda value, _goes_on: self._lighten(value))
        self.setFixedSize(40, 28)
        self.setAccessibleName(self.tr("Colour"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(_menu_of(self, self.disc, self._lightness))
        brush.changed.connect(self._show)
        self._show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The colour with a frame, in the accent while it has the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = self.palette().highlight() if self.hasFocus() else self.palette().mid()
        painter.setPen(QPen(edge, 1))
        painter.setBrush(QColor(*self._brush.color))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def _lighten(self, lightness: float) -> None:
        self._brush.choose(color=with_lightness(self._brush.color, lightness))

    def _show(self) -> None:
        rgb = self._brush.color
        lightness = lab_of(rgb)[0]
        self.disc.show_color(rgb, lightness)
        self._lightness.default = round(lightness)  # nothing to mark: every lightness is as good
        self._lightness.show_value(round(lightness))
        self.setToolTip(self.tr("Colour {name}").format(name=QColor(*rgb).name()))
        self.setAccessibleDescription(QColor(*rgb).name())
        self.update()


class ReferenceWell(QToolButton):
    """Opens the reference picture of the document in front, to take a colour from it."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._editor: Editor | None = None
        self.picture = PickablePicture()
        self.picture.picked.connect(self._take)
        self.setText(self.tr("From reference"))
        self.setIcon(icon("reference"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setToolTip(self.tr("Take a colour from the reference picture"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(_menu_of(self, self.picture))
        studio.current_changed.connect(self._follow)
        self._follow(studio.current)

    def _follow(self, editor: Editor | None) -> None:
        if self._editor is not None:
            self._editor.coloring.reference_changed.disconnect(self._show)
        self._editor = editor
        if editor is not None:
            editor.coloring.reference_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        reference = self._editor.coloring.reference if self._editor else None
        self.picture.show_picture(reference)
        self.setEnabled(reference is not None)

    def _take(self, rgb: RGB) -> None:
        take_color(self._studio, rgb)
        self.menu().close()


class PickablePicture(QWidget):
    """A picture to click on. Signals: picked(rgb)."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._picture: Picture | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Reference picture"))

    def show_picture(self, picture: Picture | None) -> None:
        """Show another one."""
        self._picture = picture
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """The picture's shape."""
        if self._picture is None:
            return QSize(_REFERENCE_SIDE, _REFERENCE_SIDE)
        size = QSize(self._picture.width, self._picture.height)
        whole = QSize(_REFERENCE_SIDE, _REFERENCE_SIDE)
        return size.scaled(whole, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(8, 8))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the colour there."""
        if self._picture is not None:
            at: QPointF = event.position()
            x = at.x() * self._picture.width / self.width()
            y = at.y() * self._picture.height / self.height()
            self.picked.emit(color_of(self._picture, x, y))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture."""
        if self._picture is not None:
            painter = QPainter(self)
            pixmap = pixmap_of(self._picture, _REFERENCE_SIDE, self.devicePixelRatioF())
            painter.drawPixmap(self.rect(), pixmap)
            painter.end()


def _menu_of(parent: QWidget, *parts: QWidget) -> QMenu:
    """A menu that holds controls in place of entries."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(8, 8, 8, 8)
    column.setSpacing(8)
    for part in parts:
        column.addWidget(part)
    menu = QMenu(parent)
    action = QWidgetAction(menu)
    action.setDefaultWidget(box)
    menu.addAction(action)
    return menu
