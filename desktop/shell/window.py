"""The main window: frame, pages, what lies over it; what is done to documents lives elsewhere."""

from functools import partial

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from desktop.canvas.view import CanvasView
from desktop.editor import Editor
from desktop.panels.layers import LayersPanel
from desktop.panels.models import ModelsPanel
from desktop.panels.timeline import TimelinePanel
from desktop.shell import sheets
from desktop.shell.action_set import ActionSet
from desktop.shell.actions import ACTIONS, PAGES, TOOL_ACTIONS
from desktop.shell.command_palette import CommandPalette
from desktop.shell.cures import offer_cure
from desktop.shell.docks import Docks
from desktop.shell.export_sheet import ExportSheet, tell_of_export
from desktop.shell.files import Files, dropped_paths
from desktop.shell.film_strips import tell_of_film
from desktop.shell.frame import DocumentTabs, TopBar
from desktop.shell.keys import Keymap
from desktop.shell.menus import Menus
from desktop.shell.overlay import Overlay
from desktop.shell.shortcuts_sheet import KeysSheet
from desktop.shell.status import StatusBar
from desktop.shell.strips import Strips
from desktop.shell.tool_options import ToolOptions
from desktop.shell.welcome import Welcome
from desktop.studio import Studio
from desktop.widgets.icons import ICON_PX
from inference.values import Problem

READING_PX = 880


class Window(QMainWindow):
    """One window around one studio."""

    # told here, too, for the type checker, which meets who uses them first
    studio: Studio
    canvas: CanvasView
    files: Files
    page: str
    panels_hidden: bool

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.page = "colour"
        self._tools = {"style": "hand", "film": "hand"}  # what is in hand on each page
        self.panels_hidden = False
        self.canvas = CanvasView(studio)
        self.files = Files(studio, self)
        self.keymap = Keymap(
            studio.preferences,
            {action.id: action.default_keys for action in ACTIONS},
            self,
            apart=[action.id for action in ACTIONS if action.of_film],
        )
        self.actions_ = ActionSet(self, self.keymap)
        self.strips = Strips()
        self.welcome = Welcome(studio.preferences)
        self.tabs = DocumentTabs(studio)
        self.setAcceptDrops(True)
        self.resize(QSize(1280, 800).boundedTo(self.screen().availableSize()))
        self._build_top()
        self._build_tools()
        self._build_timeline()
        self._build_middle()
        self.docks = Docks(self, studio, self.actions_)
        self.menus.offer_panels(self.docks.toggles())
        self.status = StatusBar(studio, self.canvas)
        self.setStatusBar(self.status)
        self._connect()
        self._restore()
        self._on_current(None)

    @property
    def editor(self) -> Editor:
        """The document in front; only for what is asked for while there is one."""
        assert self.studio.current is not None
        return self.studio.current

    # Building

    def _build_top(self) -> None:
        self.menus = Menus(self.actions_, self.studio)
        pages = [self.actions_[page.id] for page in PAGES]
        words = self.tr("Colour"), self.tr("Style"), self.tr("Film"), self.tr("Models")
        for page, short in zip(pages, words, strict=True):
            page.setIconText(short)
        self._top = TopBar(self.menus, pages, self.actions_["help.palette"])
        self.setMenuWidget(self._top)
        self.setMinimumWidth(self._top.minimumSizeHint().width())  # of which Qt takes no heed

    def _build_tools(self) -> None:
        self._options = self._bar("options", self.tr("Tool options"), Qt.ToolBarArea.TopToolBarArea)
        self._options.addWidget(ToolOptions(self.studio))
        self._toolbox = self._bar("tools", self.tr("Tools"), Qt.ToolBarArea.LeftToolBarArea)
        self._toolbox.setIconSize(QSize(ICON_PX, ICON_PX))
        for action in TOOL_ACTIONS:
            self._toolbox.addAction(self.actions_[action.id])
            button = self._toolbox.widgetForAction(self.actions_[action.id])
            button.setAccessibleName(action.label)

    def _build_timeline(self) -> None:
        """Below all else, as wide as the window; a bar, since it comes and goes with the clip."""
        self.timeline = TimelinePanel(self.studio)
        self.timeline.offer(self.actions_)
        self.actions_.add_to(self.timeline)
        bar = self._bar("timeline", self.tr("Timeline"), Qt.ToolBarArea.BottomToolBarArea)
        bar.addWidget(self.timeline)
        self._timeline = bar

    def _bar(self, name: str, title: str, area: Qt.ToolBarArea) -> QToolBar:
        bar = QToolBar(title)
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addToolBar(area, bar)
        return bar

    def _build_middle(self) -> None:
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.canvas, 1)
        self._work = work
        self._models = QWidget()
        panel = ModelsPanel(self.studio)
        panel.setMaximumWidth(READING_PX)
        line = QHBoxLayout(self._models)
        line.setContentsMargins(0, 16, 0, 0)
        line.addWidget(panel)
        self._stack = QStackedWidget()
        for page in (self.welcome, work, self._models):
            self._stack.addWidget(page)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strips)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(middle)

    def _connect(self) -> None:
        studio, soon = self.studio, self.actions_.refresh_soon
        studio.current_changed.connect(self._on_current)
        studio.editor_opened.connect(self._on_opened)
        studio.problem_raised.connect(self._on_problem)
        studio.tool_changed.connect(soon)
        studio.preferences.changed.connect(soon)
        self.canvas.view_changed.connect(soon)
        self.canvas.space_tapped.connect(self._on_space)
        self.tabs.close_asked.connect(self.files.close_editor)
        self.welcome.open_asked.connect(self.files.open)
        self.welcome.chosen.connect(studio.open)
        self.status.jobs_asked.connect(lambda: self.docks.raise_panel("jobs"))
        self.status.zoom_asked.connect(self.canvas.actual_size)

    # Following the studio

    def _on_problem(self, problem: Problem, editor: Editor | None) -> None:
        offer_cure(self, self.strips.show_problem(problem), problem, editor)

    def _on_opened(self, editor: Editor) -> None:
        soon = self.actions_.refresh_soon
        coloring = editor.coloring
        for signal in (
            editor.history.indexChanged, editor.active_layer_changed, editor.mask_mode_changed,
            coloring.busy_changed, coloring.suggestions_changed, coloring.hints_changed,
            coloring.reference_changed, editor.styling.busy_changed,
            editor.styling.styles_changed, editor.styling.lesson_changed,
            editor.filming.busy_changed, editor.document.film_changed,
        ):  # fmt: skip
            signal.connect(soon)
        editor.reel_changed.connect(self._on_reel)
        editor.filming.told.connect(partial(tell_of_film, self.studio, self.strips))
        if editor.reel is not None:
            self.show_page("film")
        editor.document.layer_changed.connect(self._on_document_changed)
        editor.document.selection_changed.connect(self._on_document_changed)
        editor.exported.connect(partial(tell_of_export, self.strips))
        editor.title_changed.connect(self._show_title)
        editor.modified_changed.connect(self._show_title)

    def _on_reel(self) -> None:
        self._arrange()
        self.actions_.refresh_films()

    def _on_space(self) -> None:
        """Space moves the canvas; where it was only tapped, it does what the key is bound to."""
        for action in ACTIONS:
            if action.of_film and "Space" in self.keymap.keys(action.id):
                self.actions_.run(action.id)

    def _on_document_changed(self, *_: object) -> None:
        self.actions_.refresh_soon()

    def _on_current(self, editor: Editor | None) -> None:
        if editor is not None and self.page == "models":
            self.show_page("colour")
        self._show_title()
        self._arrange()
        self.actions_.refresh_soon()
        (self.canvas if editor is not None else self.welcome).setFocus()

    def _show_title(self) -> None:
        editor = self.studio.current
        self.setWindowModified(editor is not None and editor.modified)
        self.setWindowTitle(f"{editor.title}[*] – Grisaille" if editor else "Grisaille")

    # Pages

    def show_page(self, page: str) -> None:
        """Arrange the window for one kind of work."""
        self._tools[self.page] = self.studio.tool
        self.page = page
        self.studio.choose_tool(self._tools.get(page, self.studio.tool))
        self._arrange()
        self._shown_in_middle().setFocus()
        self.actions_.refresh_soon()

    def _arrange(self) -> None:
        """Show what belongs to the page, as far as there is a document to work on."""
        working = self.page != "models" and self.studio.current is not None
        film = self.studio.current is not None and self.studio.current.reel is not None
        self.docks.show_page(self.page, film=film)
        self._stack.setCurrentWidget(self._shown_in_middle())
        self.docks.set_shown(working and not self.panels_hidden)
        for bar in (self._options, self._toolbox):
            bar.setVisible(working and not self.panels_hidden)
        self._timeline.setVisible(working and film and not self.panels_hidden)
        self.tabs.setVisible(not self.panels_hidden)
        self._top.setVisible(not self.panels_hidden)
        self.status.setVisible(not self.panels_hidden)

    def _shown_in_middle(self) -> QWidget:
        if self.page == "models":
            return self._models
        return self._work if self.studio.current is not None else self.welcome

    def toggle_panels(self) -> None:
        """Hide all but the canvas, or bring it back."""
        self.panels_hidden = not self.panels_hidden
        self._arrange()

    def toggle_full_screen(self) -> None:
        """Take the whole screen, or give it back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def toggle_surround(self) -> None:
        """18 % grey around pictures, or the theme's grey."""
        preferences = self.studio.preferences
        preferences.choose(surround_18=not preferences.values.surround_18)

    def reset_layout(self) -> None:
        """The page's panels as they were at first."""
        self.docks.arrange()

    # What actions ask for

    def walk_documents(self, by: int) -> None:
        """Another document to the front."""
        editors = self.studio.editors
        place = editors.index(self.editor) + by
        self.studio.set_current(editors[place % len(editors)])

    def rename_layer(self) -> None:
        """Type a new name in the list of layers."""
        self.docks.raise_panel("layers")
        self.docks.panel(LayersPanel).rename()

    # What lies over the window

    def show_palette(self) -> None:
        """Search all actions."""
        self._lay_over(CommandPalette(self, self.actions_))

    def show_keys(self) -> None:
        """All keys, to look up and to change."""
        self._lay_over(KeysSheet(self, self.keymap))

    def show_preferences(self) -> None:
        """What is chosen once."""
        self._lay_over(sheets.PreferencesSheet(self, self.studio.preferences, self.show_keys))

    def show_export(self) -> None:
        """How the picture shall leave; its button asks for the name."""
        self._lay_over(ExportSheet(self, self.studio.preferences, self.files.export))

    def show_about(self) -> None:
        """What this is."""
        self._lay_over(sheets.AboutSheet(self, self.show_licenses))

    def show_licenses(self) -> None:
        """The terms of the program and of all that it is made with."""
        self._lay_over(sheets.TextSheet(self, self.tr("Licences"), sheets.licenses()))

    def show_guide(self) -> None:
        """The user guide."""
        sheets.open_guide()

    def _lay_over(self, overlay: Overlay) -> None:
        for other in self.findChildren(Overlay):
            if other is not overlay:
                other.dismiss()
        overlay.open()

    # Dropping, closing

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome everywhere on the window."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open them; on the Style page, a picture that falls on the canvas is how to paint it."""
        event.acceptProposedAction()
        where = self.canvas.mapFrom(self, event.position().toPoint())
        on_canvas = self.canvas.isVisible() and self.canvas.rect().contains(where)
        if self.page == "style" and on_canvas:
            self.files.take_style(event.mimeData())
        else:
            self.files.open_dropped(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work first; close when everything is answered and written."""
        event.ignore()  # and close anew: Qt does not close a window from within its closing
        if self.studio.editors:
            self.files.close_all(then=lambda: QTimer.singleShot(0, self.close))
        elif self.files.may_stop_long_work():
            self._remember()
            self.status.stop()
            self.welcome.close_thumbnails()
            event.accept()

    def _remember(self) -> None:
        self.docks.remember()
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.studio.preferences.choose(geometry=geometry)

    def _restore(self) -> None:
        geometry = self.studio.preferences.values.geometry
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        self.docks.show_page("colour")
