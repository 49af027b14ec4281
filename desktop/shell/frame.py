"""Parts of the window's frame: the bar on top, docks with quiet titles, the tabs of documents."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenuBar,
    QSizePolicy,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.editor import Editor
from desktop.studio import Studio
from desktop.widgets.icons import icon

SMALL_ICON = QSize(12, 12)
TAB_PX = 200
"""At most so much of a title is shown in its tab; others need room too."""


class TopBar(QFrame):
    """Menus at the left, pages in the middle, the search at the right.

    No word is ever cut off: in a narrow window the search is its icon alone.
    """

    def __init__(self, menus: QMenuBar, pages: list[QAction], search: QAction) -> None:
        super().__init__()
        self.setObjectName("top-bar")
        menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        menus.setMinimumWidth(menus.sizeHint().width())
        line = QGridLayout(self)
        line.setContentsMargins(8, 4, 8, 4)
        line.setColumnStretch(0, 1)
        line.setColumnStretch(2, 1)
        line.addWidget(menus, 0, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._pages(pages), 0, 1)
        self._search = _search_button(search)
        line.addWidget(self._search, 0, 2, Qt.AlignmentFlag.AlignRight)
        self._whole_px = line.sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say in words what the search is, where there is room for them."""
        wide, style = self.width() >= self._whole_px, Qt.ToolButtonStyle
        self._search.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly
        )
        super().resizeEvent(event)

    def _pages(self, actions: list[QAction]) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for action in actions:
            button = QToolButton()
            button.setObjectName("page-button")
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            line.addWidget(button)
        row.setMinimumWidth(line.sizeHint().width())  # that of buttons is the stylesheet's
        return row


def _search_button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setObjectName("search-button")
    button.setIcon(icon("search"))
    key = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
    button.setText(f" {action.text().removesuffix(' …')}   {key}")
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setAccessibleName(action.text())
    button.clicked.connect(action.trigger)
    return button


class Dock(QDockWidget):
    """A panel at the side; its title is quiet, and goes away where a tab says the same."""

    def __init__(self, name: str, title: str, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.setObjectName(name)
        body = QFrame()
        body.setObjectName("dock-body")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(body)
        self._title = _DockTitle(title, self)
        self._nothing = QWidget(self)
        self._nothing.hide()
        self.setTitleBarWidget(self._title)

    def fill(self, make: Callable[[QWidget], QWidget]) -> QWidget:
        """Make the panel that it holds from now on, in its place: what moves is styled anew."""
        panel = make(self.widget())
        self._column.addWidget(panel)
        return panel

    def show_title(self, shown: bool) -> None:
        """Show the title, or leave it to the tab."""
        wanted = self._title if shown else self._nothing
        if self.titleBarWidget() is not wanted:
            self.setTitleBarWidget(wanted)
            self._title.setVisible(shown)


class _DockTitle(QFrame):
    def __init__(self, title: str, dock: QDockWidget) -> None:
        super().__init__()
        self.setObjectName("dock-title")
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setToolTip(dock.tr("Close; View, Panels brings it back"))
        close.setAccessibleName(dock.tr("Close {}").format(title))
        close.setIconSize(SMALL_ICON)
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(dock.close)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 4, 6, 0)
        line.addWidget(QLabel(title), 1)
        line.addWidget(close)


class DocumentTabs(QTabBar):
    """One tab for each open document.

    Signals: close_asked(Editor).
    """

    close_asked = Signal(object)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._editors: list[Editor] = []
        self.setObjectName("documents")
        self.setAccessibleName(self.tr("Open documents"))
        self.setTabsClosable(True)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setDocumentMode(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)  # many tabs scroll; names stay readable
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        studio.editor_opened.connect(self._add)
        studio.editor_closed.connect(self._remove)
        studio.current_changed.connect(self._show_current)
        self.currentChanged.connect(self._choose)
        self.tabCloseRequested.connect(lambda row: self.close_asked.emit(self._editors[row]))

    def _add(self, editor: Editor) -> None:
        self._editors.append(editor)
        self.blockSignals(True)
        row = self.addTab("")
        self.blockSignals(False)
        close = QToolButton()
        close.setObjectName("tab-close")
        close.setIcon(icon("close"))
        close.setIconSize(SMALL_ICON)
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.setToolTip(self.tr("Close"))
        close.setAccessibleName(self.tr("Close {}").format(editor.title))
        close.clicked.connect(lambda: self.close_asked.emit(editor))
        self.setTabButton(row, QTabBar.ButtonPosition.RightSide, close)
        editor.title_changed.connect(lambda: self._show_title(editor))
        editor.modified_changed.connect(lambda: self._show_title(editor))
        self._show_title(editor)

    def _remove(self, editor: Editor) -> None:
        row = self._editors.index(editor)
        self._editors.remove(editor)
        self.blockSignals(True)
        self.removeTab(row)
        self.blockSignals(False)
        self._show_current(self._studio.current)

    def _show_title(self, editor: Editor) -> None:
        if editor in self._editors:
            mark = " •" if editor.modified else ""
            row, middle = self._editors.index(editor), Qt.TextElideMode.ElideMiddle
            short = self.fontMetrics().elidedText(editor.title, middle, TAB_PX)
            self.setTabText(row, short + mark)
            self.setTabToolTip(row, str(editor.path or editor.title))

    def _show_current(self, editor: Editor | None) -> None:
        if editor in self._editors:
            self.blockSignals(True)
            self.setCurrentIndex(self._editors.index(editor))
            self.blockSignals(False)

    def _choose(self, row: int) -> None:
        if row >= 0:
            self._studio.set_current(self._editors[row])
