"""The panels at the sides, and how each page arranges them; every page remembers its own way."""

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar, runtime_checkable

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QTabWidget, QWidget

from desktop.panels.color import ColorPanel
from desktop.panels.coloring import ColoringPanel
from desktop.panels.filming import FilmingPanel
from desktop.panels.history import HistoryPanel
from desktop.panels.jobs import JobsPanel
from desktop.panels.layers import LayersPanel
from desktop.panels.properties import PropertiesPanel
from desktop.panels.styling import StylingPanel
from desktop.preferences import Preferences
from desktop.shell.action_set import ActionSet
from desktop.shell.frame import Dock
from desktop.studio import Studio
from desktop.widgets.buttons import Actions

LAYOUT_VERSION = 1
WIDTH_PX = 304
SMALL_PX, LARGE_PX = 660, 1000
"""Heights of the window below which panels share a place, and from which they get more room."""
FRAME_PX = 116
"""What bars above and below take of the height."""
RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
FILL_EVERY_MS = 20
"""A panel takes about as long to build, so a click in between waits for one and not for all."""
PAGE_DOCKS = {
    "colour": ("color", "coloring", "layers", "properties", "history", "jobs"),
    "colour of a film": ("coloring", "layers", "properties", "history", "jobs"),  # takes no hints
    "style": ("styling", "layers", "properties", "history", "jobs"),
    "film": ("filming", "layers", "properties", "history", "jobs"),
}
"""Panels that a page shows until a person arranges it otherwise; other pages have none.

They lie below each other, what follows the layers in tabs with them; the one above is the feature.
"""


Panel = TypeVar("Panel", bound=QWidget)


@runtime_checkable
class TakesActions(Protocol):
    """A panel with buttons for what the window can do."""

    def offer(self, actions: Actions, /) -> None:
        """Show them."""


class Docks(QObject):
    """Owns the docks of one window.

    The window is up before there is anything in them: panels are built one after the other from
    fill_soon on, or all at once where one is to be seen before that.
    """

    def __init__(self, window: QMainWindow, studio: Studio, actions: ActionSet) -> None:
        super().__init__(window)
        self._window = window
        self._studio = studio
        self._actions = actions
        self._preferences: Preferences = studio.preferences
        self._page = ""
        self._shown = False
        self._kept = QByteArray()
        self._unfilled = {name: panel for name, _, panel in self._panels()}
        self._filled: list[QWidget] = []
        self._filling = QTimer(self, interval=FILL_EVERY_MS)
        self._filling.timeout.connect(self._fill_one)
        self.docks = {name: Dock(name, title, window) for name, title, _ in self._panels()}
        self._titles = QTimer(self, singleShot=True, interval=0)
        self._titles.timeout.connect(self._show_titles)
        self._hide()
        for dock in self.docks.values():
            dock.visibilityChanged.connect(self._show_titles_soon)
            dock.dockLocationChanged.connect(self._show_titles_soon)
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        corners = Qt.Corner.TopRightCorner, Qt.Corner.BottomRightCorner
        for corner in corners:
            window.setCorner(corner, RIGHT)

    def _panels(self) -> tuple[tuple[str, str, Callable[[Studio, QWidget], QWidget]], ...]:
        return (
            ("color", self.tr("Hint and paint colour"), ColorPanel),
            ("coloring", self.tr("Colour"), ColoringPanel),
            ("styling", self.tr("Style"), StylingPanel),
            ("filming", self.tr("Film"), FilmingPanel),
            ("layers", self.tr("Layers"), LayersPanel),
            ("properties", self.tr("Properties"), PropertiesPanel),
            ("history", self.tr("History"), HistoryPanel),
            ("jobs", self.tr("Jobs"), JobsPanel),
        )

    def fill_soon(self) -> None:
        """Build the panels while nobody needs them yet."""
        self._filling.start()

    def _fill(self) -> None:
        while self._unfilled:
            self._fill_one()

    def _fill_one(self) -> None:
        if not self._unfilled:
            self._filling.stop()
            return
        name = next(iter(self._unfilled))
        panel = self.docks[name].fill(partial(self._unfilled.pop(name), self._studio))
        if isinstance(panel, TakesActions):
            panel.offer(self._actions)
        self._filled.append(panel)

    def panel(self, kind: type[Panel]) -> Panel:
        """The panel of that class; all are built if they were not yet."""
        self._fill()
        return next(panel for panel in self._filled if isinstance(panel, kind))

    def toggles(self) -> list[QAction]:
        """An action for each panel that shows or closes it."""
        return [dock.toggleViewAction() for dock in self.docks.values()]

    def raise_panel(self, name: str) -> None:
        """Bring a panel to the front, opening it if it was closed."""
        self._fill()
        self.docks[name].show()
        self.docks[name].raise_()

    def show_page(self, page: str, *, film: bool = False) -> None:
        """Keep the present page's arrangement, take up that of another, if it has one."""
        of_film = f"{page} of a film"
        page = of_film if film and of_film in PAGE_DOCKS else page
        if page not in PAGE_DOCKS or page == self._page:
            return
        self.remember()
        self._page = page
        kept = self._preferences.values.layouts.get(page, "")
        self._kept = QByteArray.fromBase64(kept.encode())
        if self._shown:
            self._take_up()

    def arrange(self) -> None:
        """The page's first arrangement."""
        docks, wanted = self.docks, PAGE_DOCKS[self._page]
        self._hide()  # until they have their places, or the window would grow to hold all
        for dock in docks.values():
            self._window.addDockWidget(RIGHT, dock)
            dock.setFloating(False)
            dock.hide()
        last = wanted.index("layers")
        *above, feature = (docks[name] for name in wanted[:last])
        self._window.splitDockWidget(docks[wanted[0]], docks["layers"], Qt.Orientation.Vertical)
        small = self._window.height() < SMALL_PX
        for dock in above:
            if small:
                self._window.tabifyDockWidget(dock, feature)
            else:
                self._window.splitDockWidget(dock, feature, Qt.Orientation.Vertical)
        for name in wanted[last + 1 :]:
            self._window.tabifyDockWidget(docks["layers"], docks[name])
        for name in wanted:
            docks[name].show()
        for dock in (feature, docks["layers"]) if small else (docks["layers"],):
            dock.raise_()
        self._share_out(wanted[: last + 1])
        self._titles.start()

    def _share_out(self, stacked: tuple[str, ...]) -> None:
        """Colours and layers get what they need, the feature gets the rest."""
        large = self._window.height() > LARGE_PX
        height = self._window.height() - FRAME_PX
        needed = {"color": 264, "layers": 380} if large else {"color": 191, "layers": 206}
        if "color" not in stacked:
            needed["layers"] = max(206, height // 4)
        rest = height - sum(needed.get(name, 0) for name in stacked)
        columns = [self.docks[name] for name in stacked]
        heights = [needed.get(name, rest) for name in stacked]
        self._window.resizeDocks(columns[:1], [WIDTH_PX], Qt.Orientation.Horizontal)
        self._window.resizeDocks(columns, heights, Qt.Orientation.Vertical)

    def remember(self) -> None:
        """Write the present arrangement into the preferences."""
        state = self._window.saveState(LAYOUT_VERSION) if self._shown else self._kept
        if self._page and not state.isEmpty():
            kept = bytes(state.toBase64().data()).decode()
            layouts = {**self._preferences.values.layouts, self._page: kept}
            self._preferences.choose(layouts=layouts)

    def set_shown(self, shown: bool) -> None:
        """Hide all panels, or bring them back as they were."""
        if shown == self._shown:
            return
        if not shown:
            self._kept = self._window.saveState(LAYOUT_VERSION)
            self._hide()
        self._shown = shown
        if shown:
            self._fill()
            self._take_up()

    def _take_up(self) -> None:
        self._hide()
        if self._kept.isEmpty() or not self._window.restoreState(self._kept, LAYOUT_VERSION):
            self.arrange()

    def _hide(self) -> None:
        for dock in self.docks.values():
            dock.hide()
        if (layout := self._window.layout()) is not None:
            layout.activate()  # or Qt leaves the tabs of this arrangement behind

    def _show_titles_soon(self) -> None:
        self._titles.start()

    def _show_titles(self) -> None:
        for dock in self.docks.values():
            neighbours = self._window.tabifiedDockWidgets(dock)
            dock.show_title(not any(other.isVisible() for other in neighbours) or dock.isFloating())
